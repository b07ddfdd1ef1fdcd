//! An objection: which application it is about, whether its notice still runs, and what an upheld one means for the application.

use jixiao_core::{
    both,
    finding::Both,
    people::Person,
    workflow::{Step, machines::APPLICATION},
};

use super::Follow;
use crate::{
    cases::{CaseFile, Draft},
    change::Change,
    fault::Fault,
    notices::{Named, OPEN, last_day},
    office::Office,
    rows::Get as _,
    sql::Sql,
};

/// The application that an objection names, held still, if it is one of the fund's.
async fn application(
    change: &mut Change,
    office: &Office,
    draft: &Draft<'_>,
) -> Result<Option<(Named, CaseFile)>, Fault> {
    let Some(named) = Named::read(draft.subject) else { return Ok(None) };
    let file = change.case(office, named.application).await?;
    Ok(file.filter(|file| file.case.machine() == APPLICATION.id).map(|file| (named, file)))
}

/// Why no objection is taken now: what it names is not in public notice, or no longer.
pub(super) async fn not_in_notice(
    change: &mut Change,
    office: &Office,
    draft: &Draft<'_>,
) -> Result<Option<Both>, Fault> {
    let subject = draft.subject;
    // What is not in notice and what is not there get the same answer.
    let nothing = || {
        both!(
            "标识 {subject} 所指的申报不在公示中；标识应为“申报编号/公示那一步的版本/异议企业代码”",
            "what {subject} names is not in public notice; the subject is application/revision of its publication/code of whoever objects"
        )
    };
    let Some((named, file)) = application(change, office, draft).await? else { return Ok(Some(nothing())) };
    let published = file.case.state().filter(|state| OPEN.contains(state)).and_then(|_| published(&file));
    let Some((revision, begun)) = published else { return Ok(Some(nothing())) };
    if named.published != revision || named.enterprise != draft.about.enterprise {
        return Ok(Some(nothing()));
    }
    let (theirs, ours) = (&file.about, draft.about);
    if (theirs.year, &theirs.region, &theirs.scheme) != (ours.year, &ours.region, &ours.scheme) {
        let (year, region, scheme) = (theirs.year, &theirs.region, &theirs.scheme);
        return Ok(Some(both!(
            "异议的年度、地区、支持方向须与所公示的申报相同：{year}、{region}、{scheme}",
            "an objection is about the same year, region and scheme as the application: {year}, {region}, {scheme}"
        )));
    }
    let last = match last_day(office, begun) {
        Ok(last) => last,
        Err(why) => return Ok(Some(why)),
    };
    let today = office.civil(change.at())?.date();
    Ok((today > last).then(|| {
        both!(
            "公示期已于{last}结束，今天是{today}，不再受理异议",
            "the notice ended on {last}, today is {today}; no objection is taken any more"
        )
    }))
}

/// The revision of an application's last publication, and its day.
fn published(file: &CaseFile) -> Option<(u32, jiff::civil::Date)> {
    let steps = (1u32..).zip(file.case.history());
    steps.filter(|(_, step)| step.action == "publish").last().map(|(at, step)| (at, step.at.date()))
}

/// Why it does not say what is objected to.
pub(super) fn no_grounds(draft: &Draft<'_>) -> Option<Both> {
    let content: serde_json::Value = serde_json::from_str(draft.content).unwrap_or_default();
    let given = content
        .get("grounds")
        .and_then(serde_json::Value::as_str)
        .is_some_and(|text| !text.trim().is_empty());
    (!given).then(|| {
        both!(
            "请在 grounds 中写明异议的内容和依据",
            "say in grounds what is objected to, and on what it rests"
        )
    })
}

/// Why this person does not decide: they let the application pass.
pub(super) async fn same_hands(
    change: &mut Change,
    office: &Office,
    person: &Person,
    draft: &Draft<'_>,
) -> Result<Option<Both>, Fault> {
    let Some((_, file)) = application(change, office, draft).await? else { return Ok(None) };
    let passed = file.case.done_by(person.id(), &["city-pass", "province-pass"]);
    Ok(passed.map(|step| {
        let (by, action) = (&step.by, &step.action);
        both!(
            "{by}已在该申报中办理 {action}，异议须由另一人处理",
            "{by} did {action} in that application; somebody else decides the objection"
        )
    }))
}

/// An upheld objection has the application reviewed again, by the same hand and for the same reason, as long as it is in notice.
pub(super) async fn follow(
    change: &mut Change,
    office: &Office,
    step: &Step,
    draft: &Draft<'_>,
) -> Result<Option<Follow>, Fault> {
    if step.action != "uphold" {
        return Ok(None);
    }
    let found = application(change, office, draft).await?;
    let held = found.filter(|(_, file)| file.case.state().is_some_and(|state| OPEN.contains(&state)));
    Ok(held.map(|(_, file)| Follow {
        machine: &APPLICATION,
        case: file.id,
        seen: file.case.revision(),
        action: "uphold",
        reason: step.reason.clone(),
    }))
}

/// Which objections to an application are not decided.
pub(super) async fn undecided(
    change: &mut Change,
    office: &Office,
    draft: &Draft<'_>,
) -> Result<Option<Both>, Fault> {
    if draft.id == 0 {
        return Ok(None);
    }
    let mut select =
        Sql::new("SELECT id FROM case_file WHERE machine = 'objection' AND state = 'filed' AND fund = ");
    select.bind(office.fund.clone()).push(" AND subject LIKE ").bind(Named::all_of(draft.id));
    select.push(" ORDER BY id");
    let rows = select.all(change.on()).await?;
    let ids = rows.iter().map(|row| Ok(row.int("id")?.to_string())).collect::<Result<Vec<_>, Fault>>()?;
    let list = ids.join(", ");
    Ok((!ids.is_empty())
        .then(|| both!("异议尚未处理：记录 {list}", "objections are not decided: records {list}")))
}
