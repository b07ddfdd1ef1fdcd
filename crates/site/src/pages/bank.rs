//! What the bank says of payment orders that were sent: one file for many, each order settled on its own with the file as its receipt.

use askama::Template;
use axum::{extract::Multipart, http::StatusCode, response::Response};
use jixiao_core::{
    both,
    finding::Both,
    people::Deed,
    workflow::{Facts, machines::PAYMENT_ORDER},
};
use jixiao_store::{
    cases::{Line as Order, Move, Which},
    evidence::{Limits, Media},
};
use jixiao_web::{
    api::{cases::readable, evidence::may_bring},
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, form, key, page};
use crate::{
    form::Mistakes,
    shell::Shell,
    show,
    table::{Cell, Line, Table, View},
    visit::Visit,
};

/// The most orders that wait for the bank at once.
const ORDERS: i64 = 2_000;

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-money"),
        label: key!("bank.nav"),
        href: "/bank",
        go: Go::One(&[Deed::PaySend]),
    }],
    routes: || {
        vec![
            page("/bank", "page-bank", Who::Deed(Deed::PaySend), look),
            form("/bank", "form-bank", Who::Deed(Deed::PaySend), take).sends_file(),
        ]
    },
};

/// What the bank says of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    line: usize,
    order: String,
    fen: i64,
    arrived: bool,
    words: String,
}

/// Reads the bank's list: which order, how much, whether it arrived, and in what words. Every mistake is told with its line; nothing is taken when there is one.
fn read(text: &str) -> Result<Vec<Said>, Vec<Both>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let heads: Vec<String> = match reader.headers() {
        Ok(heads) => heads.iter().map(str::to_lowercase).collect(),
        Err(error) => return Err(vec![both!("读不出表头：{error}", "the heading cannot be read: {error}")]),
    };
    let at = |names: &[&str]| heads.iter().position(|head| names.contains(&head.as_str()));
    let (order, amount) = (at(&["支付令", "order"]), at(&["金额", "金额（元）", "amount"]));
    let (result, words) = (at(&["结果", "result"]), at(&["说明", "words"]));
    let (Some(order), Some(amount), Some(result)) = (order, amount, result) else {
        return Err(vec![both!(
            "表头须有 支付令、金额、结果 三列（说明可有可无）",
            "the heading needs order, amount and result (words may be left out)"
        )]);
    };
    let (mut all, mut faults) = (Vec::new(), Vec::new());
    for (line, record) in (2..).zip(reader.records()) {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.push(both!("第 {line} 行读不出：{error}", "line {line} cannot be read: {error}"));
                continue;
            }
        };
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let arrived = match cell(result) {
            "到账" | "成功" | "paid" => true,
            "退票" | "失败" | "failed" => false,
            other => {
                faults.push(both!(
                    "第 {line} 行结果“{other}”须为 到账 或 退票",
                    "line {line}: the result “{other}” must be paid or failed"
                ));
                continue;
            }
        };
        let Some(fen) = show::fen_of(cell(amount)) else {
            let given = cell(amount);
            faults.push(both!("第 {line} 行金额“{given}”读不出", "line {line}: “{given}” is no amount"));
            continue;
        };
        let words = words.map(cell).unwrap_or_default().to_owned();
        if !arrived && words.is_empty() {
            faults.push(both!("第 {line} 行退票须写明说明", "line {line}: a failed payment needs words"));
            continue;
        }
        all.push(Said { line, order: cell(order).to_owned(), fen, arrived, words });
    }
    for (number, said) in all.iter().enumerate() {
        if let Some(before) = all.iter().take(number).find(|before| before.order == said.order) {
            let (first, line, order) = (before.line, said.line, &said.order);
            faults.push(both!(
                "第 {first} 行和第 {line} 行都是支付令 {order}",
                "lines {first} and {line} are both of the order {order}"
            ));
        }
    }
    if faults.is_empty() { Ok(all) } else { Err(faults) }
}

/// Lines of the bank beside the orders that were sent: pairs, and what does not fit.
fn paired(said: &[Said], orders: &[Order]) -> (Vec<(Said, Order)>, Vec<Both>) {
    let (mut pairs, mut faults) = (Vec::new(), Vec::new());
    for said in said {
        let (line, name) = (said.line, &said.order);
        let found = orders.iter().find(|order| order.subject == *name || order.id.to_string() == *name);
        let Some(order) = found else {
            faults.push(both!(
                "第 {line} 行：没有已发出的支付令 {name}",
                "line {line}: no order {name} was sent"
            ));
            continue;
        };
        if order.amount_fen != Some(said.fen) {
            let theirs = show::yuan(said.fen);
            let ours = show::yuan(order.amount_fen.unwrap_or_default());
            faults.push(both!(
                "第 {line} 行：银行金额 {theirs} 元，支付令 {name} 是 {ours} 元",
                "line {line}: the bank says CNY {theirs}, the order {name} is of CNY {ours}"
            ));
            continue;
        }
        pairs.push((said.clone(), order.clone()));
    }
    (pairs, faults)
}

#[derive(Template)]
#[template(path = "bank.html")]
struct Page {
    shell: Shell,
    done: String,
    mistakes: Mistakes,
    table: View,
}

async fn sent(visit: &Visit) -> Result<Vec<Order>, Problem> {
    let reach = visit.reach(Deed::ReadPayments)?;
    let which = Which {
        machine: Some(PAYMENT_ORDER.id.to_owned()),
        states: Some(vec!["sent".to_owned()]),
        ..Which::default()
    };
    Ok(visit.database().cases(&*visit.office()?, &reach, &which, ORDERS).await?)
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    shown(&visit, StatusCode::OK, String::new(), Mistakes::default()).await
}

async fn shown(
    visit: &Visit,
    status: StatusCode,
    done: String,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (office, words) = (visit.office()?, visit.words());
    let lines = sent(visit).await?.into_iter().map(|order| {
        let cells = vec![
            Cell::Text(order.subject),
            Cell::fen(order.amount_fen),
            Cell::text(show::time(order.changed_at, office.zone)),
        ];
        Line::of(cells).to(format!("/case/{}", order.id))
    });
    let columns = [words.t("bank.order"), words.t("cases.amount"), words.t("bank.since")];
    let table = Table::new("sent", words.t("bank.sent"), columns, lines.collect(), words.t("bank.none"));
    if let Some(file) = table.file(visit)? {
        return Ok(file);
    }
    let page = Page { done, mistakes, table: table.view(visit), shell: visit.shell(words.t("bank.title")) };
    visit.show_as(status, &page)
}

/// The file of the form, with its name.
async fn uploaded(mut form: Multipart) -> Result<Option<(String, Vec<u8>)>, Problem> {
    let unreadable = |_| Problem::bare(&problem::MALFORMED);
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(unreadable)?.to_vec();
            return Ok((!bytes.is_empty()).then_some((name, bytes)));
        }
    }
    Ok(None)
}

async fn take(visit: Visit, form: Multipart) -> Result<Response, Problem> {
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let told = |whole: Vec<Both>| Mistakes { whole, ..Mistakes::default() };
    let Some((name, bytes)) = uploaded(form).await? else {
        let missing = both!("请选择银行的 .csv 文件", "choose the bank's .csv file");
        return shown(&visit, wrong, String::new(), told(vec![missing])).await;
    };
    let Ok(text) = std::str::from_utf8(&bytes) else {
        let no_text = both!("文件须为 UTF-8 编码的 .csv", "the file must be a .csv in UTF-8");
        return shown(&visit, wrong, String::new(), told(vec![no_text])).await;
    };
    let said = match read(text) {
        Ok(said) => said,
        Err(faults) => return shown(&visit, wrong, String::new(), told(faults)).await,
    };
    let (pairs, mut faults) = paired(&said, &sent(&visit).await?);
    let office = visit.office()?;
    let limits = Limits { bytes: visit.asker.state().settings.upload, ..Limits::default() };
    let (mut paid, mut failed) = (0usize, 0usize);
    for (said, order) in pairs {
        let done = async {
            let file = readable(visit.asker.state(), &visit.asker, &office, order.id).await?;
            if !may_bring(&visit.asker, &office, &file)? {
                return Err(Problem::bare(&problem::NOT_ALLOWED));
            }
            let mut change = visit.asker.change().await?;
            let sha256 = change.keep_evidence(Media::Csv, bytes.clone(), &limits).await?;
            change.attach_evidence(order.id, &sha256, &name).await?;
            let step = Move {
                case: order.id,
                action: if said.arrived { "confirm" } else { "fail" },
                seen: file.case.revision(),
                reason: &said.words,
                on_behalf: None,
                content: None,
                amount_fen: None,
                facts: Facts::new(),
            };
            change.act(&office, &visit.asker.person, &PAYMENT_ORDER, step).await?;
            Ok::<(), Problem>(change.commit().await?)
        };
        match done.await {
            Ok(()) if said.arrived => paid += 1,
            Ok(()) => failed += 1,
            Err(problem) if problem.code.status >= 500 => return Err(problem),
            Err(problem) => {
                let line = said.line;
                for Both { zh, en } in Mistakes::of(&problem).whole {
                    faults.push(both!("第 {line} 行：{zh}", "line {line}: {en}"));
                }
            }
        }
    }
    let done = match (paid, failed) {
        (0, 0) => String::new(),
        _ => visit.words().with("bank.done", &[("paid", &paid.to_string()), ("failed", &failed.to_string())]),
    };
    let status = if faults.is_empty() { StatusCode::OK } else { wrong };
    shown(&visit, status, done, told(faults)).await
}

#[cfg(test)]
mod tests {
    use jixiao_store::Moment;

    use super::*;

    #[test]
    fn a_list_is_read_whole_or_not_at_all() {
        let good = "\u{feff}支付令,金额（元）,结果,说明\n付-1,\"1,234.50\",到账,\n付-2,10,退票,账号不符\n";
        let said = read(good).expect("it is read");
        assert_eq!(
            said.iter().map(|one| (one.fen, one.arrived)).collect::<Vec<_>>(),
            [(123_450, true), (1_000, false)]
        );
        for (bad, told) in [
            ("支付令,结果\n付-1,到账\n", "表头须有"),
            ("支付令,金额,结果\n付-1,1,可能\n", "第 2 行结果“可能”"),
            ("支付令,金额,结果\n付-1,一元,到账\n", "第 2 行金额“一元”"),
            ("支付令,金额,结果\n付-1,1,退票\n", "第 2 行退票须写明"),
            ("支付令,金额,结果\n付-1,1,到账\n付-1,1,到账\n", "第 2 行和第 3 行"),
        ] {
            let faults = read(bad).expect_err(bad);
            assert!(faults.iter().any(|fault| fault.zh.contains(told)), "{bad}: {faults:?}");
        }
    }

    #[test]
    fn an_order_is_settled_only_at_its_own_amount() {
        let order = |id: i64, subject: &str, fen: i64| Order {
            id,
            machine: "payment-order".to_owned(),
            subject: subject.to_owned(),
            about: jixiao_store::cases::About::default(),
            state: "sent".to_owned(),
            revision: 3,
            amount_fen: Some(fen),
            changed_at: Moment(0),
        };
        let orders = [order(7, "付-1", 123_450), order(8, "付-2", 1_000)];
        let said =
            read("支付令,金额,结果\n付-1,1234.50,到账\n8,10.01,到账\n付-9,1,到账\n").expect("it is read");
        let (pairs, faults) = paired(&said, &orders);
        assert_eq!(pairs.iter().map(|(_, order)| order.id).collect::<Vec<_>>(), [7]);
        assert_eq!(faults.len(), 2);
        // 10.01 yuan are 1,001 fen, the order is of 1,000.
        assert!(
            faults.iter().any(|fault| fault.zh.contains("银行金额 10.01 元，支付令 8 是 10.00 元")),
            "{faults:?}"
        );
        assert!(faults.iter().any(|fault| fault.zh.contains("没有已发出的支付令 付-9")), "{faults:?}");
    }
}
