//! Scoring a table: the province by its own row, a region by its own.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{
    formula::{Ask, Judgement, Standing, judge},
    rules::{RuleSet, Scoring},
    sheet::{
        Colour, EXECUTION, ExecutionRow, Lamp, Money, Owed, OwedKind, Reason, ScoreRow, ScoreSheet, Status,
        Total, TypedScore,
    },
    typed,
    weights::{Leaf, Share, Tree, key_of, typed_weight, weighed_under},
};
use crate::{
    actual::{Actual, Measured},
    both,
    checks::{Cx, Facts, asks_for_nothing, execution_weight, is_execution},
    exact::Fraction,
    finding::Both,
    fund::{Fund, IndicatorSpec, RegionalSplit},
    indicator::Kind,
    money::Fen,
    period::Period,
    region::RegionId,
    table::{Indicator, RegionRow, TargetCell, TargetTable},
    target::Target,
};

/// What a sheet is made from, beside rules, fund and table. Figures of regions that are not asked for may be among them.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// What was reached, by indicator and region.
    pub measured: &'a [Measured],
    /// Money of the year; the key is the region, `None` for the whole.
    pub money: &'a BTreeMap<Option<RegionId>, Money>,
    /// Reasons that people gave.
    pub reasons: &'a [Reason],
    /// Scores that people gave.
    pub typed: &'a [TypedScore],
}

/// Why a table cannot be scored at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationFault {
    /// What is wrong and what to do.
    pub message: Both,
}

/// An indicator as it is scored, made once for all regions.
pub(super) struct Prepared<'a> {
    pub(super) key: String,
    pub(super) indicator: &'a Indicator,
    pub(super) facts: &'a Facts<'a>,
    pub(super) spec: Option<&'a IndicatorSpec>,
    pub(super) measured: BTreeMap<Option<RegionId>, &'a Measured>,
    pub(super) reasons: BTreeMap<Option<RegionId>, &'a Reason>,
    rows: BTreeMap<RegionId, &'a RegionRow>,
}

/// What stands behind an evaluator, so that it can borrow from itself no more than it must.
pub struct Scene<'a> {
    cx: Cx<'a>,
    fund: &'a Fund,
}

impl<'a> Scene<'a> {
    /// A table with its fund, looked at once.
    pub fn new(fund: &'a Fund, table: &'a TargetTable) -> Self {
        Self { cx: Cx::bare(table, Some(fund)), fund }
    }
}

/// Scores a table for any region; made once, asked for each region.
pub struct Evaluator<'a> {
    pub(super) rules: &'a RuleSet,
    pub(super) fund: &'a Fund,
    pub(super) inputs: Inputs<'a>,
    pub(super) year: i16,
    pub(super) tree: Tree,
    pub(super) prepared: Vec<Prepared<'a>>,
    execution_reasons: BTreeMap<Option<RegionId>, &'a Reason>,
    cx: &'a Cx<'a>,
}

impl<'a> Evaluator<'a> {
    /// Prepares a table for scoring a year.
    ///
    /// # Errors
    /// All of: no column of targets for the year; an indicator without category and weight; an actual of an indicator that neither
    /// table nor fund knows; two actuals, two reasons or two scores of one person for one indicator and region; a deduction below zero or without words.
    pub fn new(
        rules: &'a RuleSet,
        scene: &'a Scene<'a>,
        year: i16,
        inputs: Inputs<'a>,
    ) -> Result<Self, Vec<EvaluationFault>> {
        let (cx, fund) = (&scene.cx, scene.fund);
        let mut faults = Vec::new();
        let periods = cx.table.periods();
        let own_year = cx.year().is_none_or(|y| y == year);
        let has_year = periods.is_empty()
            || periods
                .iter()
                .any(|p| *p == Period::Year(Some(year)) || (*p == Period::Year(None) && own_year));
        if !has_year {
            let there: Vec<String> = periods.iter().map(Period::zh).collect();
            let there = there.join("、");
            faults.push(both!(
                "绩效目标表没有{year}年度的指标值列（现有：{there}），请换用当年的表",
                "the target table has no column for {year} (there are: {there}); use the table of that year"
            ));
        }
        let counted = || cx.indicators().filter(|(i, _)| !is_execution(i));
        let mut prepared: Vec<Prepared<'a>> = counted()
            .map(|(indicator, facts)| {
                let key = key_of(facts.spec.map(|s| s.id.as_str()), indicator);
                let mut rows = BTreeMap::new();
                for row in &indicator.regions {
                    if let Some(region) = row.region {
                        rows.entry(region).or_insert(row);
                    }
                }
                let (measured, reasons) = (BTreeMap::new(), BTreeMap::new());
                Prepared { key, indicator, facts, spec: facts.spec, measured, reasons, rows }
            })
            .collect();
        attach(fund, &mut prepared, inputs.measured, &mut faults);
        let execution_reasons = attach_reasons(&mut prepared, inputs.reasons, &mut faults);
        check_typed(fund, &prepared, inputs.typed, &mut faults);
        let leaves: Vec<Leaf<'_>> = prepared
            .iter()
            .map(|p| Leaf {
                indicator: p.indicator,
                key: p.key.clone(),
                typed: typed_weight(p.indicator).or_else(|| p.spec.and_then(|s| s.score.weight)),
            })
            .collect();
        faults.extend(prepared.iter().filter_map(|p| p.spec).filter_map(unsound));
        let tree = Tree::new(rules, &leaves, execution_weight(cx));
        match tree {
            Ok(tree) if faults.is_empty() => {
                Ok(Self { rules, fund, inputs, year, tree, prepared, execution_reasons, cx })
            }
            Ok(_) => Err(faults.into_iter().map(|message| EvaluationFault { message }).collect()),
            Err(more) => {
                faults.extend(more);
                Err(faults.into_iter().map(|message| EvaluationFault { message }).collect())
            }
        }
    }

    /// The regions that have a row under any indicator, in the order of the fund's list.
    pub fn regions(&self) -> Vec<RegionId> {
        let mut regions: Vec<RegionId> = self.prepared.iter().flat_map(|p| p.rows.keys().copied()).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }

    /// The target cell of an indicator for a region or the whole.
    pub(super) fn cell(&self, p: &Prepared<'a>, region: Option<RegionId>) -> Option<&'a TargetCell> {
        let cells = match region {
            None => &p.indicator.whole,
            Some(region) => &p.rows.get(&region)?.cells,
        };
        let own_year = self.cx.year().is_none_or(|y| y == self.year);
        let exact = cells.iter().find(|c| c.period == Period::Year(Some(self.year)));
        exact.or_else(|| cells.iter().find(|c| own_year && c.period == Period::Year(None)))
    }

    /// The target of the cycle as written, where there is one.
    fn cycle_target(&self, p: &Prepared<'a>, region: Option<RegionId>) -> Option<String> {
        let cells = match region {
            None => &p.indicator.whole,
            Some(region) => &p.rows.get(&region)?.cells,
        };
        let cycle = cells.iter().find(|c| c.period == Period::Cycle && c.target().is_set())?;
        Some(cycle.written.key())
    }

    /// How an indicator stands for a region or the whole.
    pub(super) fn judged(&self, p: &Prepared<'a>, region: Option<RegionId>) -> Judgement<'a> {
        if region.is_some() && p.spec.is_some_and(|s| s.regional_split == RegionalSplit::None) {
            return Judgement::left_out(both!(
                "本指标只对全省设指标值",
                "this indicator has a target for the whole only"
            ));
        }
        let Some(cell) = self.cell(p, region) else {
            let why = match region {
                Some(_) => both!("本地区没有这项指标值", "this region has no target for it"),
                None => both!("没有设指标值", "no target was set"),
            };
            return Judgement::left_out(why);
        };
        if *cell.target() == Target::Missing
            && let Some(cycle) = self.cycle_target(p, region)
        {
            return Judgement::left_out(both!(
                "本年度没有指标值（实施周期为“{cycle}”）",
                "there is no target for the year (the cycle's is {cycle})"
            ));
        }
        if asks_for_nothing(self.cx, p.facts, cell) {
            let written = cell.written.key();
            return Judgement::left_out(both!(
                "指标值“{written}”什么结果都能达到，不计分",
                "every result meets {written}: it asks for nothing and is not scored"
            ));
        }
        let actual = p.measured.get(&region).map_or(&Actual::Missing, |m| &m.actual);
        judge(self.rules, &self.ask(p, cell), actual)
    }

    fn ask<'s>(&'s self, p: &'s Prepared<'a>, cell: &'a TargetCell) -> Ask<'s> {
        static PLAIN: Scoring =
            Scoring { weight: None, formula: None, pass_percent: None, far_above_percent: None };
        Ask {
            target: cell.target(),
            bounds: self.cx.interval(p.facts, cell).map(|i| (i.lower, i.upper)),
            unit: p.facts.unit.as_ref(),
            measured_in: p.spec.and_then(|s| s.unit.as_ref()),
            direction: p.facts.direction,
            is_satisfaction: p.indicator.kind == Some(Kind::Satisfaction),
            scoring: p.spec.map_or(&PLAIN, |s| &s.score),
            year: self.year,
        }
    }

    /// What each indicator weighs for a region or the whole, given how they stand.
    pub(super) fn weights(&self, judged: &[Judgement<'a>]) -> Vec<Option<Share>> {
        let counts: Vec<bool> = judged.iter().map(|j| !matches!(j.standing, Standing::LeftOut(_))).collect();
        self.tree.weights(&counts)
    }

    /// The score sheet of a region, or of the whole. Derivations are left out; see [`Self::explain`].
    pub fn sheet(&self, region: Option<RegionId>) -> ScoreSheet {
        let judged: Vec<Judgement<'a>> = self.prepared.iter().map(|p| self.judged(p, region)).collect();
        let shares = self.weights(&judged);
        let none_counts = shares.iter().all(Option::is_none);
        let mut owed = Vec::new();
        let rows: Vec<ScoreRow> = self
            .prepared
            .iter()
            .zip(judged)
            .zip(shares)
            .map(|((p, judged), share)| self.row(p, region, judged, share, &mut owed))
            .collect();
        let execution = self.execution(region, &mut owed);
        let total = total(&rows, &execution, none_counts, self.tree.set);
        let grade = total.score.and_then(|t| self.rules.grade(t)).map(|b| b.name.clone());
        let mut illustrative: Vec<String> =
            rows.iter().flat_map(|r| r.illustrative.iter().cloned()).collect();
        for basis in [&self.rules.execution.basis, &self.rules.places.basis, &self.rules.bands.basis] {
            if basis.illustrative {
                illustrative.push(basis.parameter());
            }
        }
        illustrative.sort_unstable();
        illustrative.dedup();
        let mut remarks = self.tree.remarks.clone();
        let typed = self.typed_for(region, None);
        remarks.extend(typed::totals(&typed, &rows, &execution));
        if none_counts {
            remarks.push(both!("没有一项指标可以计分", "no indicator counts, so there is no score"));
        }
        ScoreSheet {
            fund: self.fund.id.clone(),
            rules: self.rules.id.clone(),
            year: self.year,
            region,
            region_name: region.map_or_else(String::new, |r| self.fund.regions.get(r).name.clone()),
            lamps: self.lamps(&rows, &execution),
            typed,
            rows,
            execution,
            total,
            grade,
            illustrative,
            owed,
            remarks,
        }
    }

    fn typed_for(&self, region: Option<RegionId>, indicator: Option<&str>) -> Vec<TypedScore> {
        if self.inputs.typed.is_empty() {
            return Vec::new();
        }
        let mine = |t: &&TypedScore| t.region == region && t.indicator.as_deref() == indicator;
        let mut typed: Vec<TypedScore> = self.inputs.typed.iter().filter(mine).cloned().collect();
        typed.sort_by_key(|t| t.scorer);
        typed
    }

    fn row(
        &self,
        p: &Prepared<'a>,
        region: Option<RegionId>,
        judged: Judgement<'a>,
        share: Option<Share>,
        owed: &mut Vec<Owed>,
    ) -> ScoreRow {
        let weight = share.map(|s| s.weight);
        let reason = p.reasons.get(&region).copied();
        let computed = judged.share.zip(weight).map(|(s, w)| score(s, w, self.rules.places.rule));
        let (mut status, standing_short) = match judged.standing {
            Standing::Reached => (Status::Reached, false),
            Standing::Short => (Status::Short, true),
            Standing::FarAbove => (Status::FarAbove, false),
            Standing::Missing => (Status::Missing, false),
            Standing::LeftOut(why) => (Status::LeftOut { why }, false),
            Standing::NeedsPerson(why) => (Status::NeedsPerson { why }, false),
        };
        if computed == Some(None) {
            status = Status::NeedsPerson {
                why: both!(
                    "得分无法精确计算，请人工核定",
                    "the score cannot be computed exactly; a person decides"
                ),
            };
        }
        let deduction = reason.and_then(|r| r.deduction).filter(|d| !d.is_zero());
        let score = computed.flatten().map(|s| less(s, deduction));
        let off = score.zip(weight).is_some_and(|(s, w)| s < w);
        let reason_owed = score.is_some() && (standing_short || off || status == Status::FarAbove);
        let text = reason.map(|r| r.text.trim()).filter(|t| !t.is_empty());
        self.owe(p, &status, reason_owed && text.is_none(), owed);
        let typed = self.typed_for(region, Some(&p.key));
        let mut remarks = judged.remarks;
        remarks.extend(typed::remarks(&typed, weight, score));
        let measured = p.measured.get(&region);
        let counts = !matches!(status, Status::LeftOut { .. });
        let mut illustrative: Vec<String> =
            measured.filter(|_| counts).map(|m| m.illustrative.clone()).unwrap_or_default();
        illustrative.extend(judged.basis.filter(|b| b.illustrative).map(super::rules::Basis::parameter));
        if counts && weighed_under(self.rules, p.indicator) != p.indicator.category && !self.tree.typed {
            let basis = &self.rules.satisfaction_under_benefit.basis;
            illustrative.extend(basis.illustrative.then(|| basis.parameter()));
        }
        illustrative.sort_unstable();
        illustrative.dedup();
        ScoreRow {
            indicator: p.key.clone(),
            title: p.indicator.title.clone(),
            category: p.indicator.category,
            weighed_under: weighed_under(self.rules, p.indicator),
            kind: p.indicator.kind,
            unit: p.facts.unit.as_ref().map(|u| u.symbol.clone()).unwrap_or_default(),
            target: self.cell(p, region).map(|c| c.written.key()).unwrap_or_default(),
            actual: measured.map_or(Actual::Missing, |m| m.actual.clone()),
            weight,
            score,
            deduction,
            status,
            reason_owed,
            reason: text.map(str::to_owned),
            typed,
            illustrative,
            remarks,
            derivation: None,
        }
    }

    fn owe(&self, p: &Prepared<'a>, status: &Status, reason: bool, owed: &mut Vec<Owed>) {
        let title = self.fund.indicator(&p.indicator.title);
        let (tz, te) = (&title.zh, &title.en);
        let what = match status {
            Status::Missing => Some((OwedKind::Actual, both!("“{tz}”的实际完成值", "the actual of {te}"))),
            Status::NeedsPerson { why } => {
                let (zh, en) = (&why.zh, &why.en);
                Some((OwedKind::Decision, both!("“{tz}”：{zh}", "{te}: {en}")))
            }
            Status::FarAbove if reason => Some((
                OwedKind::ReasonFarAbove,
                both!("“{tz}”超额完成较多的原因", "why {te} went so far beyond its target"),
            )),
            _ if reason => Some((
                OwedKind::ReasonShort,
                both!("“{tz}”扣分的原因和改进措施", "why {te} loses points, and what is done about it"),
            )),
            _ => None,
        };
        owed.extend(what.map(|(kind, what)| Owed { kind, indicator: Some(p.key.clone()), what }));
    }

    fn execution(&self, region: Option<RegionId>, owed: &mut Vec<Owed>) -> ExecutionRow {
        let money = self.inputs.money.get(&region);
        let (budget, executed) = (money.and_then(|m| m.adjusted), money.and_then(|m| m.executed));
        let weight = self.tree.execution;
        let reason = self.execution_reasons.get(&region).copied();
        let mut row = ExecutionRow {
            budget,
            executed,
            rate_percent: None,
            weight,
            score: None,
            deduction: reason.and_then(|r| r.deduction).filter(|d| !d.is_zero()),
            status: Status::Missing,
            reason_owed: false,
            reason: reason.map(|r| r.text.trim().to_owned()).filter(|t| !t.is_empty()),
            typed: self.typed_for(region, Some(EXECUTION)),
            remarks: Vec::new(),
            derivation: None,
        };
        let owe = |kind, what| Owed { kind, indicator: None, what };
        match (budget, executed) {
            (Some(budget), Some(executed)) => self.executed(&mut row, budget, executed),
            _ => owed.push(owe(
                OwedKind::Money,
                both!(
                    "全年预算数（调整后）和全年执行数",
                    "the adjusted budget and the executed amount of the year"
                ),
            )),
        }
        row.remarks.extend(typed::remarks(&row.typed, Some(row.weight), row.score));
        if let Status::NeedsPerson { why } = &row.status {
            let (zh, en) = (&why.zh, &why.en);
            owed.push(owe(OwedKind::Decision, both!("预算执行：{zh}", "budget execution: {en}")));
        }
        if row.reason_owed && row.reason.is_none() {
            owed.push(owe(
                OwedKind::ReasonShort,
                both!(
                    "预算执行率偏低或扣分的原因",
                    "why so little of the budget was executed, or why points come off"
                ),
            ));
        }
        row
    }

    fn executed(&self, row: &mut ExecutionRow, budget: Fen, executed: Fen) {
        let person = |why| Status::NeedsPerson { why };
        if budget.0 <= 0 || executed.0 < 0 {
            row.status = person(both!(
                "调整后预算数为0或金额为负，执行率无法计算，请人工核定",
                "the adjusted budget is zero, or an amount is negative: there is no rate; a person decides"
            ));
            return;
        }
        let rate = Fraction::quotient(Decimal::from(executed.0), Decimal::from(budget.0));
        let capped = rate.filter(|_| executed < budget).or_else(|| rate.map(|_| Fraction::ONE));
        let score = capped.and_then(|share| score(share, row.weight, self.rules.places.rule));
        row.rate_percent =
            rate.and_then(|r| r.times(Fraction::of(Decimal::ONE_HUNDRED)?)).and_then(|r| r.rounded(2));
        row.score = score.map(|s| less(s, row.deduction));
        row.status = if executed < budget { Status::Short } else { Status::Reached };
        if executed > budget {
            row.remarks.push(both!(
                "执行数超过调整后预算数，得分以分值为限；请核对金额",
                "more was executed than the adjusted budget; the score stays at its weight; check the amounts"
            ));
        }
        let limit = Fraction::quotient(self.rules.execution.rule, Decimal::ONE_HUNDRED);
        let low = rate.zip(limit).is_some_and(|(r, l)| r.compared(l).is_lt());
        row.reason_owed = low || row.deduction.is_some();
    }

    fn lamps(&self, rows: &[ScoreRow], execution: &ExecutionRow) -> Vec<Lamp> {
        let mut lamps = Vec::new();
        let limits = &self.rules.lamps.rule;
        let scored: Option<Decimal> = rows
            .iter()
            .filter(|r| r.weight.is_some())
            .map(|r| r.score)
            .try_fold(Decimal::ZERO, |sum, s| sum.checked_add(s?));
        let red =
            scored.zip(execution.score).map(|(s, e)| (s, beyond(s, self.tree.set, e, execution.weight)));
        match red {
            Some((s, _)) if s.is_zero() => return lamps,
            Some((_, Some(percent))) if percent > limits.red_above_percent => lamps.push(Lamp {
                colour: Colour::Red,
                why: both!(
                    "指标得分率高出预算执行得分率{p}%（界限{limit}%）：完成情况明显好于资金执行，请核对",
                    "results are claimed {p} % beyond the money executed (limit {limit} %): check them",
                    p = percent.round_dp(2).normalize(),
                    limit = limits.red_above_percent.normalize()
                ),
            }),
            Some(_) => {}
            None => lamps.push(Lamp {
                colour: Colour::Open,
                why: both!(
                    "得分不完整，红灯尚不能判断",
                    "the scores are not complete, so the red lamp cannot be judged yet"
                ),
            }),
        }
        lamps.extend(unspent(execution, limits.yellow_above_percent));
        lamps
    }
}

/// `(S ÷ set − E ÷ weight) ÷ (S ÷ set)` in percent, to four decimals; `None` where it cannot be computed.
fn beyond(s: Decimal, set: Decimal, e: Decimal, weight: Decimal) -> Option<Decimal> {
    if s.is_zero() || weight.is_zero() {
        return None;
    }
    // 1 − E × set ÷ (S × weight)
    let over = Fraction::of(e)?.times(Fraction::of(set)?)?;
    let under = Fraction::of(s)?.times(Fraction::of(weight)?)?;
    Fraction::ONE.minus(over.divided_by(under)?)?.times(Fraction::of(Decimal::ONE_HUNDRED)?)?.rounded(4)
}

fn unspent(execution: &ExecutionRow, limit: Decimal) -> Option<Lamp> {
    let (budget, executed) = (execution.budget?, execution.executed?);
    if budget.0 == 0 {
        let why = both!("调整后预算数为0", "the adjusted budget is zero");
        return Some(Lamp { colour: Colour::Yellow, why });
    }
    let left = Decimal::from(budget.0).checked_sub(Decimal::from(executed.0))?;
    let share =
        Fraction::quotient(left, Decimal::from(budget.0))?.times(Fraction::of(Decimal::ONE_HUNDRED)?)?;
    if share.compared(Fraction::of(limit)?) != std::cmp::Ordering::Greater {
        return None;
    }
    let share = share.rounded(2)?.normalize();
    let limit = limit.normalize();
    let why = both!(
        "预算的{share}%没有执行（界限{limit}%）",
        "{share} % of the budget was not executed (limit {limit} %)"
    );
    Some(Lamp { colour: Colour::Yellow, why })
}

/// A share of a weight in points, rounded half up once.
pub(super) fn score(share: Fraction, weight: Decimal, places: u32) -> Option<Decimal> {
    let exact = share.times(Fraction::of(weight)?)?.rounded(places)?;
    // Rounding up must not go beyond a weight that has more decimals than a score.
    Some(exact.min(weight))
}

fn less(score: Decimal, deduction: Option<Decimal>) -> Decimal {
    let left = deduction.and_then(|d| score.checked_sub(d)).unwrap_or(score);
    left.max(Decimal::ZERO)
}

fn total(rows: &[ScoreRow], execution: &ExecutionRow, none_counts: bool, set: Decimal) -> Total {
    // Weights are 100 points in all and no score is above its weight: the sums fit.
    let add = |sum: Decimal, more: Decimal| sum.checked_add(more).unwrap_or(sum);
    let mut total = Total { score: None, at_least: Decimal::ZERO, at_most: Decimal::ZERO };
    let mut complete = !none_counts;
    let parts = rows.iter().filter_map(|r| Some((r.score, r.weight?)));
    for (score, weight) in parts.chain(std::iter::once((execution.score, execution.weight))) {
        total.at_least = add(total.at_least, score.unwrap_or_default());
        total.at_most = add(total.at_most, score.unwrap_or(weight));
        complete &= score.is_some();
    }
    if none_counts {
        total.at_most = add(total.at_most, set);
    }
    total.score = complete.then_some(total.at_least);
    total
}

/// A threshold of the fund folder that no formula can use.
fn unsound(spec: &IndicatorSpec) -> Option<Both> {
    let id = &spec.id;
    let pass = spec.score.pass_percent.filter(|p| *p < Decimal::ZERO || *p >= Decimal::ONE_HUNDRED);
    let far = spec.score.far_above_percent.filter(|p| *p < Decimal::ONE_HUNDRED);
    match (pass, far) {
        (Some(p), _) => Some(both!(
            "{id} 的 score.pass_percent 为{p}，应不小于0且小于100",
            "score.pass_percent of {id} is {p}; it must be from 0 to below 100"
        )),
        (_, Some(p)) => Some(both!(
            "{id} 的 score.far_above_percent 为{p}，不应小于100",
            "score.far_above_percent of {id} is {p}; it must be 100 at least"
        )),
        _ => None,
    }
}

fn attach<'a>(fund: &Fund, prepared: &mut [Prepared<'a>], measured: &'a [Measured], faults: &mut Vec<Both>) {
    let places: BTreeMap<String, usize> =
        prepared.iter().enumerate().map(|(i, p)| (p.key.clone(), i)).collect();
    for m in measured {
        let id = &m.indicator;
        match places.get(id) {
            Some(at) => {
                if prepared[*at].measured.insert(m.region, m).is_some() {
                    let region = region_name(fund, m.region);
                    faults.push(both!(
                        "{id}（{zh}）有两个实际完成值，请只保留一个",
                        "{id} ({en}) has two actuals; keep one",
                        zh = region.zh,
                        en = region.en
                    ));
                }
            }
            None if fund.indicators.iter().any(|s| s.id == *id) => {}
            None => faults.push(both!(
                "实际完成值属于{id}，而绩效目标表和资金文件夹中都没有这个指标",
                "an actual is of {id}, which neither the table nor the fund folder knows"
            )),
        }
    }
}

fn attach_reasons<'a>(
    prepared: &mut [Prepared<'a>],
    reasons: &'a [Reason],
    faults: &mut Vec<Both>,
) -> BTreeMap<Option<RegionId>, &'a Reason> {
    let places: BTreeMap<String, usize> =
        prepared.iter().enumerate().map(|(i, p)| (p.key.clone(), i)).collect();
    let mut execution = BTreeMap::new();
    for reason in reasons {
        let name = match reason.indicator.as_deref() {
            Some(id) => Both::same(id),
            None => Both::new("预算执行", "the execution of the budget"),
        };
        let (zh, en) = (&name.zh, &name.en);
        if let Some(off) = reason.deduction {
            if off.is_sign_negative() && !off.is_zero() {
                faults.push(both!("{zh}的扣分{off}小于0", "a deduction of {off} from {en} is below zero"));
            }
            if !off.is_zero() && reason.text.trim().is_empty() {
                faults.push(both!(
                    "{zh}扣{off}分，没有写原因",
                    "{off} points are taken off {en} without a reason"
                ));
            }
        }
        let double = match &reason.indicator {
            None => execution.insert(reason.region, reason).is_some(),
            Some(id) => match places.get(id) {
                Some(at) => prepared[*at].reasons.insert(reason.region, reason).is_some(),
                None => {
                    faults.push(both!(
                        "原因所说的指标{id}不在表中",
                        "a reason speaks of {id}, which is not in the table"
                    ));
                    false
                }
            },
        };
        if double {
            faults.push(both!(
                "{zh}在同一地区有两条原因，请合并",
                "{en} has two reasons for one region; make them one"
            ));
        }
    }
    execution
}

/// Every typed score is of something that the table or the fund knows, and no two are of the same.
fn check_typed(fund: &Fund, prepared: &[Prepared<'_>], typed: &[TypedScore], faults: &mut Vec<Both>) {
    let mut seen = BTreeSet::new();
    for given in typed {
        let id = given.indicator.as_deref();
        let known = id.is_none_or(|id| {
            id == EXECUTION
                || prepared.iter().any(|p| p.key == id)
                || fund.indicators.iter().any(|s| s.id == id)
        });
        let of = id.map_or_else(|| Both::new("总分", "the total"), Both::same);
        let (tz, te) = (&of.zh, &of.en);
        if !known {
            faults.push(both!(
                "评分所说的指标{tz}不在表中",
                "a score speaks of {te}, which is not in the table"
            ));
        }
        if !seen.insert((given.scorer, given.region, id)) {
            let (region, name) = (region_name(fund, given.region), given.scorer.words());
            faults.push(both!(
                "{tz}（{rz}）有两个{nz}，请只保留一个",
                "{te} ({re}) has two scores by {ne}; keep one",
                rz = region.zh,
                re = region.en,
                nz = name.zh,
                ne = name.en
            ));
        }
    }
}

pub(super) fn region_name(fund: &Fund, region: Option<RegionId>) -> Both {
    match region {
        Some(region) => fund.regions.get(region).both(),
        None => Both::new("全省", "the whole"),
    }
}
