//! Amounts, figures and times as people read them.

use jixiao_core::finding::Lang;
use jixiao_report::figure::grouped;
use jixiao_store::Moment;
use rust_decimal::Decimal;

use jiff::tz::Offset;

/// Fen in 10,000 yuan.
const FEN_OF_WAN: i64 = 1_000_000;

/// An amount in 万元 with two places, as a table shows it. The exact one stands beside it: [`exact`].
pub fn wan(fen: i64) -> String {
    grouped(Decimal::from(fen) / Decimal::from(FEN_OF_WAN), 2)
}

/// An amount to the fen: `1,234,567.89 元`.
pub fn exact(fen: i64, lang: Lang) -> String {
    let yuan = grouped(Decimal::new(fen, 2), 2);
    match lang {
        Lang::Zh => format!("{yuan} 元"),
        Lang::En => format!("CNY {yuan}"),
    }
}

/// An amount in 元 without a unit: what a field of a form holds.
pub fn yuan(fen: i64) -> String {
    Decimal::new(fen, 2).to_string()
}

/// Fen of an amount in 元 that somebody typed, with or without separators and unit.
pub fn fen_of(typed: &str) -> Option<i64> {
    let typed: String =
        typed.trim().trim_end_matches('元').chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
    let (whole, part) = typed.split_once('.').unwrap_or((&typed, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok()
}

/// A moment in the fund's own time, to the minute.
pub fn time(moment: Moment, zone: Offset) -> String {
    moment.timestamp().map_or_else(String::new, |timestamp| {
        let civil = zone.to_datetime(timestamp);
        format!("{} {:02}:{:02}", civil.date(), civil.hour(), civil.minute())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_in_ten_thousands_and_kept_to_the_fen() {
        for (fen, shown, whole) in [
            (0, "0.00", "0.00 元"),
            (1, "0.00", "0.01 元"),
            // 338,726,900.00 yuan are 33,872.69 万元.
            (33_872_690_000, "33,872.69", "338,726,900.00 元"),
            // 149.995 yuan more than one 万: a half goes away from zero.
            (1_005_000, "1.01", "10,050.00 元"),
            (-1_005_000, "-1.01", "-10,050.00 元"),
        ] {
            assert_eq!(wan(fen), shown);
            assert_eq!(exact(fen, Lang::Zh), whole);
        }
    }

    #[test]
    fn a_typed_amount_is_taken_to_the_fen_or_not_at_all() {
        for (typed, fen) in [
            ("12", Some(1200)),
            ("1,234.5 元", Some(123_450)),
            ("1，234.56", Some(123_456)),
            ("0.05", Some(5)),
            ("1.234", None),
            ("-3", None),
            ("一万", None),
            ("", None),
            (".5", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(fen_of(typed), fen, "{typed}");
            if let Some(fen) = fen {
                assert_eq!(fen_of(&yuan(fen)), Some(fen));
            }
        }
    }
}
