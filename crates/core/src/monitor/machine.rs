//! The same content for machines, with the field names of the national budget system (预算管理一体化).

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Monitoring, form};
use crate::{
    fund::Fund,
    money::Fen,
    place::Written,
    region::RegionId,
    table::{Goal, TargetTable},
    text,
};

/// A record of `PAY_PERF_MONITOR_INFO` (监控信息): one indicator of a region, or of the whole.
///
/// The names were seen in the table scripts of a product that follows the system's second version; that they are the standard's is an inference. `KPI_VAL`, `PERF_COMP` and
/// `EST_PERF_ANNUAL` are texts there. Keys that are given by the receiving system (`PERF_MON_ID`, `PERF_TASK_ID`…) and the codes of levels 1 and 2, of which no official
/// list was found, are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct MonitorRecord {
    /// 年度.
    pub fiscal_year: i16,
    /// 监控截止月份; no field of the system was seen for it.
    pub month: u8,
    /// 财政区划: the fund folder's division code.
    pub mof_div_code: String,
    /// 财政区划名称.
    pub mof_div_name: String,
    /// 绩效目标.
    pub kpi_target: String,
    /// 一级指标.
    pub lv1_perf_ind_name: String,
    /// 二级指标.
    pub lv2_perf_ind_name: String,
    /// 三级指标.
    pub lv3_perf_ind_name: String,
    /// 指标值, as written.
    pub kpi_val: String,
    /// 完成情况.
    pub perf_comp: String,
    /// 全年预计完成.
    pub est_perf_annual: String,
    /// 偏差原因分析: the reasons with their kinds, and the measures.
    pub ana_dev_reasons: String,
    /// 完成目标可能性, a number there: 1 确定能, 2 有可能, 3 完全不可能, as another product codes them. No official code was found.
    pub complete_rate: Option<u8>,
    /// 预算执行情况 in 元, of the region or the whole.
    pub pro_bgt_comp: Option<Decimal>,
    /// 全年预计执行 in 元, of the region or the whole.
    pub est_pro_bgt_annual: Option<Decimal>,
}

/// The records of a region, or (`None`) of the whole, in the order of the table.
pub fn records(
    table: &TargetTable,
    monitoring: &Monitoring,
    fund: &Fund,
    rules: &super::Rules,
    region: Option<RegionId>,
) -> Vec<MonitorRecord> {
    let root = || fund.regions.iter().find(|(_, r)| r.parent.is_none()).map(|(id, _)| id);
    let division = region.or_else(root).map(|id| fund.regions.get(id));
    let money = monitoring.money.iter().find(|m| m.region == region);
    let yuan = |f: Fen| Decimal::new(f.0, 2);
    let year = |g: &&Goal| matches!(g.period, crate::period::Period::Year(_)) && !g.actual;
    let goal: Vec<&str> = table.goals.iter().filter(year).map(|g| g.text.text.trim()).collect();
    let label = |w: &Option<Written>| w.as_ref().map(Written::key).unwrap_or_default();
    let record = |row: &super::Row| {
        let indicator = table.indicators.iter().find(|i| i.title == row.title)?;
        Some(MonitorRecord {
            fiscal_year: monitoring.year,
            month: monitoring.month,
            mof_div_code: division.map(|d| d.code.clone()).unwrap_or_default(),
            mof_div_name: division.map(|d| d.name.clone()).unwrap_or_default(),
            kpi_target: goal.join("\n"),
            lv1_perf_ind_name: label(&indicator.category_label),
            lv2_perf_ind_name: label(&indicator.kind_label),
            lv3_perf_ind_name: text::key(&indicator.name.text),
            kpi_val: row.target.clone(),
            perf_comp: row.progress_written().zh,
            est_perf_annual: form::forecast(row),
            ana_dev_reasons: reasons(row, rules),
            complete_rate: row.chance.map(super::Chance::code),
            pro_bgt_comp: money.and_then(|m| m.paid).map(yuan),
            est_pro_bgt_annual: money.and_then(|m| m.forecast).map(yuan),
        })
    };
    monitoring.of(region).filter_map(record).collect()
}

/// `经费保障：……（措施：……）`, one after the other.
fn reasons(row: &super::Row, rules: &super::Rules) -> String {
    let said = |r: &super::GivenReason| {
        let kind = rules.reason(&r.code).map_or(r.code.as_str(), |k| k.label.zh.as_str());
        match r.measures.trim() {
            "" => format!("{kind}：{}", r.text.trim()),
            measures => format!("{kind}：{}（措施：{measures}）", r.text.trim()),
        }
    };
    row.reasons.iter().map(said).collect::<Vec<_>>().join("；")
}
