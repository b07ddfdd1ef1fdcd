//! Categories and kinds of indicators, with the names that forms use for them.

use serde::{Deserialize, Serialize};

/// Level-1 category (一级指标).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Category {
    /// 成本指标 as a category of its own (财预〔2021〕101号).
    Cost,
    /// 产出指标; 项目完成指标 in older forms.
    Output,
    /// 效益指标; 项目效益指标 in older forms.
    Benefit,
    /// 满意度指标 as a category of its own.
    Satisfaction,
    /// 预算执行率 where a form lists it among the indicators.
    Execution,
}

/// Level-2 kind (二级指标).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// 数量.
    Quantity,
    /// 质量.
    Quality,
    /// 时效.
    Timeliness,
    /// 成本, under 产出 or as 经济成本.
    Cost,
    /// 社会成本.
    SocialCost,
    /// 生态环境成本.
    EcologicalCost,
    /// 经济效益.
    Economic,
    /// 社会效益.
    Social,
    /// 生态效益.
    Ecological,
    /// 可持续影响.
    Sustainability,
    /// 服务对象满意度.
    Satisfaction,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is better (正向).
    #[default]
    Forward,
    /// Less is better (反向).
    Reverse,
}

const CATEGORIES: [(Category, &str, &[&str]); 5] = [
    (Category::Cost, "成本指标", &["成本指标"]),
    (
        Category::Output,
        "产出指标",
        &["产出指标", "项目完成指标", "完成指标", "产出", "项目产出", "项目产出指标", "产出目标"],
    ),
    (
        Category::Benefit,
        "效益指标",
        &["效益指标", "项目效益指标", "效益", "效果指标", "项目效益", "效果", "效益目标", "项目效果指标"],
    ),
    (
        Category::Satisfaction,
        "满意度指标",
        &["满意度指标", "满意度", "服务对象满意度", "社会公众或服务对象满意度指标", "项目满意度指标"],
    ),
    (
        Category::Execution,
        "预算执行率",
        &["预算执行率", "预算执行", "预算执行指标", "预算执行率指标", "资金执行率"],
    ),
];

const KINDS: [(Kind, &str, &[&str]); 11] = [
    (Kind::Quantity, "数量指标", &["数量指标", "数量"]),
    (Kind::Quality, "质量指标", &["质量指标", "质量"]),
    (Kind::Timeliness, "时效指标", &["时效指标", "时效", "进度指标"]),
    (Kind::Cost, "成本指标", &["成本指标", "成本", "经济成本指标", "经济成本"]),
    (Kind::SocialCost, "社会成本指标", &["社会成本指标", "社会成本"]),
    (Kind::EcologicalCost, "生态环境成本指标", &["生态环境成本指标", "生态环境成本"]),
    (Kind::Economic, "经济效益指标", &["经济效益指标", "经济效益", "经济指标"]),
    (Kind::Social, "社会效益指标", &["社会效益指标", "社会效益", "社会指标"]),
    (Kind::Ecological, "生态效益指标", &["生态效益指标", "生态效益", "生态环境效益指标", "环境效益指标"]),
    (
        Kind::Sustainability,
        "可持续影响指标",
        &["可持续影响指标", "可持续影响", "可持续发展指标", "可持续影响力指标", "可持续性指标"],
    ),
    (
        Kind::Satisfaction,
        "服务对象满意度指标",
        &[
            "服务对象满意度指标",
            "服务对象满意度",
            "满意度指标",
            "社会公众满意度指标",
            "社会公众或服务对象满意度指标",
            "受益对象满意度指标",
            "帮扶对象满意度指标",
            "公众满意度指标",
        ],
    ),
];

impl Category {
    /// Reads a category from a label; white space and full-width forms do not matter.
    pub fn parse(label: &str) -> Option<Self> {
        let key = plain(label);
        CATEGORIES.iter().find(|(_, _, names)| names.contains(&key.as_str())).map(|(c, _, _)| *c)
    }

    /// The official name.
    pub fn zh(self) -> &'static str {
        CATEGORIES.iter().find(|(c, _, _)| *c == self).map_or("", |(_, name, _)| name)
    }

    /// The name in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Output => "output",
            Self::Benefit => "benefit",
            Self::Satisfaction => "satisfaction",
            Self::Execution => "budget execution",
        }
    }

    /// Whether a kind may stand under this category, in the present forms or in older ones.
    pub fn may_hold(self, kind: Kind) -> bool {
        use Kind::{
            Cost, Ecological, EcologicalCost, Economic, Quality, Quantity, Satisfaction, Social, SocialCost,
            Sustainability, Timeliness,
        };
        match self {
            Self::Cost => matches!(kind, Cost | SocialCost | EcologicalCost),
            Self::Output => matches!(kind, Quantity | Quality | Timeliness | Cost),
            Self::Benefit => matches!(kind, Economic | Social | Ecological | Sustainability | Satisfaction),
            Self::Satisfaction => kind == Satisfaction,
            Self::Execution => false,
        }
    }
}

impl Kind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(k, _, _)| *k)
    }

    /// Reads a kind from a label; white space and full-width forms do not matter.
    pub fn parse(label: &str) -> Option<Self> {
        let key = plain(label);
        KINDS.iter().find(|(_, _, names)| names.contains(&key.as_str())).map(|(k, _, _)| *k)
    }

    /// The official name.
    pub fn zh(self) -> &'static str {
        KINDS.iter().find(|(k, _, _)| *k == self).map_or("", |(_, name, _)| name)
    }

    /// The name in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Quantity => "quantity",
            Self::Quality => "quality",
            Self::Timeliness => "timeliness",
            Self::Cost => "cost",
            Self::SocialCost => "social cost",
            Self::EcologicalCost => "ecological cost",
            Self::Economic => "economic benefit",
            Self::Social => "social benefit",
            Self::Ecological => "ecological benefit",
            Self::Sustainability => "sustainability",
            Self::Satisfaction => "satisfaction",
        }
    }
}

/// A label without white space and without a weight in brackets: `产出指标（50分）` is `产出指标`.
fn plain(label: &str) -> String {
    let key = crate::text::key(label);
    match key.split_once('(') {
        Some((name, rest)) if rest.chars().any(|c| c.is_ascii_digit()) => name.to_owned(),
        _ => key,
    }
}

/// The direction that an indicator's name suggests: 投诉率, 逾期率, 差错, 成本 are better low.
pub fn direction_of(name: &str) -> Direction {
    const LOW_IS_GOOD: [&str; 18] = [
        "投诉",
        "逾期",
        "差错",
        "违规",
        "事故",
        "超支",
        "偏离",
        "偏差率",
        "返工",
        "失误",
        "死亡率",
        "发病率",
        "能耗",
        "排放",
        "流失率",
        "退货率",
        "空置率",
        "超标",
    ];
    const TURNED: [&str; 8] = ["处理率", "办结率", "下降率", "降低率", "整改率", "减少", "下降", "降幅"];
    let key = crate::text::key(name);
    let reverse = LOW_IS_GOOD.iter().any(|w| key.contains(w)) && !TURNED.iter().any(|w| key.contains(w));
    if reverse { Direction::Reverse } else { Direction::Forward }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_stretched_names_are_known() {
        assert_eq!(Category::parse("产出 指标"), Some(Category::Output));
        assert_eq!(Category::parse("项目完成指标"), Some(Category::Output));
        assert_eq!(Category::parse("产出指标（50分）"), Some(Category::Output));
        assert_eq!(Kind::parse("数\n量\n指\n标"), Some(Kind::Quantity));
        assert_eq!(Kind::parse("可持续影响"), Some(Kind::Sustainability));
        assert_eq!(Kind::parse("进口贴息支持企业数量"), None);
    }

    #[test]
    fn every_kind_has_a_place() {
        for kind in Kind::all() {
            let places = CATEGORIES.iter().filter(|(c, _, _)| c.may_hold(kind)).count();
            assert!(places >= 1, "{}", kind.zh());
        }
    }

    #[test]
    fn directions_follow_the_words() {
        assert_eq!(direction_of("有效投诉率"), Direction::Reverse);
        assert_eq!(direction_of("投诉处理率"), Direction::Forward);
        assert_eq!(direction_of("逾期发放率"), Direction::Reverse);
        assert_eq!(direction_of("支持企业数量"), Direction::Forward);
    }
}
