//! 抽查: drawing awards for inspection, every draw there was, its list, and what inspectors found of each.

use std::collections::BTreeMap;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use jixiao_core::{
    both,
    finding::Both,
    inspection::{Drawn, ILLUSTRATIVE, Rules, Why},
    people::{Deed, Target, deeds},
    workflow::machines::APPLICATION,
};
use jixiao_store::{
    cases::{CaseFile, Which},
    inspections::Inspection,
    reviews::{Kind, Review},
};
use jixiao_web::{
    api::cases::readable,
    ask::Named,
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, form, key, page};
use crate::{
    choice::Choice,
    form::{Mistakes, Typed},
    shell::Shell,
    show,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-oversight"),
        label: key!("inspection.nav"),
        href: "/inspection",
        go: Go::One(&[Deed::DrawInspection]),
    }],
    routes: || {
        let who = Who::Deed(Deed::ReadFindings);
        vec![
            page("/inspection", "page-inspection", who, look),
            form("/inspection", "form-inspection", Who::Deed(Deed::DrawInspection), draw),
            page("/inspection/{id}", "page-inspection-list", who, list),
            page("/inspection/{id}/{scheme}/{enterprise}", "page-inspected", who, one),
            form("/inspection/{id}/{scheme}/{enterprise}", "form-inspected", who, found),
        ]
    },
};

/// Bytes of a seed.
const SEED: usize = 16;

#[derive(Template)]
#[template(path = "inspection.html")]
struct Page {
    shell: Shell,
    may_draw: bool,
    runs: Vec<Choice>,
    share: String,
    least: String,
    from: String,
    reason: String,
    mistakes: Mistakes,
    table: View,
}

#[derive(Template)]
#[template(path = "inspection_list.html")]
struct ListPage {
    shell: Shell,
    facts: Vec<(&'static str, String)>,
    table: View,
}

#[derive(Template)]
#[template(path = "inspected.html")]
struct OnePage {
    shell: Shell,
    id: i64,
    scheme: String,
    enterprise: String,
    facts: Vec<(&'static str, String)>,
    award: String,
    application: String,
    findings: Vec<(String, String, String)>,
    may_write: bool,
    verdict: String,
    said: String,
    mistakes: Mistakes,
}

fn why(visit: &Visit, why: Why) -> &'static str {
    let words = visit.words();
    match why {
        Why::Amount => words.t("inspection.why-amount"),
        Why::Share => words.t("inspection.why-share"),
        Why::Region => words.t("inspection.why-region"),
    }
}

fn verdict(visit: &Visit, code: &str) -> Cell {
    let words = visit.words();
    match code {
        "pass" => Cell::Sign(Sign::Good, words.t("inspection.pass").to_owned()),
        "doubt" => Cell::Sign(Sign::Look, words.t("inspection.doubt").to_owned()),
        "fail" => Cell::Sign(Sign::Bad, words.t("inspection.fail").to_owned()),
        _ => Cell::Sign(Sign::Nothing, words.t("inspection.written").to_owned()),
    }
}

fn rules_told(visit: &Visit, rules: &Rules) -> String {
    let amount = rules.all_from_fen.map_or_else(|| "—".to_owned(), |fen| show::exact(fen, visit.lang));
    visit.words().with(
        "inspection.rules",
        &[
            ("share", &rules.share_percent.to_string()),
            ("least", &rules.least_per_region.to_string()),
            ("amount", &amount),
        ],
    )
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    shown(&visit, StatusCode::OK, Mistakes::default(), &Typed::default()).await
}

async fn shown(
    visit: &Visit,
    status: StatusCode,
    mistakes: Mistakes,
    typed: &Typed,
) -> Result<Response, Problem> {
    let (office, words) = (visit.office()?, visit.words());
    let draws = visit.database().inspections(&office).await?;
    let lines = draws.iter().map(|one| {
        Line::of(vec![
            Cell::text(words.with("inspection.number", &[("id", &one.id.to_string())])),
            Cell::text(show::time(one.drawn_at, office.zone)),
            Cell::text(one.drawn_by.clone()),
            Cell::text(
                words.with("awards.run", &[("id", &one.run.to_string()), ("year", &one.year.to_string())]),
            ),
            Cell::text(rules_told(visit, &one.rules)),
            Cell::Whole(one.drawn),
            Cell::Whole(one.drawn_from),
            if one.reason.is_empty() { Cell::Nothing } else { Cell::text(one.reason.clone()) },
        ])
        .to(format!("/inspection/{}", one.id))
    });
    let table = Table::new(
        "draws",
        words.t("inspection.draws"),
        [
            words.t("inspection.draw-number"),
            words.t("inspection.at"),
            words.t("inspection.by"),
            words.t("awards.run-label"),
            words.t("inspection.by-rules"),
            words.t("inspection.drawn"),
            words.t("inspection.from"),
            words.t("inspection.reason"),
        ],
        lines.collect(),
        words.t("inspection.none"),
    );
    if let Some(file) = table.file(visit)? {
        return Ok(file);
    }
    let runs = visit.database().runs(&office, None).await?;
    let chosen = Some(typed.get("run")).filter(|run| !run.is_empty());
    let or = |name: &str, value: String| {
        // What was typed and sent stays, an empty field too.
        if typed.all(name).is_empty() { value } else { typed.get(name).to_owned() }
    };
    let page = Page {
        may_draw: visit.asker.person.may(Deed::DrawInspection, &Target::fund()).is_ok(),
        runs: runs
            .iter()
            .map(|run| {
                let label =
                    words.with("awards.run", &[("id", &run.id.to_string()), ("year", &run.year.to_string())]);
                Choice::of(&run.id.to_string(), label, chosen)
            })
            .collect(),
        share: or("share", ILLUSTRATIVE.share_percent.to_string()),
        least: or("least", ILLUSTRATIVE.least_per_region.to_string()),
        from: or("from", ILLUSTRATIVE.all_from_fen.map(show::yuan).unwrap_or_default()),
        reason: typed.get("reason").to_owned(),
        mistakes,
        table: table.view(visit),
        shell: visit.shell(words.t("inspection.title")),
    };
    visit.show_as(status, &page)
}

/// The rules as they were typed; an empty field asks for nothing.
fn rules_of(typed: &Typed, mistakes: &mut Mistakes) -> Rules {
    let whole = |name: &str, most: u32, mistakes: &mut Mistakes| -> u32 {
        match typed.get(name) {
            "" => 0,
            text => text.parse().ok().filter(|number| *number <= most).unwrap_or_else(|| {
                mistakes.at(
                    name,
                    both!("请填 0 至 {most} 的整数", "a whole number from 0 to {most} is asked for"),
                );
                0
            }),
        }
    };
    let share = whole("share", 100, mistakes);
    let least = whole("least", 100_000, mistakes);
    let mut all_from_fen = None;
    if !typed.get("from").is_empty() {
        all_from_fen = show::fen_of(typed.get("from"));
        if all_from_fen.is_none() {
            mistakes.at(
                "from",
                both!("请填金额（元），最多两位小数", "an amount in yuan with two places at most"),
            );
        }
    }
    Rules { share_percent: u8::try_from(share).unwrap_or(0), least_per_region: least, all_from_fen }
}

async fn draw(visit: Visit, typed: Typed) -> Result<Response, Problem> {
    let office = visit.office()?;
    let may = visit.asker.person.may(deeds::DrawInspection, &Target::fund())?;
    let mut mistakes = Mistakes::default();
    let rules = rules_of(&typed, &mut mistakes);
    let run = typed.get("run").parse::<i64>().ok();
    if run.is_none() {
        mistakes.at("run", both!("请选择测算批次", "choose the award run"));
    }
    if let (Some(run), true) = (run, mistakes.none()) {
        let seed = visit.asker.state().secret::<SEED>()?;
        let seed: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
        let done = async {
            let mut change = visit.asker.change().await?;
            let reason = typed.get("reason");
            let id = change.draw_inspection(&office, &may, run, &rules, &seed, reason).await?;
            change.commit().await?;
            Ok::<i64, Problem>(id)
        };
        match done.await {
            Ok(id) => return Ok(visit.go(&format!("/inspection/{id}"))),
            Err(problem) if problem.code.status < 500 => mistakes = Mistakes::of(&problem),
            Err(problem) => return Err(problem),
        }
    }
    shown(&visit, StatusCode::UNPROCESSABLE_ENTITY, mistakes, &typed).await
}

/// A draw, and what of its list this visitor may see. Whoever may see nothing of it learns nothing of it.
async fn drawn(visit: &Visit, id: i64) -> Result<(Inspection, Vec<Drawn>), Problem> {
    let (office, reach) = (visit.office()?, visit.reach(Deed::ReadFindings)?);
    let all = visit.database().inspections(&office).await?;
    let found = all.into_iter().find(|one| one.id == id);
    let found = found.ok_or_else(|| Problem::bare(&problem::NOT_FOUND))?;
    let items = visit.database().inspected(&office, &reach, id).await?;
    Ok((found, items))
}

/// The application that an award came from, as far as this visitor may read it.
async fn application(visit: &Visit, year: i16, item: &Drawn) -> Result<Option<CaseFile>, Problem> {
    let office = visit.office()?;
    let Ok(reach) = visit.reach(Deed::ReadApplications) else { return Ok(None) };
    let which = Which {
        machine: Some(APPLICATION.id.to_owned()),
        year: Some(year),
        scheme: Some(item.subject.scheme.clone()),
        enterprise: Some(item.subject.enterprise.clone()),
        ..Which::default()
    };
    let Some(line) = visit.database().cases(&office, &reach, &which, 1).await?.into_iter().next() else {
        return Ok(None);
    };
    Ok(Some(readable(visit.asker.state(), &visit.asker, &office, line.id).await?))
}

/// What inspectors wrote on an application.
async fn findings(visit: &Visit, file: &CaseFile) -> Result<Vec<Review>, Problem> {
    let all = visit.database().reviews(file).await?;
    Ok(all.into_iter().filter(|one| one.kind == Kind::Inspection).collect())
}

async fn list(visit: Visit, Named(id): Named<i64>) -> Result<Response, Problem> {
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let (told, items) = drawn(&visit, id).await?;
    let names = fund.names();
    let mut regions: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = Vec::with_capacity(items.len());
    for item in &items {
        let subject = &item.subject;
        *regions.entry(&subject.region).or_default() += 1;
        let file = application(&visit, told.year, item).await?;
        let newest = match &file {
            Some(file) => findings(&visit, file).await?.pop(),
            None => None,
        };
        let cells = vec![
            Cell::text(subject.enterprise.clone()),
            names.get(&subject.enterprise).map_or(Cell::Nothing, Cell::text),
            Cell::text(fund.scheme(&subject.scheme, visit.lang)),
            Cell::text(fund.region(&subject.region, visit.lang)),
            Cell::Fen(subject.fen),
            Cell::text(why(&visit, item.why)),
            newest.as_ref().map_or(Cell::Nothing, |one| verdict(&visit, &one.verdict)),
            file.as_ref().map_or(Cell::Nothing, |file| Cell::text(file.subject.clone())),
        ];
        let mut line = Line::of(cells)
            .to(format!("/inspection/{id}/{}/{}", subject.scheme, subject.enterprise))
            .link(4, format!("/awards/{}/{}/{}", told.run, subject.scheme, subject.enterprise));
        if let Some(file) = &file {
            line = line.link(7, format!("/case/{}", file.id));
        }
        lines.push(line);
    }
    let table = Table::new(
        "inspected",
        words.t("inspection.list"),
        [
            words.t("cases.enterprise"),
            words.t("awards.name"),
            words.t("cases.scheme"),
            words.t("cases.region"),
            words.t("schemes.awarded"),
            words.t("inspection.why"),
            words.t("inspection.finding"),
            words.t("awards.applications"),
        ],
        lines,
        words.t("inspection.nothing"),
    );
    if let Some(file) = table.file(&visit)? {
        return Ok(file);
    }
    let mut facts = vec![
        (
            words.t("awards.run-label"),
            words.with("awards.run", &[("id", &told.run.to_string()), ("year", &told.year.to_string())]),
        ),
        (words.t("inspection.by-rules"), rules_told(&visit, &told.rules)),
        (words.t("inspection.seed"), told.seed.clone()),
        (words.t("inspection.drawn"), format!("{} / {}", told.drawn, told.drawn_from)),
        (words.t("inspection.by"), told.drawn_by.clone()),
        (words.t("inspection.at"), show::time(told.drawn_at, office.zone)),
    ];
    if !told.reason.is_empty() {
        facts.push((words.t("inspection.reason"), told.reason.clone()));
    }
    let page = ListPage {
        facts,
        table: table.view(&visit),
        shell: visit.shell(words.with("inspection.number", &[("id", &id.to_string())])),
    };
    visit.show(&page)
}

async fn one(
    visit: Visit,
    Named((id, scheme, enterprise)): Named<(i64, String, String)>,
) -> Result<Response, Problem> {
    of_one(&visit, id, &scheme, &enterprise, StatusCode::OK, Mistakes::default(), &Typed::default()).await
}

async fn item(
    visit: &Visit,
    id: i64,
    scheme: &str,
    enterprise: &str,
) -> Result<(Inspection, Drawn, Option<CaseFile>), Problem> {
    let (told, items) = drawn(visit, id).await?;
    let is = |item: &Drawn| item.subject.scheme == scheme && item.subject.enterprise == enterprise;
    let item = items.into_iter().find(is).ok_or_else(|| Problem::bare(&problem::NOT_FOUND))?;
    let file = application(visit, told.year, &item).await?;
    Ok((told, item, file))
}

async fn of_one(
    visit: &Visit,
    id: i64,
    scheme: &str,
    enterprise: &str,
    status: StatusCode,
    mistakes: Mistakes,
    typed: &Typed,
) -> Result<Response, Problem> {
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let (told, item, file) = item(visit, id, scheme, enterprise).await?;
    let subject = &item.subject;
    let name = fund.names().get(enterprise).map_or_else(|| enterprise.to_owned(), str::to_owned);
    let written = match &file {
        Some(file) => findings(visit, file).await?,
        None => Vec::new(),
    };
    let findings = written.iter().rev().map(|one| {
        let sign = match verdict(visit, &one.verdict) {
            Cell::Sign(sign, word) => format!("{} {word}", sign.shape()),
            _ => String::new(),
        };
        let about = format!("{} · {}", one.written_by, show::time(one.written_at, office.zone));
        (sign, one.words.clone(), about)
    });
    let may_write = file
        .as_ref()
        .is_some_and(|file| visit.asker.person.may(Deed::ReadFindings, file.case.about()).is_ok());
    let page = OnePage {
        id,
        facts: vec![
            (words.t("cases.enterprise"), enterprise.to_owned()),
            (words.t("cases.scheme"), fund.scheme(scheme, visit.lang)),
            (words.t("cases.region"), fund.region(&subject.region, visit.lang)),
            (words.t("awards.award"), show::exact(subject.fen, visit.lang)),
            (words.t("inspection.why"), why(visit, item.why).to_owned()),
        ],
        award: format!("/awards/{}/{scheme}/{enterprise}", told.run),
        application: file.as_ref().map_or_else(String::new, |file| format!("/case/{}", file.id)),
        findings: findings.collect(),
        may_write,
        verdict: typed.get("verdict").to_owned(),
        said: typed.get("words").to_owned(),
        mistakes,
        scheme: scheme.to_owned(),
        enterprise: enterprise.to_owned(),
        shell: visit.shell(words.with("inspection.of", &[("name", &name), ("id", &id.to_string())])),
    };
    visit.show_as(status, &page)
}

/// Writes what was found on the application, as an opinion of its kind.
async fn found(
    visit: Visit,
    Named((id, scheme, enterprise)): Named<(i64, String, String)>,
    typed: Typed,
) -> Result<Response, Problem> {
    let (_, _, file) = item(&visit, id, &scheme, &enterprise).await?;
    let mut mistakes = Mistakes::default();
    match &file {
        None => mistakes.whole.push(both!(
            "账簿里没有这笔支持的申报，不能写结论",
            "the book has no application for this award: there is nothing to write on"
        )),
        Some(file) => {
            visit.asker.person.may(deeds::ReadFindings, file.case.about())?;
            if !matches!(typed.get("verdict"), "pass" | "doubt" | "fail") {
                mistakes.at("verdict", both!("请选择结论", "choose what it came to"));
            }
            if typed.get("words").is_empty() {
                mistakes.at(
                    "words",
                    both!("请写明查了什么、看到什么", "say what was looked at and what was seen"),
                );
            }
            // Nobody inspects what is their own.
            if file.opened_by == visit.asker.person.id().0 {
                mistakes.whole.push(Both::new(
                    "不能对自己填报的记录写意见",
                    "nobody writes an opinion on a record that they opened",
                ));
            }
            if mistakes.none() {
                let done = async {
                    let mut change = visit.asker.change().await?;
                    let (verdict, words) = (typed.get("verdict"), typed.get("words"));
                    change.review(file, &visit.asker.person, Kind::Inspection, verdict, words).await?;
                    Ok::<(), Problem>(change.commit().await?)
                };
                match done.await {
                    Ok(()) => return Ok(visit.go(&format!("/inspection/{id}/{scheme}/{enterprise}"))),
                    Err(problem) if problem.code.status < 500 => mistakes = Mistakes::of(&problem),
                    Err(problem) => return Err(problem),
                }
            }
        }
    }
    of_one(&visit, id, &scheme, &enterprise, StatusCode::UNPROCESSABLE_ENTITY, mistakes, &typed).await
}
