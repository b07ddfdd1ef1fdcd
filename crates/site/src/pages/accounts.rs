//! The books: accounts of a fund year by kind, and the entries of one, down to what they were made for.

use askama::Template;
use axum::response::Response;
use jixiao_core::{
    book::{Account, AccountId, AccountKind, AccountName},
    people::{Deed, deeds},
};
use jixiao_store::money::Which;
use jixiao_web::{
    api::accounts::{narrowed, place, reaches},
    ask::Named,
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, key, page};
use crate::{
    choice::{self, Choice},
    shell::Shell,
    show,
    table::{Cell, Line, Table, View},
    visit::Visit,
};

const LINES: i64 = 200;

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-money"),
        label: key!("accounts.nav"),
        href: "/accounts",
        go: Go::One(&[Deed::ReadAccounts]),
    }],
    routes: || {
        vec![
            page("/accounts", "page-accounts", Who::Deed(Deed::ReadAccounts), list),
            page("/accounts/{id}", "page-account-entries", Who::Deed(Deed::ReadAccounts), entries),
        ]
    },
};

#[derive(Template)]
#[template(path = "accounts.html")]
struct Page {
    shell: Shell,
    kinds: Vec<Choice>,
    regions: Vec<Choice>,
    schemes: Vec<Choice>,
    year: String,
    table: View,
}

/// What an account is for, in words.
fn name(visit: &Visit, name: &AccountName) -> Result<Vec<Cell>, Problem> {
    let fund = visit.fund()?;
    let or_nothing = |text: Option<String>| text.map_or(Cell::Nothing, Cell::Text);
    Ok(vec![
        Cell::text(name.kind.label().get(visit.lang)),
        or_nothing(name.scheme.as_ref().map(|id| fund.scheme(id, visit.lang))),
        or_nothing(name.region.as_ref().map(|code| fund.region(code, visit.lang))),
        or_nothing(name.enterprise.clone()),
    ])
}

async fn list(visit: Visit) -> Result<Response, Problem> {
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let reach = visit.asker.person.reach(deeds::ReadAccounts)?;
    let given = |name: &str| visit.query(name).map(str::to_owned);
    let year: i16 = visit.query_as("year").unwrap_or_else(|| fund.current_year());
    let which = Which {
        fund: Some(office.fund.clone()),
        year: Some(year),
        kind: visit.query("kind").and_then(AccountKind::of),
        scheme: given("scheme"),
        regions: narrowed(&office, &reach, given("region")),
        enterprise: given("enterprise"),
        after: visit.query_as("after").map(AccountId),
        limit: Some(LINES),
    };
    let accounts = visit.database().accounts(&which).await?;
    let full = i64::try_from(accounts.len()).unwrap_or(i64::MAX) >= LINES;
    let next = accounts.keys().last().filter(|_| full).map(|id| visit.with_query("after", &id.0.to_string()));
    let mut lines = Vec::new();
    for (id, Account { name: of, closed, balance }) in
        accounts.iter().filter(|(_, a)| reaches(&office, &reach, &a.name))
    {
        let mut cells = name(&visit, of)?;
        cells.extend([
            Cell::Fen(balance.came_in),
            Cell::Fen(balance.went_out),
            Cell::Fen(balance.held().0),
            if balance.reserved_out == 0 { Cell::Nothing } else { Cell::Fen(balance.reserved_out) },
            Cell::Fen(balance.free().0),
            if *closed { Cell::text(words.t("accounts.closed")) } else { Cell::Nothing },
        ]);
        lines.push(Line::of(cells).to(format!("/accounts/{}", id.0)));
    }
    let columns = [
        words.t("accounts.kind"),
        words.t("cases.scheme"),
        words.t("cases.region"),
        words.t("cases.enterprise"),
        words.t("accounts.in"),
        words.t("accounts.out"),
        words.t("accounts.held"),
        words.t("accounts.reserved"),
        words.t("accounts.free"),
        words.t("accounts.note"),
    ];
    let table = Table::new("accounts", "", columns, lines, words.t("accounts.empty")).next(next);
    if let Some(file) = table.file(&visit)? {
        return Ok(file);
    }
    let chosen = |name: &str, value: &str| visit.query(name) == Some(value);
    let page = Page {
        kinds: AccountKind::ALL
            .iter()
            .map(|kind| Choice {
                value: kind.code().to_owned(),
                label: kind.label().get(visit.lang).to_owned(),
                chosen: chosen("kind", kind.code()),
            })
            .collect(),
        regions: choice::regions(&visit, visit.query("region"))?,
        schemes: choice::schemes(&visit, visit.query("scheme"))?,
        year: year.to_string(),
        table: table.view(&visit),
        shell: visit.shell(words.t("accounts.title")),
    };
    visit.show(&page)
}

#[derive(Template)]
#[template(path = "account_entries.html")]
struct EntriesPage {
    shell: Shell,
    account: String,
    tiles: Vec<(&'static str, String, String)>,
    table: View,
}

async fn entries(visit: Visit, Named(id): Named<i64>) -> Result<Response, Problem> {
    let (office, words) = (visit.office()?, visit.words());
    let reach = visit.asker.person.reach(deeds::ReadAccounts)?;
    let missing = || Problem::bare(&problem::NOT_FOUND);
    let found = visit.database().accounts_numbered(&[AccountId(id)]).await?;
    let account = found.get(&AccountId(id)).filter(|account| reaches(&office, &reach, &account.name));
    let account = account.ok_or_else(missing)?;
    let before = visit.query("before").map(place).transpose()?;
    let made = visit.database().entries(AccountId(id), before, LINES).await?;
    let full = i64::try_from(made.len()).unwrap_or(i64::MAX) >= LINES;
    let next = made
        .last()
        .filter(|_| full)
        .map(|last| visit.with_query("before", &format!("{}:{}", last.at.0, last.entry.key)));
    let others: Vec<AccountId> = made
        .iter()
        .map(|made| if made.entry.from.0 == id { made.entry.to } else { made.entry.from })
        .collect();
    let names = visit.database().accounts_numbered(&others).await?;
    let mut lines = Vec::new();
    for (made, other) in made.iter().zip(&others) {
        let entry = &made.entry;
        let out = entry.from.0 == id;
        let mut whom = Vec::new();
        if let Some(account) = names.get(other) {
            for cell in name(&visit, &account.name)? {
                if let Cell::Text(text) = cell {
                    whom.push(text);
                }
            }
        }
        let step = match entry.step.code() {
            "reserve" => words.t("accounts.step-reserve"),
            "post" => words.t("accounts.step-post"),
            "void" => words.t("accounts.step-void"),
            _ => words.t("accounts.step-move"),
        };
        let cells = vec![
            Cell::text(show::time(made.at, office.zone)),
            Cell::text(entry.kind.label().get(visit.lang)),
            Cell::text(step),
            Cell::text(whom.join(" · ")),
            if out { Cell::Nothing } else { Cell::Fen(entry.fen) },
            if out { Cell::Fen(entry.fen) } else { Cell::Nothing },
            Cell::text(format!("{} {}", entry.cause.kind, entry.cause.reference)),
            Cell::text(entry.reason.clone()),
            Cell::text(made.by.clone()),
        ];
        let mut line = Line::of(cells).link(3, format!("/accounts/{}", other.0));
        // What a payment order or an application moved leads to its record.
        if matches!(entry.cause.kind.as_str(), "payment-order" | "application") {
            line = line.link(6, format!("/case/{}", entry.cause.reference));
        }
        lines.push(line);
    }
    let columns = [
        words.t("accounts.at"),
        words.t("accounts.entry"),
        words.t("accounts.step"),
        words.t("accounts.other"),
        words.t("accounts.in"),
        words.t("accounts.out"),
        words.t("accounts.cause"),
        words.t("accounts.reason"),
        words.t("accounts.by"),
    ];
    let table =
        Table::new("entries", words.t("accounts.entries"), columns, lines, words.t("accounts.no-entries"))
            .next(next);
    if let Some(file) = table.file(&visit)? {
        return Ok(file);
    }
    let texts = name(&visit, &account.name)?.into_iter().filter_map(|cell| match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    });
    let account_name = texts.collect::<Vec<_>>().join(" · ");
    let tile = |label, fen| (label, show::wan(fen), show::exact(fen, visit.lang));
    let balance = &account.balance;
    let page = EntriesPage {
        tiles: vec![
            tile(words.t("accounts.in"), balance.came_in),
            tile(words.t("accounts.out"), balance.went_out),
            tile(words.t("accounts.held"), balance.held().0),
            tile(words.t("accounts.reserved"), balance.reserved_out),
            tile(words.t("accounts.free"), balance.free().0),
        ],
        account: format!("{} · {}", account.name.year, account_name),
        table: table.view(&visit),
        shell: visit.shell(account_name),
    };
    visit.show(&page)
}
