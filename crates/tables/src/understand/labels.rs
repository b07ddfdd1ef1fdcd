//! What the labels of official forms mean: headings of columns, fields of the header, lines of the money block.
//!
//! One dictionary for every form and province. Labels are compared without white space and full-width forms; a
//! bracket at the end (`（A）`, `(万元)`) is looked away from when the label is not known with it.

use std::{collections::HashMap, sync::LazyLock};

use jixiao_core::{
    period::Period,
    table::{ColumnRole, HeaderKey, MoneyRole},
};

/// Headings of the indicator table's columns.
const COLUMNS: &[(ColumnRole, &[&str])] = &[
    (ColumnRole::Frame, &["绩效指标", "绩效目标", "年度绩效指标", "绩效", "指标体系", "年度绩效目标指标"]),
    (ColumnRole::Serial, &["序号", "编号"]),
    (ColumnRole::Category, &["一级指标", "一级"]),
    (ColumnRole::Kind, &["二级指标", "二级"]),
    (ColumnRole::Name, &["三级指标", "三级", "指标名称", "四级指标", "绩效指标名称", "三级指标名称"]),
    (
        ColumnRole::Region,
        &["地区", "市县", "地市", "市(州)", "州市", "县区", "市县区", "区域", "单位或地区", "所属地区"],
    ),
    (
        ColumnRole::Content,
        &[
            "指标内容",
            "指标解释",
            "指标说明",
            "评分标准",
            "评(扣)分标准",
            "评价标准",
            "指标值说明",
            "计算公式",
            "数据来源",
        ],
    ),
    (ColumnRole::Comparator, &["指标性质", "计算符号", "符号", "指标符号", "运算符号", "比较符"]),
    (ColumnRole::Unit, &["度量单位", "计量单位", "单位", "指标单位"]),
    (
        ColumnRole::Target(Period::Cycle),
        &[
            "实施周期指标值",
            "实施期指标值",
            "周期指标值",
            "中期指标值",
            "中长期指标值",
            "总体指标值",
            "三年指标值",
            "实施周期目标值",
            "实施期目标值",
        ],
    ),
    (
        ColumnRole::Target(Period::Year(None)),
        &[
            "当年度指标值",
            "年度指标值",
            "指标值",
            "本年度指标值",
            "目标值",
            "年度目标值",
            "年初目标值",
            "绩效指标值",
            "当年指标值",
            "预期指标值",
            "计划指标值",
            "年初设定指标值",
            "指标值(包含数字及文字描述)",
            "预期值",
        ],
    ),
    (
        ColumnRole::Actual,
        &[
            "实际完成值",
            "全年完成值",
            "全年实际值",
            "实际完成情况",
            "完成值",
            "实际值",
            "全年实际完成值",
            "完成情况",
            "指标完成值",
            "年度完成值",
            "实际完成指标值",
            "全年实际完成情况",
        ],
    ),
    (ColumnRole::Progress, &["执行情况", "监控期完成值", "监控期执行情况", "当前完成值"]),
    (ColumnRole::Forecast, &["全年预计完成情况", "全年预计完成值", "预计完成情况", "预计全年完成情况"]),
    (
        ColumnRole::Weight,
        &["分值", "权重", "权重分值", "标准分", "标准分值", "满分", "指标分值", "权重(分值)"],
    ),
    (ColumnRole::Score, &["得分", "自评得分", "实际得分", "自评分"]),
    (ColumnRole::ReasonFunding, &["经费保障"]),
    (ColumnRole::ReasonRules, &["制度保障"]),
    (ColumnRole::ReasonStaff, &["人员保障"]),
    (ColumnRole::ReasonEquipment, &["硬件条件保障", "硬件保障"]),
    (ColumnRole::ReasonOther, &["其他"]),
    (
        ColumnRole::Reason,
        &[
            "偏差原因分析及改进措施",
            "偏差原因分析",
            "未完成原因和改进措施",
            "未完成原因及拟采取的改进措施",
            "原因说明",
            "偏差原因及整改措施",
            "未达到指标值原因",
            "未完成原因分析",
            "偏差原因",
            "未完成原因及改进措施",
            "偏差分析及改进措施",
            "偏差原因分析及整改措施",
            "未完成原因",
            "扣分原因",
        ],
    ),
    (ColumnRole::Chance, &["完成目标可能性", "完成可能性"]),
    (ColumnRole::ChanceSure, &["确定能"]),
    (ColumnRole::ChanceMaybe, &["有可能"]),
    (ColumnRole::ChanceNone, &["完全不可能"]),
    (ColumnRole::Note, &["备注"]),
];

/// Fields of the header.
const HEADER: &[(HeaderKey, &[&str])] = &[
    (
        HeaderKey::ProjectName,
        &[
            "项目名称",
            "资金名称",
            "专项名称",
            "专项资金名称",
            "转移支付名称",
            "转移支付(项目)名称",
            "政策名称",
            "项目(政策)名称",
            "政策(项目)名称",
        ],
    ),
    (HeaderKey::ProjectType, &["项目类型", "资金类型", "项目类别", "项目属性"]),
    (HeaderKey::ProjectLevel, &["项目等级", "项目级次", "项目级别", "项目层级"]),
    (
        HeaderKey::Department,
        &[
            "主管部门",
            "省级主管部门",
            "业务主管部门",
            "省级业务主管部门",
            "主管部门及代码",
            "中央主管部门",
            "地方主管部门",
            "主管部门名称",
            "市级主管部门",
            "主管单位",
            "省直主管部门",
        ],
    ),
    (
        HeaderKey::SpendingUnit,
        &[
            "用款单位",
            "实施单位",
            "项目单位",
            "资金使用单位",
            "项目实施单位",
            "预算单位",
            "具体实施处室",
            "项目实施部门",
        ],
    ),
    (HeaderKey::FirstYear, &["起始年度", "开始年度", "起始年份"]),
    (HeaderKey::LastYear, &["到期年度", "终止年度", "结束年度", "截止年度", "到期年份"]),
    (HeaderKey::Term, &["实施期限", "实施周期", "项目周期", "项目期", "项目起止时间", "实施期", "项目期限"]),
    (
        HeaderKey::BudgetTotal,
        &["总金额", "项目总额", "资金总额", "项目总金额", "总预算", "实施期资金总额", "资金需求"],
    ),
    (
        HeaderKey::BudgetYear,
        &["当年度金额", "年度金额", "本年度金额", "当年金额", "年度预算", "当年预算", "年度资金需求"],
    ),
    (
        HeaderKey::Overview,
        &[
            "项目概述",
            "项目概况",
            "立项依据",
            "项目内容",
            "政策依据",
            "用途范围",
            "项目概况及主要内容",
            "项目简介",
            "支持内容",
        ],
    ),
    (HeaderKey::FormYear, &["年度", "填报年度", "预算年度", "所属年度"]),
    (
        HeaderKey::Other,
        &[
            "预算金额",
            "填报单位",
            "联系人",
            "项目负责人",
            "联系电话",
            "战略领域",
            "财政事权",
            "政策任务",
            "项目编码",
            "省级财政部门",
            "市级财政部门",
            "县级财政部门",
            "县级主管部门",
            "财政部门",
            "项目负责人及电话",
            "填报日期",
            "单位编码",
            "资金性质",
            "资金来源",
            "填报人",
            "评价类型",
            "负责人",
            "电话",
        ],
    ),
];

/// Labels that open the block of goals.
const GOALS: &[&str] = &[
    "总体绩效目标",
    "年度总体目标",
    "年度绩效目标",
    "总体目标",
    "年度目标",
    "绩效目标",
    "年度总体绩效目标",
    "项目绩效目标",
    "项目总体目标",
    "年度(总体)目标",
    "整体绩效目标",
    "总体",
    "区域绩效目标",
];

/// Headings inside the block of goals: the period, and whether the column is the actual state.
const GOAL_COLUMNS: &[(Period, bool, &[&str])] = &[
    (
        Period::Cycle,
        false,
        &[
            "实施周期总目标",
            "实施期总目标",
            "实施周期目标",
            "中长期目标",
            "实施期目标",
            "中期目标",
            "三年总目标",
            "实施周期绩效目标",
        ],
    ),
    (
        Period::Year(None),
        false,
        &[
            "当年度目标",
            "年度目标",
            "预期目标",
            "年初设定目标",
            "年初目标",
            "当年目标",
            "本年度目标",
            "预期绩效目标",
            "年度绩效目标",
        ],
    ),
    (
        Period::Year(None),
        true,
        &["实际完成情况", "全年实际完成情况", "目标完成情况", "目标实际完成情况", "全年完成情况", "完成情况"],
    ),
];

/// Labels that open the block of money.
const MONEY_BLOCK: &[&str] =
    &["项目资金", "资金情况", "预算执行情况", "资金执行情况", "项目资金情况", "预算资金情况", "年度资金情况"];

/// Headings of the money block's columns.
const MONEY_COLUMNS: &[(MoneyRole, &[&str])] = &[
    (MoneyRole::InitialBudget, &["年初预算数", "年初预算", "年初批复数", "预算批复数"]),
    (
        MoneyRole::AdjustedBudget,
        &[
            "全年预算数",
            "调整后预算数",
            "预算数",
            "全年预算",
            "调整预算数",
            "变动后预算数",
            "全年预算数(A)",
            "预算安排数",
        ],
    ),
    (MoneyRole::Executed, &["全年执行数", "预算执行数", "执行数", "全年执行", "实际执行数", "全年支出数"]),
    (MoneyRole::Forecast, &["全年预计执行数", "预计执行数"]),
    (MoneyRole::Weight, &["分值", "权重"]),
    (MoneyRole::Rate, &["执行率", "预算执行率"]),
    (MoneyRole::Score, &["得分"]),
    (MoneyRole::Reason, &["原因", "未完成原因", "偏差原因", "执行偏差原因", "原因说明"]),
];

/// Beginnings of the money block's lines, the totals first.
const MONEY_TOTALS: &[&str] = &[
    "年度资金总额",
    "年度金额",
    "资金总额",
    "总额",
    "年度总金额",
    "项目总额",
    "年度财政资金总额",
    "财政资金总额",
    "预算总额",
];
const MONEY_LINES: &[&str] = &[
    "其中",
    "中央补助",
    "中央财政",
    "中央资金",
    "省级补助",
    "省级资金",
    "省级财政",
    "市级",
    "县级",
    "市县",
    "地方资金",
    "地方财政",
    "其他资金",
    "上年结转",
    "当年财政拨款",
    "财政拨款",
    "本年一般公共预算拨款",
    "一般公共预算",
    "自筹资金",
    "政府性基金",
];

/// Begin of the line under which a re-issued form keeps what could not be read in the original.
pub const UNREAD_NOTE: &str = "原表中未识别的内容";

/// Begin of lines below the table.
const NOTES: &[&str] = &[
    UNREAD_NOTE,
    "说明",
    "备注:",
    "注:",
    "注：",
    "填报人",
    "填表人",
    "联系电话",
    "联系人",
    "审核人",
    "单位负责人",
    "填报日期",
    "财务负责人",
    "填表说明",
    "填报单位(盖章)",
];

/// The label without a bracket at its end.
fn without_bracket(key: &str) -> &str {
    match key.rfind('(') {
        Some(i) if i > 0 && key.ends_with(')') => &key[..i],
        _ => key,
    }
}

/// Names with what they mean, by name: every cell of every table is looked up here, so it is done by hash.
type Dictionary<T> = LazyLock<HashMap<&'static str, T>>;

static COLUMN: Dictionary<ColumnRole> = LazyLock::new(|| dictionary(COLUMNS));
static FIELD: Dictionary<HeaderKey> = LazyLock::new(|| dictionary(HEADER));
static MONEY_COLUMN: Dictionary<MoneyRole> = LazyLock::new(|| dictionary(MONEY_COLUMNS));

fn dictionary<T: Copy>(table: &[(T, &[&'static str])]) -> HashMap<&'static str, T> {
    table.iter().flat_map(|(meaning, names)| names.iter().map(|n| (*n, *meaning))).collect()
}

fn find<T: Copy>(dictionary: &Dictionary<T>, key: &str) -> Option<T> {
    dictionary.get(key).or_else(|| dictionary.get(without_bracket(key))).copied()
}

/// What a column holds, by its heading (already a key, see [`jixiao_core::text::key`]).
pub fn column(key: &str) -> Option<ColumnRole> {
    if let Some(role) = find(&COLUMN, key) {
        return Some(role);
    }
    // 1-7月执行情况, 1~9月完成值
    if let Some((months, rest)) = key.split_once('月')
        && !months.is_empty()
        && months.chars().all(|c| c.is_ascii_digit() || "-~—–至".contains(c))
        && ["执行情况", "完成情况", "完成值", "实际完成值", "执行值"].contains(&without_bracket(rest))
    {
        return Some(ColumnRole::Progress);
    }
    // 2024年度指标值, 2024年指标值
    let digits: String = key.chars().take_while(char::is_ascii_digit).collect();
    let rest = key.strip_prefix(digits.as_str())?.strip_prefix('年')?.trim_start_matches('度');
    match (digits.len(), find(&COLUMN, rest)?) {
        (4, ColumnRole::Target(Period::Year(None))) => {
            Some(ColumnRole::Target(Period::Year(digits.parse().ok())))
        }
        (4, role) => Some(role),
        _ => None,
    }
}

/// Which field of the header a label names.
pub fn header(key: &str) -> Option<HeaderKey> {
    find(&FIELD, key.trim_end_matches([':', '：']))
}

/// A label and its value in one cell: `用款单位 广东省商务厅`, `填报单位：某局`. The two texts as written.
pub fn fused_header(text: &str) -> Option<(HeaderKey, &str, &str)> {
    let cut = text.find([':', '：', ' ', '\u{3000}'])?;
    let label = text[..cut].trim();
    let value = text[cut..].trim_start_matches([':', '：', ' ', '\u{3000}']).trim();
    let key = find(&FIELD, &jixiao_core::text::key(label))?;
    (!value.is_empty()).then_some((key, label, value))
}

/// Whether a label opens the block of goals.
pub fn opens_goals(key: &str) -> bool {
    GOALS.contains(&key) || GOALS.contains(&without_bracket(key))
}

/// The period of a goal's column, and whether it is the actual state.
pub fn goal_column(key: &str) -> Option<(Period, bool)> {
    let plain = without_bracket(key);
    GOAL_COLUMNS
        .iter()
        .find(|(_, _, names)| names.contains(&key) || names.contains(&plain))
        .map(|(p, a, _)| (*p, *a))
}

/// Whether a label opens the block of money.
pub fn opens_money(key: &str) -> bool {
    MONEY_BLOCK.contains(&without_bracket(key))
}

/// What a column of the money block holds.
pub fn money_column(key: &str) -> Option<MoneyRole> {
    if let Some((months, rest)) = key.split_once('月')
        && months.chars().all(|c| c.is_ascii_digit() || "-~—–至".contains(c))
    {
        return match without_bracket(rest) {
            "执行数" => Some(MoneyRole::Executed),
            "执行率" => Some(MoneyRole::Rate),
            _ => None,
        };
    }
    find(&MONEY_COLUMN, key)
}

/// Whether a label is a line of the money block, and whether it is the total.
pub fn money_line(key: &str) -> Option<bool> {
    let key = key.trim_end_matches([':', '：']);
    if MONEY_TOTALS.contains(&without_bracket(key)) {
        return Some(true);
    }
    (key.chars().count() <= 24 && MONEY_LINES.iter().any(|l| key.starts_with(l))).then_some(false)
}

/// Whether a text begins a remark below the table.
pub fn opens_note(key: &str) -> bool {
    NOTES.iter().any(|n| key.starts_with(n)) || key == "备注"
}

/// Whether a text is the line of totals.
pub fn is_total(key: &str) -> bool {
    ["总分", "合计", "总计", "总得分", "合计得分", "总分值"].contains(&without_bracket(key))
}

/// Whether a text names a form: 绩效目标表, 绩效自评表, 绩效目标申报表, 执行监控表…
pub fn is_title(key: &str) -> bool {
    let plain = without_bracket(key);
    let names_form = ["绩效", "自评", "监控", "目标"].iter().any(|w| plain.contains(w));
    names_form && plain.ends_with('表') && plain.chars().count() >= 4
}

/// A line that says the form's year: `（2024年度）`, `2024年`.
pub fn form_year(key: &str) -> Option<i16> {
    let plain = key.trim_matches(['(', ')']);
    let digits = plain.trim_end_matches("度").trim_end_matches('年');
    (digits.len() == 4 && plain.contains('年')).then(|| digits.parse().ok())?
}

/// Signs that stand in a column of their own.
pub fn is_comparator(key: &str) -> bool {
    [">", "≥", "=", "≤", "<", ">=", "<=", "定性", "大于", "小于", "等于", "大于等于", "小于等于"]
        .contains(&key)
}

/// Names of the whole in a column of regions.
pub fn is_whole(key: &str) -> bool {
    ["全省", "全市", "全区", "全县", "全州", "全国", "合计", "总计"].contains(&key)
}

/// A tick in a column that stands for one answer.
pub fn is_tick(key: &str) -> bool {
    ["√", "✓", "✔", "☑", "■", "是", "1", "v", "V"].contains(&key)
}

/// The answers to 完成目标可能性.
pub fn is_chance(key: &str) -> bool {
    ["确定能", "有可能", "完全不可能", "不可能", "能", "√确定能"].contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_provinces() {
        for (heading, role) in [
            ("实施周期指标值", ColumnRole::Target(Period::Cycle)),
            ("年度指标值(A)", ColumnRole::Target(Period::Year(None))),
            ("2024年度指标值", ColumnRole::Target(Period::Year(Some(2024)))),
            ("实际完成值(B)", ColumnRole::Actual),
            ("1-7月执行情况", ColumnRole::Progress),
            ("1~9月完成值", ColumnRole::Progress),
            ("度量单位", ColumnRole::Unit),
            ("未完成原因及拟采取的改进措施", ColumnRole::Reason),
        ] {
            assert_eq!(column(heading), Some(role), "{heading}");
        }
        assert_eq!(column("支持企业数量"), None);
    }

    #[test]
    fn no_label_is_listed_twice() {
        let all = COLUMNS.iter().flat_map(|(_, names)| names.iter());
        let mut seen = std::collections::BTreeSet::new();
        for name in all {
            assert!(seen.insert(name), "{name} names two columns");
        }
        let mut seen = std::collections::BTreeSet::new();
        for name in HEADER.iter().flat_map(|(_, names)| names.iter()) {
            assert!(seen.insert(name), "{name} names two header fields");
        }
    }

    #[test]
    fn titles_and_years() {
        assert!(is_title("2024年促进经济高质量发展专项资金(促进外贸发展方向)二级项目绩效目标表"));
        assert!(is_title("项目支出绩效自评表") && !is_title("绩效目标") && !is_title("支持企业数量"));
        assert_eq!(
            (form_year("(2024年度)"), form_year("2024年"), form_year("2024")),
            (Some(2024), Some(2024), None)
        );
        assert_eq!(
            fused_header("用款单位 广东省商务厅"),
            Some((HeaderKey::SpendingUnit, "用款单位", "广东省商务厅"))
        );
        assert_eq!(money_column("1-7月执行率"), Some(MoneyRole::Rate));
    }
}
