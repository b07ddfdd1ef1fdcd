//! Forms for property tests: sound ones of every kind, and ones into which anything was typed.
//!
//! A sound form is one that an experienced official would hand in: figures add up, deadlines lie in the cycle, weights
//! make a hundred. No check may find an error or a warning in it; the mutation test insists.

use jixiao_core::{
    period::Period,
    table::{ColumnRole, Form, HeaderKey, MoneyRole},
};
use proptest::{collection::vec, prelude::*, sample::Index};

use super::sheet::{Item, Money, Sheet};

pub(crate) const YEAR: Period = Period::Year(None);

/// What an indicator's targets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Things that may be counted again every year: the cycle is the sum of the years.
    Count,
    /// Enterprises or persons, which the same one may be in several years.
    Distinct,
    /// Money with one decimal.
    Amount,
    /// A share in %.
    Rate,
    /// A deadline.
    Date,
    /// A state in words.
    State(&'static str),
}

/// An indicator that forms have: level 1, level 2, title, unit, values.
type Usual = (&'static str, &'static str, &'static str, &'static str, Values);

/// Indicators of forms in general, in the order of the form.
const USUAL: [Usual; 16] = [
    ("产出指标", "数量指标", "扶持项目数量", "个", Values::Count),
    ("产出指标", "数量指标", "技能培训人次", "人次", Values::Count),
    ("产出指标", "数量指标", "受助企业数量", "家", Values::Distinct),
    ("产出指标", "质量指标", "项目验收合格率", "%", Values::Rate),
    ("产出指标", "质量指标", "补贴发放准确率", "%", Values::Rate),
    ("产出指标", "时效指标", "项目完成时间", "", Values::Date),
    ("产出指标", "时效指标", "资金拨付及时率", "%", Values::Rate),
    ("产出指标", "成本指标", "预算控制", "", Values::State("不超预算")),
    ("效益指标", "经济效益指标", "带动社会投资规模", "亿元", Values::Amount),
    ("效益指标", "经济效益指标", "新增产值", "万元", Values::Amount),
    ("效益指标", "社会效益指标", "组织供需对接活动", "场", Values::Count),
    ("效益指标", "社会效益指标", "政策知晓率", "%", Values::Rate),
    ("效益指标", "生态效益指标", "绿色工厂占比", "%", Values::Rate),
    ("效益指标", "可持续影响指标", "长效管理机制", "", Values::State("健全")),
    ("满意度指标", "服务对象满意度指标", "受助企业满意度", "%", Values::Rate),
    ("满意度指标", "服务对象满意度指标", "参训人员满意度", "%", Values::Rate),
];

/// The indicators of the Guangdong fund.
const OF_THE_FUND: [Usual; 8] = [
    ("产出指标", "数量指标", "进口贴息支持企业数量", "家次", Values::Count),
    ("产出指标", "数量指标", "政策性出口信保服务支持企业数", "家", Values::Distinct),
    ("产出指标", "时效指标", "项目完成时间", "", Values::Date),
    ("产出指标", "成本指标", "预算控制", "", Values::State("不超预算")),
    (
        "效益指标",
        "经济效益指标",
        "带动进口贸易促进创新示范区（培育区）内企业进口规模",
        "亿元",
        Values::Amount,
    ),
    ("效益指标", "经济效益指标", "带动进口基地内企业进口规模", "亿元", Values::Amount),
    ("效益指标", "可持续影响指标", "保持企业进口积极性", "", Values::State("保持")),
    ("满意度指标", "服务对象满意度指标", "获支持对象满意度", "%", Values::Rate),
];

/// Regions of the Guangdong fund.
const GUANGDONG: [&str; 12] = [
    "广州市",
    "珠海市",
    "珠海横琴",
    "汕头市",
    "佛山市",
    "韶关市",
    "湛江市",
    "茂名市",
    "惠州市",
    "清远市",
    "潮州市",
    "云浮市",
];

/// Regions that the fund's list does not know.
const SICHUAN: [&str; 9] =
    ["成都市", "自贡市", "攀枝花市", "泸州市", "德阳市", "绵阳市", "阿坝州", "甘孜州", "凉山州"];

/// Figures drawn for a form; the forms take as many as they need, over and over.
#[derive(Clone, Debug)]
pub(crate) struct Figures(Vec<u32>, usize);

impl Figures {
    fn next(&mut self, from: u32, to: u32) -> u32 {
        let drawn = self.0[self.1 % self.0.len()];
        self.1 += 1;
        from + drawn % (to - from + 1)
    }
}

fn figures() -> impl Strategy<Value = Figures> {
    vec(0u32..1_000_000, 24).prop_map(|drawn| Figures(drawn, 0))
}

fn text(words: &str) -> String {
    words.to_owned()
}

fn columns(list: &[(ColumnRole, &str)]) -> Vec<(ColumnRole, String)> {
    list.iter().map(|(role, heading)| (*role, text(heading))).collect()
}

/// A figure in tenths, as forms write it: `12`, `12.5`.
pub(crate) fn tenths(n: u32) -> String {
    if n.is_multiple_of(10) { (n / 10).to_string() } else { format!("{}.{}", n / 10, n % 10) }
}

// ---- target tables ----

/// The targets of one row for cycle and year, and the year's figure (in tenths) so that it can be added.
fn targets(values: Values, year: u32) -> Vec<String> {
    match values {
        Values::Count => vec![format!("≥ {}", 3 * year), format!("≥ {year}")],
        Values::Distinct => vec![format!("≥ {}", 2 * year), format!("≥ {year}")],
        Values::Amount => vec![format!("≥ {}", tenths(3 * year)), format!("≥ {}", tenths(year))],
        Values::Rate => vec![format!("≥ {year}"), format!("≥ {year}")],
        Values::Date => vec![text("2026年12月底前"), text("2024年12月底前")],
        Values::State(words) => vec![text(words), text(words)],
    }
}

/// An indicator with its regions: what adds, adds up.
fn goal_item(usual: Usual, regions: &[&str], figures: &mut Figures) -> Item {
    let (category, kind, title, unit, values) = usual;
    let rate = figures.next(80, 98);
    let mut total = 0;
    let mut rows = Vec::new();
    for region in regions {
        let year = match values {
            Values::Rate => rate,
            _ => figures.next(1, 400),
        };
        total += year;
        rows.push((text(region), targets(values, year)));
    }
    let year = match (values, regions.is_empty()) {
        (Values::Rate, _) => rate,
        (_, true) => figures.next(1, 4000),
        (_, false) => total,
    };
    Item {
        category: text(category),
        kind: text(kind),
        title: text(title),
        unit: text(unit),
        own: targets(values, year),
        regions: rows,
        marks: Vec::new(),
    }
}

/// What the goals' prose says of an item: its title with the very figure of the table.
fn prose_of(items: &[Item], column: usize) -> String {
    let numbers = items.iter().filter(|i| matches!(i.unit.as_str(), "家次" | "个" | "人次"));
    let said: Vec<String> = numbers
        .filter_map(|i| {
            Some(format!("{}不少于{}{}", i.title, i.own.get(column)?.strip_prefix("≥ ")?, i.unit))
        })
        .collect();
    let begin = "扩大政策覆盖面，帮助企业稳定经营，促进产业平稳发展";
    if said.is_empty() { format!("{begin}。") } else { format!("{begin}，{}。", said.join("，")) }
}

fn goal_sheet(name: &str, department: &str, [total, year]: [u32; 2], items: Vec<Item>) -> Sheet {
    use HeaderKey::{
        BudgetTotal, BudgetYear, Department, FirstYear, LastYear, Other, Overview, ProjectLevel, ProjectName,
        ProjectType, SpendingUnit, Term,
    };
    let field = |key, label: &str, value: &str| (key, text(label), text(value));
    Sheet {
        form: Form::Goal,
        title: format!("2024年{name}二级项目绩效目标表"),
        year_line: None,
        header: vec![
            field(ProjectName, "项目名称", name),
            field(ProjectType, "项目类型", "省级财政专项资金"),
            field(ProjectLevel, "项目等级", "二级项目"),
            field(Department, "主管部门", department),
            field(SpendingUnit, "用款单位", department),
            field(Term, "实施期限", ""),
            field(FirstYear, "起始年度", "2024年"),
            field(LastYear, "到期年度", "2026年"),
            field(Other, "预算金额", ""),
            field(BudgetTotal, "总金额", &format!("{total}万元")),
            field(BudgetYear, "当年度金额", &format!("{year}万元")),
            field(Overview, "项目概述", "支持企业开拓市场、扩大进口、提升服务能力。"),
        ],
        money: None,
        goal_label: text("总体绩效目标"),
        goal_headings: vec![
            (Period::Cycle, false, text("实施周期总目标")),
            (YEAR, false, text("当年度目标")),
        ],
        goals: vec![(Period::Cycle, false, prose_of(&items, 0)), (YEAR, false, prose_of(&items, 1))],
        frame: Some(text("绩效目标")),
        columns: columns(&[
            (ColumnRole::Category, "一级指标"),
            (ColumnRole::Kind, "二级指标"),
            (ColumnRole::Name, "三级指标"),
            (ColumnRole::Target(Period::Cycle), "实施周期指标值"),
            (ColumnRole::Target(YEAR), "当年度指标值"),
        ]),
        items,
        total: None,
        notes: Vec::new(),
    }
}

/// A target table of the Guangdong fund: every indicator of it, split over regions of it.
pub(crate) fn of_the_fund() -> impl Strategy<Value = Sheet> {
    let regions = proptest::sample::subsequence(GUANGDONG.to_vec(), 3..=GUANGDONG.len());
    (regions, figures()).prop_map(|(mut regions, mut figures)| {
        // A zone is not listed without the city that it lies in.
        if !regions.contains(&"珠海市") {
            regions.retain(|r| *r != "珠海横琴");
        }
        let items = OF_THE_FUND.iter().map(|usual| goal_item(*usual, &regions, &mut figures)).collect();
        let name = "促进经济高质量发展专项资金（促进外贸发展方向）";
        goal_sheet(name, "广东省商务厅", [178_941, 59_647], items)
    })
}

/// Usual indicators with at least one output, one benefit and one satisfaction.
fn usual_indicators() -> impl Strategy<Value = Vec<Usual>> {
    let some = |list: &[Usual], least| proptest::sample::subsequence(list.to_vec(), least..=list.len());
    (some(&USUAL[..8], 2), some(&USUAL[8..14], 1), some(&USUAL[14..], 1))
        .prop_map(|(output, benefit, satisfaction)| [output, benefit, satisfaction].concat())
}

/// A target table of another province, with or without regions.
pub(crate) fn goal() -> impl Strategy<Value = Sheet> {
    let regions =
        prop_oneof![Just(Vec::new()), proptest::sample::subsequence(SICHUAN.to_vec(), 2..=SICHUAN.len()),];
    (usual_indicators(), regions, figures()).prop_map(|(usual, regions, mut figures)| {
        let items: Vec<Item> = usual.into_iter().map(|u| goal_item(u, &regions, &mut figures)).collect();
        let year = figures.next(100, 50_000);
        goal_sheet("中小企业发展专项资金", "四川省经济和信息化厅", [3 * year, year], items)
    })
}

// ---- forms for one year ----

/// The year's target of an item, and a figure that meets it.
fn year_target(values: Values, figures: &mut Figures) -> (String, String) {
    let n = figures.next(5, 400);
    match values {
        Values::Count | Values::Distinct => (format!("≥ {n}"), (n + n / 10).to_string()),
        Values::Amount => (format!("≥ {}", tenths(n)), tenths(n + n / 10)),
        Values::Rate => {
            let rate = 80 + n % 15;
            (format!("≥ {rate}%"), format!("{}%", rate + 2))
        }
        Values::Date => (text("2024年12月底前"), text("2024年11月")),
        Values::State("健全") => (text("健全"), text("健全")),
        Values::State(words) => (text(words), text("未超预算")),
    }
}

fn year_item(usual: Usual, own: String, marks: Vec<(ColumnRole, String)>) -> Item {
    let (category, kind, title, unit, _) = usual;
    Item {
        category: text(category),
        kind: text(kind),
        title: text(title),
        unit: text(unit),
        own: vec![own],
        regions: Vec::new(),
        marks,
    }
}

/// The regional form of a transfer: money in two lines, one column of targets; comparator and unit in columns of their
/// own now and then.
pub(crate) fn regional() -> impl Strategy<Value = Sheet> {
    (usual_indicators(), any::<bool>(), figures()).prop_map(|(usual, apart, mut figures)| {
        use ColumnRole::{Category, Comparator, Kind, Name, Target, Unit};
        let items = usual.into_iter().map(|u| regional_item(u, apart, &mut figures)).collect();
        let (central, local) = (figures.next(100, 5000), figures.next(100, 5000));
        let field = |key, label: &str, value: &str| (key, text(label), text(value));
        let heads = if apart {
            columns(&[
                (Category, "一级指标"),
                (Kind, "二级指标"),
                (Name, "三级指标"),
                (Comparator, "指标性质"),
                (Target(YEAR), "指标值"),
                (Unit, "度量单位"),
            ])
        } else {
            columns(&[
                (Category, "一级指标"),
                (Kind, "二级指标"),
                (Name, "三级指标"),
                (Target(YEAR), "指标值"),
            ])
        };
        Sheet {
            form: Form::Regional,
            title: text("中央对地方转移支付区域绩效目标表"),
            year_line: Some(text("（2024年度）")),
            header: vec![
                field(HeaderKey::ProjectName, "专项名称", "中小企业发展专项资金"),
                field(HeaderKey::Department, "中央主管部门", "工业和信息化部"),
                field(HeaderKey::Department, "省级主管部门", "四川省经济和信息化厅"),
            ],
            money: Some(Money {
                label: text("资金情况（万元）"),
                headings: Vec::new(),
                lines: vec![
                    (text("年度金额："), true, vec![(central + local).to_string()]),
                    (text("其中：中央补助"), false, vec![central.to_string()]),
                    (text("地方资金"), false, vec![local.to_string()]),
                ],
            }),
            goal_label: text("年度目标"),
            goal_headings: Vec::new(),
            goals: vec![(YEAR, false, text("提升中小企业创新能力和专业化水平，改善企业发展环境。"))],
            frame: Some(text("绩效指标")),
            columns: heads,
            items,
            total: None,
            notes: Vec::new(),
        }
    })
}

fn regional_item(usual: Usual, apart: bool, figures: &mut Figures) -> Item {
    let (target, _) = year_target(usual.4, figures);
    let bare = target.trim_start_matches("≥ ").trim_end_matches('%').to_owned();
    if !apart || bare == target {
        return year_item(usual, target, Vec::new());
    }
    let marks = vec![(ColumnRole::Comparator, text("≥")), (ColumnRole::Unit, text(usual.3))];
    Item { unit: String::new(), ..year_item(usual, bare, marks) }
}

/// A self-evaluation in which every target was met: 90 points for indicators, 10 for spending.
pub(crate) fn self_evaluation() -> impl Strategy<Value = Sheet> {
    (usual_indicators(), 90u32..=100, figures()).prop_map(|(usual, spent, mut figures)| {
        let weights = weights(&usual);
        let items = usual.iter().zip(weights).map(|(u, w)| evaluated_item(*u, w, &mut figures)).collect();
        evaluation_sheet(items, spent, figures.next(1, 40) * 10)
    })
}

/// 50 points for output, 30 for benefit, 10 for satisfaction, shared out within each.
fn weights(usual: &[Usual]) -> Vec<u32> {
    let points = |category: &str| match category {
        "产出指标" => 50,
        "效益指标" => 30,
        _ => 10,
    };
    let mut weights = Vec::new();
    for (i, u) in usual.iter().enumerate() {
        let n = usual.iter().filter(|o| o.0 == u.0).count() as u32;
        let before = usual[..i].iter().filter(|o| o.0 == u.0).count() as u32;
        let (each, rest) = (points(u.0) / n, points(u.0) % n);
        weights.push(each + u32::from(before < rest));
    }
    weights
}

fn evaluated_item(usual: Usual, weight: u32, figures: &mut Figures) -> Item {
    let (target, actual) = year_target(usual.4, figures);
    let marks = vec![
        (ColumnRole::Actual, actual),
        (ColumnRole::Weight, weight.to_string()),
        (ColumnRole::Score, weight.to_string()),
        (ColumnRole::Reason, text("无")),
    ];
    year_item(usual, target, marks)
}

/// `spent` is the rate of execution in %, `budget` the budget in units of ten 万元.
fn evaluation_sheet(items: Vec<Item>, spent: u32, budget: u32) -> Sheet {
    use ColumnRole::{Actual, Category, Kind, Name, Reason, Score, Target, Weight};
    let field = |key, label: &str, value: &str| (key, text(label), text(value));
    let (all, done) = ((budget * 100).to_string(), (budget * spent).to_string());
    let money = |name: &str, is_total, rest: [&str; 3]| {
        let cells = [[all.as_str(), &all, &done].as_slice(), &rest].concat();
        (text(name), is_total, cells.into_iter().map(text).collect())
    };
    let headings = [
        (MoneyRole::InitialBudget, "年初预算数"),
        (MoneyRole::AdjustedBudget, "全年预算数"),
        (MoneyRole::Executed, "全年执行数"),
        (MoneyRole::Weight, "分值"),
        (MoneyRole::Rate, "执行率"),
        (MoneyRole::Score, "得分"),
    ];
    Sheet {
        form: Form::SelfEvaluation,
        title: text("项目支出绩效自评表"),
        year_line: Some(text("（2024年度）")),
        header: vec![
            field(HeaderKey::ProjectName, "项目名称", "中小企业发展专项资金"),
            field(HeaderKey::Department, "主管部门", "四川省经济和信息化厅"),
            field(HeaderKey::SpendingUnit, "实施单位", "四川省中小企业服务中心"),
        ],
        money: Some(Money {
            label: text("项目资金（万元）"),
            headings: headings.iter().map(|(role, h)| (*role, text(h))).collect(),
            lines: vec![
                money("年度资金总额", true, ["10", &format!("{spent}%"), &tenths(spent)]),
                money("其中：当年财政拨款", false, ["—", "—", "—"]),
            ],
        }),
        goal_label: text("年度总体目标"),
        goal_headings: vec![(YEAR, false, text("预期目标")), (YEAR, true, text("实际完成情况"))],
        goals: vec![
            (YEAR, false, text("改善企业发展环境，提升服务能力。")),
            (YEAR, true, text("已按计划完成各项任务，服务能力明显提升。")),
        ],
        frame: Some(text("绩效指标")),
        columns: columns(&[
            (Category, "一级指标"),
            (Kind, "二级指标"),
            (Name, "三级指标"),
            (Target(YEAR), "年度指标值"),
            (Actual, "实际完成值"),
            (Weight, "分值"),
            (Score, "得分"),
            (Reason, "偏差原因分析及改进措施"),
        ]),
        items,
        total: Some(vec![(Weight, text("100")), (Score, tenths(900 + spent))]),
        notes: Vec::new(),
    }
}

/// A monitoring form in which every target is on its way.
pub(crate) fn monitoring() -> impl Strategy<Value = Sheet> {
    (usual_indicators(), figures()).prop_map(|(usual, mut figures)| {
        use ColumnRole::{Category, Chance, Forecast, Kind, Name, Note, Progress, Reason, Target};
        let items = usual.into_iter().map(|u| monitored_item(u, &mut figures)).collect();
        let field = |key, label: &str, value: &str| (key, text(label), text(value));
        let budget = figures.next(1, 40) * 100;
        let headings = [
            (MoneyRole::InitialBudget, "年初预算数"),
            (MoneyRole::Executed, "1-7月执行数"),
            (MoneyRole::Rate, "1-7月执行率"),
            (MoneyRole::Forecast, "全年预计执行数"),
        ];
        let (all, half) = (budget.to_string(), (budget / 2).to_string());
        Sheet {
            form: Form::Monitoring,
            title: text("项目支出绩效运行监控表"),
            year_line: Some(text("（2024年度）")),
            header: vec![
                field(HeaderKey::ProjectName, "项目名称", "中小企业发展专项资金"),
                field(HeaderKey::Department, "主管部门", "四川省经济和信息化厅"),
            ],
            money: Some(Money {
                label: text("项目资金（万元）"),
                headings: headings.iter().map(|(role, h)| (*role, text(h))).collect(),
                lines: vec![(text("年度资金总额"), true, vec![all.clone(), half, text("50%"), all])],
            }),
            goal_label: text("年度总体目标"),
            goal_headings: Vec::new(),
            goals: vec![(YEAR, false, text("改善企业发展环境，提升服务能力。"))],
            frame: Some(text("绩效指标")),
            columns: columns(&[
                (Category, "一级指标"),
                (Kind, "二级指标"),
                (Name, "三级指标"),
                (Target(YEAR), "年度指标值"),
                (Progress, "1-7月执行情况"),
                (Forecast, "全年预计完成情况"),
                (Reason, "偏差原因分析"),
                (Chance, "完成目标可能性"),
                (Note, "备注"),
            ]),
            items,
            total: None,
            notes: vec![text("填报人：张三  联系电话：12345678")],
        }
    })
}

fn monitored_item(usual: Usual, figures: &mut Figures) -> Item {
    let (target, forecast) = year_target(usual.4, figures);
    let progress = match usual.4 {
        Values::Count | Values::Distinct | Values::Amount => text("4"),
        Values::Rate => forecast.clone(),
        Values::Date | Values::State(_) => text("正在推进"),
    };
    let progress = if usual.4 == Values::Amount { text("0.4") } else { progress };
    let marks = vec![
        (ColumnRole::Progress, progress),
        (ColumnRole::Forecast, forecast),
        (ColumnRole::Reason, String::new()),
        (ColumnRole::Chance, text("确定能")),
        (ColumnRole::Note, String::new()),
    ];
    year_item(usual, target, marks)
}

// ---- all of them ----

/// A sound form of any kind.
pub(crate) fn sound() -> impl Strategy<Value = Sheet> {
    prop_oneof![of_the_fund(), goal(), regional(), self_evaluation(), monitoring()]
}

/// Something that people type into a cell that asks for a target.
fn typed() -> impl Strategy<Value = String> {
    const TYPED: [&str; 34] = [
        "",
        "",
        "/",
        "—",
        "不适用",
        "0",
        "≥ 0",
        "≥ 104",
        "＞ 270",
        ">=5",
        "≤12.5%",
        "<3",
        "=100%",
        "100％",
        "95",
        "80-90%",
        "≥80%且≤90%",
        "不少于2万家次",
        "20个",
        "1,234.5万元",
        "2024年12月底前",
        "12月底前",
        "2024-06-30",
        "2021年1月-12月",
        "≥100百分比",
        "≥**%",
        "W 90",
        "45657",
        "90分以上",
        "保持",
        "显著提升",
        "不超预算",
        "完成\n验收",
        "≥ 3\n个",
    ];
    prop_oneof![
        4 => proptest::sample::select(TYPED.to_vec()).prop_map(text),
        2 => (proptest::sample::select(vec!["≥", "≥ ", ">", "≤ ", "<", "=", ""]), 0u32..2_000_000)
            .prop_map(|(sign, n)| format!("{sign}{}", tenths(n))),
    ]
}

/// A change that may leave the form unsound but not unreadable.
#[derive(Clone, Debug)]
enum Twist {
    Target(Index, String),
    RegionTarget(Index, Index, String),
    Title(Index, String),
    Prose(Index, String),
    DropField(Index),
    DropGoal,
    DropFrame,
    DropTotal,
    DropMark(Index, Index),
    Reason(Index, String),
    SwapRegions(Index),
    DoubleItem(Index),
    UnknownColumn(Vec<Option<String>>),
    RegionColumn,
    Remark(String),
}

fn words() -> impl Strategy<Value = String> {
    const WORDS: [&str; 12] = [
        "受台风影响，部分项目推迟",
        "无",
        "加快进度",
        "拟于12月底前完成",
        "企业申报2家次，少于预期",
        "按月调度，\n逐项落实",
        "“粤贸全球”计划",
        "项目（一期）",
        "A/B类设备",
        "=1+1",
        "-待定",
        "提升 国际 竞争力",
    ];
    proptest::sample::select(WORDS.to_vec()).prop_map(text)
}

fn titles() -> impl Strategy<Value = String> {
    proptest::string::string_regex(
        "(支持|引进|培育|新建)[一丁七万丈三上下]{1,6}(项目|人才|设备|基地)(数量|进度|规模|比例|（一期）数量)",
    )
    .expect("a pattern")
}

fn twist() -> impl Strategy<Value = Twist> {
    let at = any::<Index>;
    prop_oneof![
        6 => (at(), typed()).prop_map(|(i, t)| Twist::Target(i, t)),
        6 => (at(), at(), typed()).prop_map(|(i, r, t)| Twist::RegionTarget(i, r, t)),
        3 => (at(), titles()).prop_map(|(i, t)| Twist::Title(i, t)),
        2 => (at(), words()).prop_map(|(i, t)| Twist::Prose(i, t)),
        1 => at().prop_map(Twist::DropField),
        1 => Just(Twist::DropGoal),
        1 => Just(Twist::DropFrame),
        1 => Just(Twist::DropTotal),
        2 => (at(), at()).prop_map(|(i, m)| Twist::DropMark(i, m)),
        2 => (at(), words()).prop_map(|(i, t)| Twist::Reason(i, t)),
        1 => at().prop_map(Twist::SwapRegions),
        1 => at().prop_map(Twist::DoubleItem),
        2 => vec(proptest::option::of(words()), 1..6).prop_map(Twist::UnknownColumn),
        1 => Just(Twist::RegionColumn),
        1 => words().prop_map(|w| Twist::Remark(format!("说明：{w}"))),
    ]
}

/// A form into which anything was typed.
pub(crate) fn anything() -> impl Strategy<Value = Sheet> {
    (sound(), vec(twist(), 0..8)).prop_map(|(mut sheet, twists)| {
        for twist in twists {
            sheet.twist(twist);
        }
        sheet
    })
}

impl Sheet {
    fn twist(&mut self, twist: Twist) {
        match twist {
            Twist::Target(i, t) => {
                let item = self.item(i);
                let cell = i.index(item.own.len());
                item.own[cell] = t;
            }
            Twist::RegionTarget(i, r, t) => {
                let item = self.item(i);
                let rows = item.regions.len();
                if rows > 0 {
                    let cell = i.index(item.own.len());
                    item.regions[r.index(rows)].1[cell] = t;
                }
            }
            Twist::Title(i, t) => self.item(i).title = t,
            Twist::Prose(i, t) => {
                let goal = i.index(self.goals.len());
                self.goals[goal].2 = t;
            }
            Twist::DropField(i) => self.drop_field(i),
            Twist::DropGoal => self.goals[0].2.clear(),
            Twist::DropFrame => self.frame = None,
            Twist::DropTotal => self.total = None,
            Twist::DropMark(i, m) => {
                let item = self.item(i);
                let marks = item.marks.len();
                if marks > 0 {
                    item.marks[m.index(marks)].1.clear();
                }
            }
            Twist::Reason(i, t) => {
                if let Some(reason) = self.item(i).mark(ColumnRole::Reason) {
                    *reason = t;
                }
            }
            Twist::SwapRegions(i) => self.item(i).regions.reverse(),
            Twist::DoubleItem(i) => self.double_item(i),
            Twist::UnknownColumn(texts) => self.unknown_column(&texts),
            Twist::RegionColumn => self.region_column(),
            Twist::Remark(words) => self.notes.push(words),
        }
    }

    pub(crate) fn item(&mut self, i: Index) -> &mut Item {
        let at = i.index(self.items.len());
        &mut self.items[at]
    }

    /// A field that stands in a row of its own can be missing without the others losing their row.
    fn drop_field(&mut self, i: Index) {
        use HeaderKey::{Overview, ProjectLevel, ProjectType};
        let alone: Vec<usize> = (0..self.header.len())
            .filter(|&at| matches!(self.header[at].0, ProjectType | ProjectLevel | Overview))
            .collect();
        if !alone.is_empty() {
            self.header.remove(alone[i.index(alone.len())]);
        }
    }

    /// The same indicator a second time. Where regions have a column of their own, rows of one name are one indicator.
    fn double_item(&mut self, i: Index) {
        if !self.columns.iter().any(|(role, _)| *role == ColumnRole::Region) {
            let at = i.index(self.items.len());
            self.items.insert(at, self.items[at].clone());
        }
    }

    /// A column that no dictionary knows, at the right edge, filled here and there.
    fn unknown_column(&mut self, texts: &[Option<String>]) {
        if self.columns.iter().any(|(role, _)| *role == ColumnRole::Unknown) {
            return;
        }
        self.columns.push((ColumnRole::Unknown, text("责任处室及分工")));
        for (item, words) in self.items.iter_mut().zip(texts.iter().cycle()) {
            item.marks.push((ColumnRole::Unknown, words.clone().unwrap_or_default()));
        }
    }

    /// The regions in a column of their own.
    fn region_column(&mut self) {
        let at = self.columns.iter().position(|(role, _)| *role == ColumnRole::Name);
        let has = self.columns.iter().any(|(role, _)| *role == ColumnRole::Region);
        let doubled = self.items.windows(2).any(|pair| pair[0].title == pair[1].title);
        if let (Some(at), false) = (at, has || doubled || self.items.iter().all(|i| i.regions.is_empty())) {
            self.columns.insert(at + 1, (ColumnRole::Region, text("地区")));
        }
    }
}
