//! One class: look-ups, lines, conditions, duplicates, principal, value, requirements, steps.

use jixiao_core::{both, finding::Both};

use crate::{
    number::Dec,
    schema_file::Seen,
    scheme::{
        file::{ClassTable, DuplicateTable, DuplicateWord, LookupTable, RuleTable, Written},
        plan::{Class, Duplicate, DuplicateKind, Expr, Kind, Lookup, Step, Type},
        syntax::{Node, NodeKind, Operator},
    },
};

use super::{
    Planner,
    names::{Names, Site, column_type},
    types::{Aggregates, described, literal},
};

/// Reasons of refusal that every scheme has.
const BUILT_IN: &[&str] = &["unknown-applicant", "no-principal"];

impl Planner<'_> {
    /// Plans a class; the type of its amount is found even when other parts have faults.
    pub(crate) fn class(&self, table: &ClassTable) -> (Option<Class>, Option<Type>) {
        let clause = self.clause(table.clause.as_ref());
        self.reasons(table);
        let ledger = self.ledger(&table.ledger);
        let applicant = ledger.and_then(|at| self.applicant_column(table, at));
        let none = Aggregates::default();
        let mut names = Names { ledger, ..Names::default() };
        let mut lookups = Vec::new();
        for lookup in &table.lookups {
            lookups.push(self.lookup(lookup, &names, &none));
            let of = self.ledgers.find(&lookup.ledger.text).map(|(at, _)| at);
            names.lookups.push((lookup.id.text.clone(), of, lookup.any));
        }
        let mut lines = Vec::new();
        for line in &table.lines {
            let planned = self.line(line, &names, &none);
            names.lines.push((line.id.text.clone(), planned.as_ref().map(|s| s.expression.ty.clone())));
            lines.push(planned);
        }
        let conditions = self.conditions(&table.conditions, &names, Site::Line, &none);
        let duplicates: Vec<Option<Duplicate>> =
            table.duplicates.iter().map(|d| self.duplicate(d, &names, &none)).collect();
        let principal = self.principal(table, &names, &none);
        let factor = self.factor(table, &names, principal.as_ref(), &none);
        names.principal = principal.as_ref().map(|p| p.ty.clone());
        let aggregates = Aggregates::default();
        let requirements = self.conditions(&table.requirements, &names, Site::Requirement, &aggregates);
        let claim = match (&principal, &factor) {
            (Some(p), Some(f)) => self.claim(table, p, f),
            _ => None,
        };
        names.amount = claim;
        let start = &table.value.text.span;
        let (steps, amount) = self.amounts(&table.steps, names, Site::Step, &aggregates, start);
        let all = |list: Vec<Option<_>>| list.into_iter().collect::<Option<Vec<_>>>();
        let lookups: Option<Vec<Lookup>> = lookups.into_iter().collect();
        let duplicates: Option<Vec<Duplicate>> = duplicates.into_iter().collect();
        let class = (|| {
            Some(Class {
                id: table.id.text.clone(),
                label: table.label.clone(),
                clause,
                ledger: ledger?,
                applicant: applicant?,
                lookups: lookups?,
                lines: all(lines)?,
                conditions: conditions?,
                duplicates: duplicates?,
                principal: principal?,
                factor: factor?,
                aggregates: aggregates.into_inner().into_iter().map(|(_, a)| a).collect(),
                requirements: requirements?,
                steps: steps?,
            })
        })();
        if let Some(class) = &class {
            self.parts_used(table, class);
        }
        (class, amount)
    }

    /// A refusal is known by its id, whichever rule it comes from.
    fn reasons(&self, table: &ClassTable) {
        let mut seen = Seen::default();
        let ids = table
            .conditions
            .iter()
            .map(|c| &c.id)
            .chain(table.duplicates.iter().map(|d| &d.id))
            .chain(table.requirements.iter().map(|r| &r.id));
        for id in ids {
            seen.once(id, &both!("拒绝理由", "reason for refusal"), self.faults);
            let name = &id.text;
            if BUILT_IN.contains(&name.as_str()) {
                self.faults.add(
                    id.span.clone(),
                    both!("{name} 是内置的理由", "{name} is a reason that every scheme has"),
                    both!("已有含义", "taken"),
                    both!(
                        "另取一个 id；内置的理由不必写出。",
                        "Choose another id; it need not be written down."
                    ),
                );
            }
        }
    }

    fn applicant_column(&self, table: &ClassTable, ledger: usize) -> Option<usize> {
        let name = &table.applicant;
        let at = self.column(ledger, &name.text, &name.span)?;
        let key = self.ledgers.ledgers.get(self.register?)?.find(&self.file.applicant.key.text)?.1;
        let column = &self.ledgers.ledgers[ledger].columns[at];
        let (own, wanted) = (column_type(column), column_type(key));
        if own == wanted {
            return Some(at);
        }
        let (a, b) = (described(&own), described(&wanted));
        let column = &name.text;
        self.faults.add(
            name.span.clone(),
            Both::new(
                format!("{column} 是{}，企业名册的代码是{}", a.zh, b.zh),
                format!("{column} is {}, the register's code is {}", a.en, b.en),
            ),
            both!("与名册的代码不同类", "not like the register's code"),
            both!("指明存申报企业代码的列。", "Name the column with the applicant's code."),
        );
        None
    }

    pub(super) fn lookup(&self, table: &LookupTable, names: &Names, none: &Aggregates) -> Option<Lookup> {
        let ledger = self.ledger(&table.ledger);
        let mut on = Vec::new();
        let mut sound = true;
        for (column, written) in &table.on {
            let expr = self.typer(names, Site::On, written, none).whole();
            let at = ledger.and_then(|ledger| self.column(ledger, &column.value, &column.span));
            let (Some(expr), Some(at), Some(ledger)) = (expr, at, ledger) else {
                sound = false;
                continue;
            };
            let wanted = column_type(&self.ledgers.ledgers[ledger].columns[at]);
            match self.key_side(expr, &wanted, written, &column.value) {
                Some(expr) => on.push((at, expr)),
                None => sound = false,
            }
        }
        let other = Names { ledger, ..Names::default() };
        let filter = table.filter.as_ref().map(|w| self.typer(&other, Site::Where, w, none).condition());
        let filter = match filter {
            Some(planned) => Some(planned?),
            None => None,
        };
        if let Some(filter) = &filter {
            sound &= self.same_everywhere(filter);
        }
        sound.then_some(Lookup { id: table.id.text.clone(), ledger: ledger?, on, filter, any: table.any })
    }

    /// The rows that a look-up filters have no applicant, so no region whose own value could be meant.
    fn same_everywhere(&self, filter: &Expr) -> bool {
        let mut sound = true;
        filter.walk(&mut |e| {
            let Kind::Parameter(index, _) = &e.kind else { return };
            let parameter = &self.parameters[*index].parameter;
            if !parameter.regions.is_empty() {
                sound = false;
                let id = &parameter.id;
                self.faults.add(
                    e.span.clone(),
                    both!(
                        "where 中不能用按地区取值的参数 {id}：被查的行没有申报企业，不知道取哪个地区的值",
                        "where cannot use {id}, which differs by region: the rows looked through have no applicant whose region would say which value"
                    ),
                    both!("按地区取值", "differs by region"),
                    both!(
                        "把这个条件写成 [[class.condition]]，在那里取申报企业所在地区的值。",
                        "Make it a [[class.condition]], where the applicant's region decides."
                    ),
                );
            }
        });
        sound
    }

    /// The side of `on` that belongs to the line must be of the column's type.
    fn key_side(&self, expr: Expr, wanted: &Type, written: &Written, column: &str) -> Option<Expr> {
        let fits = match (&expr.ty, wanted) {
            (Type::Number { scale: a, dimension: d }, Type::Number { scale: b, dimension: e }) => {
                a == b && d == e
            }
            (a, b) => a == b,
        };
        if fits {
            return Some(expr);
        }
        let (a, b) = (described(&expr.ty), described(wanted));
        let digits = |ty: &Type| match ty {
            Type::Number { scale, .. } => (format!("（{scale} 位小数）"), format!(" with {scale} decimals")),
            _ => (String::new(), String::new()),
        };
        let ((za, ea), (zb, eb)) = (digits(&expr.ty), digits(wanted));
        let said = &written.text.text;
        self.faults.add(
            written.text.span.clone(),
            Both::new(
                format!("{column} 是{}{zb}，{said} 是{}{za}，查找不到", b.zh, a.zh),
                format!("{column} is {}{eb}, {said} is {}{ea}: nothing can be found", b.en, a.en),
            ),
            both!("与 {column} 不同类", "not like {column}"),
            both!("两边用同一种类、同一位数的列。", "Both sides must be of one kind and width."),
        );
        None
    }

    fn line(&self, table: &RuleTable, names: &Names, none: &Aggregates) -> Option<Step> {
        let clause = self.clause(table.clause.as_ref());
        let expression = self.typer(names, Site::Line, &table.expression, none).whole();
        self.check_unit(table.unit.as_ref(), expression.as_ref().map(|e| &e.ty));
        let expression = expression?;
        if table.unit.is_none()
            && let Type::Number { dimension, .. } = &expression.ty
        {
            self.faults.add(
                table.expression.text.span.clone(),
                both!("缺少 unit", "unit is missing"),
                both!("得出以 {dimension} 计的数", "it gives a number of {dimension}"),
                both!("补上 unit = \"{dimension}\"。", "Add unit = \"{dimension}\"."),
            );
            return None;
        }
        Some(Step {
            id: table.id.text.clone(),
            label: table.label.clone(),
            clause,
            expression,
            text: table.expression.text.text.clone(),
        })
    }

    fn duplicate(&self, table: &DuplicateTable, names: &Names, none: &Aggregates) -> Option<Duplicate> {
        let clause = self.clause(table.clause.as_ref());
        let of = |list: &[Written]| -> Option<Vec<Expr>> {
            let all: Vec<Option<Expr>> =
                list.iter().map(|w| self.typer(names, Site::Line, w, none).whole()).collect();
            all.into_iter().collect()
        };
        let (key, differ) = (of(&table.key), of(&table.differ));
        let kind = match table.kind {
            DuplicateWord::Exact => Some(DuplicateKind::Exact { keep_first: table.keep_first }),
            DuplicateWord::Overlap => {
                let day = |written: &Option<Written>| {
                    let written = written.as_ref()?;
                    let expr = self.typer(names, Site::Line, written, none).whole()?;
                    self.of_kind(expr, written, &both!("日期", "a date"), |ty| *ty == Type::Date)
                };
                let (from, to) = (day(&table.from), day(&table.to));
                from.zip(to).map(|(from, to)| DuplicateKind::Overlap {
                    from,
                    to,
                    keep_first: table.keep_first,
                })
            }
            DuplicateWord::Near => self.near(table, key.as_deref(), names, none),
        };
        Some(Duplicate {
            id: table.id.text.clone(),
            label: table.label.clone(),
            reason: table.reason.clone(),
            clause,
            key: key?,
            differ: differ?,
            kind: kind?,
        })
    }

    fn of_kind(&self, expr: Expr, written: &Written, wanted: &Both, fits: fn(&Type) -> bool) -> Option<Expr> {
        if fits(&expr.ty) {
            return Some(expr);
        }
        let is = described(&expr.ty);
        let said = &written.text.text;
        self.faults.add(
            written.text.span.clone(),
            Both::new(
                format!("此处应为{}，而 {said} 是{}", wanted.zh, is.zh),
                format!("{said} is {}, not {}", is.en, wanted.en),
            ),
            is,
            both!("换成这一种类的列。", "Use a column of this kind."),
        );
        None
    }

    fn near(
        &self,
        table: &DuplicateTable,
        key: Option<&[Expr]>,
        names: &Names,
        none: &Aggregates,
    ) -> Option<DuplicateKind> {
        let written = table.compare.as_ref()?;
        let compare = self.typer(names, Site::Line, written, none).whole().and_then(|expr| {
            let wanted = both!("文本或编号", "a text or digits");
            self.of_kind(expr, written, &wanted, |ty| matches!(ty, Type::Text | Type::Digits(_)))
        });
        let Some(name) = &table.against else {
            return Some(DuplicateKind::Near { compare: compare?, against: None });
        };
        let ledger = self.ledger(name)?;
        // The other ledger's columns go by the same names, so only names can be written.
        let column = |written: &Written, expr: Option<&Expr>| {
            // An expression with a fault of its own has said enough.
            let expr = expr?;
            let said = &written.text.text;
            let NodeKind::Name(None, column) = &written.node.kind else {
                self.faults.add(
                    written.text.span.clone(),
                    both!(
                        "与另一台账比较时只能写列名",
                        "Against another ledger only names of columns can be written"
                    ),
                    both!("不是列名", "not a column"),
                    both!(
                        "{said} 改为两本台账都有的列。",
                        "Write a column that both ledgers have instead of {said}."
                    ),
                );
                return None;
            };
            let at = self.column(ledger, column, &written.text.span)?;
            let wanted = column_type(&self.ledgers.ledgers[ledger].columns[at]);
            self.key_side(expr.clone(), &wanted, written, &format!("{}.{column}", name.text))?;
            Some(at)
        };
        let keys: Vec<Option<usize>> = table
            .key
            .iter()
            .enumerate()
            .map(|(i, written)| column(written, key.and_then(|key| key.get(i))))
            .collect();
        let to = column(written, compare.as_ref());
        let keys: Option<Vec<usize>> = keys.into_iter().collect();
        Some(DuplicateKind::Near { compare: compare?, against: Some((ledger, keys?, to?)) })
    }

    fn principal(&self, table: &ClassTable, names: &Names, none: &Aggregates) -> Option<Expr> {
        let expr = self.typer(names, Site::Line, &table.principal, none).whole()?;
        let wanted = both!("数字", "a number");
        let expr = self.of_kind(expr, &table.principal, &wanted, |ty| matches!(ty, Type::Number { .. }))?;
        self.check_unit(Some(&table.principal_unit), Some(&expr.ty));
        Some(expr)
    }

    /// `value` without its `principal`: what is left is multiplied by the sum of the principal.
    fn factor(
        &self,
        table: &ClassTable,
        names: &Names,
        principal: Option<&Expr>,
        none: &Aggregates,
    ) -> Option<Expr> {
        let written = &table.value;
        let mut factors = Vec::new();
        flatten(&written.node, &mut factors);
        let is_principal = |n: &Node| matches!(&n.kind, NodeKind::Name(None, name) if name == "principal");
        let direct = factors.iter().filter(|n| is_principal(n)).count();
        let mut anywhere = Vec::new();
        written.node.walk(&mut |n| {
            if is_principal(n) {
                anywhere.push(n.span.clone());
            }
        });
        if direct != 1 || anywhere.len() != 1 {
            let count = anywhere.len();
            let (message, span) = match (count, anywhere.get(1)) {
                (0, _) => (
                    both!("value 里没有 principal", "There is no principal in value"),
                    written.text.span.clone(),
                ),
                (1, _) => (
                    both!("principal 须是 value 的一个因数", "principal must be a factor of value"),
                    written.text.place(&anywhere[0]),
                ),
                (_, second) => (
                    both!(
                        "value 里有 {count} 个 principal，只能有一个",
                        "There are {count} principal in value, not one"
                    ),
                    written.text.place(second.unwrap_or(&written.node.span)),
                ),
            };
            self.faults.add(
                span,
                message,
                both!("不是 principal 乘一个因数", "not principal times a factor"),
                both!(
                    "写成 principal * 比例；上限、分档放进 [[class.step]]，与行有关的放进 principal。",
                    "Write principal * ratio; ceilings and brackets go into [[class.step]], what depends on the line into principal."
                ),
            );
            return None;
        }
        let typer = self.typer(names, Site::Factor, written, none);
        let mut product: Option<Expr> = None;
        let mut sound = true;
        for node in factors.into_iter().filter(|n| !is_principal(n)) {
            let Some(expr) = typer.number_at(node) else {
                sound = false;
                continue;
            };
            product = match product {
                None => Some(expr),
                Some(before) => match typer.product(node, before, expr) {
                    Some(product) => Some(product),
                    None => {
                        sound = false;
                        None
                    }
                },
            };
        }
        let span = written.text.span.clone();
        let factor = product.unwrap_or_else(|| literal(Dec::new(1, 0), span));
        // Without a principal its own fault is enough.
        (sound && principal.is_some()).then_some(factor)
    }

    /// The type of principal × factor, which must be 元.
    fn claim(&self, table: &ClassTable, principal: &Expr, factor: &Expr) -> Option<Type> {
        let none = Aggregates::default();
        let names = Names::default();
        let typer = self.typer(&names, Site::Factor, &table.value, &none);
        let product = typer.product(&table.value.node, principal.clone(), factor.clone())?;
        self.is_money(&product, &table.value.text.span).then_some(product.ty)
    }
}

/// The factors of a product, in order.
fn flatten<'a>(node: &'a Node, into: &mut Vec<&'a Node>) {
    if let NodeKind::Binary(Operator::Multiply, left, right) = &node.kind {
        flatten(left, into);
        flatten(right, into);
    } else {
        into.push(node);
    }
}
