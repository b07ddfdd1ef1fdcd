//! Synthetic ledgers of a fund: seeded, with planted irregularities and the list of them. No enterprise in them exists.
//!
//! What there is, how much of it and what is wrong with it stands in the fund's `sample.toml`; see `docs/samples.md`. Every cell is a function of
//! seed, ledger, column and row, so that rows are written one after the other and a change to one column leaves the others as they are.

mod afterwards;
mod code;
mod draw;
mod make;
mod profile;
mod recipe;
mod said;
mod write;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use jixiao_core::{finding::Both, fund::Fund};
use jixiao_engine::schema::Ledgers;

pub use afterwards::{Awarded, afterwards};
pub use profile::{FILE, Profile};
pub use said::{Owing, Scored, said};

/// What is to be made.
#[derive(Clone, Debug)]
pub struct Options {
    /// The same seed, scale, year and profile give the same bytes.
    pub seed: u64,
    /// How much of the profile's figures.
    pub scale: Scale,
    /// The fund year.
    pub year: i16,
    /// What a sample of the fund looks like.
    pub profile: Profile,
}

/// A fraction of the figures of a profile: 1/100, 1, 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    numerator: u32,
    denominator: u32,
}

impl Scale {
    /// The figures as they are.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// A fraction; `None` when it is zero, or divided by zero.
    pub fn new(numerator: u32, denominator: u32) -> Option<Self> {
        (numerator > 0 && denominator > 0).then_some(Self { numerator, denominator })
    }

    /// So much of a number: rounded half up, and never none of some.
    fn of(self, number: u64) -> u64 {
        let (above, below) = (u128::from(number) * u128::from(self.numerator), u128::from(self.denominator));
        let scaled = u64::try_from((above * 2 + below) / (below * 2)).unwrap_or(u64::MAX);
        scaled.max(u64::from(number > 0))
    }
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The ledgers' files, in the order of the ledgers.
    pub files: Vec<FileSummary>,
    /// Rows in `truth.csv` by ledger and kind.
    pub planted: BTreeMap<(String, String), u64>,
    /// Rows in `truth.csv`.
    pub truth_rows: u64,
}

/// One ledger's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSummary {
    /// The ledger.
    pub ledger: String,
    /// The file.
    pub name: String,
    /// Rows, the heading aside.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Opens a file by name.
pub type Open<'a> = dyn FnMut(&str) -> io::Result<Box<dyn Write>> + 'a;

/// Writes a CSV file for every ledger that the profile has rows for, then `truth.csv` and `README.txt`.
///
/// Rows are written as they are made; only the planted ones are held.
///
/// # Errors
/// Those of writing; and [`io::ErrorKind::InvalidInput`], with all faults one a line in Chinese and English, when the profile has no such year or the scale is
/// too large for its numbers.
pub fn generate(
    fund: &Fund,
    ledgers: &Ledgers,
    options: &Options,
    out: &mut Open<'_>,
) -> io::Result<Summary> {
    let maker = make::Maker::new(ledgers, options).map_err(|faults| invalid(&faults))?;
    write::all(fund, ledgers, options, &maker, out)
}

fn invalid(faults: &[Both]) -> io::Error {
    let lines: Vec<String> = faults.iter().map(|fault| format!("{}\n{}", fault.zh, fault.en)).collect();
    io::Error::new(io::ErrorKind::InvalidInput, lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_never_makes_none_of_some() {
        let hundredth = Scale::new(1, 100).expect("a scale");
        for (number, scaled) in [(0, 0), (1, 1), (149, 1), (150, 2), (1_000_000, 10_000)] {
            assert_eq!(hundredth.of(number), scaled, "{number}");
        }
        assert_eq!(Scale::new(10, 1).map(|s| s.of(7)), Some(70));
        assert_eq!(Scale::ONE.of(u64::MAX), u64::MAX);
        assert_eq!((Scale::new(0, 1), Scale::new(1, 0)), (None, None));
    }
}
