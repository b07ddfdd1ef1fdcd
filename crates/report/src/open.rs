//! The same content with the field names of the national budget system (预算管理一体化), for exchange as JSON and CSV.
//!
//! **How sure.** The names are those of table scripts of a product in use; that they are the names of the national technical
//! standard is an inference, its own text was not seen. Official values of code lists (indicators of level 1 and 2, operators, units)
//! were not found: such columns are left empty rather than invented. Primary keys are jixiao's own: fund, year, region, indicator.
//! Every value is text; amounts are 元 with two decimals.

use jixiao_core::{both, finding::Both};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use crate::{
    content::{Content, MonitoringRow, RegionRow, ResultRow},
    figure::Figure,
    table::Table,
};

/// A column: name in the system, what it is in Chinese, and the most characters that it holds where that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Name in the budget system.
    pub name: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// Most characters; none where it was not seen.
    pub width: Option<usize>,
}

/// One table of the budget system: its name, its columns and the cells of a row.
pub trait Record {
    /// Name of the table.
    const TABLE: &'static str;
    /// Its columns in order.
    const COLUMNS: &'static [Column];
    /// The cells of a row, one for each column.
    fn cells(&self) -> Vec<&str>;
}

macro_rules! record {
    ($(#[$doc:meta])* $name:ident = $table:literal { $($field:ident = $column:literal, $meaning:literal $(, $width:literal)?;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
        pub struct $name {
            $(#[doc = $meaning] #[serde(rename = $column)] pub $field: String,)*
        }

        impl Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [Column] =
                &[$(Column { name: $column, meaning: $meaning, width: { let w: &[usize] = &[$($width)?]; w.first().copied() } }),*];

            fn cells(&self) -> Vec<&str> {
                vec![$(&self.$field),*]
            }
        }
    };
}

record! {
    /// 项目绩效目标.
    PerfGoalInfo = "PM_PERF_GOAL_INFO" {
        kpi_per_id = "KPI_PER_ID", "主键";
        mof_div_code = "MOF_DIV_CODE", "财政区划代码", 9;
        mof_div_name = "MOF_DIV_NAME", "财政区划名称";
        fiscal_year = "FISCAL_YEAR", "年度";
        pro_code = "PRO_CODE", "项目代码", 21;
        pro_name = "PRO_NAME", "项目名称";
        kpi_target = "KPI_TARGET", "绩效目标", 2000;
        sub_mof_div_code = "SUB_MOF_DIV_CODE", "下级财政区划代码", 9;
        sub_mof_div_name = "SUB_MOF_DIV_NAME", "下级财政区划名称";
        perf_obj_type_code = "PERF_OBJ_TYPE_CODE", "绩效目标类型代码";
        perf_obj_type_name = "PERF_OBJ_TYPE_NAME", "绩效目标类型名称";
    }
}

record! {
    /// 项目绩效指标. WEIGHT and METERUNIT look like additions of the product.
    PerfIndicator = "PM_PERF_INDICATOR" {
        kpi_id = "KPI_ID", "主键";
        kpi_per_id = "KPI_PER_ID", "绩效目标主键";
        lv1_code = "LV1_PERF_IND_CODE", "一级指标代码";
        lv1_name = "LV1_PERF_IND_NAME", "一级指标名称", 1000;
        lv2_code = "LV2_PERF_IND_CODE", "二级指标代码";
        lv2_name = "LV2_PERF_IND_NAME", "二级指标名称", 1000;
        lv3_code = "LV3_PERF_IND_CODE", "三级指标代码";
        lv3_name = "LV3_PERF_IND_NAME", "三级指标名称", 1000;
        kpi_content = "KPI_CONTENT", "指标内容";
        kpi_evalstd = "KPI_EVALSTD", "评(扣)分标准";
        kpi_val = "KPI_VAL", "指标值", 1000;
        meterunit = "METERUNIT", "计量单位";
        weight = "WEIGHT", "权重";
        kpi_remark = "KPI_REMARK", "备注";
        sub_mof_div_code = "SUB_MOF_DIV_CODE", "下级财政区划代码", 9;
        sub_mof_div_name = "SUB_MOF_DIV_NAME", "下级财政区划名称";
        perf_obj_type_code = "PERF_OBJ_TYPE_CODE", "绩效目标类型代码";
        perf_obj_type_name = "PERF_OBJ_TYPE_NAME", "绩效目标类型名称";
    }
}

record! {
    /// 自评信息.
    PerfSelfEval = "PM_PERF_SELF_EVAL" {
        eval_id = "EVAL_ID", "主键";
        total_eval_value = "TOTAL_EVAL_VALUE", "单位自评得分";
        dept_score = "DEPT_SCORE", "主管部门评分";
        dept_suggest = "DEPT_SUGGEST", "主管部门意见";
        devi_analy = "DEVI_ANALY", "偏差分析及整改措施", 2000;
        application_advise = "APPLICATION_ADVISE", "结果应用建议", 2000;
    }
}

record! {
    /// 自评-目标.
    SelfEvalGoal = "PM_SELF_EVAL_GOAL" {
        eval_kpi_id = "EVAL_KPI_ID", "主键";
        eval_id = "EVAL_ID", "自评主键";
        kpi_per_id = "KPI_PER_ID", "绩效目标主键";
        kpi_target = "KPI_TARGET", "绩效目标", 2000;
        goal_comp = "GOAL_COMP", "目标完成情况", 2000;
    }
}

record! {
    /// 自评-指标.
    SelfEvalIndicator = "PM_SELF_EVAL_INDICATOR" {
        eval_ind_id = "EVAL_IND_ID", "主键";
        eval_id = "EVAL_ID", "自评主键";
        kpi_id = "KPI_ID", "指标主键";
        lv1_name = "LV1_PERF_IND_NAME", "一级指标名称", 1000;
        lv2_name = "LV2_PERF_IND_NAME", "二级指标名称", 1000;
        lv3_name = "LV3_PERF_IND_NAME", "三级指标名称", 1000;
        kpi_val = "KPI_VAL", "指标值", 1000;
        ind_comp = "IND_COMP", "指标值完成情况";
        kpi_evalstd = "KPI_EVALSTD", "评(扣)分标准";
        ind_weight = "IND_WEIGHT", "分值（四位小数）";
        eval_score = "EVAL_SCORE", "得分（六位小数）";
        devi_analy = "DEVI_ANALY", "偏差分析及整改措施", 2000;
        application_advise = "APPLICATION_ADVISE", "结果应用建议", 2000;
    }
}

record! {
    /// 自评-资金.
    PerfSelfBgt = "PM_PERF_SELF_BGT" {
        eval_id = "EVAL_ID", "自评主键";
        found_type_code = "FOUND_TYPE_CODE", "资金来源代码";
        found_type_name = "FOUND_TYPE_NAME", "资金来源名称";
        reply_amt = "REPLY_AMT", "年初批复数（元）";
        year_adj_amt = "YEAR_ADJ_AMT", "年度调整（元）";
        cur_amt = "CUR_AMT", "变动后预算数（元）";
        year_exe_amt = "YEAR_EXE_AMT", "全年执行数（元）";
        exe_amt_rate = "EXE_AMT_RATE", "执行率（%）";
        exe_score = "EXE_SCORE", "执行得分";
    }
}

record! {
    /// 监控信息. COMPLETE_RATE is a number in the product; that it holds 1, 2, 3 for 确定能, 有可能, 完全不可能 is taken from another
    /// vendor's codes.
    PerfMonitorInfo = "PAY_PERF_MONITOR_INFO" {
        perf_mon_id = "PERF_MON_ID", "主键";
        perf_task_id = "PERF_TASK_ID", "监控任务主键";
        kpi_target = "KPI_TARGET", "绩效目标", 2000;
        pro_bgt_comp = "PRO_BGT_COMP", "预算执行情况";
        est_pro_bgt_annual = "EST_PRO_BGT_ANNUAL", "全年预计执行";
        lv1_name = "LV1_PERF_IND_NAME", "一级指标名称", 1000;
        lv2_name = "LV2_PERF_IND_NAME", "二级指标名称", 1000;
        lv3_name = "LV3_PERF_IND_NAME", "三级指标名称", 1000;
        kpi_val = "KPI_VAL", "指标值", 1000;
        perf_comp = "PERF_COMP", "完成情况";
        est_perf_annual = "EST_PERF_ANNUAL", "全年预计完成";
        ana_dev_reasons = "ANA_DEV_REASONS", "偏差原因分析", 2000;
        complete_rate = "COMPLETE_RATE", "完成目标可能性";
        is_perf_rectify = "IS_PERF_RECTIFY", "是否需要整改";
        rectify_advise = "RECTIFY_ADVISE", "整改要求和建议";
        rectify_epilog = "RECTIFY_EPILOG", "整改结果和结论";
    }
}

/// The content of a report as tables of the budget system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OpenData {
    /// How sure the names are, and whether the figures are invented.
    #[serde(rename = "NOTE")]
    pub note: Both,
    /// 项目绩效目标: the cycle's and the year's.
    #[serde(rename = "PM_PERF_GOAL_INFO")]
    pub goals: Vec<PerfGoalInfo>,
    /// 项目绩效指标, the regions' among them.
    #[serde(rename = "PM_PERF_INDICATOR")]
    pub indicators: Vec<PerfIndicator>,
    /// 自评信息: one row.
    #[serde(rename = "PM_PERF_SELF_EVAL")]
    pub evaluation: Vec<PerfSelfEval>,
    /// 自评-目标.
    #[serde(rename = "PM_SELF_EVAL_GOAL")]
    pub evaluated_goals: Vec<SelfEvalGoal>,
    /// 自评-指标.
    #[serde(rename = "PM_SELF_EVAL_INDICATOR")]
    pub evaluated_indicators: Vec<SelfEvalIndicator>,
    /// 自评-资金.
    #[serde(rename = "PM_PERF_SELF_BGT")]
    pub money: Vec<PerfSelfBgt>,
    /// 监控信息; empty where there was no monitoring.
    #[serde(rename = "PAY_PERF_MONITOR_INFO")]
    pub monitoring: Vec<PerfMonitorInfo>,
}

/// Codes of 绩效目标类型: 1 is the whole period's (its name was not seen), 2 the year's.
const CYCLE: (&str, &str) = ("1", "");
const YEAR: (&str, &str) = ("2", "项目年度绩效");

/// Keys of a report's rows.
struct Keys {
    report: String,
    cycle: String,
    year: String,
}

impl Keys {
    fn of(content: &Content) -> Self {
        let id = &content.identity;
        let report = format!("{}/{}/{}", id.fund, id.year, id.region_code);
        Self { cycle: format!("{report}/cycle"), year: format!("{report}/year"), report }
    }

    fn indicator(&self, indicator: &str, region: &str) -> String {
        match region {
            "" => format!("{}/{indicator}", self.year),
            region => format!("{}/{indicator}/{region}", self.year),
        }
    }
}

/// A target with its unit in one text, as KPI_VAL holds it. Words and dates have no unit.
fn valued(target: &str, unit: &Both) -> String {
    match unit.zh.as_str() {
        _ if target.is_empty() || !target.contains(|c: char| c.is_ascii_digit()) => target.to_owned(),
        unit if target.ends_with(unit) => target.to_owned(),
        "%" => format!("{target}%"),
        unit => format!("{target} {unit}"),
    }
}

/// A figure with so many decimals; empty where nobody knows it.
fn fixed(figure: &Figure, decimals: u32) -> String {
    figure.value().map_or_else(String::new, |value| {
        let value = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
        format!("{value:.*}", decimals as usize)
    })
}

/// What an indicator came to, in words that keep missing, not applicable and zero apart.
fn told(figure: &Figure) -> String {
    figure.with_unit().zh
}

fn yuan(figure: &Figure) -> String {
    figure.in_yuan().unwrap_or_default()
}

/// Several texts as one, each on its line.
fn lines(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

impl OpenData {
    /// The content of a report as tables of the budget system, in Chinese, as that system holds them.
    pub fn of(content: &Content) -> Self {
        let keys = Keys::of(content);
        let results = &content.results;
        let regional = content.by_region.iter().flat_map(|table| {
            let head = results.iter().find(|row| row.indicator == table.indicator);
            table.rows.iter().filter_map(move |row| Some((head?, row)))
        });
        let indicators = results
            .iter()
            .map(|row| indicator(&keys, row))
            .chain(regional.map(|(head, row)| region_indicator(&keys, head, row)));
        Self {
            note: note(content.synthetic),
            goals: goals(content, &keys),
            indicators: indicators.collect(),
            evaluation: vec![evaluation(content, &keys)],
            evaluated_goals: vec![SelfEvalGoal {
                eval_kpi_id: format!("{}/goal", keys.report),
                eval_id: keys.report.clone(),
                kpi_per_id: keys.year.clone(),
                kpi_target: content.basics.goal_year.zh.clone(),
                goal_comp: content.basics.goal_reached.zh.clone(),
            }],
            evaluated_indicators: results.iter().map(|row| evaluated(&keys, row)).collect(),
            money: vec![money(content, &keys)],
            monitoring: monitoring(content, &keys),
        }
    }

    /// As JSON, indented, tables and columns in the order of this module.
    ///
    /// # Errors
    /// None that a caller could cause; what the JSON writer says.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// Every table with its name, the empty ones too.
    pub fn tables(&self) -> Vec<(&'static str, Table)> {
        vec![
            table(&self.goals),
            table(&self.indicators),
            table(&self.evaluation),
            table(&self.evaluated_goals),
            table(&self.evaluated_indicators),
            table(&self.money),
            table(&self.monitoring),
        ]
    }

    /// Every table as a CSV file: its name and its text.
    pub fn csv(&self) -> Vec<(String, String)> {
        self.tables().into_iter().map(|(name, table)| (format!("{name}.csv"), table.csv())).collect()
    }

    /// Values that are longer than the system's column holds: what and where. Nothing is cut.
    pub fn too_long(&self) -> Vec<Both> {
        let mut faults = Vec::new();
        longer(&self.goals, &mut faults);
        longer(&self.indicators, &mut faults);
        longer(&self.evaluation, &mut faults);
        longer(&self.evaluated_goals, &mut faults);
        longer(&self.evaluated_indicators, &mut faults);
        longer(&self.money, &mut faults);
        longer(&self.monitoring, &mut faults);
        faults
    }
}

fn table<R: Record>(records: &[R]) -> (&'static str, Table) {
    let columns = R::COLUMNS.iter().map(|c| c.name.to_owned()).collect();
    let rows = records.iter().map(|r| r.cells().into_iter().map(str::to_owned).collect());
    (R::TABLE, Table { columns, rows: rows.collect() })
}

fn longer<R: Record>(records: &[R], faults: &mut Vec<Both>) {
    for (row, record) in (1..).zip(records) {
        for (column, cell) in R::COLUMNS.iter().zip(record.cells()) {
            let length = cell.chars().count();
            if let Some(most) = column.width.filter(|most| length > *most) {
                let (table, name) = (R::TABLE, column.name);
                let row: i32 = row;
                faults.push(both!(
                    "{table} 第{row}行 {name}：{length}字，该字段最多{most}字；请缩短原文",
                    "{table}, row {row}, {name}: {length} characters, the field holds {most}; shorten the text"
                ));
            }
        }
    }
}

fn note(synthetic: bool) -> Both {
    let mut note = Both::new(
        "字段名取自某在用系统的建表脚本；与国家技术标准一致属推断，未见标准原文。未查到的代码值留空，不自行编造。主键为本程序所编。金额单位为元。",
        "Field names are from table scripts of a product in use; that they are the national standard's is an inference, its text was not seen. \
         Code values that were not found are left empty. Keys are this program's own. Amounts are in yuan.",
    );
    if synthetic {
        note.zh.push_str("数据为虚构。");
        note.en.push_str(" The data are invented.");
    }
    note
}

fn goals(content: &Content, keys: &Keys) -> Vec<PerfGoalInfo> {
    let id = &content.identity;
    let goal = |key: &str, target: &Both, (code, name): (&str, &str)| PerfGoalInfo {
        kpi_per_id: key.to_owned(),
        mof_div_code: id.region_code.clone(),
        mof_div_name: id.region.zh.clone(),
        fiscal_year: id.year.to_string(),
        pro_name: id.fund_name.zh.clone(),
        kpi_target: target.zh.clone(),
        perf_obj_type_code: code.to_owned(),
        perf_obj_type_name: name.to_owned(),
        ..PerfGoalInfo::default()
    };
    vec![
        goal(&keys.cycle, &content.basics.goal_cycle, CYCLE),
        goal(&keys.year, &content.basics.goal_year, YEAR),
    ]
}

fn indicator(keys: &Keys, row: &ResultRow) -> PerfIndicator {
    PerfIndicator {
        kpi_id: keys.indicator(&row.indicator, ""),
        kpi_per_id: keys.year.clone(),
        lv1_name: row.category.zh.clone(),
        lv2_name: row.kind.zh.clone(),
        lv3_name: row.name.zh.clone(),
        kpi_val: valued(&row.target.zh, &row.unit),
        meterunit: row.unit.zh.clone(),
        weight: fixed(&row.weight, 4),
        perf_obj_type_code: YEAR.0.to_owned(),
        perf_obj_type_name: YEAR.1.to_owned(),
        ..PerfIndicator::default()
    }
}

fn region_indicator(keys: &Keys, head: &ResultRow, row: &RegionRow) -> PerfIndicator {
    PerfIndicator {
        kpi_id: keys.indicator(&head.indicator, &row.code),
        kpi_val: valued(&row.target.zh, &head.unit),
        weight: String::new(),
        sub_mof_div_code: row.code.clone(),
        sub_mof_div_name: row.region.zh.clone(),
        ..indicator(keys, head)
    }
}

fn evaluation(content: &Content, keys: &Keys) -> PerfSelfEval {
    let deviations = content.deviations.iter().map(|d| {
        let place = if d.region.zh.is_empty() { "" } else { "：" };
        let parts = [&d.kind.zh, &d.reason.zh, &d.measure.zh];
        let words: Vec<&str> = parts.into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        let words = if words.is_empty() { "（原因待报）".to_owned() } else { words.join("；") };
        format!("{}{place}{}，{}", d.region.zh, d.indicator.zh, words)
    });
    PerfSelfEval {
        eval_id: keys.report.clone(),
        total_eval_value: fixed(&content.score.total, 2),
        dept_score: fixed(&content.score.department, 2),
        devi_analy: lines(deviations),
        application_advise: lines(content.measures.iter().map(|m| m.zh.clone())),
        ..PerfSelfEval::default()
    }
}

fn evaluated(keys: &Keys, row: &ResultRow) -> SelfEvalIndicator {
    SelfEvalIndicator {
        eval_ind_id: format!("{}/{}", keys.report, row.indicator),
        eval_id: keys.report.clone(),
        kpi_id: keys.indicator(&row.indicator, ""),
        lv1_name: row.category.zh.clone(),
        lv2_name: row.kind.zh.clone(),
        lv3_name: row.name.zh.clone(),
        kpi_val: valued(&row.target.zh, &row.unit),
        ind_comp: told(&row.actual),
        ind_weight: fixed(&row.weight, 4),
        eval_score: fixed(&row.score, 6),
        devi_analy: row.reason.zh.clone(),
        ..SelfEvalIndicator::default()
    }
}

fn money(content: &Content, keys: &Keys) -> PerfSelfBgt {
    let execution = content.score.categories.iter().find(|c| c.id == "execution");
    let total = &content.money.total;
    PerfSelfBgt {
        eval_id: keys.report.clone(),
        found_type_code: String::new(),
        found_type_name: "年度资金总额".to_owned(),
        reply_amt: yuan(&content.money.approved),
        year_adj_amt: yuan(&content.money.adjustment),
        cur_amt: yuan(&total.appropriation),
        year_exe_amt: yuan(&total.paid),
        exe_amt_rate: fixed(&total.rate, 2),
        exe_score: execution.map_or_else(String::new, |c| fixed(&c.score, 2)),
    }
}

fn monitoring(content: &Content, keys: &Keys) -> Vec<PerfMonitorInfo> {
    let Some(round) = &content.monitoring else { return Vec::new() };
    let task = format!("{}/{}", keys.report, round.month);
    let row = |row: &MonitoringRow| {
        let unit = content.results.iter().find(|r| r.indicator == row.indicator).map(|r| r.unit.clone());
        PerfMonitorInfo {
            perf_mon_id: format!("{task}/{}", row.indicator),
            perf_task_id: task.clone(),
            kpi_target: content.basics.goal_year.zh.clone(),
            pro_bgt_comp: told(&round.rate),
            lv1_name: row.category.zh.clone(),
            lv2_name: row.kind.zh.clone(),
            lv3_name: row.name.zh.clone(),
            kpi_val: valued(&row.target.zh, &unit.unwrap_or_default()),
            perf_comp: told(&row.actual),
            est_perf_annual: told(&row.projected),
            ana_dev_reasons: lines([row.reason_kind.zh.clone(), row.reason.zh.clone()]),
            complete_rate: row.chance_code.map_or_else(String::new, |code| Decimal::from(code).to_string()),
            ..PerfMonitorInfo::default()
        }
    };
    round.rows.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::sample;

    fn cell<'a>(table: &'a Table, row: usize, column: &str) -> &'a str {
        let at = table.columns.iter().position(|c| c == column).unwrap();
        &table.rows[row][at]
    }

    fn named(name: &str) -> Table {
        let data = OpenData::of(&sample());
        data.tables().into_iter().find(|(table, _)| *table == name).unwrap().1
    }

    #[test]
    fn money_is_in_yuan_to_the_fen_and_the_rate_is_that_of_the_adjusted_budget() {
        let table = named("PM_PERF_SELF_BGT");
        // 59,647 万元 and 42,187 万元; 42,187 ÷ 59,647 = 70.727…%
        assert_eq!(cell(&table, 0, "CUR_AMT"), "596470000.00");
        assert_eq!(cell(&table, 0, "YEAR_EXE_AMT"), "421870000.00");
        assert_eq!(cell(&table, 0, "YEAR_ADJ_AMT"), "0.00");
        assert_eq!(cell(&table, 0, "EXE_AMT_RATE"), "70.73");
        assert_eq!(cell(&table, 0, "EXE_SCORE"), "7.07");
    }

    #[test]
    fn indicators_hold_comparator_figure_and_unit_in_one_text_and_regions_stand_below() {
        let table = named("PM_PERF_INDICATOR");
        // Three of the whole and six of regions.
        assert_eq!(table.rows.len(), 9);
        assert_eq!(cell(&table, 0, "KPI_VAL"), "> 270 家次");
        assert_eq!(cell(&table, 1, "KPI_VAL"), "> 90%");
        assert_eq!(cell(&table, 0, "WEIGHT"), "12.5000");
        let row = (0..9).find(|row| cell(&table, *row, "SUB_MOF_DIV_CODE") == "4404HQ").unwrap();
        assert_eq!(cell(&table, row, "KPI_VAL"), "≥ 4 家次");
        assert_eq!(cell(&table, row, "LV1_PERF_IND_NAME"), "产出指标");
        // No code list was found: nothing is invented.
        assert!((0..9).all(|row| cell(&table, row, "LV1_PERF_IND_CODE").is_empty()));
        assert_eq!(valued("不超预算", &Both::same("%")), "不超预算");
        assert_eq!(valued("≥ 9.6亿元", &Both::same("亿元")), "≥ 9.6亿元");
    }

    #[test]
    fn a_missing_actual_is_said_and_its_score_is_empty_not_zero() {
        let table = named("PM_SELF_EVAL_INDICATOR");
        assert_eq!((cell(&table, 2, "IND_COMP"), cell(&table, 2, "EVAL_SCORE")), ("未填报", ""));
        assert_eq!((cell(&table, 0, "IND_COMP"), cell(&table, 0, "EVAL_SCORE")), ("286 家次", "12.500000"));
        assert_eq!(cell(&named("PM_PERF_SELF_EVAL"), 0, "DEPT_SCORE"), "");
    }

    #[test]
    fn monitoring_holds_the_chance_as_a_number() {
        let table = named("PAY_PERF_MONITOR_INFO");
        assert_eq!(cell(&table, 0, "COMPLETE_RATE"), "2");
        assert_eq!(cell(&table, 0, "ANA_DEV_REASONS"), "经费保障\n上半年拨付偏慢。");
        let mut none = sample();
        none.monitoring = None;
        assert!(OpenData::of(&none).monitoring.is_empty());
    }

    #[test]
    fn what_is_too_long_is_told_and_not_cut() {
        let mut content = sample();
        assert!(OpenData::of(&content).too_long().is_empty());
        content.basics.goal_year = Both::same("长".repeat(2001));
        let data = OpenData::of(&content);
        let faults: Vec<String> = data.too_long().into_iter().map(|f| f.en).collect();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(
            faults[0].contains("PM_PERF_GOAL_INFO, row 2, KPI_TARGET: 2001 characters, the field holds 2000")
        );
        assert_eq!(data.goals[1].kpi_target.chars().count(), 2001);
    }

    #[test]
    fn json_has_the_system_s_names_and_is_the_same_twice() {
        let data = OpenData::of(&sample());
        let json = data.json().unwrap();
        assert_eq!(json, OpenData::of(&sample()).json().unwrap());
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        for (name, table) in data.tables() {
            let rows = value[name].as_array().unwrap();
            assert_eq!(rows.len(), table.rows.len());
            let first = rows[0].as_object().unwrap();
            assert!(table.columns.iter().all(|column| first.contains_key(column)), "{name}");
            assert_eq!(first.len(), table.columns.len());
        }
        assert!(value["NOTE"]["zh"].as_str().unwrap().contains("虚构"));
        assert_eq!(data.csv().len(), 7);
    }
}
