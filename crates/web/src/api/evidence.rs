//! Files of evidence: those of a record, one of them, and a new one.

use axum::{
    extract::{Multipart, State, multipart::MultipartError},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use jixiao_core::{
    both,
    people::{Deed, deeds},
    workflow::Guard,
};
use jixiao_store::{
    Change, Fault, Office,
    cases::CaseFile,
    evidence::{Limits, Media},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::cases::readable;
use crate::{
    ask::{Asked, Asker, Named},
    gate::holds_nul,
    listing::{Cell, Column, column, escaped, listing},
    log::stamp,
    once::{Once, kept},
    problem::{self, Code, Problem, malformed},
    route::{Resource, Route, Who, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("evidence");
    let who = Who::Deed(Deed::ReadEvidence);
    vec![
        of.get(
            "/api/v1/cases/{id}/evidence",
            "list-evidence",
            text("佐证材料", "files of a record"),
            who,
            list,
        )
        .lists::<EvidenceLine>(),
        of.post(
            "/api/v1/cases/{id}/evidence",
            "add-evidence",
            text("上传佐证材料", "attach a file to a record"),
            Who::Machine,
            add,
        )
        .sends_file()
        .makes::<EvidenceMade>(),
        of.get(
            "/api/v1/cases/{id}/evidence/{sha256}",
            "get-evidence",
            text("下载佐证材料", "a file of a record"),
            who,
            one,
        )
        .gives_other("application/octet-stream"),
    ]
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evidence)]
pub struct EvidenceLine {
    /// SHA-256 of its bytes.
    sha256: String,
    /// Its name.
    name: String,
    /// Its media type.
    media_type: String,
    /// How many bytes it has.
    bytes: i64,
    /// Who brought it.
    added_by: String,
    /// When.
    added_at: String,
}

const COLUMNS: &[Column<EvidenceLine>] = &[
    column("文件名", "name", |line| Cell::Text(line.name.clone())),
    column("类型", "media type", |line| Cell::Text(line.media_type.clone())),
    column("字节", "bytes", |line| Cell::Whole(line.bytes)),
    column("上传者", "by", |line| Cell::Text(line.added_by.clone())),
    column("时间", "at", |line| Cell::Text(line.added_at.clone())),
    column("SHA-256", "SHA-256", |line| Cell::Text(line.sha256.clone())),
];

/// A file that was attached.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceMade {
    /// SHA-256 of its bytes.
    sha256: String,
    /// Its name.
    name: String,
}

async fn list(
    State(state): State<Shared>,
    asker: Asker,
    Named(id): Named<i64>,
    Asked(super::people::Nothing {}): Asked<super::people::Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let office = asker.office()?;
    let file = readable(&state, &asker, &office, id).await?;
    asker.person.may(deeds::ReadEvidence, file.case.about())?;
    let lines: Vec<EvidenceLine> = state
        .database
        .evidence_of(id)
        .await?
        .into_iter()
        .map(|one| EvidenceLine {
            sha256: one.sha256,
            name: one.name,
            media_type: one.media_type,
            bytes: one.bytes,
            added_by: one.added_by,
            added_at: stamp(one.added_at),
        })
        .collect();
    listing(&headers, asker.lang, "evidence", COLUMNS, &lines, None)
}

async fn one(
    State(state): State<Shared>,
    asker: Asker,
    Named((id, sha256)): Named<(i64, String)>,
) -> Result<Response, Problem> {
    let office = asker.office()?;
    let file = readable(&state, &asker, &office, id).await?;
    asker.person.may(deeds::ReadEvidence, file.case.about())?;
    let attached = state.database.evidence_of(id).await?.into_iter().find(|one| one.sha256 == sha256);
    let attached = attached.ok_or_else(|| Fault::not_found(format!("case {id} evidence {sha256}")))?;
    let evidence = state.database.evidence(&sha256).await?;
    asker.note_read(&format!("evidence/{sha256}"), &["bytes"]).await?;
    let disposition = format!("attachment; filename*=UTF-8''{}", escaped(&attached.name));
    let headers = [
        (header::CONTENT_TYPE, evidence.media_type),
        (header::CONTENT_DISPOSITION, disposition),
        // A file from outside must not run anything, should a browser show it after all.
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned()),
    ];
    Ok((headers, evidence.bytes).into_response())
}

fn unreadable(error: &MultipartError) -> Problem {
    malformed(Code::of_status(error.status()), &error.body_text())
}

async fn add(
    asker: Asker,
    Named(id): Named<i64>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, Problem> {
    let form = form.map_err(|_| Problem::bare(&problem::MEDIA))?;
    let (change, made) = bring(&asker, id, form).await?;
    let place = vec![(header::LOCATION, format!("/api/v1/cases/{id}/evidence/{}", made.sha256))];
    kept(&asker, change, &Once::default(), StatusCode::CREATED, &place, &made).await
}

/// Whether somebody may bring files to a record now: whoever can take the step that asks for files, and only while it can be taken, not behind the back
/// of those who look at them.
///
/// # Errors
/// The program does not know the record's way, or the time is none.
pub fn may_bring(asker: &Asker, office: &Office, file: &CaseFile) -> Result<bool, Problem> {
    let today = office.civil(asker.state.now())?.date();
    let wanted = |guard: &Guard| {
        // What an objection rests on may lie in files.
        matches!(guard, Guard::EvidenceComplete | Guard::ReceiptPresent | Guard::GroundsGiven)
    };
    let possible = file.machine()?.possible(&file.case, &asker.person, today, office.timing());
    Ok(possible.iter().any(|possible| possible.action.guards.iter().any(wanted)))
}

/// Attaches the part `file` of a form to a record, in a change that is not committed yet.
///
/// # Errors
/// No step of theirs takes files now, the form has none or one that is not taken, or the database cannot keep it.
pub async fn bring(asker: &Asker, id: i64, mut form: Multipart) -> Result<(Change, EvidenceMade), Problem> {
    let (state, office) = (&asker.state, asker.office()?);
    let file = readable(state, asker, &office, id).await?;
    if !may_bring(asker, &office, &file)? {
        let text = both!(
            "当前状态下您没有需要材料的操作，不能上传",
            "in this state there is no step of yours that takes files"
        );
        return Err(Problem::of(&problem::WRONG_STATE, text));
    }
    let mut found = None;
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_owned();
            let media = field.content_type().and_then(Media::of).or_else(|| Media::of_name(&name));
            let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
            found = Some((name, media, bytes));
        }
    }
    let missing = || {
        let text = both!("表单中没有名为 file 的文件", "the form has no file in the part named file");
        Problem::of(&problem::MALFORMED, text)
    };
    let (name, media, bytes) = found.ok_or_else(missing)?;
    if name.contains('\0') {
        return Err(holds_nul());
    }
    let media = media.ok_or_else(|| {
        let known =
            Media::ALL.iter().flat_map(|media| media.endings()).copied().collect::<Vec<_>>().join(" ");
        Fault::refused(both!(
            "不接受这种文件：{name}；可用：{known}",
            "files like {name} are not taken; these are: {known}"
        ))
    })?;
    let limits = Limits { bytes: state.settings.upload, ..Limits::default() };
    let mut change = asker.change().await?;
    let sha256 = change.keep_evidence(media, bytes.to_vec(), &limits).await?;
    change.attach_evidence(id, &sha256, &name).await?;
    Ok((change, EvidenceMade { sha256, name }))
}
