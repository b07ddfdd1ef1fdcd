//! Monitoring: lamps, chances, what has drifted apart, and what is owed to the round of a month.

use askama::Template;
use axum::response::Response;
use jixiao_core::people::Deed;
use jixiao_report::{
    figure::Figure,
    published::{At, CourseOf, RoundOf},
};
use jixiao_web::{problem::Problem, route::Who};

use super::{Go, Leaf, Nav, key, page, regions::usual_round};
use crate::{
    shell::Shell,
    table::{Cell, Line, Table, View},
    visit::Visit,
    year::{Seen, chance_sign, indicator_href, lamp_cell, nothing_yet, with_unit},
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-goals"),
        label: key!("monitor.nav"),
        href: "/monitor",
        go: Go::One(&[Deed::ReadMonitoring]),
    }],
    routes: || vec![page("/monitor", "page-monitor", Who::Deed(Deed::ReadMonitoring), look)],
};

#[derive(Template)]
#[template(path = "monitor.html")]
struct Page {
    shell: Shell,
    months: Vec<(u8, bool)>,
    regions: Vec<(String, String, bool)>,
    official: bool,
    reason: String,
    divergence: String,
    lamps: View,
    indicators: View,
    owed: View,
}

/// What is owed to a round by the whole and the regions.
pub(crate) fn owed<'r>(
    of: impl Iterator<Item = &'r RoundOf>,
    visit: &Visit,
    caption: &str,
) -> Result<Table, Problem> {
    let (words, fund, lang) = (visit.words(), visit.fund()?, visit.lang);
    let mut lines = Vec::new();
    for region in of {
        let name = match region.code.as_str() {
            "" => words.t("year.whole").to_owned(),
            code => fund.region(code, lang),
        };
        for row in &region.owed {
            let indicator = match row.indicator.as_str() {
                "" => Cell::Nothing,
                id => Cell::text(fund.indicator(id, lang)),
            };
            let overdue = if row.overdue == 0 { Cell::Nothing } else { Cell::Whole(i64::from(row.overdue)) };
            let mut line = Line::of(vec![
                Cell::text(&name),
                indicator,
                Cell::text(row.what.get(lang)),
                Cell::Figure(row.by.clone()),
                overdue,
                Cell::text(row.next.get(lang)),
            ]);
            if !region.code.is_empty() {
                line = line.to(format!("/regions/{}", region.code));
            }
            if !row.indicator.is_empty() {
                line = line.link(1, indicator_href(&region.code, &row.indicator));
            }
            lines.push(line);
        }
    }
    let columns = [
        words.t("year.region"),
        words.t("year.indicator"),
        words.t("monitor.what"),
        words.t("monitor.by"),
        words.t("monitor.overdue"),
        words.t("monitor.next"),
    ];
    Ok(Table::new("owed", caption, columns, lines, words.t("regions.nothing-owed")))
}

/// The indicators of the whole or a region at the end of a month.
fn progress(courses: &[(&CourseOf, &At)], code: &str, visit: &Visit, region: &str) -> Table {
    let (words, lang) = (visit.words(), visit.lang);
    let lines = courses.iter().map(|(course, at)| {
        Line::of(vec![
            Cell::text(course.name.get(lang)),
            Cell::text(course.unit.get(lang)),
            Cell::text(course.target.get(lang)),
            Cell::Figure(at.value.clone()),
            Cell::Figure(at.projected.clone()),
            Cell::Figure(at.low.clone()),
            Cell::Figure(at.high.clone()),
            match at.chance.get(lang) {
                "" => Cell::Nothing,
                chance => Cell::Sign(chance_sign(at.chance_code), chance.to_owned()),
            },
            Cell::text(at.divergence.get(lang)),
        ])
        .to(indicator_href(code, &course.indicator))
    });
    let columns = [
        words.t("year.indicator"),
        words.t("indicators.unit"),
        words.t("year.target"),
        words.t("indicators.value"),
        words.t("indicators.projected"),
        words.t("indicators.low"),
        words.t("indicators.high"),
        words.t("indicators.chance"),
        words.t("monitor.divergence"),
    ];
    let caption = words.with("monitor.indicators", &[("region", region)]);
    Table::new("progress", caption, columns, lines.collect(), words.t("indicators.no-course"))
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    let (words, fund, lang) = (visit.words(), visit.fund()?, visit.lang);
    let Some(seen) = Seen::of(&visit, Deed::ReadMonitoring)? else {
        return nothing_yet(&visit, words.t("monitor.nav"));
    };
    let code = seen.asked(&visit)?;
    let published = &seen.year.published;
    let asked: Option<u8> = visit.query_as("month");
    let round = published.rounds.iter().find(|round| Some(round.month) == asked);
    let round = round.or_else(|| usual_round(&published.rounds));
    let month = round.map_or(0, |round| round.month);
    let of: Vec<&RoundOf> = round
        .map(|round| round.regions.iter().filter(|one| seen.sees(&one.code)).collect())
        .unwrap_or_default();
    let lines = of.iter().map(|one| {
        let line = Line::of(vec![
            Cell::text(seen.name(&one.code, fund, words)),
            Cell::Figure(one.budget.clone()),
            Cell::Figure(one.paid.clone()),
            Cell::Figure(one.rate.clone()),
            Cell::Figure(one.pace.clone()),
            Cell::Figure(one.forecast.clone()),
            lamp_cell(&one.lamp, words),
            Cell::text(one.divergence.get(lang)),
        ]);
        if one.code.is_empty() { line } else { line.to(format!("/regions/{}", one.code)) }
    });
    // Every line has the units of the first.
    let unit =
        |pick: fn(&RoundOf) -> &Figure| of.first().map(|one| pick(one).unit.clone()).unwrap_or_default();
    let columns = [
        words.t("year.region").to_owned(),
        with_unit(words.t("monitor.budget"), &unit(|one| &one.budget), lang),
        with_unit(words.t("year.paid"), &unit(|one| &one.paid), lang),
        with_unit(words.t("year.rate"), &unit(|one| &one.rate), lang),
        with_unit(words.t("monitor.pace"), &unit(|one| &one.pace), lang),
        with_unit(words.t("monitor.forecast"), &unit(|one| &one.forecast), lang),
        words.t("monitor.lamp").to_owned(),
        words.t("monitor.divergence").to_owned(),
    ];
    let lamps =
        Table::new("lamps", words.t("monitor.lamps"), columns, lines.collect(), words.t("monitor.nothing"));
    let courses: Vec<(&CourseOf, &At)> = published
        .courses
        .iter()
        .filter(|course| course.code == code)
        .filter_map(|course| Some((course, course.months.iter().find(|at| at.month == month)?)))
        .collect();
    let progress = progress(&courses, &code, &visit, &seen.name(&code, fund, words));
    let owed = owed(of.iter().copied(), &visit, words.t("monitor.owed"))?;
    for table in [&lamps, &progress, &owed] {
        if let Some(file) = table.file(&visit)? {
            return Ok(file);
        }
    }
    let here = of.iter().find(|one| one.code == code);
    let year = fund.current_year().to_string();
    let title = words.with("monitor.title", &[("year", &year), ("month", &month.to_string())]);
    let page = Page {
        months: published.rounds.iter().map(|round| (round.month, round.month == month)).collect(),
        regions: seen.choices(&code, fund, words),
        official: round.is_some_and(|round| round.official),
        reason: here.map(|one| one.lamp.reason.get(lang).to_owned()).unwrap_or_default(),
        divergence: here.map(|one| one.divergence.get(lang).to_owned()).unwrap_or_default(),
        lamps: lamps.view(&visit),
        indicators: progress.view(&visit),
        owed: owed.view(&visit),
        shell: visit.shell(title),
    };
    visit.show(&page)
}
