//! What steps do to the money, and what the book itself knows of the conditions of a step. A machine that touches money has a file here.

mod application;
mod objection;
mod payment_order;

use jixiao_core::{
    book::{Outcome, Whole},
    both,
    finding::Both,
    people::Person,
    workflow::{Facts, Guard, Machine, Step},
};

use crate::{
    cases::Draft, change::Change, fault::Fault, money::Asked, office::Office, rows::Get as _, sql::Sql,
};

/// What is known of the conditions of a step: what the caller knows, and what the book knows better. The second are the conditions for which there is only
/// the caller's word; they are noted with the step.
pub(crate) async fn facts(
    change: &mut Change,
    office: &Office,
    person: &Person,
    machine: &'static Machine,
    action: &str,
    draft: &Draft<'_>,
    mut facts: Facts,
) -> Result<(Facts, Vec<Guard>), Fault> {
    let Some(action) = machine.action(action) else { return Ok((facts, Vec::new())) };
    let mut words = Vec::new();
    for &guard in action.guards {
        let missing = match (guard, machine.id) {
            (Guard::AmountPresent, _) => amount_missing(draft),
            (Guard::EvidenceComplete, _) => evidence_missing(change, draft).await?,
            // One that came on paper is a step of the application itself, and its states see to it.
            (Guard::NoOpenObjection, "application") => objection::undecided(change, office, draft).await?,
            (Guard::NoticeOpen, "objection") => objection::not_in_notice(change, office, draft).await?,
            (Guard::GroundsGiven, "objection") => objection::no_grounds(draft),
            (Guard::OtherHands, "objection") => objection::same_hands(change, office, person, draft).await?,
            (Guard::WithinAllocation, "application") => {
                application::not_within(change, office, draft).await?
            }
            (Guard::PaymentsSettled, "application") => {
                application::not_settled(change, office, draft).await?
            }
            (Guard::WithinAllocation, "payment-order") => {
                payment_order::not_within(change, office, draft).await?
            }
            (Guard::ReserveHeld, "payment-order") => payment_order::not_reserved(change, draft).await?,
            (Guard::ReceiptPresent, "payment-order") => payment_order::no_receipt(change, draft).await?,
            // The rest is known to whoever asks.
            _ => {
                if facts.missing(guard).is_none() {
                    words.push(guard);
                }
                continue;
            }
        };
        facts = match missing {
            None => facts.holds(guard),
            Some(missing) => facts.lacks(guard, missing),
        };
    }
    Ok((facts, words))
}

/// A step of another case that one step brings with it, by the same person, in the same change.
pub(crate) struct Follow {
    pub(crate) machine: &'static Machine,
    pub(crate) case: i64,
    pub(crate) seen: u32,
    pub(crate) action: &'static str,
    pub(crate) reason: String,
}

/// Does to the money what a step means, and says what follows in other cases. Whatever the books refuse undoes the step.
pub(crate) async fn take(
    change: &mut Change,
    office: &Office,
    machine: &'static Machine,
    step: &Step,
    draft: &Draft<'_>,
) -> Result<Option<Follow>, Fault> {
    let entries = match machine.id {
        "application" => application::entries(office, step, draft)?,
        "payment-order" => payment_order::entries(change, office, step, draft).await?,
        "objection" => return objection::follow(change, office, step, draft).await,
        _ => Vec::new(),
    };
    if entries.is_empty() {
        return Ok(None);
    }
    let outcomes = change.post(&entries, Whole::Together).await?;
    let refused: Vec<Both> = entries
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| !outcome.is_kept() && **outcome != Outcome::WholeRefused)
        .map(|(entry, outcome)| {
            let (from, words) = (&entry.from, outcome.words());
            let (zh, en) = (words.zh, words.en);
            both!("{from}：{zh}", "{from}: {en}")
        })
        .collect();
    if refused.is_empty() { Ok(None) } else { Err(Fault::Refused(refused)) }
}

fn amount_missing(draft: &Draft<'_>) -> Option<Both> {
    match draft.amount_fen {
        Some(fen) if fen > 0 => None,
        Some(fen) => {
            Some(both!("金额为 {fen} 分，须大于零", "the amount is {fen} fen and must be above zero"))
        }
        None => Some(both!("没有填写金额", "no amount is given")),
    }
}

async fn evidence_missing(change: &mut Change, draft: &Draft<'_>) -> Result<Option<Both>, Fault> {
    let mut select = Sql::new("SELECT COUNT(*) AS n FROM case_evidence WHERE case_id = ");
    select.bind(draft.id);
    let count = select.one(change.on()).await?.map_or(Ok(0), |row| row.int("n"))?;
    Ok((count == 0).then(|| both!("没有上传任何材料", "no file was attached")))
}

/// The entries that a step means.
type Entries = Vec<Asked>;
