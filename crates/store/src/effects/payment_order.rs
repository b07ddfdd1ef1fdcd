//! A payment order: drawn, its money is set aside; paid, it moves for good; failed or void, it is free again.

use jixiao_core::{
    book::{AccountName, Cause, EntryKind, Step as Pace},
    both,
    finding::Both,
    workflow::Step,
};
use serde::{Deserialize, Serialize};

use super::Entries;
use crate::{
    cases::Draft,
    change::Change,
    fault::Fault,
    money::{Asked, ROWS},
    office::Office,
    rows::Get as _,
    sql::Sql,
};

/// What a payment order says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    /// Whom it pays.
    lines: Vec<Line>,
    /// A word about it.
    #[serde(default)]
    note: String,
}

/// One payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    scheme: String,
    region: String,
    enterprise: String,
    fen: i64,
}

impl Line {
    fn committed(&self, office: &Office, year: i16) -> AccountName {
        AccountName::committed(&office.fund, year, &self.scheme, &self.region, &self.enterprise)
    }

    fn paid(&self, office: &Office, year: i16) -> AccountName {
        AccountName::paid(&office.fund, year, &self.scheme, &self.region)
    }
}

/// The order, read whole: lines that are there, above zero, each award once, and together the amount of the case.
fn order(draft: &Draft<'_>) -> Result<Order, Fault> {
    let order: Order = serde_json::from_str(draft.content).map_err(|error| {
        Fault::refused(both!(
            "支付令内容应为 lines（scheme、region、enterprise、fen）：{error}",
            "a payment order has lines of scheme, region, enterprise and fen: {error}"
        ))
    })?;
    let mut faults = Vec::new();
    if order.lines.is_empty() {
        faults.push(both!("支付令没有明细", "the payment order has no line"));
    }
    let mut sum = Some(0i64);
    let mut seen = std::collections::BTreeSet::new();
    for (number, line) in (1..).zip(&order.lines) {
        let (fen, enterprise) = (line.fen, &line.enterprise);
        if fen <= 0 {
            faults.push(both!(
                "第 {number} 行金额 {fen} 分须大于零",
                "line {number}: {fen} fen must be above zero"
            ));
        }
        if !seen.insert((&line.scheme, &line.region, &line.enterprise)) {
            faults
                .push(both!("第 {number} 行与前面重复：{enterprise}", "line {number} repeats {enterprise}"));
        }
        sum = sum.and_then(|sum| sum.checked_add(fen));
    }
    if sum != draft.amount_fen {
        let shown = |amount: Option<i64>| amount.map_or("—".to_owned(), |fen| fen.to_string());
        let (lines, amount) = (shown(sum), shown(draft.amount_fen));
        faults.push(both!(
            "明细合计 {lines} 分，与支付令金额 {amount} 分不符",
            "the lines come to {lines} fen, the order to {amount} fen"
        ));
    }
    if faults.is_empty() { Ok(order) } else { Err(Fault::Refused(faults)) }
}

/// The key of a line's reservation: of the step that drew the order.
fn reservation(case: i64, drawn: i64, line: usize) -> String {
    format!("case/{case}/{drawn}/{line}")
}

/// The revision at which the order was last drawn; `None` while it is being opened.
async fn drawn(change: &mut Change, case: i64) -> Result<Option<i64>, Fault> {
    let mut select = Sql::new(
        "SELECT MAX(revision) AS n FROM case_step WHERE action IN ('draw', 'redraw') AND case_id = ",
    );
    select.bind(case);
    match select.one(change.on()).await? {
        Some(row) => row.int_or_none("n"),
        None => Ok(None),
    }
}

/// How many of the order's reservations are not ended. Asked by their keys: a range of texts depends on how a database sorts them.
async fn reserved(change: &mut Change, case: i64, drawn: i64, lines: usize) -> Result<usize, Fault> {
    let keys: Vec<[String; 1]> = (0..lines).map(|line| [reservation(case, drawn, line)]).collect();
    let mut held = 0;
    for some in keys.chunks(ROWS) {
        let mut select = Sql::new("SELECT COUNT(*) AS n FROM ");
        select.given(&some).push(
            " CROSS JOIN entry WHERE entry.key = given.value ->> 0 AND entry.step = 'reserve' \
             AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.ends_key = entry.key)",
        );
        let count = select.one(change.on()).await?.map_or(Ok(0), |row| row.int("n"))?;
        held += usize::try_from(count).unwrap_or_default();
    }
    Ok(held)
}

pub(super) async fn entries(
    change: &mut Change,
    office: &Office,
    step: &Step,
    draft: &Draft<'_>,
) -> Result<Entries, Fault> {
    let action = step.action.as_str();
    let drawing = matches!(action, "draw" | "redraw");
    if !drawing && !matches!(action, "confirm" | "fail" | "reject" | "void") {
        return Ok(Entries::new());
    }
    let order = order(draft)?;
    let drawn = if drawing { Some(i64::from(draft.revision)) } else { drawn(change, draft.id).await? };
    let drawn = drawn.ok_or_else(|| Fault::Broken(format!("order {} was never drawn", draft.id)))?;
    // An order that failed holds nothing any more: there is nothing left to free.
    if action == "void" && reserved(change, draft.id, drawn, order.lines.len()).await? == 0 {
        return Ok(Entries::new());
    }
    let entries = order.lines.iter().enumerate().map(|(index, line)| {
        let held = reservation(draft.id, drawn, index);
        let (key, pace) = match action {
            "confirm" => (format!("case/{}/{}/{index}", draft.id, draft.revision), Pace::Post(held)),
            "fail" | "reject" | "void" => {
                (format!("case/{}/{}/{index}", draft.id, draft.revision), Pace::Void(held))
            }
            _ => (held, Pace::Reserve),
        };
        Asked {
            key,
            kind: EntryKind::Pay,
            step: pace,
            from: line.committed(office, draft.about.year),
            to: line.paid(office, draft.about.year),
            fen: line.fen,
            cause: Cause { kind: "payment-order".to_owned(), reference: draft.id.to_string() },
            corrects: None,
            reason: step.reason.clone(),
        }
    });
    Ok(entries.collect())
}

/// Why the order asks for more than its awards have left.
pub(super) async fn not_within(
    change: &mut Change,
    office: &Office,
    draft: &Draft<'_>,
) -> Result<Option<Both>, Fault> {
    let order = order(draft)?;
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for line in &order.lines {
        let account = line.committed(office, draft.about.year);
        let free = change.free(&account).await?;
        if line.fen > free {
            let asked = line.fen;
            zh.push(format!("{account} 可用 {free} 分，需要 {asked} 分"));
            en.push(format!("{account} has {free} fen free, {asked} are needed"));
        }
    }
    Ok((!zh.is_empty()).then(|| Both { zh: zh.join("；"), en: en.join("; ") }))
}

/// Why there is no receipt of the bank: a file that was attached since the order was last sent. One of an earlier, failed attempt proves nothing.
pub(super) async fn no_receipt(change: &mut Change, draft: &Draft<'_>) -> Result<Option<Both>, Fault> {
    let mut select = Sql::new("SELECT COUNT(*) AS n FROM case_evidence WHERE case_id = ");
    select
        .bind(draft.id)
        .push(" AND added_at >= (SELECT MAX(done_at) FROM case_step WHERE action = 'send' AND case_id = ");
    select.bind(draft.id).push(")");
    let count = select.one(change.on()).await?.map_or(Ok(0), |row| row.int("n"))?;
    Ok((count == 0).then(|| {
        both!("发出之后没有上传银行回单", "no receipt of the bank was attached since the order was sent")
    }))
}

/// Why the order's money is not set aside.
pub(super) async fn not_reserved(change: &mut Change, draft: &Draft<'_>) -> Result<Option<Both>, Fault> {
    let lines = order(draft)?.lines.len();
    let held = match drawn(change, draft.id).await? {
        Some(drawn) => reserved(change, draft.id, drawn, lines).await?,
        None => 0,
    };
    Ok((held != lines)
        .then(|| both!("{lines} 笔中只有 {held} 笔已预留", "{held} of {lines} payments are reserved")))
}
