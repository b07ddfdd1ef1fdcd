//! An application: the award commits the money that it is about, a revoked award frees it.

use jixiao_core::{
    book::{AccountName, Cause, EntryKind, Step as Pace},
    both,
    finding::Both,
    workflow::Step,
};

use super::Entries;
use crate::{cases::Draft, change::Change, fault::Fault, money::Asked, office::Office};

fn accounts(office: &Office, draft: &Draft<'_>) -> (AccountName, AccountName) {
    let about = draft.about;
    let allocated = AccountName::allocated(&office.fund, about.year, &about.scheme, &about.region);
    let committed =
        AccountName::committed(&office.fund, about.year, &about.scheme, &about.region, &about.enterprise);
    (allocated, committed)
}

pub(super) fn entries(office: &Office, step: &Step, draft: &Draft<'_>) -> Result<Entries, Fault> {
    let (allocated, committed) = accounts(office, draft);
    let (kind, from, to) = match step.action.as_str() {
        "award" => (EntryKind::Commit, allocated, committed),
        "revoke" => (EntryKind::Release, committed, allocated),
        _ => return Ok(Entries::new()),
    };
    let fen = draft.amount_fen.ok_or_else(|| Fault::Broken("an award without an amount".to_owned()))?;
    Ok(vec![Asked {
        key: format!("case/{}/{}", draft.id, draft.revision),
        kind,
        step: Pace::Move,
        from,
        to,
        fen,
        cause: Cause { kind: "application".to_owned(), reference: draft.id.to_string() },
        corrects: None,
        reason: step.reason.clone(),
    }])
}

/// Why the award is not within the money that is allocated.
pub(super) async fn not_within(
    change: &mut Change,
    office: &Office,
    draft: &Draft<'_>,
) -> Result<Option<Both>, Fault> {
    let (allocated, _) = accounts(office, draft);
    let Some(asked) = draft.amount_fen else { return Ok(None) };
    let free = change.free(&allocated).await?;
    Ok((asked > free).then(|| {
        both!(
            "{allocated} 可用 {free} 分，需要 {asked} 分",
            "{allocated} has {free} fen free, {asked} are needed"
        )
    }))
}

/// Why the award is not paid in full: what is still on the award's account.
pub(super) async fn not_settled(
    change: &mut Change,
    office: &Office,
    draft: &Draft<'_>,
) -> Result<Option<Both>, Fault> {
    let (_, committed) = accounts(office, draft);
    let held = change.held(&committed).await?;
    Ok((held != 0).then(|| both!("尚有 {held} 分未拨付", "{held} fen are not paid yet")))
}
