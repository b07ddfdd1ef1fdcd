//! Monitoring at the end of a month.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    Chance, Divergence, Followed, GivenReason, Manner, Money, MoneyFollowed, Monthly, MonthlyCourse, Owed,
    OwedKind, Projection, Rules, chance, money::follow, project,
};
use crate::{
    actual::Actual,
    both,
    derivation::{Ground, Node},
    exact::{Exact, Rounding},
    finding::Both,
    interval::Interval,
    region::{RegionId, RegionTree},
    target::Target,
    unit::Unit,
};

/// What is known of every indicator, by its id and region; `None` is the whole. What is not in it is missing.
pub type Courses = BTreeMap<(String, Option<RegionId>), MonthlyCourse>;

/// Everything that monitoring looks at.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The parameters.
    pub rules: &'a Rules,
    /// The fund year.
    pub year: i16,
    /// The month at whose end is looked, 1 to 12.
    pub month: u8,
    /// Today: what is owed is overdue or not.
    pub today: Date,
    /// The year's targets, see [`super::followed()`].
    pub followed: &'a [Followed],
    /// What is known of the indicators.
    pub courses: &'a Courses,
    /// What is known of the money, by region; `None` is the whole.
    pub money: &'a BTreeMap<Option<RegionId>, Money>,
    /// The reasons that people gave.
    pub reasons: &'a [GivenReason],
    /// The regions, for their names.
    pub tree: &'a RegionTree,
}

/// An indicator of a region, or of the whole, at the end of the month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Id of the indicator.
    pub indicator: String,
    /// Its title.
    pub title: String,
    /// The unit of its figures.
    pub unit: Option<Unit>,
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// The target as written.
    pub target: String,
    /// What was reached. For a deadline, the day on which it was met, or `State(false)` while it is not.
    pub progress: Actual,
    /// Where the year is expected to end; of figures only.
    pub projection: Option<Projection>,
    /// Whether the target can be reached; `None` when nothing is known of it, or it asks for nothing that can be measured.
    pub chance: Option<Chance>,
    /// Results that have drifted apart from money.
    pub divergence: Option<Divergence>,
    /// The reasons that people gave, by day.
    pub reasons: Vec<GivenReason>,
    /// How the chance came about.
    pub derivation: Node,
    /// Progress ÷ target, at most 1; of figures that add up towards a floor.
    #[serde(skip)]
    pub reached: Option<Exact>,
}

/// What monitoring came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Monitoring {
    /// The fund year.
    pub year: i16,
    /// The month at whose end was looked.
    pub month: u8,
    /// Every target of the year, in the order of the table.
    pub rows: Vec<Row>,
    /// The money: the whole, then the regions.
    pub money: Vec<MoneyFollowed>,
    /// What is owed, by whom: in the order of the rows, then of the money.
    pub owed: Vec<Owed>,
    /// Names of the parameters that are marked illustrative.
    pub illustrative: Vec<String>,
    /// That projections are statistics, not law.
    pub statement: Both,
}

impl Monitoring {
    /// The rows of a region; `None` is the whole.
    pub fn of(&self, region: Option<RegionId>) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |r| r.region == region)
    }

    /// What is overdue.
    pub fn overdue(&self) -> impl Iterator<Item = &Owed> {
        self.owed.iter().filter(|o| o.is_overdue())
    }
}

/// Looks at a fund year at the end of a month.
///
/// # Errors
/// Everything that is wrong with what was handed in: a month that is none, a course that is not of its target's kind or longer than a year, a reason of an unknown
/// kind or for an indicator that nobody follows, figures that are too large.
pub fn monitor(asked: &Asked<'_>) -> Result<Monitoring, Vec<Both>> {
    let Some(as_of) = last_day(asked.year, asked.month) else {
        let (year, month) = (asked.year, asked.month);
        return Err(vec![both!("{year}年没有{month}月", "{year} has no month {month}")]);
    };
    let mut faults = unknown_reasons(asked);
    let mut money = Vec::new();
    for (region, known) in asked.money {
        match follow(*region, known, asked.month, asked.rules) {
            Ok(followed) => money.push(followed),
            Err(why) => {
                let name = asked.name(*region);
                faults.push(both!(
                    "{nz}资金：{wz}",
                    "money of {ne}: {we}",
                    nz = name.zh,
                    ne = name.en,
                    wz = why.zh,
                    we = why.en
                ));
            }
        }
    }
    let mut rows = Vec::new();
    for followed in asked.followed {
        let rate = money.iter().find(|m| m.region == followed.region).and_then(|m| m.rate.as_ref());
        match row(asked, followed, as_of, rate) {
            Ok(row) => rows.push(row),
            Err(why) => {
                let name = asked.name(followed.region);
                faults.push(both!(
                    "{nz}“{tz}”：{wz}",
                    "{te}, {ne}: {we}",
                    nz = name.zh,
                    ne = name.en,
                    tz = followed.name.zh,
                    te = followed.name.en,
                    wz = why.zh,
                    we = why.en
                ));
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    for line in &mut money {
        let shares: Vec<&Exact> =
            rows.iter().filter(|r| r.region == line.region).filter_map(|r| r.reached.as_ref()).collect();
        let sum = shares.iter().fold(Exact::zero(), |sum, s| sum.plus(s));
        line.results = sum.over(&Exact::whole(shares.len() as u64));
        if let (Some(results), Some(rate)) = (&line.results, &line.rate) {
            line.divergence = Divergence::between(results, rate, asked.rules);
        }
    }
    let owed = owed(asked, as_of, &rows, &money);
    Ok(Monitoring {
        year: asked.year,
        month: asked.month,
        rows,
        money,
        owed,
        illustrative: asked.rules.illustrative(),
        statement: super::statistics_not_law(),
    })
}

fn last_day(year: i16, month: u8) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, 1).ok().map(Date::last_of_month)
}

impl Asked<'_> {
    fn name(&self, region: Option<RegionId>) -> Both {
        match region {
            Some(id) => self.tree.get(id).both(),
            None => Both::new("总体", "the whole"),
        }
    }

    fn course(&self, followed: &Followed) -> &MonthlyCourse {
        const MISSING: &MonthlyCourse = &MonthlyCourse::Missing;
        self.courses.get(&(followed.indicator.clone(), followed.region)).unwrap_or(MISSING)
    }
}

fn unknown_reasons(asked: &Asked<'_>) -> Vec<Both> {
    let known: BTreeSet<(&str, Option<RegionId>)> =
        asked.followed.iter().map(|f| (f.indicator.as_str(), f.region)).collect();
    let mut faults = Vec::new();
    for reason in asked.reasons {
        let (code, indicator) = (&reason.code, &reason.indicator);
        if asked.rules.reason(code).is_none() {
            let codes: Vec<&str> = asked.rules.reasons.iter().map(|r| r.code.as_str()).collect();
            let codes = codes.join(", ");
            faults.push(both!(
                "{indicator}的原因类别{code}不在代码表中：{codes}",
                "{indicator}: {code} is no kind of reason; known are {codes}"
            ));
        }
        if !known.contains(&(indicator.as_str(), reason.region)) {
            let name = asked.name(reason.region);
            faults.push(both!(
                "{nz}没有指标{indicator}的年度目标，不能为其填写原因",
                "{ne} has no target of the year for {indicator} that a reason could be given for",
                nz = name.zh,
                ne = name.en
            ));
        }
    }
    faults
}

/// What of a course concerns its target.
struct Seen {
    progress: Actual,
    projection: Option<Projection>,
    chance: Option<Chance>,
    parts: Vec<Node>,
}

fn row(asked: &Asked<'_>, followed: &Followed, as_of: Date, rate: Option<&Exact>) -> Result<Row, Both> {
    let seen = seen(asked, followed, as_of)?;
    let mut reached = None;
    if let (Actual::Number(progress), MonthlyCourse::Sum(_)) = (&seen.progress, asked.course(followed))
        && let Some(floor) = followed.interval.and_then(|i| i.lower).filter(|b| b.value > Decimal::ZERO)
    {
        let share = Exact::of(*progress).over(&Exact::of(floor.value));
        reached = share.map(|s| s.clamped(&Exact::zero(), &Exact::one()));
    }
    let divergence =
        reached.as_ref().zip(rate).and_then(|(r, money)| Divergence::between(r, money, asked.rules));
    let mut reasons: Vec<GivenReason> = asked
        .reasons
        .iter()
        .filter(|r| r.indicator == followed.indicator && r.region == followed.region)
        .cloned()
        .collect();
    reasons.sort_by(|a, b| (a.on, &a.code, &a.text).cmp(&(b.on, &b.code, &b.text)));
    let words = seen.chance.map_or_else(|| Both::new("无法判断", "cannot be said"), Chance::words);
    let node = Node::new(Both::new("完成目标可能性", "chance of reaching the target"), words)
        .on(Ground::Target { place: followed.title.clone(), written: followed.written.clone() });
    let derivation = seen.parts.into_iter().fold(node, Node::part);
    Ok(Row {
        indicator: followed.indicator.clone(),
        title: followed.title.clone(),
        unit: followed.unit.clone(),
        region: followed.region,
        target: followed.written.clone(),
        progress: seen.progress,
        projection: seen.projection,
        chance: seen.chance,
        divergence,
        reasons,
        derivation,
        reached,
    })
}

fn seen(asked: &Asked<'_>, followed: &Followed, as_of: Date) -> Result<Seen, Both> {
    let nothing = |progress| Seen { progress, projection: None, chance: None, parts: Vec::new() };
    let sure_if_vacuous = |seen: Seen| Seen {
        chance: if followed.is_vacuous() { Some(Chance::Sure) } else { seen.chance },
        ..seen
    };
    match (asked.course(followed), &followed.target) {
        (MonthlyCourse::Missing, _) => Ok(sure_if_vacuous(nothing(Actual::Missing))),
        (MonthlyCourse::NotApplicable { why }, _) => Ok(nothing(Actual::NotApplicable(why.clone()))),
        (MonthlyCourse::Sum(m), _) => figures(asked, followed, m, Manner::Sum).map(sure_if_vacuous),
        (MonthlyCourse::Level(m), _) => figures(asked, followed, m, Manner::Level).map(sure_if_vacuous),
        (MonthlyCourse::Date { done, expected, derivation }, Target::Deadline(_)) => {
            Ok(dates(asked, followed, as_of, *done, *expected, derivation))
        }
        (MonthlyCourse::State { holds, settled, derivation }, Target::State(_)) => {
            // At the year's end nothing can change any more.
            let chance = match (holds, *settled || asked.month == 12) {
                (true, true) => Chance::Sure,
                (false, true) => Chance::Impossible,
                (true, false) => asked.rules.so_far,
                (false, false) => Chance::Possible,
            };
            let parts = vec![derivation.clone()];
            Ok(Seen { progress: Actual::State(*holds), projection: None, chance: Some(chance), parts })
        }
        (MonthlyCourse::Date { .. }, Target::Missing | Target::NotApplicable | Target::Unread)
        | (MonthlyCourse::State { .. }, Target::Missing | Target::NotApplicable | Target::Unread) => {
            Ok(nothing(Actual::Missing))
        }
        _ => Err(both!(
            "进度数据的类型与指标值“{t}”不符",
            "what is known of its progress is not of the kind of its target {t}",
            t = followed.written
        )),
    }
}

fn figures(asked: &Asked<'_>, followed: &Followed, monthly: &Monthly, manner: Manner) -> Result<Seen, Both> {
    if matches!(followed.target, Target::Deadline(_) | Target::State(_)) {
        return Err(both!(
            "进度数据的类型与指标值“{t}”不符",
            "what is known of its progress is not of the kind of its target {t}",
            t = followed.written
        ));
    }
    if monthly.by_month.len() > 12 {
        return Err(both!(
            "有{n}个月的数值，一年只有12个月",
            "values for {n} months, a year has twelve",
            n = monthly.by_month.len()
        ));
    }
    let at = usize::from(asked.month) - 1;
    let Some(progress) = monthly.by_month.get(at) else {
        return Ok(Seen {
            progress: Actual::Missing,
            projection: None,
            chance: None,
            parts: vec![monthly.derivation.clone()],
        });
    };
    let projection = project(monthly, manner, asked.month, asked.rules, &followed.domain)?;
    let outlook = |target: &Interval| chance(&projection.range, target, &followed.domain);
    Ok(Seen {
        progress: Actual::Number(*progress),
        chance: followed.interval.as_ref().map(outlook),
        parts: vec![projection.derivation.clone(), monthly.derivation.clone()],
        projection: Some(projection),
    })
}

fn dates(
    asked: &Asked<'_>,
    followed: &Followed,
    as_of: Date,
    done: Option<Date>,
    expected: Option<Date>,
    derivation: &Node,
) -> Seen {
    // What was done after the month is not known at its end.
    let done = done.filter(|d| *d <= as_of);
    let chance = followed.deadline.map(|deadline| match (done, expected) {
        (Some(day), _) if day <= deadline => Chance::Sure,
        (Some(_), _) => Chance::Impossible,
        (None, _) if as_of >= deadline => Chance::Impossible,
        (None, Some(day)) if day > deadline => Chance::Impossible,
        (None, Some(_)) => asked.rules.so_far,
        (None, None) => Chance::Possible,
    });
    let progress = done.map_or(Actual::State(false), Actual::Date);
    Seen { progress, projection: None, chance, parts: vec![derivation.clone()] }
}

/// Collects what is owed.
struct Owing<'a> {
    asked: &'a Asked<'a>,
    /// The day by which what belongs to this month's monitoring is in time.
    by: Date,
    list: Vec<Owed>,
}

impl Owing<'_> {
    fn owe(
        &mut self,
        kind: OwedKind,
        indicator: Option<&str>,
        region: Option<RegionId>,
        by: Date,
        what: Both,
        next: Both,
    ) {
        let late = self.asked.today.since(by).map_or(0, |span| span.get_days());
        self.list.push(Owed {
            kind,
            indicator: indicator.map(Into::into),
            region,
            by,
            days_overdue: late.max(0),
            what,
            next,
        });
    }
}

fn owed(asked: &Asked<'_>, as_of: Date, rows: &[Row], money: &[MoneyFollowed]) -> Vec<Owed> {
    let days = i64::try_from(asked.rules.settings.whole("owed-days")).unwrap_or(0);
    let by = as_of.saturating_add(jiff::Span::new().days(days));
    let mut owing = Owing { asked, by, list: Vec::new() };
    for (row, followed) in rows.iter().zip(asked.followed) {
        row_owes(&mut owing, row, followed, as_of);
    }
    let followed_regions: BTreeSet<Option<RegionId>> = rows.iter().map(|r| r.region).collect();
    for region in followed_regions.iter().filter(|r| !asked.money.contains_key(r)) {
        money_owes(&mut owing, *region);
    }
    for line in money {
        let name = asked.name(line.region);
        if line.paid.is_none() {
            money_owes(&mut owing, line.region);
        } else if line.rate.is_none() {
            let by = owing.by;
            owing.owe(
                OwedKind::Decision,
                None,
                line.region,
                by,
                both!(
                    "{nz}预算数为零，执行率无法计算",
                    "{ne}: the budget is zero, there is no execution rate",
                    nz = name.zh,
                    ne = name.en
                ),
                Both::new(
                    "核实预算数，由人工判断执行进度",
                    "verify the budget and judge the execution yourself",
                ),
            );
        }
    }
    owing.list
}

fn money_owes(owing: &mut Owing<'_>, region: Option<RegionId>) {
    let (name, month, by) = (owing.asked.name(region), owing.asked.month, owing.by);
    let what = both!(
        "{nz}缺1-{month}月预算执行数",
        "{ne}: what was paid up to month {month} is not known",
        nz = name.zh,
        ne = name.en
    );
    let next =
        Both::new("报送截至月末的预算数和执行数", "report budget and payments up to the end of the month");
    owing.owe(OwedKind::Money, None, region, by, what, next);
}

fn row_owes(owing: &mut Owing<'_>, row: &Row, followed: &Followed, as_of: Date) {
    let (asked, by) = (owing.asked, owing.by);
    let (name, month) = (asked.name(row.region), asked.month);
    let indicator = Some(row.indicator.as_str());
    if followed.target == Target::Unread {
        let what = both!(
            "{nz}“{tz}”的指标值“{w}”无法识别",
            "{te}, {ne}: the target {w} could not be read",
            nz = name.zh,
            ne = name.en,
            tz = followed.name.zh,
            te = followed.name.en,
            w = row.target
        );
        let next = Both::new("按规范写法改写指标值", "write the target in a form that can be read");
        owing.owe(OwedKind::Decision, indicator, row.region, by, what, next);
        return;
    }
    if row.progress == Actual::Missing && followed.target.is_set() && row.chance.is_none() {
        let what = both!(
            "{nz}“{tz}”缺1-{month}月完成情况",
            "{te}, {ne}: progress up to month {month} is not known",
            nz = name.zh,
            ne = name.en,
            tz = followed.name.zh,
            te = followed.name.en
        );
        let next =
            Both::new("报送截至月末的完成值及佐证", "report the value at the end of the month with evidence");
        owing.owe(OwedKind::Progress, indicator, row.region, by, what, next);
    }
    if let Some(deadline) = followed.deadline.filter(|d| *d <= as_of && row.progress == Actual::State(false))
    {
        let what = both!(
            "{nz}“{tz}”应于{deadline}前完成，尚未完成",
            "{te}, {ne}: due by {deadline} and not done",
            nz = name.zh,
            ne = name.en,
            tz = followed.name.zh,
            te = followed.name.en
        );
        let next = Both::new("说明新的完成日期，抓紧完成", "name the new date and get it done");
        owing.owe(OwedKind::Deadline, indicator, row.region, deadline, what, next);
    }
    let Some(chance) = row.chance.filter(|c| asked.rules.reasons_for.contains(c)) else { return };
    let words = chance.words();
    let written = |of: fn(&GivenReason) -> &String| row.reasons.iter().any(|r| !of(r).trim().is_empty());
    if !written(|r| &r.text) {
        let what = both!(
            "{nz}“{tz}”完成目标可能性为“{wz}”，须写明原因",
            "{te}, {ne}: the chance is “{we}” and no reason is given",
            nz = name.zh,
            ne = name.en,
            tz = followed.name.zh,
            te = followed.name.en,
            wz = words.zh,
            we = words.en
        );
        let kinds: Vec<&str> = asked.rules.reasons.iter().map(|r| r.label.zh.as_str()).collect();
        let kinds_en: Vec<&str> = asked.rules.reasons.iter().map(|r| r.label.en.as_str()).collect();
        let (zh, en) = (kinds.join("、"), kinds_en.join(", "));
        let next = both!("按{zh}写明原因和措施", "give reason and measures under one of: {en}");
        owing.owe(OwedKind::Reason, indicator, row.region, by, what, next);
    } else if !written(|r| &r.measures) {
        let what = both!(
            "{nz}“{tz}”写了原因，没有写改进措施",
            "{te}, {ne}: a reason is given, but no measures",
            nz = name.zh,
            ne = name.en,
            tz = followed.name.zh,
            te = followed.name.en
        );
        let next = Both::new("写明改进措施和完成时间", "say what is done about it and by when");
        owing.owe(OwedKind::Measures, indicator, row.region, by, what, next);
    }
}

impl Row {
    /// What was reached, ready to be read, with its unit.
    pub fn progress_written(&self) -> Both {
        let unit = self.unit.as_ref().map_or("", |u| u.symbol.as_str());
        match &self.progress {
            Actual::Missing => Both::default(),
            Actual::NotApplicable(_) => Both::same("/"),
            // Four places are enough to be read; the exact figure stands in the derivation.
            Actual::Number(n) => {
                let read = Exact::of(*n).decimal(4, Rounding::HalfUp).unwrap_or(*n);
                crate::said::figure(&read.normalize().to_string(), unit)
            }
            Actual::Share(r) => {
                let share = Exact::of(r.numerator).over(&Exact::of(r.denominator));
                Both::same(share.map_or_else(String::new, |s| s.percent(2, Rounding::HalfUp)))
            }
            Actual::Date(day) => {
                Both::new(format!("{}年{}月{}日", day.year(), day.month(), day.day()), day.to_string())
            }
            Actual::State(true) => Both::new("已达到", "reached"),
            Actual::State(false) => Both::new("未完成", "not done"),
            Actual::Graded(_, words) => words.clone(),
        }
    }

    /// Where the year is expected to end, ready to be read: in the steps that the indicator comes in, else with two decimal places.
    pub fn projection_written(&self) -> Both {
        let Some(projection) = &self.projection else { return Both::default() };
        let unit = self.unit.as_ref();
        let places = if unit.is_some_and(Unit::is_count) { 0 } else { 2 };
        let rounded = Exact::of(projection.centre).decimal(places, Rounding::HalfUp);
        let symbol = unit.map_or("", |u| u.symbol.as_str());
        rounded.map_or_else(Both::default, |d| crate::said::figure(&d.to_string(), symbol))
    }
}
