//! A target is a predicate over a number, a date or a state.

mod parse;

use std::{cell::RefCell, collections::HashMap};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    indicator::Direction,
    interval::{Bound, Interval},
    period::PartialDate,
    unit::Unit,
};

/// What a target cell says. Missing, not applicable and zero are three different things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// The cell is empty.
    #[default]
    Missing,
    /// The cell says that there is no target here: `/`, `—`, `不适用`.
    NotApplicable,
    /// A bound or bounds on a number.
    Number(NumberTarget),
    /// A date by which something is done.
    Deadline(Deadline),
    /// A state that is reached or kept: `保持`, `不超预算`.
    State(State),
    /// Text with figures in it that could not be understood.
    Unread,
}

/// How the number's bound was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Comparator {
    /// `>`, 超过, 大于.
    Above,
    /// `≥`, 不少于, 不低于, …以上.
    AtLeast,
    /// `=`, 等于.
    Equal,
    /// `≤`, 不超过, …以内.
    AtMost,
    /// `<`, 低于, 小于.
    Below,
    /// Two figures: `80–90`, or a floor and a ceiling.
    Range,
    /// A figure without any comparator: `100`. The form's convention decides, see [`NumberTarget::interval`].
    Bare,
}

impl Comparator {
    /// The sign that forms print.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => "≥",
            Self::Equal => "=",
            Self::AtMost => "≤",
            Self::Below => "<",
            Self::Range => "–",
            Self::Bare => "",
        }
    }
}

/// A numeric target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberTarget {
    /// How it was written.
    pub comparator: Comparator,
    /// The figures that were written; a bare figure is held as an exact one here.
    pub written: Interval,
    /// The unit in the cell itself; the unit in the indicator's name is the indicator's.
    pub unit: Option<Unit>,
}

impl NumberTarget {
    /// The numbers that meet the target.
    ///
    /// A bare figure is met by reaching it: the scoring formula of the national method gives full marks from the figure on
    /// (财预〔2020〕10号, as systems in use apply it), for a reverse indicator up to the figure.
    pub fn interval(&self, direction: Direction) -> Interval {
        match (self.comparator, direction, self.written.lower) {
            (Comparator::Bare, Direction::Forward, Some(b)) => Interval::at_least(b.value),
            (Comparator::Bare, Direction::Reverse, Some(b)) => Interval::at_most(b.value),
            _ => self.written,
        }
    }

    /// The figure that the target is spoken of by: the floor if it has one, else the ceiling.
    pub fn figure(&self) -> Option<Decimal> {
        self.written.lower.or(self.written.upper).map(|b| b.value)
    }

    /// Decimal places written, the larger of both figures of a range.
    pub fn places(&self) -> u32 {
        let places = |b: Option<Bound>| b.map_or(0, |b| b.value.scale());
        places(self.written.lower).max(places(self.written.upper))
    }
}

/// A deadline, or a span of time whose end is the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Begin of the span, when one was written: `2021年1月-12月`.
    pub from: Option<PartialDate>,
    /// The end.
    pub by: PartialDate,
}

impl Deadline {
    /// The last day on which it is met; `year` stands in where none was written.
    pub fn last_day(&self, year: Option<i16>) -> Option<Date> {
        self.by.last_day(year)
    }
}

/// A state as target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// What is asked, as far as it is one of the common words.
    pub kind: StateKind,
    /// The words, folded and without white space.
    pub words: String,
}

/// The common states of official tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StateKind {
    /// 保持, 稳定, 持续: as before, or better.
    Kept,
    /// 不超预算, 不超支, 控制在预算内.
    WithinBudget,
    /// 完成, 达标, 合格, 及时, 是: reached or not.
    Done,
    /// 提升, 提高, 增长, 改善: more than before.
    Improved,
    /// 下降, 减少, 降低: less than before.
    Reduced,
    /// Any other words.
    Other,
}

/// Something about the way a target was written that a check may want to speak of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remark {
    /// An ASCII or doubled comparator: `>=`, `=>`, `≥≥`.
    AsciiComparator,
    /// `百分比` or `百分之` in words instead of `%`.
    PercentInWords,
    /// Figures hidden behind asterisks: `≥**%`.
    Masked,
    /// A letter or figure stands where a comparator was lost in copying: `W 90`, `2 90` with the figure that was read after it.
    MisreadComparator(String),
    /// Two comparators that cannot both be meant: `≥≤5`.
    TwoComparators,
    /// Two values in one cell: `≥90 10`. The texts as split.
    Fused(String, String),
    /// A figure between 36526 and 55153 (2000 to 2050) without comparator or unit: perhaps the serial number of a date.
    PerhapsSerialDate(i64),
    /// Words after the figure and unit that were not understood.
    Trailing(String),
    /// A unit that is not known.
    UnknownUnit(String),
}

/// A target with what was noticed while reading it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What the cell says.
    pub target: Target,
    /// What was noticed.
    pub remarks: Vec<Remark>,
}

impl Reading {
    /// Reads a target from the text of a cell. Never fails: text that is not understood is [`Target::Unread`].
    pub fn parse(text: &str) -> Self {
        /// A table says 保持 and ≥ 0 again and again, and ten thousand tables do.
        const REMEMBERED: usize = 2048;
        thread_local! {
            static KNOWN: RefCell<HashMap<Box<str>, Reading>> = RefCell::default();
        }
        // Long texts are prose; they are not said twice.
        if text.len() > 64 {
            return parse::reading(text);
        }
        KNOWN.with_borrow_mut(|known| {
            if let Some(reading) = known.get(text) {
                return reading.clone();
            }
            if known.len() >= REMEMBERED {
                known.clear();
            }
            let reading = parse::reading(text);
            known.insert(text.into(), reading.clone());
            reading
        })
    }

    /// Whether a text is written as targets are: with a comparator, a figure, a date, or a common state word.
    ///
    /// Readers use it to tell values from names.
    pub fn looks_like_value(text: &str) -> bool {
        Self::parse(text).is_value()
    }

    /// Whether the text that was read is written as targets are.
    pub fn is_value(&self) -> bool {
        match &self.target {
            Target::Missing | Target::Unread => false,
            Target::State(state) => state.kind != StateKind::Other,
            Target::NotApplicable | Target::Number(_) | Target::Deadline(_) => {
                !self.remarks.iter().any(|r| matches!(r, Remark::Trailing(_)))
            }
        }
    }
}

impl Target {
    /// The numeric target, if it is one.
    pub fn number(&self) -> Option<&NumberTarget> {
        if let Self::Number(n) = self { Some(n) } else { None }
    }

    /// The deadline, if it is one.
    pub fn deadline(&self) -> Option<&Deadline> {
        if let Self::Deadline(d) = self { Some(d) } else { None }
    }

    /// The state, if it is one.
    pub fn state(&self) -> Option<&State> {
        if let Self::State(s) = self { Some(s) } else { None }
    }

    /// Whether a target was set: neither missing nor not applicable.
    pub fn is_set(&self) -> bool {
        !matches!(self, Self::Missing | Self::NotApplicable)
    }
}

/// Reads a decimal number as forms write it: full-width digits, thousands separators, a sign, a decimal point.
///
/// `None` when the text is anything else, or has more digits than can be held exactly (28).
pub fn decimal(text: &str) -> Option<Decimal> {
    parse::decimal(&crate::text::key(text))
}
