//! The questionnaire and the parameters of a survey, read from `survey.toml`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{
    finding::Both,
    fund::FundFault,
    settings::{Faults, SettingFile, Settings, Wanted},
    text,
};

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// One of several steps, some of which count as satisfied.
    Scale,
    /// One of several.
    Single,
    /// Free text.
    Text,
}

/// An answer that may be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What ledgers hold: `5`.
    pub value: String,
    /// What is read.
    pub label: Both,
    /// Whether it counts as satisfied; of a scale only.
    pub satisfied: bool,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Its name in ledgers.
    pub id: String,
    /// What is asked.
    pub text: Both,
    /// How it is answered.
    pub kind: QuestionKind,
    /// The answers that may be given, in order; none for free text.
    pub choices: Vec<Choice>,
    /// Schemes whose beneficiaries are asked it; all that the survey asks when empty.
    pub schemes: Vec<String>,
}

impl Question {
    /// The answer that a text is: by value, or by its words in either language.
    pub fn choice(&self, answer: &str) -> Option<&Choice> {
        let key = text::key(answer);
        let same = |other: &str| text::key(other) == key;
        self.choices.iter().find(|c| same(&c.value) || same(&c.label.zh) || same(&c.label.en))
    }
}

/// A survey as the fund folder defines it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// Its name.
    pub label: Both,
    /// Id of the indicator that it measures.
    pub indicator: String,
    /// Name of the ledger that holds the answers.
    pub ledger: String,
    /// Id of the question whose answers are the overall satisfaction.
    pub overall: String,
    /// Schemes whose beneficiaries are asked.
    pub schemes: Vec<String>,
    /// What schemes are called, by id. The survey's file does not say: whoever has the schemes fills it in, and one that is not here goes by its id.
    #[serde(skip)]
    pub scheme_names: BTreeMap<String, Both>,
    /// First and last day on which answers count, by fund year.
    pub open: BTreeMap<i16, (Date, Date)>,
    /// Whether the questionnaire is an example that nobody has approved.
    pub illustrative: bool,
    /// Where the questionnaire is from.
    pub source: String,
    /// Questions in order.
    pub questions: Vec<Question>,
    /// Parameters of the sample and of the estimates.
    pub settings: Settings,
}

/// The parameters of `survey.toml`.
const WANTED: [Wanted; 8] = {
    const fn wanted(id: &'static str, unit: &'static str, least: Decimal, most: Decimal) -> Wanted {
        Wanted { id, required: true, unit, least, most }
    }
    const THOUSANDTH: Decimal = Decimal::from_parts(1, 0, 0, false, 3);
    const ALMOST: Decimal = Decimal::from_parts(99_999, 0, 0, false, 3);
    const MANY: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
    const ZERO: Decimal = Decimal::ZERO;
    [
        wanted("margin", "%", THOUSANDTH, ALMOST),
        wanted("confidence", "%", THOUSANDTH, ALMOST),
        wanted("z", "", THOUSANDTH, Decimal::TEN),
        wanted("expected-share", "%", THOUSANDTH, ALMOST),
        wanted("take-all-to", "家", ZERO, MANY),
        Wanted { required: false, ..wanted("sample-total", "家", Decimal::ONE, MANY) },
        wanted("thin-response", "%", ZERO, Decimal::ONE_HUNDRED),
        wanted("fewest-shown", "份", ZERO, MANY),
    ]
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SurveyFile {
    label: Both,
    indicator: String,
    ledger: String,
    overall: Spanned<String>,
    schemes: Vec<String>,
    open: BTreeMap<String, Spanned<(Date, Date)>>,
    #[serde(default)]
    status: Option<Spanned<String>>,
    source: String,
    #[serde(default)]
    question: Vec<QuestionFile>,
    #[serde(default)]
    parameter: Vec<SettingFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionFile {
    id: Spanned<String>,
    zh: String,
    en: String,
    kind: QuestionKind,
    #[serde(default)]
    schemes: Vec<Spanned<String>>,
    #[serde(default)]
    choices: Vec<ChoiceFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceFile {
    value: Spanned<String>,
    zh: String,
    en: String,
    #[serde(default)]
    satisfied: bool,
}

impl Survey {
    /// Reads a survey from the text of a file, `survey.toml` by custom.
    ///
    /// # Errors
    /// Every fault, with file and line where known.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<FundFault>> {
        let mut faults = Faults::new(file, text);
        let Some(read) = faults.read::<SurveyFile>() else { return Err(faults.list) };
        let open = windows(read.open, &mut faults);
        let illustrative = match &read.status {
            None => false,
            Some(status) => {
                if status.get_ref() != "illustrative" {
                    faults.at(status.span().start, "status is illustrative or absent".to_owned());
                }
                true
            }
        };
        if read.schemes.is_empty() {
            faults.whole("schemes is empty: nobody is asked".to_owned());
        }
        let questions = questions(read.question, &read.schemes, &mut faults);
        overall(&read.overall, &questions, &read.schemes, &mut faults);
        let settings = Settings::read("survey", read.parameter, &WANTED, &mut faults);
        if !faults.list.is_empty() {
            return Err(faults.list);
        }
        Ok(Self {
            label: read.label,
            indicator: read.indicator,
            ledger: read.ledger,
            overall: read.overall.into_inner(),
            schemes: read.schemes,
            scheme_names: BTreeMap::new(),
            open,
            illustrative,
            source: read.source,
            questions,
            settings,
        })
    }

    /// A question by its name.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|q| q.id == id)
    }

    /// What a scheme is called; its id where nobody has said.
    pub fn scheme(&self, id: &str) -> Both {
        self.scheme_names.get(id).cloned().unwrap_or_else(|| Both::same(id))
    }

    /// Everything in the survey that is marked illustrative, as `survey.parameter`, sorted.
    pub fn illustrative(&self) -> Vec<String> {
        let mut list = self.settings.illustrative();
        if self.illustrative {
            list.push("survey.questionnaire".to_owned());
        }
        list.sort();
        list
    }
}

fn windows(
    open: BTreeMap<String, Spanned<(Date, Date)>>,
    faults: &mut Faults<'_>,
) -> BTreeMap<i16, (Date, Date)> {
    let mut windows = BTreeMap::new();
    for (year, days) in open {
        let (at, (first, last)) = (days.span().start, days.into_inner());
        if first > last {
            faults.at(at, format!("the survey of {year} ends on {last}, before it begins on {first}"));
        }
        match year.parse() {
            Ok(year) => {
                windows.insert(year, (first, last));
            }
            Err(_) => faults.at(at, format!("open wants years as keys, not {year}")),
        }
    }
    windows
}

fn questions(files: Vec<QuestionFile>, asked: &[String], faults: &mut Faults<'_>) -> Vec<Question> {
    let mut seen = BTreeSet::new();
    let mut questions = Vec::new();
    for file in files {
        let (at, id) = (file.id.span().start, file.id.into_inner());
        if !seen.insert(id.clone()) {
            faults.at(at, format!("the question {id} is given twice"));
        }
        for scheme in file.schemes.iter().filter(|s| !asked.contains(s.get_ref())) {
            let message = format!("question {id}: {} is none of the survey's schemes", scheme.get_ref());
            faults.at(scheme.span().start, message);
        }
        match (file.kind, file.choices.len()) {
            (QuestionKind::Text, 1..) => {
                faults.at(at, format!("question {id} is answered in free text and cannot have choices"));
            }
            (QuestionKind::Scale | QuestionKind::Single, 0 | 1) => {
                faults.at(at, format!("question {id} wants at least two choices"));
            }
            _ => {}
        }
        let satisfied = file.choices.iter().filter(|c| c.satisfied).count();
        if file.kind == QuestionKind::Scale && (satisfied == 0 || satisfied == file.choices.len()) {
            faults.at(at, format!("question {id}: some choices must count as satisfied and some must not"));
        }
        if file.kind != QuestionKind::Scale && satisfied > 0 {
            faults.at(at, format!("question {id}: only the choices of a scale can count as satisfied"));
        }
        let mut texts = BTreeSet::new();
        let mut choices = Vec::new();
        for choice in file.choices {
            let (choice_at, value) = (choice.value.span().start, choice.value.into_inner());
            // A value may be the same as the words of its own choice, not of another.
            let own: BTreeSet<String> = [&value, &choice.zh, &choice.en].map(|t| text::key(t)).into();
            for key in own {
                if !texts.insert(key.clone()) {
                    faults.at(choice_at, format!("question {id}: {key} stands for two choices"));
                }
            }
            let label = Both::new(choice.zh, choice.en);
            choices.push(Choice { value, label, satisfied: choice.satisfied });
        }
        questions.push(Question {
            id,
            text: Both::new(file.zh, file.en),
            kind: file.kind,
            choices,
            schemes: file.schemes.into_iter().map(Spanned::into_inner).collect(),
        });
    }
    questions
}

fn overall(id: &Spanned<String>, questions: &[Question], asked: &[String], faults: &mut Faults<'_>) {
    let (at, id) = (id.span().start, id.get_ref());
    match questions.iter().find(|q| q.id == *id) {
        None => faults.at(at, format!("overall names {id}, which is no question here")),
        Some(q) if q.kind != QuestionKind::Scale => {
            faults.at(at, format!("the overall question {id} must be a scale"));
        }
        Some(q) if !q.schemes.is_empty() && asked.iter().any(|s| !q.schemes.contains(s)) => {
            faults.at(at, format!("the overall question {id} must be asked of every scheme's beneficiaries"));
        }
        Some(_) => {}
    }
}
