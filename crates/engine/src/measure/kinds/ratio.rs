//! A share that keeps its parts.

use jixiao_core::{
    actual::{Actual, Ratio},
    both,
    derivation::Node,
    finding::Both,
    region::RegionId,
};

use crate::{
    measure::{
        actuals::{Given, Taken},
        course::Part,
        figure::Asked,
        plan::{Measure, Term},
        words::{decimal, parts, percent},
    },
    run::RunError,
};

impl Given<'_> {
    pub(in crate::measure) fn take_ratio(
        &self,
        taken: &mut Taken<'_>,
        above: &Term,
        below: &Term,
    ) -> Result<(), RunError> {
        let measure = taken.measure;
        let (a, b) = (self.look(measure, above)?, self.look(measure, below)?);
        for region in self.desk.homes.all() {
            taken.put(region, self.ratio(measure, (above, &a), (below, &b), region)?);
        }
        self.courses(measure, Part::Numerator, &a, taken.all)?;
        self.courses(measure, Part::Denominator, &b, taken.all)
    }

    fn ratio(
        &self,
        measure: &Measure,
        above: Asked<'_>,
        below: Asked<'_>,
        region: Option<RegionId>,
    ) -> Result<(Actual, Node), RunError> {
        let (pair, [a, b]) = self.two(measure, above, below, region)?;
        let Some((x, y)) = pair else {
            return Ok((Actual::Missing, parts(measure, both!("缺", "missing"), "", [a, b])));
        };
        let value = match percent(x, y) {
            Some(text) => Both::same(text),
            None => both!("分母为零", "the denominator is zero"),
        };
        let formula = format!("{} ÷ {}", x.grouped(0), y.grouped(0));
        let ratio = Ratio { numerator: decimal(measure, x)?, denominator: decimal(measure, y)? };
        Ok((Actual::Share(ratio), parts(measure, value, &formula, [a, b])))
    }
}
