//! A figure as it is shown, beside its exact value: nobody types one by hand, and rounding never hides anything.

use jiff::civil::Date;
use jixiao_core::{
    actual::{Actual, Ratio},
    exact::{Exact, Rounding},
    finding::Both,
    money::Fen,
};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// What a figure is. Missing, not applicable and zero stay apart to the last page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FigureKind {
    /// A number; zero is one.
    Number,
    /// A share with numerator and denominator.
    Share,
    /// A day.
    Date,
    /// A state, or a target or answer in words.
    Text,
    /// Nobody has measured or reported it.
    #[default]
    Missing,
    /// It cannot be asked here.
    NotApplicable,
    /// Known, but so few people stand behind it that it is not shown.
    Suppressed,
}

/// A figure ready to be printed, with the value that it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is.
    pub is: FigureKind,
    /// As it is printed, without its unit: `59,647.00`, `未填报`.
    pub text: Both,
    /// The value before it was rounded for print, in the same unit: a decimal without separators, a share as
    /// `numerator/denominator`, a day as `2024-12-31`. Empty where there is none.
    pub exact: String,
    /// Its unit: `万元`, `家次`, `%`. Empty where there is none.
    pub unit: Both,
}

/// A number with so many decimals, thousands apart; a half goes away from zero.
pub fn grouped(value: Decimal, decimals: u32) -> String {
    let rounded = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    let digits = format!("{:.*}", decimals as usize, rounded.abs());
    let (whole, rest) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut out = String::new();
    if rounded.is_sign_negative() && !rounded.is_zero() {
        out.push('-');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

impl Figure {
    /// A number in a unit, shown with so many decimals.
    pub fn number(value: Decimal, decimals: u32, unit: Both) -> Self {
        Self {
            is: FigureKind::Number,
            text: Both::same(grouped(value, decimals)),
            exact: value.normalize().to_string(),
            unit,
        }
    }

    /// A number in a unit, shown with all of its digits.
    pub fn whole(value: Decimal, unit: Both) -> Self {
        let value = value.normalize();
        Self::number(value, value.scale(), unit)
    }

    /// An amount in 万元 with two decimals; the exact value keeps every fen.
    pub fn wan(amount: Fen) -> Self {
        Self::number(Decimal::new(amount.0, 6), 2, Both::new("万元", "10,000 yuan"))
    }

    /// An amount in 元 with two decimals.
    pub fn yuan(amount: Fen) -> Self {
        Self::number(Decimal::new(amount.0, 2), 2, Both::new("元", "yuan"))
    }

    /// A share in % with so many decimals. With a denominator of zero it is nobody's figure and not applicable.
    pub fn percent(share: Ratio, decimals: u32) -> Self {
        let exact = format!("{}/{}", share.numerator.normalize(), share.denominator.normalize());
        let unit = Both::same("%");
        let hundred = share.numerator.checked_mul(Decimal::ONE_HUNDRED);
        match hundred.and_then(|n| n.checked_div(share.denominator)) {
            Some(value) => {
                Self { is: FigureKind::Share, text: Both::same(grouped(value, decimals)), exact, unit }
            }
            None => Self {
                is: FigureKind::NotApplicable,
                text: Both::new("基数为零，须人工判断", "base is zero: a person decides"),
                exact,
                unit: Both::default(),
            },
        }
    }

    /// A share that is held exactly, in % with so many decimals. It is rounded for print only: the exact value is the fraction in lowest terms.
    pub fn share(share: &Exact, decimals: u32) -> Self {
        let written = share.to_string();
        let exact = if written.contains('/') { written } else { written + "/1" };
        let percent = share.times(&Exact::whole(100)).decimal(decimals, Rounding::HalfUp);
        let unit = Both::same("%");
        match percent {
            Some(value) => {
                Self { is: FigureKind::Share, text: Both::same(grouped(value, decimals)), exact, unit }
            }
            None => Self::missing(),
        }
    }

    /// A day.
    pub fn date(day: Date) -> Self {
        Self {
            is: FigureKind::Date,
            text: Both::new(format!("{}年{}月{}日", day.year(), day.month(), day.day()), day.to_string()),
            exact: day.to_string(),
            unit: Both::default(),
        }
    }

    /// A state, or words.
    pub fn words(text: Both) -> Self {
        Self { is: FigureKind::Text, text, ..Self::default() }
    }

    /// Nobody has measured or reported it.
    pub fn missing() -> Self {
        Self { text: Both::new("未填报", "not reported"), ..Self::default() }
    }

    /// It cannot be asked here, and why.
    pub fn not_applicable(why: Both) -> Self {
        Self { is: FigureKind::NotApplicable, text: why, ..Self::default() }
    }

    /// So few answers that it is not shown.
    pub fn suppressed() -> Self {
        let text = Both::new("答卷过少，不公布", "too few answers to be shown");
        Self { is: FigureKind::Suppressed, text, ..Self::default() }
    }

    /// What an indicator came to, in its unit; shares with two decimals, numbers with all of their digits.
    pub fn actual(actual: &Actual, unit: &Both) -> Self {
        match actual {
            Actual::Missing => Self::missing(),
            Actual::NotApplicable(why) => Self::not_applicable(why.clone()),
            Actual::Number(value) => Self::whole(*value, unit.clone()),
            Actual::Share(share) => Self::percent(*share, 2),
            Actual::Date(day) => Self::date(*day),
            Actual::State(true) => Self::words(Both::new("达成", "reached")),
            Actual::State(false) => Self::words(Both::new("未达成", "not reached")),
            Actual::Graded(share, words) => {
                let mut figure = Self::words(words.clone());
                figure.exact = share.normalize().to_string();
                figure
            }
        }
    }

    /// The value as a number in its unit: of a number itself, of a share the percent. `None` for everything else.
    pub fn value(&self) -> Option<Decimal> {
        match self.is {
            FigureKind::Number => self.exact.parse().ok(),
            FigureKind::Share => {
                let (numerator, denominator) = self.exact.split_once('/')?;
                let held = numerator.parse::<Decimal>().ok().zip(denominator.parse::<Decimal>().ok());
                let small = held.and_then(|(n, d)| n.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(d));
                // Terms that are longer than a decimal: the percent is one all the same.
                let large =
                    || Exact::read(&self.exact)?.times(&Exact::whole(100)).decimal(12, Rounding::HalfUp);
                small.or_else(large)
            }
            _ => None,
        }
    }

    /// An amount of money in 元 with every fen, whatever the unit it is shown in: `596470000.00`. `None` for what is no money, or
    /// nobody's figure.
    pub fn in_yuan(&self) -> Option<String> {
        let scale = match self.unit.zh.as_str() {
            "元" => 1,
            "万元" => 10_000,
            "亿元" => 100_000_000,
            _ => return None,
        };
        let yuan = self.value()?.checked_mul(Decimal::from(scale))?.normalize();
        (yuan.scale() <= 2).then(|| format!("{yuan:.2}"))
    }

    /// Whether there is a value behind it.
    pub fn is_known(&self) -> bool {
        !matches!(self.is, FigureKind::Missing | FigureKind::NotApplicable | FigureKind::Suppressed)
    }

    /// Text and unit together, as in a sentence: `59,647.00 万元`, `95.20%`.
    pub fn with_unit(&self) -> Both {
        let join = |text: &str, unit: &str| match unit {
            "" => text.to_owned(),
            "%" => format!("{text}%"),
            unit if unit.starts_with(|c: char| c.is_ascii_digit()) => format!("{text} × {unit}"),
            unit => format!("{text} {unit}"),
        };
        Both { zh: join(&self.text.zh, &self.unit.zh), en: join(&self.text.en, &self.unit.en) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_their_exact_value_beside_what_is_shown() {
        // 596,470,000.01 元 = 59,647.000001 万元.
        let wan = Figure::wan(Fen(59_647_000_001));
        assert_eq!((wan.text.zh.as_str(), wan.exact.as_str()), ("59,647.00", "59647.000001"));
        // Half a 万元-cent, 50.00 元 = 0.005 万元, goes up; its negative goes down.
        assert_eq!(Figure::wan(Fen(5_000)).text.zh, "0.01");
        assert_eq!(Figure::wan(Fen(-5_000)).text.zh, "-0.01");
        assert_eq!(Figure::wan(Fen(-4_999)).text.zh, "0.00");
        assert_eq!(Figure::yuan(Fen(123_456_789)).text.zh, "1,234,567.89");
        assert_eq!(wan.in_yuan().as_deref(), Some("596470000.01"));
        assert_eq!(Figure::yuan(Fen(-1)).in_yuan().as_deref(), Some("-0.01"));
        assert_eq!(Figure::missing().in_yuan(), None);
        assert_eq!(Figure::yuan(Fen(i64::MIN)).text.zh, "-92,233,720,368,547,758.08");
    }

    #[test]
    fn shares_keep_their_parts_and_a_base_of_zero_is_no_figure() {
        let share = |n: i64, d: i64| Ratio { numerator: n.into(), denominator: d.into() };
        // 2 ÷ 3 = 66.666… %
        let two_thirds = Figure::percent(share(2, 3), 2);
        assert_eq!((two_thirds.with_unit().zh.as_str(), two_thirds.exact.as_str()), ("66.67%", "2/3"));
        let zero = Figure::percent(share(0, 3), 2);
        assert_eq!((zero.is, zero.text.zh.as_str()), (FigureKind::Share, "0.00"));
        let nobody = Figure::percent(share(0, 0), 2);
        assert_eq!((nobody.is, nobody.is_known()), (FigureKind::NotApplicable, false));
    }

    #[test]
    fn missing_not_applicable_and_zero_read_differently() {
        let unit = Both::same("家");
        let texts = [
            Figure::actual(&Actual::Missing, &unit),
            Figure::actual(&Actual::NotApplicable(Both::same("—")), &unit),
            Figure::actual(&Actual::Number(Decimal::ZERO), &unit),
        ]
        .map(|f| (f.is, f.with_unit().zh));
        assert_eq!(
            texts,
            [
                (FigureKind::Missing, "未填报".to_owned()),
                (FigureKind::NotApplicable, "—".to_owned()),
                (FigureKind::Number, "0 家".to_owned()),
            ]
        );
    }
}
