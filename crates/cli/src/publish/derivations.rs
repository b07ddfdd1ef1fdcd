//! How every score came about, as trees for pages.

use jixiao_core::{
    derivation::{Ground, Node},
    evaluation::EXECUTION,
};
use jixiao_report::{
    content::Content,
    figure::Figure,
    published::{Derived, ROWS_LISTED, Rest, TOTAL, Tree},
};

use super::{
    Facts,
    english::{sourced, words},
    published::Contents,
    results::Labels,
};

impl Facts<'_> {
    /// The derivations of the whole and of every region, in the order of the contents.
    ///
    /// # Errors
    /// Faults of the fund folder, drawn.
    pub(super) fn derivations(&self, contents: &Contents) -> Result<Vec<Derived>, String> {
        let labels = self.labels()?;
        let totals: Vec<Node> = self.year.scored(self.setting, |evaluator| {
            self.sheets.iter().map(|sheet| evaluator.explain_total(sheet)).collect()
        })?;
        let mut list = Vec::new();
        for (sheet, total) in self.sheets.iter().zip(&totals) {
            let Some(content) = contents.of(sheet.region) else { continue };
            let code = sheet.region.map_or_else(String::new, |id| self.code(Some(id)));
            let mut add = |indicator: &str, mut tree: Tree, figure: Option<Figure>| {
                tree.figure = figure;
                list.push(Derived { code: code.clone(), indicator: indicator.to_owned(), tree });
            };
            let total = tree(total, &labels);
            add(TOTAL, Tree { children: Vec::new(), ..total }, Some(content.score.total.clone()));
            if let Some(node) = &sheet.execution.derivation {
                add(EXECUTION, tree(node, &labels), execution(content));
            }
            for row in &sheet.rows {
                let Some(node) = &row.derivation else { continue };
                let shown = content.results.iter().find(|r| r.indicator == row.indicator);
                let mut made = tree(node, &labels);
                if let (Some(_), Some(shown)) = (self.rough(&row.indicator, sheet.region), shown) {
                    round_off(&mut made, &shown.actual);
                }
                add(&row.indicator, made, shown.map(|r| r.score.clone()));
            }
        }
        Ok(list)
    }
}

/// Leaves out of a derivation what would give away an exact share that is shown rounded only.
fn round_off(tree: &mut Tree, actual: &Figure) {
    tree.formula.clear();
    for child in tree.children.iter_mut().filter(|c| c.label.en == "actual") {
        child.value = actual.with_unit();
    }
}

/// The score of the execution as the report has it.
fn execution(content: &Content) -> Option<Figure> {
    let category = content.score.categories.iter().find(|c| c.id == EXECUTION)?;
    Some(category.score.clone())
}

fn tree(node: &Node, labels: &Labels) -> Tree {
    let children: Vec<Tree> = node.parts.iter().map(|part| tree(part, labels)).collect();
    let rests_on = |is: fn(&Ground) -> bool| node.grounds.iter().any(is);
    let own = rests_on(|g| matches!(g, Ground::Illustrative { .. }));
    // A target is said as it is in the report; elsewhere it is given as it was written.
    let is_target = rests_on(|g| matches!(g, Ground::Target { .. })) && node.value.zh == node.value.en;
    Tree {
        label: node.label.clone(),
        value: if is_target { words(&node.value.zh) } else { node.value.clone() },
        figure: None,
        formula: node.formula.clone(),
        grounds: grounds(&node.grounds, labels),
        illustrative: own || children.iter().any(|c| c.illustrative),
        children,
    }
}

/// What a step rests on; of single rows only the first are listed.
fn grounds(all: &[Ground], labels: &Labels) -> Vec<Rest> {
    let label =
        |name: &str| labels.get(name).cloned().unwrap_or_else(|| jixiao_core::finding::Both::same(name));
    let (mut list, mut rows, mut more) = (Vec::new(), 0, 0);
    for ground in all {
        list.push(match ground.clone() {
            Ground::Clause { text, source, certainty } => {
                Rest::Clause { text, source: sourced(&source), certainty }
            }
            Ground::Row { .. } if rows == ROWS_LISTED => {
                more += 1;
                continue;
            }
            Ground::Row { ledger, file, row } => {
                rows += 1;
                Rest::Row { ledger: label(&ledger), file, row }
            }
            Ground::Rows { ledger, count, listed } => Rest::Rows { ledger: label(&ledger), count, listed },
            Ground::Illustrative { parameter } => Rest::Illustrative { parameter },
            Ground::Target { place, written } => Rest::Target { place, written },
            Ground::Reported { by, evidence } => Rest::Reported { by, evidence },
        });
    }
    if more > 0 {
        list.push(Rest::More { count: more });
    }
    list
}

#[cfg(test)]
mod tests {
    use jixiao_core::finding::Both;

    use super::*;

    #[test]
    fn a_target_is_said_in_english() {
        let place = Ground::Target { place: "E7".to_owned(), written: "2024年12月底前".to_owned() };
        let node = Node::new(Both::new("指标值", "target"), Both::same("2024年12月底前")).on(place);
        assert_eq!(tree(&node, &Labels::new()).value, Both::new("2024年12月底前", "by 2024-12-31"));
    }

    /// 23 rows: 20 are listed, and that there are 3 more.
    #[test]
    fn rows_beyond_what_is_listed_are_counted_and_marks_are_seen_from_above() {
        let row = |row| Ground::Row { ledger: "reports".to_owned(), file: "r.csv".to_owned(), row };
        let grounds = (2..25).map(row).collect();
        let below = Node { grounds, ..Node::default() }
            .part(Node::default().on(Ground::Illustrative { parameter: "a.b".to_owned() }))
            .part(Node::default());
        let labels = Labels::from([("reports".to_owned(), Both::new("填报", "reports"))]);
        let seen = tree(&Node::default().part(below), &labels);
        let below = &seen.children[0];
        assert_eq!(below.grounds.len(), 21);
        let first = Rest::Row { ledger: Both::new("填报", "reports"), file: "r.csv".to_owned(), row: 2 };
        assert_eq!((&below.grounds[0], &below.grounds[20]), (&first, &Rest::More { count: 3 }));
        assert!(seen.illustrative && below.illustrative && below.children[0].illustrative);
        assert!(!below.children[1].illustrative);
    }
}
