//! Answers as they came in, and which of them count.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::{Drawn, QuestionKind, Stratum, Survey};
use crate::finding::Both;

/// A row of the ledger of answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AnswerRow {
    /// The day on which it was given.
    pub on: Date,
    /// The file that it stands in.
    pub file: String,
    /// The row, as a person counts.
    pub row: u32,
    /// Region and scheme of the beneficiary.
    pub stratum: Stratum,
    /// Credit code of the enterprise that answers.
    pub code: String,
    /// Id of the question.
    pub question: String,
    /// The answer as written.
    pub answer: String,
}

/// Why an answer does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invalid {
    /// The enterprise was not drawn for this region and scheme.
    NotInSample,
    /// Given before the survey began.
    BeforeBegin,
    /// Given after the survey had ended.
    AfterEnd,
    /// The questionnaire has no such question.
    UnknownQuestion,
    /// The question is not asked of this scheme's beneficiaries.
    NotAsked,
    /// Nothing is written.
    Empty,
    /// The question has no such answer.
    UnknownChoice,
    /// The enterprise had answered this question before; the earlier answer counts.
    Twice,
}

impl Invalid {
    /// The reason in words.
    pub fn words(self) -> Both {
        match self {
            Self::NotInSample => Both::new("不在样本中", "not in the sample"),
            Self::BeforeBegin => Both::new("早于调查开始", "given before the survey began"),
            Self::AfterEnd => Both::new("晚于调查截止", "given after the survey had ended"),
            Self::UnknownQuestion => Both::new("问卷中没有这一题", "no such question"),
            Self::NotAsked => {
                Both::new("这一题不问该支持方向的对象", "not asked of this scheme's beneficiaries")
            }
            Self::Empty => Both::new("没有作答", "nothing written"),
            Self::UnknownChoice => Both::new("没有这一选项", "no such choice"),
            Self::Twice => Both::new("重复作答，以先答的为准", "answered twice; the earlier answer counts"),
        }
    }
}

/// What an answer came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", content = "value", rename_all = "kebab-case")]
pub enum Ballot {
    /// One of the question's choices: its value, and whether it counts as satisfied.
    Choice {
        /// The value of the choice.
        value: String,
        /// Whether it counts as satisfied.
        satisfied: bool,
    },
    /// Free text.
    Text,
    /// It does not count, and why.
    Invalid(Invalid),
}

/// A row with what it came to. Every row is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The row.
    pub row: AnswerRow,
    /// What it came to.
    pub ballot: Ballot,
}

/// Judges every answer against the questionnaire, the sample and the days on which the survey of `year` is open.
///
/// Answers come back in the order of day, file and row, whatever order they were handed in, and so of two answers to one question the earlier
/// counts. A year without days in the questionnaire is open without end.
pub fn judge(survey: &Survey, year: i16, drawn: &Drawn, answers: &[AnswerRow]) -> Vec<Judged> {
    let mut rows: Vec<&AnswerRow> = answers.iter().collect();
    rows.sort();
    let open = survey.open.get(&year).copied();
    let mut counted: BTreeMap<(&Stratum, &str, &str), ()> = BTreeMap::new();
    let mut judged = Vec::with_capacity(rows.len());
    for row in rows {
        let mut ballot = one(survey, open, drawn, row);
        let asked = (&row.stratum, row.code.as_str(), row.question.as_str());
        if !matches!(ballot, Ballot::Invalid(_)) && counted.insert(asked, ()).is_some() {
            ballot = Ballot::Invalid(Invalid::Twice);
        }
        judged.push(Judged { row: row.clone(), ballot });
    }
    judged
}

fn one(survey: &Survey, open: Option<(Date, Date)>, drawn: &Drawn, row: &AnswerRow) -> Ballot {
    let invalid = Ballot::Invalid;
    if !drawn.get(&row.stratum).is_some_and(|codes| codes.contains(&row.code)) {
        return invalid(Invalid::NotInSample);
    }
    match open {
        Some((first, _)) if row.on < first => return invalid(Invalid::BeforeBegin),
        Some((_, last)) if row.on > last => return invalid(Invalid::AfterEnd),
        _ => {}
    }
    let Some(question) = survey.question(&row.question) else { return invalid(Invalid::UnknownQuestion) };
    if !question.schemes.is_empty() && !question.schemes.contains(&row.stratum.scheme) {
        return invalid(Invalid::NotAsked);
    }
    if row.answer.trim().is_empty() {
        return invalid(Invalid::Empty);
    }
    match (question.kind, question.choice(&row.answer)) {
        (QuestionKind::Text, _) => Ballot::Text,
        (_, Some(choice)) => Ballot::Choice { value: choice.value.clone(), satisfied: choice.satisfied },
        (_, None) => invalid(Invalid::UnknownChoice),
    }
}
