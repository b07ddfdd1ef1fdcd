//! Records of a way: the list, searched by what they are about, and the same step on many of them.

use std::collections::BTreeMap;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use jixiao_core::{
    both,
    finding::Both,
    people::Deed,
    workflow::{Machine, machines},
};
use jixiao_store::cases::{Move, Which};
use jixiao_web::{
    api::{
        cases::{facts, readable},
        machines::reading,
    },
    ask::Named,
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, form, key, page};
use crate::{
    choice::{self, Choice},
    form::{Mistakes, Typed},
    shell::Shell,
    show,
    table::{Cell, Line, Table, View},
    visit::Visit,
};

/// The records of a page.
const LINES: i64 = 200;

macro_rules! nav {
    ($($group:literal $label:literal $href:literal $deed:ident);+ $(;)?) => {
        &[$(Nav { group: key!($group), label: key!($label), href: $href, go: Go::One(&[Deed::$deed]) }),+]
    };
}

pub(super) const LEAF: Leaf = Leaf {
    nav: nav! {
        "shell.group-goals" "cases.nav-target-table" "/cases/target-table" ReadTargets;
        "shell.group-goals" "cases.nav-decomposition" "/cases/decomposition" ReadTargets;
        "shell.group-goals" "cases.nav-actual" "/cases/actual" ReadActuals;
        "shell.group-goals" "cases.nav-monitoring" "/cases/monitoring" ReadMonitoring;
        "shell.group-goals" "cases.nav-evaluation" "/cases/evaluation" ReadEvaluations;
        "shell.group-support" "cases.nav-application" "/cases/application" ReadApplications;
        "shell.group-support" "cases.nav-objection" "/cases/objection" ReadApplications;
        "shell.group-money" "cases.nav-payment-order" "/cases/payment-order" ReadPayments;
        "shell.group-oversight" "cases.nav-finding" "/cases/finding" ReadFindings;
        "shell.group-oversight" "cases.nav-waiver" "/cases/waiver" ReadFindings;
    },
    routes: || {
        vec![
            page("/cases/{machine}", "page-cases", Who::Machine, look),
            form("/cases/{machine}/steps", "form-steps", Who::Machine, steps),
        ]
    },
};

#[derive(Template)]
#[template(path = "cases.html")]
struct Page {
    shell: Shell,
    machine: &'static str,
    states: Vec<Choice>,
    regions: Vec<Choice>,
    schemes: Vec<Choice>,
    year: String,
    table: View,
    can_open: bool,
    bulk: Vec<Choice>,
    mistakes: Mistakes,
    done: String,
    reason: String,
}

pub(crate) fn way(id: &str) -> Result<&'static Machine, Problem> {
    machines::find(id).ok_or_else(|| Problem::bare(&problem::NOT_FOUND))
}

async fn look(visit: Visit, Named(id): Named<String>) -> Result<Response, Problem> {
    shown(&visit, &id, StatusCode::OK, Mistakes::default(), String::new(), "").await
}

async fn shown(
    visit: &Visit,
    id: &str,
    status: StatusCode,
    mistakes: Mistakes,
    done: String,
    reason: &str,
) -> Result<Response, Problem> {
    let machine = way(id)?;
    let reach = visit.reach(reading(machine))?;
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let given = |name: &str| visit.query(name).map(str::to_owned);
    let which = Which {
        machine: Some(machine.id.to_owned()),
        year: visit.query_as("year"),
        states: given("state").map(|state| vec![state]),
        region: given("region"),
        scheme: given("scheme"),
        enterprise: given("enterprise"),
        indicator: given("indicator"),
        objects_to: None,
        after: visit.query_as("after"),
    };
    let lines = visit.database().cases(&office, &reach, &which, LINES).await?;
    let whole = i64::try_from(lines.len()).unwrap_or(i64::MAX) >= LINES;
    let next = lines.last().filter(|_| whole).map(|line| visit.with_query("after", &line.id.to_string()));
    // Columns that no record of this way fills are left out.
    let any = |field: fn(&jixiao_store::cases::About) -> &str| {
        lines.iter().any(|line| !field(&line.about).is_empty())
    };
    let (has_region, has_scheme) = (any(|about| &about.region), any(|about| &about.scheme));
    let (has_enterprise, has_indicator) = (any(|about| &about.enterprise), any(|about| &about.indicator));
    let has_amount = lines.iter().any(|line| line.amount_fen.is_some());
    // What one looks for first stands where it is seen without scrolling.
    let mut columns = vec![words.t("cases.subject"), words.t("cases.state")];
    for (has, title) in [
        (has_amount, words.t("cases.amount")),
        (has_region, words.t("cases.region")),
        (has_scheme, words.t("cases.scheme")),
        (has_indicator, words.t("cases.indicator")),
        (has_enterprise, words.t("cases.enterprise")),
    ] {
        if has {
            columns.push(title);
        }
    }
    columns.extend([words.t("cases.changed"), words.t("cases.year")]);
    let or_nothing = |text: String| if text.is_empty() { Cell::Nothing } else { Cell::Text(text) };
    let rows = lines.iter().map(|line| {
        let state =
            machine.state(&line.state).map_or(line.state.as_str(), |state| state.label.get(visit.lang));
        let mut cells = vec![Cell::text(line.subject.clone()), Cell::text(state)];
        if has_amount {
            cells.push(Cell::fen(line.amount_fen));
        }
        let region = if line.about.region.is_empty() {
            String::new()
        } else {
            fund.region(&line.about.region, visit.lang)
        };
        let scheme = if line.about.scheme.is_empty() {
            String::new()
        } else {
            fund.scheme(&line.about.scheme, visit.lang)
        };
        let indicator = if line.about.indicator.is_empty() {
            String::new()
        } else {
            fund.indicator(&line.about.indicator, visit.lang)
        };
        for (has, text) in [
            (has_region, region),
            (has_scheme, scheme),
            (has_indicator, indicator),
            (has_enterprise, line.about.enterprise.clone()),
        ] {
            if has {
                cells.push(or_nothing(text));
            }
        }
        cells.push(Cell::text(show::time(line.changed_at, office.zone)));
        cells.push(Cell::Whole(i64::from(line.about.year)));
        Line::of(cells).to(format!("/case/{}", line.id)).ticked_as(format!("{}:{}", line.id, line.revision))
    });
    let mut rows: Vec<Line> = rows.collect();
    // The steps that somebody may take on many records at once: those that need no new content, from the state that is shown.
    let bulk: Vec<Choice> = visit.query("state").map_or_else(Vec::new, |state| {
        machine
            .from(Some(state))
            .filter(|action| action.id != "edit" && visit.asker.person.reach(action.deed).is_ok())
            .map(|action| Choice {
                value: action.id.to_owned(),
                label: action.label.get(visit.lang).to_owned(),
                chosen: false,
            })
            .collect()
    });
    if bulk.is_empty() {
        for row in &mut rows {
            row.tick = None;
        }
    }
    let table = Table::new("records", "", columns, rows, words.t("cases.empty")).next(next);
    if let Some(file) = table.file(visit)? {
        return Ok(file);
    }
    let chosen = |name: &str, value: &str| visit.query(name) == Some(value);
    let page = Page {
        states: machine
            .states
            .iter()
            .map(|state| Choice {
                value: state.id.to_owned(),
                label: state.label.get(visit.lang).to_owned(),
                chosen: chosen("state", state.id),
            })
            .collect(),
        regions: choice::regions(visit, visit.query("region"))?,
        schemes: choice::schemes(visit, visit.query("scheme"))?,
        year: visit.query("year").unwrap_or_default().to_owned(),
        table: table.view(visit),
        can_open: machine.from(None).any(|action| visit.asker.person.reach(action.deed).is_ok()),
        bulk,
        mistakes,
        done,
        reason: reason.to_owned(),
        machine: machine.id,
        shell: visit.shell(machine.label.get(visit.lang)),
    };
    visit.show_as(status, &page)
}

/// A record as it was ticked: its number and the revision that was looked at.
pub(crate) fn seen(ticked: &str) -> Option<(i64, u32)> {
    let (id, revision) = ticked.split_once(':')?;
    Some((id.parse().ok()?, revision.parse().ok()?))
}

/// Takes the same step on every record that was ticked, each on its own: what cannot be done is said, the rest is done.
async fn steps(visit: Visit, Named(id): Named<String>, typed: Typed) -> Result<Response, Problem> {
    let machine = way(&id)?;
    let office = visit.office()?;
    let words = visit.words();
    let mut mistakes = Mistakes::default();
    let action = machine.action(typed.get("action"));
    let ticked: Vec<(i64, u32)> = typed.all("tick").iter().filter_map(|one| seen(one)).collect();
    if ticked.is_empty() {
        mistakes.whole.push(both!("请先在表中选择记录", "select records in the table first"));
    }
    let Some(action) = action else {
        mistakes.whole.push(both!("请选择要办理的一步", "say which step is to be taken"));
        return shown(
            &visit,
            &id,
            StatusCode::UNPROCESSABLE_ENTITY,
            mistakes,
            String::new(),
            typed.get("reason"),
        )
        .await;
    };
    let mut taken = 0usize;
    let mut refused: BTreeMap<String, Vec<Both>> = BTreeMap::new();
    for (case, revision) in ticked {
        let done = async {
            let file = readable(visit.asker.state(), &visit.asker, &office, case).await?;
            let step = Move {
                case,
                action: action.id,
                seen: revision,
                reason: typed.get("reason"),
                on_behalf: None,
                content: None,
                amount_fen: None,
                facts: facts(Some(action), typed.all("confirmed"))?,
            };
            let mut change = visit.asker.change().await?;
            change.act(&office, &visit.asker.person, machine, step).await?;
            change.commit().await?;
            Ok::<String, Problem>(file.subject)
        };
        match done.await {
            Ok(_) => taken += 1,
            Err(problem) if problem.code.status >= 500 => return Err(problem),
            Err(problem) => {
                refused.entry(format!("{case}")).or_default().extend(Mistakes::of(&problem).whole);
            }
        }
    }
    for (case, reasons) in &refused {
        for Both { zh, en } in reasons {
            mistakes.whole.push(both!("记录 {case}：{zh}", "record {case}: {en}"));
        }
    }
    let done =
        if taken > 0 { words.with("cases.done", &[("count", &taken.to_string())]) } else { String::new() };
    let status = if mistakes.none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    shown(&visit, &id, status, mistakes, done, typed.get("reason")).await
}
