//! Expressions that stand outside of a scheme, over one ledger and its look-ups: planned with the scheme's words and rules.

use jixiao_core::{both, finding::Both};

use crate::{
    dimension::Dimension,
    fault::Span,
    schema::{Column, Kind as Cell, Ledgers},
    scheme::{
        file::{LookupTable, SchemeFile, Written},
        plan::{Applicant, Expr, Kind, Lookup, Name, Parameter, Type},
    },
    tree::{Faults, Quoted},
};

use super::{
    Planner, Years,
    names::{Names, Site},
    parameters,
    types::{Aggregates, described},
};

/// What is asked of a ledger.
pub(crate) struct Question<'a> {
    pub(crate) ledger: &'a Quoted,
    /// The column with the credit code, where rows belong to enterprises.
    pub(crate) enterprise: Option<&'a Quoted>,
    pub(crate) lookups: &'a [LookupTable],
    pub(crate) filter: Option<&'a Written>,
    pub(crate) value: Option<&'a Written>,
}

/// The same, planned.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) ledger: usize,
    pub(crate) enterprise: Option<usize>,
    pub(crate) lookups: Vec<Lookup>,
    pub(crate) filter: Option<Expr>,
    pub(crate) value: Option<Expr>,
}

/// What came of planning: the parameters of the year, and where enterprises are known.
pub(crate) struct Settled<T> {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) applicant: Option<Applicant>,
    pub(crate) planned: T,
}

/// Plans what `work` asks for, for one year; `years` are those that parameters must have values for.
pub(crate) fn with_planner<T>(
    file: &SchemeFile,
    ledgers: &Ledgers,
    cycle: Years,
    regions: &dyn Fn(&str) -> bool,
    (year, years): (i16, &[i16]),
    faults: &Faults,
    work: impl FnOnce(&Planner<'_>) -> T,
) -> Settled<T> {
    let asked = super::Asked { cycle, regions, year, years, finer: &[] };
    let parameters = parameters::plan(file, &asked, faults);
    let register = ledgers.find(&file.applicant.ledger.text).map(|(at, _)| at);
    let planner = Planner {
        file,
        ledgers,
        faults,
        parameters: &parameters,
        register,
        used: std::cell::RefCell::default(),
    };
    let applicant = planner.applicant();
    let planned = work(&planner);
    planner.parameters_used();
    drop(planner);
    Settled { parameters: parameters.into_iter().map(|p| p.parameter).collect(), applicant, planned }
}

/// What a column may be asked to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Text,
    Date,
    Whole,
    Decimal,
}

impl Planner<'_> {
    /// Plans what is asked of a ledger; `None` when a fault was noted.
    pub(crate) fn ask(&self, asked: &Question<'_>) -> Option<Answer> {
        let none = Aggregates::default();
        let ledger = self.ledger(asked.ledger);
        let enterprise = asked.enterprise.map(|name| self.code_column(ledger?, name));
        let mut names = Names { ledger, ..Names::default() };
        let mut lookups = Vec::new();
        for table in asked.lookups {
            lookups.push(self.lookup(table, &names, &none));
            let of = self.ledgers.find(&table.ledger.text).map(|(at, _)| at);
            names.lookups.push((table.id.text.clone(), of, table.any));
        }
        let type_of = |written: &Written, condition: bool| {
            let typer = self.typer(&names, Site::Line, written, &none);
            let expr = if condition { typer.condition() } else { typer.whole() };
            expr.filter(|e| asked.enterprise.is_some() || self.speaks_of_no_enterprise(e))
        };
        let filter = asked.filter.map(|written| type_of(written, true));
        let value = asked.value.map(|written| type_of(written, false));
        let lookups: Option<Vec<Lookup>> = lookups.into_iter().collect();
        Some(Answer {
            ledger: ledger?,
            enterprise: settled(enterprise)?,
            lookups: lookups?,
            filter: settled(filter)?,
            value: settled(value)?,
        })
    }

    /// A column with the credit codes of enterprises that the register knows.
    fn code_column(&self, ledger: usize, name: &Quoted) -> Option<usize> {
        let at = self.column(ledger, &name.text, &name.span)?;
        let column = &self.ledgers.ledgers[ledger].columns[at];
        if matches!(column.kind, Cell::CreditCode | Cell::Text) {
            return Some(at);
        }
        self.not_of_kind(name, column, &both!("企业代码", "a code of enterprises"));
        None
    }

    /// A column of a ledger that must hold what is wanted.
    pub(crate) fn column_of(&self, ledger: usize, name: &Quoted, wanted: Wanted) -> Option<usize> {
        let at = self.column(ledger, &name.text, &name.span)?;
        let column = &self.ledgers.ledgers[ledger].columns[at];
        let (fits, said) = match (wanted, &column.kind) {
            (Wanted::Text, kind) => {
                (matches!(kind, Cell::Text | Cell::Choice(_) | Cell::CreditCode), both!("文本", "a text"))
            }
            (Wanted::Date, kind) => (*kind == Cell::Date, both!("日期", "a date")),
            (Wanted::Whole, kind) => (*kind == Cell::Whole, both!("整数", "a whole number")),
            (Wanted::Decimal, kind) => (matches!(kind, Cell::Decimal(_)), both!("小数", "a decimal")),
        };
        if !fits {
            self.not_of_kind(name, column, &said);
        }
        fits.then_some(at)
    }

    fn not_of_kind(&self, name: &Quoted, column: &Column, wanted: &Both) {
        let is = described(&super::names::column_type(column));
        let said = &name.text;
        self.faults.add(
            name.span.clone(),
            Both::new(
                format!("此处应为{}的列，而 {said} 是{}", wanted.zh, is.zh),
                format!(
                    "{said} is {}; a column of {} belongs here",
                    is.en,
                    wanted.en.trim_start_matches("a ")
                ),
            ),
            is,
            both!("换成这一种类的列。", "Use a column of this kind."),
        );
    }

    /// Without an enterprise no column of the register can be meant.
    fn speaks_of_no_enterprise(&self, expr: &Expr) -> bool {
        let mut sound = true;
        expr.walk(&mut |e| {
            if let Kind::Name(Name::Enterprise(_)) = &e.kind {
                sound = false;
                self.faults.add(
                    e.span.clone(),
                    both!("此处没有企业", "There is no enterprise here"),
                    both!("没有说明是哪家企业", "whose?"),
                    both!(
                        "写上 enterprise = \"存企业代码的列\"。",
                        "Write enterprise = \"the column with the enterprise's code\"."
                    ),
                );
            }
        });
        sound
    }

    /// A plain number out of parameters: a threshold, a share.
    pub(crate) fn plain_number(&self, written: &Written) -> Option<Expr> {
        let (names, none) = (Names::default(), Aggregates::default());
        let expr = self.typer(&names, Site::Budget, written, &none).whole()?;
        if matches!(&expr.ty, Type::Number { dimension, .. } if dimension.is_plain()) {
            return Some(expr);
        }
        let is = described(&expr.ty);
        let said = &written.text.text;
        self.faults.add(
            written.text.span.clone(),
            Both::new(
                format!("此处应为没有单位的数，而 {said} 是{}", is.zh),
                format!("{said} is {}, not a plain number", is.en),
            ),
            is,
            both!("用单位为 % 或 1 的参数。", "Use a parameter in % or 1."),
        );
        None
    }

    /// Notes a fault of what is planned with these words.
    pub(crate) fn fault(&self, span: Span, message: Both, here: Both, next: Both) {
        self.faults.add(span, message, here, next);
    }

    /// Notes a fault that belongs to another place too.
    pub(crate) fn fault_with(&self, span: Span, message: Both, here: Both, label: (Span, Both), next: Both) {
        self.faults.add_with(span, message, here, vec![label], next);
    }
}

/// What a type measures, when it is a number.
pub(crate) fn dimension(ty: &Type) -> Option<&Dimension> {
    match ty {
        Type::Number { dimension, .. } => Some(dimension),
        _ => None,
    }
}

/// A type in words.
pub(crate) fn words(ty: &Type) -> Both {
    described(ty)
}

/// There and planned, or not there; `None` for what is there and has a fault.
#[expect(clippy::option_option, reason = "not there and not sound are two things")]
fn settled<T>(planned: Option<Option<T>>) -> Option<Option<T>> {
    match planned {
        Some(planned) => planned.map(Some),
        None => Some(None),
    }
}
