//! The score sheet: every indicator with target, actual, weight and score, the execution, the total, and what is owed.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    actual::Actual,
    derivation::Node,
    finding::Both,
    indicator::{Category, Kind},
    money::Fen,
    region::RegionId,
};

/// How a row stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Status {
    /// The target was reached.
    Reached,
    /// It was not.
    Short,
    /// It was reached, and so far exceeded that the target may have been too low.
    FarAbove,
    /// Nobody has measured or reported it: not scored, and not zero.
    Missing,
    /// It does not count; its weight is shared among the others.
    LeftOut {
        /// Why.
        why: Both,
    },
    /// It cannot be computed; a person decides.
    NeedsPerson {
        /// Why.
        why: Both,
    },
}

/// Who gave a score. The three are kept apart and never averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scorer {
    /// 自评得分: the spending unit itself.
    Own,
    /// 主管部门评分.
    Department,
    /// 财政审核得分.
    Finance,
}

impl Scorer {
    /// The words for it.
    pub fn words(self) -> Both {
        match self {
            Self::Own => Both::new("自报得分", "the unit itself"),
            Self::Department => Both::new("主管部门评分", "the department"),
            Self::Finance => Both::new("财政审核得分", "finance"),
        }
    }
}

/// What stands for the execution of the budget where an indicator is named.
pub const EXECUTION: &str = "execution";

/// A score that a person gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedScore {
    /// In which capacity.
    pub scorer: Scorer,
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// Id of the indicator; [`EXECUTION`] for the execution of the budget, `None` for the total.
    pub indicator: Option<String>,
    /// Points.
    pub score: Decimal,
    /// How many fewer than the sheet's, as the person says it. It explains `score` and changes nothing by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deduction: Option<Decimal>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Who.
    pub by: String,
}

/// What a person says about a deviation, and what they take off for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// Id of the indicator; `None` for the execution of the budget.
    pub indicator: Option<String>,
    /// The reason and what is done about it.
    pub text: String,
    /// Points taken off by this person's decision; the score never falls below zero.
    pub deduction: Option<Decimal>,
    /// Who.
    pub by: String,
}

/// Money of the year for a region or the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Money {
    /// 全年预算数: the adjusted budget, in fen. `None` when nobody has said.
    pub adjusted: Option<Fen>,
    /// 全年执行数, in fen. `None` when nobody has said.
    pub executed: Option<Fen>,
    /// Where the figures come from.
    pub derivation: Option<Node>,
}

/// An indicator in the sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreRow {
    /// Id in the fund folder, or the title without white space where the folder does not know it.
    pub indicator: String,
    /// Title in the table.
    pub title: String,
    /// 一级指标 it stands under.
    pub category: Option<Category>,
    /// 一级指标 under which it is weighed: satisfaction under 效益 may weigh as a category of its own.
    pub weighed_under: Option<Category>,
    /// 二级指标.
    pub kind: Option<Kind>,
    /// The unit of target and actual; empty for dates and states.
    pub unit: String,
    /// The target as written; empty when there is none.
    pub target: String,
    /// What was reached.
    pub actual: Actual,
    /// 分值 in points; `None` when the row is left out.
    pub weight: Option<Decimal>,
    /// 得分 in points, after any deduction; `None` when it cannot be said.
    pub score: Option<Decimal>,
    /// Points that a person took off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deduction: Option<Decimal>,
    /// How it stands.
    pub status: Status,
    /// Whether a reason is owed.
    pub reason_owed: bool,
    /// The reason that was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Scores that people gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub typed: Vec<TypedScore>,
    /// Parameters marked illustrative behind the score; sorted, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub illustrative: Vec<String>,
    /// What a reader should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Both>,
    /// How the score came about; filled by [`super::Evaluator::explain`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<Node>,
}

/// The execution of the budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionRow {
    /// 全年预算数 (adjusted).
    pub budget: Option<Fen>,
    /// 全年执行数.
    pub executed: Option<Fen>,
    /// 执行率 in percent, rounded to two decimals for reading; the score is not made from it.
    pub rate_percent: Option<Decimal>,
    /// 分值 in points.
    pub weight: Decimal,
    /// 得分 in points.
    pub score: Option<Decimal>,
    /// Points that a person took off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deduction: Option<Decimal>,
    /// Reached when all of it was executed.
    pub status: Status,
    /// Whether a reason is owed.
    pub reason_owed: bool,
    /// The reason that was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Scores that people gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub typed: Vec<TypedScore>,
    /// What a reader should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Both>,
    /// How the score came about; filled by [`super::Evaluator::explain`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<Node>,
}

/// The total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// 总分; `None` while anything is missing or undecided.
    pub score: Option<Decimal>,
    /// At least this much, whatever is still to come (before deductions that people may yet make).
    pub at_least: Decimal,
    /// At most this much.
    pub at_most: Decimal,
}

/// The colour of a lamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// Results claimed well beyond the money spent.
    Red,
    /// Much of the budget was not executed, or there was none.
    Yellow,
    /// It cannot be said yet.
    Open,
}

/// A warning lamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lamp {
    /// Its colour.
    pub colour: Colour,
    /// Why, with the figures.
    pub why: Both,
}

/// What is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwedKind {
    /// The actual of an indicator.
    Actual,
    /// Budget or executed amount.
    Money,
    /// A decision of a person.
    Decision,
    /// The reason for a short-fall, a deduction or low execution.
    ReasonShort,
    /// The reason for an over-achievement.
    ReasonFarAbove,
}

/// Something that somebody still has to hand in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// What kind.
    pub kind: OwedKind,
    /// Id of the indicator; `None` for the execution.
    pub indicator: Option<String>,
    /// What, in a sentence.
    pub what: Both,
}

/// The score sheet of a region or of the whole for a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreSheet {
    /// Id of the fund.
    pub fund: String,
    /// Id of the rule set.
    pub rules: String,
    /// The year.
    pub year: i16,
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// Its name; empty for the whole.
    pub region_name: String,
    /// Indicators in the order of the table.
    pub rows: Vec<ScoreRow>,
    /// The execution of the budget.
    pub execution: ExecutionRow,
    /// The total, out of 100.
    pub total: Total,
    /// 优良中差; `None` while the total is not complete.
    pub grade: Option<Both>,
    /// Lamps that are lit.
    pub lamps: Vec<Lamp>,
    /// Totals that people gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub typed: Vec<TypedScore>,
    /// Parameters marked illustrative behind any figure; sorted, each once.
    pub illustrative: Vec<String>,
    /// What is owed, execution last.
    pub owed: Vec<Owed>,
    /// What a reader should know of the sheet as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Both>,
}

impl ScoreSheet {
    /// The row of an indicator by its id.
    pub fn row(&self, indicator: &str) -> Option<&ScoreRow> {
        self.rows.iter().find(|r| r.indicator == indicator)
    }

    /// Whether every row that counts has a score.
    pub fn is_complete(&self) -> bool {
        self.total.score.is_some()
    }
}
