//! Where the money stands, and the way from claim to payment.

use jixiao_core::{actual::Ratio, finding::Both, money::Fen, region::RegionId};
use jixiao_engine::{
    number::{Dec, Rounding},
    run::outcome::{Award, FlowLine, Outcome},
};
use jixiao_report::{
    content::{FlowRow, Money, MoneyRow, MonthRow, SchemeFlow},
    figure::Figure,
};
use rust_decimal::Decimal;

use super::{Facts, split::Stage};
use crate::year::YearMoney;

/// An amount in 万元; what nobody knows is missing.
pub(super) fn amount(fen: Option<Fen>) -> Figure {
    fen.map_or_else(Figure::missing, Figure::wan)
}

/// What does not exist.
pub(super) fn none() -> Figure {
    Figure::not_applicable(Both::same("—"))
}

/// Paid ÷ budget.
fn rate(paid: Option<Fen>, budget: Option<Fen>) -> Figure {
    match (paid, budget) {
        (Some(Fen(paid)), Some(Fen(budget))) => {
            Figure::percent(Ratio { numerator: paid.into(), denominator: budget.into() }, 2)
        }
        _ => Figure::missing(),
    }
}

fn sum(amounts: impl Iterator<Item = Option<Fen>>) -> Option<Fen> {
    let mut all = Fen(0);
    for amount in amounts {
        all = all.checked_add(amount?)?;
    }
    Some(all)
}

fn less(a: Fen, b: Fen) -> Option<Fen> {
    a.0.checked_sub(b.0).map(Fen)
}

impl Facts<'_> {
    /// What a scheme awards in a region or the whole.
    pub(super) fn awarded(&self, outcome: &Outcome, region: Option<RegionId>) -> Option<Fen> {
        match region {
            Some(_) => self.split.get(Stage::Awarded, &outcome.plan.id, region),
            // Awards of enterprises outside of the regions count in the whole, as in the flow.
            None => sum((0..outcome.enterprises.len()).map(|at| Some(Fen(outcome.awarded_fen(at))))),
        }
    }

    fn awarded_in(&self, region: Option<RegionId>) -> Option<Fen> {
        sum(self.year.run.outcomes.iter().map(|o| self.awarded(o, region)))
    }

    /// The money block of a region or the whole.
    pub(super) fn money(&self, region: Option<RegionId>) -> Money {
        let of = |region: Option<RegionId>| self.year.money.get(&region);
        let row = |name: Both, id: String, region: Option<RegionId>| {
            let money = of(region);
            let (budget, paid) = (money.and_then(YearMoney::adjusted), money.and_then(YearMoney::executed));
            MoneyRow {
                name,
                id,
                appropriation: amount(budget),
                allocated: amount(budget),
                awarded: amount(self.awarded_in(region)),
                paid: amount(paid),
                rate: rate(paid, budget),
            }
        };
        let initial = of(region).and_then(YearMoney::initial);
        let adjusted = of(region).and_then(YearMoney::adjusted);
        let change = adjusted.zip(initial).and_then(|(a, i)| less(a, i));
        let by_scheme = self.year.run.outcomes.iter().map(|outcome| {
            let id = &outcome.plan.id;
            let (allocated, paid) =
                (self.split.get(Stage::Allocated, id, region), self.split.get(Stage::Paid, id, region));
            MoneyRow {
                name: outcome.plan.label.clone(),
                id: id.clone(),
                // Nobody budgets by scheme: what is passed on is all there is.
                appropriation: none(),
                allocated: amount(allocated),
                awarded: amount(self.awarded(outcome, region)),
                paid: amount(paid),
                rate: rate(paid, allocated),
            }
        });
        let regions = self.sheets.iter().filter_map(|s| s.region).filter(|_| region.is_none());
        let by_region = regions.map(|id| row(self.name(Some(id)), self.code(Some(id)), Some(id)));
        let months = of(region).map(|m| m.paid.as_slice()).unwrap_or_default();
        let by_month = (1u8..).zip(months).map(|(month, paid)| MonthRow {
            month,
            // An award has no day in the ledgers; only payments have.
            awarded: none(),
            paid: Figure::wan(*paid),
        });
        Money {
            approved: amount(initial),
            adjustment: amount(change),
            total: row(Both::new("合计", "total"), String::new(), region),
            by_scheme: by_scheme.collect(),
            by_region: by_region.collect(),
            by_month: by_month.collect(),
        }
    }

    /// From claim to payment, a scheme each.
    pub(super) fn flows(&self, region: Option<RegionId>) -> Vec<SchemeFlow> {
        let codes = self.codes(region);
        let flow = |outcome: &Outcome| {
            let counts = |award: &Award| {
                let home = outcome.enterprises[award.enterprise].region.as_deref();
                region.is_none() || home.is_some_and(|code| codes.contains(code))
            };
            let flow = outcome.flow(outcome.awards().filter(counts));
            let id = &outcome.plan.id;
            let paid = self.split.get(Stage::Paid, id, region);
            SchemeFlow {
                scheme: id.clone(),
                name: outcome.plan.label.clone(),
                claimed: line(&flow.claimed),
                reductions: flow.reductions.iter().map(line).collect(),
                awarded: line(&flow.awarded),
                paid: FlowRow {
                    name: Both::new("拨付", "Paid"),
                    rows: none(),
                    enterprises: none(),
                    amount: amount(paid),
                },
            }
        };
        self.year.run.outcomes.iter().map(flow).collect()
    }
}

fn line(line: &FlowLine) -> FlowRow {
    let count = |n: u64, unit: Both| Figure::number(Decimal::from(n), 0, unit);
    FlowRow {
        name: line.label.clone(),
        // Steps work on sums, not on rows.
        rows: if line.rows == 0 { none() } else { count(line.rows, Both::new("行", "rows")) },
        enterprises: count(line.enterprises, Both::new("家", "enterprises")),
        amount: in_wan(line.yuan)
            .map_or_else(Figure::missing, |wan| Figure::number(wan, 2, Both::new("万元", "10,000 yuan"))),
    }
}

/// 元 as 万元; digits beyond the twentieth of a 元 are cut, which no page shows.
fn in_wan(yuan: Dec) -> Option<Decimal> {
    let yuan = yuan.normal();
    let yuan = if yuan.scale > 20 { yuan.rounded(20, Rounding::Down)? } else { yuan };
    let number = Decimal::try_from_i128_with_scale(yuan.mantissa, u32::from(yuan.scale)).ok()?;
    number.checked_div(Decimal::from(10_000))
}
