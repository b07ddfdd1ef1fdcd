//! What was reached: the measured value of an indicator, for a region or for the whole, with its derivation.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{derivation::Node, finding::Both, region::RegionId};

/// A share that keeps its parts, so that regions roll up by them and never as a mean of percents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    /// What is counted.
    pub numerator: Decimal,
    /// Of how much.
    pub denominator: Decimal,
}

/// What an indicator came to. Missing, not applicable and zero are three different things, to the last page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", content = "value", rename_all = "kebab-case")]
pub enum Actual {
    /// Nobody has measured or reported it.
    Missing,
    /// It cannot be asked here, and why.
    NotApplicable(Both),
    /// A figure in the indicator's unit; zero is a figure.
    Number(Decimal),
    /// A share; an indicator in % is compared with 100 × numerator ÷ denominator. A denominator of zero is nobody's figure: a person decides.
    Share(Ratio),
    /// The day on which it was done.
    Date(Date),
    /// Whether the state was reached, for targets such as 不超预算.
    State(bool),
    /// How far a state was reached, as a share from 0 to 1 of full marks (评判等级), and the words of its grade.
    Graded(Decimal, Both),
}

/// An actual with what it is of and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Id of the indicator in the fund folder.
    pub indicator: String,
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// What it came to.
    pub actual: Actual,
    /// Parameters marked illustrative that it was made with, as `scheme.parameter`; sorted, each once.
    pub illustrative: Vec<String>,
    /// How it came about.
    pub derivation: Node,
}
