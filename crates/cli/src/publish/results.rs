//! Targets against results: rows, regions, points, deviations.

use std::collections::BTreeMap;

use jixiao_core::{
    actual::{Actual, Ratio},
    both,
    derivation::{Ground, Node},
    evaluation::{self, Colour, ScoreRow, ScoreSheet, Scorer},
    exact::{Exact, Rounding},
    finding::Both,
    indicator::Category,
    monitor::Followed,
    region::RegionId,
    survey,
    unit::Unit,
};
use jixiao_report::{
    content::{
        CategoryScore, Deviation, Lamp, LampRow, RegionRow, RegionScore, RegionTable, ResultRow, Score,
        Status,
    },
    figure::{Figure, grouped},
};
use rust_decimal::Decimal;

use super::{
    Facts,
    english::{sourced, unit, words},
    money::none,
};

/// The targets of the year by indicator and region.
pub(super) type Targets<'a> = BTreeMap<(&'a str, Option<RegionId>), &'a Followed>;

/// Names of ledgers for people, by the words that schemes use.
pub(super) type Labels = BTreeMap<String, Both>;

/// Most decimals of a result on a page.
const DECIMALS: u32 = 4;

/// An actual as it is printed; the exact value stays beside it.
pub(super) fn actual(actual: &Actual, unit: &str) -> Figure {
    let unit = super::english::unit(unit);
    match actual {
        Actual::Number(value) => Figure::number(*value, value.normalize().scale().min(DECIMALS), unit),
        other => Figure::actual(other, &unit),
    }
}

/// Points with two decimals.
fn points(value: Decimal) -> Figure {
    Figure::number(value, 2, Both::new("分", "points"))
}

/// How a row stands.
pub(super) fn status(row: &ScoreRow, target: Option<&Followed>) -> Status {
    match &row.status {
        evaluation::Status::Reached => Status::Reached,
        evaluation::Status::Short => Status::Missed,
        evaluation::Status::FarAbove => Status::Exceeded,
        evaluation::Status::Missing => Status::Missing,
        evaluation::Status::NeedsPerson { .. } => Status::Person,
        evaluation::Status::LeftOut { .. } if target.is_some_and(Followed::is_vacuous) => Status::Vacuous,
        evaluation::Status::LeftOut { .. } => Status::NotApplicable,
    }
}

/// The figure that a target is held against: its floor, else its ceiling.
pub(super) fn bound(target: &Followed) -> Option<Decimal> {
    let interval = target.interval?;
    Some(interval.lower.or(interval.upper)?.value)
}

/// Actual ÷ floor in %; not applicable where the target has no floor above zero or the actual is no figure.
fn completion(row: &ScoreRow, target: Option<&Followed>) -> Figure {
    let floor = target.and_then(|t| t.interval?.lower).map(|b| b.value).filter(|v| *v > Decimal::ZERO);
    let Some(floor) = floor else { return none() };
    let share = match &row.actual {
        Actual::Missing => return Figure::missing(),
        Actual::Number(value) => Some(Ratio { numerator: *value, denominator: floor }),
        Actual::Share(ratio) => {
            let parts =
                ratio.numerator.checked_mul(Decimal::ONE_HUNDRED).zip(ratio.denominator.checked_mul(floor));
            parts.map(|(numerator, denominator)| Ratio { numerator, denominator })
        }
        _ => None,
    };
    share.map_or_else(none, |share| Figure::percent(share, 2))
}

/// Why a row does not count, or the reason that was given.
fn reason(row: &ScoreRow) -> Both {
    match &row.status {
        evaluation::Status::LeftOut { why } | evaluation::Status::NeedsPerson { why } => why.clone(),
        _ => Both::same(row.reason.clone().unwrap_or_default()),
    }
}

/// Whether a formula is one in the words of the fund folder, which a reader of the report need not know; figures that are set beside each other are none.
fn is_expression(formula: &str) -> bool {
    formula.contains(" where ") || formula.contains("count(") || formula.contains("sum(")
}

/// How a figure was obtained: what it is, the formula, and what it was counted from. `labels` are the names of ledgers for people.
fn method(node: &Node, labels: &Labels) -> Both {
    let mut said = node.label.clone();
    if is_expression(&node.formula) {
        said = both!(
            "{z}：按 indicators.toml 写明的口径",
            "{e}: as indicators.toml defines it",
            z = said.zh,
            e = said.en
        );
    } else if !node.formula.is_empty() {
        let formula = &node.formula;
        said = both!("{z}：{formula}", "{e}: {formula}", z = said.zh, e = said.en);
    }
    let mut ledgers: Vec<(&str, u64)> = Vec::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        for ground in &node.grounds {
            if let Ground::Rows { ledger, count, .. } = ground
                && !ledgers.contains(&(ledger.as_str(), *count))
            {
                ledgers.push((ledger, *count));
            }
        }
        open.extend(node.parts.iter().rev());
    }
    if ledgers.is_empty() {
        return said;
    }
    let label = |name: &str| labels.get(name).cloned().unwrap_or_else(|| Both::same(name));
    let zh: Vec<String> = ledgers.iter().map(|(l, n)| format!("{} {n} 行", label(l).zh)).collect();
    let en: Vec<String> = ledgers.iter().map(|(l, n)| format!("{n} rows of {}", label(l).en)).collect();
    both!(
        "{z}（依据：{a}）",
        "{e} (from {b})",
        z = said.zh,
        e = said.en,
        a = zh.join("、"),
        b = en.join(", ")
    )
}

/// A target as written; the unit only where it is a figure's.
fn written(target: Option<&Followed>, row: &ScoreRow) -> Both {
    words(target.map_or(&row.target, |t| &t.written))
}

fn lamp(colour: Colour) -> Lamp {
    match colour {
        Colour::Red => Lamp::Red,
        Colour::Yellow => Lamp::Yellow,
        Colour::Open => Lamp::None,
    }
}

/// Names of a category and of a kind, of an indicator in the table by its title.
pub(super) struct Names {
    /// 一级指标.
    pub category: Both,
    /// 二级指标.
    pub kind: Both,
}

impl Facts<'_> {
    /// Where an indicator stands in the table.
    pub(super) fn names(&self, title: &str) -> Names {
        let found = self.year.document.table.indicators.iter().find(|i| i.title == title);
        let label = |written: Option<&jixiao_core::place::Written>| {
            Both::same(written.map(|w| w.text.trim().to_owned()).unwrap_or_default())
        };
        let category = found.and_then(|i| i.category).map(|c| Both::new(c.zh(), c.en()));
        let kind = found.and_then(|i| i.kind).map(|k| Both::new(k.zh(), k.en()));
        Names {
            category: category.unwrap_or_else(|| label(found.and_then(|i| i.category_label.as_ref()))),
            kind: kind.unwrap_or_else(|| label(found.and_then(|i| i.kind_label.as_ref()))),
        }
    }

    /// What stands instead of a survey's figure that is known but not shown.
    fn hidden(&self, indicator: &str, region: Option<RegionId>) -> Option<Figure> {
        let held = self.year.surveyed.as_ref().filter(|s| s.survey.indicator == indicator)?;
        let figure = match region {
            Some(id) => held.results.regions.get(&id)?,
            None => &held.results.whole,
        };
        let survey::Figure::Suppressed(why) = figure else { return None };
        Some(super::survey::hidden(*why))
    }

    /// What stands instead of a survey's figures that are known to their last digit but shown rounded only, made from the share.
    fn rounded(
        &self,
        indicator: &str,
        region: Option<RegionId>,
        of: impl Fn(&Exact) -> Option<Exact>,
    ) -> Option<Figure> {
        let share = self.rough(indicator, region)?;
        Some(of(share).map_or_else(none, |share| super::survey::rounded(&share, Rounding::HalfUp)))
    }

    /// The share of a survey that is shown rounded only, because too few answers stand under a part of it.
    pub(super) fn rough(&self, indicator: &str, region: Option<RegionId>) -> Option<&Exact> {
        let held = self.year.surveyed.as_ref().filter(|s| s.survey.indicator == indicator)?;
        let figure = match region {
            Some(id) => held.results.regions.get(&id)?,
            None => &held.results.whole,
        };
        let open = held.results.is_open(region, held.survey.settings.whole("fewest-shown"));
        figure.shown().map(|estimate| &estimate.share).filter(|_| !open)
    }

    /// The share of a target that a row came to.
    fn completed(&self, row: &ScoreRow, region: Option<RegionId>, target: Option<&Followed>) -> Figure {
        let floor = target.and_then(|t| t.interval?.lower).map(|b| b.value).filter(|v| *v > Decimal::ZERO);
        let over = |share: &Exact| share.times(&Exact::whole(100)).over(&Exact::of(floor?));
        self.rounded(&row.indicator, region, over).unwrap_or_else(|| completion(row, target))
    }

    /// Each indicator against its target.
    pub(super) fn results(
        &self,
        sheet: &ScoreSheet,
        targets: &Targets<'_>,
        labels: &Labels,
    ) -> Vec<ResultRow> {
        let row = |row: &ScoreRow| {
            let target = targets.get(&(row.indicator.as_str(), sheet.region)).copied();
            let measured =
                self.year.measured.iter().find(|m| m.indicator == row.indicator && m.region == sheet.region);
            let names = self.names(&row.title);
            ResultRow {
                indicator: row.indicator.clone(),
                category: names.category,
                kind: names.kind,
                name: self.setting.fund.indicator(&row.title),
                unit: unit(&row.unit),
                target: written(target, row),
                actual: self
                    .hidden(&row.indicator, sheet.region)
                    .or_else(|| self.rounded(&row.indicator, sheet.region, |share| Some(share.clone())))
                    .unwrap_or_else(|| actual(&row.actual, &row.unit)),
                completion: self.completed(row, sheet.region, target),
                weight: row.weight.map_or_else(none, points),
                score: match (row.score, &row.status) {
                    (Some(score), _) => points(score),
                    (None, evaluation::Status::LeftOut { .. }) => none(),
                    (None, evaluation::Status::NeedsPerson { .. }) => {
                        Figure::not_applicable(Both::new("待核定", "a person decides"))
                    }
                    (None, _) => Figure::missing(),
                },
                status: status(row, target),
                method: measured.map(|m| method(&m.derivation, labels)).unwrap_or_default(),
                reason: reason(row),
                illustrative: row.illustrative.clone(),
            }
        };
        sheet.rows.iter().map(row).collect()
    }

    /// Each indicator by region: rows of regions that have a target or a known result. What a survey measures stands with the survey, unless
    /// regions have targets for it.
    pub(super) fn by_region(&self, whole: &ScoreSheet, targets: &Targets<'_>) -> Vec<RegionTable> {
        let surveyed = self.year.surveyed.as_ref().map(|s| s.survey.indicator.as_str());
        let mut tables = Vec::new();
        for own in &whole.rows {
            let id = own.indicator.as_str();
            let mut rows = Vec::new();
            let mut has_target = false;
            for sheet in self.sheets.iter().filter(|s| s.region.is_some()) {
                let Some(row) = sheet.row(id) else { continue };
                let target = targets.get(&(id, sheet.region)).copied();
                has_target |= target.is_some();
                let is_known = !matches!(row.actual, Actual::Missing | Actual::NotApplicable(_));
                if target.is_none() && !is_known {
                    continue;
                }
                let hidden = self.hidden(id, sheet.region);
                let figure = target.and_then(bound).map(|b| Figure::whole(b, unit(&own.unit)));
                rows.push(RegionRow {
                    code: self.code(sheet.region),
                    region: self.name(sheet.region),
                    target: target.map_or_else(Both::default, |t| words(&t.written)),
                    target_figure: figure.unwrap_or_else(none),
                    completion: if hidden.is_some() {
                        none()
                    } else {
                        self.completed(row, sheet.region, target)
                    },
                    actual: hidden
                        .or_else(|| self.rounded(id, sheet.region, |share| Some(share.clone())))
                        .unwrap_or_else(|| actual(&row.actual, &own.unit)),
                    status: status(row, target),
                    // That a region has no target need not be said in every row.
                    reason: if target.is_some() { reason(row) } else { Both::default() },
                });
            }
            if rows.is_empty() || (!has_target && surveyed == Some(id)) {
                continue;
            }
            let (name, unit) = (self.setting.fund.indicator(&own.title), unit(&own.unit));
            tables.push(RegionTable { indicator: own.indicator.clone(), name, unit, rows });
        }
        tables
    }

    /// Points.
    pub(super) fn score(&self, sheet: &ScoreSheet, rules: &evaluation::RuleSet) -> Score {
        // Open is not missing: how much it is at least and at most is known.
        let total = |sheet: &ScoreSheet| {
            let total = &sheet.total;
            let bounds = format!("{}–{}", grouped(total.at_least, 2), grouped(total.at_most, 2));
            let open = || Figure::words(both!("未定（{bounds}）", "open ({bounds})"));
            total.score.map_or_else(open, points)
        };
        let typed = |scorer: Scorer| {
            let found = sheet.typed.iter().find(|t| t.scorer == scorer && t.indicator.is_none());
            found.map_or_else(Figure::missing, |t| points(t.score))
        };
        let regions = self.sheets.iter().filter(|s| s.region.is_some() && sheet.region.is_none());
        let by_region = regions.map(|s| RegionScore {
            code: self.code(s.region),
            region: self.name(s.region),
            total: total(s),
            grade: s.grade.clone().unwrap_or_default(),
        });
        let lamps = sheet.lamps.iter().map(|l| LampRow {
            name: match l.colour {
                Colour::Red => Both::new("结果与资金", "results and money"),
                Colour::Yellow => Both::new("预算执行", "budget execution"),
                Colour::Open => Both::new("尚不能判断", "cannot be said yet"),
            },
            lamp: lamp(l.colour),
            reason: l.why.clone(),
        });
        let basis = rules.weights.first().map(|w| sourced(&w.basis.source)).unwrap_or_default();
        Score {
            categories: categories(sheet),
            total: total(sheet),
            of: points(Decimal::ONE_HUNDRED),
            grade: sheet.grade.clone().unwrap_or_default(),
            department: typed(Scorer::Department),
            finance: typed(Scorer::Finance),
            lamps: lamps.collect(),
            by_region: by_region.collect(),
            rule_set: both!(
                "{z}；分值依据：{a}",
                "{e}; weights: {b}",
                z = rules.name.zh,
                e = rules.name.en,
                a = basis.zh,
                b = basis.en
            ),
        }
    }

    /// What was missed or far exceeded: of the region, or of the whole and then of every region.
    pub(super) fn deviations(&self, region: Option<RegionId>, targets: &Targets<'_>) -> Vec<Deviation> {
        let mut list = Vec::new();
        for sheet in self.sheets.iter().filter(|s| region.is_none() || s.region == region) {
            let place = sheet.region.map_or_else(Both::default, |id| self.name(Some(id)));
            for row in &sheet.rows {
                let target = targets.get(&(row.indicator.as_str(), sheet.region)).copied();
                let status = status(row, target);
                if !matches!(status, Status::Missed | Status::Exceeded) {
                    continue;
                }
                list.push(Deviation {
                    indicator: self.setting.fund.indicator(&row.title),
                    region: place.clone(),
                    target: written(target, row),
                    actual: self
                        .rounded(&row.indicator, sheet.region, |share| Some(share.clone()))
                        .unwrap_or_else(|| actual(&row.actual, &row.unit)),
                    status,
                    kind: Both::default(),
                    reason: Both::same(row.reason.clone().unwrap_or_default()),
                    measure: Both::default(),
                    overdue: row.reason_owed && row.reason.is_none(),
                });
            }
            let execution = &sheet.execution;
            if execution.reason_owed {
                list.push(Deviation {
                    indicator: Both::new("预算执行率", "execution of the budget"),
                    region: place,
                    target: Both::same("100%"),
                    actual: execution
                        .rate_percent
                        .map_or_else(Figure::missing, |rate| Figure::number(rate, 2, Both::same("%"))),
                    status: Status::Missed,
                    kind: Both::default(),
                    reason: Both::same(execution.reason.clone().unwrap_or_default()),
                    measure: Both::default(),
                    overdue: execution.reason.is_none(),
                });
            }
        }
        list
    }
}

/// Points by category, the execution first; a category of which anything is missing has no score.
fn categories(sheet: &ScoreSheet) -> Vec<CategoryScore> {
    let execution = &sheet.execution;
    let mut list = vec![CategoryScore {
        id: "execution".to_owned(),
        name: Both::new("预算执行率", "budget execution"),
        weight: points(execution.weight),
        score: execution.score.map_or_else(Figure::missing, points),
    }];
    let all = [
        (Category::Cost, "cost"),
        (Category::Output, "output"),
        (Category::Benefit, "benefit"),
        (Category::Satisfaction, "satisfaction"),
    ];
    for (category, id) in all {
        let rows = sheet.rows.iter().filter(|r| r.weighed_under == Some(category) && r.weight.is_some());
        let mut weight = Decimal::ZERO;
        let mut score = Some(Decimal::ZERO);
        for row in rows {
            weight = weight.checked_add(row.weight.unwrap_or_default()).unwrap_or(weight);
            score = score.zip(row.score).and_then(|(a, b)| a.checked_add(b));
        }
        if weight.is_zero() {
            continue;
        }
        list.push(CategoryScore {
            id: id.to_owned(),
            name: Both::new(category.zh(), category.en()),
            weight: points(weight),
            score: score.map_or_else(Figure::missing, points),
        });
    }
    list
}

/// The unit's text; empty for none.
pub(super) fn symbol(unit: Option<&Unit>) -> &str {
    unit.map_or("", |u| u.symbol.as_str())
}
