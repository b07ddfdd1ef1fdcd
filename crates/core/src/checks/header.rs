//! What checks of the header share: the cycle and the amounts as the table itself states them.

use super::Cx;
use super::context::{first_year, years};
use crate::{
    finding::Both,
    money::Fen,
    period::Cycle,
    place::Place,
    table::{HeaderField, HeaderKey, TargetTable},
    unit::Unit,
};

/// The implementation cycle as the header states it, with the fields that state it; both are one when it is one text.
pub(super) struct OwnCycle<'a> {
    pub cycle: Cycle,
    pub first: &'a HeaderField,
    pub last: &'a HeaderField,
}

/// The cycle of the header alone; what the fund folder says is not asked.
pub(super) fn own_cycle(table: &TargetTable) -> Option<OwnCycle<'_>> {
    if let (Some(first), Some(last)) = (table.field(HeaderKey::FirstYear), table.field(HeaderKey::LastYear)) {
        let cycle = Cycle { first: first_year(&first.value.text)?, last: first_year(&last.value.text)? };
        return Some(OwnCycle { cycle, first, last });
    }
    let term = table.field(HeaderKey::Term)?;
    let years = years(&term.value.text);
    Some(OwnCycle { cycle: Cycle { first: *years.first()?, last: *years.last()? }, first: term, last: term })
}

impl OwnCycle<'_> {
    /// `2024—2026年`.
    pub(super) fn zh(&self) -> String {
        let Cycle { first, last } = self.cycle;
        if first == last { format!("{first}年") } else { format!("{first}—{last}年") }
    }

    /// `2024–2026`.
    pub(super) fn en(&self) -> String {
        let Cycle { first, last } = self.cycle;
        if first == last { format!("{first}") } else { format!("{first}–{last}") }
    }
}

/// What the value of a budget field is.
pub(super) enum Amount {
    /// An amount of renminbi, and how to say it: the text as written, with the label's unit when it has none itself.
    Money(Fen, String),
    /// A figure without unit, and no label near it says one.
    NoUnit,
    /// No amount at all, or one below zero.
    Unreadable,
}

/// Reads the value of a budget field.
pub(super) fn amount(table: &TargetTable, field: &HeaderField) -> Amount {
    let said = field.value.key();
    if let Some(fen) = Fen::parse(&said) {
        return if fen.0 < 0 { Amount::Unreadable } else { Amount::Money(fen, said) };
    }
    match crate::target::decimal(&said) {
        None => Amount::Unreadable,
        Some(figure) if figure.is_sign_negative() => Amount::Unreadable,
        Some(figure) => match unit_near(table, field) {
            None => Amount::NoUnit,
            Some(unit) => match Fen::of(figure, &unit) {
                Some(fen) => Amount::Money(fen, format!("{said}{}", unit.symbol)),
                None => Amount::Unreadable,
            },
        },
    }
}

/// The amount of a budget field, when it has one that can be read.
pub(super) fn budget(table: &TargetTable, key: HeaderKey) -> Option<(&HeaderField, Fen, String)> {
    let field = table.field(key)?;
    match amount(table, field) {
        Amount::Money(fen, said) => Some((field, fen, said)),
        Amount::NoUnit | Amount::Unreadable => None,
    }
}

/// The unit that a label says in brackets: the field's own, else that of any other label of the header, else the money block's.
fn unit_near(table: &TargetTable, field: &HeaderField) -> Option<Unit> {
    let others = table.header.iter().map(|f| f.label.key());
    std::iter::once(field.label.key())
        .chain(others)
        .find_map(|label| bracketed_unit(&label))
        .or_else(|| table.money_unit.clone())
}

fn bracketed_unit(label: &str) -> Option<Unit> {
    let (_, rest) = label.split_once('(')?;
    let (inside, _) = rest.split_once(')')?;
    Unit::parse(inside).filter(Unit::is_money)
}

/// An amount in 万元 for differences and the fund folder's figures.
pub(super) fn wan(fen: Fen) -> String {
    format!("{}万元", fen.in_wan())
}

/// How far two amounts are apart, in 万元.
pub(super) fn apart(a: Fen, b: Fen) -> String {
    a.0.checked_sub(b.0).and_then(i64::checked_abs).map_or_else(String::new, |d| wan(Fen(d)))
}

/// Where a finding about the table as a whole is put: its title, else its first field, else its first heading.
pub(super) fn top(cx: &Cx<'_>) -> Place {
    let table = cx.table;
    let title = table.titles.first().map(|w| w.place);
    title
        .or_else(|| table.header.first().map(|f| f.label.place))
        .or_else(|| table.columns.first().map(|c| c.heading.place))
        .unwrap_or_default()
}

/// A field's label as a sentence quotes it, white space aside.
pub(super) fn label(field: &HeaderField) -> Both {
    Both::same(field.label.key().trim_end_matches([':', '：']).to_owned())
}
