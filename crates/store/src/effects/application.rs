//! An application: the award commits the money that it is about, a revoked award frees it.

use jixiao_core::{
    book::{AccountName, Cause, EntryKind, Step as Pace},
    both,
    finding::Both,
    workflow::Step,
};

use super::Entries;
use crate::{
    cases::Draft, change::Change, fault::Fault, money::Asked, office::Office, rows::Get as _, sql::Sql,
};

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

/// What a run has committed to the enterprise under the scheme already, and that was not taken back: the run and the amount in fen. A run leaves alone what
/// was applied for before it; what is applied for after it must not be committed a second time.
async fn committed_by_run(
    change: &mut Change,
    office: &Office,
    draft: &Draft<'_>,
) -> Result<Option<(i64, i64)>, Fault> {
    let about = draft.about;
    // The keys that runs make, one for each run of the year, so that no entries but those are looked at.
    let mut select = Sql::new(
        "SELECT r.id, e.fen FROM award_run AS r JOIN entry AS e ON e.key = 'award/' || CAST(r.id AS TEXT) || '/' || ",
    );
    select.bind(format!("{}/{}", about.scheme, about.enterprise)).push(" WHERE r.fund = ");
    select.bind(office.fund.clone()).push(" AND r.year = ").bind(i64::from(about.year));
    select.push(
        " AND NOT EXISTS (SELECT 1 FROM entry AS c WHERE c.corrects_key = e.key) ORDER BY r.id LIMIT 1",
    );
    let row = select.one(change.on()).await?;
    row.map(|row| Ok((row.int("id")?, row.int("fen")?))).transpose()
}

/// Why the award is not within the money that is allocated.
pub(super) async fn not_within(
    change: &mut Change,
    office: &Office,
    draft: &Draft<'_>,
) -> Result<Option<Both>, Fault> {
    let (allocated, _) = accounts(office, draft);
    let Some(asked) = draft.amount_fen else { return Ok(None) };
    if let Some((run, fen)) = committed_by_run(change, office, draft).await? {
        return Ok(Some(both!(
            "测算 {run} 已为这家企业核定 {fen} 分，再核定就是两次；请先更正那一笔",
            "award run {run} has committed {fen} fen to this enterprise; a second award needs that entry corrected first"
        )));
    }
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
