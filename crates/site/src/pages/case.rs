//! One record: what it says, its history, its files, and the steps that can be taken; opening a new one.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::Multipart, http::StatusCode, response::Response};
use jixiao_core::{
    both,
    finding::Both,
    people::Deed,
    workflow::{Action, Guard, Machine, machines},
};
use jixiao_engine::intake::{Reason, credit_code};
use jixiao_store::{
    cases::{About, CaseFile, Move, Opening, Which},
    notices::Named as Objected,
};
use jixiao_web::{
    api::{
        cases::{facts, readable},
        evidence::{bring, may_bring},
        machines::reading,
    },
    ask::Named,
    problem::{self, Problem},
    route::Who,
};
use serde_json::{Map, Value};

use super::{
    Leaf,
    cases::way,
    form, page,
    precheck::{self, Bring, Condition},
    versions,
};
use crate::{
    choice::{self, Choice},
    form::{Mistakes, Typed},
    shell::Shell,
    show,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[],
    routes: || {
        vec![
            page("/case/{id}", "page-case", Who::Machine, look),
            form("/case/{id}/steps/{action}", "form-step", Who::Machine, step),
            form("/case/{id}/evidence", "form-evidence", Who::Machine, add_evidence).sends_file(),
            page("/open/{machine}", "page-open", Who::Machine, ask),
            form("/open/{machine}", "form-open", Who::Machine, open),
            form("/open/{machine}/check", "form-open-check", Who::Machine, check),
        ]
    },
};

/// A condition that the book cannot know: whoever takes the step says that they have looked.
struct Box {
    code: &'static str,
    label: &'static str,
    ticked: bool,
}

/// A step that may be taken.
struct StepView {
    id: &'static str,
    label: &'static str,
    to: &'static str,
    needs_reason: bool,
    /// Conditions that the caller must say.
    boxes: Vec<Box>,
    obstacles: Vec<String>,
    edits: bool,
    /// Whether the amount may be lowered with it.
    lowers: bool,
}

/// A field of the content.
struct Field {
    name: String,
    label: String,
    value: String,
    long: bool,
    editable: bool,
}

struct Past {
    label: String,
    from: String,
    to: String,
    by: String,
    at: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "case.html")]
struct Page {
    shell: Shell,
    id: i64,
    revision: u32,
    way: &'static str,
    way_href: String,
    state: String,
    state_end: bool,
    facts: Vec<(&'static str, String, String)>,
    content: Vec<Field>,
    lines: Option<View>,
    /// The target table that the record holds, as its form, with what it changes and where that stands side by side.
    form: String,
    changes: Option<View>,
    compare: String,
    /// The page of a region's decomposition; empty for other records.
    handed_down: String,
    hidden: bool,
    history: Vec<Past>,
    files: Vec<(String, String, String)>,
    files_shown: bool,
    may_bring: bool,
    /// What reviewers took off, a line each.
    reductions: Vec<(String, String)>,
    /// Records that belong to this one: what they are, where, and how they stand.
    related: Vec<(String, String, String)>,
    steps: Vec<StepView>,
    amount: String,
    /// The form for lines, while the application is a draft of this visitor's.
    bring: Option<Bring>,
    mistakes: Mistakes,
    reason: String,
}

/// The conditions that only whoever takes a step can answer; the others the book answers itself.
fn said_by_people(guard: Guard) -> bool {
    matches!(
        guard,
        Guard::ChecksClean
            | Guard::ListPublished
            | Guard::ReportsIn
            | Guard::PartsMeetWhole
            | Guard::SheetComputed
    )
}

/// The label of a field of a content; the field's own name where nobody gave it one.
fn labelled(visit: &Visit, name: &str) -> String {
    let words = visit.words();
    match name {
        "note" => words.t("case.field-note"),
        "contact" => words.t("case.field-contact"),
        "phone" => words.t("case.field-phone"),
        "statement" => words.t("case.field-statement"),
        "grounds" => words.t("case.field-grounds"),
        "value" => words.t("case.field-value"),
        "summary" => words.t("case.field-summary"),
        "month" => words.t("case.field-month"),
        "synthetic" => words.t("case.field-synthetic"),
        "name" => words.t("case.field-name"),
        "claimed_fen" => words.t("case.field-claimed"),
        "award_fen" => words.t("case.field-award"),
        "row" => words.t("precheck.row"),
        "yuan" => words.t("precheck.worth"),
        "verdict" => words.t("case.field-verdict"),
        "lines_class" => words.t("precheck.class"),
        "lines_file" => words.t("case.field-lines-file"),
        "lines_sha256" => words.t("case.field-lines-sha256"),
        "lines_count" => words.t("case.field-lines-count"),
        other => return other.to_owned(),
    }
    .to_owned()
}

/// How the names of fields begin that say which file the lines of an application stand in: they are written with the file and not typed.
const OF_LINES: &str = "lines_";

/// Fields that say again what the record is about.
const SAID_BEFORE: [&str; 5] = ["enterprise", "region", "scheme", "scheme_label", "year"];

/// A field as it is shown: an amount to the fen, everything else as it was written.
fn told(name: &str, value: &Value, lang: jixiao_core::finding::Lang) -> String {
    match value.as_i64().filter(|_| name.ends_with("_fen")) {
        Some(fen) => show::exact(fen, lang),
        None => plain(value),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Fields of a content that are lists of alike objects: lines of an application or a payment order, targets of a region and its districts.
const LISTS: [&str; 2] = ["lines", "targets"];

/// The lines of a content that holds such a list, as a table.
fn lines_of(visit: &Visit, content: &Map<String, Value>) -> Result<Option<Table>, Problem> {
    let (fund, words) = (visit.fund()?, visit.words());
    let Some(list) = LISTS.iter().find_map(|name| content.get(*name)?.as_array()) else { return Ok(None) };
    let mut names: Vec<&String> = Vec::new();
    for name in list.iter().filter_map(Value::as_object).flat_map(Map::keys) {
        // An indicator's name in the fund's own words stands where its id does.
        if name != "title" && !names.contains(&name) {
            names.push(name);
        }
    }
    // Lines of a file are known by their rows.
    names.sort_by_key(|name| *name != "row");
    let class = content.get("lines_class").and_then(Value::as_str).unwrap_or_default();
    let heading =
        |name: &str| fund.columns.get(&format!("{class}/{name}")).map(|known| known.get(visit.lang));
    let titles: Vec<String> = names
        .iter()
        .map(|name| match name.as_str() {
            name if heading(name).is_some() => heading(name).unwrap_or_default().to_owned(),
            "region" => words.t("cases.region").to_owned(),
            "scheme" => words.t("cases.scheme").to_owned(),
            "enterprise" => words.t("cases.enterprise").to_owned(),
            "indicator" => words.t("cases.indicator").to_owned(),
            "target" => words.t("year.target").to_owned(),
            "fen" => words.t("cases.amount").to_owned(),
            other => labelled(visit, other),
        })
        .collect();
    let rows = list.iter().filter_map(Value::as_object).map(|line| {
        let cell = |name: &&String| match (name.as_str(), line.get(*name)) {
            (_, None) => Cell::Nothing,
            ("fen", Some(value)) => Cell::fen(value.as_i64()),
            ("region", Some(value)) => Cell::Text(fund.region(&plain(value), visit.lang)),
            ("scheme", Some(value)) => Cell::Text(fund.scheme(&plain(value), visit.lang)),
            ("indicator", Some(value)) => Cell::Text(fund.indicator(&plain(value), visit.lang)),
            ("verdict", Some(value)) if value == "counts" => {
                Cell::Sign(Sign::Good, words.t("case.line-counts").to_owned())
            }
            ("verdict", Some(value)) if value == "refused" => {
                Cell::Sign(Sign::Bad, words.t("case.line-refused").to_owned())
            }
            ("yuan", Some(value)) => Cell::Text(precheck::yuan(&plain(value), visit.lang)),
            (_, Some(value)) => Cell::Text(plain(value)),
        };
        Line::of(names.iter().map(cell).collect())
    });
    Ok(Some(Table::new("lines", words.t("case.lines"), titles, rows.collect(), words.t("cases.empty"))))
}

async fn look(visit: Visit, Named(id): Named<i64>) -> Result<Response, Problem> {
    shown(&visit, id, StatusCode::OK, Mistakes::default(), &Typed::default()).await
}

fn step_views(visit: &Visit, file: &CaseFile, typed: &Typed) -> Result<Vec<StepView>, Problem> {
    let office = visit.office()?;
    let machine = file.machine()?;
    let today = office.civil(visit.asker.state().now())?.date();
    let possible = machine.possible(&file.case, &visit.asker.person, today, office.timing());
    let views = possible.into_iter().map(|possible| {
        let action: &'static Action = possible.action;
        let unlocked = machine.state(action.to).is_some_and(|state| !state.locked);
        StepView {
            id: action.id,
            label: action.label.get(visit.lang),
            to: machine.state(action.to).map_or(action.to, |state| state.label.get(visit.lang)),
            needs_reason: action.needs_reason,
            boxes: action
                .guards
                .iter()
                .filter(|guard| said_by_people(**guard))
                .map(|guard| Box {
                    code: guard.code(),
                    label: guard.label().get(visit.lang),
                    ticked: typed.all("confirmed").iter().any(|code| code == guard.code()),
                })
                .collect(),
            obstacles: possible
                .obstacles
                .iter()
                .map(|obstacle| obstacle.message(machine).get(visit.lang).to_owned())
                .collect(),
            edits: unlocked && action.from.contains(&action.to),
            lowers: action.lowers && file.amount_fen.is_some(),
        }
    });
    Ok(views.collect())
}

/// What reviewers took off the amount: how much, and who, when and why.
pub(super) fn reductions(visit: &Visit, file: &CaseFile) -> Result<Vec<(String, String)>, Problem> {
    let (machine, words) = (file.machine()?, visit.words());
    let told = file.reduced().into_iter().map(|(one, step)| {
        let label = machine.action(&step.action).map_or(&*step.action, |action| action.label.get(visit.lang));
        let at: String = step.at.to_string().replace('T', " ").chars().take(16).collect();
        let said = [("label", label), ("by", &step.by.0), ("at", &at), ("reason", &step.reason)];
        let amount = words.with("awards.less", &[("amount", &show::exact(one.fen(), visit.lang))]);
        (amount, words.with("case.reduced-by", &said))
    });
    Ok(told.collect())
}

/// Of an application the objections to it, of an objection the application: those that this visitor may read.
async fn related(visit: &Visit, file: &CaseFile) -> Result<Vec<(String, String, String)>, Problem> {
    let office = visit.office()?;
    let mut related = Vec::new();
    if file.case.machine() == machines::APPLICATION.id {
        let which = Which { objects_to: Some(file.id), ..Which::default() };
        let reach = visit.reach(Deed::ReadApplications)?;
        for line in visit.database().cases(&office, &reach, &which, 50).await? {
            let state = machines::OBJECTION.state(&line.state);
            let state = state.map_or(line.state.clone(), |state| state.label.get(visit.lang).to_owned());
            let label = visit.words().t("case.objections").to_owned();
            related.push((format!("{label} {}", line.about.enterprise), format!("/case/{}", line.id), state));
        }
    } else if let Some(objected) =
        Objected::read(&file.subject).filter(|_| file.case.machine() == machines::OBJECTION.id)
        && let Ok(application) =
            readable(visit.asker.state(), &visit.asker, &office, objected.application).await
    {
        let state = application.case.state().unwrap_or_default();
        let state = machines::APPLICATION.state(state).map_or(state, |state| state.label.get(visit.lang));
        let label = visit.words().t("case.objects-to");
        let name = format!("{label} {}", application.subject);
        related.push((name, format!("/case/{}", application.id), state.to_owned()));
    }
    Ok(related)
}

async fn shown(
    visit: &Visit,
    id: i64,
    status: StatusCode,
    mistakes: Mistakes,
    typed: &Typed,
) -> Result<Response, Problem> {
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let file = readable(visit.asker.state(), &visit.asker, &office, id).await?;
    let machine = file.machine()?;
    let may_read = visit.asker.person.may(Deed::ReadPersonal, file.case.about()).is_ok();
    let mut content = Map::new();
    if may_read {
        visit.asker.note_read(&format!("case/{id}"), &["content"]).await?;
        let text = visit.database().document(&file.content).await?;
        if let Ok(Value::Object(read)) = serde_json::from_str(&text) {
            content = read;
        }
    }
    let table = lines_of(visit, &content)?;
    if let Some(table) = &table
        && let Some(file) = table.file(visit)?
    {
        return Ok(file);
    }
    let held = versions::on_record(visit, &file).await?;
    let (mut form, mut changes, mut compare) = (String::new(), None, String::new());
    if let Some(held) = held {
        if let Some(file) = held.differences.as_ref().map(|table| table.file(visit)).transpose()?.flatten() {
            return Ok(file);
        }
        (form, compare) = (held.form, held.href);
        changes = held.differences.map(|table| table.view(visit));
        // The form says all of it.
        content.clear();
    }
    let once = |name: &str| (table.is_none() || !LISTS.contains(&name)) && !SAID_BEFORE.contains(&name);
    let fields = content.iter().filter(|(name, _)| once(name)).map(|(name, value)| {
        let kept = typed.get(&format!("content.{name}"));
        let now = match name.as_str() {
            "lines_class" => precheck::class_label(fund, &plain(value), visit.lang),
            _ => told(name, value, visit.lang),
        };
        // Figures that were computed are not typed.
        let editable = value.is_string() && !name.starts_with(OF_LINES);
        let value = if kept.is_empty() || !editable { now } else { kept.to_owned() };
        Field {
            label: labelled(visit, name),
            long: value.chars().count() > 60,
            name: name.clone(),
            value,
            editable,
        }
    });
    let about = &file.about;
    let mut facts_shown = vec![(words.t("cases.year"), about.year.to_string(), String::new())];
    for (label, text, href) in [
        (words.t("cases.region"), fund.region(&about.region, visit.lang), String::new()),
        (words.t("cases.scheme"), fund.scheme(&about.scheme, visit.lang), String::new()),
        (words.t("cases.enterprise"), about.enterprise.clone(), String::new()),
        (words.t("cases.indicator"), fund.indicator(&about.indicator, visit.lang), String::new()),
    ] {
        if !text.is_empty() {
            facts_shown.push((label, text, href));
        }
    }
    if let Some(fen) = file.amount_fen {
        let claimed = file.claimed_fen().filter(|claimed| *claimed != fen);
        let was = claimed.map(|claimed| show::exact(claimed, visit.lang));
        let was = was.map(|amount| words.with("case.claimed-was", &[("amount", &amount)]));
        facts_shown.push((words.t("case.amount"), show::exact(fen, visit.lang), was.unwrap_or_default()));
    }
    facts_shown.push((
        words.t("case.opened-by"),
        file.opened_by.clone(),
        show::time(file.opened_at, office.zone),
    ));
    let state_label =
        |id: &str| machine.state(id).map_or(id.to_owned(), |state| state.label.get(visit.lang).to_owned());
    let history = file.case.history().iter().rev().map(|past| Past {
        label: machine
            .action(&past.action)
            .map_or_else(|| past.action.clone(), |action| action.label.get(visit.lang).to_owned()),
        from: past.from.as_deref().map(state_label).unwrap_or_default(),
        to: state_label(&past.to),
        by: match &past.on_behalf {
            Some(whom) => words.with(
                "case.by-for",
                &[("by", &past.by.0), ("role", past.role.label().get(visit.lang)), ("whom", whom)],
            ),
            None => words.with("case.by", &[("by", &past.by.0), ("role", past.role.label().get(visit.lang))]),
        },
        at: past.at.to_string().replace('T', " ").chars().take(16).collect(),
        reason: past.reason.clone(),
    });
    let files_shown = visit.asker.person.may(Deed::ReadEvidence, file.case.about()).is_ok();
    let files = if files_shown { visit.database().evidence_of(id).await? } else { Vec::new() };
    let state = file.case.state().unwrap_or_default();
    let may_bring = may_bring(&visit.asker, &office, &file)?;
    let bring = if machine.id == machines::APPLICATION.id && may_bring {
        let (year, case) = (about.year.to_string(), id.to_string());
        precheck::bring(visit, Some(&about.scheme), &year, &about.enterprise, &case)?
    } else {
        None
    };
    let page = Page {
        id,
        bring,
        revision: file.case.revision(),
        way: machine.label.get(visit.lang),
        way_href: format!("/cases/{}", machine.id),
        state: state_label(state),
        state_end: machine.state(state).is_some_and(|state| state.end),
        facts: facts_shown,
        content: fields.collect(),
        lines: table.map(|table| table.view(visit)),
        hidden: !may_read && form.is_empty(),
        form,
        changes,
        compare,
        handed_down: if machine.id == "decomposition" {
            format!("/decomposition/{}", about.region)
        } else {
            String::new()
        },
        history: history.collect(),
        files: files
            .into_iter()
            .map(|one| {
                let about = words.with(
                    "case.file",
                    &[("by", &one.added_by), ("at", &show::time(one.added_at, office.zone))],
                );
                (one.name, format!("/api/v1/cases/{id}/evidence/{}", one.sha256), about)
            })
            .collect(),
        files_shown,
        may_bring,
        reductions: reductions(visit, &file)?,
        related: related(visit, &file).await?,
        steps: step_views(visit, &file, typed)?,
        amount: match typed.get("amount") {
            "" => file.amount_fen.map(show::yuan).unwrap_or_default(),
            kept => kept.to_owned(),
        },
        mistakes,
        reason: typed.get("reason").to_owned(),
        shell: visit.shell(file.subject.clone()),
    };
    visit.show_as(status, &page)
}

/// The content that was typed, over the content that there is: texts stay texts, numbers numbers, and what has no field stays as it was.
fn typed_content(old: &Map<String, Value>, typed: &Typed) -> Map<String, Value> {
    let mut content = old.clone();
    for (name, value) in typed.pairs() {
        let Some(name) = name.strip_prefix("content.").filter(|name| !name.starts_with(OF_LINES)) else {
            continue;
        };
        let value = match old.get(name) {
            Some(before) if !before.is_string() => {
                serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()))
            }
            _ => Value::String(value.to_owned()),
        };
        content.insert(name.to_owned(), value);
    }
    content
}

async fn step(
    visit: Visit,
    Named((id, action)): Named<(i64, String)>,
    typed: Typed,
) -> Result<Response, Problem> {
    let office = visit.office()?;
    let file = readable(visit.asker.state(), &visit.asker, &office, id).await?;
    let machine = file.machine()?;
    // A reviewer lowers the amount and leaves what the record says alone.
    let lowers = machine.action(&action).is_some_and(|action| action.lowers);
    let edits = !lowers
        && (typed.pairs().any(|(name, _)| name.starts_with("content.")) || !typed.get("amount").is_empty());
    let mut mistakes = Mistakes::default();
    let mut amount_fen = file.amount_fen;
    if !typed.get("amount").is_empty() {
        amount_fen = show::fen_of(typed.get("amount"));
        if amount_fen.is_none() {
            mistakes.at(
                "amount",
                both!("请填金额（元），最多两位小数", "an amount in yuan with two places at most"),
            );
        }
    }
    let content = if edits {
        let text = visit.database().document(&file.content).await?;
        let old: Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
        Some(Value::Object(typed_content(&old, &typed)).to_string())
    } else {
        None
    };
    if mistakes.none() {
        let done = async {
            let step = Move {
                case: id,
                action: &action,
                seen: typed.get("seen").parse().map_err(|_| Problem::bare(&problem::IF_MATCH))?,
                reason: typed.get("reason"),
                on_behalf: Some(typed.get("on_behalf")).filter(|whom| !whom.is_empty()),
                content: content.as_deref(),
                amount_fen: amount_fen.filter(|_| edits || (lowers && !typed.get("amount").is_empty())),
                facts: facts(machine.action(&action), typed.all("confirmed"))?,
            };
            let mut change = visit.asker.change().await?;
            change.act(&office, &visit.asker.person, machine, step).await?;
            Ok::<(), Problem>(change.commit().await?)
        };
        match done.await {
            Ok(()) => return Ok(visit.go(&format!("/case/{id}"))),
            Err(problem) if problem.code.status < 500 => mistakes = Mistakes::of(&problem),
            Err(problem) => return Err(problem),
        }
    }
    shown(&visit, id, StatusCode::UNPROCESSABLE_ENTITY, mistakes, &typed).await
}

async fn add_evidence(visit: Visit, Named(id): Named<i64>, form: Multipart) -> Result<Response, Problem> {
    let done = async {
        let (change, _) = bring(&visit.asker, id, form).await?;
        Ok::<(), Problem>(change.commit().await?)
    };
    match done.await {
        Ok(()) => Ok(visit.go(&format!("/case/{id}"))),
        Err(problem) if problem.code.status < 500 => {
            shown(&visit, id, StatusCode::UNPROCESSABLE_ENTITY, Mistakes::of(&problem), &Typed::default())
                .await
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Template)]
#[template(path = "open.html")]
struct OpenPage {
    shell: Shell,
    machine: &'static str,
    action: &'static str,
    regions: Vec<Choice>,
    schemes: Vec<Choice>,
    indicators: Vec<Choice>,
    typed: BTreeMap<String, String>,
    fields: Vec<Field>,
    boxes: Vec<Box>,
    needs_reason: bool,
    /// The form for lines.
    bring: Option<Bring>,
    standing: Vec<Condition>,
    mistakes: Mistakes,
}

impl OpenPage {
    fn was(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        asks(self.machine, name)
    }
}

/// Which of the things that a record can be about a way asks for.
fn asks(machine: &str, name: &str) -> bool {
    match machine {
        "application" => matches!(name, "region" | "scheme" | "enterprise" | "amount"),
        "payment-order" => name == "amount",
        "decomposition" | "monitoring" | "evaluation" => name == "region",
        "actual" => matches!(name, "region" | "indicator"),
        "finding" => matches!(name, "region" | "scheme" | "enterprise"),
        "waiver" => matches!(name, "region" | "indicator"),
        _ => false,
    }
}

/// The fields of a new record's content.
fn fields_of(machine: &str) -> &'static [(&'static str, bool)] {
    match machine {
        "application" => &[("contact", false), ("phone", false), ("statement", true)],
        "actual" => &[("value", false), ("note", true)],
        "monitoring" => &[("month", false), ("note", true)],
        _ => &[("summary", true)],
    }
}

fn opening(machine: &'static Machine, visit: &Visit) -> Result<&'static Action, Problem> {
    let mut from = machine.from(None);
    let found = from.find(|action| visit.asker.person.reach(action.deed).is_ok());
    found.ok_or_else(|| Problem::bare(&problem::NOT_ALLOWED))
}

async fn open_page(
    visit: &Visit,
    id: &str,
    status: StatusCode,
    mistakes: Mistakes,
    typed: &Typed,
) -> Result<Response, Problem> {
    let machine = way(id)?;
    visit.reach(reading(machine))?;
    let action = opening(machine, visit)?;
    let (fund, words) = (visit.fund()?, visit.words());
    let mut was: BTreeMap<String, String> =
        typed.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    was.entry("year".to_owned()).or_insert_with(|| fund.current_year().to_string());
    // Somebody who works for one enterprise or one region files for it.
    let reach = visit.reach(action.deed)?;
    for scope in reach.scopes() {
        match scope {
            jixiao_core::people::Scope::Enterprise(code) => {
                was.entry("enterprise".to_owned()).or_insert_with(|| code.clone());
            }
            jixiao_core::people::Scope::Region(code) => {
                was.entry("region".to_owned()).or_insert_with(|| code.clone());
            }
            _ => {}
        }
    }
    let chosen = |name: &str, value: &str| was.get(name).is_some_and(|was| was == value);
    let text = |name: &str| was.get(name).map_or("", String::as_str);
    let (mut bring, mut standing) = (None, Vec::new());
    if machine.id == machines::APPLICATION.id {
        bring = precheck::bring(visit, None, text("year"), text("enterprise"), "")?;
        standing = precheck::standing(visit, text("scheme"), text("year"), text("enterprise")).await?;
    }
    let page = OpenPage {
        bring,
        standing,
        regions: choice::regions(visit, was.get("region").map(String::as_str))?,
        schemes: choice::schemes(visit, was.get("scheme").map(String::as_str))?,
        indicators: fund
            .fund
            .indicators
            .iter()
            .map(|spec| Choice {
                value: spec.id.clone(),
                label: fund.indicator(&spec.id, visit.lang),
                chosen: chosen("indicator", &spec.id),
            })
            .collect(),
        fields: fields_of(machine.id)
            .iter()
            .map(|(name, long)| Field {
                label: labelled(visit, name),
                value: typed.get(&format!("content.{name}")).to_owned(),
                name: (*name).to_owned(),
                long: *long,
                editable: true,
            })
            .collect(),
        boxes: action
            .guards
            .iter()
            .filter(|guard| said_by_people(**guard))
            .map(|guard| Box {
                code: guard.code(),
                label: guard.label().get(visit.lang),
                ticked: typed.all("confirmed").iter().any(|code| code == guard.code()),
            })
            .collect(),
        machine: machine.id,
        action: action.label.get(visit.lang),
        needs_reason: action.needs_reason,
        typed: was,
        mistakes,
        shell: visit.shell(words.with("case.new", &[("way", machine.label.get(visit.lang))])),
    };
    visit.show_as(status, &page)
}

async fn ask(visit: Visit, Named(id): Named<String>) -> Result<Response, Problem> {
    // An objection begins with what it is about.
    if id == machines::OBJECTION.id {
        return Ok(visit.go("/notices"));
    }
    open_page(&visit, &id, StatusCode::OK, Mistakes::default(), &Typed::default()).await
}

/// What is wrong with a credit code, with what to do.
pub(super) fn wrong_code(code: &str) -> Option<Both> {
    credit_code::check(code).err().map(|fault| Reason::CreditCode(fault).text())
}

/// Everything that is wrong with what was typed for a new record, each at its field.
fn wrong(visit: &Visit, machine: &'static Machine, typed: &Typed) -> Result<Mistakes, Problem> {
    let (fund, mut mistakes) = (visit.fund()?, Mistakes::default());
    let year: Option<i16> = typed.get("year").parse().ok();
    let application = machine.id == machines::APPLICATION.id;
    match year {
        None => mistakes.at("year", both!("请填四位年度", "a year of four figures")),
        Some(year) if application && !fund.fund.cycle.contains(year) => {
            let (first, last) = (fund.fund.cycle.first, fund.fund.cycle.last);
            mistakes.at(
                "year",
                both!(
                    "{year} 不在实施周期 {first}—{last} 之内；请填其中一年",
                    "{year} is outside the cycle, {first} to {last}: write one of its years"
                ),
            );
        }
        Some(_) => {}
    }
    if typed.get("subject").is_empty() {
        mistakes
            .at("subject", both!("请填标识，例如申报编号", "what tells this record from others: a number"));
    }
    for name in ["region", "scheme", "enterprise", "indicator"] {
        let optional = matches!(machine.id, "finding" | "waiver" | "monitoring" | "evaluation");
        if asks(machine.id, name) && typed.get(name).is_empty() && !optional {
            mistakes.at(name, both!("请填写", "this is needed"));
        }
    }
    if asks(machine.id, "enterprise")
        && !typed.get("enterprise").is_empty()
        && let Some(what) = wrong_code(typed.get("enterprise"))
    {
        mistakes.at("enterprise", what);
    }
    if asks(machine.id, "amount")
        && !typed.get("amount").is_empty()
        && show::fen_of(typed.get("amount")).is_none()
    {
        mistakes
            .at("amount", both!("请填金额（元），最多两位小数", "an amount in yuan with two places at most"));
    }
    let phone = typed.get("content.phone");
    let dialled = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '转');
    if !phone.is_empty()
        && (!phone.chars().all(dialled) || phone.chars().filter(char::is_ascii_digit).count() < 5)
    {
        mistakes.at(
            "content.phone",
            both!(
                "电话号码只写数字、空格、-、+ 和括号，至少五位",
                "a telephone number has digits, spaces, -, + and brackets, and five digits at least"
            ),
        );
    }
    let month = typed.get("content.month");
    if !month.is_empty() && !month.parse::<u8>().is_ok_and(|month| (1..=12).contains(&month)) {
        mistakes.at("content.month", both!("月份应为 1 至 12", "a month from 1 to 12 is asked for"));
    }
    Ok(mistakes)
}

#[derive(Template)]
#[template(path = "open_check.html")]
struct Checked {
    shell: Shell,
    /// What the field's place on the page is called.
    spot: String,
    mistake: Option<Both>,
    /// The enterprise's conditions, where the field is one that they depend on.
    standing: Option<Vec<Condition>>,
}

/// A field that was just typed, as a piece of the page: what is wrong with it, and what the register says of the enterprise.
async fn check(visit: Visit, Named(id): Named<String>, typed: Typed) -> Result<Response, Problem> {
    let machine = way(&id)?;
    opening(machine, &visit)?;
    let field = visit.query("field").unwrap_or_default().to_owned();
    let known = ["subject", "year", "region", "scheme", "enterprise", "indicator", "amount"];
    let of_content = fields_of(machine.id).iter().map(|(name, _)| format!("content.{name}"));
    if !known.contains(&field.as_str()) && !of_content.into_iter().any(|name| name == field) {
        return Err(Problem::bare(&problem::NOT_FOUND));
    }
    let mistake = wrong(&visit, machine, &typed)?.get(&field).cloned();
    let asked = machine.id == machines::APPLICATION.id && matches!(&*field, "scheme" | "year" | "enterprise");
    let standing = if asked {
        let (scheme, year, enterprise) = (typed.get("scheme"), typed.get("year"), typed.get("enterprise"));
        Some(precheck::standing(&visit, scheme, year, enterprise).await?)
    } else {
        None
    };
    let page = Checked { shell: visit.shell(""), spot: field.replace('.', "-"), mistake, standing };
    visit.show(&page)
}

async fn open(visit: Visit, Named(id): Named<String>, typed: Typed) -> Result<Response, Problem> {
    let machine = way(&id)?;
    let action = opening(machine, &visit)?;
    let mut mistakes = wrong(&visit, machine, &typed)?;
    let year: Option<i16> = typed.get("year").parse().ok();
    let amount_fen = show::fen_of(typed.get("amount")).filter(|_| asks(machine.id, "amount"));
    if mistakes.none() {
        let content = Value::Object(typed_content(&Map::new(), &typed)).to_string();
        let office = visit.office()?;
        let text = |name: &str| typed.get(name).to_owned();
        let done = async {
            let opening = Opening {
                machine,
                action: action.id,
                subject: typed.get("subject"),
                about: About {
                    year: year.unwrap_or_default(),
                    region: text("region"),
                    scheme: text("scheme"),
                    enterprise: text("enterprise"),
                    indicator: text("indicator"),
                },
                content: &content,
                amount_fen,
                reason: typed.get("reason"),
                on_behalf: Some(typed.get("on_behalf")).filter(|whom| !whom.is_empty()),
                facts: facts(Some(action), typed.all("confirmed"))?,
            };
            let mut change = visit.asker.change().await?;
            let file = change.open_case(&office, &visit.asker.person, opening).await?;
            change.commit().await?;
            Ok::<i64, Problem>(file.id)
        };
        match done.await {
            Ok(id) => return Ok(visit.go(&format!("/case/{id}"))),
            Err(problem) if problem.code.status < 500 => mistakes = Mistakes::of(&problem),
            Err(problem) => return Err(problem),
        }
    }
    open_page(&visit, &id, StatusCode::UNPROCESSABLE_ENTITY, mistakes, &typed).await
}
