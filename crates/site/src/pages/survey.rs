//! The survey: how many have answered, and the questionnaire for whoever was invited.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use jixiao_core::{
    both,
    people::Deed,
    survey::{QuestionKind, Survey},
};
use jixiao_web::{
    api::surveys::{answered, guess},
    ask::Named,
    problem::{self, Problem},
    route::Who,
};
use serde_json::{Map, Value};

use super::{Go, Leaf, Nav, form, key, page};
use crate::{
    form::{Mistakes, Typed},
    shell::Shell,
    show,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

const LINES: i64 = 200;

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-goals"),
        label: key!("survey.nav"),
        href: "/survey",
        go: Go::One(&[Deed::ReadSurveys]),
    }],
    routes: || {
        vec![
            page("/survey", "page-survey", Who::Deed(Deed::ReadSurveys), look),
            page("/answer/{token}", "page-answer", Who::Everyone, ask),
            form("/answer/{token}", "form-answer", Who::Everyone, answer),
        ]
    },
};

#[derive(Template)]
#[template(path = "survey.html")]
struct Page {
    shell: Shell,
    name: String,
    source: String,
    illustrative: bool,
    questions: Vec<(String, Vec<String>)>,
    table: View,
}

fn questionnaire(visit: &Visit) -> Result<Option<Survey>, Problem> {
    let Some(text) = visit.fund()?.texts.get("survey.toml") else { return Ok(None) };
    Survey::parse("survey.toml", text).map(Some).map_err(|faults| Problem {
        kept_quiet: Some(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
        ..Problem::bare(&problem::BROKEN)
    })
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    let reach = visit.reach(Deed::ReadSurveys)?;
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let year = visit.query_as("year").unwrap_or_else(|| fund.current_year());
    let found = visit.database().invitations(&office, &reach, year, visit.query_as("after"), LINES).await?;
    let full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= LINES;
    let next = found.last().filter(|_| full).map(|last| visit.with_query("after", &last.id.to_string()));
    let lines = found.into_iter().map(|one| {
        let state = if one.answered_at.is_some() {
            Cell::Sign(Sign::Good, words.t("survey.answered").to_owned())
        } else {
            Cell::Sign(Sign::Nothing, words.t("survey.waiting").to_owned())
        };
        Line::of(vec![
            Cell::Text(one.enterprise),
            Cell::Text(fund.scheme(&one.scheme, visit.lang)),
            Cell::Text(fund.region(&one.region, visit.lang)),
            Cell::text(show::time(one.expires_at, office.zone)),
            state,
        ])
    });
    let columns = [
        words.t("cases.enterprise"),
        words.t("cases.scheme"),
        words.t("cases.region"),
        words.t("survey.until"),
        words.t("cases.state"),
    ];
    let table = Table::new(
        "invitations",
        words.t("survey.invited"),
        columns,
        lines.collect(),
        words.t("survey.empty"),
    )
    .next(next);
    if let Some(file) = table.file(&visit)? {
        return Ok(file);
    }
    let survey = questionnaire(&visit)?;
    let page = Page {
        name: survey.as_ref().map(|survey| survey.label.get(visit.lang).to_owned()).unwrap_or_default(),
        source: survey.as_ref().map(|survey| survey.source.clone()).unwrap_or_default(),
        illustrative: survey.as_ref().is_some_and(|survey| survey.illustrative),
        questions: survey.map_or_else(Vec::new, |survey| {
            let choices = |question: &jixiao_core::survey::Question| {
                question.choices.iter().map(|choice| choice.label.get(visit.lang).to_owned()).collect()
            };
            survey.questions.iter().map(|q| (q.text.get(visit.lang).to_owned(), choices(q))).collect()
        }),
        table: table.view(&visit),
        shell: visit.shell(words.t("survey.title")),
    };
    visit.show(&page)
}

struct Asked {
    id: String,
    text: String,
    choices: Vec<(String, String, bool)>,
    words: String,
    is_text: bool,
}

#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage {
    shell: Shell,
    token: String,
    enterprise: String,
    scheme: String,
    until: String,
    questions: Vec<Asked>,
    done: bool,
    mistakes: Mistakes,
}

async fn ask(visit: Visit, Named(token): Named<String>) -> Result<Response, Problem> {
    guess(&visit.asker, &token)?;
    asked(&visit, &token, StatusCode::OK, Mistakes::default(), &Typed::default()).await
}

async fn asked(
    visit: &Visit,
    token: &str,
    status: StatusCode,
    mistakes: Mistakes,
    typed: &Typed,
) -> Result<Response, Problem> {
    let (office, fund) = (visit.office()?, visit.fund()?);
    let sent = visit.database().invitation(token, visit.asker.state().now()).await?;
    let survey = questionnaire(visit)?.ok_or_else(|| Problem::bare(&problem::NOT_FOUND))?;
    let questions = survey
        .questions
        .iter()
        .filter(|question| question.schemes.is_empty() || question.schemes.contains(&sent.scheme))
        .map(|question| Asked {
            id: question.id.clone(),
            text: question.text.get(visit.lang).to_owned(),
            choices: question
                .choices
                .iter()
                .map(|choice| {
                    let chosen = typed.get(&question.id) == choice.value;
                    (choice.value.clone(), choice.label.get(visit.lang).to_owned(), chosen)
                })
                .collect(),
            words: typed.get(&question.id).to_owned(),
            is_text: question.kind == QuestionKind::Text,
        });
    let page = AnswerPage {
        token: token.to_owned(),
        scheme: fund.scheme(&sent.scheme, visit.lang),
        until: show::time(sent.expires_at, office.zone),
        enterprise: sent.enterprise,
        questions: questions.collect(),
        done: sent.answered_at.is_some(),
        mistakes,
        shell: visit.shell(survey.label.get(visit.lang)),
    };
    visit.show_as(status, &page)
}

async fn answer(visit: Visit, Named(token): Named<String>, typed: Typed) -> Result<Response, Problem> {
    let survey = questionnaire(&visit)?.ok_or_else(|| Problem::bare(&problem::NOT_FOUND))?;
    let sent = visit.database().invitation(&token, visit.asker.state().now()).await?;
    let (mut answers, mut mistakes) = (Map::new(), Mistakes::default());
    for question in &survey.questions {
        if !question.schemes.is_empty() && !question.schemes.contains(&sent.scheme) {
            continue;
        }
        match (question.kind, typed.get(&question.id)) {
            (QuestionKind::Text, "") => {}
            (_, "") => mistakes.at(&question.id, both!("请选择", "choose one")),
            (QuestionKind::Scale | QuestionKind::Single, value)
                if !question.choices.iter().any(|choice| choice.value == value) =>
            {
                mistakes.at(&question.id, both!("请选择所列答案之一", "choose one of the answers"));
            }
            (_, value) => {
                answers.insert(question.id.clone(), Value::from(value));
            }
        }
    }
    if mistakes.none() {
        match answered(&visit.asker, &token, answers).await {
            Ok(()) => return Ok(visit.go(&format!("/answer/{token}"))),
            Err(problem) if problem.code.status < 500 && problem.code.status != 404 => {
                mistakes = Mistakes::of(&problem);
            }
            Err(problem) => return Err(problem),
        }
    }
    asked(&visit, &token, StatusCode::UNPROCESSABLE_ENTITY, mistakes, &typed).await
}
