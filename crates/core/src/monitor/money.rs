//! Execution of the budget beside the calendar, and beside the results.

use serde::Serialize;

use super::{Earlier, Manner, Monthly, Rules, project};
use crate::{
    both,
    derivation::Node,
    exact::{Exact, Rounding},
    finding::Both,
    money::Fen,
    proof::Domain,
    region::RegionId,
};

/// The money of a region in the course of the year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Money {
    /// 年初预算数.
    pub initial: Fen,
    /// The budget as adjusted so far: what execution is measured against.
    pub adjusted: Fen,
    /// What had been paid by the end of January, February…, as far as it is known.
    pub paid: Vec<Fen>,
    /// What had been paid by the ends of the twelve months of earlier years.
    pub earlier: Vec<(i16, Vec<Fen>)>,
    /// How it is known.
    pub derivation: Node,
}

/// The lamp of execution against time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lamp {
    /// Far behind.
    Red,
    /// Behind.
    Yellow,
    /// In time.
    Green,
    /// The budget is zero: a person decides.
    Person,
    /// What was paid is not known.
    Missing,
}

impl Lamp {
    /// Its name, with a shape that is told apart without colour.
    pub fn words(self) -> Both {
        match self {
            Self::Red => Both::new("▲红灯", "▲ red"),
            Self::Yellow => Both::new("◆黄灯", "◆ yellow"),
            Self::Green => Both::new("●绿灯", "● green"),
            Self::Person => Both::new("？预算为零，须人工判断", "? budget is zero, a person decides"),
            Self::Missing => Both::new("—缺数据", "— not known"),
        }
    }
}

/// Which of results and money is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ahead {
    /// More results than money: perhaps claimed too early, perhaps money that is not needed.
    Results,
    /// More money than results: money goes out and little comes of it.
    Money,
}

/// Results and money that have drifted apart beyond the threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Divergence {
    /// Progress ÷ target, at most 1.
    pub results: Exact,
    /// Paid ÷ budget.
    pub money: Exact,
    /// Results less money.
    pub by: Exact,
    /// Which is ahead.
    pub ahead: Ahead,
}

impl Divergence {
    /// The divergence of two shares, if it is beyond the threshold.
    pub(super) fn between(results: &Exact, money: &Exact, rules: &Rules) -> Option<Self> {
        let by = results.minus(money);
        let ahead = if by.is_positive() { Ahead::Results } else { Ahead::Money };
        let size = if by.is_positive() { by.clone() } else { money.minus(results) };
        (size > rules.settings.exact("divergence-beyond")).then(|| Self {
            results: results.clone(),
            money: money.clone(),
            by,
            ahead,
        })
    }

    /// In a sentence.
    pub fn words(&self) -> Both {
        let show = |e: &Exact| e.percent(1, Rounding::HalfUp);
        let (r, m) = (show(&self.results), show(&self.money));
        match self.ahead {
            Ahead::Results => both!(
                "目标完成{r}，预算执行{m}：产出明显快于资金，请核实完成值或资金需求",
                "results {r}, money {m}: results run ahead of money; verify what was reached, or the need for money"
            ),
            Ahead::Money => both!(
                "目标完成{r}，预算执行{m}：资金明显快于产出，请查明资金效果",
                "results {r}, money {m}: money runs ahead of results; find out what it achieved"
            ),
        }
    }
}

/// The money of a region at the end of the month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MoneyFollowed {
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// 年初预算数.
    pub initial: Fen,
    /// The adjusted budget.
    pub budget: Fen,
    /// What was paid; `None` when it is not known.
    pub paid: Option<Fen>,
    /// Paid ÷ budget; `None` when it is not known or the budget is zero.
    pub rate: Option<Exact>,
    /// v = execution rate ÷ (month ÷ 12).
    pub pace: Option<Exact>,
    /// The lamp of the pace.
    pub lamp: Lamp,
    /// Whether more was paid than budgeted.
    pub over: bool,
    /// 全年预计执行数, rounded to whole fen.
    pub forecast: Option<Fen>,
    /// The mean of progress ÷ target over the indicators that add up; `None` when there are none.
    pub results: Option<Exact>,
    /// Results and money that have drifted apart.
    pub divergence: Option<Divergence>,
    /// How the lamp came about.
    pub derivation: Node,
}

/// Execution rate and pace v = rate ÷ (month ÷ 12) at the end of `month`. `None` when the budget is not more than zero, or the month is no month.
pub fn pace(paid: Fen, budget: Fen, month: u8) -> Option<(Exact, Exact)> {
    let fen = |f: Fen| Exact::of(rust_decimal::Decimal::from(f.0));
    if budget.0 <= 0 || !(1..=12).contains(&month) {
        return None;
    }
    let rate = fen(paid).over(&fen(budget))?;
    let pace = rate.times(&Exact::ratio(12, u64::from(month))?);
    Some((rate, pace))
}

/// The money of a region, without results beside it.
pub(super) fn follow(
    region: Option<RegionId>,
    money: &Money,
    month: u8,
    rules: &Rules,
) -> Result<MoneyFollowed, Both> {
    let paid = usize::from(month).checked_sub(1).and_then(|at| money.paid.get(at)).copied();
    let shares = paid.and_then(|p| pace(p, money.adjusted, month));
    let settings = &rules.settings;
    let lamp = match (&shares, paid) {
        (_, None) => Lamp::Missing,
        (None, _) => Lamp::Person,
        (Some((_, v)), _) if *v < settings.exact("lamp-red-below") => Lamp::Red,
        (Some((_, v)), _) if *v < settings.exact("lamp-green-from") => Lamp::Yellow,
        _ => Lamp::Green,
    };
    let forecast = match paid {
        Some(_) => Some(forecast(money, month, rules)?),
        None => None,
    };
    let mut derivation = Node::new(Both::new("预算执行进度", "execution against time"), lamp.words());
    if let (Some((rate, v)), Some(paid)) = (&shares, paid) {
        derivation = derivation.by(format!(
            "({} ÷ {}) ÷ ({month} ÷ 12) = {} ÷ ({month} ÷ 12) = {}",
            paid.in_wan(),
            money.adjusted.in_wan(),
            rate.percent(2, Rounding::HalfUp),
            v.percent(2, Rounding::HalfUp)
        ));
        let grounds = ["lamp-red-below", "lamp-green-from"].iter().filter_map(|id| settings.ground(id));
        derivation = grounds.fold(derivation, Node::on);
    }
    let (rate, pace) = shares.map_or((None, None), |(rate, v)| (Some(rate), Some(v)));
    Ok(MoneyFollowed {
        region,
        initial: money.initial,
        budget: money.adjusted,
        paid,
        rate,
        pace,
        lamp,
        over: paid.is_some_and(|p| p > money.adjusted),
        forecast,
        results: None,
        divergence: None,
        derivation: derivation.part(money.derivation.clone()),
    })
}

/// What is expected to be paid by the end of the year: projected as a sum is, and not above the budget unless more has been paid already.
fn forecast(money: &Money, month: u8, rules: &Rules) -> Result<Fen, Both> {
    use rust_decimal::Decimal;
    let fen = |list: &[Fen]| list.iter().map(|f| Decimal::from(f.0)).collect::<Vec<_>>();
    let earlier = |(year, paid): &(i16, Vec<Fen>)| Earlier { year: *year, by_month: fen(paid) };
    let course = Monthly {
        by_month: fen(&money.paid),
        earlier: money.earlier.iter().map(earlier).collect(),
        derivation: Node::default(),
    };
    let projection = project(&course, Manner::Sum, month, rules, &Domain::ANY)?;
    let paid = usize::from(month).checked_sub(1).and_then(|at| money.paid.get(at)).map_or(0, |f| f.0);
    let whole = Exact::of(projection.centre).decimal(0, Rounding::HalfUp);
    let expected = whole
        .and_then(|d| i64::try_from(d).ok())
        .ok_or_else(|| both!("金额过大", "an amount is too large to be held"))?;
    Ok(Fen(expected.min(money.adjusted.0.max(paid))))
}
