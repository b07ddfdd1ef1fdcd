//! The year at a glance: money, score, a map of an indicator, and every indicator of every region.

use askama::Template;
use axum::response::Response;
use jixiao_core::people::Deed;
use jixiao_report::{content::Content, published::TOTAL};
use jixiao_web::{problem::Problem, route::Who};

use super::{Go, Leaf, Nav, key, page};
use crate::{
    choice::Choice,
    shell::Shell,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
    words::Words,
    year::{
        Seen, Tile, chart, derivation_href, head, indicator_href, map_of_month, money_cells, money_columns,
        nothing_yet, with_unit,
    },
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-goals"),
        label: key!("results.nav"),
        href: "/results",
        go: Go::One(&[Deed::ReadEvaluations]),
    }],
    routes: || vec![page("/results", "page-results", Who::Deed(Deed::ReadEvaluations), look)],
};

#[derive(Template)]
#[template(path = "results.html")]
struct Page {
    shell: Shell,
    action: &'static str,
    regions: Vec<(String, String, bool)>,
    tiles: Vec<Tile>,
    indicators: Vec<(String, String, bool)>,
    kept: Vec<(String, String)>,
    months: Vec<Choice>,
    map: String,
    /// That the chosen month has no figures; empty where it has.
    no_month: &'static str,
    heat: View,
    money: String,
    schemes: View,
    score: String,
}

/// The outcome of an indicator in the whole (an empty code) or a region: its figure with a sign, nothing where there is no such row.
fn outcome(seen: &Seen, content: &Content, code: &str, indicator: &str) -> (Cell, Option<String>) {
    let Some(row) = content.results.iter().find(|row| row.indicator == indicator) else {
        return (Cell::Nothing, None);
    };
    let href = Some(indicator_href(code, indicator));
    let cell = Cell::Judged(Sign::of(row.status), row.actual.clone(), !row.illustrative.is_empty());
    (cell, seen.derivation_at(code, indicator).or(href))
}

/// Every indicator of the whole and of each region that is seen.
pub(crate) fn heat(seen: &Seen, visit: &Visit) -> Result<Table, Problem> {
    let (words, fund) = (visit.words(), visit.fund()?);
    let first = seen.content(seen.first())?;
    let mut columns = vec![words.t("year.region").to_owned(), words.t("year.score").to_owned()];
    columns
        .extend(first.results.iter().map(|row| with_unit(row.name.get(visit.lang), &row.unit, visit.lang)));
    let whole = seen.whole.then_some("");
    let mut lines = Vec::new();
    for code in whole.into_iter().chain(seen.regions.iter().map(String::as_str)) {
        let content = seen.content(code)?;
        let mut cells =
            vec![Cell::text(seen.name(code, fund, words)), Cell::Figure(content.score.total.clone())];
        let mut links =
            vec![(!code.is_empty()).then(|| format!("/regions/{code}")), Some(derivation_href(code, TOTAL))];
        for row in &first.results {
            let (cell, link) = outcome(seen, content, code, &row.indicator);
            cells.push(cell);
            links.push(link);
        }
        let mut line = Line::of(cells);
        line.links = links;
        lines.push(line);
    }
    Ok(Table::new("heat", words.t("results.heat"), columns, lines, words.t("year.no-lines")))
}

/// Money by scheme.
fn schemes(content: &Content, words: Words) -> Table {
    let money = &content.money;
    let mut columns = vec![words.t("results.scheme").to_owned()];
    columns.extend(money_columns(&money.total, words));
    let lines = money.by_scheme.iter().chain([&money.total]).map(|row| {
        let mut cells = vec![Cell::text(row.name.get(words.0))];
        cells.extend(money_cells(row));
        Line::of(cells)
    });
    Table::new("by-scheme", words.t("results.by-scheme"), columns, lines.collect(), words.t("year.no-lines"))
}

/// What the target table's checks found, as a tile.
fn findings(content: &Content, words: Words) -> Tile {
    let count = content.findings.len();
    let errors = content.findings.iter().any(|finding| finding.severity == "error");
    let sign = match (count, errors) {
        (0, _) => Sign::Good,
        (_, true) => Sign::Bad,
        (_, false) => Sign::Look,
    };
    Tile::words(words.t("results.findings"), count.to_string()).signed(sign).to(Some("/targets".to_owned()))
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    let words = visit.words();
    let Some(seen) = Seen::of(&visit, Deed::ReadEvaluations)? else {
        return nothing_yet(&visit, words.t("results.nav"));
    };
    let fund = visit.fund()?;
    let code = seen.asked(&visit)?;
    let content = seen.content(&code)?;
    let (heat, schemes) = (heat(&seen, &visit)?, schemes(content, words));
    for table in [&heat, &schemes] {
        if let Some(file) = table.file(&visit)? {
            return Ok(file);
        }
    }
    let sheet = fund.charts(&seen.year, &code, visit.lang);
    // Only the whole has a map: it shows every region.
    let maps: Vec<_> = content.by_region.iter().filter(|_| seen.whole).collect();
    let asked = visit.query("indicator");
    let shown = maps.iter().find(|table| Some(table.indicator.as_str()) == asked).or(maps.first());
    let month = visit.query_as::<u8>("month").filter(|month| (1..=12).contains(month));
    let map = match (shown, month) {
        (None, _) => String::new(),
        (Some(table), None) => chart(&sheet, &format!("map-{}", table.indicator)),
        (Some(table), Some(month)) => map_of_month(fund, &seen.year, &table.indicator, month, visit.lang),
    };
    let no_month = if month.is_some() && map.is_empty() { words.t("results.no-month") } else { "" };
    let chosen = month.map(|month| month.to_string());
    let months = (1..=12u8).map(|month| month.to_string());
    let months = months.map(|month| {
        Choice::of(&month, words.with("results.of-month", &[("month", &month)]), chosen.as_deref())
    });
    let indicators = maps.iter().map(|table| {
        let chosen = shown.is_some_and(|shown| shown.indicator == table.indicator);
        (table.indicator.clone(), table.name.get(visit.lang).to_owned(), chosen)
    });
    let mut tiles = head(&seen, &code, content, &fund.fund, words);
    if visit.reach(Deed::ReadTargets).is_ok() {
        tiles.push(findings(content, words));
    }
    let year = content.identity.year.to_string();
    let title = if code.is_empty() {
        words.with("results.title", &[("year", &year)])
    } else {
        words.with("results.title-of", &[("year", &year), ("region", &seen.name(&code, fund, words))])
    };
    let page = Page {
        action: "/results",
        regions: if seen.whole { Vec::new() } else { seen.choices(&code, fund, words) },
        tiles,
        indicators: indicators.collect(),
        kept: visit.pairs_without("indicator").into_iter().filter(|(name, _)| name != "month").collect(),
        months: months.collect(),
        map,
        no_month,
        heat: heat.view(&visit),
        money: chart(&sheet, "money"),
        schemes: schemes.view(&visit),
        score: chart(&sheet, "score"),
        shell: visit.shell(title),
    };
    visit.show(&page)
}
