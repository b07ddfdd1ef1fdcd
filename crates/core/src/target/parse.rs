//! Reading a target from the text of a cell.
//!
//! Grammar, in the order tried: nothing; not applicable; a date or span; a number with comparators and unit; a state.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{Comparator, Deadline, NumberTarget, Reading, Remark, State, StateKind, Target};
use crate::{
    interval::{Bound, Interval},
    period::PartialDate,
    text::fold,
    unit::Unit,
};

/// Comparators before a figure. Longer ones first, so that 大于等于 is not read as 大于.
const BEFORE: [(&str, Comparator); 44] = [
    ("大于或等于", Comparator::AtLeast),
    ("大于等于", Comparator::AtLeast),
    ("小于或等于", Comparator::AtMost),
    ("小于等于", Comparator::AtMost),
    ("原则上不超过", Comparator::AtMost),
    ("控制在", Comparator::AtMost),
    ("不少于", Comparator::AtLeast),
    ("不低于", Comparator::AtLeast),
    ("不小于", Comparator::AtLeast),
    ("达到", Comparator::AtLeast),
    ("达", Comparator::AtLeast),
    ("至少", Comparator::AtLeast),
    ("不超过", Comparator::AtMost),
    ("不高于", Comparator::AtMost),
    ("不多于", Comparator::AtMost),
    ("不大于", Comparator::AtMost),
    ("不超", Comparator::AtMost),
    ("至多", Comparator::AtMost),
    ("最多", Comparator::AtMost),
    ("超过", Comparator::Above),
    ("高于", Comparator::Above),
    ("大于", Comparator::Above),
    ("多于", Comparator::Above),
    ("低于", Comparator::Below),
    ("小于", Comparator::Below),
    ("少于", Comparator::Below),
    ("等于", Comparator::Equal),
    ("≥", Comparator::AtLeast),
    ("≧", Comparator::AtLeast),
    ("⩾", Comparator::AtLeast),
    (">=", Comparator::AtLeast),
    ("=>", Comparator::AtLeast),
    ("≤", Comparator::AtMost),
    ("≦", Comparator::AtMost),
    ("⩽", Comparator::AtMost),
    ("<=", Comparator::AtMost),
    ("=<", Comparator::AtMost),
    ("﹥", Comparator::Above),
    (">", Comparator::Above),
    ("﹤", Comparator::Below),
    ("<", Comparator::Below),
    ("=", Comparator::Equal),
    ("约", Comparator::Bare),
    ("共", Comparator::Bare),
];

/// Comparators after a figure and its unit.
const AFTER: [(&str, Comparator); 11] = [
    ("(含)以上", Comparator::AtLeast),
    ("及以上", Comparator::AtLeast),
    ("以上(含)", Comparator::AtLeast),
    ("以上", Comparator::AtLeast),
    ("(含)以下", Comparator::AtMost),
    ("及以下", Comparator::AtMost),
    ("以下", Comparator::AtMost),
    ("(含)以内", Comparator::AtMost),
    ("以内", Comparator::AtMost),
    ("之内", Comparator::AtMost),
    ("左右", Comparator::Bare),
];

const NOT_APPLICABLE: [&str; 12] =
    ["/", "\\", "-", "--", "—", "——", "–", "不适用", "无", "不涉及", "N/A", "n/a"];

/// Common states: the word, and whether the whole text must be the word (`是`) or may contain it.
const STATES: [(&str, StateKind, bool); 36] = [
    ("不超预算", StateKind::WithinBudget, false),
    ("不超支", StateKind::WithinBudget, false),
    ("预算内", StateKind::WithinBudget, false),
    ("预算范围内", StateKind::WithinBudget, false),
    ("不超过预算", StateKind::WithinBudget, false),
    ("保持", StateKind::Kept, false),
    ("稳定", StateKind::Kept, false),
    ("持续", StateKind::Kept, false),
    ("长期", StateKind::Kept, true),
    ("达标", StateKind::Done, false),
    ("完成", StateKind::Done, false),
    ("合格", StateKind::Done, true),
    ("及时", StateKind::Done, false),
    ("按时", StateKind::Done, false),
    ("按期", StateKind::Done, false),
    ("是", StateKind::Done, true),
    ("达成", StateKind::Done, true),
    ("符合要求", StateKind::Done, false),
    ("符合", StateKind::Done, true),
    ("健全", StateKind::Done, true),
    ("优", StateKind::Done, true),
    ("良好", StateKind::Done, true),
    ("提升", StateKind::Improved, false),
    ("提高", StateKind::Improved, false),
    ("增长", StateKind::Improved, false),
    ("增加", StateKind::Improved, false),
    ("改善", StateKind::Improved, false),
    ("增强", StateKind::Improved, false),
    ("优化", StateKind::Improved, false),
    ("促进", StateKind::Improved, false),
    ("明显", StateKind::Improved, true),
    ("显著", StateKind::Improved, true),
    ("有效", StateKind::Improved, true),
    ("下降", StateKind::Reduced, false),
    ("减少", StateKind::Reduced, false),
    ("降低", StateKind::Reduced, false),
];

pub(super) fn reading(text: &str) -> Reading {
    let folded = fold(text);
    let spaced = folded.trim();
    let tight = tight(spaced);
    if tight.is_empty() {
        return Reading::default();
    }
    if NOT_APPLICABLE.contains(&tight.as_ref()) {
        return plain(Target::NotApplicable);
    }
    if let Some(deadline) = deadline(&tight) {
        return plain(Target::Deadline(deadline));
    }
    if tight.contains('*') && !tight.chars().any(|c| c.is_ascii_digit()) {
        return Reading { target: Target::Unread, remarks: vec![Remark::Masked] };
    }
    number(spaced, &tight).unwrap_or_else(|| state(&tight))
}

fn tight(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_whitespace) {
        text.chars().filter(|c| !c.is_whitespace()).collect()
    } else {
        Cow::Borrowed(text)
    }
}

fn plain(target: Target) -> Reading {
    Reading { target, remarks: Vec::new() }
}

fn state(tight: &str) -> Reading {
    let has_digit = tight.chars().any(|c| c.is_ascii_digit());
    let has_sign = tight.contains(['≥', '≤', '>', '<', '=']);
    if has_digit || has_sign {
        return plain(Target::Unread);
    }
    let short = tight.chars().count() <= 16;
    let kind = STATES
        .iter()
        .find(|(word, _, whole)| if *whole { tight == *word } else { short && tight.contains(word) })
        .map_or(StateKind::Other, |(_, kind, _)| *kind);
    plain(Target::State(State { kind, words: tight.to_owned() }))
}

// ---- numbers ----

/// Splits a leading comparator off. The flag says whether it was written in another way than forms print it.
fn comparator(text: &str) -> Option<(Comparator, &str, bool)> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (sign, comparator) = BEFORE.iter().find(|(sign, _)| text.starts_with(sign))?;
    let ascii = matches!(*sign, ">=" | "=>" | "<=" | "=<");
    Some((*comparator, &text[sign.len()..], ascii))
}

/// Splits a leading figure off: digits with separators, and 万 or 亿 when no unit eats it.
fn figure(text: &str) -> Option<(Decimal, &str)> {
    let mut end = 0;
    for (i, c) in text.char_indices() {
        let digit = c.is_ascii_digit();
        let sign = i == 0 && (c == '-' || c == '+');
        let inner =
            (c == '.' || c == ',') && text[i + 1..].starts_with(|n: char| n.is_ascii_digit()) && i > 0;
        if !(digit || sign || inner) {
            break;
        }
        end = i + c.len_utf8();
    }
    let value = decimal(&text[..end])?;
    Some((value, &text[end..]))
}

pub(super) fn decimal(tight: &str) -> Option<Decimal> {
    let (sign, digits) = match tight.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", tight.strip_prefix('+').unwrap_or(tight)),
    };
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let all_digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    // A comma separates thousands only when every group after the first has three digits.
    let grouped = rest.iter().all(|g| g.len() == 3 && all_digits(g)) && (rest.is_empty() || first.len() <= 3);
    if !all_digits(first) || !grouped || !fraction.is_none_or(all_digits) {
        return None;
    }
    Decimal::from_str_exact(&format!("{sign}{}", digits.replace(',', ""))).ok()
}

/// Splits a unit off the front: the longest text that is a unit, or that becomes one after 万 or 亿.
fn unit(text: &str) -> Option<(Unit, &str)> {
    let ends: Vec<usize> = text.char_indices().map(|(i, c)| i + c.len_utf8()).take(6).collect();
    ends.into_iter().rev().find_map(|end| Unit::parse(&text[..end]).map(|u| (u, &text[end..])))
}

struct Parsed {
    comparators: Vec<Comparator>,
    ascii: bool,
    value: Decimal,
    unit: Option<Unit>,
    percent_in_words: bool,
}

/// One figure with what stands around it: `≥ 9.6 亿元`, `2万家次以上`, `不超过5个工作日`.
fn quantity(text: &str) -> Option<(Parsed, &str)> {
    let mut rest = text;
    let (mut comparators, mut ascii) = (Vec::new(), false);
    while let Some((found, after, odd)) = comparator(rest) {
        // ≥≥: the same sign twice.
        ascii |= odd || comparators.last() == Some(&found);
        comparators.push(found);
        rest = after;
    }
    let words = rest.strip_prefix("百分之");
    let (mut value, after) = figure(words.unwrap_or(rest))?;
    rest = after;
    let mut found = if words.is_some() { Unit::parse("%") } else { None };
    let mut percent_in_words = words.is_some();
    if found.is_none() {
        if let Some((u, after)) = unit(rest) {
            percent_in_words = u.symbol == "百分比";
            rest = after;
            found = if percent_in_words { Unit::parse("%") } else { Some(u) };
        } else {
            (value, rest) = magnitude(value, rest)?;
            if let Some((u, after)) = unit(rest) {
                found = Some(u);
                rest = after;
            }
        }
    }
    if let Some((sign, comparator)) = AFTER.iter().find(|(sign, _)| rest.starts_with(sign)) {
        comparators.push(*comparator);
        rest = &rest[sign.len()..];
    }
    // 共5场以上: the word before the figure only introduces it.
    if comparators.iter().any(|c| *c != Comparator::Bare) {
        comparators.retain(|c| *c != Comparator::Bare);
    }
    Some((Parsed { comparators, ascii, value, unit: found, percent_in_words }, rest))
}

/// 万 and 亿 after a figure multiply it when they are no part of a unit: `2万` is 20000.
fn magnitude(value: Decimal, rest: &str) -> Option<(Decimal, &str)> {
    for (word, times) in [("万", 10_000_i64), ("亿", 100_000_000)] {
        if let Some(after) = rest.strip_prefix(word) {
            return Some((value.checked_mul(Decimal::from(times))?.normalize(), after));
        }
    }
    Some((value, rest))
}

fn number(spaced: &str, tight: &str) -> Option<Reading> {
    if let Some(reading) = misread(spaced).or_else(|| fused(spaced)) {
        return Some(reading);
    }
    let (first, rest) = quantity(tight)?;
    let mut remarks = remarks_of(&first);
    if let Some((target, rest, ascii)) = range(&first, rest) {
        if ascii && !remarks.contains(&Remark::AsciiComparator) {
            remarks.push(Remark::AsciiComparator);
        }
        trailing(rest, &mut remarks);
        return Some(Reading { target: Target::Number(target), remarks });
    }
    let mut comparators = first.comparators.clone();
    comparators.dedup();
    if comparators.len() > 1 {
        remarks.push(Remark::TwoComparators);
    }
    let comparator = comparators.first().copied().unwrap_or(Comparator::Bare);
    let bare_number = comparator == Comparator::Bare && first.unit.is_none() && rest.is_empty();
    if let (true, Ok(n @ 36_526..=55_153)) =
        (bare_number && first.value.scale() == 0, i64::try_from(first.value))
    {
        remarks.push(Remark::PerhapsSerialDate(n));
    }
    trailing(rest, &mut remarks);
    let written = bounds(&comparators, first.value);
    Some(Reading { target: Target::Number(NumberTarget { comparator, written, unit: first.unit }), remarks })
}

fn remarks_of(parsed: &Parsed) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if parsed.ascii {
        remarks.push(Remark::AsciiComparator);
    }
    if parsed.percent_in_words {
        remarks.push(Remark::PercentInWords);
    }
    remarks
}

fn trailing(rest: &str, remarks: &mut Vec<Remark>) {
    let rest = rest.trim_matches(['。', ';', '；', ',', '，', ' ']);
    if rest.is_empty() || rest == "(含)" {
        return;
    }
    let wordy = rest.chars().count() > 4 || rest.chars().any(|c| !c.is_alphabetic());
    remarks.push(if wordy {
        Remark::Trailing(rest.to_owned())
    } else {
        Remark::UnknownUnit(rest.to_owned())
    });
}

fn bounds(comparators: &[Comparator], value: Decimal) -> Interval {
    comparators
        .iter()
        .fold(None, |all: Option<Interval>, c| {
            let one = one_bound(*c, value);
            Some(all.map_or(one, |a| a.intersect(&one)))
        })
        .unwrap_or(Interval::exactly(value))
}

fn one_bound(comparator: Comparator, value: Decimal) -> Interval {
    match comparator {
        Comparator::Above => Interval::above(value),
        Comparator::AtLeast => Interval::at_least(value),
        Comparator::AtMost => Interval::at_most(value),
        Comparator::Below => Interval::below(value),
        Comparator::Equal | Comparator::Range | Comparator::Bare => Interval::exactly(value),
    }
}

/// `80-90`, `80%~90%`, `80≤x<90`, `≥80且≤90`.
fn range<'a>(first: &Parsed, rest: &'a str) -> Option<(NumberTarget, &'a str, bool)> {
    let joined = ["且", "并", ",", "，", "和"].iter().find_map(|j| rest.strip_prefix(j));
    let (second, after, lower, upper);
    if let (Some(after_join), [_, ..]) = (joined, first.comparators.as_slice()) {
        (second, after) = quantity(after_join)?;
        if second.comparators.is_empty() {
            return None;
        }
        let both =
            bounds(&first.comparators, first.value).intersect(&bounds(&second.comparators, second.value));
        (lower, upper) = (both.lower, both.upper);
    } else if let (Some(inner), []) = (chained(rest), first.comparators.as_slice()) {
        let (left, after_variable) = inner;
        (second, after) = quantity(after_variable)?;
        lower = Some(Bound { value: first.value, closed: left });
        upper = bounds(&second.comparators, second.value).upper;
    } else {
        let after_dash = ["-", "~", "～", "—", "–", "至", "到"].iter().find_map(|d| rest.strip_prefix(d))?;
        (second, after) = quantity(after_dash)?;
        if !first.comparators.is_empty() || !second.comparators.is_empty() {
            return None;
        }
        (lower, upper) = (Some(Bound::closed(first.value)), Some(Bound::closed(second.value)));
    }
    let unit = second.unit.clone().or_else(|| first.unit.clone());
    let target = NumberTarget { comparator: Comparator::Range, written: Interval { lower, upper }, unit };
    Some((target, after, second.ascii))
}

/// `≤x` or `<x` in the middle of `80≤x<90`: whether the left figure is included, and what follows the variable.
fn chained(rest: &str) -> Option<(bool, &str)> {
    let (sign, after, _) = comparator(rest)?;
    let closed = match sign {
        Comparator::AtMost => true,
        Comparator::Below => false,
        _ => return None,
    };
    let after = after.strip_prefix(['x', 'X', 'a', 'A', 'n'])?;
    Some((closed, after))
}

/// `W 90`, `2 90`, `M90`: a comparator lost in copying. Only when a bare 2 is cut off from the figure by a space, or a letter
/// that resembles ≥ or ≤ stands before the figure.
fn misread(spaced: &str) -> Option<Reading> {
    let (sign, rest) = match spaced.chars().next()? {
        c @ ('W' | 'w' | 'M' | 'N' | 'Z' | 'z') => (c.to_string(), spaced[1..].trim_start()),
        '2' if spaced[1..].starts_with(' ') => ("2".to_owned(), spaced[1..].trim_start()),
        _ => return None,
    };
    let (parsed, after) = quantity(rest)?;
    if !parsed.comparators.is_empty() || !after.is_empty() {
        return None;
    }
    let target = NumberTarget {
        comparator: Comparator::Bare,
        written: Interval::exactly(parsed.value),
        unit: parsed.unit,
    };
    Some(Reading { target: Target::Number(target), remarks: vec![Remark::MisreadComparator(sign)] })
}

/// `≥90 10`, `100% 5`: two complete quantities with nothing but a space between.
fn fused(spaced: &str) -> Option<Reading> {
    let cut = spaced.char_indices().filter(|(_, c)| c.is_whitespace()).find_map(|(i, _)| {
        let (left, right) = (spaced[..i].trim(), spaced[i..].trim());
        let whole = |t: &str| quantity(&tight(t)).is_some_and(|(_, rest)| rest.is_empty());
        let two = whole(left) && whole(right) && right.starts_with(|c: char| c.is_ascii_digit());
        // Between digits a space may group thousands (20 000), but nothing else (3100 25).
        let run = left.bytes().rev().take_while(u8::is_ascii_digit).count();
        let three = |g: &str| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit());
        let grouped = (1..=3).contains(&run) && right.split_whitespace().all(three);
        (two && !grouped).then(|| (left.to_owned(), right.to_owned()))
    })?;
    let mut reading = reading(&cut.0);
    reading.remarks.push(Remark::Fused(cut.0, cut.1));
    Some(reading)
}

// ---- dates ----

fn deadline(tight: &str) -> Option<Deadline> {
    let body = tight.trim_start_matches(['≤', '<', '=']);
    let body = ["不晚于", "截至", "于"].iter().fold(body, |b, word| b.strip_prefix(word).unwrap_or(b));
    for joint in ['-', '~', '—', '–', '至', '到'] {
        for (i, _) in body.match_indices(joint) {
            let (left, right) = (&body[..i], &body[i + joint.len_utf8()..]);
            if let (Some(from), Some(by)) = (date(left), date(right).or_else(|| tail_date(right))) {
                let by = PartialDate { year: by.year.or(from.year), ..by };
                return Some(Deadline { from: Some(from), by });
            }
        }
    }
    date(body).map(|by| Deadline { from: None, by })
}

/// `12月` after `2021年1月-`.
fn tail_date(text: &str) -> Option<PartialDate> {
    let month = text.strip_suffix("月").unwrap_or(text);
    let number = month.parse::<i8>().ok()?;
    text.ends_with('月').then_some(PartialDate { year: None, month: Some(number), day: None })
}

/// One date with its Chinese ending: `2026年12月底前`, `2023年底`, `2024-12-31前`, `202012`, `2023.06`, `12月底前`, `2024年内`.
fn date(text: &str) -> Option<PartialDate> {
    let (year, rest) = match text.split_once('年') {
        Some((y, rest)) if y.len() == 4 => (Some(y.parse::<i16>().ok()?), rest.trim_start_matches('度')),
        Some(("当" | "本", rest)) => (None, rest.trim_start_matches('度')),
        Some(("", rest))
            if text.starts_with("年底") || text.starts_with("年内") || text.starts_with("年度内") =>
        {
            (None, rest)
        }
        Some(_) => return None,
        None if text.contains('月') || text.contains("季度") => return month_day(None, text),
        None => return numeric_date(text),
    };
    month_day(year, rest)
}

fn month_day(year: Option<i16>, rest: &str) -> Option<PartialDate> {
    let partial = |month, day| Some(PartialDate { year, month, day });
    let ended = strip_ending(rest);
    match ended {
        "" if rest.is_empty() && year.is_some() => return partial(None, None),
        "" if !rest.is_empty() => return partial(Some(12), None),
        "上半年" => return partial(Some(6), None),
        "下半年" => return partial(Some(12), None),
        _ => {}
    }
    if let Some(quarter) = ended.strip_suffix("季度") {
        let n = ["一", "二", "三", "四"].iter().position(|q| quarter.trim_start_matches('第') == *q);
        let n = n.or_else(|| {
            quarter
                .trim_start_matches('第')
                .parse::<usize>()
                .ok()
                .filter(|n| (1..=4).contains(n))
                .map(|n| n - 1)
        })?;
        return partial(i8::try_from(3 * n + 3).ok(), None);
    }
    let (month, day) = ended.split_once('月')?;
    let month = month.parse::<i8>().ok()?;
    match day {
        "" => partial(Some(month), None),
        _ => partial(Some(month), Some(day.trim_end_matches(['日', '号']).parse::<i8>().ok()?)),
    }
}

/// Takes 底前, 底, 末, 前, 内 and 完成 off the end.
fn strip_ending(text: &str) -> &str {
    let mut rest = text;
    for _ in 0..4 {
        let shorter = ["底前", "底", "末", "之前", "以前", "前", "内", "完成", "年度", "全年"]
            .iter()
            .find_map(|e| rest.strip_suffix(e));
        match shorter {
            Some(s) => rest = s,
            None => break,
        }
    }
    rest
}

/// `2024-12-31`, `2024/12/31`, `2023.06`, `202012`, `20241231`: only with a plausible year, so that figures stay figures.
fn numeric_date(text: &str) -> Option<PartialDate> {
    let text = text.trim_end_matches('前').trim_end_matches("之");
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let all_digits = |t: &&str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !parts.iter().all(all_digits) {
        return None;
    }
    let (year, month, day) = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => (*y, *m, Some(*d)),
        [y, m] if y.len() == 4 && m.len() <= 2 => (*y, *m, None),
        [all] if all.len() == 6 => (&all[..4], &all[4..], None),
        [all] if all.len() == 8 => (&all[..4], &all[4..6], Some(&all[6..])),
        _ => return None,
    };
    let year: i16 = year.parse().ok()?;
    let month: i8 = month.parse().ok()?;
    let plausible = (1990..=2100).contains(&year) && (1..=12).contains(&month);
    let day = match day {
        Some(d) => Some(d.parse::<i8>().ok()?),
        None => None,
    };
    plausible.then_some(PartialDate { year: Some(year), month: Some(month), day })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A short text for a reading, so that a table of cases can be read at a glance.
    fn said(text: &str) -> String {
        let reading = reading(text);
        let target = match &reading.target {
            Target::Missing => "missing".to_owned(),
            Target::NotApplicable => "n/a".to_owned(),
            Target::Unread => "unread".to_owned(),
            Target::State(s) => format!("{:?} {}", s.kind, s.words),
            Target::Deadline(d) => {
                let part = |p: PartialDate| {
                    let field = |n: Option<i32>| n.map_or("?".to_owned(), |n| n.to_string());
                    format!(
                        "{}-{}-{}",
                        field(p.year.map(i32::from)),
                        field(p.month.map(i32::from)),
                        field(p.day.map(i32::from))
                    )
                };
                match d.from {
                    Some(from) => format!("{}..{}", part(from), part(d.by)),
                    None => format!("by {}", part(d.by)),
                }
            }
            Target::Number(n) => {
                let bound = |b: Option<Bound>, open: &str, shut: &str| {
                    b.map_or("∞".to_owned(), |b| {
                        format!("{}{}", if b.closed { shut } else { open }, b.value)
                    })
                };
                let unit = n.unit.as_ref().map_or(String::new(), |u| format!(" {}", u.symbol));
                format!(
                    "{:?} {} {}{unit}",
                    n.comparator,
                    bound(n.written.lower, "(", "["),
                    bound(n.written.upper, ")", "]")
                )
            }
        };
        let remarks: Vec<String> = reading.remarks.iter().map(|r| format!(" !{r:?}")).collect();
        target + &remarks.concat()
    }

    #[test]
    fn targets_as_forms_write_them() {
        for (text, expected) in [
            ("", "missing"),
            ("　 ", "missing"),
            ("/", "n/a"),
            ("—", "n/a"),
            ("不适用", "n/a"),
            ("> 270", "Above (270 ∞"),
            ("≥ 9.6", "AtLeast [9.6 ∞"),
            ("≥9.60亿元", "AtLeast [9.60 ∞ 亿元"),
            ("≥ 0", "AtLeast [0 ∞"),
            ("≤5%", "AtMost ∞ ]5 %"),
            ("＜３天", "Below ∞ )3 天"),
            ("=100%", "Equal [100 ]100 %"),
            ("100", "Bare [100 ]100"),
            ("95％以上", "AtLeast [95 ∞ %"),
            ("不少于2万家次", "AtLeast [2 ∞ 万家次"),
            ("超过2万", "Above (20000 ∞"),
            ("达到90%以上", "AtLeast [90 ∞ %"),
            ("共5场以上", "AtLeast [5 ∞ 场"),
            ("不超过5个工作日", "AtMost ∞ ]5 个工作日"),
            ("1,200,000元", "Bare [1200000 ]1200000 元"),
            ("178941万元", "Bare [178941 ]178941 万元"),
            ("80-90", "Range [80 ]90"),
            ("80%～90%", "Range [80 ]90 %"),
            ("80≤x<90", "Range [80 )90"),
            ("≥80且≤90", "Range [80 ]90"),
            ("-3", "Bare [-3 ]-3"),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn targets_that_were_written_badly() {
        for (text, expected) in [
            (">=90", "AtLeast [90 ∞ !AsciiComparator"),
            ("≥≥90", "AtLeast [90 ∞ !AsciiComparator"),
            ("≥≤5", "AtLeast [5 ]5 !TwoComparators"),
            ("≥100百分比", "AtLeast [100 ∞ % !PercentInWords"),
            ("≥百分之九十", "unread"),
            ("≥**%", "unread !Masked"),
            ("2 90", "Bare [90 ]90 !MisreadComparator(\"2\")"),
            ("W90%", "Bare [90 ]90 % !MisreadComparator(\"W\")"),
            ("≥90 10", "AtLeast [90 ∞ !Fused(\"≥90\", \"10\")"),
            ("3100 25", "Bare [3100 ]3100 !Fused(\"3100\", \"25\")"),
            ("≥1500 500", "AtLeast [1500 ∞ !Fused(\"≥1500\", \"500\")"),
            ("1 500 500", "Bare [1500500 ]1500500"),
            ("20 000", "Bare [20000 ]20000"),
            ("≥ 11 778", "AtLeast [11778 ∞"),
            ("45657", "Bare [45657 ]45657 !PerhapsSerialDate(45657)"),
            ("≥5场次活动举办", "AtLeast [5 ∞ 场次 !UnknownUnit(\"活动举办\")"),
            ("≥12345678901234567890123456789012345", "unread"),
            ("≥ 8O", "AtLeast [8 ∞ !UnknownUnit(\"O\")"),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_as_forms_write_them() {
        for (text, expected) in [
            ("2026年12月底前", "by 2026-12-?"),
            ("2024 年 12 月 31 日前", "by 2024-12-31"),
            ("12月底前", "by ?-12-?"),
            ("2023年底", "by 2023-12-?"),
            ("2024年", "by 2024-?-?"),
            ("年底前", "by ?-12-?"),
            ("当年12月", "by ?-12-?"),
            ("2024年内", "by 2024-12-?"),
            ("2024年上半年", "by 2024-6-?"),
            ("2024年第三季度", "by 2024-9-?"),
            ("2021年1月-12月", "2021-1-?..2021-12-?"),
            ("2021年1月至2022年6月", "2021-1-?..2022-6-?"),
            ("202001-202012", "2020-1-?..2020-12-?"),
            ("2023.06-2023.12", "2023-6-?..2023-12-?"),
            ("2024-12-31", "by 2024-12-31"),
            ("≤2024年12月", "by 2024-12-?"),
            ("2024年13月", "by 2024-13-?"),
            ("2024年2月30日", "by 2024-2-30"),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn states_as_forms_write_them() {
        for (text, expected) in [
            ("保持", "Kept 保持"),
            ("不超预算", "WithinBudget 不超预算"),
            ("已 完 成", "Done 已完成"),
            ("完成", "Done 完成"),
            ("前", "Other 前"),
            ("有效提升", "Improved 有效提升"),
            ("逐年下降", "Reduced 逐年下降"),
            ("好", "Other 好"),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,24}") {
            let _ = reading(&text);
        }

        #[test]
        fn any_mixture_of_the_words_of_forms_is_read_without_panic(
            words in proptest::collection::vec(proptest::sample::select(vec![
                "≥", "≤", ">", "2", "90", ".", ",", "万", "亿元", "%", "年", "月", "底前", "-", "至", " ", "家次", "*", "W", "且", "x", "2024", "以上",
            ]), 0..9)
        ) {
            let _ = reading(&words.concat());
        }
    }
}
