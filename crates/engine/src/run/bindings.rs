//! Values of parameters for one run: bound after planning, so that a thousand what-if points share one plan.

use std::collections::BTreeMap;

use jixiao_core::{both, finding::Both};

use crate::{
    number::Dec,
    scheme::{
        plan::{Dated, Parameter, Plan, Status, Type, Value},
        planner::parameters::reach,
    },
};

/// A value with the days on which it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) value: Value,
}

/// One parameter's values: for everybody, and for regions that have their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) common: Vec<Span>,
    pub(crate) regions: BTreeMap<String, Vec<Span>>,
}

/// The values of a plan's parameters, by the plan's indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bindings {
    pub(crate) parameters: Vec<Binding>,
}

fn spans(values: &[Dated]) -> Vec<Span> {
    values.iter().map(|d| Span { from: d.from, to: d.to, value: d.value.clone() }).collect()
}

impl Bindings {
    /// The values that the scheme file gives.
    pub fn of(plan: &Plan) -> Self {
        let bind = |p: &Parameter| Binding {
            common: spans(&p.values),
            regions: p.regions.iter().map(|(code, values)| (code.clone(), spans(values))).collect(),
        };
        Self { parameters: plan.parameters.iter().map(bind).collect() }
    }

    /// Replaces a parameter by one value, for every day and region. `number` stands in the parameter's unit as written.
    ///
    /// # Errors
    /// The parameter is unknown, is no number, or its type has too few digits for the value (plan with [`finer_scale`]).
    pub fn set(&mut self, plan: &Plan, id: &str, number: Dec) -> Result<(), Both> {
        let (index, parameter) = find(plan, id)?;
        let Type::Number { scale, .. } = &parameter.ty else {
            return Err(both!(
                "参数 {id} 不是数字，不能设值",
                "parameter {id} is no number and cannot be set"
            ));
        };
        let base = in_base_units(parameter, number).and_then(|n| n.at_scale(*scale));
        let Some(mantissa) = base else {
            return Err(both!(
                "参数 {id} 的值 {number} 位数过多，无法精确表示",
                "{number} has more digits than parameter {id} can hold"
            ));
        };
        self.parameters[index] = Binding {
            common: vec![Span { from: i64::MIN, to: i64::MAX, value: Value::Number(mantissa) }],
            regions: BTreeMap::new(),
        };
        Ok(())
    }

    /// What is said of a parameter, by index, of which a value stands above its ceiling, both as they are bound here; a
    /// parameter without a ceiling has nothing said of it. As in the scheme's file, a region's value is held against the
    /// region's own ceiling, or else against everybody's.
    pub fn above_ceiling(&self, plan: &Plan, parameter: usize) -> Option<Both> {
        let below = &plan.parameters[parameter];
        let index = below.ceiling?;
        let above = &plan.parameters[index];
        let number = |of: &Parameter, span: &Span| match (&of.ty, &span.value) {
            (Type::Number { scale, .. }, Value::Number(n)) => Some(Dec::new(*n, *scale)),
            _ => None,
        };
        let (own, ceilings) = (&self.parameters[parameter], &self.parameters[index]);
        let regional = own.regions.iter().map(|(code, spans)| (Some(code), spans));
        for (region, spans) in std::iter::once((None, &own.common)).chain(regional) {
            let most = region.and_then(|r| ceilings.regions.get(r)).unwrap_or(&ceilings.common);
            for (span, most) in spans.iter().flat_map(|s| most.iter().map(move |m| (s, m))) {
                let (Some(value), Some(limit)) = (number(below, span), number(above, most)) else { continue };
                if value > limit && span.from <= most.to && most.from <= span.to {
                    let unit = |p: &Parameter| p.unit.as_ref().map_or_else(String::new, |u| u.text.clone());
                    let said =
                        |p: &Parameter, n: Dec| in_own_unit(p, n).map_or_else(String::new, |n| n.to_string());
                    let (id, ceiling) = (&below.id, &above.id);
                    let (value, limit) = (said(below, value), said(above, limit));
                    let (unit, most_unit) = (unit(below), unit(above));
                    let of = region.map_or_else(Both::default, |r| both!("（区域 {r}）", " (region {r})"));
                    return Some(both!(
                        "{id}{zh} = {value}（{unit}），超过上限 {ceiling} 的 {limit}（{most_unit}）；请降到上限以内，或用 --set {ceiling}=… 一并改变上限",
                        "{id}{en} = {value} ({unit}) is above its ceiling {ceiling}, {limit} ({most_unit}); bring it down, or set the ceiling too: --set {ceiling}=…",
                        zh = of.zh,
                        en = of.en
                    ));
                }
            }
        }
        None
    }

    /// The same values as one region sees them.
    pub(crate) fn of_region(&self, code: &str) -> Self {
        let own = |b: &Binding| Binding {
            common: b.regions.get(code).unwrap_or(&b.common).clone(),
            regions: BTreeMap::new(),
        };
        Self { parameters: self.parameters.iter().map(own).collect() }
    }

    /// The value in force for a region on a day; null when there is none.
    pub(crate) fn at(&self, parameter: usize, region: Option<&str>, day: Option<i64>) -> &Value {
        let binding = &self.parameters[parameter];
        let spans = region.and_then(|r| binding.regions.get(r)).unwrap_or(&binding.common);
        let found = spans.iter().find(|s| day.is_none_or(|d| s.from <= d && d <= s.to));
        found.map_or(&Value::Null, |s| &s.value)
    }
}

/// A parameter of a plan by its id.
///
/// # Errors
/// There is none of that name: says which there are.
pub fn find<'a>(plan: &'a Plan, id: &str) -> Result<(usize, &'a Parameter), Both> {
    plan.parameters.iter().enumerate().find(|(_, p)| p.id == id).ok_or_else(|| {
        let known: Vec<&str> = plan.parameters.iter().map(|p| p.id.as_str()).collect();
        let (scheme, known) = (&plan.id, known.join(" "));
        both!("{scheme} 没有参数 {id}；有：{known}", "{scheme} has no parameter {id}; it has: {known}")
    })
}

/// A number in a parameter's unit as base units: `200` (万元) is 2000000, `30` (%) is 0.30. `None` on overflow.
pub fn in_base_units(parameter: &Parameter, number: Dec) -> Option<Dec> {
    let exponent = parameter.unit.as_ref().map_or(0, |u| u.exponent);
    shift(number, exponent)
}

/// A number in base units as in a parameter's unit. `None` on overflow.
pub fn in_own_unit(parameter: &Parameter, number: Dec) -> Option<Dec> {
    let exponent = parameter.unit.as_ref().map_or(0, |u| u.exponent);
    shift(number, exponent.checked_neg()?).map(Dec::normal)
}

/// A number times a power of ten: exact, by moving the point. `None` on overflow.
pub fn shift(number: Dec, exponent: i8) -> Option<Dec> {
    let power = u32::from(exponent.unsigned_abs());
    if exponent >= 0 {
        let mantissa = number.mantissa.checked_mul(crate::number::pow10(power)?)?;
        Some(Dec::new(mantissa, number.scale))
    } else {
        let scale = number.scale.checked_add(exponent.unsigned_abs())?;
        (scale <= crate::number::MAX_SCALE).then_some(Dec::new(number.mantissa, scale))
    }
}

/// The scale that a parameter's type needs to hold a number given in its unit as written.
pub fn finer_scale(parameter: &Parameter, number: Dec) -> Option<u8> {
    in_base_units(parameter, number).map(|n| n.normal().scale)
}

/// The parameters among some of which the rows of the plan's year can meet an illustrative value. Asked of the scheme, not of one
/// run's rows: a region's value counts whether or not an enterprise of that region applied, and of values by date those that the
/// fund year reaches.
pub fn illustrative(plan: &Plan, used: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let all = |p: &Parameter| shaky(plan, &p.values) || p.regions.values().any(|values| shaky(plan, values));
    used.into_iter().filter(|i| all(&plan.parameters[*i])).collect()
}

/// Whether one of some parameters has an illustrative value for a region: its own where it has one, else everybody's.
pub(crate) fn illustrative_in(
    plan: &Plan,
    region: Option<&str>,
    used: impl IntoIterator<Item = usize>,
) -> bool {
    used.into_iter().any(|i| {
        let parameter = &plan.parameters[i];
        let own = region.and_then(|r| parameter.regions.get(r)).unwrap_or(&parameter.values);
        shaky(plan, own)
    })
}

/// Whether the rows of the plan's year can meet an illustrative one among some values.
fn shaky(plan: &Plan, values: &[Dated]) -> bool {
    let (first, last) = reach(plan.year, plan.year);
    values.iter().any(|d| d.status == Status::Illustrative && d.from <= last && d.to >= first)
}
