//! Actual values beside targets, and the points given for them.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Cx, Facts, Source, Text,
    rows::{Row, rows},
};
use crate::{
    indicator::{Category, Direction, Kind},
    interval::Interval,
    period::PartialDate,
    place::Written,
    table::{ColumnRole, Form, Indicator, MoneyRole, TargetCell},
    target::{Comparator, NumberTarget, Reading, Remark, Target, decimal},
};

/// The scoring of the national method, as used in practice.
pub(super) const SCORING: Source = Source {
    text: Text {
        zh: "财预〔2020〕10号《项目支出绩效评价管理办法》的通行做法：定量指标达到指标值得满分，未达到的按完成值与指标值的比例计分；省级自评表及在用系统采用",
        en: "usual practice under 财预〔2020〕10号: a quantitative indicator that is reached gets full points, else points in proportion; so in provincial forms and systems in use",
    },
    certainty: super::Certainty::Practice,
};

/// The audit practice on reasons: a short-fall or deduction says why.
pub(super) const REASONS: Source = Source {
    text: Text {
        zh: "项目支出绩效自评表（财预〔2020〕10号附件）设“偏差原因分析及改进措施”栏；公开的自评审核工具把未完成而无原因列为错误",
        en: "the self-evaluation form (annex of 财预〔2020〕10号) has a column for reasons; public audit tools treat a short-fall without one as an error",
    },
    certainty: super::Certainty::Practice,
};

/// Points as forms write them: `10`, `9.5分`.
pub(crate) fn points(written: &Written) -> Option<Decimal> {
    decimal(written.key().trim_end_matches(['分', '%']))
}

/// An indicator's points of a role.
pub(super) fn points_of(indicator: &Indicator, role: ColumnRole) -> Option<Decimal> {
    indicator.marks.get(role).and_then(points)
}

/// Points of the execution rate in the money block: 分值 or 得分.
pub(super) fn execution(cx: &Cx<'_>, role: MoneyRole) -> Option<Decimal> {
    let total = cx.table.money.iter().find(|r| r.is_total && r.get(role).is_some());
    total.or_else(|| cx.table.money.iter().find(|r| r.get(role).is_some()))?.get(role).and_then(points)
}

/// Whether the budget's execution is one of the indicators.
pub(super) fn execution_is_an_indicator(cx: &Cx<'_>) -> bool {
    cx.table.indicators.iter().any(is_execution)
}

/// Whether an indicator is the budget's execution.
pub(crate) fn is_execution(indicator: &Indicator) -> bool {
    indicator.category == Some(Category::Execution) || indicator.title.contains("预算执行率")
}

/// The weight that the form gives the budget's execution, among the indicators or in the money block.
pub(crate) fn execution_weight(cx: &Cx<'_>) -> Option<Decimal> {
    let listed = cx.table.indicators.iter().find(|i| is_execution(i));
    listed.and_then(|i| points_of(i, ColumnRole::Weight)).or_else(|| execution(cx, MoneyRole::Weight))
}

/// Whether the form has room for reasons.
pub(super) fn has_room_for_reasons(cx: &Cx<'_>) -> bool {
    use ColumnRole::{Reason, ReasonEquipment, ReasonFunding, ReasonOther, ReasonRules, ReasonStaff};
    [Reason, ReasonFunding, ReasonRules, ReasonStaff, ReasonEquipment, ReasonOther]
        .iter()
        .any(|r| cx.table.has(*r))
}

/// Whether a row says why: in a column of reasons, or in its note.
pub(crate) fn gives_reason(row: &Row<'_>) -> bool {
    let note = row.mark(ColumnRole::Note).map(Written::key);
    row.marks.has_reason() || note.is_some_and(|n| !matches!(n.as_str(), "无" | "/" | "-" | "—"))
}

/// A row of a self-evaluation form with target and actual.
pub(crate) struct Evaluated<'a, 'f> {
    pub row: Row<'a>,
    pub facts: &'f Facts<'a>,
    pub target: &'a TargetCell,
    pub actual: &'a Written,
    pub reading: Reading,
    /// Whether the actual meets the target; `None` when that cannot be said.
    pub met: Option<bool>,
    pub weight: Option<Decimal>,
    pub score: Option<Decimal>,
}

/// Every row of a self-evaluation form (also of a regional form used for reporting) with a target and an actual.
pub(crate) fn evaluated<'a, 'f>(cx: &'f Cx<'a>) -> Vec<Evaluated<'a, 'f>> {
    let mut found = Vec::new();
    for (indicator, facts) in cx.indicators().filter(|_| cx.table.form != Form::Monitoring) {
        for row in rows(indicator) {
            let (Some(target), Some(actual)) = (row.year_cell(), row.mark(ColumnRole::Actual)) else {
                continue;
            };
            let reading = Reading::parse(&actual.text);
            let met = meets(cx, facts, row, target, &reading);
            let of = |role| row.mark(role).and_then(points);
            let (weight, score) = (of(ColumnRole::Weight), of(ColumnRole::Score));
            found.push(Evaluated { row, facts, target, actual, reading, met, weight, score });
        }
    }
    found
}

/// Whether a value meets a row's target; `None` when target or value is no number or date, or it is not sure which way is better.
pub(super) fn meets(
    cx: &Cx<'_>,
    facts: &Facts<'_>,
    row: Row<'_>,
    target: &TargetCell,
    value: &Reading,
) -> Option<bool> {
    match (target.target(), &value.target) {
        (Target::Number(number), Target::Number(_)) => {
            let figure = value_in_unit(cx, facts, target, value)?;
            number_meets(cx, facts, row.indicator, target, number, figure)
        }
        (Target::Deadline(limit), Target::Deadline(done)) => {
            let year = cx.stand_in_year(target.period);
            let (limit, last) = (limit.last_day(year)?, done.by.last_day(year)?);
            // A month without day may be any day of it: missed only when even its first day is too late.
            match (last <= limit, first_day(done.by, year)? > limit) {
                (true, _) => Some(true),
                (false, true) => Some(false),
                (false, false) => None,
            }
        }
        _ => None,
    }
}

fn first_day(date: PartialDate, year: Option<i16>) -> Option<Date> {
    Date::new(date.year.or(year)?, date.month.unwrap_or(1), date.day.unwrap_or(1)).ok()
}

/// What a value without comparator is in the indicator's unit; `None` when it is no plain number or of another unit.
pub(crate) fn value_in_unit(
    cx: &Cx<'_>,
    facts: &Facts<'_>,
    target: &TargetCell,
    value: &Reading,
) -> Option<Decimal> {
    let number = value.target.number()?;
    let odd = |r: &Remark| {
        !matches!(r, Remark::AsciiComparator | Remark::PercentInWords | Remark::PerhapsSerialDate(_))
    };
    if number.comparator == Comparator::Range || value.remarks.iter().any(odd) {
        return None;
    }
    let figure = number.figure()?;
    let cell_unit = target.target().number().and_then(|n| n.unit.as_ref());
    match (&number.unit, &facts.unit) {
        (Some(from), Some(to)) => from.convert(figure, to).ok(),
        // Without a unit the figure is in the target's; when name and cell are of two scales that is a guess.
        (None, Some(unit)) if cell_unit.is_some_and(|c| c.scale != unit.scale) => None,
        (None, Some(unit)) if unit.is_share() => {
            // Workbooks hold 95% as 0.95.
            let floor = cx.interval(facts, target).and_then(|i| i.lower.or(i.upper)).map(|b| b.value);
            let fraction = figure <= Decimal::ONE && floor.is_some_and(|f| f > Decimal::ONE);
            if fraction { figure.checked_div(unit.scale) } else { Some(figure) }
        }
        _ => Some(figure),
    }
}

/// Whether less may be what is wanted although the name does not say so: costs, times, limits.
fn may_be_better_low(indicator: &Indicator) -> bool {
    const WORDS: [&str; 12] =
        ["成本", "费用", "控制", "时限", "时间", "时长", "天数", "周期", "支出", "误差", "偏差", "标准"];
    matches!(indicator.kind, Some(Kind::Cost | Kind::SocialCost | Kind::EcologicalCost | Kind::Timeliness))
        || WORDS.iter().any(|w| indicator.title.contains(w))
}

fn number_meets(
    cx: &Cx<'_>,
    facts: &Facts<'_>,
    indicator: &Indicator,
    cell: &TargetCell,
    number: &NumberTarget,
    value: Decimal,
) -> Option<bool> {
    let interval = cx.interval(facts, cell)?;
    let figure = interval.lower.or(interval.upper)?.value;
    match number.comparator {
        Comparator::Bare | Comparator::Equal if value == figure => Some(true),
        Comparator::Bare | Comparator::Equal if figure.is_zero() || may_be_better_low(indicator) => None,
        // An exact figure is scored like a floor: what goes beyond it loses no points.
        Comparator::Equal if facts.direction == Direction::Forward => Some(value > figure),
        Comparator::Equal => Some(value < figure),
        _ => Some(Interval::contains(&interval, value)),
    }
}
