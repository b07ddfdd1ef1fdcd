//! One figure of a measure: what it is taken from, and what of that counts for a region.

use std::collections::BTreeSet;

use jixiao_core::{
    both,
    derivation::{Ground, Node},
    finding::Both,
    region::RegionId,
};

use crate::{
    number::Dec,
    run::RunError,
    scheme::plan::{Expr, Value},
};

use super::{
    actuals::{Award, Given},
    file::Of,
    plan::{LedgerTerm, Measure, Term, TermOf},
    rows::{Found, Row, find},
    words::{day_text, missing, said, too_large, what},
};

/// A figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Got {
    Number(Dec),
    Day(i64),
    /// There are no rows of which it could be one.
    Nothing,
}

/// What a term looked at, once for all regions.
pub(super) enum Looked<'a> {
    Awards(Vec<&'a Award<'a>>, &'a TermOf),
    Rows(Found<'a>, &'a LedgerTerm),
    /// Nothing can be measured, and why.
    Not(Both),
}

/// A term with what it looked at.
pub(super) type Asked<'t> = (&'t Term, &'t Looked<'t>);

impl<'a> Given<'a> {
    pub(super) fn look<'t>(&'t self, measure: &Measure, term: &'t Term) -> Result<Looked<'t>, RunError> {
        let schemes = match &term.of {
            TermOf::Ledger(ledger) => {
                let found = find(ledger, &self.desk, &what(measure))?;
                return Ok(found.map_or_else(Looked::Not, |found| Looked::Rows(found, ledger)));
            }
            TermOf::Awards(s) | TermOf::Enterprises(s) | TermOf::Awarded(s) => s,
        };
        Ok(match self.awards_of(schemes) {
            Ok(awards) => Looked::Awards(awards, &term.of),
            Err(why) => Looked::Not(why),
        })
    }

    /// What an aggregate over a ledger looks at.
    pub(super) fn look_into<'t>(
        &'t self,
        measure: &Measure,
        ledger: &'t LedgerTerm,
    ) -> Result<Looked<'t>, RunError> {
        let found = find(ledger, &self.desk, &what(measure))?;
        Ok(found.map_or_else(Looked::Not, |found| Looked::Rows(found, ledger)))
    }

    /// A figure for a region, with how it came about.
    pub(super) fn figure(
        &self,
        measure: &Measure,
        term: &Term,
        looked: &Looked<'_>,
        region: Option<RegionId>,
    ) -> Result<(Result<Got, Both>, Node), RunError> {
        let homes = self.desk.homes;
        match looked {
            Looked::Not(why) => {
                let node = Node::new(term.label.clone(), missing(why));
                Ok((Err(why.clone()), node))
            }
            Looked::Awards(awards, of) => {
                let counted: Vec<&&Award> = awards.iter().filter(|a| homes.counts(a.home, region)).collect();
                let (number, schemes, formula) = match of {
                    TermOf::Awards(s) => {
                        (Dec::new(counted.len() as i128, 0), s, "count(*) where awarded > 0")
                    }
                    TermOf::Enterprises(s) => {
                        let distinct: BTreeSet<&str> = counted.iter().map(|a| a.code).collect();
                        (
                            Dec::new(distinct.len() as i128, 0),
                            s,
                            "count(distinct credit_code) where awarded > 0",
                        )
                    }
                    TermOf::Awarded(s) => {
                        let fen: i128 = counted.iter().map(|a| i128::from(a.fen)).sum();
                        (Dec::new(fen, 2), s, "sum(awarded)")
                    }
                    TermOf::Ledger(_) => return Err(RunError::Asked(too_large(measure))),
                };
                let mut node = Node::new(term.label.clone(), said(number, &term.unit))
                    .by(format!("{formula}: {}", schemes.join(", ")))
                    .on(Ground::Rows {
                        ledger: "awards".to_owned(),
                        count: counted.len() as u64,
                        listed: "awards.csv".to_owned(),
                    });
                let outside: u64 = schemes.iter().filter_map(|s| self.outside.get(s)).sum();
                if region.is_none() && outside > 0 {
                    node = node.part(Node::new(
                        both!("没有计入的支持", "Awards left out"),
                        both!(
                            "{outside} 项的企业不在支持范围的地区，或地区不明",
                            "{outside} of enterprises outside of the fund's regions, or of no known region"
                        ),
                    ));
                }
                Ok((Ok(Got::Number(number)), node))
            }
            Looked::Rows(found, ledger) => {
                let (got, rows) =
                    aggregate(found, ledger, |row| row.of_year && homes.counts(row.home, region))
                        .ok_or_else(|| RunError::Asked(too_large(measure)))?;
                let value = match &got {
                    Got::Number(number) => said(*number, &term.unit),
                    Got::Day(day) => Both::same(day_text(*day)),
                    Got::Nothing => both!("缺（没有行）", "missing (no rows)"),
                };
                let mut node = Node::new(term.label.clone(), value).by(formula(ledger)).on(Ground::Rows {
                    ledger: self.desk.setting.ledgers.ledgers[ledger.ledger].name.clone(),
                    count: rows,
                    listed: found.held.files(),
                });
                if region.is_none() && found.outside + found.unknown + found.held.set_aside() > 0 {
                    node = node.part(left_out(found));
                }
                Ok((Ok(got), node))
            }
        }
    }

    /// Two figures; the reason when one of them is missing.
    #[expect(clippy::type_complexity, reason = "two figures with their parts")]
    pub(super) fn two(
        &self,
        measure: &Measure,
        (above, a): (&Term, &Looked<'_>),
        (below, b): (&Term, &Looked<'_>),
        region: Option<RegionId>,
    ) -> Result<(Option<(Dec, Dec)>, [Node; 2]), RunError> {
        let (x, above) = self.figure(measure, above, a, region)?;
        let (y, below) = self.figure(measure, below, b, region)?;
        let pair = match (x, y) {
            (Ok(Got::Number(x)), Ok(Got::Number(y))) => Some((x, y)),
            _ => None,
        };
        Ok((pair, [above, below]))
    }
}

/// The aggregate of some rows, and how many they are. `None` on overflow.
pub(super) fn aggregate(
    found: &Found<'_>,
    term: &LedgerTerm,
    counts: impl Fn(&Row) -> bool,
) -> Option<(Got, u64)> {
    let scale = term.value.as_ref().map_or(0, Expr::scale);
    let mut rows = 0u64;
    let mut sum = 0i128;
    let mut best: Option<&Value> = None;
    let mut distinct: BTreeSet<&Value> = BTreeSet::new();
    for row in found.rows.iter().filter(|row| counts(row)) {
        rows += 1;
        match (term.of, &row.value) {
            (Of::Sum, Value::Number(n)) => sum = sum.checked_add(*n)?,
            (Of::CountDistinct, value) => drop(distinct.insert(value)),
            (Of::Min, value) if best.is_none_or(|b| value < b) => best = Some(value),
            (Of::Max, value) if best.is_none_or(|b| value > b) => best = Some(value),
            _ => {}
        }
    }
    let got = match term.of {
        _ if rows == 0 && term.empty_is_missing => Got::Nothing,
        Of::Sum => Got::Number(Dec::new(sum, scale)),
        Of::Count => Got::Number(Dec::new(i128::from(rows), 0)),
        Of::CountDistinct => Got::Number(Dec::new(distinct.len() as i128, 0)),
        Of::Min | Of::Max => match best {
            Some(Value::Number(n)) => Got::Number(Dec::new(*n, scale)),
            Some(Value::Date(day)) => Got::Day(*day),
            _ => Got::Nothing,
        },
    };
    Some((got, rows))
}

/// The aggregate as a person would write it.
pub(super) fn formula(term: &LedgerTerm) -> String {
    let value = if term.value_text.is_empty() { "*" } else { &term.value_text };
    let mut text = match term.of {
        Of::Sum => format!("sum({value})"),
        Of::Count => format!("count({value})"),
        Of::CountDistinct => format!("count(distinct {value})"),
        Of::Min => format!("min({value})"),
        Of::Max => format!("max({value})"),
    };
    if !term.filter_text.is_empty() {
        text.push_str(&format!(" where {}", term.filter_text));
    }
    if !term.supported.is_empty() {
        text.push_str(&format!("; supported: {}", term.supported.join(", ")));
    }
    text
}

fn left_out(found: &Found<'_>) -> Node {
    let (outside, unknown, aside) = (found.outside, found.unknown, found.held.set_aside());
    Node::new(
        both!("没有计入的行", "Rows left out"),
        both!(
            "{outside} 行不在支持范围的地区，{unknown} 行地区不明，读入时搁置 {aside} 行（不分年度和条件）",
            "{outside} outside of the fund's regions, {unknown} of no known region, {aside} set aside at intake (of any year and condition)"
        ),
    )
}
