//! From the measures of `indicators.toml` to their plan: names, types and units, with every mistake at its place.

use std::collections::BTreeSet;

use jixiao_core::{
    both,
    finding::Both,
    unit::{Meaning, Unit as Named},
};

use crate::{
    dimension::Unit,
    fault::{Fault, Span},
    schema::Ledgers,
    scheme::{
        plan::{Expr, Lookup, Plan as Rules, Type},
        planner::{
            Planner, Years,
            asked::{Question, Wanted, dimension, with_planner, words},
        },
    },
    tree::{Faults, Quoted, instead},
};

use super::file::{
    self, GradeTable, KindTable, LedgerTable, MeasureFile, MeasureTable, Of, ReportedAs, ReportedTable,
    SaidTable, SurveyTable, TermKind, TermTable,
};

/// The measures of a fund, planned for one fund year.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The fund year.
    pub year: i16,
    /// In the order of the file.
    pub measures: Vec<Measure>,
    /// Where enterprises are known, and the parameters with their values of the year; a scheme without classes.
    pub rules: Rules,
    /// The ledger of what regions report.
    pub reported: Option<ReportedColumns>,
    /// The ledger of the reasons that people give.
    pub reasons: Option<SaidColumns>,
    /// The ledger of the scores that people give.
    pub scores: Option<SaidColumns>,
}

/// One indicator's measure.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Id of the indicator.
    pub indicator: String,
    /// Its first name, in both languages.
    pub title: Both,
    /// The unit of its figures; none for dates and states.
    pub unit: Option<Unit>,
    /// How it is measured.
    pub kind: Kind,
    /// What its monthly course is made of, where the measure has no days of its own.
    pub course: Option<LedgerTerm>,
}

/// How an indicator is measured.
#[derive(Clone, Debug)]
pub enum Kind {
    /// One figure.
    Term(Term),
    /// A share, with its parts.
    Ratio(Term, Term),
    /// A share with its grades, from the highest down.
    Graded(Term, Term, Vec<Grade>),
    /// Whether an amount stays within a limit.
    Within(Term, Term),
    /// The day on which everything that some schemes awarded was paid.
    Completed(Vec<String>, LedgerTerm),
    /// Answers of beneficiaries; what they come to is counted elsewhere.
    Survey(Survey),
    /// What regions report.
    Reported(ReportedAs),
}

/// One figure.
#[derive(Clone, Debug)]
pub struct Term {
    /// What it is called.
    pub label: Both,
    /// The unit of it in base units, to be read: `元`, `家`; empty for a plain number.
    pub unit: String,
    /// What it is taken from.
    pub of: TermOf,
}

/// What a figure is taken from.
#[derive(Clone, Debug)]
pub enum TermOf {
    /// An enterprise once for each of these schemes that supports it.
    Awards(Vec<String>),
    /// An enterprise once, whichever of these schemes supports it.
    Enterprises(Vec<String>),
    /// The money that these schemes award.
    Awarded(Vec<String>),
    /// An aggregate over a ledger.
    Ledger(Box<LedgerTerm>),
}

/// An aggregate over a ledger.
#[derive(Clone, Debug)]
pub struct LedgerTerm {
    /// Index of the ledger.
    pub ledger: usize,
    /// How a row has its region.
    pub place: Place,
    /// Look-ups in other ledgers.
    pub lookups: Vec<Lookup>,
    /// Only these rows.
    pub filter: Option<Expr>,
    /// The same as written.
    pub filter_text: String,
    /// What is aggregated.
    pub value: Option<Expr>,
    /// The same as written.
    pub value_text: String,
    /// How.
    pub of: Of,
    /// Column with the fund year.
    pub year: Option<usize>,
    /// Column with the day.
    pub date: Option<usize>,
    /// Only rows of enterprises that one of these schemes supports.
    pub supported: Vec<String>,
    /// Whether a region without rows is missing instead of zero.
    pub empty_is_missing: bool,
}

/// How a row has its region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// By the enterprise in this column, as the register places it.
    Enterprise(usize),
    /// By the division code in this column.
    Region(usize),
}

/// A grade of a share.
#[derive(Clone, Debug)]
pub struct Grade {
    /// The least share for it, over parameters; none for the last.
    pub at_least: Option<Expr>,
    /// The threshold as written.
    pub text: String,
    /// Share of full marks, over parameters.
    pub share: Expr,
    /// Its words.
    pub words: Both,
}

/// A survey's ledger, by index of its columns.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Which rows; no value.
    pub rows: LedgerTerm,
    /// Column with the scheme.
    pub scheme: usize,
    /// Column with the question.
    pub question: usize,
    /// Column with the answer.
    pub answer: usize,
    /// Whose beneficiaries are asked; of every scheme when empty.
    pub schemes: Vec<String>,
}

/// The ledger of what regions report, by index of its columns.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct ReportedColumns {
    pub ledger: usize,
    pub indicator: usize,
    pub region: usize,
    pub year: usize,
    pub month: usize,
    pub value: usize,
    pub unit: usize,
    pub evidence: usize,
    pub by: usize,
    pub date: usize,
}

/// A ledger of what people say, by index of its columns.
#[derive(Clone, Copy, Debug)]
pub struct SaidColumns {
    /// The ledger.
    pub ledger: usize,
    /// In the order of [`file::REASON_KEYS`] or [`file::SCORE_KEYS`].
    pub columns: [usize; 9],
}

/// What measures are planned against.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The fund's ledgers.
    pub ledgers: &'a Ledgers,
    /// Ids of its schemes.
    pub schemes: &'a [&'a str],
    /// Its cycle.
    pub cycle: Years,
    /// Whether a text is a division code of the fund.
    pub regions: &'a dyn Fn(&str) -> bool,
}

impl std::fmt::Debug for Known<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known")
            .field("schemes", &self.schemes)
            .field("cycle", &self.cycle)
            .finish_non_exhaustive()
    }
}

/// Plans the measures for one fund year.
///
/// # Errors
/// Every mistake of them that shows in that year, each with its place.
pub fn plan(file: &MeasureFile, known: &Known<'_>, year: i16) -> Result<Plan, Vec<Fault>> {
    let faults = Faults::new(&file.rules.name);
    match plan_year(file, known, year, &[year], &faults) {
        Some(plan) if faults.is_empty() => Ok(plan),
        _ => Err(faults.into_vec()),
    }
}

/// Plans the measures for every year of the cycle; each fault once.
pub fn check(file: &MeasureFile, known: &Known<'_>) -> Vec<Fault> {
    let faults = Faults::new(&file.rules.name);
    let years: Vec<i16> = (known.cycle.first..=known.cycle.last).collect();
    for year in &years {
        plan_year(file, known, *year, &years, &faults);
    }
    faults.into_vec()
}

fn plan_year(
    file: &MeasureFile,
    known: &Known<'_>,
    year: i16,
    years: &[i16],
    faults: &Faults,
) -> Option<Plan> {
    file::once(&file.measures, faults);
    if year < known.cycle.first || year > known.cycle.last {
        let (first, last) = (known.cycle.first, known.cycle.last);
        faults.add(
            0..0,
            both!("{year} 年不在周期 {first}—{last} 之内", "{year} is outside the cycle {first}–{last}"),
            both!("指标", "indicators"),
            both!("选周期内的年度。", "Choose a year of the cycle."),
        );
        return None;
    }
    if file.measures.is_empty() {
        let (measures, rules) = (Vec::new(), empty_rules(year));
        return Some(Plan { year, measures, rules, reported: None, reasons: None, scores: None });
    }
    let settled = with_planner(
        &file.rules,
        known.ledgers,
        known.cycle,
        known.regions,
        (year, years),
        faults,
        |planner| {
            let desk = Desk { planner, known };
            let reported = file.reported.as_ref().map(|table| desk.reported(table));
            let reasons = file.reasons.as_ref().map(|table| desk.said(table, file::REASON_KEYS));
            let scores = file.scores.as_ref().map(|table| desk.said(table, file::SCORE_KEYS));
            let measures: Vec<Option<Measure>> =
                file.measures.iter().map(|m| desk.measure(m, file.reported.is_some())).collect();
            (measures.into_iter().collect::<Option<Vec<Measure>>>(), reported, [reasons, scores])
        },
    );
    let (measures, reported, [reasons, scores]) = settled.planned;
    let reported = match reported {
        Some(planned) => Some(planned?),
        None => None,
    };
    let reasons = match reasons {
        Some(planned) => Some(planned?),
        None => None,
    };
    let scores = match scores {
        Some(planned) => Some(planned?),
        None => None,
    };
    let rules = Rules { applicant: settled.applicant?, parameters: settled.parameters, ..empty_rules(year) };
    Some(Plan { year, measures: measures?, rules, reported, reasons, scores })
}

fn empty_rules(year: i16) -> Rules {
    let applicant = crate::scheme::plan::Applicant { ledger: 0, key: 0, name: 0, region: 0 };
    Rules {
        id: "indicators".to_owned(),
        label: both!("指标", "Indicators"),
        year,
        applicant,
        clauses: Vec::new(),
        parameters: Vec::new(),
        classes: Vec::new(),
        steps: Vec::new(),
        budget: None,
    }
}

struct Desk<'a> {
    planner: &'a Planner<'a>,
    known: &'a Known<'a>,
}

/// What a figure measures.
enum Measures {
    /// Distinct enterprises.
    Enterprises,
    /// Awards.
    Awards,
    /// Things of whatever kind.
    Things,
    /// What an expression gives.
    Value(Type),
}

impl Desk<'_> {
    fn measure(&self, table: &MeasureTable, reported: bool) -> Option<Measure> {
        let unit = self.unit(table);
        let title = table.title.clone();
        let kind = match &table.kind {
            KindTable::Term(term) => {
                let planned = self.term(term, &title);
                if let (Some((_, measures)), Some(unit)) = (&planned, &unit) {
                    self.fits(table, unit.as_ref(), measures, &term.span)?;
                }
                Kind::Term(planned?.0)
            }
            KindTable::Ratio(above, below) => {
                let (above, below) = self.share(above, below, &title)?;
                self.is_share(table)?;
                Kind::Ratio(above, below)
            }
            KindTable::Graded(above, below, grades) => {
                let grades: Vec<Option<Grade>> = grades.iter().map(|g| self.grade(g)).collect();
                let parts = self.share(above, below, &title);
                self.has_no_unit(table)?;
                let (above, below) = parts?;
                Kind::Graded(above, below, grades.into_iter().collect::<Option<_>>()?)
            }
            KindTable::Within(amount, limit) => {
                let parts = self.share(amount, limit, &title);
                self.has_no_unit(table)?;
                let (amount, limit) = parts?;
                Kind::Within(amount, limit)
            }
            KindTable::Completed(schemes, paid) => {
                let schemes = self.schemes(schemes, true);
                let term = self.ledger(paid, Some(Of::Sum));
                self.has_no_unit(table)?;
                let (term, measures) = term?;
                self.paid(paid, &term, &measures)?;
                Kind::Completed(schemes?, term)
            }
            KindTable::Survey(survey) => {
                let planned = self.survey(survey);
                self.is_share(table)?;
                Kind::Survey(planned?)
            }
            KindTable::Reported(what) => {
                if !reported {
                    self.planner.fault(
                        table.span.clone(),
                        both!("没有 [reported]", "There is no [reported]"),
                        both!("由地区填报", "reported by regions"),
                        both!(
                            "补上 [reported]，说明填报台账和各列。",
                            "Add [reported] with the ledger of reports and its columns."
                        ),
                    );
                    return None;
                }
                match (what, unit.as_ref()?) {
                    (ReportedAs::Number, None) => self.needs_unit(table)?,
                    (ReportedAs::Number, Some(_)) => {}
                    (ReportedAs::Date | ReportedAs::State, _) => self.has_no_unit(table)?,
                }
                Kind::Reported(*what)
            }
        };
        let course = match &table.course {
            None => None,
            Some(course) => {
                let (term, measures) = self.ledger(course, None)?;
                let counted =
                    matches!(&table.kind, KindTable::Term(t) if !matches!(t.of, TermKind::Ledger(_)));
                if !counted || term.date.is_none() || matches!(measures, Measures::Value(Type::Date)) {
                    self.planner.fault(
                        course.span.clone(),
                        both!(
                            "course 用于按支持结果计数的指标，且须有 date",
                            "A course is for measures that count awards, and needs date"
                        ),
                        both!("不能逐月", "no months"),
                        both!("补上 date，或删去 course。", "Add date, or take course away."),
                    );
                    return None;
                }
                Some(term)
            }
        };
        Some(Measure {
            indicator: table.indicator.text.clone(),
            title: table.title.clone(),
            unit: unit?,
            kind,
            course,
        })
    }

    /// The unit; `None` when it does not read.
    #[expect(clippy::option_option, reason = "no unit and one that does not read are two things")]
    fn unit(&self, table: &MeasureTable) -> Option<Option<Unit>> {
        let Some(written) = &table.unit else {
            return Some(None);
        };
        // A unit that the fund does not know is the fund's own fault, told where the fund is read.
        Unit::parse(&written.text).map(Some)
    }

    fn named(table: &MeasureTable) -> Option<Named> {
        Named::parse(&table.unit.as_ref()?.text)
    }

    fn needs_unit(&self, table: &MeasureTable) -> Option<()> {
        let id = &table.indicator.text;
        self.planner.fault_with(
            table.span.clone(),
            both!(
                "指标 {id} 没有 unit，而这里得出数字",
                "The indicator {id} has no unit; this gives a number"
            ),
            both!("得出数字", "gives a number"),
            (table.indicator.span.clone(), both!("这个指标", "this indicator")),
            both!("给指标补上 unit。", "Give the indicator a unit."),
        );
        None
    }

    fn has_no_unit(&self, table: &MeasureTable) -> Option<()> {
        let Some(unit) = &table.unit else {
            return Some(());
        };
        let said = &unit.text;
        self.planner.fault_with(
            unit.span.clone(),
            both!(
                "单位是 {said}，而这样得出的不是数字",
                "The unit is {said}, but this measure gives no number"
            ),
            both!("不是数字", "no number"),
            (table.span.clone(), both!("这样衡量", "measured so")),
            both!("删去 unit，或换一种 kind。", "Take unit away, or choose another kind."),
        );
        None
    }

    fn is_share(&self, table: &MeasureTable) -> Option<()> {
        if Self::named(table).is_some_and(|unit| unit.is_share()) {
            return Some(());
        }
        let Some(unit) = &table.unit else {
            return self.needs_unit(table);
        };
        let said = &unit.text;
        self.planner.fault_with(
            unit.span.clone(),
            both!("单位是 {said}，而这样得出的是比例", "The unit is {said}, but this measure gives a share"),
            both!("比例以 % 计", "shares are in %"),
            (table.span.clone(), both!("这样衡量", "measured so")),
            both!("写 unit = \"%\"，或换一种 kind。", "Write unit = \"%\", or choose another kind."),
        );
        None
    }

    /// Whether a figure is what the indicator's unit says.
    fn fits(
        &self,
        table: &MeasureTable,
        unit: Option<&Unit>,
        measures: &Measures,
        span: &Span,
    ) -> Option<()> {
        if let Measures::Value(Type::Date) = measures {
            return self.has_no_unit(table);
        }
        let (Some(unit), Some(written)) = (unit, &table.unit) else {
            return self.needs_unit(table);
        };
        let named = Self::named(table);
        let meaning = named.as_ref().map(|n| &n.meaning);
        let (fits, gives) = match measures {
            Measures::Enterprises => (
                meaning == Some(&Meaning::Enterprises),
                both!("家（不重复的企业）", "家, distinct enterprises"),
            ),
            Measures::Awards => {
                (meaning == Some(&Meaning::Awards), both!("家次（每个方案一次）", "家次, awards"))
            }
            Measures::Things => (
                named.as_ref().is_some_and(Named::is_count) && meaning != Some(&Meaning::Awards),
                both!("个数", "a count"),
            ),
            Measures::Value(ty) => (dimension(ty) == Some(&unit.dimension), words(ty)),
        };
        if fits {
            return Some(());
        }
        let said = &written.text;
        self.planner.fault_with(
            written.span.clone(),
            Both::new(
                format!("单位是 {said}，而这样得出的是{}", gives.zh),
                format!("The unit is {said}, but this measure gives {}", gives.en),
            ),
            both!("单位不符", "another unit"),
            (span.clone(), gives),
            both!(
                "改正 unit 或 measure；家和家次不能互换。",
                "Correct unit or measure; 家 and 家次 do not convert."
            ),
        );
        None
    }

    fn schemes(&self, names: &[Quoted], all: bool) -> Option<Vec<String>> {
        let mut sound = true;
        for name in names {
            if !self.known.schemes.contains(&name.text.as_str()) {
                sound = false;
                let said = &name.text;
                self.planner.fault(
                    name.span.clone(),
                    both!("没有 {said} 这个方案", "There is no scheme {said}"),
                    both!("不认识的方案", "unknown scheme"),
                    instead(said, self.known.schemes.iter().copied()),
                );
            }
        }
        let named: BTreeSet<&str> = names.iter().map(|n| n.text.as_str()).collect();
        let every = || self.known.schemes.iter().map(|s| (*s).to_owned()).collect();
        let named = || named.iter().map(|s| (*s).to_owned()).collect();
        sound.then(|| if all && names.is_empty() { every() } else { named() })
    }

    fn term(&self, table: &TermTable, title: &Both) -> Option<(Term, Measures)> {
        let label = table.label.clone().unwrap_or_else(|| title.clone());
        let (of, measures) = match &table.of {
            TermKind::Awards(schemes) => (TermOf::Awards(self.schemes(schemes, false)?), Measures::Awards),
            TermKind::Enterprises(schemes) => {
                (TermOf::Enterprises(self.schemes(schemes, false)?), Measures::Enterprises)
            }
            TermKind::Awarded(schemes) => {
                let yuan = Type::Number { scale: 2, dimension: crate::dimension::Dimension::base("元") };
                (TermOf::Awarded(self.schemes(schemes, false)?), Measures::Value(yuan))
            }
            TermKind::Ledger(ledger) => {
                let (term, measures) = self.ledger(ledger, None)?;
                (TermOf::Ledger(Box::new(term)), measures)
            }
        };
        let unit = match &measures {
            Measures::Awards => "家次".to_owned(),
            Measures::Enterprises => "家".to_owned(),
            Measures::Things => String::new(),
            Measures::Value(ty) => {
                dimension(ty).filter(|d| !d.is_plain()).map(ToString::to_string).unwrap_or_default()
            }
        };
        Some((Term { label, unit, of }, measures))
    }

    fn ledger(&self, table: &LedgerTable, of: Option<Of>) -> Option<(LedgerTerm, Measures)> {
        let of = of.or(table.of).unwrap_or(Of::Count);
        let asked = Question {
            ledger: &table.ledger,
            enterprise: table.enterprise.as_ref(),
            lookups: &table.lookups,
            filter: table.filter.as_ref(),
            value: table.value.as_ref(),
        };
        let answer = self.planner.ask(&asked);
        let ledger = self.known.ledgers.find(&table.ledger.text).map(|(at, _)| at);
        let column = |name: &Option<Quoted>, wanted| match (name, ledger) {
            (None, _) => Some(None),
            (Some(name), Some(ledger)) => self.planner.column_of(ledger, name, wanted).map(Some),
            (Some(_), None) => None,
        };
        let region = column(&table.region, Wanted::Text);
        let year = column(&table.year, Wanted::Whole);
        let date = column(&table.date, Wanted::Date);
        let supported = self.schemes(&table.supported, false);
        if table.value.is_none() && of != Of::Count {
            self.planner.fault(
                table.span.clone(),
                both!("缺少 value", "value is missing"),
                both!("没有说明汇总什么", "nothing to aggregate"),
                both!("补上 value = \"列或表达式\"。", "Add value = \"a column or expression\"."),
            );
            return None;
        }
        let answer = answer?;
        let measures = self.function(table, of, answer.value.as_ref())?;
        let place = match (answer.enterprise, region?) {
            (Some(column), _) => Place::Enterprise(column),
            (None, Some(column)) => Place::Region(column),
            (None, None) => return None,
        };
        let text = |written: &Option<crate::scheme::file::Written>| {
            written.as_ref().map(|w| w.text.text.clone()).unwrap_or_default()
        };
        let term = LedgerTerm {
            ledger: answer.ledger,
            place,
            lookups: answer.lookups,
            filter: answer.filter,
            filter_text: text(&table.filter),
            value: answer.value,
            value_text: text(&table.value),
            of,
            year: year?,
            date: date?,
            supported: supported?,
            empty_is_missing: table.empty_is_missing,
        };
        Some((term, measures))
    }

    /// What a function gives, when it can be asked of the value.
    fn function(&self, table: &LedgerTable, of: Of, value: Option<&Expr>) -> Option<Measures> {
        let (Some(value), Some(written)) = (value, &table.value) else {
            return Some(Measures::Things);
        };
        let fits = match (of, &value.ty) {
            (Of::Count | Of::CountDistinct, _) | (Of::Sum, Type::Number { .. }) => true,
            (Of::Min | Of::Max, ty) => matches!(ty, Type::Number { .. } | Type::Date),
            _ => false,
        };
        if fits {
            return Some(match of {
                Of::Count | Of::CountDistinct => Measures::Things,
                _ => Measures::Value(value.ty.clone()),
            });
        }
        let is = words(&value.ty);
        let said = &written.text.text;
        self.planner.fault(
            written.text.span.clone(),
            Both::new(
                format!("{said} 是{}，不能这样汇总", is.zh),
                format!("{said} is {} and cannot be aggregated so", is.en),
            ),
            is,
            both!(
                "sum 用于数字，min、max 用于数字和日期；计数用 count、count-distinct。",
                "sum is for numbers, min and max for numbers and dates; to count, use count or count-distinct."
            ),
        );
        None
    }

    /// Two figures of one kind, of which one is held against the other.
    fn share(&self, above: &TermTable, below: &TermTable, title: &Both) -> Option<(Term, Term)> {
        let (a, b) = (self.term(above, title), self.term(below, title));
        let ((a, x), (b, y)) = (a?, b?);
        let plain = |m: &Measures| match m {
            Measures::Value(ty) => dimension(ty).cloned(),
            // A count of enterprises in a ledger goes with a count of enterprises that schemes support.
            _ => Some(crate::dimension::Dimension::default()),
        };
        if plain(&x).is_some() && plain(&x) == plain(&y) {
            return Some((a, b));
        }
        let said = |m: &Measures| match m {
            Measures::Value(ty) => words(ty),
            _ => both!("个数", "a count"),
        };
        let (p, q) = (said(&x), said(&y));
        self.planner.fault_with(
            above.span.clone(),
            Both::new(
                format!("两个数不是同一单位：{}、{}", p.zh, q.zh),
                format!("The two figures differ in unit: {} and {}", p.en, q.en),
            ),
            p,
            (below.span.clone(), q),
            both!("使两者单位相同，日期不能比。", "Both must be numbers of one unit."),
        );
        None
    }

    fn grade(&self, table: &GradeTable) -> Option<Grade> {
        let at_least = table.at_least.as_ref().map(|written| self.planner.plain_number(written));
        let share = self.planner.plain_number(&table.share);
        let at_least = match at_least {
            Some(planned) => Some(planned?),
            None => None,
        };
        let text = table.at_least.as_ref().map(|w| w.text.text.clone()).unwrap_or_default();
        Some(Grade { at_least, text, share: share?, words: table.words.clone() })
    }

    /// What is held against awards: money, on days, of enterprises.
    fn paid(&self, table: &LedgerTable, term: &LedgerTerm, measures: &Measures) -> Option<()> {
        let money = matches!(
            measures,
            Measures::Value(ty) if dimension(ty) == Some(&crate::dimension::Dimension::base("元"))
        );
        if money && term.date.is_some() && matches!(term.place, Place::Enterprise(_)) {
            return Some(());
        }
        self.planner.fault(
            table.span.clone(),
            both!(
                "completed 须有 enterprise、以元计的 value 和 date",
                "completed needs enterprise, a value in 元, and date"
            ),
            both!("无从判断何时付清", "cannot tell when all was paid"),
            both!(
                "写上企业代码列、金额列和拨付日期列。",
                "Name the columns of the enterprise, the amount and the day of payment."
            ),
        );
        None
    }

    fn survey(&self, table: &SurveyTable) -> Option<Survey> {
        let rows = self.ledger(&table.rows, Some(Of::Count));
        let ledger = self.known.ledgers.find(&table.rows.ledger.text).map(|(at, _)| at);
        let column = |name: &Quoted| self.planner.column_of(ledger?, name, Wanted::Text);
        let (scheme, question, answer) =
            (column(&table.scheme), column(&table.question), column(&table.answer));
        let schemes = self.schemes(&table.schemes, true);
        let (rows, _) = rows?;
        if !matches!(rows.place, Place::Enterprise(_)) {
            self.planner.fault(
                table.rows.span.clone(),
                both!("survey 须有 enterprise", "survey needs enterprise"),
                both!("谁的回答", "whose answers?"),
                both!("写上企业代码列。", "Name the column of the enterprise's code."),
            );
            return None;
        }
        Some(Survey { rows, scheme: scheme?, question: question?, answer: answer?, schemes: schemes? })
    }

    /// A ledger by name; a fault when there is none.
    fn known_ledger(&self, name: &Quoted) -> Option<usize> {
        let ledger = self.known.ledgers.find(&name.text).map(|(at, _)| at);
        if ledger.is_none() {
            let said = &name.text;
            self.planner.fault(
                name.span.clone(),
                both!("没有 {said} 这本台账", "There is no ledger {said}"),
                both!("不认识的台账", "unknown ledger"),
                instead(said, self.known.ledgers.ledgers.iter().map(|l| l.name.as_str())),
            );
        }
        ledger
    }

    fn said(&self, table: &SaidTable, keys: [&str; 9]) -> Option<SaidColumns> {
        let ledger = self.known_ledger(&table.ledger)?;
        let of = |(name, key): (&Quoted, &str)| {
            let wanted = match key {
                "year" | "month" => Wanted::Whole,
                "date" => Wanted::Date,
                "score" | "deduction" => Wanted::Decimal,
                _ => Wanted::Text,
            };
            self.planner.column_of(ledger, name, wanted)
        };
        let columns: Vec<Option<usize>> = table.columns.iter().zip(keys).map(of).collect();
        let columns: Vec<usize> = columns.into_iter().collect::<Option<_>>()?;
        Some(SaidColumns { ledger, columns: columns.try_into().ok()? })
    }

    fn reported(&self, table: &ReportedTable) -> Option<ReportedColumns> {
        let ledger = self.known_ledger(&table.ledger);
        let of = |name: &Quoted, wanted| self.planner.column_of(ledger?, name, wanted);
        let [indicator, region, value, unit] =
            [&table.indicator, &table.region, &table.value, &table.unit].map(|name| of(name, Wanted::Text));
        let [evidence, by] = [&table.evidence, &table.by].map(|name| of(name, Wanted::Text));
        let [year, month] = [&table.year, &table.month].map(|name| of(name, Wanted::Whole));
        let date = of(&table.date, Wanted::Date);
        Some(ReportedColumns {
            ledger: ledger?,
            indicator: indicator?,
            region: region?,
            year: year?,
            month: month?,
            value: value?,
            unit: unit?,
            evidence: evidence?,
            by: by?,
            date: date?,
        })
    }
}
