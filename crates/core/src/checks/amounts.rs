//! The money block: amounts, rates and scores read from its cells, and compared in one unit.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::{
    table::{MoneyRole, MoneyRow, TargetTable},
    target::{Comparator, Reading, Target, decimal},
    unit::Unit,
};

/// What a cell of the money block says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing, or `/`, `—`: no amount here.
    None,
    /// A figure, with the unit written beside it.
    Figure(Decimal, Option<Unit>),
    /// Something else.
    Unreadable,
}

/// Reads a cell. White space between digits is no separator: `100 95` are two figures run together.
pub(super) fn cell(text: &str) -> Cell {
    let reading = Reading::parse(text);
    if matches!(reading.target, Target::Missing | Target::NotApplicable) {
        return Cell::None;
    }
    let folded = crate::text::fold(text);
    let trimmed = folded.trim();
    if splits_digits(trimmed) {
        return Cell::Unreadable;
    }
    if let Some(figure) = decimal(trimmed) {
        // 2024.06 is an amount here, never a month.
        return Cell::Figure(figure, None);
    }
    match &reading.target {
        Target::Number(n) if reading.remarks.is_empty() && is_plain(n.comparator) => {
            n.figure().map_or(Cell::Unreadable, |figure| Cell::Figure(figure, n.unit.clone()))
        }
        _ => Cell::Unreadable,
    }
}

/// Whether white space stands between two digits.
fn splits_digits(text: &str) -> bool {
    let mut words = text.split_whitespace().peekable();
    std::iter::from_fn(|| words.next().map(|w| (w, words.peek().copied()))).any(|(word, next)| {
        word.ends_with(|c: char| c.is_ascii_digit())
            && next.is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()))
    })
}

fn is_plain(comparator: Comparator) -> bool {
    matches!(comparator, Comparator::Bare | Comparator::Equal)
}

/// An amount of the money block in the block's unit, with its text as written.
#[derive(Clone, Debug)]
pub(crate) struct Money {
    /// The figure in the block's unit.
    pub value: Decimal,
    /// As written, with the block's unit when the cell has none.
    pub said: String,
}

/// The amount of a row in a role. `None` when there is none, or it cannot be said in the block's unit.
pub(crate) fn money(table: &TargetTable, row: &MoneyRow, role: MoneyRole) -> Option<Money> {
    let written = row.get(role)?;
    let Cell::Figure(figure, own) = cell(&written.text) else { return None };
    let value = match (&own, &table.money_unit) {
        (None, _) => figure,
        (Some(own), Some(block)) => own.convert(figure, block).ok()?,
        // Bare and measured figures side by side cannot be compared.
        (Some(own), None) => own.is_money().then(|| figure.checked_mul(own.scale))??,
    };
    let unit = if own.is_none() { table.money_unit.as_ref() } else { None };
    Some(Money { value, said: super::say::figure_as_written(&written.key(), unit) })
}

/// The figure of a row in a role that is no amount: weight, score.
pub(crate) fn plain(row: &MoneyRow, role: MoneyRole) -> Option<Decimal> {
    match cell(&row.get(role)?.text) {
        Cell::Figure(figure, _) => Some(figure),
        Cell::None | Cell::Unreadable => None,
    }
}

/// The budget that execution is measured against: the adjusted one, else the initial, else the only one.
pub(crate) fn base(table: &TargetTable, row: &MoneyRow) -> Option<(MoneyRole, Money)> {
    [MoneyRole::AdjustedBudget, MoneyRole::InitialBudget, MoneyRole::Amount]
        .into_iter()
        .find_map(|role| money(table, row, role).map(|m| (role, m)))
}

/// A line's name for sentences: `其中：当年财政拨款` is 当年财政拨款.
pub(super) fn line(row: &MoneyRow) -> String {
    let name = row.name.key();
    name.trim_start_matches("其中").trim_start_matches([':', '、', ',']).to_owned()
}

/// The total line of the block.
pub(crate) fn total(table: &TargetTable) -> Option<&MoneyRow> {
    table.money.iter().find(|row| row.is_total)
}

/// Whether any row has a cell of the role: the form has such a column.
pub(super) fn has_column(table: &TargetTable, role: MoneyRole) -> bool {
    table.money.iter().any(|row| row.cells.iter().any(|(r, _)| *r == role))
}

/// Executed over budget in percent, not rounded. `None` when the budget is zero.
pub(super) fn rate(executed: Decimal, budget: Decimal) -> Option<Decimal> {
    if budget.is_zero() { None } else { executed.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(budget) }
}

/// Whether a printed figure is an exact one, rounded half up or cut off at its written decimal places.
pub(super) fn prints(printed: Decimal, exact: Decimal) -> bool {
    let places = printed.scale();
    printed == exact.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
        || printed == exact.round_dp_with_strategy(places, RoundingStrategy::ToZero)
}

/// A figure to two decimal places, trailing zeros left out.
pub(super) fn two_places(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// The official name of a role, for sentences.
pub(super) fn name(role: MoneyRole) -> crate::finding::Both {
    let (zh, en) = match role {
        MoneyRole::Amount => ("年度金额", "the year's amount"),
        MoneyRole::InitialBudget => ("年初预算数", "initial budget"),
        MoneyRole::AdjustedBudget => ("全年预算数", "adjusted budget"),
        MoneyRole::Executed => ("执行数", "executed"),
        MoneyRole::Forecast => ("全年预计执行数", "forecast"),
        MoneyRole::Weight => ("分值", "weight"),
        MoneyRole::Rate => ("执行率", "execution rate"),
        MoneyRole::Score => ("得分", "score"),
        MoneyRole::Reason => ("原因", "reason"),
    };
    crate::finding::Both::new(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect("a figure")
    }

    #[test]
    fn cells_are_figures_nothing_or_unreadable() {
        for (text, figure) in [
            ("1,234.50", "1234.50"),
            ("95%", "95"),
            ("2024.06", "2024.06"),
            (" 100 ", "100"),
            ("100万元", "100"),
        ] {
            assert!(matches!(cell(text), Cell::Figure(f, _) if f == d(figure)), "{text}");
        }
        for text in ["", "/", "—", "——"] {
            assert_eq!(cell(text), Cell::None, "{text}");
        }
        for text in ["100 95", "#DIV/0!", "详见附件", "≥100", "100-95"] {
            assert_eq!(cell(text), Cell::Unreadable, "{text}");
        }
    }

    #[test]
    fn a_printed_figure_is_rounded_or_cut_off() {
        for (printed, exact, is) in [
            ("95", "95.4", true),
            ("96", "95.5", true),
            ("95", "95.9", true),
            ("96", "95.4", false),
            ("9.5", "9.55", true),
            ("10", "9.4", false),
        ] {
            assert_eq!(prints(d(printed), d(exact)), is, "{printed} for {exact}");
        }
    }
}
