//! What a scheme writes down and nothing uses: look-ups and line steps are mistakes, since somebody meant them to count; a clause that
//! nothing names is only remarked upon, since it may be there for the reader.

use std::collections::BTreeSet;

use jixiao_core::both;

use crate::{
    fault::Fault,
    scheme::{
        file::{ClassTable, SchemeFile},
        plan::{Class, DuplicateKind, Expr, Kind, Name},
    },
    tree::Faults,
};

use super::Planner;

impl Planner<'_> {
    /// The look-ups and line steps of a class that no expression of it asks.
    pub(crate) fn parts_used(&self, table: &ClassTable, class: &Class) {
        let (mut lookups, mut lines) = (BTreeSet::new(), BTreeSet::new());
        for expression in of_lines(class) {
            expression.walk(&mut |e| match &e.kind {
                Kind::Name(Name::Lookup(at, _) | Name::Found(at)) => drop(lookups.insert(*at)),
                Kind::Name(Name::Line(at)) => drop(lines.insert(*at)),
                _ => {}
            });
        }
        for (_, lookup) in table.lookups.iter().enumerate().filter(|(at, _)| !lookups.contains(at)) {
            let id = &lookup.id.text;
            let next = if lookup.any {
                both!(
                    "在条件里用 {id}.found，或删去。",
                    "Ask for {id}.found in a condition, or take it away."
                )
            } else {
                both!(
                    "用 {id}.found 或 {id}.列名，或删去。",
                    "Use {id}.found or {id}.COLUMN, or take it away."
                )
            };
            self.faults.add(
                lookup.id.span.clone(),
                both!("查找 {id} 没有用到", "The look-up {id} is never used"),
                both!("没有表达式用它", "no expression has it"),
                next,
            );
        }
        for (_, line) in table.lines.iter().enumerate().filter(|(at, _)| !lines.contains(at)) {
            let id = &line.id.text;
            self.faults.add(
                line.id.span.clone(),
                both!("逐行步骤 {id} 没有用到", "The line step {id} is never used"),
                both!("没有表达式用它", "no expression has it"),
                both!(
                    "在条件或 principal 里用它，或删去。",
                    "Use it in a condition or in principal, or take it away."
                ),
            );
        }
    }
}

/// The expressions of a class that may ask look-ups and line steps.
fn of_lines(class: &Class) -> impl Iterator<Item = &Expr> {
    let duplicates = class.duplicates.iter().flat_map(|rule| {
        let of_kind = match &rule.kind {
            DuplicateKind::Exact { .. } => Vec::new(),
            DuplicateKind::Overlap { from, to, .. } => vec![from, to],
            DuplicateKind::Near { compare, .. } => vec![compare],
        };
        rule.key.iter().chain(&rule.differ).chain(of_kind)
    });
    let aggregates = class.aggregates.iter().filter_map(|a| a.argument.as_ref());
    class
        .lines
        .iter()
        .map(|step| &step.expression)
        .chain(class.conditions.iter().map(|c| &c.expression))
        .chain(duplicates)
        .chain(std::iter::once(&class.principal))
        .chain(aggregates)
}

/// What is worth a remark in a scheme that can be planned all the same: clauses that no class, step, condition, duplicate or
/// budget names.
pub fn remarks(file: &SchemeFile) -> Vec<Fault> {
    let faults = Faults::new(&file.name);
    let of_class = file.classes.iter().flat_map(|class| {
        let rules = [&class.lines, &class.conditions, &class.requirements, &class.steps];
        let rules = rules.into_iter().flatten().map(|rule| &rule.clause);
        rules.chain(class.duplicates.iter().map(|rule| &rule.clause)).chain([&class.clause])
    });
    let of_scheme = file.steps.iter().map(|step| &step.clause).chain(file.budget.iter().map(|b| &b.clause));
    let named: BTreeSet<&str> = of_class.chain(of_scheme).flatten().map(|c| c.text.as_str()).collect();
    for clause in file.clauses.iter().filter(|c| !named.contains(c.id.text.as_str())) {
        let id = &clause.id.text;
        faults.add(
            clause.id.span.clone(),
            both!("条款 {id} 没有规则引用", "No rule names the clause {id}"),
            both!("没有引用", "not named"),
            both!(
                "在依据它的条件或步骤写 clause = \"{id}\"；只供参考的可以留着。",
                "Write clause = \"{id}\" where a condition or step rests on it; one that only informs may stay."
            ),
        );
    }
    faults.into_vec()
}
