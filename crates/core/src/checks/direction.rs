//! Whether a floor or a ceiling makes sense for an indicator, going by its name.

use rust_decimal::Decimal;

use super::Facts;
use crate::{
    indicator::{Direction, direction_of},
    table::Indicator,
    target::{Comparator, NumberTarget},
};

/// Rates of which a person always wants more.
const WANTED_HIGH: [&str; 20] = [
    "满意度",
    "满意率",
    "合格率",
    "覆盖率",
    "及时率",
    "准确率",
    "通过率",
    "参与率",
    "达标率",
    "优良率",
    "处理率",
    "办结率",
    "完成率",
    "到位率",
    "开工率",
    "完工率",
    "竣工率",
    "投产率",
    "利用率",
    "发放率",
];

/// Words that make of a bad thing something good that is done about it: 事故演练次数, 违规行为查处数.
const DONE_ABOUT_IT: [&str; 34] = [
    "演练", "培训", "查处", "处理", "处置", "整改", "受理", "监测", "检查", "治理", "预防", "防范", "平台",
    "系统", "回访", "解决", "化解", "调查", "核查", "管理", "控制", "交易", "审查", "宣传", "达标", "合格",
    "覆盖", "满意", "回复", "响应", "办理", "改造", "报告", "降",
];

/// Words before a term that turn it round: 不合格率, 无投诉率.
const TURNS: [char; 6] = ['不', '未', '非', '无', '零', '免'];

/// What is odd about a target's direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Odd {
    /// A floor where less is better.
    Floor,
    /// A ceiling where more is better.
    Ceiling,
}

/// Whether the name is of a rate that is better high: 满意度, 合格率, but not 不合格率.
pub(super) fn is_wanted_high(title: &str) -> bool {
    let key = crate::text::key(title);
    let found = WANTED_HIGH.iter().find_map(|w| key.find(w));
    found.is_some_and(|at| !key[..at].ends_with(TURNS)) && direction_of(title) == Direction::Forward
}

fn is_wanted_low(title: &str, facts: &Facts<'_>) -> bool {
    if let Some(spec) = facts.spec {
        return spec.direction == Direction::Reverse;
    }
    if facts.direction != Direction::Reverse {
        return false;
    }
    let key = crate::text::key(title);
    !DONE_ABOUT_IT.iter().any(|w| key.contains(w)) && !key.contains(TURNS)
}

/// Whether a target bounds its figure on the side on which nobody wants it bounded.
///
/// `≥ 0` and `≤ 100%` ask for nothing at all and are left to the checks of vacuous targets; the cost or the time that
/// something takes may well have a ceiling.
pub(super) fn odd(indicator: &Indicator, facts: &Facts<'_>, number: &NumberTarget) -> Option<Odd> {
    let figure = number.figure()?;
    let whole = facts.unit.as_ref().filter(|u| u.is_share()).map(|u| Decimal::ONE / u.scale);
    match number.comparator {
        Comparator::Above | Comparator::AtLeast => {
            (is_wanted_low(&indicator.title, facts) && figure > Decimal::ZERO).then_some(Odd::Floor)
        }
        Comparator::AtMost | Comparator::Below => {
            let reverse = facts.spec.is_some_and(|s| s.direction == Direction::Reverse);
            (is_wanted_high(&indicator.title) && !reverse && Some(figure) != whole).then_some(Odd::Ceiling)
        }
        Comparator::Equal | Comparator::Range | Comparator::Bare => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::Cx, table::TargetTable, target::Reading};

    fn odd_for(title: &str, target: &str) -> Option<Odd> {
        let indicator = Indicator {
            category_label: None,
            category: None,
            kind_label: None,
            kind: None,
            name: crate::place::Written::default(),
            title: title.to_owned(),
            unit: None,
            bracket_target: None,
            whole: Vec::new(),
            regions: Vec::new(),
            marks: crate::table::Marks::default(),
        };
        let table = TargetTable { indicators: vec![indicator], ..TargetTable::default() };
        let cx = Cx::new(&table, None, None);
        let reading = Reading::parse(target);
        let (indicator, facts) = cx.indicators().next()?;
        odd(indicator, facts, reading.target.number()?)
    }

    #[test]
    fn targets_that_point_the_wrong_way() {
        for (title, target, expected) in [
            ("逾期发放率", "≥100%", Some(Odd::Floor)),
            ("有效投诉次数", ">3次", Some(Odd::Floor)),
            ("服务对象满意度", "≤90%", Some(Odd::Ceiling)),
            ("验收合格率", "<95%", Some(Odd::Ceiling)),
        ] {
            assert_eq!(odd_for(title, target), expected, "{title} {target}");
        }
    }

    #[test]
    fn targets_that_only_look_as_if_they_did() {
        for (title, target) in [
            ("逾期发放率", "≤5%"),
            ("投诉处理率", "≥95%"),
            ("安全生产事故演练次数", "≥2次"),
            ("违规行为查处数", "≥10件"),
            ("无投诉率", "≥98%"),
            ("不合格产品检出率", "≤2%"),
            ("产品不合格率", "≤2%"),
            ("项目总成本", "≤100万元"),
            ("审核时限", "≤15个工作日"),
            ("逾期发放率", "≥0%"),
            ("服务对象满意度", "80%-90%"),
            ("服务对象满意度", "90%"),
        ] {
            assert_eq!(odd_for(title, target), None, "{title} {target}");
        }
    }
}
