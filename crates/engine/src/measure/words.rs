//! Figures and nodes of measures as they are written.

use jiff::civil::Date;
use jixiao_core::{both, derivation::Node, finding::Both};
use rust_decimal::Decimal;

use crate::{
    number::{Dec, Rounding},
    run::{RunError, outcome::date, shift},
};

use super::plan::Measure;

/// A measure by the place that a person knows.
pub(super) fn what(measure: &Measure) -> String {
    format!("indicators/{}", measure.indicator)
}

/// A node of two parts.
pub(super) fn parts(measure: &Measure, value: Both, formula: &str, [a, b]: [Node; 2]) -> Node {
    Node::new(measure.title.clone(), value).by(formula).part(a).part(b)
}

/// A figure that is not there, with the reason.
pub(super) fn missing(why: &Both) -> Both {
    Both::new(format!("缺：{}", why.zh), format!("missing: {}", why.en))
}

/// A number with its unit.
pub(super) fn said(number: Dec, unit: &str) -> Both {
    let digits = if unit == "元" { 2 } else { 0 };
    let figure = number.grouped(digits);
    let english = jixiao_core::said::figure(&figure, unit).en;
    Both::new(format!("{figure} {unit}").trim_end(), english)
}

/// A day as it is written.
pub(super) fn day_text(day: i64) -> String {
    date(i128::from(day)).map(|d: Date| d.to_string()).unwrap_or_default()
}

/// A number in base units as in the indicator's unit; `None` on overflow.
pub(super) fn in_unit(measure: &Measure, number: Dec) -> Option<Dec> {
    let exponent = measure.unit.as_ref().map_or(0, |u| u.exponent);
    shift(number, exponent.checked_neg()?).map(Dec::normal)
}

/// A number as a decimal.
///
/// # Errors
/// It does not fit.
pub(super) fn decimal(measure: &Measure, number: Dec) -> Result<Decimal, RunError> {
    let number = number.normal();
    Decimal::try_from_i128_with_scale(number.mantissa, u32::from(number.scale))
        .map_err(|_| RunError::Asked(too_large(measure)))
}

/// A share in percent to two digits, to be read; none when it is a share of nothing.
pub(super) fn percent(above: Dec, below: Dec) -> Option<String> {
    let scale = above.scale.max(below.scale);
    let (a, b) = (above.at_scale(scale)?, below.at_scale(scale)?);
    let hundredths = crate::number::divide(a.checked_mul(10_000)?, b, Rounding::HalfUp)?;
    Some(format!("{}%", Dec::new(hundredths, 2)))
}

/// That a figure does not fit, with what to do.
pub(super) fn too_large(measure: &Measure) -> Both {
    both!(
        "指标 {id} 的数值太大，无法精确表示；请核对台账中的数",
        "the figure of {id} is too large to be held exactly; check the figures of its ledger",
        id = measure.indicator
    )
}
