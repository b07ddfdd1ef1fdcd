//! Whether an amount stays within a limit.

use jixiao_core::{actual::Actual, both, derivation::Node, region::RegionId};

use crate::{
    measure::{
        actuals::{Given, Taken},
        course::Part,
        figure::{Asked, Looked},
        plan::{Measure, Term},
        words::{parts, too_large},
    },
    run::RunError,
};

impl Given<'_> {
    pub(in crate::measure) fn take_within(
        &self,
        taken: &mut Taken<'_>,
        amount: &Term,
        limit: &Term,
    ) -> Result<(), RunError> {
        let measure = taken.measure;
        let (a, mut b) = (self.look(measure, amount)?, self.look(measure, limit)?);
        for region in self.desk.homes.all() {
            taken.put(region, self.within(measure, (amount, &a), (limit, &b), region)?);
        }
        self.courses(measure, Part::Amount, &a, taken.all)?;
        // A limit stands until it is changed: it reaches as far as the amount that is held against it.
        if let (Looked::Rows(amount, _), Looked::Rows(limit, _)) = (&a, &mut b) {
            for (year, reach) in &mut limit.reach {
                *reach = (*reach).max(amount.reach.get(year).copied().unwrap_or(0));
            }
        }
        self.courses(measure, Part::Limit, &b, taken.all)
    }

    fn within(
        &self,
        measure: &Measure,
        amount: Asked<'_>,
        limit: Asked<'_>,
        region: Option<RegionId>,
    ) -> Result<(Actual, Node), RunError> {
        let unit = &amount.0.unit;
        let (pair, [a, b]) = self.two(measure, amount, limit, region)?;
        let Some((x, y)) = pair else {
            return Ok((Actual::Missing, parts(measure, both!("缺", "missing"), "", [a, b])));
        };
        if x.mantissa == 0 && y.mantissa == 0 {
            let why = both!("两项都是零", "both figures are zero");
            let node = parts(measure, why.clone(), "", [a, b]);
            return Ok((Actual::NotApplicable(why), node));
        }
        let kept = x <= y;
        let sign = if kept { "≤" } else { ">" };
        // Both sides are in the unit that the parts below say.
        let formula = format!("{} {sign} {}", x.grouped(2), y.grouped(2));
        let over = x.checked_sub(y).ok_or_else(|| RunError::Asked(too_large(measure)))?;
        let value = if kept {
            both!("未超", "within")
        } else {
            let over = over.grouped(2);
            let said = jixiao_core::said::figure(&over, unit).en;
            both!("超出 {over} {unit}", "over by {said}")
        };
        Ok((Actual::State(kept), parts(measure, value, &formula, [a, b])))
    }
}
