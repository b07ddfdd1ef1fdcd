//! The charts of a report, made from its content: which there are, what they are called and where they stand.
//!
//! Charts take plain values; this is the one place where they meet the content.

use jixiao_core::{
    both,
    finding::{Both, Lang},
    indicator::Direction,
    region::{Region, RegionTree},
    target::Reading,
};
use rust_decimal::Decimal;

use crate::{
    charts::{
        Bullet, BulletRow, BulletScale, Chart, CourseMonth, Flow, FlowPart, Heading, IndicatorCourse,
        MoneyCourse, MoneyMonth, SatisfactionChart, SatisfactionDot, ScoreBar, ScoreChart, TileLayout,
        TileMap, TileValue,
    },
    content::{Content, FlowRow, RegionTable, Satisfaction, SchemeFlow, Status},
    docx::{Picture, Section},
    figure::Figure,
    published::{CourseOf, Published},
};

/// A chart of a report.
pub struct Drawing {
    /// Stem of its file: `money`, `region-INDICATOR`, `map-INDICATOR`, `score`, `satisfaction`, `flow-SCHEME`.
    pub name: String,
    /// Where it stands.
    pub section: Section,
    /// Its title.
    pub title: Both,
    /// The chart.
    pub chart: Box<dyn Chart>,
}

impl Drawing {
    /// The drawing for a Word document, with its PNG if somebody rasterised it.
    pub fn picture(&self, png: Option<Vec<u8>>, lang: Lang) -> Picture {
        Picture::of(self.chart.as_ref(), &self.name, self.section, self.title.get(lang), png, lang)
    }
}

/// Every chart that the content has something for, in the order of the report. Maps are made where the fund says how its regions lie.
pub fn drawings(content: &Content, map: Option<(&TileLayout, &RegionTree)>) -> Vec<Drawing> {
    let mut made = Vec::new();
    let year = content.identity.year;
    let heading = |title: Both, unit: &Both| Heading {
        title,
        unit: unit.clone(),
        source: source(content),
        synthetic: content.synthetic,
    };
    let mut add = |name: String, section, title: &Both, chart: Box<dyn Chart>| {
        made.push(Drawing { name, section, title: title.clone(), chart });
    };
    if !content.money.by_month.is_empty() {
        let title = both!("{year}年资金执行与时间进度", "Money and time, {year}");
        let unit = &content.money.total.paid.unit;
        let chart = course(content, heading(title.clone(), unit));
        add("money".to_owned(), Section::Money, &title, Box::new(chart));
    }
    for table in &content.by_region {
        let (zh, en) = (&table.name.zh, &table.name.en);
        if table.rows.iter().any(|row| row.target_figure.value().is_some()) {
            let title =
                both!("{year}年各地区{zh}：实际与目标", "By region, {year}: {en}, actual against target");
            let chart = bullet(table, heading(title.clone(), &table.unit));
            add(format!("region-{}", table.indicator), Section::Regions, &title, Box::new(chart));
        }
        if let Some((layout, regions)) = map {
            let title = both!("{year}年{zh}：各地区完成情况", "Map of {year}: {en}");
            let chart = tiles(table, layout, regions, heading(title.clone(), &table.unit));
            add(format!("map-{}", table.indicator), Section::Regions, &title, Box::new(chart));
        }
    }
    if !content.score.categories.is_empty() {
        let title = both!("{year}年度自评得分", "Score of the self-evaluation, {year}");
        let unit = Both::new("分", "points");
        let chart = score(content, heading(title.clone(), &unit));
        add("score".to_owned(), Section::Score, &title, Box::new(chart));
    }
    if let Some(survey) = &content.satisfaction {
        let title = both!("{year}年满意度及其区间", "Satisfaction and its interval, {year}");
        let chart = satisfaction(survey, heading(title.clone(), &Both::same("%")));
        add("satisfaction".to_owned(), Section::Satisfaction, &title, Box::new(chart));
    }
    for line in &content.flows {
        let (zh, en) = (&line.name.zh, &line.name.en);
        let title = both!("{zh}：从申报到拨付", "From claim to payment: {en}");
        let chart = flow(line, heading(title.clone(), &line.claimed.amount.unit));
        add(format!("flow-{}", line.scheme), Section::Flow, &title, Box::new(chart));
    }
    made
}

/// The course of an indicator through a content's year, named `course-INDICATOR`; none where no month has a number.
pub fn course_drawing(content: &Content, course: &CourseOf) -> Option<Drawing> {
    let (year, name) = (content.identity.year, &course.name);
    let title = both!(
        "{year}年{zh}：逐月进展与全年预计",
        "{en} by month, and what is expected of {year}",
        zh = name.zh,
        en = name.en
    );
    let months = course.months.iter().map(|at| CourseMonth {
        month: at.month,
        value: at.value.clone(),
        projected: at.projected.clone(),
        low: at.low.clone(),
        high: at.high.clone(),
    });
    let chart = IndicatorCourse {
        heading: Heading {
            title: title.clone(),
            unit: course.unit.clone(),
            source: source(content),
            synthetic: content.synthetic,
        },
        target: course.target.clone(),
        target_value: course.target_figure.value(),
        months: months.collect(),
    };
    let name = format!("course-{}", course.indicator);
    chart.has_figures().then(|| Drawing { name, section: Section::Regions, title, chart: Box::new(chart) })
}

/// Where an indicator stood by the end of a month in every region, against the target of the year, named `map-INDICATOR-MONTH`; none where no
/// region has a figure of that month. A target that is no number is not judged.
pub fn month_map(
    year: &Published,
    (indicator, name, direction): (&str, &Both, Direction),
    month: u8,
    (layout, regions): (&TileLayout, &RegionTree),
) -> Option<Drawing> {
    let content = &year.whole;
    let mut unit = Both::default();
    let mut known = false;
    let mut value = |region: &Region| {
        let Some(course) = year.course(&region.code, indicator) else {
            return TileValue {
                name: region.both(),
                value: Figure::not_applicable(Both::new("无目标", "no target")),
                target: Both::default(),
                status: region.in_scope.then_some(Status::NotApplicable),
            };
        };
        let at = course.months.iter().find(|at| at.month == month);
        let value = at.map_or_else(Figure::missing, |at| at.value.clone());
        let target = Reading::parse(&course.target.zh).target;
        let status = match (value.value(), target.number()) {
            (None, _) => Status::Missing,
            (Some(_), None) => Status::Person,
            (Some(figure), Some(number)) if number.interval(direction).contains(figure) => Status::Reached,
            (Some(_), Some(_)) => Status::Missed,
        };
        known |= value.value().is_some();
        unit = course.unit.clone();
        TileValue { name: region.both(), value, target: course.target.clone(), status: Some(status) }
    };
    let values = regions.iter().map(|(_, region)| (region.code.clone(), value(region))).collect();
    let title = both!(
        "截至{of}年{month}月{zh}：各地区是否已达到全年指标值",
        "{en} by month {month} of {of}: where the target of the year is reached",
        of = content.identity.year,
        zh = name.zh,
        en = name.en
    );
    let heading =
        Heading { title: title.clone(), unit, source: source(content), synthetic: content.synthetic };
    let chart = TileMap { heading, layout: layout.clone(), values };
    let name = format!("map-{indicator}-{month}");
    known.then(|| Drawing { name, section: Section::Regions, title, chart: Box::new(chart) })
}

/// So many sources are named below a chart; the report lists all of them.
const NAMED: usize = 4;

/// What the figures come from, each once, and when the report was made.
fn source(content: &Content) -> Both {
    let mut names: Vec<&Both> = Vec::new();
    for source in &content.identity.sources {
        if !names.contains(&&source.what) {
            names.push(&source.what);
        }
    }
    let (all, shown) = (names.len(), names.len().min(NAMED));
    let join = |pick: fn(&Both) -> &str, between: &str| {
        names[..shown].iter().map(|n| pick(n)).collect::<Vec<_>>().join(between)
    };
    let (mut zh, mut en) = (join(|b| &b.zh, "、"), join(|b| &b.en, ", "));
    if shown < all {
        zh += &format!("等{all}类，见数据来源");
        en += &format!(" and {} more, see the sources", all - shown);
    }
    let made = &content.identity.made.text;
    Both { zh: format!("{zh}；{}制作", made.zh), en: format!("{en}; made on {}", made.en) }
}

fn course(content: &Content, heading: Heading) -> MoneyCourse {
    let months = content.money.by_month.iter().map(|m| MoneyMonth {
        month: m.month,
        awarded: m.awarded.clone(),
        paid: m.paid.clone(),
    });
    MoneyCourse {
        heading,
        budget: content.money.total.appropriation.clone(),
        months: months.collect(),
        looked_at: content.monitoring.as_ref().map(|round| round.month),
    }
}

fn bullet(table: &RegionTable, heading: Heading) -> Bullet {
    let rows = table.rows.iter().map(|row| BulletRow {
        name: row.region.clone(),
        target: row.target.clone(),
        target_value: row.target_figure.value(),
        actual: row.actual.clone(),
        status: row.status,
    });
    Bullet { heading, scale: BulletScale::OwnTarget, rows: rows.collect() }
}

fn tiles(table: &RegionTable, layout: &TileLayout, regions: &RegionTree, heading: Heading) -> TileMap {
    let values = regions.iter().map(|(_, region)| {
        let value = match table.rows.iter().find(|row| row.code == region.code) {
            Some(row) => TileValue {
                name: row.region.clone(),
                value: row.actual.clone(),
                target: row.target.clone(),
                status: Some(row.status),
            },
            None => TileValue {
                name: region.both(),
                value: Figure::not_applicable(Both::new("无目标", "no target")),
                target: Both::default(),
                status: region.in_scope.then_some(Status::NotApplicable),
            },
        };
        (region.code.clone(), value)
    });
    TileMap { heading, layout: layout.clone(), values: values.collect() }
}

fn score(content: &Content, heading: Heading) -> ScoreChart {
    let score = &content.score;
    let bars = score.categories.iter().map(|c| ScoreBar {
        name: c.name.clone(),
        weight: c.weight.clone(),
        score: c.score.clone(),
    });
    ScoreChart {
        heading,
        bars: bars.collect(),
        total: score.total.clone(),
        of: score.of.clone(),
        grade: score.grade.clone(),
    }
}

fn satisfaction(survey: &Satisfaction, heading: Heading) -> SatisfactionChart {
    let rows = [&survey.overall].into_iter().chain(&survey.by_region).map(|row| SatisfactionDot {
        name: row.region.clone(),
        share: row.share.clone(),
        low: row.low.clone(),
        high: row.high.clone(),
        answers: row.answers.clone(),
        status: row.status,
    });
    SatisfactionChart {
        heading,
        target: survey.target.clone(),
        target_value: survey.target_figure.value(),
        rows: rows.collect(),
    }
}

fn flow(flow: &SchemeFlow, heading: Heading) -> Flow {
    let part = |row: &FlowRow| FlowPart { name: row.name.clone(), amount: row.amount.clone() };
    Flow {
        heading,
        claimed: part(&flow.claimed),
        reductions: told(&flow.reductions),
        awarded: part(&flow.awarded),
        paid: part(&flow.paid),
        unpaid: FlowPart { name: Both::new("核定未拨付", "not paid yet"), amount: left(flow) },
    }
}

/// So many reductions have a band of their own in a chart, so that it fits a page; the table beside it has them all.
const BANDS: usize = 10;

/// The largest reductions in the order of the rule, and the others as one where there are too many.
fn told(reductions: &[FlowRow]) -> Vec<FlowPart> {
    let part = |row: &FlowRow| FlowPart { name: row.name.clone(), amount: row.amount.clone() };
    let mut by_size: Vec<(Decimal, usize)> = Vec::new();
    for (at, row) in reductions.iter().enumerate() {
        // An amount that is not known, or in another unit, cannot be added up: then everything is shown.
        match row.amount.value().filter(|_| row.amount.unit == reductions[0].amount.unit) {
            Some(value) => by_size.push((value, at)),
            None => return reductions.iter().map(part).collect(),
        }
    }
    if reductions.len() <= BANDS {
        return reductions.iter().map(part).collect();
    }
    by_size.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let (own, rest) = by_size.split_at(BANDS - 1);
    let Some(sum) = rest.iter().try_fold(Decimal::ZERO, |sum, (value, _)| sum.checked_add(*value)) else {
        return reductions.iter().map(part).collect();
    };
    let mut shown: Vec<usize> = own.iter().map(|(_, at)| *at).collect();
    shown.sort_unstable();
    let mut parts: Vec<FlowPart> = shown.into_iter().map(|at| part(&reductions[at])).collect();
    let n = rest.len();
    let amount = Figure::number(sum, 2, reductions[0].amount.unit.clone());
    parts.push(FlowPart { name: both!("其余{n}项核减", "{n} further reductions"), amount });
    parts
}

/// What of an award is not paid: none where either is unknown, or in different units; nothing where more was paid than awarded.
fn left(flow: &SchemeFlow) -> Figure {
    let (awarded, paid) = (&flow.awarded.amount, &flow.paid.amount);
    let rest = awarded.value().zip(paid.value()).filter(|_| awarded.unit == paid.unit);
    match rest.and_then(|(awarded, paid)| awarded.checked_sub(paid)) {
        Some(rest) => Figure::number(rest.max(Decimal::ZERO), 2, awarded.unit.clone()),
        None => Figure::missing(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{figure::FigureKind, fixture::sample};

    #[test]
    fn every_part_with_something_to_show_has_its_chart_and_no_other_has() {
        let names =
            |content: &Content| drawings(content, None).into_iter().map(|d| d.name).collect::<Vec<_>>();
        let content = sample();
        assert_eq!(
            names(&content),
            ["money", "region-import-interest-awards", "score", "satisfaction", "flow-import-interest"]
        );
        let mut bare = content;
        bare.satisfaction = None;
        bare.flows.clear();
        bare.money.by_month.clear();
        assert_eq!(names(&bare), ["region-import-interest-awards", "score"]);
        assert!(names(&Content::default()).is_empty());
    }

    #[test]
    fn what_is_not_paid_is_exact_and_never_below_nothing() {
        let mut flow = sample().flows.remove(0);
        // 9,487 − 9,187
        assert_eq!(left(&flow).with_unit().zh, "300.00 万元");
        std::mem::swap(&mut flow.awarded, &mut flow.paid);
        assert_eq!(left(&flow).exact, "0");
        flow.paid.amount = Figure::missing();
        assert_eq!(left(&flow).is, FigureKind::Missing);
    }

    #[test]
    fn of_many_reductions_the_largest_are_told_and_the_rest_add_up() {
        let rows: Vec<FlowRow> = (1..=13)
            .map(|n: i64| FlowRow {
                name: Both::same(n.to_string()),
                amount: Figure::whole(Decimal::from(n), Both::same("万元")),
                ..FlowRow::default()
            })
            .collect();
        let told = told(&rows);
        let names: Vec<&str> = told.iter().map(|p| p.name.zh.as_str()).collect();
        assert_eq!(names, ["5", "6", "7", "8", "9", "10", "11", "12", "13", "其余4项核减"]);
        // 1 + 2 + 3 + 4
        assert_eq!(told[9].amount.exact, "10");
        assert_eq!(super::told(&rows[..10]).len(), 10);
        assert!(super::told(&[]).is_empty());
    }

    #[test]
    fn the_source_line_names_the_evidence() {
        let drawing = drawings(&sample(), None).remove(0);
        let svg = drawing.chart.svg(Lang::Zh);
        assert!(svg.contains("来源：资金文件夹、保费发票台账；2025年3月1日制作（虚构数据）"), "{svg}");
        assert_eq!(drawing.picture(None, Lang::En).title, "Money and time, 2024");
    }
}
