//! One figure as the indicator's actual.

use jixiao_core::{actual::Actual, derivation::Node, region::RegionId};

use crate::{
    measure::plan::Measure,
    measure::{
        actuals::{Given, Taken},
        course::Part,
        figure::{Got, Looked},
        plan::Term,
        words::{decimal, in_unit, said, too_large},
    },
    run::{RunError, outcome::date},
};

impl Given<'_> {
    pub(in crate::measure) fn take_term(&self, taken: &mut Taken<'_>, term: &Term) -> Result<(), RunError> {
        let measure = taken.measure;
        let looked = self.look(measure, term)?;
        for region in self.desk.homes.all() {
            taken.put(region, self.single(measure, term, &looked, region)?);
        }
        self.courses(measure, Part::Value, &looked, taken.all)?;
        if let Some(course) = &measure.course {
            let looked = self.look_into(measure, course)?;
            self.courses(measure, Part::Value, &looked, taken.all)?;
        }
        Ok(())
    }

    fn single(
        &self,
        measure: &Measure,
        term: &Term,
        looked: &Looked<'_>,
        region: Option<RegionId>,
    ) -> Result<(Actual, Node), RunError> {
        let (got, mut node) = self.figure(measure, term, looked, region)?;
        let actual = match got {
            Err(_) | Ok(Got::Nothing) => Actual::Missing,
            Ok(Got::Day(day)) => date(i128::from(day)).map_or(Actual::Missing, Actual::Date),
            Ok(Got::Number(number)) => {
                let own = in_unit(measure, number).ok_or_else(|| RunError::Asked(too_large(measure)))?;
                if let Some(unit) = measure.unit.as_ref().filter(|u| u.exponent != 0) {
                    node.formula = format!("{} = {}", node.formula, node.value.zh);
                    node.value = said(own, &unit.text);
                }
                Actual::Number(decimal(measure, own)?)
            }
        };
        Ok((actual, node))
    }
}
