//! The indicators: target against actual for the whole and by region, the course through the year, reasons.

use askama::Template;
use axum::response::Response;
use jixiao_core::people::Deed;
use jixiao_report::{
    content::{Content, ResultRow},
    drawings::course_drawing,
    published::CourseOf,
};
use jixiao_web::{
    ask::Named,
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, key, page};
use crate::{
    shell::Shell,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
    words::Words,
    year::{Seen, Sheet, Tile, chance_sign, chart, hung, indicator_href, nothing_yet, with_unit},
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-goals"),
        label: key!("indicators.nav"),
        href: "/indicators",
        go: Go::One(&[Deed::ReadEvaluations]),
    }],
    routes: || {
        let who = Who::Deed(Deed::ReadEvaluations);
        vec![
            page("/indicators", "page-indicators", who, list),
            page("/indicators/{id}", "page-indicator", who, one),
        ]
    },
};

#[derive(Template)]
#[template(path = "indicators.html")]
struct ListPage {
    shell: Shell,
    action: &'static str,
    regions: Vec<(String, String, bool)>,
    table: View,
}

#[derive(Template)]
#[template(path = "indicator.html")]
struct Page {
    shell: Shell,
    action: String,
    regions: Vec<(String, String, bool)>,
    tiles: Vec<Tile>,
    how: String,
    reason: String,
    by_region: Option<View>,
    course_chart: String,
    course: View,
    bullet: String,
    map: String,
}

/// Target and outcome of each indicator of a content, in lines that lead to the indicator; the figures lead to their derivations.
pub(crate) fn results(seen: &Seen, code: &str, content: &Content, caption: &str, words: Words) -> Table {
    let lang = words.0;
    let lines = content.results.iter().map(|row| {
        let mut line = Line::of(vec![
            Cell::text(row.name.get(lang)),
            Cell::text(row.category.get(lang)),
            Cell::text(row.target.get(lang)),
            Cell::Judged(Sign::of(row.status), row.actual.clone(), !row.illustrative.is_empty()),
            Cell::text(row.unit.get(lang)),
            Cell::Figure(row.completion.clone()),
            Cell::Figure(row.weight.clone()),
            Cell::Figure(row.score.clone()),
            Cell::status(row.status, lang),
            Cell::text(row.reason.get(lang)),
        ])
        .to(indicator_href(code, &row.indicator));
        if let Some(derivation) = seen.derivation_at(code, &row.indicator) {
            line = line.link(3, derivation.clone()).link(7, derivation);
        }
        line
    });
    let columns = [
        words.t("year.indicator").to_owned(),
        words.t("year.category").to_owned(),
        words.t("year.target").to_owned(),
        words.t("year.actual").to_owned(),
        words.t("indicators.unit").to_owned(),
        format!("{} %", words.t("year.completion")),
        words.t("year.weight").to_owned(),
        words.t("year.points").to_owned(),
        words.t("year.outcome").to_owned(),
        words.t("year.reason").to_owned(),
    ];
    Table::new("results", caption, columns, lines.collect(), words.t("year.no-lines"))
}

async fn list(visit: Visit) -> Result<Response, Problem> {
    let (words, fund) = (visit.words(), visit.fund()?);
    let Some(seen) = Seen::of(&visit, Deed::ReadEvaluations)? else {
        return nothing_yet(&visit, words.t("indicators.nav"));
    };
    let code = seen.asked(&visit)?;
    let table = results(&seen, &code, seen.content(&code)?, words.t("indicators.list"), words);
    if let Some(file) = table.file(&visit)? {
        return Ok(file);
    }
    let title = words.with("indicators.title", &[("region", &seen.name(&code, fund, words))]);
    let regions = seen.choices(&code, fund, words);
    visit.show(&ListPage {
        action: "/indicators",
        regions,
        table: table.view(&visit),
        shell: visit.shell(title),
    })
}

/// The months of a course with what was expected of the year at their end.
fn course(found: Option<&CourseOf>, region: &str, words: Words) -> Table {
    let lang = words.0;
    let months = found.map_or(&[][..], |course| &course.months);
    let lines = months.iter().map(|at| {
        Line::of(vec![
            Cell::Whole(i64::from(at.month)),
            Cell::Figure(at.value.clone()),
            Cell::Figure(at.projected.clone()),
            Cell::Figure(at.low.clone()),
            Cell::Figure(at.high.clone()),
            match at.chance.get(lang) {
                "" => Cell::Nothing,
                chance => Cell::Sign(chance_sign(at.chance_code), chance.to_owned()),
            },
            Cell::text(at.method.get(lang)),
        ])
    });
    let unit = found.map(|course| course.unit.clone()).unwrap_or_default();
    let figures = [
        words.t("indicators.value"),
        words.t("indicators.projected"),
        words.t("indicators.low"),
        words.t("indicators.high"),
    ];
    let mut columns = vec![words.t("year.month").to_owned()];
    columns.extend(figures.map(|label| with_unit(label, &unit, lang)));
    columns.extend([words.t("indicators.chance").to_owned(), words.t("indicators.method").to_owned()]);
    let caption = words.with("indicators.course", &[("region", region)]);
    Table::new("course", caption, columns, lines.collect(), words.t("indicators.no-course"))
}

/// The indicator in every region that is seen.
fn by_region(seen: &Seen, visit: &Visit, id: &str) -> Result<Table, Problem> {
    let (words, fund, lang) = (visit.words(), visit.fund()?, visit.lang);
    let mut lines = Vec::new();
    for code in &seen.regions {
        let content = seen.content(code)?;
        let Some(row) = content.results.iter().find(|row| row.indicator == id) else { continue };
        let mut line = Line::of(vec![
            Cell::text(fund.region(code, lang)),
            Cell::text(row.target.get(lang)),
            Cell::Judged(Sign::of(row.status), row.actual.clone(), !row.illustrative.is_empty()),
            Cell::Figure(row.completion.clone()),
            Cell::Figure(row.score.clone()),
            Cell::status(row.status, lang),
            Cell::text(row.reason.get(lang)),
        ])
        .to(indicator_href(code, id));
        if let Some(derivation) = seen.derivation_at(code, id) {
            line = line.link(2, derivation.clone()).link(4, derivation);
        }
        lines.push(line);
    }
    let columns = [
        words.t("year.region").to_owned(),
        words.t("year.target").to_owned(),
        words.t("year.actual").to_owned(),
        format!("{} %", words.t("year.completion")),
        words.t("year.points").to_owned(),
        words.t("year.outcome").to_owned(),
        words.t("year.reason").to_owned(),
    ];
    Ok(Table::new("by-region", words.t("indicators.by-region"), columns, lines, words.t("year.no-lines")))
}

fn tiles(seen: &Seen, code: &str, row: &ResultRow, words: Words) -> Vec<Tile> {
    let lang = words.0;
    let derivation = seen.derivation_at(code, &row.indicator);
    let mut actual = Tile::of(words.t("year.actual"), &row.actual, lang).signed(Sign::of(row.status));
    actual.illustrative = !row.illustrative.is_empty();
    let of = row.weight.with_unit();
    let mut points = Tile::of(words.t("year.points"), &row.score, lang);
    points.value = format!("{} / {}", row.score.text.get(lang), of.get(lang));
    vec![
        Tile::words(words.t("year.target"), row.target.get(lang).to_owned()),
        actual.to(derivation.clone()),
        Tile::of(words.t("year.completion"), &row.completion, lang),
        points.to(derivation),
        Tile::words(words.t("year.outcome"), row.status.word().get(lang).to_owned())
            .signed(Sign::of(row.status)),
    ]
}

async fn one(visit: Visit, Named(id): Named<String>) -> Result<Response, Problem> {
    let (words, fund, lang) = (visit.words(), visit.fund()?, visit.lang);
    let Some(seen) = Seen::of(&visit, Deed::ReadEvaluations)? else {
        return nothing_yet(&visit, words.t("indicators.nav"));
    };
    let code = seen.asked(&visit)?;
    let content = seen.content(&code)?;
    // A region may have no target for it; what it is called stands elsewhere then.
    let row = content.results.iter().find(|row| row.indicator == id);
    if row.is_none() && !fund.fund.indicators.iter().any(|spec| spec.id == id) {
        return Err(Problem::bare(&problem::NOT_FOUND));
    }
    let region = seen.name(&code, fund, words);
    let regions = by_region(&seen, &visit, &id)?;
    let found = seen.year.published.course(&code, &id);
    let drawing = found.and_then(|found| course_drawing(content, found));
    let course = course(found, &region, words);
    for table in [&regions, &course] {
        if let Some(file) = table.file(&visit)? {
            return Ok(file);
        }
    }
    // Charts of the whole show every region.
    let sheet = if seen.whole { fund.charts(&seen.year, "", lang) } else { Sheet::default() };
    let name = row.map_or_else(|| fund.indicator(&id, lang), |row| row.name.get(lang).to_owned());
    let page = Page {
        action: format!("/indicators/{id}"),
        regions: seen.choices(&code, fund, words),
        tiles: row.map(|row| tiles(&seen, &code, row, words)).unwrap_or_default(),
        how: row.map(|row| row.method.get(lang).to_owned()).unwrap_or_default(),
        reason: row.map(|row| row.reason.get(lang).to_owned()).unwrap_or_default(),
        by_region: (seen.regions.len() > 1).then(|| regions.view(&visit)),
        course_chart: drawing.map(|drawing| hung(drawing, lang).html).unwrap_or_default(),
        course: course.view(&visit),
        bullet: chart(&sheet, &format!("region-{id}")),
        map: chart(&sheet, &format!("map-{id}")),
        shell: visit.shell(format!("{name} · {region}")),
    };
    visit.show(&page)
}
