//! The versions of the fund's target table: who brought each, when and why, who approved it; and two of them side by side.

use askama::Template;
use axum::response::Response;
use jixiao_core::{
    difference::{Difference, differences},
    finding::Lang,
    people::Deed,
    workflow::{Step, machines::TARGET_TABLE},
};
use jixiao_store::cases::{CaseFile, Which};
use jixiao_tables::Document;
use jixiao_web::{
    api::cases::readable,
    problem::{self, Problem},
};

use super::targets::MOST;
use crate::{
    choice::Choice,
    official::{self, Seen},
    shell::Shell,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
    words::Words,
};

/// So many records of the way are looked at.
const RECORDS: i64 = 50;

/// A version: the content that a step brought, until another step brings another.
pub(super) struct Version {
    case: i64,
    subject: String,
    revision: i64,
    digest: String,
    brought: Step,
    /// The steps that approved it: passing, issuing.
    approved: Vec<Step>,
    issued: bool,
}

impl Version {
    fn id(&self) -> String {
        format!("{}:{}", self.case, self.revision)
    }

    /// Its name: what of, and which revision brought it.
    fn name(&self, words: Words) -> String {
        let state = if self.issued { words.t("versions.issued") } else { words.t("versions.not-issued") };
        words.with(
            "versions.name",
            &[("subject", &self.subject), ("revision", &self.revision.to_string()), ("state", state)],
        )
    }
}

/// A record of the way, where somebody may read it.
pub(super) async fn record(visit: &Visit, id: i64) -> Result<CaseFile, Problem> {
    let office = visit.office()?;
    let file = readable(visit.asker.state(), &visit.asker, &office, id).await?;
    if file.case.machine() == TARGET_TABLE.id { Ok(file) } else { Err(Problem::bare(&problem::NOT_FOUND)) }
}

/// The versions of a record that somebody may see: what was issued is seen by whoever reads targets, drafts only by those who read records whole.
async fn of_record(visit: &Visit, file: &CaseFile) -> Result<Vec<Version>, Problem> {
    let contents = visit.database().case_contents(file.id).await?;
    let mut versions: Vec<Version> = Vec::new();
    for ((revision, digest), step) in contents.into_iter().zip(file.case.history()) {
        let opens = versions.last().is_none_or(|last| last.digest != digest);
        if opens {
            versions.push(Version {
                case: file.id,
                subject: file.subject.clone(),
                revision,
                digest,
                brought: step.clone(),
                approved: Vec::new(),
                issued: false,
            });
        }
        let Some(last) = versions.last_mut() else { continue };
        if matches!(step.action.as_str(), "pass" | "issue" | "pass-amendment" | "issue-amendment") {
            last.issued |= step.to == "issued";
            last.approved.push(step.clone());
        }
    }
    let whole = visit.asker.person.may(Deed::ReadPersonal, file.case.about()).is_ok();
    versions.retain(|version| whole || version.issued);
    Ok(versions)
}

/// Every version in somebody's reach, in the order of the records.
async fn all(visit: &Visit) -> Result<Vec<Version>, Problem> {
    let (reach, office) = (visit.reach(Deed::ReadTargets)?, visit.office()?);
    let which = Which { machine: Some(TARGET_TABLE.id.to_owned()), ..Which::default() };
    let mut versions = Vec::new();
    for line in visit.database().cases(&office, &reach, &which, RECORDS).await? {
        versions.extend(of_record(visit, &record(visit, line.id).await?).await?);
    }
    Ok(versions)
}

/// The table that a version is; none where the record says something else.
async fn table(visit: &Visit, digest: &str) -> Result<Option<Document>, Problem> {
    let text = visit.database().document(digest).await?;
    let regions = &visit.fund()?.fund.regions;
    let read = jixiao_tables::read(text.as_bytes(), Some("target-table.json"), Some(regions), &MOST);
    Ok(read.ok().filter(|document| !document.table.indicators.is_empty()))
}

fn said(step: &Step, words: Words) -> String {
    words.with("case.by", &[("by", &step.by.0), ("role", step.role.label().get(words.0))])
}

fn moment(step: &Step) -> String {
    step.at.to_string().replace('T', " ").chars().take(16).collect()
}

/// The table of differences: number, indicator, region, what, period, before, after.
fn table_of(found: &[Difference], words: Words) -> Table {
    let lang = words.0;
    let rows = (1i64..).zip(found).map(|(number, one)| {
        let period = one.spot.period().map(|period| match lang {
            Lang::Zh => period.zh(),
            Lang::En => period.en(),
        });
        let text = |text: &str| if text.is_empty() { Cell::Nothing } else { Cell::text(text) };
        let written = |written: &Option<jixiao_core::place::Written>| {
            written.as_ref().map_or(Cell::Nothing, |written| Cell::text(written.text.clone()))
        };
        Line::of(vec![
            Cell::Whole(number),
            text(&one.indicator),
            text(&one.region),
            Cell::text(one.spot.label().get(lang)),
            text(&period.unwrap_or_default()),
            written(&one.before),
            written(&one.after),
        ])
    });
    let columns = [
        words.t("versions.number"),
        words.t("year.indicator"),
        words.t("year.region"),
        words.t("versions.what"),
        words.t("versions.period"),
        words.t("targets.before"),
        words.t("targets.after"),
    ];
    let caption = words.with("versions.differences", &[("count", &found.len().to_string())]);
    Table::new("differences", caption, columns, rows.collect(), words.t("versions.no-difference"))
}

/// A form of a pair, with its cells that the other does not have alike.
fn side(document: &Document, found: &[Difference], later: bool, label: &str) -> Result<String, Problem> {
    let mut seen =
        Seen { to: "difference", prefix: if later { "after-" } else { "before-" }, ..Seen::default() };
    for (number, one) in (1..).zip(found) {
        let at = if later { &one.after } else { &one.before };
        if let Some(written) = at {
            seen.mark(written.place, number, Sign::Look);
        }
    }
    official::form(&document.table, &seen, label)
}

/// Two versions side by side.
struct Pair {
    before: String,
    before_name: String,
    after: String,
    after_name: String,
    facts: Vec<(String, String)>,
    differences: View,
    jumps: Vec<(usize, String, String)>,
}

#[derive(Template)]
#[template(path = "versions.html")]
struct Page {
    shell: Shell,
    list: View,
    before: Vec<Choice>,
    after: Vec<Choice>,
    mistake: &'static str,
    pair: Option<Pair>,
}

/// The id of a cell that a difference leads to.
fn leads_to(one: &Difference) -> String {
    match (&one.after, &one.before) {
        (Some(after), _) => official::cell_id("after-", after.place),
        (None, Some(before)) => official::cell_id("before-", before.place),
        (None, None) => String::new(),
    }
}

fn jumps(found: &[Difference], words: Words) -> Vec<(usize, String, String)> {
    let one = |(number, one): (usize, &Difference)| {
        let mut name = vec![one.indicator.as_str(), one.region.as_str()];
        name.retain(|part| !part.is_empty());
        let label = one.spot.label();
        name.push(label.get(words.0));
        (number, leads_to(one), name.join(" · "))
    };
    (1..).zip(found).map(one).collect()
}

pub(super) async fn look(visit: Visit) -> Result<Response, Problem> {
    let words = visit.words();
    let versions = all(&visit).await?;
    let lines = versions.iter().map(|version| {
        let approved: Vec<String> = version
            .approved
            .iter()
            .map(|step| {
                let label =
                    TARGET_TABLE.action(&step.action).map_or("", |action| action.label.get(visit.lang));
                format!("{label} {} {}", said(step, words), moment(step))
            })
            .collect();
        Line::of(vec![
            Cell::text(version.name(words)),
            Cell::text(moment(&version.brought)),
            Cell::text(said(&version.brought, words)),
            Cell::text(version.brought.reason.clone()),
            if approved.is_empty() { Cell::Nothing } else { Cell::text(approved.join("; ")) },
            Cell::text(version.digest.chars().take(16).collect::<String>()),
        ])
        .to(format!("/case/{}", version.case))
    });
    let columns = [
        words.t("versions.version"),
        words.t("versions.at"),
        words.t("versions.by"),
        words.t("versions.reason"),
        words.t("versions.approved"),
        words.t("versions.hash"),
    ];
    let list =
        Table::new("versions", words.t("versions.list"), columns, lines.collect(), words.t("versions.none"));
    if let Some(file) = list.file(&visit)? {
        return Ok(file);
    }
    let (before, after) = (visit.query("before"), visit.query("after"));
    let found = |asked: Option<&str>| asked.and_then(|id| versions.iter().find(|version| version.id() == id));
    let mut mistake = "";
    let mut pair = None;
    match (found(before), found(after)) {
        (Some(one), Some(other)) => {
            match (table(&visit, &one.digest).await?, table(&visit, &other.digest).await?) {
                (Some(earlier), Some(later)) => {
                    let found = differences(&earlier.table, &later.table);
                    let differences = table_of(&found, words);
                    if let Some(file) = differences.file(&visit)? {
                        return Ok(file);
                    }
                    let (before_name, after_name) = (one.name(words), other.name(words));
                    pair = Some(Pair {
                        before: side(&earlier, &found, false, &before_name)?,
                        after: side(&later, &found, true, &after_name)?,
                        facts: vec![
                            (before_name.clone(), one.digest.clone()),
                            (after_name.clone(), other.digest.clone()),
                        ],
                        before_name,
                        after_name,
                        differences: differences.view(&visit),
                        jumps: jumps(&found, words),
                    });
                }
                _ => mistake = words.t("versions.no-table"),
            }
        }
        _ if before.is_some() || after.is_some() => mistake = words.t("versions.choose-two"),
        _ => {}
    }
    // Who has not chosen yet most often asks what the last version changed.
    let last = versions.len();
    let choices = |chosen: Option<&str>, back: usize| -> Vec<Choice> {
        let own = last.checked_sub(back).and_then(|at| versions.get(at)).map(Version::id);
        let chosen = chosen.map(str::to_owned).or(own);
        versions.iter().map(|one| Choice::of(&one.id(), one.name(words), chosen.as_deref())).collect()
    };
    let page = Page {
        before: choices(before, 2),
        after: choices(after, 1),
        list: list.view(&visit),
        mistake,
        pair,
        shell: visit.shell(words.t("versions.title")),
    };
    visit.show(&page)
}

/// A target table on the page of its record.
pub(super) struct OnRecord {
    /// The table as its form.
    pub(super) form: String,
    /// What differs from the version that was issued last; none before the first, or where nothing differs.
    pub(super) differences: Option<Table>,
    /// Where the two stand side by side.
    pub(super) href: String,
}

/// The table that a record holds now, with what an amendment changes in the issued one. None where the record holds no table, or it is not to be seen.
pub(super) async fn on_record(visit: &Visit, file: &CaseFile) -> Result<Option<OnRecord>, Problem> {
    if file.case.machine() != TARGET_TABLE.id {
        return Ok(None);
    }
    let words = visit.words();
    let versions = of_record(visit, file).await?;
    let Some(now) = versions.last().filter(|last| last.digest == file.content) else { return Ok(None) };
    let Some(document) = table(visit, &now.digest).await? else { return Ok(None) };
    let earlier = versions.iter().rev().skip(1).find(|version| version.issued);
    let before = match earlier {
        Some(earlier) => table(visit, &earlier.digest).await?,
        None => None,
    };
    let found = before.map(|before| differences(&before.table, &document.table)).unwrap_or_default();
    let href = earlier.map_or_else(
        || "/targets/versions".to_owned(),
        |earlier| format!("/targets/versions?before={}&after={}", earlier.id(), now.id()),
    );
    Ok(Some(OnRecord {
        form: side(&document, &found, true, official::label(words))?,
        differences: (!found.is_empty()).then(|| table_of(&found, words)),
        href,
    }))
}
