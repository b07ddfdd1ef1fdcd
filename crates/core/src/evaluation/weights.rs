//! Weights down the tree: set → category → kind → indicator, exact, adding up at every level.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::rules::{LevelWeights, RuleSet, Ruled, SatisfactionPlace};
use crate::{
    apportion::largest_remainder,
    both,
    checks::weight_in,
    finding::Both,
    indicator::{Category, Kind},
    place::Written,
    table::{ColumnRole, Indicator},
    text,
};

/// What is told of an indicator that is weighed.
pub(super) struct Leaf<'a> {
    pub(super) indicator: &'a Indicator,
    /// By which siblings are put in order, so that the order of the table's rows decides nothing.
    pub(super) key: String,
    /// The weight that the table or the fund folder gives, in points.
    pub(super) typed: Option<Decimal>,
}

/// A node with its children; `T` is what stands below.
struct Group<T> {
    label: Both,
    /// In which proportion siblings share.
    proportion: Decimal,
    children: Vec<T>,
}

struct End {
    at: usize,
    proportion: Decimal,
}

/// The tree of a table, made once for all its regions.
pub(super) struct Tree {
    /// What all indicators weigh together, in points.
    pub(super) set: Decimal,
    /// What the execution weighs, in points.
    pub(super) execution: Decimal,
    /// Whether the table or fund folder gives every indicator's weight.
    pub(super) typed: bool,
    /// What a reader of the weights should know.
    pub(super) remarks: Vec<Both>,
    categories: Vec<Group<Group<End>>>,
    count: usize,
}

/// The weight of an indicator with those above it, in points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    category: usize,
    kind: usize,
    /// The category's points.
    pub(super) category_points: Decimal,
    /// The kind's points.
    pub(super) kind_points: Decimal,
    /// Its own points.
    pub(super) weight: Decimal,
}

/// The category under which an indicator is weighed.
pub(super) fn weighed_under(rules: &RuleSet, indicator: &Indicator) -> Option<Category> {
    let own = rules.satisfaction_under_benefit.rule == SatisfactionPlace::OwnCategory;
    match (indicator.category, indicator.kind) {
        (Some(Category::Benefit), Some(Kind::Satisfaction)) if own => Some(Category::Satisfaction),
        (category, _) => category,
    }
}

impl Tree {
    /// The tree of a table. `execution` is the weight that the form itself gives the execution.
    ///
    /// # Errors
    /// Indicators under no known category whose weights are not given either; weights that cannot be held.
    pub(super) fn new(
        rules: &RuleSet,
        leaves: &[Leaf<'_>],
        execution: Option<Decimal>,
    ) -> Result<Self, Vec<Both>> {
        let mut faults = Vec::new();
        let categories: Vec<Option<Category>> =
            leaves.iter().map(|l| weighed_under(rules, l.indicator)).collect();
        let typed = !leaves.is_empty() && leaves.iter().all(|l| l.typed.is_some());
        for (leaf, category) in leaves.iter().zip(&categories) {
            let title = &leaf.indicator.title;
            if category.is_none() && !typed {
                faults.push(both!(
                    "“{title}”不在任何已知的一级指标下，无法分配分值；请更正一级指标名称，或给出每个指标的分值",
                    "{title} stands under no known level-1 category, so it has no weight; correct the category, or give every indicator its weight"
                ));
            }
            let sound =
                |w: Decimal| w >= Decimal::ZERO && w <= Decimal::ONE_HUNDRED && w.normalize().scale() <= 6;
            if let Some(weight) = leaf.typed.filter(|w| !sound(*w)) {
                faults.push(both!(
                    "“{title}”的分值{weight}不成立：应在0到100之间，最多6位小数",
                    "{title} cannot weigh {weight}: weights are from 0 to 100 with six decimals at most"
                ));
            }
        }
        let with_cost = categories.contains(&Some(Category::Cost));
        let Some(level) = rules.level_weights(with_cost) else {
            return Err(vec![both!("规则中没有一级指标分值", "the rule set has no level-1 weights")]);
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        let execution = execution.unwrap_or(level.rule.execution);
        let set = Decimal::ONE_HUNDRED.checked_sub(execution).filter(|s| !s.is_sign_negative());
        let Some(set) = set.filter(|s| s.normalize().scale() <= 2) else {
            return Err(vec![both!(
                "预算执行分值{execution}不成立",
                "an execution weight of {execution} cannot be"
            )]);
        };
        let mut tree =
            Self { set, execution, typed, remarks: Vec::new(), categories: Vec::new(), count: leaves.len() };
        tree.categories = tree.grouped(rules, leaves, &categories, level);
        tree.remark(leaves);
        Ok(tree)
    }

    fn remark(&mut self, leaves: &[Leaf<'_>]) {
        let given = leaves.iter().filter(|l| l.typed.is_some()).count();
        if given > 0 && !self.typed {
            let without = leaves.len() - given;
            self.remarks.push(both!(
                "{without}个指标没有分值，整表按规则分配分值；同一二级指标下分值齐全的，按其比例分配",
                "{without} indicators have no weight, so the rule set's weights are used; where every indicator of a kind has one, they share in that proportion"
            ));
        }
        let sum = leaves.iter().filter_map(|l| l.typed).try_fold(Decimal::ZERO, Decimal::checked_add);
        if self.typed && sum != Some(self.set) {
            let (set, sum) = (self.set.normalize(), sum.unwrap_or_default().normalize());
            self.remarks.push(both!(
                "表中分值合计{sum}，应为{set}；已按比例折算",
                "the table's weights add up to {sum}, not {set}; they were rescaled"
            ));
        }
    }

    fn grouped(
        &self,
        rules: &RuleSet,
        leaves: &[Leaf<'_>],
        categories: &[Option<Category>],
        level: &Ruled<LevelWeights>,
    ) -> Vec<Group<Group<End>>> {
        // Keys in the order of the official lists, labels that are not known after them.
        type Key<T> = (bool, Option<T>, String);
        let label_key = |label: Option<&Written>| label.map(Written::key).unwrap_or_default();
        let mut tree: BTreeMap<Key<Category>, BTreeMap<Key<Kind>, Vec<usize>>> = BTreeMap::new();
        for (at, (leaf, category)) in leaves.iter().zip(categories).enumerate() {
            let i = leaf.indicator;
            let unknown = |known: bool, label| if known { String::new() } else { label_key(label) };
            let first =
                (category.is_none(), *category, unknown(category.is_some(), i.category_label.as_ref()));
            let second = (i.kind.is_none(), i.kind, unknown(i.kind.is_some(), i.kind_label.as_ref()));
            tree.entry(first).or_default().entry(second).or_default().push(at);
        }
        let present: Vec<Category> = tree.keys().filter_map(|(_, c, _)| *c).collect();
        // Weights in the labels, 产出指标（50分）, count when every label of the level has one.
        let in_labels = !self.typed && {
            let each = || tree.iter().map(|(key, kinds)| category_in_label(leaves, key.1, kinds));
            each().all(|w| w.is_some()) && each().flatten().any(|w| !w.is_zero())
        };
        tree.into_iter()
            .map(|(key, kinds)| {
                let label = match key.1 {
                    Some(c) => Both::new(c.zh(), c.en()),
                    None => Both::same(key.2.clone()),
                };
                let proportion = match key.1 {
                    _ if self.typed => sum_of(leaves, kinds.values().flatten()),
                    category if in_labels => category_in_label(leaves, category, &kinds).unwrap_or_default(),
                    Some(category) => level_weight(rules, level, category, &present),
                    None => Decimal::ZERO,
                };
                Group { label, proportion, children: self.kinds(leaves, kinds) }
            })
            .collect()
    }

    fn kinds<K>(
        &self,
        leaves: &[Leaf<'_>],
        kinds: BTreeMap<(bool, Option<Kind>, K), Vec<usize>>,
    ) -> Vec<Group<End>>
    where
        K: Clone + Into<String> + Ord,
    {
        let label_weight = |ends: &[usize]| {
            let label = leaves.get(*ends.first()?)?.indicator.kind_label.as_ref()?;
            weight_in(&label.text).filter(|w| *w > Decimal::ZERO)
        };
        let in_labels = !self.typed && kinds.values().all(|ends| label_weight(ends).is_some());
        kinds
            .into_iter()
            .map(|(key, mut ends)| {
                ends.sort_by(|a, b| leaves[*a].key.cmp(&leaves[*b].key).then(a.cmp(b)));
                let label = match key.1 {
                    Some(k) => Both::new(k.zh(), k.en()),
                    None => Both::same(key.2.clone()),
                };
                let proportion = if self.typed {
                    sum_of(leaves, &ends)
                } else if in_labels {
                    label_weight(&ends).unwrap_or(Decimal::ONE)
                } else {
                    Decimal::ONE
                };
                let all = ends.iter().all(|at| leaves[*at].typed.is_some());
                let share = |at: usize| leaves[at].typed.filter(|_| all).unwrap_or(Decimal::ONE);
                let children = ends.iter().map(|at| End { at: *at, proportion: share(*at) }).collect();
                Group { label, proportion, children }
            })
            .collect()
    }

    /// What each indicator weighs when only some count; `None` for those that do not. All `None` when none counts.
    pub(super) fn weights(&self, counts: &[bool]) -> Vec<Option<Share>> {
        let mut shares: Vec<Option<Share>> = (0..self.count).map(|_| None).collect();
        let counted = |end: &&End| counts.get(end.at).copied().unwrap_or(false);
        let kind_counts = |kind: &&Group<End>| kind.children.iter().any(|e| counted(&e));
        let categories: Vec<(usize, &Group<Group<End>>)> =
            (0..).zip(&self.categories).filter(|(_, c)| c.children.iter().any(|k| kind_counts(&k))).collect();
        for ((c, category), points) in
            categories.iter().zip(shared(self.set, &categories, |c| c.1.proportion))
        {
            let kinds: Vec<(usize, &Group<End>)> =
                (0..).zip(&category.children).filter(|(_, k)| kind_counts(k)).collect();
            for ((k, kind), kind_points) in kinds.iter().zip(shared(points, &kinds, |k| k.1.proportion)) {
                let ends: Vec<&End> = kind.children.iter().filter(counted).collect();
                for (end, weight) in ends.iter().zip(shared(kind_points, &ends, |e| e.proportion)) {
                    shares[end.at] =
                        Some(Share { category: *c, kind: *k, category_points: points, kind_points, weight });
                }
            }
        }
        shares
    }
}

impl Tree {
    /// What category and kind of a share are called.
    pub(super) fn labels(&self, share: &Share) -> Option<(&Both, &Both)> {
        let category = self.categories.get(share.category)?;
        Some((&category.label, &category.children.get(share.kind)?.label))
    }
}

fn sum_of<'i>(leaves: &[Leaf<'_>], ends: impl IntoIterator<Item = &'i usize>) -> Decimal {
    ends.into_iter()
        .filter_map(|at| leaves[*at].typed)
        .try_fold(Decimal::ZERO, Decimal::checked_add)
        .unwrap_or(Decimal::MAX)
}

/// The weight in the category's label, when the category is weighed where it stands.
fn category_in_label<K>(
    leaves: &[Leaf<'_>],
    category: Option<Category>,
    kinds: &BTreeMap<K, Vec<usize>>,
) -> Option<Decimal> {
    let first = leaves.get(*kinds.values().flatten().next()?)?.indicator;
    if first.category != category {
        return None;
    }
    weight_in(&first.category_label.as_ref()?.text)
}

/// A category's weight by the rule set, given which categories the table has.
fn level_weight(
    rules: &RuleSet,
    level: &Ruled<LevelWeights>,
    category: Category,
    present: &[Category],
) -> Decimal {
    let own = level.rule.of(category);
    let takes = !present.contains(&Category::Satisfaction) && rules.no_satisfaction.rule == category;
    let extra = if takes { level.rule.satisfaction } else { Decimal::ZERO };
    own.checked_add(extra).unwrap_or(own)
}

/// Points shared out in proportion, in hundredths of a point, adding up to the whole.
fn shared<T>(points: Decimal, among: &[T], proportion: impl Fn(&T) -> Decimal) -> Vec<Decimal> {
    if let [_] = among {
        return vec![points];
    }
    let proportions: Vec<Decimal> = among.iter().map(proportion).collect();
    let hundredths =
        points.checked_mul(Decimal::ONE_HUNDRED).and_then(|p| u64::try_from(p).ok()).unwrap_or(0);
    let equal = || largest_remainder(hundredths, &vec![Decimal::ONE; among.len()]);
    let parts = largest_remainder(hundredths, &proportions).or_else(equal).unwrap_or_default();
    parts.into_iter().map(|part| Decimal::from_i128_with_scale(i128::from(part), 2)).collect()
}

/// The name by which an indicator is put in order and found again: the fund folder's id, else its title.
pub(super) fn key_of(id: Option<&str>, indicator: &Indicator) -> String {
    id.map_or_else(|| text::key(&indicator.title), str::to_owned)
}

/// The weight that the table gives an indicator.
pub(super) fn typed_weight(indicator: &Indicator) -> Option<Decimal> {
    let written = indicator.marks.get(ColumnRole::Weight)?;
    crate::target::decimal(written.key().trim_end_matches(['分', '%']))
}
