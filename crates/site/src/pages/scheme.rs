//! One scheme: the rule as text beside its clauses, the parameters in force, and the way from what was claimed to what was paid.

use askama::Template;
use axum::response::Response;
use jixiao_engine::{
    number::Dec,
    scheme::{
        plan::{Dated, Parameter, Status, Type},
        show::{Note, Piece},
        syntax::iso,
    },
};
use jixiao_report::{
    content::{FlowRow, SchemeFlow},
    drawings::drawings,
};
use jixiao_web::{
    ask::Named,
    problem::{self, Problem},
    route::Who,
};

use super::{Leaf, page, schemes::assumed};
use crate::{
    shell::Shell,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

pub(super) const LEAF: Leaf =
    Leaf { nav: &[], routes: || vec![page("/schemes/{id}", "page-scheme", Who::SignedIn, look)] };

/// What stands beside a piece of the rule.
struct Beside {
    /// `refusal`, `clause`, `value`.
    class: &'static str,
    label: String,
    text: String,
    source: String,
    illustrative: bool,
}

/// A piece of the rule.
struct Told {
    level: usize,
    anchor: String,
    number: Option<usize>,
    label: String,
    text: String,
    code: String,
    beside: Vec<Beside>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

struct Year {
    year: i16,
    here: bool,
}

#[derive(Template)]
#[template(path = "scheme.html")]
struct Page {
    shell: Shell,
    id: String,
    years: Vec<Year>,
    assumed: usize,
    may_simulate: bool,
    contents: Vec<(String, String)>,
    told: Vec<Told>,
    parameters: View,
    chart: Option<(String, String)>,
    funnel: Option<View>,
}

fn beside(note: &Note, visit: &Visit) -> Beside {
    let words = visit.words();
    let of = |class, label: String, text: String| Beside {
        class,
        label,
        text,
        source: String::new(),
        illustrative: false,
    };
    match note {
        Note::Refusal { label, text } => of("refusal", label.clone(), text.clone()),
        Note::Regional { label, text } => of("value", label.clone(), text.clone()),
        Note::Clause { id: _, certainty, sure, text, source } => {
            let grade = words.with("schemes.clause", &[("grade", &certainty.to_string()), ("sure", sure)]);
            Beside { source: source.clone(), ..of("clause", grade, text.clone()) }
        }
        Note::Value { label, value, dates, source, illustrative } => {
            let dates = dates.as_ref().map(|dates| format!(" · {dates}")).unwrap_or_default();
            Beside {
                source: source.clone(),
                illustrative: *illustrative,
                ..of("value", label.clone(), format!("{value}{dates}"))
            }
        }
    }
}

fn told(pieces: &[Piece], visit: &Visit) -> Vec<Told> {
    let empty = || Told {
        level: 0,
        anchor: String::new(),
        number: None,
        label: String::new(),
        text: String::new(),
        code: String::new(),
        beside: Vec::new(),
        columns: Vec::new(),
        rows: Vec::new(),
    };
    let all = |notes: &[Note]| notes.iter().map(|note| beside(note, visit)).collect();
    let one = |(at, piece): (usize, &Piece)| match piece {
        // The page has the scheme's name as its own heading.
        Piece::Heading { level: 1, .. } => None,
        Piece::Heading { level, text } => {
            Some(Told { level: *level, anchor: format!("p{at}"), text: text.clone(), ..empty() })
        }
        Piece::Text { text, notes } => Some(Told { text: text.clone(), beside: all(notes), ..empty() }),
        Piece::Item(item) => Some(Told {
            number: item.number,
            label: item.label.clone(),
            text: item.text.clone(),
            code: item.code.clone().unwrap_or_default(),
            beside: all(&item.notes),
            ..empty()
        }),
        Piece::Table { columns, rows } => {
            Some(Told { columns: columns.clone(), rows: rows.clone(), ..empty() })
        }
    };
    pieces.iter().enumerate().filter_map(one).collect()
}

/// A value with its unit, as people read it.
pub(super) fn value(parameter: &Parameter, dated: &Dated) -> String {
    let unit = parameter.unit.as_ref().map_or("", |unit| unit.text.as_str());
    let number = Dec::parse(&dated.text).filter(|_| matches!(parameter.ty, Type::Number { .. }));
    let text = number.map_or_else(|| dated.text.clone(), |number| number.grouped(0));
    match unit {
        "" | "1" => text,
        "%" | "‰" => format!("{text}{unit}"),
        unit => format!("{text} {unit}"),
    }
}

fn parameters(visit: &Visit, all: &[Parameter]) -> Result<Table, Problem> {
    let (fund, words) = (visit.fund()?, visit.words());
    let day = |day: i64, none: i64| if day == none { Cell::Nothing } else { Cell::text(iso(day)) };
    let line = |parameter: &Parameter, region: Option<&String>, dated: &Dated| {
        let status = match dated.status {
            Status::Official => Cell::Sign(Sign::Good, words.t("schemes.official").to_owned()),
            Status::Illustrative => Cell::Sign(Sign::Look, words.t("tree.illustrative").to_owned()),
        };
        Line::of(vec![
            Cell::text(parameter.label.get(visit.lang)),
            region.map_or(Cell::Nothing, |code| Cell::text(fund.region(code, visit.lang))),
            Cell::text(value(parameter, dated)),
            day(dated.from, i64::MIN),
            day(dated.to, i64::MAX),
            status,
            Cell::text(dated.source.clone()),
        ])
    };
    let mut lines = Vec::new();
    for parameter in all {
        lines.extend(parameter.values.iter().map(|dated| line(parameter, None, dated)));
        for (region, values) in &parameter.regions {
            lines.extend(values.iter().map(|dated| line(parameter, Some(region), dated)));
        }
    }
    Ok(Table::new(
        "parameters",
        words.t("schemes.parameters"),
        [
            words.t("schemes.parameter"),
            words.t("cases.region"),
            words.t("schemes.value"),
            words.t("schemes.from"),
            words.t("schemes.to"),
            words.t("schemes.ground"),
            words.t("schemes.source"),
        ],
        lines,
        words.t("schemes.no-parameters"),
    ))
}

/// From what was claimed to what was paid, with what was taken off by its name.
pub(super) fn funnel(visit: &Visit, flow: &SchemeFlow) -> Table {
    let words = visit.words();
    let line = |row: &FlowRow, sign: Option<Sign>| {
        let name = row.name.get(visit.lang);
        Line::of(vec![
            sign.map_or_else(|| Cell::text(name), |sign| Cell::Sign(sign, name.to_owned())),
            Cell::Figure(row.rows.clone()),
            Cell::Figure(row.enterprises.clone()),
            Cell::Figure(row.amount.clone()),
        ])
    };
    let mut lines = vec![line(&flow.claimed, None)];
    lines.extend(flow.reductions.iter().map(|row| line(row, Some(Sign::Bad))));
    lines.push(line(&flow.awarded, Some(Sign::Good)));
    lines.push(line(&flow.paid, None));
    Table::new(
        "funnel",
        words.t("schemes.funnel"),
        [
            words.t("schemes.stage"),
            words.t("schemes.rows"),
            words.t("schemes.enterprises"),
            words.t("cases.amount"),
        ],
        lines,
        "",
    )
}

async fn look(visit: Visit, Named(id): Named<String>) -> Result<Response, Problem> {
    let (fund, words) = (visit.fund()?, visit.words());
    let missing = || Problem::bare(&problem::NOT_FOUND);
    let (year, rule) = fund.rule(&id, visit.query_as("year")).ok_or_else(missing)?;
    let parameters = parameters(&visit, &rule.plan.parameters)?;
    let year_book = fund.year_book().filter(|book| book.published.whole.identity.year == year);
    let flow =
        year_book.as_ref().and_then(|book| book.published.whole.flows.iter().find(|flow| flow.scheme == id));
    let funnel = flow.map(|flow| funnel(&visit, flow));
    for table in [Some(&parameters), funnel.as_ref()].into_iter().flatten() {
        if let Some(file) = table.file(&visit)? {
            return Ok(file);
        }
    }
    let chart = year_book.as_ref().and_then(|book| {
        let name = format!("flow-{id}");
        // Of the content only this scheme's flow: the other charts of the year are not drawn for it.
        let mut content = jixiao_report::content::Content {
            synthetic: book.published.whole.synthetic,
            identity: book.published.whole.identity.clone(),
            ..Default::default()
        };
        content.flows = book.published.whole.flows.iter().filter(|flow| flow.scheme == id).cloned().collect();
        let drawn = drawings(&content, None).into_iter().find(|drawing| drawing.name == name)?;
        Some((drawn.title.get(visit.lang).to_owned(), drawn.chart.svg(visit.lang)))
    });
    let told = told(rule.told(visit.lang), &visit);
    let page = Page {
        contents: told
            .iter()
            .filter(|piece| piece.level == 2)
            .map(|piece| (piece.anchor.clone(), piece.text.clone()))
            .collect(),
        years: fund.rules.get(&id).map_or_else(Vec::new, |years| {
            years.keys().map(|one| Year { year: *one, here: *one == year }).collect()
        }),
        assumed: assumed(rule),
        may_simulate: super::simulate::may(&visit),
        parameters: parameters.view(&visit),
        funnel: funnel.map(|table| table.view(&visit)),
        told,
        chart,
        id,
        shell: visit.shell(words.with(
            "schemes.of-year",
            &[("name", rule.plan.label.get(visit.lang)), ("year", &year.to_string())],
        )),
    };
    visit.show(&page)
}
