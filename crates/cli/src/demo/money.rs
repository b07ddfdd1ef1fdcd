//! The money of the year: budget, allocations, the award run, payment orders, and what goes back.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jixiao_core::{
    book::{AccountName, Cause, EntryKind, Step},
    workflow::machines,
};
use jixiao_store::{awards::Award, cases::About, money::Asked};
use serde_json::{Value, json};

use super::{
    Material,
    applications::{self, Applied, Fate, Order},
    cast::{CHECKER, MAKER, OFFICER},
    script::{File, Script, What},
};

/// A payment order has at most so many lines.
const LINES: usize = 400;
/// Of the money of a year so many percent come before it begins.
const EARLY_PERCENT: i64 = 60;
/// What is set aside to be handed from one region to another, in fen.
const SPARE: i64 = 1_000_000;
/// What an enterprise gives back, in fen, where its award is larger.
const GIVEN_BACK: i64 = 50_000;

/// Makes entries of the year.
struct Posting<'m> {
    fund: &'m str,
    year: i16,
}

impl Posting<'_> {
    fn entry(
        &self,
        key: &str,
        kind: EntryKind,
        (from, to): (AccountName, AccountName),
        fen: i64,
        (document, reason): (&str, &str),
    ) -> Asked {
        Asked {
            key: format!("demo/{}/{key}", self.year),
            kind,
            step: Step::Move,
            from,
            to,
            fen,
            cause: Cause {
                kind: "document".to_owned(),
                reference: format!("演示〔{}〕{document}", self.year),
            },
            corrects: None,
            reason: reason.to_owned(),
        }
    }

    fn allocated(&self, scheme: &str, region: &str) -> AccountName {
        AccountName::allocated(self.fund, self.year, scheme, region)
    }
}

/// What the budget of the year is: what the fund says, or at least what is awarded.
fn budget(material: &Material<'_>, awarded: i64) -> i64 {
    let said = material.setting.fund.budget_by_year.get(&material.year.year).map_or(0, |fen| fen.0);
    said.max(awarded.saturating_add(SPARE))
}

/// Writes the money of the year.
pub(crate) fn write(script: &mut Script<'_>, material: &Material<'_>, applied: &[Applied<'_>]) {
    let year = material.year.year;
    let posting = Posting { fund: &material.setting.fund.id, year };
    let mut places: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    let mut awarded = 0i64;
    for award in &material.run.awards {
        let place = places.entry((&award.scheme, &award.region)).or_default();
        *place = place.saturating_add(award.fen);
        awarded = awarded.saturating_add(award.fen);
    }
    let total = budget(material, awarded);
    let early = |fen: i64| fen.saturating_mul(EARLY_PERCENT) / 100;
    let days = script.days;
    let at = |years, month, day, what: &str| days.at(days.on(years, month, day), &format!("money/{what}"));
    let (source, appropriated) =
        (AccountName::source(posting.fund, year), AccountName::appropriated(posting.fund, year));
    let arrives = (source.clone(), appropriated.clone());
    let first = posting.entry(
        "early",
        EntryKind::AppropriateEarly,
        arrives.clone(),
        early(total),
        ("1号（提前下达）", ""),
    );
    script.add(at(-1, 12, 20, "early"), MAKER, What::Post(vec![first]));
    let rest = total.saturating_sub(early(total));
    let second =
        posting.entry("budget", EntryKind::Appropriate, arrives.clone(), rest, ("2号（预算安排）", ""));
    script.add(at(0, 2, 20, "budget"), MAKER, What::Post(vec![second]));
    for (name, document, when, part) in [
        ("early", "3号（提前下达）", at(0, 1, 10, "allocate-early"), true),
        ("rest", "4号（下达）", at(0, 3, 15, "allocate"), false),
    ] {
        let entries: Vec<Asked> = places
            .iter()
            .map(|((scheme, region), fen)| {
                let fen = if part { early(*fen) } else { fen.saturating_sub(early(*fen)) };
                let to = posting.allocated(scheme, region);
                let key = format!("allocate/{name}/{scheme}/{region}");
                posting.entry(&key, EntryKind::Allocate, (appropriated.clone(), to), fen, (document, ""))
            })
            .filter(|entry| entry.fen > 0)
            .collect();
        if !entries.is_empty() {
            script.add(when, MAKER, What::Post(entries));
        }
    }
    let left = total.saturating_sub(awarded);
    if let (Some((one, _)), Some((other, _)), true) =
        (places.first_key_value(), places.last_key_value(), left >= SPARE)
    {
        let (one, other) = (posting.allocated(one.0, one.1), posting.allocated(other.0, other.1));
        let half = SPARE / 2;
        let mut corrected = posting.entry(
            "wrong/back",
            EntryKind::Correct,
            (one.clone(), appropriated.clone()),
            half,
            ("6号（更正）", "重复下达，冲回（演示）"),
        );
        let wrong = posting.entry(
            "wrong",
            EntryKind::Allocate,
            (appropriated.clone(), one.clone()),
            half,
            ("5号", ""),
        );
        corrected.corrects = Some(wrong.key.clone());
        let spare = posting.entry(
            "spare",
            EntryKind::Allocate,
            (appropriated.clone(), one.clone()),
            SPARE,
            ("5号", ""),
        );
        script.add(at(0, 7, 18, "spare"), MAKER, What::Post(vec![spare]));
        script.add(at(0, 7, 22, "wrong"), MAKER, What::Post(vec![wrong]));
        script.add(at(0, 7, 23, "corrected"), CHECKER, What::Post(vec![corrected]));
        if one != other {
            let adjust = posting.entry(
                "adjust",
                EntryKind::Adjust,
                (one.clone(), other.clone()),
                half,
                ("7号（调剂）", "两地商定调剂使用（演示）"),
            );
            let back = posting.entry(
                "take-back",
                EntryKind::TakeBack,
                (other, appropriated.clone()),
                half,
                ("8号（收回）", "年底前未能安排项目（演示）"),
            );
            script.add(at(0, 9, 12, "adjust"), MAKER, What::Post(vec![adjust]));
            script.add(at(0, 11, 20, "take-back"), MAKER, What::Post(vec![back]));
            // What is left of the spare money.
            let next = AccountName { year: year.saturating_add(1), ..one.clone() };
            let carried = posting.entry(
                "carry-over",
                EntryKind::CarryOver,
                (one, next),
                half,
                ("9号（结转）", "年底结转下年使用（演示）"),
            );
            script.add(at(0, 12, 27, "carry-over"), MAKER, What::Post(vec![carried]));
        }
        let idle = left.saturating_sub(SPARE);
        if idle > 0 {
            let surrender = posting.entry(
                "surrender",
                EntryKind::Surrender,
                (appropriated, source),
                idle,
                ("10号（收回预算）", "全年未分配部分收回（演示）"),
            );
            script.add(at(0, 12, 30, "surrender"), CHECKER, What::Post(vec![surrender]));
        }
    }
    script.add(at(0, 6, 3, "run"), OFFICER, What::KeepRun);
    script.add(at(0, 6, 24, "commit"), OFFICER, What::CommitRun);
    orders(script, material, applied, &posting);
}

/// Payment orders: of the awarded applications, and of the run's other awards.
fn orders(script: &mut Script<'_>, material: &Material<'_>, applied: &[Applied<'_>], posting: &Posting<'_>) {
    let (year, days) = (material.year.year, script.days);
    let mut number = 0;
    let mut by_region: BTreeMap<&str, Vec<&Applied<'_>>> = BTreeMap::new();
    for application in applied {
        match application.fate {
            _ if application.is_paid() => {
                by_region.entry(&application.award.region).or_default().push(application);
            }
            Fate::Awarded(order) if order != Order::None => {
                number += 1;
                let drawn = days.at(days.on(0, 7, 16), &format!("order/{number}"));
                one(script, material, (number, drawn), &[application.award], order_of(order));
            }
            _ => {}
        }
    }
    for (region, applications) in by_region {
        number += 1;
        let awards: Vec<&Award> = applications.iter().map(|applied| applied.award).collect();
        let drawn = days.at(days.on(0, 7, 8), &format!("order/{region}"));
        let state = if number.is_multiple_of(5) { State::PaidAtLast } else { State::Paid };
        let paid = one(script, material, (number, drawn), &awards, state);
        for application in applications {
            applications::settle(script, material, application, paid);
        }
    }
    let applies = |award: &Award| {
        applied
            .iter()
            .any(|other| other.award.scheme == award.scheme && other.award.enterprise == award.enterprise)
    };
    let mut by_place: BTreeMap<(&str, &str), Vec<&Award>> = BTreeMap::new();
    for award in material.run.awards.iter().filter(|award| award.fen > 0 && !applies(award)) {
        by_place.entry((&award.scheme, &award.region)).or_default().push(award);
    }
    const STATES: [State; 16] = {
        use State::{Checked, Drawn, Failed, Paid, PaidAtLast, Rejected, Sent, Void};
        [
            Paid, Paid, Drawn, Paid, Paid, PaidAtLast, Checked, Paid, Paid, Sent, Paid, Failed, Paid,
            Rejected, Paid, Void,
        ]
    };
    let mut back = None;
    for ((scheme, region), awards) in by_place {
        for some in awards.chunks(LINES) {
            number += 1;
            let later =
                u32::try_from(material.lots.below(&format!("order/{number}"), 85)).unwrap_or_default();
            let drawn = days.at(days.after(days.on(0, 7, 8), later), &format!("order/{number}"));
            let state = STATES[number % STATES.len()];
            let paid = one(script, material, (number, drawn), some, state);
            let large = some.iter().find(|award| award.fen > GIVEN_BACK);
            if let (State::Paid, Some(award), None) = (state, large, &back) {
                let from = AccountName::paid(posting.fund, year, scheme, region);
                back = Some((award.enterprise.clone(), from, posting.allocated(scheme, region), paid));
            }
        }
    }
    if let Some((enterprise, from, to, paid)) = back {
        let reason = format!("{enterprise} 退回多领部分，依据审计整改（演示）");
        let entry =
            posting.entry("return", EntryKind::Return, (from, to), GIVEN_BACK, ("11号（退回）", &reason));
        let at = days.later(paid, 15, "return").max(days.at(days.on(0, 11, 25), "return"));
        script.add(at, MAKER, What::Post(vec![entry]));
    }
}

/// How far an order gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Drawn,
    Checked,
    Sent,
    Failed,
    Void,
    Rejected,
    Paid,
    PaidAtLast,
}

fn order_of(order: Order) -> State {
    match order {
        Order::None | Order::Drawn => State::Drawn,
        Order::Checked => State::Checked,
        Order::Sent => State::Sent,
        Order::Failed => State::Failed,
        Order::Void => State::Void,
    }
}

/// One order; gives when it was paid, or when its last step was taken.
fn one(
    script: &mut Script<'_>,
    material: &Material<'_>,
    (number, drawn): (usize, DateTime),
    awards: &[&Award],
    state: State,
) -> DateTime {
    let year = material.year.year;
    let line = |award: &&Award| json!({ "scheme": award.scheme, "region": award.region, "enterprise": award.enterprise, "fen": award.fen });
    let lines: Vec<Value> = awards.iter().map(line).collect();
    let fen = awards.iter().fold(0i64, |sum, award| sum.saturating_add(award.fen));
    let same = |part: fn(&Award) -> &String| {
        let first = awards.first().map(|award| part(award));
        first.filter(|first| awards.iter().all(|award| part(award) == *first)).cloned().unwrap_or_default()
    };
    let about = About {
        year,
        region: same(|award| &award.region),
        scheme: same(|award| &award.scheme),
        ..About::default()
    };
    let receipt = |tried: &str| {
        File::note(
            &format!("银行回单{tried}.txt"),
            &format!("支付令 {year}-{number:04}，共 {} 笔，{fen} 分，已入账。", awards.len()),
        )
    };
    let said = json!({ "lines": lines, "note": "演示" });
    let subject = format!("{year}-{number:04}");
    let mut walk =
        script.open(drawn, MAKER, (&machines::PAYMENT_ORDER, "draw"), subject, (about, said, Some(fen)), "");
    match state {
        State::Drawn => return walk.at,
        State::Rejected => {
            walk.wait(1).act(CHECKER, "reject", "收款账户名称与企业名称不一致（演示）");
            return walk.at;
        }
        _ => {}
    }
    walk.wait(1).act(CHECKER, "check", "");
    if state == State::Checked {
        return walk.at;
    }
    if state == State::Void {
        walk.wait(1).act(MAKER, "void", "企业更换开户行，另行制单（演示）");
        return walk.at;
    }
    walk.wait(1).act(MAKER, "send", "");
    if state == State::Sent {
        return walk.at;
    }
    if matches!(state, State::Failed | State::PaidAtLast) {
        walk.wait(2).act(MAKER, "fail", "银行退票：账号有误（演示）");
        if state == State::Failed {
            return walk.at;
        }
        walk.wait(2)
            .act(MAKER, "redraw", "已更正账号，重新制单（演示）")
            .wait(1)
            .act(CHECKER, "check", "")
            .wait(0);
        walk.act(MAKER, "send", "");
    }
    let tried = if state == State::PaidAtLast { "（第二次）" } else { "" };
    walk.wait(2).attach(MAKER, receipt(tried)).act(MAKER, "confirm", "");
    walk.at
}
