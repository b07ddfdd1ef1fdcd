//! The score sheet, which opens downwards to the derivations, with what others scored beside it, deviations and satisfaction.

use askama::Template;
use axum::response::Response;
use jixiao_core::{evaluation::EXECUTION, people::Deed};
use jixiao_report::{
    content::{CategoryScore, Content, Deviation, Satisfaction, SatisfactionRow},
    published::TOTAL,
};
use jixiao_web::{problem::Problem, route::Who};

use super::{Go, Leaf, Nav, key, page};
use crate::{
    shell::Shell,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
    words::Words,
    year::{Seen, Tile, chart, derivation_href, lamp_sign, nothing_yet},
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-goals"),
        label: key!("score.nav"),
        href: "/score",
        go: Go::One(&[Deed::ReadEvaluations]),
    }],
    routes: || vec![page("/score", "page-score", Who::Deed(Deed::ReadEvaluations), look)],
};

/// A line of the sheet below a category.
struct Row {
    name: String,
    kind: String,
    target: String,
    actual: String,
    weight: String,
    score: String,
    sign: Option<Sign>,
    word: String,
    href: Option<String>,
    illustrative: bool,
}

/// A category of the sheet.
struct Category {
    name: String,
    weight: String,
    score: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "score.html")]
struct Page {
    shell: Shell,
    action: &'static str,
    regions: Vec<(String, String, bool)>,
    tiles: Vec<Tile>,
    rules: String,
    lamps: Vec<(Sign, String, String)>,
    sheet: Vec<Category>,
    score: String,
    by_region: Option<View>,
    deviations: View,
    satisfaction: Option<View>,
    satisfaction_chart: String,
    warnings: Vec<String>,
    method: String,
}

fn sheet(seen: &Seen, code: &str, content: &Content, words: Words) -> Vec<Category> {
    let lang = words.0;
    let categories = content.score.categories.iter().map(|category| {
        let rows = content.results.iter().filter(|row| row.category == category.name).map(|row| Row {
            name: row.name.get(lang).to_owned(),
            kind: row.kind.get(lang).to_owned(),
            target: row.target.get(lang).to_owned(),
            actual: row.actual.with_unit().get(lang).to_owned(),
            weight: row.weight.text.get(lang).to_owned(),
            score: row.score.text.get(lang).to_owned(),
            sign: Some(Sign::of(row.status)),
            word: row.status.word().get(lang).to_owned(),
            href: seen.derivation_at(code, &row.indicator),
            illustrative: !row.illustrative.is_empty(),
        });
        let mut rows: Vec<Row> = rows.collect();
        if category.id == EXECUTION {
            rows.push(Row {
                name: words.t("year.rate").to_owned(),
                kind: String::new(),
                target: String::new(),
                actual: content.money.total.rate.with_unit().get(lang).to_owned(),
                weight: category.weight.text.get(lang).to_owned(),
                score: category.score.text.get(lang).to_owned(),
                sign: None,
                word: String::new(),
                href: seen.derivation_at(code, EXECUTION),
                illustrative: false,
            });
        }
        Category {
            name: category.name.get(lang).to_owned(),
            weight: category.weight.with_unit().get(lang).to_owned(),
            score: category.score.with_unit().get(lang).to_owned(),
            rows,
        }
    });
    categories.collect()
}

fn by_region(seen: &Seen, visit: &Visit) -> Result<Table, Problem> {
    let (words, fund, lang) = (visit.words(), visit.fund()?, visit.lang);
    // A region may be scored in a category that the whole, or another one, leaves out.
    let mut categories: Vec<&CategoryScore> = Vec::new();
    for code in &seen.regions {
        for category in &seen.content(code)?.score.categories {
            if !categories.iter().any(|known| known.id == category.id) {
                categories.push(category);
            }
        }
    }
    let mut lines = Vec::new();
    for code in &seen.regions {
        let score = &seen.content(code)?.score;
        let mut cells = vec![
            Cell::text(fund.region(code, lang)),
            Cell::Figure(score.total.clone()),
            Cell::text(score.grade.get(lang)),
        ];
        cells.extend(categories.iter().map(|category| {
            let found = score.categories.iter().find(|own| own.id == category.id);
            found.map_or(Cell::Nothing, |own| Cell::Figure(own.score.clone()))
        }));
        lines.push(Line::of(cells).to(format!("/score?region={code}")).link(1, derivation_href(code, TOTAL)));
    }
    let mut columns = vec![
        words.t("year.region").to_owned(),
        words.t("year.score").to_owned(),
        words.t("year.grade").to_owned(),
    ];
    columns.extend(categories.iter().map(|category| category.name.get(lang).to_owned()));
    Ok(Table::new("scores", words.t("score.by-region"), columns, lines, words.t("year.no-lines")))
}

/// A column of the deviations' table: its title, whether it is always there, and what it says of one.
type Told = (&'static str, bool, fn(&Deviation, Words) -> Cell);

fn deviations(content: &Content, words: Words) -> Table {
    let columns: [Told; 7] = [
        (words.t("year.indicator"), true, |one, words| Cell::text(one.indicator.get(words.0))),
        (words.t("year.target"), true, |one, words| Cell::text(one.target.get(words.0))),
        (words.t("year.actual"), true, |one, words| Cell::text(one.actual.with_unit().get(words.0))),
        (words.t("year.outcome"), true, |one, words| Cell::status(one.status, words.0)),
        (words.t("score.reason-kind"), false, |one, words| Cell::text(one.kind.get(words.0))),
        (words.t("year.reason"), true, |one, words| {
            if one.overdue {
                Cell::Sign(Sign::Bad, words.t("score.overdue").to_owned())
            } else {
                Cell::text(one.reason.get(words.0))
            }
        }),
        (words.t("score.measure"), false, |one, words| Cell::text(one.measure.get(words.0))),
    ];
    // A reason often brings its kind and its measure with it; columns that then hold nothing are left out.
    let told = |column: &&Told| {
        column.1 || content.deviations.iter().any(|one| (column.2)(one, words) != Cell::text(""))
    };
    let columns: Vec<&Told> = columns.iter().filter(told).collect();
    let lines = content.deviations.iter().map(|one| {
        let region = match one.region.get(words.0) {
            "" => content.identity.region.get(words.0),
            name => name,
        };
        let mut cells = vec![Cell::text(region)];
        cells.extend(columns.iter().map(|column| (column.2)(one, words)));
        Line::of(cells)
    });
    let titles = [words.t("year.region")].into_iter().chain(columns.iter().map(|column| column.0));
    Table::new("deviations", words.t("score.deviations"), titles, lines.collect(), words.t("year.no-lines"))
}

fn satisfaction(survey: &Satisfaction, seen: &Seen, words: Words) -> Table {
    let lang = words.0;
    let line = |row: &SatisfactionRow| {
        Line::of(vec![
            Cell::text(row.region.get(lang)),
            Cell::Figure(row.answers.clone()),
            Cell::Judged(Sign::of(row.status), row.share.clone(), false),
            Cell::Figure(row.low.clone()),
            Cell::Figure(row.high.clone()),
            Cell::status(row.status, lang),
        ])
    };
    let regions = survey.by_region.iter().filter(|row| seen.sees(&row.code));
    let lines = [&survey.overall].into_iter().chain(regions).map(line);
    let percent = |label: &str| format!("{label} %");
    let columns = [
        words.t("year.region").to_owned(),
        words.t("score.answers").to_owned(),
        percent(words.t("score.share")),
        percent(words.t("score.low")),
        percent(words.t("score.high")),
        words.t("year.outcome").to_owned(),
    ];
    let caption = words.with("score.satisfaction", &[("target", survey.target.get(lang))]);
    Table::new("satisfaction", caption, columns, lines.collect(), words.t("year.no-lines"))
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    let (words, fund, lang) = (visit.words(), visit.fund()?, visit.lang);
    let Some(seen) = Seen::of(&visit, Deed::ReadEvaluations)? else {
        return nothing_yet(&visit, words.t("score.nav"));
    };
    let code = seen.asked(&visit)?;
    let content = seen.content(&code)?;
    let (by_region, deviations) = (by_region(&seen, &visit)?, deviations(content, words));
    let satisfaction = content.satisfaction.as_ref().map(|survey| satisfaction(survey, &seen, words));
    for table in [&by_region, &deviations].into_iter().chain(&satisfaction) {
        if let Some(file) = table.file(&visit)? {
            return Ok(file);
        }
    }
    let score = &content.score;
    let mut own = Tile::of(words.t("score.self"), &score.total, lang);
    if !score.grade.get(lang).is_empty() {
        own.value = format!("{} · {}", own.value, score.grade.get(lang));
    }
    own.illustrative = !content.illustrative.is_empty();
    let charts = fund.charts(&seen.year, &code, lang);
    let survey = content.satisfaction.as_ref();
    let year = content.identity.year.to_string();
    let region = seen.name(&code, fund, words);
    let page = Page {
        action: "/score",
        regions: seen.choices(&code, fund, words),
        tiles: vec![
            own.to(seen.derivation_at(&code, TOTAL)),
            Tile::of(words.t("score.department"), &score.department, lang),
            Tile::of(words.t("score.finance"), &score.finance, lang),
        ],
        rules: score.rule_set.get(lang).to_owned(),
        lamps: score
            .lamps
            .iter()
            .map(|lamp| {
                (lamp_sign(lamp.lamp), lamp.name.get(lang).to_owned(), lamp.reason.get(lang).to_owned())
            })
            .collect(),
        sheet: sheet(&seen, &code, content, words),
        score: chart(&charts, "score"),
        by_region: (seen.regions.len() > 1).then(|| by_region.view(&visit)),
        deviations: deviations.view(&visit),
        satisfaction: satisfaction.map(|table| table.view(&visit)),
        satisfaction_chart: chart(&charts, "satisfaction"),
        warnings: survey
            .map(|survey| survey.warnings.iter().map(|one| one.get(lang).to_owned()).collect())
            .unwrap_or_default(),
        method: survey.map(|survey| survey.method.get(lang).to_owned()).unwrap_or_default(),
        shell: visit.shell(words.with("score.title", &[("year", &year), ("region", &region)])),
    };
    visit.show(&page)
}
