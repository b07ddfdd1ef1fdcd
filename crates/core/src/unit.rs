//! Units with scale and meaning.
//!
//! 家 counts distinct enterprises and 家次 counts awards: the two look alike and may never be compared. 元, 万元 and 亿元
//! are one meaning at three scales. A conversion exists only within one meaning; there is no default.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What a unit measures. Two units convert into each other only when their meanings are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Meaning {
    /// Distinct enterprises: 家, 户.
    Enterprises,
    /// Awards, an enterprise once for each time it is supported: 家次, 户次.
    Awards,
    /// Distinct persons: 人, 名.
    Persons,
    /// Person-times: 人次.
    PersonTimes,
    /// Renminbi: 元, 万元, 亿元.
    Yuan,
    /// US dollars: 美元, 万美元, 亿美元.
    UsDollars,
    /// A share: %, ‰.
    Share,
    /// Difference of two shares: 百分点.
    SharePoints,
    /// Calendar days: 天, 日, 周.
    Days,
    /// Working days: 工作日. Convertible to nothing, because it depends on the calendar.
    WorkingDays,
    /// Months: 月, 季度, 年.
    Months,
    /// Hours: 小时.
    Hours,
    /// Points of a score: 分.
    Points,
    /// A multiple: 倍.
    Multiple,
    /// A thing counted by its own measure word (个, 项, 场, 吨…): comparable with the same word only.
    Named(String),
}

/// A unit as written: its meaning, its scale, and the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// What it measures.
    pub meaning: Meaning,
    /// How many base units one of it is: 10000 for 万元, 0.01 for %.
    pub scale: Decimal,
    /// The unit's text, folded: `亿元`, `%`.
    pub symbol: String,
}

/// Why two units could not be converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inconvertible {
    /// The unit that was to be converted.
    pub from: String,
    /// The unit it was to become.
    pub to: String,
}

/// Measure words whose things come in whole numbers.
const COUNTED: &[&str] = &[
    "个", "项", "件", "场", "次", "套", "台", "份", "期", "批", "种", "类", "所", "座", "处", "条", "篇",
    "只", "头", "株", "艘", "列", "册", "尾", "辆", "门", "班", "宗", "笔", "例", "场次", "班次", "批次",
];

/// Measure words whose things are weighed or measured.
const MEASURED: &[&str] = &[
    "吨",
    "万吨",
    "公斤",
    "千克",
    "升",
    "公里",
    "千米",
    "米",
    "平方米",
    "万平方米",
    "平方公里",
    "亩",
    "万亩",
    "公顷",
    "立方米",
    "万立方米",
    "千瓦时",
    "万千瓦时",
    "兆瓦",
    "标准箱",
];

impl Unit {
    /// Reads a unit from its text; `None` when the text is no unit that is known.
    pub fn parse(text: &str) -> Option<Self> {
        let symbol = crate::text::key(text);
        let symbol = symbol.trim_matches(['(', ')', '/', ',', '、']).trim_start_matches("单位:").to_owned();
        let (meaning, scale) = Self::known(&symbol)?;
        Some(Self { meaning, scale, symbol })
    }

    /// Its name in English; nothing of a thing with its own measure word.
    pub fn english(&self) -> Option<String> {
        let one = match &self.meaning {
            Meaning::Enterprises => "enterprises",
            Meaning::Awards => "awards",
            Meaning::Persons => "persons",
            Meaning::PersonTimes => "person-times",
            Meaning::Yuan => "yuan",
            Meaning::UsDollars => "US dollars",
            Meaning::Share | Meaning::SharePoints | Meaning::Multiple | Meaning::Named(_) => {
                return match (&self.meaning, self.symbol.as_str()) {
                    (_, "%" | "‰") => Some(self.symbol.clone()),
                    (Meaning::SharePoints, _) => Some("percentage points".to_owned()),
                    (Meaning::Multiple, _) => Some("times".to_owned()),
                    _ => None,
                };
            }
            Meaning::Days if self.scale == Decimal::from(7) => return Some("weeks".to_owned()),
            Meaning::Days => "days",
            Meaning::WorkingDays => "working days",
            Meaning::Months if self.scale == Decimal::from(3) => return Some("quarters".to_owned()),
            Meaning::Months if self.scale == Decimal::from(12) => return Some("years".to_owned()),
            Meaning::Months => "months",
            Meaning::Hours => "hours",
            Meaning::Points => "points",
        };
        Some(match self.scale.normalize().to_string().as_str() {
            "1" => one.to_owned(),
            "1000" => format!("1,000 {one}"),
            "10000" => format!("10,000 {one}"),
            "1000000" => format!("million {one}"),
            "100000000" => format!("100 million {one}"),
            _ => return None,
        })
    }

    fn known(symbol: &str) -> Option<(Meaning, Decimal)> {
        use Meaning::{
            Awards, Days, Enterprises, Hours, Months, Multiple, PersonTimes, Persons, Points, Share,
            SharePoints, UsDollars, WorkingDays, Yuan,
        };
        let whole = |n: i64| Decimal::from(n);
        Some(match symbol {
            "家" | "户" | "家企业" | "户企业" => (Enterprises, whole(1)),
            "万家" | "万户" => (Enterprises, whole(10_000)),
            "家次" | "户次" => (Awards, whole(1)),
            "万家次" | "万户次" => (Awards, whole(10_000)),
            "人" | "名" | "位" => (Persons, whole(1)),
            "万人" => (Persons, whole(10_000)),
            "人次" => (PersonTimes, whole(1)),
            "万人次" => (PersonTimes, whole(10_000)),
            "元" | "元人民币" | "人民币元" => (Yuan, whole(1)),
            "千元" => (Yuan, whole(1_000)),
            "万元" | "万元人民币" => (Yuan, whole(10_000)),
            "百万元" => (Yuan, whole(1_000_000)),
            "亿元" | "亿元人民币" => (Yuan, whole(100_000_000)),
            "美元" => (UsDollars, whole(1)),
            "万美元" => (UsDollars, whole(10_000)),
            "亿美元" => (UsDollars, whole(100_000_000)),
            "%" | "百分比" | "百分之" => (Share, Decimal::new(1, 2)),
            "‰" => (Share, Decimal::new(1, 3)),
            "百分点" | "个百分点" => (SharePoints, Decimal::new(1, 2)),
            "天" | "日" | "自然日" => (Days, whole(1)),
            "周" => (Days, whole(7)),
            "工作日" | "个工作日" => (WorkingDays, whole(1)),
            "月" | "个月" => (Months, whole(1)),
            "季度" | "个季度" => (Months, whole(3)),
            "年" => (Months, whole(12)),
            "小时" | "个小时" => (Hours, whole(1)),
            "分" => (Points, whole(1)),
            "倍" => (Multiple, whole(1)),
            _ => return Self::named(symbol),
        })
    }

    fn named(symbol: &str) -> Option<(Meaning, Decimal)> {
        if COUNTED.contains(&symbol) || MEASURED.contains(&symbol) {
            return Some((Meaning::Named(symbol.to_owned()), Decimal::ONE));
        }
        // 元/亩, 万元/公里: an amount per thing, comparable with the very same only.
        if let Some((amount, per)) = symbol.split_once('/') {
            let known =
                Self::known(amount).is_some() && !per.is_empty() && !per.chars().any(|c| c.is_ascii_digit());
            return known.then(|| (Meaning::Named(symbol.to_owned()), Decimal::ONE));
        }
        let rest = symbol.strip_prefix('万')?;
        COUNTED.contains(&rest).then(|| (Meaning::Named(rest.to_owned()), Decimal::from(10_000)))
    }

    /// Whether the thing comes in whole numbers, so that `> 270` says the same as `≥ 271`.
    pub fn is_count(&self) -> bool {
        match &self.meaning {
            Meaning::Enterprises | Meaning::Awards | Meaning::Persons | Meaning::PersonTimes => true,
            Meaning::Named(word) => COUNTED.contains(&word.as_str()),
            _ => false,
        }
    }

    /// Whether parts in this unit add up to a whole: counts, amounts and measures do; shares, spans of time, scores,
    /// multiples and amounts per thing do not.
    pub fn is_additive(&self) -> bool {
        match &self.meaning {
            Meaning::Named(word) => !word.contains('/'),
            _ => self.is_count() || self.is_money(),
        }
    }

    /// Whether it is an amount of money.
    pub fn is_money(&self) -> bool {
        matches!(self.meaning, Meaning::Yuan | Meaning::UsDollars)
    }

    /// Whether it is a share: parts of it are averaged, never added.
    pub fn is_share(&self) -> bool {
        self.meaning == Meaning::Share
    }

    /// Whether values in this unit cannot be below zero, so that `≥ 0` asks for nothing.
    pub fn is_never_negative(&self) -> bool {
        !matches!(self.meaning, Meaning::SharePoints | Meaning::Multiple)
    }

    /// A figure in this unit, said in another.
    ///
    /// # Errors
    /// When the two units mean different things (家 and 家次, 元 and 美元, 天 and 工作日), or the figure is too large to be held exactly.
    pub fn convert(&self, figure: Decimal, to: &Self) -> Result<Decimal, Inconvertible> {
        let refusal = || Inconvertible { from: self.symbol.clone(), to: to.symbol.clone() };
        if self.meaning != to.meaning {
            return Err(refusal());
        }
        if self.scale == to.scale {
            return Ok(figure);
        }
        let base = figure.checked_mul(self.scale).ok_or_else(refusal)?;
        let said = base.checked_div(to.scale).ok_or_else(refusal)?;
        // Scales are powers of ten (or 7, 12, 3); a quotient that does not multiply back exactly was rounded.
        if said.checked_mul(to.scale) == Some(base) { Ok(said.normalize()) } else { Err(refusal()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Unit {
        Unit::parse(text).unwrap_or_else(|| panic!("{text} is a unit"))
    }

    #[test]
    fn defined_conversions_are_exact() {
        for (figure, from, to, said) in [
            ("9.6", "亿元", "万元", "96000"),
            ("178941", "万元", "元", "1789410000"),
            ("59647", "万元", "亿元", "5.9647"),
            ("95", "％", "‰", "950"),
            ("2", "万家次", "家次", "20000"),
            ("2", "年", "个月", "24"),
        ] {
            let figure: Decimal = figure.parse().expect("a figure");
            assert_eq!(
                unit(from).convert(figure, &unit(to)),
                Ok(said.parse().expect("a figure")),
                "{from} {to}"
            );
        }
    }

    #[test]
    fn undefined_conversions_are_refused() {
        for (from, to) in
            [("家", "家次"), ("元", "美元"), ("天", "工作日"), ("%", "百分点"), ("个", "项"), ("月", "天")]
        {
            assert!(unit(from).convert(Decimal::ONE, &unit(to)).is_err(), "{from} {to}");
        }
        assert!(unit("天").convert(Decimal::ONE, &unit("周")).is_err(), "a seventh is not exact");
    }

    #[test]
    fn counts_and_shares_are_told_apart() {
        assert!(
            unit("家次").is_count()
                && unit("场次").is_count()
                && !unit("亿元").is_count()
                && !unit("吨").is_count()
        );
        assert!(unit("百分比").is_share() && !unit("个百分点").is_share());
        let english = |text: &str| unit(text).english();
        for (zh, en) in [
            ("家次", "awards"),
            ("家", "enterprises"),
            ("万元", "10,000 yuan"),
            ("亿美元", "100 million US dollars"),
            ("%", "%"),
            ("季度", "quarters"),
        ] {
            assert_eq!(english(zh).as_deref(), Some(en));
        }
        // A measure word of its own has no name here: the word itself stands.
        assert_eq!(english("场"), None);
        assert_eq!(Unit::parse("（单位：亿元）").map(|u| u.symbol), Some("亿元".to_owned()));
        assert!(
            unit("万元/公里").meaning != unit("万元").meaning
                && !unit("元/亩").is_additive()
                && unit("亩").is_additive()
        );
        assert_eq!(Unit::parse("随便"), None);
    }
}
