//! What a self-evaluation report of a fund year says, as plain values: for the whole fund, or for one region.
//!
//! Here are facts only. The sentences around them are a template's, which an office can change without touching a figure.
//! Every text is in Chinese and English; every figure is a [`Figure`]: formatted, with its exact value beside it.
//! `docs/report.md` describes the JSON.

use serde::{Deserialize, Serialize};

use jixiao_core::finding::Both;

use crate::figure::Figure;

/// Version of the JSON's shape; rises when a field changes its meaning or goes.
pub const FORMAT: u32 = 1;

/// The content of one report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// [`FORMAT`].
    pub format: u32,
    /// Whether it was made from invented data; every page must then say so.
    pub synthetic: bool,
    /// What it is about and what it was made from.
    pub identity: Identity,
    /// The target table's header.
    pub basics: Basics,
    /// Where the money stands.
    pub money: Money,
    /// Each indicator against its target, for the whole (or for the region that the report is about).
    pub results: Vec<ResultRow>,
    /// Each indicator region by region; empty in a report about one region.
    pub by_region: Vec<RegionTable>,
    /// Points.
    pub score: Score,
    /// What was missed or far exceeded, with reason and measure.
    pub deviations: Vec<Deviation>,
    /// The survey; absent when none was held.
    pub satisfaction: Option<Satisfaction>,
    /// The last round of monitoring; absent when there was none.
    pub monitoring: Option<Monitoring>,
    /// 存在问题, a paragraph each.
    pub problems: Vec<Both>,
    /// 改进措施, a paragraph each.
    pub measures: Vec<Both>,
    /// What the checks found in the target table.
    pub findings: Vec<FindingRow>,
    /// From what was claimed to what was paid, a scheme each.
    pub flows: Vec<SchemeFlow>,
    /// Further tables at the end.
    pub annexes: Vec<AnnexTable>,
    /// Parameters whose rule text was not found, and which figures of this report rest on.
    pub illustrative: Vec<IllustrativeRow>,
    /// What a reader must know: invented data, missing regions, things that a person has to decide.
    pub notes: Vec<Both>,
}

/// What a report is about and what it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The fund's id.
    pub fund: String,
    /// The fund's official name.
    pub fund_name: Both,
    /// 主管部门.
    pub department: Both,
    /// The region that the report is about: the whole's name in the fund's report.
    pub region: Both,
    /// Its division code.
    pub region_code: String,
    /// Whether the report is about one region and not about the whole.
    pub regional: bool,
    /// Fund year.
    pub year: i16,
    /// First and last year of the 实施周期.
    pub cycle: [i16; 2],
    /// The day on which it was made, handed in by the caller.
    pub made: Figure,
    /// Version of the program that computed it.
    pub program: String,
    /// The fund folder and every evidence file.
    pub sources: Vec<Source>,
}

/// A file, or the fund folder, that figures come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What it is: `资金文件夹`, `报关单台账`.
    pub what: Both,
    /// Its name.
    pub file: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// How many rows were read; empty for what has none.
    pub rows: Option<u64>,
}

/// The header of the target table and its goals in prose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basics {
    /// Fields in the form's order: 项目名称, 项目类型, 预算金额…
    pub fields: Vec<Field>,
    /// 项目概述.
    pub summary: Both,
    /// 实施周期总目标.
    pub goal_cycle: Both,
    /// 当年度目标.
    pub goal_year: Both,
    /// How far the year's goal was reached, in words; empty where nobody wrote it.
    pub goal_reached: Both,
}

/// A field of a header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What it is called.
    pub label: Both,
    /// What it says.
    pub value: Both,
}

/// Where the money stands. The adjusted budget is the total's appropriation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// 年初批复数.
    pub approved: Figure,
    /// 年度调整: what was added to it or taken away during the year.
    pub adjustment: Figure,
    /// All of it.
    pub total: MoneyRow,
    /// By 支持方向.
    pub by_scheme: Vec<MoneyRow>,
    /// By region; empty in a report about one region.
    pub by_region: Vec<MoneyRow>,
    /// By month: what was awarded and paid up to its end.
    pub by_month: Vec<MonthRow>,
}

/// One row of money. A stage that does not exist for the row is not applicable, never zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyRow {
    /// What it is of: a scheme, a region, the whole.
    pub name: Both,
    /// The scheme's id or the region's code; empty for the whole.
    pub id: String,
    /// 预算安排: adjusted budget of the year.
    pub appropriation: Figure,
    /// 分配下达.
    pub allocated: Figure,
    /// 核定支持: committed by an award.
    pub awarded: Figure,
    /// 拨付.
    pub paid: Figure,
    /// 执行率: paid ÷ adjusted budget, in %.
    pub rate: Figure,
}

/// Money up to the end of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthRow {
    /// Month, from 1.
    pub month: u8,
    /// Awarded from the year's beginning.
    pub awarded: Figure,
    /// Paid from the year's beginning.
    pub paid: Figure,
}

/// How a target came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// 达成.
    Reached,
    /// Reached by so much that a reason is due.
    Exceeded,
    /// 未达成.
    Missed,
    /// The target asks for nothing (`≥ 0`): left out of the score.
    Vacuous,
    /// It cannot be asked here.
    NotApplicable,
    /// No actual yet.
    #[default]
    Missing,
    /// A person decides: a base of zero, a state without a report.
    Person,
}

impl Status {
    /// The word for it.
    pub fn word(self) -> Both {
        match self {
            Self::Reached => Both::new("达成", "reached"),
            Self::Exceeded => Both::new("大幅超额", "far exceeded"),
            Self::Missed => Both::new("未达成", "missed"),
            Self::Vacuous => Both::new("目标无约束", "asks for nothing"),
            Self::NotApplicable => Both::new("不适用", "not applicable"),
            Self::Missing => Both::new("未填报", "not reported"),
            Self::Person => Both::new("须人工判断", "a person decides"),
        }
    }
}

/// One indicator against its target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultRow {
    /// The indicator's id.
    pub indicator: String,
    /// 一级指标.
    pub category: Both,
    /// 二级指标.
    pub kind: Both,
    /// 三级指标, without its unit.
    pub name: Both,
    /// Unit; empty for states and dates.
    pub unit: Both,
    /// The year's target as the table writes it: `> 270`.
    pub target: Both,
    /// What it came to.
    pub actual: Figure,
    /// 完成率 in %, where the formula has one.
    pub completion: Figure,
    /// 分值.
    pub weight: Figure,
    /// 得分.
    pub score: Figure,
    /// How it came out.
    pub status: Status,
    /// How the actual was obtained, in a sentence.
    pub method: Both,
    /// Why it differs; empty where no reason is due or none was given.
    pub reason: Both,
    /// Parameters marked illustrative that the actual rests on, as `scheme.parameter`.
    pub illustrative: Vec<String>,
}

/// One indicator, region by region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionTable {
    /// The indicator's id.
    pub indicator: String,
    /// Its name.
    pub name: Both,
    /// Its unit.
    pub unit: Both,
    /// A row for each region that has a target or an actual.
    pub rows: Vec<RegionRow>,
}

/// One region of one indicator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionRow {
    /// Division code.
    pub code: String,
    /// Name.
    pub region: Both,
    /// Target as written; empty where the region has none.
    pub target: Both,
    /// The figure in the target, without comparator; not applicable where it is none.
    pub target_figure: Figure,
    /// What it came to.
    pub actual: Figure,
    /// 完成率 in %.
    pub completion: Figure,
    /// How it came out.
    pub status: Status,
    /// Why it differs.
    pub reason: Both,
}

/// A traffic light; pages show it by shape and word too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lamp {
    /// 绿灯.
    Green,
    /// 黄灯.
    Yellow,
    /// 红灯.
    Red,
    /// No light: there is nothing to judge by.
    #[default]
    None,
}

/// Points.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// By category, the execution of the budget among them.
    pub categories: Vec<CategoryScore>,
    /// 总分.
    pub total: Figure,
    /// Of how many points.
    pub of: Figure,
    /// 优良中差; empty while parts are missing.
    pub grade: Both,
    /// Score given by the department; missing until it gives one.
    pub department: Figure,
    /// Score given by the finance department; missing until it gives one.
    pub finance: Figure,
    /// Warnings on the score as a whole: results far beyond money, money unspent.
    pub lamps: Vec<LampRow>,
    /// By region: total and grade; empty in a report about one region.
    pub by_region: Vec<RegionScore>,
    /// The rule set that scored it, with its source and how sure it is.
    pub rule_set: Both,
}

/// Points of one category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryScore {
    /// `execution` for the execution of the budget; `output`, `benefit`, `satisfaction`, `cost`, or the rule set's own.
    pub id: String,
    /// 预算执行率, 产出, 效益, 满意度…
    pub name: Both,
    /// Points that can be had.
    pub weight: Figure,
    /// Points that were given; missing where parts are.
    pub score: Figure,
}

/// A light with what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LampRow {
    /// What is judged.
    pub name: Both,
    /// The light.
    pub lamp: Lamp,
    /// Both figures and the threshold, in a sentence.
    pub reason: Both,
}

/// The score of a region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionScore {
    /// Division code.
    pub code: String,
    /// Name.
    pub region: Both,
    /// 总分.
    pub total: Figure,
    /// 优良中差.
    pub grade: Both,
}

/// A target that was missed or far exceeded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deviation {
    /// The indicator.
    pub indicator: Both,
    /// The region; empty for the whole.
    pub region: Both,
    /// Target as written.
    pub target: Both,
    /// What it came to.
    pub actual: Figure,
    /// How it came out.
    pub status: Status,
    /// Which of the kinds of reasons: 经费保障, 制度保障…; empty while none was given.
    pub kind: Both,
    /// The reason; empty where it is overdue.
    pub reason: Both,
    /// What will be done.
    pub measure: Both,
    /// Whether a reason is due and nobody gave one.
    pub overdue: bool,
}

/// The survey.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Satisfaction {
    /// Target as written.
    pub target: Both,
    /// The figure in the target, in %.
    pub target_figure: Figure,
    /// All regions, weighted by stratum.
    pub overall: SatisfactionRow,
    /// By region.
    pub by_region: Vec<SatisfactionRow>,
    /// Questionnaires sent.
    pub sent: Figure,
    /// Below how many answers a region's result is not shown.
    pub least_answers: u32,
    /// Thin response, an interval that straddles the target.
    pub warnings: Vec<Both>,
    /// How it was computed, in sentences. It is statistics, not law.
    pub method: Both,
}

/// Satisfaction of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SatisfactionRow {
    /// Division code; empty for all.
    pub code: String,
    /// The group.
    pub region: Both,
    /// Valid answers; suppressed where there are too few.
    pub answers: Figure,
    /// Satisfied ÷ valid, in %.
    pub share: Figure,
    /// Lower end of the interval, in %.
    pub low: Figure,
    /// Upper end of the interval, in %.
    pub high: Figure,
    /// How it came out against its target.
    pub status: Status,
}

/// A round of monitoring.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monitoring {
    /// Up to the end of this month.
    pub month: u8,
    /// Paid ÷ adjusted budget, in %.
    pub rate: Figure,
    /// Rate against the time that has passed.
    pub lamp: LampRow,
    /// Each indicator.
    pub rows: Vec<MonitoringRow>,
}

/// One indicator at a month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitoringRow {
    /// The indicator's id.
    pub indicator: String,
    /// 一级指标.
    pub category: Both,
    /// 二级指标.
    pub kind: Both,
    /// 三级指标.
    pub name: Both,
    /// Target as written.
    pub target: Both,
    /// What it has come to.
    pub actual: Figure,
    /// 全年预计完成.
    pub projected: Figure,
    /// Lower end of the projection.
    pub low: Figure,
    /// Upper end of the projection.
    pub high: Figure,
    /// 确定能, 有可能, 完全不可能.
    pub chance: Both,
    /// 1 确定能, 2 有可能, 3 完全不可能; none where nobody can say.
    pub chance_code: Option<u8>,
    /// Kind of reason: 经费保障…; empty where none is due or given.
    pub reason_kind: Both,
    /// The reason.
    pub reason: Both,
}

/// A finding of the target table's checks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// The check's code.
    pub code: String,
    /// `error`, `warning`, `note`.
    pub severity: String,
    /// What was found.
    pub message: Both,
    /// What to do next.
    pub next: Both,
}

/// From what was claimed to what was paid, for one scheme: claimed − reductions = awarded, to the fen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemeFlow {
    /// The scheme's id.
    pub scheme: String,
    /// Its name.
    pub name: Both,
    /// 申报.
    pub claimed: FlowRow,
    /// Each reduction by its name, in the order of the rule.
    pub reductions: Vec<FlowRow>,
    /// 核定支持.
    pub awarded: FlowRow,
    /// 拨付; missing where nothing is known of payments.
    pub paid: FlowRow,
}

/// A line of a flow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowRow {
    /// What it is.
    pub name: Both,
    /// Rows of ledgers that it concerns; not applicable where it is not made of rows.
    pub rows: Figure,
    /// Enterprises that it concerns.
    pub enterprises: Figure,
    /// How much.
    pub amount: Figure,
}

/// A further table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnexTable {
    /// Its title.
    pub title: Both,
    /// Headings.
    pub columns: Vec<AnnexColumn>,
    /// Rows; as many cells as there are columns.
    pub rows: Vec<Vec<Figure>>,
}

/// A column of a further table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnexColumn {
    /// Heading, with its unit.
    pub label: Both,
    /// Whether it holds figures, which stand to the right.
    pub figures: bool,
}

/// A parameter whose rule text was not found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IllustrativeRow {
    /// `scheme.parameter`.
    pub parameter: String,
    /// What it is.
    pub label: Both,
    /// The value that was used.
    pub value: Both,
    /// Why it is illustrative: what was looked for and not found.
    pub why: Both,
}

impl Content {
    /// The content as JSON, indented, fields in the order of this module.
    ///
    /// # Errors
    /// None that a caller could cause; what the JSON writer says.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// Content as read from its JSON.
    ///
    /// # Errors
    /// The JSON is not such content: what is wrong and where.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::sample;

    #[test]
    fn content_comes_back_from_its_json_and_says_the_same_bytes_twice() {
        let content = sample();
        let json = content.json().unwrap();
        let back = Content::from_json(&json).unwrap();
        assert_eq!(back, content);
        assert_eq!(back.json().unwrap(), json);
        // A field that is not there is a fault with its name, never an empty report.
        let wrong = Content::from_json("{\"format\": 1}").unwrap_err().to_string();
        assert!(wrong.contains("synthetic"), "{wrong}");
    }

    #[test]
    fn missing_and_suppressed_values_reach_the_json_as_such() {
        let json: serde_json::Value = serde_json::from_str(&sample().json().unwrap()).unwrap();
        assert_eq!(json["results"][2]["actual"]["is"], "missing");
        assert_eq!(json["satisfaction"]["by_region"][2]["share"]["is"], "suppressed");
        assert_eq!(json["satisfaction"]["by_region"][2]["share"]["exact"], "");
        // Exact values are text: no reader turns them into floats by accident.
        assert_eq!(json["results"][0]["actual"]["exact"], "286");
    }
}
