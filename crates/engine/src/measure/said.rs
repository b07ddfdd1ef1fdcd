//! What people say of a year: reasons of deviations with what is done about them, and scores of those who look at it again. Rows of ledgers;
//! what they do to a score or a form is the evaluation's and the monitoring's matter.

use jiff::civil::Date;
use jixiao_core::{
    both,
    evaluation::{EXECUTION, Scorer},
    finding::Both,
    fund::Fund,
    region::RegionId,
};
use rust_decimal::Decimal;

use crate::{run::outcome::date, schema::Kind};

use super::{
    plan::{Plan, SaidColumns},
    rows::{Desk, Held},
};

/// Where a row of people's words stands and whether it can be used.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Said {
    /// The fund year.
    pub year: i16,
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// Who said it.
    pub by: String,
    /// When.
    pub date: Option<Date>,
    /// Why it cannot be used; `None` when it can.
    pub trouble: Option<Both>,
    /// The file in which the row stands.
    pub file: String,
    /// The row, as a person counts.
    pub row: u32,
}

/// A reason of a deviation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SaidReason {
    /// Id of the indicator; [`EXECUTION`] for the execution of the budget.
    pub indicator: String,
    /// The month up to whose end was looked; `None` for the end of the year.
    pub month: Option<u8>,
    /// The kind of reason, as the row has it.
    pub kind: String,
    /// The reason.
    pub words: String,
    /// What is done about it; may be empty.
    pub measure: String,
    /// Where it stands.
    pub said: Said,
}

/// A score that somebody gave.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SaidScore {
    /// Id of the indicator; `None` for the total, [`EXECUTION`] for the execution of the budget.
    pub indicator: Option<String>,
    /// In which capacity; `None` with a trouble.
    pub side: Option<Scorer>,
    /// Points.
    pub score: Decimal,
    /// Points taken off.
    pub deduction: Option<Decimal>,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub said: Said,
}

/// A row with its columns at hand.
struct Reader<'a, 'd> {
    desk: &'a Desk<'d>,
    fund: &'a Fund,
    held: &'a Held,
    ledger: usize,
}

impl Reader<'_, '_> {
    /// Year, region, who, when, and what is wrong with region and indicator.
    fn said(&self, row: usize, [year, region, indicator, by, on]: [usize; 5]) -> Said {
        let (held, desk) = (self.held, self.desk);
        let code = held.text(region, row);
        let home =
            (!code.is_empty()).then(|| desk.homes.of(code).flatten().map(|home| desk.homes.region(home)));
        let region = home.flatten().filter(|r| desk.homes.measured.contains(r));
        // The root's own code is the whole as well.
        let known = home.is_none_or(|home| home.is_some());
        let id = held.text(indicator, row);
        let mut trouble = None;
        if !id.is_empty() && id != EXECUTION && !self.fund.indicators.iter().any(|i| i.id == id) {
            trouble = Some(both!("没有指标 {id}", "there is no indicator {id}"));
        }
        if !known {
            trouble = Some(both!(
                "区划代码 {code} 不是本资金支持范围的地区",
                "{code} is no division code of the fund's regions"
            ));
        }
        let place = held.table.rows.get(row).copied().unwrap_or_default();
        Said {
            year: held.number(year, row).and_then(|y| i16::try_from(y).ok()).unwrap_or(0),
            region,
            by: held.text(by, row).to_owned(),
            date: held.number(on, row).and_then(|day| date(i128::from(day)).ok()),
            trouble,
            file: held.file(place),
            row: place.row,
        }
    }

    fn decimal(&self, column: usize, row: usize) -> Option<Decimal> {
        let kind = &self.desk.setting.ledgers.ledgers[self.ledger].columns[column].kind;
        let Kind::Decimal(scale) = kind else { return None };
        let number = self.held.number(column, row)?;
        Decimal::try_from_i128_with_scale(i128::from(number), u32::from(*scale)).ok()
    }
}

/// The rows of a ledger of people's words; none when it has no file, for nobody has to say anything.
fn rows<T>(
    columns: Option<SaidColumns>,
    desk: &Desk<'_>,
    fund: &Fund,
    read: impl Fn(&Reader<'_, '_>, usize, [usize; 9]) -> T,
) -> Vec<T> {
    let Some(columns) = columns else { return Vec::new() };
    let Ok(held) = desk.shelf.get(columns.ledger, desk.setting) else { return Vec::new() };
    let reader = Reader { desk, fund, held, ledger: columns.ledger };
    (0..held.table.rows.len()).map(|row| read(&reader, row, columns.columns)).collect()
}

/// Every reason that people gave.
pub(crate) fn reasons(plan: &Plan, desk: &Desk<'_>, fund: &Fund) -> Vec<SaidReason> {
    rows(plan.reasons, desk, fund, |reader, row, columns| {
        let [year, month, region, indicator, kind, words, measure, by, date] = columns;
        let mut said = reader.said(row, [year, region, indicator, by, date]);
        let text = |column| reader.held.text(column, row).trim().to_owned();
        let written = reader.held.number(month, row);
        let month = written.and_then(|m| u8::try_from(m).ok()).filter(|m| (1..=12).contains(m));
        if written.is_some() && month.is_none() {
            said.trouble = Some(both!("月份不在 1 至 12 之间", "the month is not between 1 and 12"));
        }
        if text(indicator).is_empty() {
            said.trouble = Some(both!(
                "没有写指标；预算执行写 {EXECUTION}",
                "no indicator is named; for the execution of the budget write {EXECUTION}"
            ));
        }
        SaidReason {
            indicator: text(indicator),
            month,
            kind: text(kind),
            words: text(words),
            measure: text(measure),
            said,
        }
    })
}

/// Every score that people gave.
pub(crate) fn scores(plan: &Plan, desk: &Desk<'_>, fund: &Fund) -> Vec<SaidScore> {
    rows(plan.scores, desk, fund, |reader, row, columns| {
        let [year, region, indicator, side, score, deduction, reason, by, date] = columns;
        let mut said = reader.said(row, [year, region, indicator, by, date]);
        let text = |column| reader.held.text(column, row).trim().to_owned();
        let word = text(side);
        let side = match word.as_str() {
            "own" => Some(Scorer::Own),
            "department" => Some(Scorer::Department),
            "finance" => Some(Scorer::Finance),
            _ => None,
        };
        if side.is_none() {
            said.trouble = Some(both!(
                "评分方“{word}”不是 own、department、finance 之一",
                "{word:?} is not one of own, department, finance"
            ));
        }
        let points = reader.decimal(score, row);
        if points.is_none() {
            said.trouble = Some(both!("没有写得分", "no score is given"));
        }
        let deduction = reader.decimal(deduction, row).filter(|d| !d.is_zero());
        if deduction.is_some() && text(reason).is_empty() {
            said.trouble = Some(both!("扣分没有写原因", "points are taken off without a reason"));
        }
        SaidScore {
            indicator: Some(text(indicator)).filter(|id| !id.is_empty()),
            side,
            score: points.unwrap_or_default(),
            deduction,
            reason: text(reason),
            said,
        }
    })
}
