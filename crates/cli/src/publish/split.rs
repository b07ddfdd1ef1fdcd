//! Money by scheme and region: what was allocated, awarded and paid. The ledgers are asked as the fund's own measure of paid against allocated asks them,
//! with the scheme as a further condition.

use std::{collections::BTreeMap, path::Path};

use jixiao_core::{actual::Actual, finding::Both, money::Fen, region::RegionId};
use jixiao_engine::{
    fault::Span,
    measure::{
        self, Plan,
        plan::{Kind, LedgerTerm, Measure, Term, TermOf},
    },
    run,
    schema::{Kind as Cell, Ledgers},
    scheme::plan::{Comparison, Expr, Kind as Node, Name, Type, Value},
};
use rust_decimal::Decimal;

use crate::{commands::Setting, ledger_files::LedgerFiles, progress::Progress, rules::Rules, year::Year};

/// By custom a ledger of allocations or payments names the scheme in a column of this name; one without it knows no schemes.
const SCHEME: &str = "scheme";

/// Where money stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// 分配下达.
    Allocated,
    /// 核定支持.
    Awarded,
    /// 拨付.
    Paid,
}

/// Money by stage, scheme and region (`None`: the whole), in fen. What is not in it is not known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Split(BTreeMap<(Stage, String, Option<RegionId>), Fen>);

impl Split {
    /// Looks the money of a year up in a folder of ledgers.
    ///
    /// # Errors
    /// A ledger that cannot be read, a value that cannot be computed.
    pub(crate) fn compute(
        setting: &Setting,
        year: &Year,
        folder: &Path,
        threads: usize,
    ) -> Result<Self, String> {
        let rules = Rules::read(&setting.texts, setting.lang)?;
        let ledgers = rules.ledgers(setting)?;
        let (plan, asked) = plan(year, ledgers);
        let files = LedgerFiles::of(folder, ledgers, setting.lang)?;
        let open = files.opener();
        let watch = Progress::over(0);
        let around = run::Setting { ledgers, open: &*open, threads, watch: &watch };
        let actuals = measure::actuals(&plan, &year.run.outcomes, &around, &setting.fund)
            .map_err(|e| e.text().get(setting.lang).to_owned())?;
        let mut split = Self::default();
        for measured in &actuals.measured {
            let Some((stage, scheme)) = asked.get(&measured.indicator) else { continue };
            let Actual::Number(yuan) = measured.actual else { continue };
            if let Some(fen) = yuan.checked_mul(Decimal::ONE_HUNDRED).and_then(|n| i64::try_from(n).ok()) {
                split.0.insert((*stage, scheme.clone(), measured.region), Fen(fen));
            }
        }
        Ok(split)
    }

    /// The money of a scheme at a stage; `None` when nobody knows it.
    pub(crate) fn get(&self, stage: Stage, scheme: &str, region: Option<RegionId>) -> Option<Fen> {
        self.0.get(&(stage, scheme.to_owned(), region)).copied()
    }
}

/// A plan that asks for the money of each scheme at each stage, and what each of its measures is.
fn plan(year: &Year, ledgers: &Ledgers) -> (Plan, BTreeMap<String, (Stage, String)>) {
    let mut plan = Plan { measures: Vec::new(), ..year.plan.clone() };
    let mut asked = BTreeMap::new();
    let within = year.plan.measures.iter().find_map(|m| match &m.kind {
        Kind::Within(amount, limit) => Some((amount, limit)),
        _ => None,
    });
    for outcome in &year.run.outcomes {
        let id = &outcome.plan.id;
        let mut ask = |stage: Stage, term: Term| {
            let indicator = format!("{stage:?}/{id}");
            asked.insert(indicator.clone(), (stage, id.clone()));
            let (title, kind) = (Both::same(&indicator), Kind::Term(term));
            plan.measures.push(Measure { indicator, title, unit: None, kind, course: None });
        };
        let label = outcome.plan.label.clone();
        let awarded = Term { label, unit: "元".to_owned(), of: TermOf::Awarded(vec![id.clone()]) };
        ask(Stage::Awarded, awarded);
        let Some((amount, limit)) = within else { continue };
        for (stage, term) in [(Stage::Paid, amount), (Stage::Allocated, limit)] {
            if let Some(term) = of_scheme(term, id, ledgers) {
                ask(stage, term);
            }
        }
    }
    (plan, asked)
}

/// The same of one scheme; nothing where the ledger does not name schemes.
fn of_scheme(term: &Term, scheme: &str, ledgers: &Ledgers) -> Option<Term> {
    let TermOf::Ledger(ledger) = &term.of else { return None };
    let columns = &ledgers.ledgers.get(ledger.ledger)?.columns;
    let is_word = |kind: &Cell| matches!(kind, Cell::Text | Cell::Choice(_));
    let column = columns.iter().position(|c| c.name == SCHEME && is_word(&c.kind))?;
    let expr = |kind: Node, ty: Type| Expr { kind, ty, span: Span::default() };
    let name = expr(Node::Name(Name::Column(column)), Type::Text);
    let word = expr(Node::Literal(Value::Text(scheme.to_owned())), Type::Text);
    let is = expr(Node::Compare(Comparison::Equal, Box::new(name), Box::new(word)), Type::Bool);
    let filter = match &ledger.filter {
        Some(filter) => expr(Node::And(Box::new(filter.clone()), Box::new(is)), Type::Bool),
        None => is,
    };
    let asked = LedgerTerm { filter: Some(filter), ..ledger.as_ref().clone() };
    Some(Term { label: Both::default(), unit: term.unit.clone(), of: TermOf::Ledger(Box::new(asked)) })
}
