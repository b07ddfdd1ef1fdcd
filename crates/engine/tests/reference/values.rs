//! The parameters of the fund's schemes as a table of their own, by fund year. A test compares it with the scheme files.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;

/// Scheme, parameter, unit, region (empty: everybody), days in force (empty: all), values of 2024, 2025, 2026. A value by date
/// is in force on its days in every fund year.
pub(crate) type Entry =
    (&'static str, &'static str, &'static str, &'static str, (&'static str, &'static str), [&'static str; 3]);

const ALL: (&str, &str) = ("", "");
const P: &str = "premium-support";
const I: &str = "import-interest";
const B: &str = "import-bases";

/// Every parameter of every scheme.
pub(crate) const VALUES: &[Entry] = &[
    (P, "window_from", "", "", ALL, ["2023-01-01", "2024-01-01", "2025-01-01"]),
    (P, "window_to", "", "", ALL, ["2023-12-31", "2024-12-31", "2025-12-31"]),
    (P, "breach_since", "", "", ALL, ["2021-01-01", "2022-01-01", "2023-01-01"]),
    (P, "lists_since", "", "", ALL, ["2022-01-01", "2023-01-01", "2024-01-01"]),
    (P, "outside_region", "", "", ALL, ["440300", "440300", "440300"]),
    (P, "short_term", "天", "", ALL, ["365", "365", "365"]),
    (P, "platform_export_ceiling", "万美元", "", ("", "2022-08-31"), ["300", "300", "300"]),
    (P, "platform_export_ceiling", "万美元", "", ("2022-09-01", "2022-12-31"), ["600", "600", "600"]),
    (P, "platform_export_ceiling", "万美元", "", ("2023-01-01", "2023-12-31"), ["600", "600", "600"]),
    (P, "platform_export_ceiling", "万美元", "", ("2024-01-01", "2024-12-31"), ["1000", "1000", "1000"]),
    (P, "platform_export_ceiling", "万美元", "", ("2025-01-01", ""), ["1000", "1000", "1000"]),
    (P, "ratio", "%", "", ALL, ["30", "30", "30"]),
    (P, "ratio", "%", "441300", ALL, ["25", "25", "25"]),
    (P, "platform_ratio", "%", "", ALL, ["80", "80", "80"]),
    (P, "ratio_ceiling", "%", "", ALL, ["80", "80", "80"]),
    (P, "bracket_middle", "万美元", "", ALL, ["100", "100", "100"]),
    (P, "bracket_high", "万美元", "", ALL, ["300", "300", "300"]),
    (P, "platform_cap_low", "万元", "", ALL, ["1", "1", "1"]),
    (P, "platform_cap_middle", "万元", "", ALL, ["2", "2", "2"]),
    (P, "platform_cap_high", "万元", "", ALL, ["3", "3", "3"]),
    (P, "general_cap", "万元", "", ALL, ["100", "100", "100"]),
    (P, "smallest_payment", "元", "", ALL, ["100", "100", "100"]),
    (P, "budget", "万元", "", ALL, ["38000", "38000", "38000"]),
    (I, "clearance_from", "", "", ALL, ["2022-07-01", "2023-07-01", "2024-07-01"]),
    (I, "clearance_to", "", "", ALL, ["2023-06-30", "2024-06-30", "2025-06-30"]),
    (I, "fx_date", "", "", ALL, ["2023-06-30", "2024-06-28", "2025-06-30"]),
    (I, "breach_since", "", "", ALL, ["2020-07-01", "2021-07-01", "2022-07-01"]),
    (I, "catalogue_edition", "", "", ALL, ["2023年版", "2025年版", "2025年版"]),
    (I, "outside_region", "", "", ALL, ["440300", "440300", "440300"]),
    (I, "minimum_import", "万美元", "", ALL, ["50", "400", "400"]),
    (I, "minimum_import", "万美元", "441900", ALL, ["", "400", ""]),
    (I, "rate", "元/美元", "", ALL, ["0.003", "0.003", "0.003"]),
    (I, "rate", "元/美元", "440100", ALL, ["0.004", "0.004", "0.004"]),
    (I, "rate", "元/美元", "441900", ALL, ["0.0035", "0.0035", "0.0035"]),
    (I, "zone_rate", "元/美元", "", ALL, ["0.003", "0.003", "0.003"]),
    (I, "trading_rate", "元/美元", "", ALL, ["0.002", "0.002", "0.002"]),
    (I, "trading_rate", "元/美元", "441900", ALL, ["0.0025", "0.0025", "0.0025"]),
    (I, "rate_ceiling", "元/美元", "", ALL, ["0.005", "0.005", "0.005"]),
    (I, "technology_rate", "%", "", ALL, ["2", "2", "2"]),
    (I, "loan_rate", "%", "", ALL, ["3.55", "3.45", "3.00"]),
    (I, "enterprise_cap", "万元", "", ALL, ["200", "200", "200"]),
    (I, "budget", "万元", "", ALL, ["13647", "13647", "13647"]),
    (B, "paid_from", "", "", ALL, ["2022-01-01", "2023-07-01", "2024-07-01"]),
    (B, "paid_from", "", "440100", ALL, ["2022-01-01", "", ""]),
    (B, "paid_to", "", "", ALL, ["2022-12-31", "2024-06-30", "2025-06-30"]),
    (B, "paid_to", "", "440100", ALL, ["2022-12-31", "", ""]),
    (B, "lists_from", "", "", ALL, ["2022-01-01", "2023-07-01", "2024-07-01"]),
    (B, "lists_to", "", "", ALL, ["2022-12-31", "2024-06-30", "2025-06-30"]),
    (B, "registered_before", "", "", ALL, ["2022-01-01", "2023-07-01", "2024-07-01"]),
    (B, "registered_before", "", "440100", ALL, ["2022-01-01", "", ""]),
    (B, "breach_since", "", "", ALL, ["2020-01-01", "2021-07-01", "2022-07-01"]),
    (B, "outside_region", "", "", ALL, ["440300", "440300", "440300"]),
    (B, "minimum_imports", "亿元", "", ALL, ["1", "1", "1"]),
    (B, "minimum_imports", "亿元", "440100", ALL, ["1", "", ""]),
    (B, "ratio", "%", "", ALL, ["50", "50", "50"]),
    (B, "rent_ratio", "%", "", ALL, ["50", "50", "50"]),
    (B, "ratio_ceiling", "%", "", ALL, ["50", "50", "50"]),
    (B, "ratio_ceiling", "%", "440100", ALL, ["50", "", ""]),
    (B, "interest_cap", "万元", "", ALL, ["1000", "500", "500"]),
    (B, "interest_cap", "万元", "440100", ALL, ["1000", "", ""]),
    (B, "rent_cap", "万元", "", ALL, ["500", "500", "500"]),
    (B, "smallest_payment", "万元", "", ALL, ["5", "5", "5"]),
    (B, "budget", "万元", "", ALL, ["8000", "8000", "8000"]),
];

/// A number of a text with digits and at most one point.
pub(crate) fn rational(text: &str) -> BigRational {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let number: BigInt =
        format!("{whole}{fraction}").parse().unwrap_or_else(|_| panic!("{text} is no number"));
    let power = BigInt::from(10).pow(u32::try_from(fraction.len()).expect("short"));
    BigRational::new(number * sign, power)
}

/// How many base units one of a unit is.
fn base(unit: &str) -> BigRational {
    match unit {
        "%" => rational("0.01"),
        _ if unit.starts_with('万') => rational("10000"),
        _ if unit.starts_with('亿') => rational("100000000"),
        _ => rational("1"),
    }
}

/// The values of one scheme and year, some of them replaced.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    scheme: &'static str,
    year: usize,
    /// Numbers in the parameter's unit that stand for every region and day.
    pub(crate) set: BTreeMap<&'static str, String>,
}

impl Values {
    pub(crate) fn new(scheme: &'static str, year: i16) -> Self {
        Self { scheme, year: usize::try_from(year - 2024).expect("in the cycle"), set: BTreeMap::new() }
    }

    fn entries(&self, id: &str) -> Vec<&'static Entry> {
        let year = self.year;
        VALUES.iter().filter(|e| e.0 == self.scheme && e.1 == id && !e.5[year].is_empty()).collect()
    }

    /// Every parameter with a number, with its unit; each once.
    pub(crate) fn numbers(&self) -> Vec<(&'static str, &'static str)> {
        let mut all: Vec<_> =
            VALUES.iter().filter(|e| e.0 == self.scheme && !e.2.is_empty()).map(|e| (e.1, e.2)).collect();
        all.dedup();
        all
    }

    fn text_in(&self, id: &str, region: &str, day: &str) -> (String, &'static str) {
        let entries = self.entries(id);
        let unit = entries.first().unwrap_or_else(|| panic!("no value of {id}")).2;
        if let Some(text) = self.set.get(id) {
            return (text.clone(), unit);
        }
        let own: Vec<_> = entries.iter().filter(|e| e.3 == region && !region.is_empty()).collect();
        let common: Vec<_> = entries.iter().filter(|e| e.3.is_empty()).collect();
        for entry in if own.is_empty() { common } else { own } {
            let (from, to) = entry.4;
            if day.is_empty() || ((from.is_empty() || from <= day) && (to.is_empty() || day <= to)) {
                return (entry.5[self.year].to_owned(), unit);
            }
        }
        panic!("no value of {id} on {day}")
    }

    /// A date or text.
    pub(crate) fn text(&self, id: &str, region: &str) -> String {
        self.text_in(id, region, "").0
    }

    /// A number in base units.
    pub(crate) fn number(&self, id: &str, region: &str) -> BigRational {
        self.number_on(id, region, "")
    }

    /// A number in base units, on a day.
    pub(crate) fn number_on(&self, id: &str, region: &str, day: &str) -> BigRational {
        let (text, unit) = self.text_in(id, region, day);
        rational(&text) * base(unit)
    }
}
