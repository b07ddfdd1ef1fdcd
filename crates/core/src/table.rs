//! The target table: header, goals, indicators, targets by region and period; with weights, actuals and scores where
//! the form is a self-evaluation or monitoring form.
//!
//! Everything in it keeps its text as written and its place. Nothing here is judged; that is what checks are for.

use serde::{Deserialize, Serialize};

use crate::{
    indicator::{Category, Kind},
    period::Period,
    place::{Place, Written},
    region::RegionId,
    target::{Reading, Target},
    unit::Unit,
};

/// Which official form a table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// 绩效目标表: goals and targets.
    #[default]
    Goal,
    /// 区域绩效目标表: the goals of a transfer for one region.
    Regional,
    /// 绩效自评表: actuals, weights, scores, reasons.
    SelfEvaluation,
    /// 绩效运行监控表: progress, forecast, reasons, chance.
    Monitoring,
}

/// A field of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderKey {
    /// 项目名称, 资金名称, 专项名称.
    ProjectName,
    /// 项目类型, 资金类型.
    ProjectType,
    /// 项目等级: 一级项目, 二级项目.
    ProjectLevel,
    /// 主管部门.
    Department,
    /// 用款单位, 实施单位.
    SpendingUnit,
    /// 起始年度.
    FirstYear,
    /// 到期年度, 终止年度.
    LastYear,
    /// 实施期限 or 实施周期 written as one text: `2024-2026年`.
    Term,
    /// 总金额.
    BudgetTotal,
    /// 当年度金额, 年度金额.
    BudgetYear,
    /// 项目概述, 立项依据 and other running text.
    Overview,
    /// The year that the form is for: `（2024年度）`.
    FormYear,
    /// Any other field of a form's header.
    Other,
}

/// A label of the header with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderField {
    /// Which field.
    pub key: HeaderKey,
    /// The label as written.
    pub label: Written,
    /// The value as written; empty text at the label's place when there is none.
    pub value: Written,
}

/// A goal in prose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// Whether it is for the cycle or the year.
    pub period: Period,
    /// The prose.
    pub text: Written,
    /// The actual state in prose, in self-evaluation forms.
    pub actual: bool,
}

/// What a column of the indicator table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnRole {
    /// The label that runs down the side: 绩效指标, 绩效目标.
    Frame,
    /// 序号.
    Serial,
    /// 一级指标.
    Category,
    /// 二级指标.
    Kind,
    /// 三级指标.
    Name,
    /// 地区, 市县: the region in a column of its own.
    Region,
    /// 指标内容, 指标解释, 评分标准: words about the indicator.
    Content,
    /// 指标性质, 计算符号: the comparator in a column of its own.
    Comparator,
    /// 指标值 of a period.
    Target(Period),
    /// 度量单位, 计量单位.
    Unit,
    /// 实际完成值.
    Actual,
    /// 1-7月执行情况.
    Progress,
    /// 全年预计完成情况.
    Forecast,
    /// 分值, 权重.
    Weight,
    /// 得分.
    Score,
    /// 偏差原因: 经费保障.
    ReasonFunding,
    /// 偏差原因: 制度保障.
    ReasonRules,
    /// 偏差原因: 人员保障.
    ReasonStaff,
    /// 偏差原因: 硬件条件保障.
    ReasonEquipment,
    /// 偏差原因: 其他.
    ReasonOther,
    /// 偏差原因分析及改进措施, 原因说明.
    Reason,
    /// 完成目标可能性: 确定能, 有可能, 完全不可能.
    Chance,
    /// A column of its own for 确定能, ticked or not; a tick is kept as the word under [`Self::Chance`].
    ChanceSure,
    /// A column of its own for 有可能.
    ChanceMaybe,
    /// A column of its own for 完全不可能.
    ChanceNone,
    /// 备注.
    Note,
    /// A column whose heading is not known; its heading is reported as unread.
    Unknown,
}

/// A column of the indicator table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// What it holds.
    pub role: ColumnRole,
    /// Its heading, where it was first written.
    pub heading: Written,
}

/// A target of an indicator, or of a region under it, for one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetCell {
    /// The period of the column.
    pub period: Period,
    /// The text as written, and its place; empty text at the place where the cell would be when it is missing.
    pub written: Written,
    /// What the text says.
    pub reading: Reading,
}

impl TargetCell {
    /// What the cell asks for.
    pub fn target(&self) -> &Target {
        &self.reading.target
    }
}

/// Further cells of a row: weight, actual, score, reasons…, by role. A role appears at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks(pub Vec<(ColumnRole, Written)>);

impl Marks {
    /// The cell of a role, if it is not empty.
    pub fn get(&self, role: ColumnRole) -> Option<&Written> {
        self.0.iter().find(|(r, _)| *r == role).map(|(_, w)| w)
    }

    /// Whether any cell that gives a reason is filled.
    pub fn has_reason(&self) -> bool {
        use ColumnRole::{Reason, ReasonEquipment, ReasonFunding, ReasonOther, ReasonRules, ReasonStaff};
        [Reason, ReasonFunding, ReasonRules, ReasonStaff, ReasonEquipment, ReasonOther]
            .iter()
            .filter_map(|r| self.get(*r))
            .any(|w| !matches!(w.key().as_str(), "" | "无" | "/" | "-" | "—" | "——" | "无偏差"))
    }
}

/// A region's targets under an indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionRow {
    /// The region's name as written.
    pub name: Written,
    /// The region, when the fund's list knows the name.
    pub region: Option<RegionId>,
    /// One cell per target column.
    pub cells: Vec<TargetCell>,
    /// Further cells.
    pub marks: Marks,
}

/// An indicator (三级指标) with its targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// The level-1 label it stands under, as written.
    pub category_label: Option<Written>,
    /// The category, when the label is known.
    pub category: Option<Category>,
    /// The level-2 label it stands under, as written.
    pub kind_label: Option<Written>,
    /// The kind, when the label is known.
    pub kind: Option<Kind>,
    /// The name as written, unit included.
    pub name: Written,
    /// The name without its unit in brackets and without white space.
    pub title: String,
    /// The unit in the name's brackets, or in a column of its own.
    pub unit: Option<Unit>,
    /// A comparator and figure in the name's brackets: `（≥**%）`.
    pub bracket_target: Option<Reading>,
    /// The indicator's own targets, one cell per target column.
    pub whole: Vec<TargetCell>,
    /// Its targets by region, in the order of the table.
    pub regions: Vec<RegionRow>,
    /// Further cells of its own row.
    pub marks: Marks,
}

/// A heading of level 1 or 2, and how many indicators stand under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// 1 or 2.
    pub level: u8,
    /// The label as written.
    pub label: Written,
    /// Indicators under it.
    pub indicators: usize,
}

impl Group {
    /// The headings that stand over a run of indicators, in order. A heading of level 2 ends where that of level 1 ends.
    pub fn over(indicators: &[Indicator]) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        let mut open: [Option<usize>; 2] = [None, None];
        for indicator in indicators {
            for (level, label) in [(1, &indicator.category_label), (2, &indicator.kind_label)] {
                let Some(label) = label else { continue };
                let at = usize::from(level) - 1;
                if open[at].is_none_or(|i| groups[i].label.key() != label.key()) {
                    open[at] = Some(groups.len());
                    if level == 1 {
                        open[1] = None;
                    }
                    groups.push(Self { level, label: label.clone(), indicators: 0 });
                }
                if let Some(i) = open[at] {
                    groups[i].indicators += 1;
                }
            }
        }
        groups
    }
}

/// What a cell of the money block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MoneyRole {
    /// 年度金额 where the block has one amount only.
    Amount,
    /// 年初预算数.
    InitialBudget,
    /// 全年预算数, 调整后预算数 (A).
    AdjustedBudget,
    /// 全年执行数 (B).
    Executed,
    /// 全年预计执行数.
    Forecast,
    /// 分值.
    Weight,
    /// 执行率 (B/A).
    Rate,
    /// 得分.
    Score,
    /// 原因 for little execution.
    Reason,
}

/// A line of the money block: 年度资金总额, 其中：财政拨款…
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyRow {
    /// The line's name as written.
    pub name: Written,
    /// Whether it is the total of the block.
    pub is_total: bool,
    /// Its cells by role; a role appears at most once.
    pub cells: Vec<(MoneyRole, Written)>,
}

impl MoneyRow {
    /// The cell of a role, if it is not empty.
    pub fn get(&self, role: MoneyRole) -> Option<&Written> {
        self.cells.iter().find(|(r, _)| *r == role).map(|(_, w)| w)
    }
}

/// A target table as understood. The place of everything is kept; what was not understood is in `unread`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetTable {
    /// Which form it is.
    pub form: Form,
    /// Lines above the table that name the form; more than one title means that forms run together.
    pub titles: Vec<Written>,
    /// Fields of the header in the order of the form.
    pub header: Vec<HeaderField>,
    /// The label of the block of goals: 总体绩效目标.
    pub goal_label: Option<Written>,
    /// Headings inside the block of goals, with the period and whether the column is the actual state.
    pub goal_headings: Vec<(Written, Period, bool)>,
    /// Goals in prose.
    pub goals: Vec<Goal>,
    /// The label of the money block: 项目资金（万元）.
    pub money_label: Option<Written>,
    /// Headings of the money block's columns.
    pub money_headings: Vec<(Written, MoneyRole)>,
    /// Unit of the money block's amounts, from its label: 项目资金（万元）.
    pub money_unit: Option<Unit>,
    /// Lines of the money block.
    pub money: Vec<MoneyRow>,
    /// The label that runs down the side of the indicator table: 绩效指标, 绩效目标.
    pub frame: Option<Written>,
    /// Columns of the indicator table, in order, without the frame.
    pub columns: Vec<Column>,
    /// Headings of level 1 and 2 in order.
    pub groups: Vec<Group>,
    /// Indicators in order.
    pub indicators: Vec<Indicator>,
    /// Region rows that stand before any indicator.
    pub orphans: Vec<RegionRow>,
    /// The line 总分 with its cells.
    pub total: Option<Marks>,
    /// Remarks below the table: 说明, 填报人, 联系电话.
    pub notes: Vec<Written>,
    /// Non-empty cells that nothing could be made of.
    pub unread: Vec<Written>,
}

impl TargetTable {
    /// The first header field of a key that has a value.
    pub fn field(&self, key: HeaderKey) -> Option<&HeaderField> {
        self.header.iter().find(|f| f.key == key && !f.value.text.trim().is_empty())
    }

    /// The periods of the target columns, in order, each once.
    pub fn periods(&self) -> Vec<Period> {
        let mut periods = Vec::new();
        for column in &self.columns {
            if let ColumnRole::Target(period) = column.role
                && !periods.contains(&period)
            {
                periods.push(period);
            }
        }
        periods
    }

    /// Whether the table has a column of a role.
    pub fn has(&self, role: ColumnRole) -> bool {
        self.columns.iter().any(|c| c.role == role)
    }

    /// Whether the table asks for the chance of reaching the targets, in one column or in a column for each answer.
    pub fn asks_chance(&self) -> bool {
        use ColumnRole::{Chance, ChanceMaybe, ChanceNone, ChanceSure};
        [Chance, ChanceSure, ChanceMaybe, ChanceNone].iter().any(|r| self.has(*r))
    }

    /// Calls `f` with every text of the table, so that places or texts can be changed all at once.
    pub fn each_written(&mut self, f: &mut dyn FnMut(&mut Written)) {
        self.titles.iter_mut().for_each(&mut *f);
        for field in &mut self.header {
            f(&mut field.label);
            f(&mut field.value);
        }
        self.goal_label.iter_mut().for_each(&mut *f);
        self.goal_headings.iter_mut().for_each(|(w, _, _)| f(w));
        self.goals.iter_mut().for_each(|g| f(&mut g.text));
        self.money_label.iter_mut().for_each(&mut *f);
        self.money_headings.iter_mut().for_each(|(w, _)| f(w));
        self.frame.iter_mut().for_each(&mut *f);
        for row in &mut self.money {
            f(&mut row.name);
            row.cells.iter_mut().for_each(|(_, w)| f(w));
        }
        self.columns.iter_mut().for_each(|c| f(&mut c.heading));
        self.groups.iter_mut().for_each(|g| f(&mut g.label));
        for indicator in &mut self.indicators {
            indicator.category_label.iter_mut().for_each(&mut *f);
            indicator.kind_label.iter_mut().for_each(&mut *f);
            f(&mut indicator.name);
            indicator.whole.iter_mut().for_each(|c| f(&mut c.written));
            indicator.marks.0.iter_mut().for_each(|(_, w)| f(w));
            indicator.regions.iter_mut().for_each(|row| each_in_row(row, f));
        }
        self.orphans.iter_mut().for_each(|row| each_in_row(row, f));
        self.total.iter_mut().flat_map(|m| &mut m.0).for_each(|(_, w)| f(w));
        self.notes.iter_mut().for_each(&mut *f);
        self.unread.iter_mut().for_each(&mut *f);
    }

    /// The table without its places and with white space folded away: two readings of the same content are equal.
    #[must_use]
    pub fn content(&self) -> Self {
        let mut content = self.clone();
        content.each_written(&mut |w| {
            w.place = Place::default();
            w.text = w.key();
        });
        content
    }
}

fn each_in_row(row: &mut RegionRow, f: &mut dyn FnMut(&mut Written)) {
    f(&mut row.name);
    row.cells.iter_mut().for_each(|c| f(&mut c.written));
    row.marks.0.iter_mut().for_each(|(_, w)| f(w));
}
