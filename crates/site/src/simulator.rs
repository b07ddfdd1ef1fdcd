//! What a rule would cost with other parameters. Who has the ledgers answers; the pages only ask.

use std::collections::BTreeMap;

use jixiao_core::finding::Both;

/// What some awards come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Before the money runs out, in fen.
    pub wanted_fen: i64,
    /// Awarded, in fen.
    pub awarded_fen: i64,
    /// Enterprises with an award.
    pub enterprises: u64,
}

/// A target for a number of supported enterprises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// As the target table writes it.
    pub text: String,
    /// Whether so many enterprises meet it; none where it is no number.
    pub met: Option<bool>,
}

/// What a region comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionCost {
    /// Division code; none of enterprises that are in no region.
    pub region: Option<String>,
    /// What it comes to.
    pub cost: Cost,
    /// What was asked of it.
    pub goal: Option<Goal>,
}

/// What a scheme comes to with some parameters changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulated {
    /// All regions.
    pub all: Cost,
    /// What was asked of all.
    pub goal: Option<Goal>,
    /// By region, in the fund's order.
    pub regions: Vec<RegionCost>,
    /// The money that there is, in fen; none where the scheme names none.
    pub budget_fen: Option<i64>,
    /// Whether the money reaches, in every pot.
    pub within_budget: Option<bool>,
    /// What stands above its ceiling, in words.
    pub above: Vec<Both>,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The ledgers are being looked at; it is ready in a while.
    Preparing,
    /// It cannot be answered: why, and what to do.
    Cannot(Both),
    /// What it comes to, as the rule is and as it was asked.
    Ready {
        /// With the values in force.
        now: Box<Simulated>,
        /// With those that were typed.
        then: Box<Simulated>,
    },
}

/// Settles a scheme anew. The first question of a scheme and year begins the work, which goes on by itself.
pub trait Simulator: Send + Sync {
    /// What a scheme of a year comes to with these values of its parameters, in their units as written. Never waits for the ledgers.
    fn ask(&self, scheme: &str, year: i16, values: &BTreeMap<String, String>) -> Answer;
}
