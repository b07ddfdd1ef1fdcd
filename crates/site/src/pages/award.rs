//! One award: how it came from its claim, as a tree, with the application and the payments beside it.

use askama::Template;
use axum::response::Response;
use jixiao_core::{
    book::AccountKind,
    derivation::Node,
    finding::{Both, Lang},
    people::Deed,
    workflow::machines,
};
use jixiao_engine::scheme::plan::{Plan, Status};
use jixiao_report::figure::grouped;
use jixiao_store::{awards::Award, cases, money};
use jixiao_web::{
    ask::Named,
    problem::{self, Problem},
    route::Who,
};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{Leaf, awards::ground, case::reductions, page, precheck, scheme::value};
use crate::{
    shell::Shell,
    show,
    table::{Cell, Line, Table, View},
    tree::Tree,
    visit::Visit,
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[],
    routes: || {
        let who = Who::Deed(Deed::ReadAwards);
        vec![
            page("/awards/{run}/{scheme}/{enterprise}", "page-award", who, look),
            page("/awards/{run}/{scheme}/{enterprise}/refused", "page-refused", who, refused),
        ]
    },
};

#[derive(Template)]
#[template(path = "award.html")]
struct Page {
    shell: Shell,
    run: i64,
    scheme: String,
    facts: Vec<(&'static str, String)>,
    /// Whether nothing is awarded.
    nothing: bool,
    /// Where the rows stand that the rule refuses; empty where it cannot be told.
    rows: String,
    tree: Option<Tree>,
    text: String,
    applications: Option<View>,
    payments: Option<View>,
    orders: Option<String>,
}

/// How an award came from its claim, as runs keep it.
#[derive(Deserialize)]
struct Kept {
    rows: u64,
    rows_that_count: u64,
    claimed_yuan: String,
    reductions: Vec<KeptReduction>,
    before_budget_fen: i64,
    awarded_fen: i64,
}

#[derive(Deserialize)]
struct KeptReduction {
    id: String,
    zh: String,
    en: String,
    yuan: String,
}

/// An amount in yuan with all its digits, thousands apart.
fn yuan(text: &str, lang: Lang) -> String {
    let amount =
        text.parse::<Decimal>().map_or_else(|_| text.to_owned(), |it| grouped(it, it.scale().max(2)));
    match lang {
        Lang::Zh => format!("{amount} 元"),
        Lang::En => format!("CNY {amount}"),
    }
}

/// The clause of a condition, duplicate or step by the name that a reduction has: `CLASS/ID`, or `ID` of the scheme.
fn clause<'p>(plan: &'p Plan, id: &str) -> Option<&'p jixiao_engine::scheme::plan::Clause> {
    let at = match id.split_once('/') {
        Some((class, id)) => {
            let class = plan.classes.iter().find(|found| found.id == class)?;
            let conditions = class.conditions.iter().chain(&class.requirements);
            let conditions = conditions.filter(|one| one.id == id).map(|one| one.clause);
            let duplicates = class.duplicates.iter().filter(|one| one.id == id).map(|one| one.clause);
            let steps = class.steps.iter().filter(|one| one.id == id).map(|one| one.clause);
            conditions.chain(duplicates).chain(steps).next()?
        }
        None if id == "budget" => plan.budget.as_ref()?.clause,
        None => plan.steps.iter().find(|one| one.id == id)?.clause,
    };
    plan.clauses.get(at?)
}

fn kept(visit: &Visit, plan: Option<&Plan>, kept: &Kept) -> Tree {
    let (words, lang) = (visit.words(), visit.lang);
    let noted = |tree: Tree, id: &str| match plan.and_then(|plan| clause(plan, id)) {
        Some(clause) => tree.note(words.with(
            "tree.clause",
            &[
                ("text", clause.text.get(lang)),
                ("source", &clause.source),
                ("certainty", &clause.certainty.to_string()),
            ],
        )),
        None => tree,
    };
    let rows = words.with(
        "awards.rows",
        &[("count", &kept.rows_that_count.to_string()), ("all", &kept.rows.to_string())],
    );
    let mut before = vec![Tree::new(words.t("awards.claim"), yuan(&kept.claimed_yuan, lang)).note(rows)];
    let mut last = Vec::new();
    for reduction in &kept.reductions {
        let label = Both::new(reduction.zh.clone(), reduction.en.clone());
        let amount = yuan(&reduction.yuan, lang);
        let tree = noted(
            Tree::new(label.get(lang), words.with("awards.less", &[("amount", &amount)])),
            &reduction.id,
        );
        if reduction.id == "budget" { last.push(tree) } else { before.push(tree) }
    }
    let before = Tree::new(words.t("awards.before-budget"), show::exact(kept.before_budget_fen, lang))
        .parts(before)
        .opened();
    Tree::new(words.t("awards.award"), show::exact(kept.awarded_fen, lang))
        .parts([before])
        .parts(last)
        .opened()
}

/// The parameters in force where the enterprise is, with source and status.
fn parameters(visit: &Visit, plan: &Plan, region: &str) -> Tree {
    let words = visit.words();
    let parts = plan.parameters.iter().flat_map(|parameter| {
        let values = parameter.regions.get(region).unwrap_or(&parameter.values);
        values.iter().map(|dated| {
            let mut tree = Tree::new(parameter.label.get(visit.lang), value(parameter, dated))
                .note(words.with("awards.source", &[("source", &dated.source)]));
            tree.mark = (dated.status == Status::Illustrative).then(|| words.t("tree.illustrative"));
            tree
        })
    });
    Tree::new(words.t("schemes.parameters"), plan.year.to_string()).parts(parts)
}

fn tree(visit: &Visit, plan: Option<&Plan>, award: &Award, text: &str) -> Option<Tree> {
    let root = match serde_json::from_str::<Kept>(text) {
        Ok(read) => kept(visit, plan, &read),
        Err(_) => Tree::of(&serde_json::from_str::<Node>(text).ok()?, visit.lang).opened(),
    };
    Some(root.parts(plan.map(|plan| parameters(visit, plan, &award.region))))
}

/// The award after what reviewers took off it: a step above the run's own, with each reduction by name, who, when and why.
async fn reduced(visit: &Visit, award: &Award, year: i16, run: Tree) -> Result<Tree, Problem> {
    let Ok(reach) = visit.reach(Deed::ReadApplications) else { return Ok(run) };
    let (office, words) = (visit.office()?, visit.words());
    let which = cases::Which {
        machine: Some(machines::APPLICATION.id.to_owned()),
        year: Some(year),
        scheme: Some(award.scheme.clone()),
        enterprise: Some(award.enterprise.clone()),
        ..cases::Which::default()
    };
    for line in visit.database().cases(&office, &reach, &which, 50).await? {
        let file = visit.database().case(&office, &reach, line.id).await?;
        let told = reductions(visit, &file)?;
        if let Some(left) = file.amount_fen.filter(|_| !told.is_empty()) {
            let claimed = file.claimed_fen().unwrap_or(left);
            let applied = Tree::new(words.t("awards.applied"), show::exact(claimed, visit.lang));
            let parts =
                told.into_iter().map(|(less, why)| Tree::new(words.t("case.reduced"), less).note(why));
            return Ok(Tree::new(words.t("awards.after-review"), show::exact(left, visit.lang))
                .parts([applied.parts([run])])
                .parts(parts)
                .opened());
        }
    }
    Ok(run)
}

async fn applications(visit: &Visit, award: &Award, year: i16) -> Result<Option<Table>, Problem> {
    let Ok(reach) = visit.reach(Deed::ReadApplications) else { return Ok(None) };
    let (office, words) = (visit.office()?, visit.words());
    let machine = &machines::APPLICATION;
    let which = cases::Which {
        machine: Some(machine.id.to_owned()),
        year: Some(year),
        scheme: Some(award.scheme.clone()),
        enterprise: Some(award.enterprise.clone()),
        ..cases::Which::default()
    };
    let found = visit.database().cases(&office, &reach, &which, 50).await?;
    let lines = found.into_iter().map(|line| {
        let state = machine
            .state(&line.state)
            .map_or(line.state.clone(), |state| state.label.get(visit.lang).to_owned());
        let cells = vec![
            Cell::text(line.subject),
            Cell::text(state),
            Cell::fen(line.amount_fen),
            Cell::text(show::time(line.changed_at, office.zone)),
        ];
        Line::of(cells).to(format!("/case/{}", line.id))
    });
    Ok(Some(Table::new(
        "applications",
        words.t("awards.applications"),
        [words.t("cases.subject"), words.t("cases.state"), words.t("cases.amount"), words.t("cases.changed")],
        lines.collect(),
        words.t("awards.no-applications"),
    )))
}

async fn payments(visit: &Visit, award: &Award) -> Result<Option<Table>, Problem> {
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let target = office.target(&award.region, &award.enterprise)?;
    if visit.asker.person.may(Deed::ReadPayments, &target).is_err() {
        return Ok(None);
    }
    let which = money::Which {
        fund: Some(office.fund.clone()),
        kind: Some(AccountKind::Committed),
        regions: Some(vec![award.region.clone()]),
        enterprise: Some(award.enterprise.clone()),
        limit: Some(50),
        ..money::Which::default()
    };
    let found = visit.database().accounts(&which).await?;
    let lines = found.values().map(|account| {
        let (name, balance) = (&account.name, &account.balance);
        Line::of(vec![
            Cell::text(name.year.to_string()),
            name.scheme.as_deref().map_or(Cell::Nothing, |id| Cell::text(fund.scheme(id, visit.lang))),
            Cell::Fen(balance.came_in),
            Cell::Fen(balance.went_out),
            Cell::Fen(balance.reserved_out),
            Cell::Fen(balance.held().0),
        ])
    });
    Ok(Some(Table::new(
        "payments",
        words.t("awards.payments"),
        [
            words.t("cases.year"),
            words.t("cases.scheme"),
            words.t("awards.committed"),
            words.t("schemes.paid"),
            words.t("awards.under-way"),
            words.t("awards.left"),
        ],
        lines.collect(),
        words.t("awards.no-payments"),
    )))
}

async fn look(
    visit: Visit,
    Named((run, scheme, enterprise)): Named<(i64, String, String)>,
) -> Result<Response, Problem> {
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let reach = visit.reach(Deed::ReadAwards)?;
    let award = visit.database().award(&office, &reach, run, &scheme, &enterprise).await?;
    let runs = visit.database().runs(&office, None).await?;
    let made = runs.iter().find(|one| one.id == run).ok_or_else(|| Problem::bare(&problem::NOT_FOUND))?;
    // A derivation is an enterprise's own affair: it is shown to whoever may read that, and that it is shown is noted.
    let target = office.target(&award.region, &award.enterprise)?;
    let (mut opened, mut text) = (None, String::new());
    if visit.asker.person.may(Deed::ReadPersonal, &target).is_ok() {
        visit.asker.note_read(&format!("award/{run}/{scheme}/{enterprise}"), &["derivation"]).await?;
        text = visit.database().document(&award.derivation).await?;
        // The rules of another year than those that are planned are not shown as this award's.
        let plan = fund.rule(&scheme, Some(made.year)).filter(|(year, _)| *year == made.year);
        opened = match tree(&visit, plan.map(|(_, rule)| &rule.plan), &award, &text) {
            Some(tree) => Some(reduced(&visit, &award, made.year, tree).await?),
            None => None,
        };
    }
    let applications = applications(&visit, &award, made.year).await?;
    let payments = payments(&visit, &award).await?;
    for table in [&applications, &payments].into_iter().flatten() {
        if let Some(file) = table.file(&visit)? {
            return Ok(file);
        }
    }
    let name = fund.names().get(&enterprise).map(str::to_owned);
    let title = name.clone().unwrap_or_else(|| enterprise.clone());
    let illustrative = match ground(&visit, award.illustrative) {
        Cell::Sign(sign, word) => format!("{} {word}", sign.shape()),
        _ => String::new(),
    };
    let mut facts = vec![(words.t("cases.enterprise"), enterprise.clone())];
    facts.extend(name.map(|name| (words.t("awards.name"), name)));
    facts.extend([
        (words.t("cases.region"), fund.region(&award.region, visit.lang)),
        (words.t("cases.year"), made.year.to_string()),
        (words.t("awards.claim"), show::exact(award.claimed_fen, visit.lang)),
        (words.t("awards.award"), show::exact(award.fen, visit.lang)),
        (words.t("schemes.ground"), illustrative),
    ]);
    let may_orders = visit.asker.person.may(Deed::ReadPayments, &target).is_ok();
    let page = Page {
        run,
        nothing: award.fen == 0,
        rows: if fund.precheck.is_some() && opened.is_some() {
            format!("/awards/{run}/{scheme}/{enterprise}/refused")
        } else {
            String::new()
        },
        facts,
        text: if opened.is_none() { text } else { String::new() },
        tree: opened,
        applications: applications.map(|table| table.view(&visit)),
        payments: payments.map(|table| table.view(&visit)),
        orders: may_orders.then(|| format!("/cases/payment-order?scheme={scheme}&region={}", award.region)),
        shell: visit.shell(
            words.with("awards.of", &[("name", &title), ("scheme", &fund.scheme(&scheme, visit.lang))]),
        ),
        scheme,
    };
    visit.show(&page)
}

/// So many rows are shown.
const ROWS: usize = 500;

#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage {
    shell: Shell,
    back: String,
    why: String,
    count: String,
    table: View,
}

/// The rows of an enterprise's that the rule refuses, each with its reason and clause: for itself, and for whoever may read its affairs.
async fn refused(
    visit: Visit,
    Named((run, scheme, enterprise)): Named<(i64, String, String)>,
) -> Result<Response, Problem> {
    let (office, fund, words, lang) = (visit.office()?, visit.fund()?, visit.words(), visit.lang);
    let reach = visit.reach(Deed::ReadAwards)?;
    let award = visit.database().award(&office, &reach, run, &scheme, &enterprise).await?;
    visit.asker.person.may(Deed::ReadPersonal, &office.target(&award.region, &award.enterprise)?)?;
    let runs = visit.database().runs(&office, None).await?;
    let made = runs.iter().find(|one| one.id == run).ok_or_else(|| Problem::bare(&problem::NOT_FOUND))?;
    let year = made.year;
    visit.asker.note_read(&format!("award/{run}/{scheme}/{enterprise}"), &["rows"]).await?;
    let asked = (scheme.clone(), enterprise.clone());
    let answer = precheck::ask(&visit, move |ask| ask.refused(&asked.0, year, &asked.1, ROWS)).await?;
    let (found, all, why) = match answer {
        Ok((found, all)) => (found, all, String::new()),
        Err(why) => (Vec::new(), 0, why.get(lang).to_owned()),
    };
    let lines = found.iter().map(|row| {
        let key = row.key.iter().map(|(heading, value)| format!("{} {value}", heading.get(lang)));
        Line::of(vec![
            Cell::text(row.class.get(lang)),
            Cell::text(key.collect::<Vec<_>>().join(" · ")),
            if row.yuan.is_empty() { Cell::Nothing } else { Cell::text(yuan(&row.yuan, lang)) },
            Cell::text(row.reason.get(lang)),
            row.clause.as_ref().map_or(Cell::Nothing, |clause| {
                Cell::text(words.with(
                    "tree.clause",
                    &[
                        ("text", clause.text.get(lang)),
                        ("source", &clause.source),
                        ("certainty", &clause.certainty.to_string()),
                    ],
                ))
            }),
        ])
    });
    let table = Table::new(
        "refused",
        words.t("precheck.refused"),
        [
            words.t("precheck.class"),
            words.t("precheck.line"),
            words.t("precheck.worth"),
            words.t("precheck.reason"),
            words.t("precheck.clause"),
        ],
        lines.collect(),
        words.t("precheck.refusals-none"),
    );
    if let Some(file) = table.file(&visit)? {
        return Ok(file);
    }
    let name = fund.names().get(&enterprise).map_or_else(|| enterprise.clone(), str::to_owned);
    let page = RefusedPage {
        back: format!("/awards/{run}/{scheme}/{enterprise}"),
        why,
        count: words.with("precheck.refusals-count", &[("all", &all.to_string())]),
        table: table.view(&visit),
        shell: visit.shell(words.with("precheck.refusals-of", &[("name", &name)])),
    };
    visit.show(&page)
}
