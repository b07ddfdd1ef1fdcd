//! An enterprise's own lines, looked at before it applies with them: what is wrong with them, what is claimed already, what they come to.
//!
//! Nothing is kept until the enterprise says so: the page brings the file along, and whatever is kept is worked out anew from its bytes.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Multipart, multipart::MultipartError},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use jixiao_core::{
    both,
    finding::{Both, Lang},
    people::{Deed, Scope},
    workflow::{Facts, machines::APPLICATION},
};
use jixiao_store::{
    cases::{About, CaseFile, Move, Opening},
    evidence::{Limits, Media},
};
use jixiao_web::{
    api::{cases::readable, evidence::may_bring},
    ask::Named,
    openapi::XLSX,
    problem::{self, Problem},
    route::Who,
};
use serde_json::{Map, Value, json};

use super::{Go, Leaf, Nav, files, form, key, page};
use crate::{
    choice::Choice,
    form::Mistakes,
    precheck::{Brought, Form, Grounds, Looked, Precheck, Standing, Whose},
    shell::Shell,
    show,
    site::FundPages,
    visit::Visit,
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-support"),
        label: key!("precheck.nav"),
        href: "/precheck",
        go: Go::One(&[Deed::FileApplication]),
    }],
    routes: || {
        vec![
            page("/precheck", "page-precheck", Who::Deed(Deed::FileApplication), look),
            form("/precheck", "form-precheck", Who::Deed(Deed::FileApplication), upload).sends_file(),
            form("/precheck/attach", "form-precheck-attach", Who::Deed(Deed::FileApplication), attach)
                .sends_file(),
            page(
                "/precheck/template/{scheme}/{class}/{form}",
                "page-precheck-template",
                Who::Deed(Deed::FileApplication),
                template,
            ),
        ]
    },
};

/// A file of lines has at most so many bytes: the page brings it along.
const MOST_BYTES: usize = 2 << 20;
/// So many lines of each list are shown; how many there are is said.
const SHOWN: usize = 200;
/// So many lines are written into the content; the file holds all.
const KEPT: usize = 2000;

/// What was sent: the file, and what it is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    name: String,
    bytes: Vec<u8>,
    /// `SCHEME/CLASS`.
    class: String,
    year: String,
    enterprise: String,
    /// The number of a record; empty for a new one.
    case: String,
    /// The revision that was looked at.
    seen: String,
    subject: String,
    region: String,
    contact: String,
    phone: String,
    statement: String,
    whole: bool,
}

/// The form that lines are brought with, on its own page and on an application's.
pub(super) struct Bring {
    /// `SCHEME/CLASS` with their names.
    pub(super) classes: Vec<Choice>,
    /// The fund year.
    pub(super) year: String,
    /// The credit code; chosen from several where somebody works for several.
    pub(super) enterprise: String,
    /// The number of the record; empty for a new one.
    pub(super) case: String,
}

/// A condition of the enterprise as a page shows it.
pub(super) struct Condition {
    pub(super) sign: &'static str,
    pub(super) shape: &'static str,
    pub(super) label: String,
    pub(super) said: Vec<(String, String)>,
    pub(super) why: String,
    pub(super) clause: String,
    pub(super) next: bool,
    pub(super) illustrative: bool,
}

struct Row {
    row: u32,
    first: String,
    second: String,
    reason: String,
    clause: String,
}

struct Shown {
    counts: String,
    unread: String,
    strange: String,
    aside: Vec<Row>,
    aside_more: String,
    refused: Vec<Row>,
    refused_more: String,
    found: Vec<Row>,
    found_more: String,
    near: Vec<Row>,
    near_more: String,
    claimed: String,
    less: Vec<(String, String, String)>,
    comes_to: String,
    whole: String,
    illustrative: Vec<(String, String)>,
    good: bool,
}

#[derive(Template)]
#[template(path = "precheck.html")]
struct Page {
    shell: Shell,
    bring: Bring,
    /// The record that the lines are for, and where it is.
    record: String,
    mistakes: Mistakes,
    standing: Vec<Condition>,
    standing_why: String,
    /// The scheme that the conditions are of.
    standing_of: String,
    shown: Option<Shown>,
    name: String,
    kept: String,
    seen: String,
    regions: Vec<Choice>,
    typed: Sent,
    templates: Vec<(String, String)>,
}

fn clause(visit: &Visit, grounds: Option<&Grounds>) -> String {
    grounds.map_or_else(String::new, |one| {
        visit.words().with(
            "tree.clause",
            &[
                ("text", one.text.get(visit.lang)),
                ("source", &one.source),
                ("certainty", &one.certainty.to_string()),
            ],
        )
    })
}

/// The conditions of an enterprise as the page shows them.
fn conditions(visit: &Visit, all: &[Standing]) -> Vec<Condition> {
    let told = |one: &Standing| Condition {
        sign: match one.holds {
            Some(true) => "good",
            Some(false) => "bad",
            None => "none",
        },
        shape: match one.holds {
            Some(true) => "●",
            Some(false) => "▲",
            None => "○",
        },
        label: one.label.get(visit.lang).to_owned(),
        said: one
            .said
            .iter()
            .map(|(heading, value)| (heading.get(visit.lang).to_owned(), value.get(visit.lang).to_owned()))
            .collect(),
        why: if one.holds == Some(false) { one.reason.get(visit.lang).to_owned() } else { String::new() },
        clause: clause(visit, one.clause.as_ref()),
        next: one.holds == Some(false),
        illustrative: one.illustrative,
    };
    all.iter().map(told).collect()
}

fn more(visit: &Visit, all: usize) -> String {
    if all > SHOWN {
        let told = [("shown", SHOWN.to_string()), ("all", all.to_string())];
        let told: Vec<(&str, &str)> = told.iter().map(|(name, value)| (*name, value.as_str())).collect();
        visit.words().with("table.shown", &told)
    } else {
        String::new()
    }
}

/// An amount in yuan with all its digits, thousands apart; nothing of none.
pub(super) fn yuan(text: &str, lang: Lang) -> String {
    let amount = text
        .parse::<rust_decimal::Decimal>()
        .map_or_else(|_| text.to_owned(), |it| jixiao_report::figure::grouped(it, it.scale().max(2)));
    match lang {
        _ if text.is_empty() => String::new(),
        Lang::Zh => format!("{amount} 元"),
        Lang::En => format!("CNY {amount}"),
    }
}

fn told(visit: &Visit, looked: &Looked) -> Shown {
    let (words, lang) = (visit.words(), visit.lang);
    let aside = looked.set_aside.iter().map(|one| Row {
        row: one.row,
        first: one.column.as_ref().map_or_else(|| "—".to_owned(), |column| column.get(lang).to_owned()),
        second: one.value.clone(),
        reason: one.reason.get(lang).to_owned(),
        clause: String::new(),
    });
    let refused: Vec<Row> = looked
        .lines
        .iter()
        .filter_map(|line| {
            let (reason, grounds) = line.refused.as_ref()?;
            Some(Row {
                row: line.row,
                first: line.key.join(" / "),
                second: yuan(&line.yuan, lang),
                reason: reason.get(lang).to_owned(),
                clause: clause(visit, grounds.as_ref()),
            })
        })
        .collect();
    let double = |person: bool| -> Vec<Row> {
        let some = looked.doubles.iter().filter(|one| one.person == person);
        some.map(|one| Row {
            row: one.row,
            first: match &one.whose {
                Whose::File(row) => words.with("precheck.in-file", &[("row", &row.to_string())]),
                Whose::Own => words.t("precheck.own").to_owned(),
                Whose::Elsewhere => words.t("precheck.elsewhere").to_owned(),
                Whose::Earlier(ledger) => words.with("precheck.earlier", &[("ledger", ledger.get(lang))]),
            },
            second: one.label.get(lang).to_owned(),
            reason: one.reason.get(lang).to_owned(),
            clause: String::new(),
        })
        .collect()
    };
    let (found, near) = (double(false), double(true));
    let own = looked.lines.len();
    let counts = words.with(
        "precheck.counts",
        &[
            ("rows", &looked.rows.to_string()),
            ("taken", &looked.taken.to_string()),
            ("aside", &looked.rows.saturating_sub(looked.taken).to_string()),
            ("refused", &refused.len().to_string()),
            ("counted", &looked.counted.to_string()),
        ],
    );
    let list = |rows: &[u32]| rows.iter().take(20).map(u32::to_string).collect::<Vec<_>>().join(" ");
    Shown {
        counts,
        unread: if looked.unread.is_empty() {
            String::new()
        } else {
            words.with("precheck.unread", &[("headings", &looked.unread.join(" / "))])
        },
        strange: if looked.strange.is_empty() {
            String::new()
        } else {
            words.with(
                "precheck.strange",
                &[("count", &looked.strange.len().to_string()), ("rows", &list(&looked.strange))],
            )
        },
        aside_more: more(visit, looked.set_aside.len()),
        aside: aside.take(SHOWN).collect(),
        refused_more: more(visit, refused.len()),
        found_more: more(visit, found.len()),
        near_more: more(visit, near.len()),
        good: own > 0
            && refused.is_empty()
            && looked.set_aside.is_empty()
            && looked.strange.is_empty()
            && near.is_empty(),
        refused: refused.into_iter().take(SHOWN).collect(),
        found: found.into_iter().take(SHOWN).collect(),
        near: near.into_iter().take(SHOWN).collect(),
        claimed: yuan(&looked.claimed, lang),
        less: looked
            .less
            .iter()
            .map(|less| {
                // A step that rounds up adds.
                let amount = match less.yuan.strip_prefix('-') {
                    Some(more) => words.with("precheck.plus", &[("amount", &yuan(more, lang))]),
                    None => words.with("awards.less", &[("amount", &yuan(&less.yuan, lang))]),
                };
                (less.label.get(lang).to_owned(), amount, clause(visit, less.clause.as_ref()))
            })
            .collect(),
        comes_to: show::exact(looked.fen, lang),
        whole: looked.refused_whole.as_ref().map_or_else(String::new, |why| why.get(lang).to_owned()),
        illustrative: looked
            .illustrative
            .iter()
            .map(|one| (one.label.get(lang).to_owned(), one.source.clone()))
            .collect(),
    }
}

/// What `SCHEME/CLASS` is called.
pub(super) fn class_label(fund: &FundPages, value: &str, lang: Lang) -> String {
    let (scheme, class) = value.split_once('/').unwrap_or((value, ""));
    let found =
        fund.rule(scheme, None).and_then(|(_, rule)| rule.plan.classes.iter().find(|one| one.id == class));
    match found {
        Some(found) => format!("{} · {}", fund.scheme(scheme, lang), found.label.get(lang)),
        None => value.to_owned(),
    }
}

/// The classes of all schemes, or of one, that lines can be claimed in.
fn classes(visit: &Visit, scheme: Option<&str>, chosen: &str) -> Result<Vec<Choice>, Problem> {
    let fund = visit.fund()?;
    let mut all = Vec::new();
    for id in fund.rules.keys().filter(|id| scheme.is_none_or(|scheme| scheme == *id)) {
        let Some((_, rule)) = fund.rule(id, None) else { continue };
        for class in &rule.plan.classes {
            let value = format!("{id}/{}", class.id);
            all.push(Choice::of(&value, class_label(fund, &value, visit.lang), Some(chosen)));
        }
    }
    Ok(all)
}

/// The one enterprise that somebody works for; none where they work for several.
pub(super) fn own(visit: &Visit) -> Option<String> {
    let reach = visit.reach(Deed::FileApplication).ok()?;
    let mut codes = reach.scopes().iter().filter_map(|scope| match scope {
        Scope::Enterprise(code) => Some(code.clone()),
        _ => None,
    });
    codes.next().filter(|_| codes.next().is_none())
}

/// Whether somebody files for an enterprise. Whoever does not learns nothing of it, not even whether it is there.
fn must_be_theirs(visit: &Visit, enterprise: &str) -> Result<(), Problem> {
    let reach = visit.reach(Deed::FileApplication)?;
    let theirs = |scope: &Scope| match scope {
        Scope::Fund => true,
        Scope::Enterprise(code) => code == enterprise,
        _ => false,
    };
    if reach.scopes().iter().any(theirs) { Ok(()) } else { Err(Problem::bare(&problem::NOT_FOUND)) }
}

/// The form for lines on an application's page; none where no ledgers were given.
pub(super) fn bring(
    visit: &Visit,
    scheme: Option<&str>,
    year: &str,
    enterprise: &str,
    case: &str,
) -> Result<Option<Bring>, Problem> {
    if visit.fund()?.precheck.is_none() || visit.reach(Deed::FileApplication).is_err() {
        return Ok(None);
    }
    Ok(Some(Bring {
        classes: classes(visit, scheme, "")?,
        year: year.to_owned(),
        enterprise: enterprise.to_owned(),
        case: case.to_owned(),
    }))
}

/// Asks whoever has the ledgers, one at a time and where waiting harms nobody.
pub(super) async fn ask<T: Send + 'static>(
    visit: &Visit,
    question: impl FnOnce(&dyn Precheck) -> Result<T, Both> + Send + 'static,
) -> Result<Result<T, Both>, Problem> {
    let fund = visit.fund()?;
    let Some(precheck) = fund.precheck.clone() else {
        return Ok(Err(both!(
            "本服务没有台账，不能预审：请系统管理员用 jixiao serve --ledgers 文件夹 启动",
            "this server has no ledgers to look at lines beside: the administrator starts it with jixiao serve --ledgers FOLDER"
        )));
    };
    let broken = |error: String| Problem { kept_quiet: Some(error), ..Problem::bare(&problem::BROKEN) };
    let turn = Arc::clone(&fund.looking).acquire_owned().await.map_err(|error| broken(error.to_string()))?;
    let done = tokio::task::spawn_blocking(move || {
        let answer = question(&*precheck);
        drop(turn);
        answer
    });
    done.await.map_err(|error| broken(error.to_string()))
}

/// The conditions of an enterprise for a scheme, as far as they can be told now: none while something is missing, or of somebody else's enterprise.
pub(super) async fn standing(
    visit: &Visit,
    scheme: &str,
    year: &str,
    enterprise: &str,
) -> Result<Vec<Condition>, Problem> {
    let fund = visit.fund()?;
    let Some(year) = year.parse::<i16>().ok().filter(|year| fund.fund.cycle.contains(*year)) else {
        return Ok(Vec::new());
    };
    let known = fund.rules.contains_key(scheme) && super::case::wrong_code(enterprise).is_none();
    if fund.precheck.is_none() || !known || must_be_theirs(visit, enterprise).is_err() {
        return Ok(Vec::new());
    }
    let (scheme, code) = (scheme.to_owned(), enterprise.to_owned());
    let Ok(found) = ask(visit, move |ask| ask.standing(&scheme, year, &code)).await? else {
        return Ok(Vec::new());
    };
    visit.asker.note_read(&format!("register/{enterprise}"), &["standing"]).await?;
    Ok(conditions(visit, &found))
}

/// The record that lines are for, as its revision says that it is a draft whose content may be changed by this visitor.
async fn record(visit: &Visit, id: &str) -> Result<Option<CaseFile>, Problem> {
    if id.is_empty() {
        return Ok(None);
    }
    let missing = || Problem::bare(&problem::NOT_FOUND);
    let office = visit.office()?;
    let number = id.parse().map_err(|_| missing())?;
    let file = readable(visit.asker.state(), &visit.asker, &office, number).await?;
    if file.case.machine() != APPLICATION.id {
        return Err(missing());
    }
    Ok(Some(file))
}

async fn shown(
    visit: &Visit,
    status: StatusCode,
    sent: Sent,
    mistakes: Mistakes,
    looked: Option<Looked>,
) -> Result<Response, Problem> {
    let (fund, words) = (visit.fund()?, visit.words());
    let file = record(visit, &sent.case).await?;
    let scheme = file.as_ref().map(|file| file.about.scheme.clone());
    let year = sent.year.parse().unwrap_or_else(|_| fund.current_year());
    let enterprise = sent.enterprise.clone();
    let mut standing_why = String::new();
    let asked = scheme.clone().or_else(|| sent.class.split('/').next().map(str::to_owned));
    // Before one is chosen those of the first scheme are shown, under its name.
    let asked = asked.filter(|id| !id.is_empty()).or_else(|| fund.rules.keys().next().cloned());
    let standing_of = asked.as_ref().map_or_else(String::new, |id| fund.scheme(id, visit.lang));
    let standing = match &looked {
        Some(looked) => looked.standing.clone(),
        None if enterprise.is_empty() || must_be_theirs(visit, &enterprise).is_err() => Vec::new(),
        None => match asked {
            None => Vec::new(),
            Some(scheme) => {
                let answer = ask(visit, move |ask| ask.standing(&scheme, year, &enterprise)).await?;
                answer.unwrap_or_else(|why| {
                    why.get(visit.lang).clone_into(&mut standing_why);
                    Vec::new()
                })
            }
        },
    };
    if !standing.is_empty() {
        visit.asker.note_read(&format!("register/{}", sent.enterprise), &["standing"]).await?;
    }
    let classes = classes(visit, scheme.as_deref(), &sent.class)?;
    let language = match visit.lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    };
    let templates = classes
        .iter()
        .map(|one| (one.label.clone(), format!("/precheck/template/{}/{language}", one.value)))
        .collect();
    let kept = if looked.is_some() {
        sent.bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    } else {
        String::new()
    };
    let known = looked.as_ref().and_then(|looked| looked.region.as_deref());
    let region = if sent.region.is_empty() { known } else { Some(sent.region.as_str()) };
    let page = Page {
        bring: Bring {
            classes,
            year: year.to_string(),
            enterprise: sent.enterprise.clone(),
            case: sent.case.clone(),
        },
        record: file.as_ref().map_or_else(String::new, |file| file.subject.clone()),
        seen: file.as_ref().map_or_else(String::new, |file| file.case.revision().to_string()),
        mistakes,
        standing: conditions(visit, &standing),
        standing_why,
        standing_of,
        shown: looked.as_ref().map(|looked| told(visit, looked)),
        name: sent.name.clone(),
        kept,
        regions: crate::choice::regions(visit, region)?,
        typed: sent,
        templates,
        shell: visit.shell(words.t("precheck.title")),
    };
    visit.show_as(status, &page)
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    let text = |name: &str| visit.query(name).unwrap_or_default().to_owned();
    let mut sent = Sent {
        class: text("class"),
        year: text("year"),
        enterprise: text("enterprise"),
        case: text("case"),
        ..Sent::default()
    };
    settle(&visit, &mut sent).await?;
    shown(&visit, StatusCode::OK, sent, Mistakes::default(), None).await
}

/// Fills in what the record or the visitor's role says, and refuses what is not theirs.
async fn settle(visit: &Visit, sent: &mut Sent) -> Result<(), Problem> {
    if let Some(file) = record(visit, &sent.case).await? {
        file.about.enterprise.clone_into(&mut sent.enterprise);
        sent.year = file.about.year.to_string();
        file.about.region.clone_into(&mut sent.region);
    }
    if sent.enterprise.is_empty() {
        sent.enterprise = own(visit).unwrap_or_default();
    }
    if sent.enterprise.is_empty() { Ok(()) } else { must_be_theirs(visit, &sent.enterprise) }
}

fn unreadable(error: &MultipartError) -> Problem {
    let long = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    Problem::bare(if long { &problem::TOO_LONG } else { &problem::MALFORMED })
}

async fn read(mut form: Multipart) -> Result<Sent, Problem> {
    let mut sent = Sent { whole: true, ..Sent::default() };
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            sent.name = field.file_name().unwrap_or_default().to_owned();
            sent.bytes = field.bytes().await.map_err(|error| unreadable(&error))?.to_vec();
            continue;
        }
        let text = field.text().await.map_err(|error| unreadable(&error))?;
        if text.contains('\0') {
            return Err(Problem::bare(&problem::MALFORMED));
        }
        let to = match name.as_str() {
            "kept" => {
                match super::targets::unkept(&text) {
                    Some(bytes) => sent.bytes = bytes,
                    None => sent.whole = false,
                }
                continue;
            }
            "name" => &mut sent.name,
            "class" => &mut sent.class,
            "year" => &mut sent.year,
            "enterprise" => &mut sent.enterprise,
            "case" => &mut sent.case,
            "seen" => &mut sent.seen,
            "subject" => &mut sent.subject,
            "region" => &mut sent.region,
            "contact" => &mut sent.contact,
            "phone" => &mut sent.phone,
            "statement" => &mut sent.statement,
            _ => continue,
        };
        text.trim().clone_into(to);
    }
    Ok(sent)
}

/// What lines come to, or everything that stands against looking at them, at its field.
async fn looked(visit: &Visit, sent: &Sent) -> Result<Result<Looked, Mistakes>, Problem> {
    let fund = visit.fund()?;
    let mut mistakes = Mistakes::default();
    if sent.bytes.is_empty() && sent.name.is_empty() {
        mistakes.at("file", both!("请选择文件", "choose a file"));
    } else if sent.bytes.len() > MOST_BYTES || !sent.whole {
        let (most, found) = (MOST_BYTES >> 20, sent.bytes.len() >> 10);
        mistakes.at(
            "file",
            both!(
                "文件有 {found} KiB，预审最多 {most} MiB；请分成几个文件，或作为佐证材料上传",
                "the file has {found} KiB, a pre-check takes {most} MiB at most: split it, or attach it as evidence"
            ),
        );
    }
    let year = sent.year.parse::<i16>().ok().filter(|year| fund.fund.cycle.contains(*year));
    if year.is_none() {
        let (first, last) = (fund.fund.cycle.first, fund.fund.cycle.last);
        mistakes.at(
            "year",
            both!("请填 {first}—{last} 之间的资金年度", "a fund year from {first} to {last} is asked for"),
        );
    }
    let class = sent.class.split_once('/');
    if !classes(visit, None, "")?.iter().any(|one| one.value == sent.class) {
        mistakes.at("class", both!("请选择支持方向和类别", "choose the scheme and class"));
    }
    if let Some(what) = super::case::wrong_code(&sent.enterprise) {
        mistakes.at("enterprise", what);
    }
    let (Some((scheme, class)), Some(year), true) = (class, year, mistakes.none()) else {
        return Ok(Err(mistakes));
    };
    let brought = Brought {
        scheme: scheme.to_owned(),
        class: class.to_owned(),
        year,
        enterprise: sent.enterprise.clone(),
        name: sent.name.clone(),
        bytes: sent.bytes.clone(),
    };
    Ok(ask(visit, move |ask| ask.look(&brought)).await?.map_err(|why| {
        mistakes.at("file", why);
        mistakes
    }))
}

async fn upload(visit: Visit, form: Multipart) -> Result<Response, Problem> {
    let mut sent = read(form).await?;
    settle(&visit, &mut sent).await?;
    match looked(&visit, &sent).await? {
        Ok(found) => shown(&visit, StatusCode::OK, sent, Mistakes::default(), Some(found)).await,
        Err(mistakes) => shown(&visit, StatusCode::UNPROCESSABLE_ENTITY, sent, mistakes, None).await,
    }
}

/// What the lines say in an application's content.
fn content(sent: &Sent, found: &Looked, old: &Map<String, Value>) -> String {
    let mut content = old.clone();
    let lines: Vec<Value> = found
        .lines
        .iter()
        .take(KEPT)
        .map(|line| {
            let mut one = Map::new();
            one.insert("row".to_owned(), json!(line.row.to_string()));
            for ((name, _), value) in found.key.iter().zip(&line.key) {
                one.insert(name.clone(), json!(value));
            }
            one.insert("yuan".to_owned(), json!(line.yuan));
            one.insert(
                "verdict".to_owned(),
                json!(if line.refused.is_none() { "counts" } else { "refused" }),
            );
            Value::Object(one)
        })
        .collect();
    for (name, text) in [("contact", &sent.contact), ("phone", &sent.phone), ("statement", &sent.statement)] {
        if !text.is_empty() {
            content.insert(name.to_owned(), json!(text));
        }
    }
    content.insert("claimed_fen".to_owned(), json!(found.claimed_fen));
    content.insert("award_fen".to_owned(), json!(found.fen));
    content.insert("lines_class".to_owned(), json!(sent.class));
    content.insert("lines_file".to_owned(), json!(sent.name));
    content.insert("lines_sha256".to_owned(), json!(found.sha256));
    content.insert("lines_count".to_owned(), json!(found.lines.len()));
    content.insert("lines".to_owned(), Value::Array(lines));
    Value::Object(content).to_string()
}

async fn attach(visit: Visit, form: Multipart) -> Result<Response, Problem> {
    let mut sent = read(form).await?;
    settle(&visit, &mut sent).await?;
    let found = match looked(&visit, &sent).await? {
        Ok(found) => found,
        Err(mistakes) => {
            return shown(&visit, StatusCode::UNPROCESSABLE_ENTITY, sent, mistakes, None).await;
        }
    };
    let file = record(&visit, &sent.case).await?;
    let scheme = sent.class.split('/').next().unwrap_or_default().to_owned();
    let mut mistakes = Mistakes::default();
    if found.lines.is_empty() {
        mistakes.whole.push(both!(
            "没有一行是本企业可以申报的，不能附到申报上",
            "no line of the file is one that the enterprise can apply with: there is nothing to attach"
        ));
    }
    match &file {
        Some(file) => {
            if file.about.scheme != scheme {
                mistakes.at(
                    "class",
                    both!("申报的支持方向与文件不同", "the application is for another scheme than the lines"),
                );
            }
        }
        None => {
            for (name, value) in [("subject", &sent.subject), ("region", &sent.region)] {
                if value.is_empty() {
                    mistakes.at(name, both!("请填写", "this is needed"));
                }
            }
        }
    }
    if mistakes.none() {
        match kept(&visit, &sent, &found, file.as_ref(), scheme).await {
            Ok(id) => return Ok(visit.go(&format!("/case/{id}"))),
            Err(problem) if problem.code.status < 500 => mistakes = Mistakes::of(&problem),
            Err(problem) => return Err(problem),
        }
    }
    shown(&visit, StatusCode::UNPROCESSABLE_ENTITY, sent, mistakes, Some(found)).await
}

/// Keeps the file as evidence and puts rows and amounts into the application, which is opened where there is none: all of it or nothing.
async fn kept(
    visit: &Visit,
    sent: &Sent,
    found: &Looked,
    file: Option<&CaseFile>,
    scheme: String,
) -> Result<i64, Problem> {
    let (office, person) = (visit.office()?, &visit.asker.person);
    let media = Media::of_name(&sent.name).unwrap_or(Media::Csv);
    let limits = Limits { bytes: visit.asker.state().settings.upload, ..Limits::default() };
    let old: Map<String, Value> = match file {
        None => Map::new(),
        Some(file) => {
            if !may_bring(&visit.asker, &office, file)? {
                let text = both!(
                    "当前状态下不能附材料；草稿才可以",
                    "files are attached to a draft; the application is none any more"
                );
                return Err(Problem::of(&problem::WRONG_STATE, text));
            }
            serde_json::from_str(&visit.database().document(&file.content).await?).unwrap_or_default()
        }
    };
    let content = content(sent, found, &old);
    let amount_fen = Some(found.fen).filter(|fen| *fen > 0);
    let reason = "";
    let mut change = visit.asker.change().await?;
    let id = match file {
        None => {
            let opening = Opening {
                machine: &APPLICATION,
                action: "open",
                subject: &sent.subject,
                about: About {
                    year: sent.year.parse().unwrap_or_default(),
                    region: sent.region.clone(),
                    scheme,
                    enterprise: sent.enterprise.clone(),
                    indicator: String::new(),
                },
                content: &content,
                amount_fen,
                reason,
                on_behalf: None,
                facts: Facts::new(),
            };
            change.open_case(&office, person, opening).await?.id
        }
        Some(file) => {
            let step = Move {
                case: file.id,
                action: "edit",
                seen: sent.seen.parse().map_err(|_| Problem::bare(&problem::IF_MATCH))?,
                reason,
                on_behalf: None,
                content: Some(&content),
                amount_fen: amount_fen.or(file.amount_fen),
                facts: Facts::new(),
            };
            change.act(&office, person, &APPLICATION, step).await?;
            file.id
        }
    };
    let sha256 = change.keep_evidence(media, sent.bytes.clone(), &limits).await?;
    change.attach_evidence(id, &sha256, &sent.name).await?;
    change.commit().await?;
    Ok(id)
}

async fn template(
    visit: Visit,
    Named((scheme, class, form)): Named<(String, String, String)>,
) -> Result<Response, Problem> {
    let (language, ending) = form.split_once('.').unwrap_or((&form, "xlsx"));
    let kind = match ending {
        "xlsx" => Form::Xlsx,
        "csv" => Form::Csv,
        _ => return Err(Problem::bare(&problem::NOT_FOUND)),
    };
    let chinese = language != "en";
    let name = format!("{scheme}-{class}.{ending}");
    let bytes = ask(&visit, move |ask| ask.template(&scheme, &class, kind, chinese)).await?;
    let bytes = bytes.map_err(|why| Problem::of(&problem::NOT_FOUND, why))?;
    let media = match kind {
        Form::Xlsx => XLSX.to_owned(),
        Form::Csv => "text/csv; charset=utf-8".to_owned(),
    };
    let headers = [
        (header::CONTENT_TYPE, media),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", files::escaped(&name))),
    ];
    Ok((headers, bytes).into_response())
}
