//! Parameters: their values in base units, and which of them are in force in the planned year.

use std::collections::BTreeMap;

use jixiao_core::{both, finding::Both};

use crate::{
    dimension::Unit,
    fault::Span,
    number::{Dec, pow10},
    schema_file::unit,
    scheme::{
        file::{ParameterKind, ParameterTable, SchemeFile, ValueTable},
        plan::{Dated, Parameter, Type, Value},
        syntax::{days, days_of, iso},
    },
    tree::{Faults, Quoted, instead},
};

use super::{Asked, Years};

/// By how many years the dates of a fund year's rows may lie before it: a business year begins in the year before, and
/// what it counts (a policy, a loan) may have begun a year earlier still.
const REACH: i16 = 2;

/// The first and last day that rows of some fund years can speak of.
pub(crate) fn reach(first: i16, last: i16) -> (i64, i64) {
    let from = days_of(first.saturating_sub(REACH), 1, 1).unwrap_or(i64::MIN);
    (from, days_of(last, 12, 31).unwrap_or(i64::MAX))
}

/// A value read, before the parameter's scale is known.
#[derive(Clone)]
enum Raw {
    Number(Dec),
    Other(Value),
}

/// One value with everything that was read of it.
struct Entry<'a> {
    table: &'a ValueTable,
    raw: Raw,
    from: i64,
    to: i64,
}

/// A parameter, planned as far as it could be read.
pub(crate) struct Planned {
    pub(crate) parameter: Parameter,
    /// Whether its type is known; otherwise expressions with it are not checked further.
    pub(crate) sound: bool,
    pub(crate) by_date: bool,
    /// Years of those asked about in which there is no value.
    pub(crate) lacking: Vec<i16>,
}

/// Plans all parameters for a year.
pub(crate) fn plan(file: &SchemeFile, asked: &Asked, faults: &Faults) -> Vec<Planned> {
    let cycle = asked.cycle;
    let read: Vec<Vec<Entry<'_>>> =
        file.parameters.iter().map(|p| entries(p, cycle, asked.regions, faults)).collect();
    let mut planned: Vec<Planned> = file
        .parameters
        .iter()
        .zip(&read)
        .map(|(table, entries)| one(table, entries, asked, faults))
        .collect();
    for (planned, table) in planned.iter_mut().zip(&file.parameters) {
        let named = |name: &Quoted| file.parameters.iter().position(|p| p.id.text == name.text);
        planned.parameter.ceiling = table.ceiling.as_ref().and_then(named);
    }
    ceilings(file, &planned, &read, cycle, faults);
    planned
}

/// Reads the values of a parameter and checks them against each other.
fn entries<'a>(
    table: &'a ParameterTable,
    cycle: Years,
    regions: &dyn Fn(&str) -> bool,
    faults: &Faults,
) -> Vec<Entry<'a>> {
    // Faults of the unit are told once, by `one`.
    let unit = table.unit.as_ref().and_then(|u| Unit::parse(&u.text));
    let mut entries = Vec::new();
    for value in &table.values {
        for year in &value.years {
            if year.value < i64::from(cycle.first) || year.value > i64::from(cycle.last) {
                let (said, first, last) = (year.value, cycle.first, cycle.last);
                faults.add(
                    year.span.clone(),
                    both!(
                        "{said} 年不在周期 {first}—{last} 之内",
                        "{said} is outside the cycle {first}–{last}"
                    ),
                    both!("周期之外", "outside the cycle"),
                    both!("改正年份，或删去这个值。", "Correct the year, or take the value away."),
                );
            }
        }
        if let Some(region) = &value.region
            && !regions(&region.text)
        {
            let code = &region.text;
            faults.add(
                region.span.clone(),
                both!("{code} 不是本资金的区划代码", "{code} is no division code of the fund"),
                both!("不认识的区划代码", "unknown division code"),
                both!("按 regions.csv 写六位代码。", "Write the six digits that regions.csv has."),
            );
        }
        let from = bound(value.from.as_ref(), i64::MIN, faults);
        let to = bound(value.to.as_ref(), i64::MAX, faults);
        let raw = raw(table.kind, unit.as_ref(), &value.value, faults);
        let (Some(from), Some(to)) = (from, to) else {
            continue;
        };
        if from > to {
            if let (Some(a), Some(b)) = (&value.from, &value.to) {
                let (first, last) = (&a.text, &b.text);
                faults.add_with(
                    b.span.clone(),
                    both!("止日 {last} 早于起日 {first}", "It ends on {last}, before it begins on {first}"),
                    both!("止日", "last day"),
                    vec![(a.span.clone(), both!("起日", "first day"))],
                    both!("对调或改正。", "Exchange or correct them."),
                );
            }
            continue;
        }
        let (earliest, latest) = reach(cycle.first, cycle.last);
        if table.by_date && (to < earliest || from > latest) {
            let (first, last) = (iso(earliest), iso(latest));
            faults.add(
                value.span.clone(),
                both!(
                    "周期内没有哪一年度用得到这段日期（用得到的是 {first} 至 {last}）",
                    "No year of the cycle reaches these dates (they reach {first} to {last})"
                ),
                both!("用不到的值", "never in force"),
                both!("改正日期，或删去这个值。", "Correct the dates, or take the value away."),
            );
        }
        let Some(raw) = raw else {
            continue;
        };
        let entry = Entry { table: value, raw, from, to };
        clashes(table.by_date, &entries, &entry, faults);
        entries.push(entry);
    }
    entries
}

fn bound(text: Option<&Quoted>, open: i64, faults: &Faults) -> Option<i64> {
    let Some(text) = text else {
        return Some(open);
    };
    let day = days(&text.text);
    if day.is_none() {
        not_a_day(text, faults);
    }
    day
}

fn not_a_day(text: &Quoted, faults: &Faults) {
    let said = &text.text;
    faults.add(
        text.span.clone(),
        both!("“{said}”不是日期", "{said:?} is not a date"),
        both!("没有这一天", "no such day"),
        both!("写成 \"2024-06-30\"。", "Write \"2024-06-30\"."),
    );
}

/// The value in base units: 200 万元 is 2,000,000 元, 50 % is 0.5.
fn raw(kind: ParameterKind, unit: Option<&Unit>, value: &Quoted, faults: &Faults) -> Option<Raw> {
    match kind {
        ParameterKind::Text => Some(Raw::Other(Value::Text(value.text.clone()))),
        ParameterKind::Date => {
            let day = days(&value.text);
            if day.is_none() {
                not_a_day(value, faults);
            }
            day.map(|day| Raw::Other(Value::Date(day)))
        }
        ParameterKind::Number => {
            let exponent = unit.map_or(0, |unit| unit.exponent);
            let number = Dec::parse(&value.text).and_then(|d| in_base(d, exponent));
            if number.is_none() {
                let said = &value.text;
                faults.add(
                    value.span.clone(),
                    both!("“{said}”不是数字", "{said:?} is not a number"),
                    both!("读不出数字", "cannot be read"),
                    both!(
                        "只写数字，例如 \"200\"、\"0.5\"；单位写在 unit，日期和文本另写 kind。",
                        "Write digits alone, as in \"200\", \"0.5\"; the unit goes into unit; dates and texts have their own kind."
                    ),
                );
            }
            number.map(Raw::Number)
        }
    }
}

fn in_base(number: Dec, exponent: i8) -> Option<Dec> {
    let power = pow10(u32::from(exponent.unsigned_abs()))?;
    if exponent >= 0 {
        return number.checked_mul(Dec::new(power, 0)).map(Dec::normal);
    }
    let scale =
        number.scale.checked_add(exponent.unsigned_abs()).filter(|s| *s <= crate::number::MAX_SCALE)?;
    Some(Dec::new(number.mantissa, scale).normal())
}

/// A second value for the same year or day and the same region is a fault.
fn clashes(by_date: bool, before: &[Entry<'_>], entry: &Entry<'_>, faults: &Faults) {
    let region = |e: &Entry<'_>| e.table.region.as_ref().map(|r| r.text.clone());
    for other in before.iter().filter(|other| region(other) == region(entry)) {
        let next = both!(
            "改正其中一个，使同一时间只有一个值。",
            "Correct one of them, so that there is one value at a time."
        );
        if by_date {
            if entry.from <= other.to && other.from <= entry.to {
                let first = day_word(entry.from.max(other.from));
                let last = day_word(entry.to.min(other.to));
                faults.add_with(
                    entry.table.span.clone(),
                    Both::new(
                        format!("两个值的日期重叠：{} 至 {}", first.zh, last.zh),
                        format!("Two values overlap: {} to {}", first.en, last.en),
                    ),
                    both!("后一个", "the later one"),
                    vec![(other.table.span.clone(), both!("前一个", "the earlier one"))],
                    next,
                );
            }
            continue;
        }
        for year in &entry.table.years {
            if let Some(first) = other.table.years.iter().find(|y| y.value == year.value) {
                let said = year.value;
                faults.add_with(
                    year.span.clone(),
                    both!("{said} 年有两个值", "There are two values for {said}"),
                    both!("第二个值", "the second value"),
                    vec![(first.span.clone(), both!("第一个值", "the first value"))],
                    next.clone(),
                );
            }
        }
    }
}

fn day_word(day: i64) -> Both {
    match day {
        i64::MIN => both!("最初", "the beginning"),
        i64::MAX => both!("以后", "ever after"),
        day => Both::same(iso(day)),
    }
}

fn one(table: &ParameterTable, entries: &[Entry<'_>], asked: &Asked, faults: &Faults) -> Planned {
    let Asked { year, years, finer, .. } = *asked;
    let unit = table.unit.as_ref().and_then(|text| unit(text, faults));
    let sound = table.kind != ParameterKind::Number || unit.is_some();
    let scale = entries
        .iter()
        .map(|e| if let Raw::Number(n) = &e.raw { n.scale } else { 0 })
        .chain(finer.iter().filter(|f| f.id == table.id.text).map(|f| f.scale))
        .max()
        .unwrap_or(0);
    let ty = match table.kind {
        ParameterKind::Date => Type::Date,
        ParameterKind::Text => Type::Text,
        ParameterKind::Number => {
            Type::Number { scale, dimension: unit.as_ref().map(|u| u.dimension.clone()).unwrap_or_default() }
        }
    };
    let mut values = Vec::new();
    let mut regions: BTreeMap<String, Vec<Dated>> = BTreeMap::new();
    // By date, every value is in force on its days, whatever the fund year: a row of an earlier day meets the value of that day.
    for entry in entries.iter().filter(|e| table.by_date || in_year(table, e, year)) {
        let value = match &entry.raw {
            Raw::Other(value) => value.clone(),
            Raw::Number(number) => match number.at_scale(scale) {
                Some(mantissa) => Value::Number(mantissa),
                None => {
                    let said = &entry.table.value.text;
                    faults.add(
                        entry.table.value.span.clone(),
                        both!("{said} 的位数超过 38 位", "{said} has more than 38 digits"),
                        both!("太大", "too large"),
                        both!("改用更大的单位。", "Use a larger unit."),
                    );
                    continue;
                }
            },
        };
        let dated = Dated {
            from: entry.from,
            to: entry.to,
            value,
            text: entry.table.value.text.clone(),
            source: entry.table.source.clone(),
            status: entry.table.status,
        };
        match &entry.table.region {
            Some(region) => regions.entry(region.text.clone()).or_default().push(dated),
            None => values.push(dated),
        }
    }
    values.sort_by_key(|d| d.from);
    for dated in regions.values_mut() {
        dated.sort_by_key(|d| d.from);
    }
    // Values that could not be read are there all the same; only what is not written is missing.
    let unread = entries.len() < table.values.len();
    let lacking =
        years.iter().copied().filter(|y| !unread && !entries.iter().any(|e| in_year(table, e, *y))).collect();
    let parameter = Parameter {
        id: table.id.text.clone(),
        label: table.label.clone(),
        ty,
        unit,
        values,
        regions,
        ceiling: None,
        span: table.id.span.clone(),
    };
    Planned { parameter, sound, by_date: table.by_date, lacking }
}

/// Whether rows of a year can meet a value.
fn in_year(table: &ParameterTable, entry: &Entry<'_>, year: i16) -> bool {
    if table.by_date {
        let (earliest, latest) = reach(year, year);
        entry.from <= latest && entry.to >= earliest
    } else {
        entry.table.years.iter().any(|y| y.value == i64::from(year))
    }
}

/// No value may exceed its ceiling, year by year and region by region.
fn ceilings(file: &SchemeFile, planned: &[Planned], read: &[Vec<Entry<'_>>], cycle: Years, faults: &Faults) {
    for (at, table) in file.parameters.iter().enumerate() {
        let Some(name) = &table.ceiling else {
            continue;
        };
        let ceiling = &name.text;
        let Some(over) =
            file.parameters.iter().position(|p| p.id.text == *ceiling).filter(|over| *over != at)
        else {
            let known = file.parameters.iter().enumerate().filter(|(i, _)| *i != at);
            faults.add(
                name.span.clone(),
                both!("没有另一个叫 {ceiling} 的参数", "There is no other parameter {ceiling}"),
                both!("不认识的参数", "unknown parameter"),
                instead(ceiling, known.map(|(_, p)| p.id.text.as_str())),
            );
            continue;
        };
        let (own, other) = (&planned[at], &planned[over]);
        if !own.sound || !other.sound {
            continue;
        }
        let fits = match (&own.parameter.ty, &other.parameter.ty) {
            (Type::Number { dimension: a, .. }, Type::Number { dimension: b, .. }) => a == b,
            (a, b) => *a == Type::Date && a == b,
        };
        if !fits || own.by_date != other.by_date {
            faults.add(
                name.span.clone(),
                both!(
                    "{ceiling} 不能作上限：种类、单位或按年度/按日期不同",
                    "{ceiling} cannot be the ceiling: kind, unit, or by year and by date differ"
                ),
                both!("与本参数不同类", "not like this parameter"),
                both!(
                    "使两者同为数字或日期、单位相同、同按年度或同按日期。",
                    "Both must be numbers of one unit or dates, and both by year or both by date."
                ),
            );
            continue;
        }
        for entry in &read[at] {
            against(table, entry, &read[over], ceiling, cycle, faults);
        }
    }
}

fn against(
    table: &ParameterTable,
    entry: &Entry<'_>,
    ceilings: &[Entry<'_>],
    name: &str,
    cycle: Years,
    faults: &Faults,
) {
    let region = |e: &Entry<'_>| e.table.region.as_ref().map(|r| r.text.clone());
    let meets = |c: &&Entry<'_>, year: Option<i64>| match year {
        Some(year) => c.table.years.iter().any(|y| y.value == year),
        None => c.from <= entry.to && entry.from <= c.to,
    };
    // A year outside the cycle is a fault already.
    let within = i64::from(cycle.first)..=i64::from(cycle.last);
    let years: Vec<Option<i64>> = if table.by_date {
        vec![None]
    } else {
        entry.table.years.iter().map(|y| y.value).filter(|y| within.contains(y)).map(Some).collect()
    };
    for year in years {
        let of = |wanted: Option<String>| -> Vec<&Entry<'_>> {
            ceilings.iter().filter(|c| region(c) == wanted && meets(c, year)).collect()
        };
        let own = of(region(entry));
        let met = if own.is_empty() { of(None) } else { own };
        let said = &entry.table.value.text;
        if met.is_empty() {
            let when =
                year.map_or_else(|| both!("这段日期", "these dates"), |year| both!("{year} 年", "{year}"));
            faults.add(
                entry.table.value.span.clone(),
                Both::new(
                    format!("上限 {name} 在{}没有值", when.zh),
                    format!("The ceiling {name} has no value for {}", when.en),
                ),
                both!("无从比较", "nothing to compare with"),
                both!("给 {name} 补上值。", "Give {name} a value."),
            );
        }
        for over in met {
            let exceeds = match (&entry.raw, &over.raw) {
                (Raw::Number(a), Raw::Number(b)) => a > b,
                (Raw::Other(a), Raw::Other(b)) => a > b,
                _ => false,
            };
            if exceeds {
                let most = &over.table.value.text;
                let span: Span = over.table.value.span.clone();
                faults.add_with(
                    entry.table.value.span.clone(),
                    both!("{said} 超过上限 {name} 的 {most}", "{said} is above the ceiling {name}, {most}"),
                    both!("超过上限", "above the ceiling"),
                    vec![(span, both!("上限", "the ceiling"))],
                    both!(
                        "降到上限以内，或核对上限。",
                        "Bring it down to the ceiling, or look at the ceiling."
                    ),
                );
            }
        }
    }
}
