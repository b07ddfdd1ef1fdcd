//! The same values as files: CSV and JSON, made of what the pages show.

use askama::Template;
use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use jixiao_report::{figure::Figure, table::Table};
use jixiao_store::awards::Which;
use jixiao_web::{
    ask::Named,
    problem::{self, Problem},
};
use serde_json::{Map, Value, json};

use super::{awards, kept};
use crate::{shell::Shell, visit::Visit};

/// The most awards of a file.
const AWARDS: i64 = 200_000;

/// What can be taken along: the name of its files, and what it holds.
const SETS: &[(&str, &str)] = &[
    ("results", crate::pages::key!("public.set-results")),
    ("regions", crate::pages::key!("public.set-regions")),
    ("awards", crate::pages::key!("public.set-awards")),
    ("money", crate::pages::key!("public.set-money")),
];

struct Set {
    label: &'static str,
    csv: String,
    json: String,
}

#[derive(Template)]
#[template(path = "public_data.html")]
struct Page {
    shell: Shell,
    sets: Vec<Set>,
}

pub(super) async fn look(visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    kept(&visit, &headers, async || {
        let words = visit.words();
        let set = |(name, label): &(&str, &'static str)| Set {
            label: words.t(label),
            csv: format!("/public/data/{name}.csv"),
            json: format!("/public/data/{name}.json"),
        };
        let sets = SETS.iter().map(set).collect();
        visit.show(&Page { sets, shell: visit.shell(words.t("public.data")) })
    })
    .await
}

/// An exact value; nothing for what is missing, suppressed or cannot be asked.
fn exact(figure: &Figure) -> String {
    figure.exact.clone()
}

/// Columns have the same names in both languages: programs read them.
fn table(columns: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table { columns: columns.iter().map(|name| (*name).to_owned()).collect(), rows }
}

fn results(visit: &Visit) -> Result<Table, Problem> {
    let book = visit.fund()?.year_book();
    let rows = book.iter().flat_map(|book| book.published.whole.results.iter().map(move |row| (book, row)));
    let rows = rows.map(|(book, row)| {
        vec![
            book.published.whole.identity.year.to_string(),
            row.indicator.clone(),
            row.name.zh.clone(),
            row.name.en.clone(),
            row.unit.zh.clone(),
            row.target.zh.clone(),
            exact(&row.actual),
            exact(&row.completion),
            row.status.word().zh,
            (!row.illustrative.is_empty()).to_string(),
            book.published.whole.synthetic.to_string(),
        ]
    });
    let columns = [
        "year",
        "indicator",
        "name",
        "name_en",
        "unit",
        "target",
        "actual",
        "completion_percent",
        "status",
        "illustrative",
        "synthetic",
    ];
    Ok(table(&columns, rows.collect()))
}

fn regions(visit: &Visit) -> Result<Table, Problem> {
    let book = visit.fund()?.year_book();
    let rows = book.iter().flat_map(|book| {
        book.published
            .whole
            .by_region
            .iter()
            .flat_map(move |table| table.rows.iter().map(move |row| (book, table, row)))
    });
    let rows = rows.map(|(book, table, row)| {
        vec![
            book.published.whole.identity.year.to_string(),
            table.indicator.clone(),
            table.name.zh.clone(),
            table.unit.zh.clone(),
            row.code.clone(),
            row.region.zh.clone(),
            row.target.zh.clone(),
            exact(&row.actual),
            exact(&row.completion),
            row.status.word().zh,
            book.published.whole.synthetic.to_string(),
        ]
    });
    let columns = [
        "year",
        "indicator",
        "name",
        "unit",
        "region",
        "region_name",
        "target",
        "actual",
        "completion_percent",
        "status",
        "synthetic",
    ];
    Ok(table(&columns, rows.collect()))
}

fn money(visit: &Visit) -> Result<Table, Problem> {
    let book = visit.fund()?.year_book();
    let yuan = |figure: &Figure| figure.in_yuan().unwrap_or_default();
    let rows = book.iter().flat_map(|book| {
        let money = &book.published.whole.money;
        let rows = std::iter::once(("whole", &money.total))
            .chain(money.by_scheme.iter().map(|row| ("scheme", row)))
            .chain(money.by_region.iter().map(|row| ("region", row)));
        rows.map(move |(of, row)| (book, of, row))
    });
    let rows = rows.map(|(book, of, row)| {
        vec![
            book.published.whole.identity.year.to_string(),
            of.to_owned(),
            row.id.clone(),
            row.name.zh.clone(),
            yuan(&row.appropriation),
            yuan(&row.allocated),
            yuan(&row.awarded),
            yuan(&row.paid),
            book.published.whole.synthetic.to_string(),
        ]
    });
    let columns = [
        "year",
        "of",
        "id",
        "name",
        "appropriated_yuan",
        "allocated_yuan",
        "awarded_yuan",
        "paid_yuan",
        "synthetic",
    ];
    Ok(table(&columns, rows.collect()))
}

async fn awarded(visit: &Visit) -> Result<Table, Problem> {
    let fund = visit.fund()?;
    let (names, year) = (fund.names(), fund.current_year().to_string());
    let found = awards::disclosed(visit, &Which::default(), AWARDS).await?;
    let rows = found.into_iter().map(|award| {
        vec![
            year.clone(),
            fund.scheme(&award.scheme, jixiao_core::finding::Lang::Zh),
            award.scheme,
            award.region,
            names.get(&award.enterprise).unwrap_or_default().to_owned(),
            award.enterprise,
            crate::show::yuan(award.fen),
            award.illustrative.to_string(),
        ]
    });
    let columns = [
        "year",
        "scheme_name",
        "scheme",
        "region",
        "enterprise_name",
        "enterprise",
        "awarded_yuan",
        "illustrative",
    ];
    Ok(table(&columns, rows.collect()))
}

pub(super) async fn file(
    visit: Visit,
    Named(name): Named<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    kept(&visit, &headers, async || {
        let missing = || Problem::bare(&problem::NOT_FOUND);
        let (set, kind) = name.rsplit_once('.').ok_or_else(missing)?;
        let table = match set {
            "results" => results(&visit)?,
            "regions" => regions(&visit)?,
            "money" => money(&visit)?,
            "awards" => awarded(&visit).await?,
            _ => return Err(missing()),
        };
        let disposition = (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""));
        match kind {
            "csv" => {
                let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned());
                Ok(([kind, disposition], table.csv()).into_response())
            }
            "json" => {
                let row = |row: Vec<String>| {
                    let pairs = table.columns.iter().cloned().zip(row.into_iter().map(Value::String));
                    Value::Object(pairs.collect::<Map<String, Value>>())
                };
                let rows: Vec<Value> = table.rows.iter().cloned().map(row).collect();
                let fund = &visit.office()?.fund;
                let text = json!({ "fund": fund, "set": set, "rows": rows }).to_string();
                let kind = (header::CONTENT_TYPE, "application/json".to_owned());
                Ok(([kind, disposition], text).into_response())
            }
            _ => Err(missing()),
        }
    })
    .await
}
