//! How a score came about: the tree of its steps, beside the page that asked or as a page of its own.

use askama::Template;
use axum::{http::HeaderMap, response::Response};
use jixiao_core::{evaluation::EXECUTION, people::Deed};
use jixiao_report::{
    content::IllustrativeRow,
    published::{Rest, TOTAL, Tree},
};
use jixiao_web::{
    ask::Named,
    problem::{self, Problem},
    route::Who,
};

use super::{Leaf, page};
use crate::{
    shell::Shell,
    visit::Visit,
    words::Words,
    year::{Seen, derivation_href, indicator_href},
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[],
    routes: || {
        vec![page(
            "/derivation/{code}/{indicator}",
            "page-derivation",
            Who::Deed(Deed::ReadEvaluations),
            look,
        )]
    },
};

/// The name of the place beside a page into which htmx sets a derivation.
const PANEL: &str = "panel";

/// A ground of a step, in words.
struct Ground {
    text: String,
    fine: String,
    illustrative: bool,
}

/// A step as it is shown; its children are markup already.
#[derive(Template)]
#[template(path = "derivation_step.html")]
struct Step<'t> {
    words: Words,
    label: &'t str,
    value: &'t str,
    formula: &'t str,
    grounds: Vec<Ground>,
    illustrative: bool,
    open: bool,
    children: Vec<String>,
}

/// Something that a total is made of.
struct Part {
    href: String,
    name: String,
    value: String,
    illustrative: bool,
}

struct Told {
    title: String,
    here: String,
    about: Option<(String, String)>,
    steps: String,
    parts: Vec<Part>,
}

#[derive(Template)]
#[template(path = "derivation.html")]
struct Page {
    shell: Shell,
    told: Told,
}

#[derive(Template)]
#[template(path = "derivation_panel.html")]
struct Panel {
    shell: Shell,
    told: Told,
}

fn ground(rest: &Rest, known: &[IllustrativeRow], words: Words) -> Ground {
    let plain = |text: String| Ground { text, fine: String::new(), illustrative: false };
    let lang = words.0;
    match rest {
        Rest::Clause { text, source, certainty } => {
            let mut fine = source.get(lang).to_owned();
            if !certainty.is_empty() {
                fine =
                    format!("{fine} · {}", words.with("derivation.certainty", &[("certainty", certainty)]));
            }
            Ground { text: text.get(lang).to_owned(), fine, illustrative: false }
        }
        Rest::Row { ledger, file, row } => plain(words.with(
            "derivation.row",
            &[("ledger", ledger.get(lang)), ("file", file), ("row", &row.to_string())],
        )),
        Rest::Rows { ledger, count, listed } => plain(words.with(
            "derivation.rows",
            &[("ledger", ledger.get(lang)), ("count", &count.to_string()), ("files", listed)],
        )),
        Rest::More { count } => plain(words.with("derivation.more", &[("count", &count.to_string())])),
        Rest::Illustrative { parameter } => {
            let row = known.iter().find(|row| row.parameter == *parameter);
            let fine = row.map(|row| {
                format!("{} {} · {}", row.label.get(lang), row.value.get(lang), row.why.get(lang))
            });
            Ground {
                text: words.with("derivation.parameter", &[("parameter", parameter)]),
                fine: fine.unwrap_or_default(),
                illustrative: true,
            }
        }
        Rest::Target { place, written } => {
            plain(words.with("derivation.target", &[("place", place), ("written", written)]))
        }
        Rest::Reported { by, evidence } => {
            plain(words.with("derivation.reported", &[("by", by), ("evidence", evidence)]))
        }
    }
}

/// So many levels are open at first.
const OPEN: u32 = 2;

fn step(tree: &Tree, depth: u32, known: &[IllustrativeRow], words: Words) -> Result<String, Problem> {
    let children: Result<_, _> =
        tree.children.iter().map(|child| step(child, depth.saturating_add(1), known, words)).collect();
    let view = Step {
        words,
        label: tree.label.get(words.0),
        value: tree.value.get(words.0),
        formula: &tree.formula,
        grounds: tree.grounds.iter().map(|rest| ground(rest, known, words)).collect(),
        illustrative: tree.illustrative,
        open: depth < OPEN,
        children: children?,
    };
    view.render()
        .map_err(|error| Problem { kept_quiet: Some(error.to_string()), ..Problem::bare(&problem::BROKEN) })
}

async fn look(
    visit: Visit,
    Named((word, indicator)): Named<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let none = || Problem::bare(&problem::NOT_FOUND);
    let seen = Seen::of(&visit, Deed::ReadEvaluations)?.ok_or_else(none)?;
    let (code, words, fund) = (seen.named(&word)?, visit.words(), visit.fund()?);
    let content = seen.content(&code)?;
    let tree = seen.derivation(&code, &indicator).ok_or_else(none)?;
    let name_of = |id: &str| match id {
        TOTAL => words.t("year.score").to_owned(),
        EXECUTION => words.t("year.rate").to_owned(),
        id => content
            .results
            .iter()
            .find(|row| row.indicator == id)
            .map_or_else(|| fund.indicator(id, visit.lang), |row| row.name.get(visit.lang).to_owned()),
    };
    let parts =
        seen.year.published.derivations.iter().filter(|part| part.code == code && part.indicator != TOTAL);
    let parts = parts.map(|part| Part {
        href: derivation_href(&code, &part.indicator),
        name: name_of(&part.indicator),
        value: part.tree.value.get(visit.lang).to_owned(),
        illustrative: part.tree.illustrative,
    });
    let region = seen.name(&code, fund, words);
    let about = (!matches!(indicator.as_str(), TOTAL | EXECUTION))
        .then(|| (indicator_href(&code, &indicator), name_of(&indicator)));
    let told = Told {
        title: words.with("derivation.title", &[("name", &name_of(&indicator)), ("region", &region)]),
        here: derivation_href(&code, &indicator),
        about,
        steps: step(tree, 0, &content.illustrative, words)?,
        parts: if indicator == TOTAL { parts.collect() } else { Vec::new() },
    };
    let shell = visit.shell(told.title.clone());
    if headers.get("hx-target").is_some_and(|target| target == PANEL) {
        return visit.show(&Panel { shell, told });
    }
    visit.show(&Page { shell, told })
}
