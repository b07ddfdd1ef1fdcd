//! A share and the grade that it reaches.

use jixiao_core::{actual::Actual, both, derivation::Node, finding::Both, region::RegionId};
use rust_decimal::Decimal;

use crate::{
    measure::{
        actuals::{Given, Taken},
        course::Part,
        figure::Asked,
        plan::{Grade, Kind, Measure, Plan, Term},
        rows::constant,
        words::{decimal, missing, parts, percent, too_large},
    },
    number::Dec,
    run::{Bindings, RunError},
    scheme::plan::Expr,
};

impl Given<'_> {
    pub(in crate::measure) fn take_graded(
        &self,
        taken: &mut Taken<'_>,
        above: &Term,
        below: &Term,
        grades: &[Grade],
    ) -> Result<(), RunError> {
        let measure = taken.measure;
        let (a, b) = (self.look(measure, above)?, self.look(measure, below)?);
        for region in self.desk.homes.all() {
            taken.put(region, self.graded(measure, (above, &a), (below, &b), grades, region)?);
        }
        self.courses(measure, Part::Numerator, &a, taken.all)?;
        self.courses(measure, Part::Denominator, &b, taken.all)
    }

    fn graded(
        &self,
        measure: &Measure,
        above: Asked<'_>,
        below: Asked<'_>,
        grades: &[Grade],
        region: Option<RegionId>,
    ) -> Result<(Actual, Node), RunError> {
        let (pair, [a, b]) = self.two(measure, above, below, region)?;
        let Some((x, y)) = pair else {
            return Ok((Actual::Missing, parts(measure, both!("缺", "missing"), "", [a, b])));
        };
        if y.mantissa == 0 {
            let why = both!(
                "{zh}为零，无从分级",
                "nothing to grade: {en} is zero",
                zh = below.0.label.zh,
                en = below.0.label.en
            );
            let node = parts(measure, why.clone(), "", [a, b]);
            return Ok((Actual::NotApplicable(why), node));
        }
        let code = region.map(|r| self.desk.homes.code(r));
        let ask = |expr: &Expr| {
            constant(expr, self.desk.bindings, code).map_err(|failure| RunError::Asked(failure.text()))
        };
        for grade in grades {
            let least = match &grade.at_least {
                None => None,
                Some(expr) => match ask(expr)? {
                    Some(least) => Some(least),
                    None => {
                        let why = both!(
                            "{text} 在这个地区没有值",
                            "{text} has no value for this region",
                            text = grade.text
                        );
                        return Ok((Actual::Missing, parts(measure, missing(&why), "", [a, b])));
                    }
                },
            };
            let reached = match least {
                None => true,
                Some(least) => {
                    let wanted = least.checked_mul(y).ok_or_else(|| RunError::Asked(too_large(measure)))?;
                    x >= wanted
                }
            };
            if !reached {
                continue;
            }
            let share = ask(&grade.share)?.filter(|s| !s.is_negative() && *s <= Dec::new(1, 0));
            let Some(share) = share else {
                let id = &measure.indicator;
                return Err(RunError::Asked(both!(
                    "指标 {id} 的 share 须在 0 与 1 之间",
                    "share of the indicator {id} must lie between 0 and 1"
                )));
            };
            let is = percent(x, y).unwrap_or_default();
            let (zh, en) = (&grade.words.zh, &grade.words.en);
            let value = Both::new(format!("{zh}（{is}）"), format!("{en} ({is})"));
            let formula = match least {
                Some(least) => {
                    let least = percent(least, Dec::new(1, 0)).unwrap_or_default();
                    format!("{} ÷ {} = {is} ≥ {least}", x.grouped(0), y.grouped(0))
                }
                None => format!("{} ÷ {} = {is}", x.grouped(0), y.grouped(0)),
            };
            let node = parts(measure, value, &formula, [a, b]);
            return Ok((Actual::Graded(decimal(measure, share)?, grade.words.clone()), node));
        }
        Ok((Actual::Missing, parts(measure, both!("缺", "missing"), "", [a, b])))
    }
}

/// Whether a share reaches the first grade of an indicator that is graded, as it stands in the middle of a year. `code` is the region's division code.
/// `None` for other indicators, for a share of nothing, and where the grade's threshold has no value.
pub fn reaches_first_grade(
    plan: &Plan,
    indicator: &str,
    code: Option<&str>,
    numerator: Decimal,
    denominator: Decimal,
) -> Option<bool> {
    let measure = plan.measures.iter().find(|m| m.indicator == indicator)?;
    let Kind::Graded(_, _, grades) = &measure.kind else { return None };
    let least = constant(grades.first()?.at_least.as_ref()?, &Bindings::of(&plan.rules), code).ok()??;
    let least = Decimal::try_from_i128_with_scale(least.mantissa, u32::from(least.scale)).ok()?;
    (!denominator.is_zero()).then_some(())?;
    Some(numerator >= least.checked_mul(denominator)?)
}
