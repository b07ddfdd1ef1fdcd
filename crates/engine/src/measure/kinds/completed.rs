//! The day on which everything that was awarded was paid.

use std::collections::BTreeMap;

use jixiao_core::{
    actual::Actual,
    both,
    derivation::{Ground, Node},
    finding::Both,
    region::RegionId,
};

use crate::{
    measure::{
        actuals::{Given, Taken},
        course::Part,
        figure::{Looked, formula},
        plan::{LedgerTerm, Measure},
        words::{day_text, missing, said, too_large},
    },
    number::Dec,
    run::{RunError, outcome::date},
    scheme::plan::{Expr, Value},
};

impl Given<'_> {
    pub(in crate::measure) fn take_completed(
        &self,
        taken: &mut Taken<'_>,
        schemes: &[String],
        paid: &LedgerTerm,
    ) -> Result<(), RunError> {
        let measure = taken.measure;
        let looked = self.look_into(measure, paid)?;
        for region in self.desk.homes.all() {
            taken.put(region, self.completed(measure, schemes, &looked, region)?);
        }
        self.courses(measure, Part::Amount, &looked, taken.all)
    }

    /// The day of the last payment, once every enterprise has what it was awarded.
    fn completed(
        &self,
        measure: &Measure,
        schemes: &[String],
        looked: &Looked<'_>,
        region: Option<RegionId>,
    ) -> Result<(Actual, Node), RunError> {
        let label = measure.title.clone();
        let (found, ledger) = match looked {
            Looked::Rows(found, ledger) => (found, ledger),
            Looked::Not(why) => return Ok((Actual::Missing, Node::new(label, missing(why)))),
            Looked::Awards(..) => return Err(RunError::Asked(too_large(measure))),
        };
        let awards = match self.awards_of(schemes) {
            Ok(awards) => awards,
            Err(why) => return Ok((Actual::Missing, Node::new(label, missing(&why)))),
        };
        let homes = self.desk.homes;
        let large = || RunError::Asked(too_large(measure));
        // What each enterprise was awarded, and what it was paid.
        let mut owed: BTreeMap<&str, (Dec, Dec)> = BTreeMap::new();
        for award in awards.iter().filter(|a| homes.counts(a.home, region)) {
            let entry = owed.entry(award.code).or_default();
            entry.0 = entry.0.checked_add(Dec::new(i128::from(award.fen), 2)).ok_or_else(large)?;
        }
        if owed.is_empty() {
            let why = both!("没有支持企业", "nothing was awarded here");
            return Ok((Actual::NotApplicable(why.clone()), Node::new(label, why)));
        }
        let scale = ledger.value.as_ref().map_or(0, Expr::scale);
        let (mut last, mut rows, mut total) = (None, 0u64, Dec::ZERO);
        for row in found.rows.iter().filter(|r| r.of_year && homes.counts(r.home, region)) {
            let (Some(entry), Value::Number(value)) = (owed.get_mut(row.enterprise.as_str()), &row.value)
            else {
                continue;
            };
            let value = Dec::new(*value, scale);
            entry.1 = entry.1.checked_add(value).ok_or_else(large)?;
            total = total.checked_add(value).ok_or_else(large)?;
            last = last.max(row.day);
            rows += 1;
        }
        let (mut awarded, mut unpaid, mut waiting) = (Dec::ZERO, Dec::ZERO, 0usize);
        for (due, paid) in owed.values() {
            awarded = awarded.checked_add(*due).ok_or_else(large)?;
            if paid < due {
                waiting += 1;
                let short = due.checked_sub(*paid).ok_or_else(large)?;
                unpaid = unpaid.checked_add(short).ok_or_else(large)?;
            }
        }
        let last_day = last.map(day_text).unwrap_or_default();
        let node = |value: Both, by: &str| {
            Node::new(label.clone(), value)
                .by(by)
                .on(Ground::Rows {
                    ledger: self.desk.setting.ledgers.ledgers[ledger.ledger].name.clone(),
                    count: rows,
                    listed: found.held.files(),
                })
                .part(
                    Node::new(both!("核定支持", "Awarded"), said(awarded, "元"))
                        .by(format!("sum(awarded): {}", schemes.join(", "))),
                )
                .part(Node::new(both!("已拨付", "Paid"), said(total, "元")).by(formula(ledger)))
                .part(Node::new(both!("最后一笔", "Last payment"), Both::same(last_day.clone())))
        };
        if waiting > 0 {
            let amount = unpaid.grouped(2);
            let value = both!(
                "缺：还有 {waiting} 家的 {amount} 元没有拨付",
                "missing: {amount} yuan of {waiting} enterprises are not paid"
            );
            return Ok((Actual::Missing, node(value, "")));
        }
        let actual = last.and_then(|day| date(i128::from(day)).ok()).map_or(Actual::Missing, Actual::Date);
        let by = format!("max({})", self.column(ledger));
        Ok((actual, node(Both::same(last_day.clone()), &by)))
    }

    fn column(&self, ledger: &LedgerTerm) -> &str {
        let columns = &self.desk.setting.ledgers.ledgers[ledger.ledger].columns;
        ledger.date.and_then(|at| columns.get(at)).map_or("", |c| c.name.as_str())
    }
}
