//! The measures of `indicators.toml` as values, each with its place. What their names stand for is the planner's matter.

use jixiao_core::{both, finding::Both};

use crate::{
    fault::{Fault, Span, Text},
    schema_file::Seen,
    scheme::file::{ApplicantTable, LookupTable, Reader, SchemeFile, Written},
    tree::{self, Faults, Quoted, Table},
};

/// What `indicators.toml` says of measuring.
#[derive(Clone, Debug)]
pub struct MeasureFile {
    /// Where enterprises are known, clauses and parameters; a scheme without classes.
    pub rules: SchemeFile,
    /// Indicators that say how they are measured.
    pub measures: Vec<MeasureTable>,
    /// `[reported]`.
    pub reported: Option<ReportedTable>,
    /// `[reasons]`.
    pub reasons: Option<SaidTable>,
    /// `[scores]`.
    pub scores: Option<SaidTable>,
}

/// An indicator with its measure.
#[derive(Clone, Debug)]
pub struct MeasureTable {
    /// Id of the indicator.
    pub indicator: Quoted,
    /// Its first name, in both languages.
    pub title: Both,
    /// Its unit; none for dates and states.
    pub unit: Option<Quoted>,
    /// The measure's header.
    pub span: Span,
    /// `kind` with what belongs to it.
    pub kind: KindTable,
    /// `[indicator.measure.course]`: what its monthly course is made of, where the measure itself has no days.
    pub course: Option<LedgerTable>,
}

/// How an indicator is measured.
#[derive(Clone, Debug)]
pub enum KindTable {
    /// One figure.
    Term(TermTable),
    /// `ratio`.
    Ratio(TermTable, TermTable),
    /// `graded`: a share, and the grades from the highest down.
    Graded(TermTable, TermTable, Vec<GradeTable>),
    /// `within`: an amount that is not to exceed a limit.
    Within(TermTable, TermTable),
    /// `completed`: whose awards, and the ledger of what was paid on them.
    Completed(Vec<Quoted>, LedgerTable),
    /// `survey`.
    Survey(SurveyTable),
    /// `reported`: what the value is to be.
    Reported(ReportedAs),
}

/// What a reported value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportedAs {
    /// A figure in the indicator's unit or one that converts into it.
    Number,
    /// A day.
    Date,
    /// Whether a state was reached.
    State,
}

/// One figure.
#[derive(Clone, Debug)]
pub struct TermTable {
    /// What it is called; the indicator's title when it says nothing.
    pub label: Option<Both>,
    /// Its header.
    pub span: Span,
    /// What it is.
    pub of: TermKind,
}

/// What a figure is taken from.
#[derive(Clone, Debug)]
pub enum TermKind {
    /// `count-awards`: an enterprise once for each scheme that supports it.
    Awards(Vec<Quoted>),
    /// `count-enterprises`: an enterprise once.
    Enterprises(Vec<Quoted>),
    /// `sum-awarded`: the money awarded.
    Awarded(Vec<Quoted>),
    /// `aggregate` over a ledger.
    Ledger(Box<LedgerTable>),
}

/// What an aggregate does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Added; nothing is zero.
    Sum,
    /// Rows, or values that are not null.
    Count,
    /// Distinct values that are not null.
    CountDistinct,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

/// An aggregate over a ledger.
#[derive(Clone, Debug)]
pub struct LedgerTable {
    /// The ledger.
    pub ledger: Quoted,
    /// Column with the credit code by which a row has its region.
    pub enterprise: Option<Quoted>,
    /// Column with the division code itself.
    pub region: Option<Quoted>,
    /// Look-ups in other ledgers.
    pub lookups: Vec<LookupTable>,
    /// Only these rows.
    pub filter: Option<Written>,
    /// What is aggregated.
    pub value: Option<Written>,
    /// How. `None` where the kind of measure says it.
    pub of: Option<Of>,
    /// Column with the fund year.
    pub year: Option<Quoted>,
    /// Column with the day.
    pub date: Option<Quoted>,
    /// Only rows of enterprises that one of these schemes supports.
    pub supported: Vec<Quoted>,
    /// Whether a region without rows is missing instead of zero.
    pub empty_is_missing: bool,
    /// Its header.
    pub span: Span,
}

/// A grade of a share.
#[derive(Clone, Debug)]
pub struct GradeTable {
    /// The least share for it; none for the last.
    pub at_least: Option<Written>,
    /// Share of full marks, from 0 to 1.
    pub share: Written,
    /// Its words.
    pub words: Both,
    /// Its header.
    pub span: Span,
}

/// A survey's ledger with the columns that say what.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct SurveyTable {
    pub rows: LedgerTable,
    pub scheme: Quoted,
    pub question: Quoted,
    pub answer: Quoted,
    /// Whose beneficiaries are asked; of all schemes when empty.
    pub schemes: Vec<Quoted>,
}

/// `[reported]`: the ledger of what regions report.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct ReportedTable {
    pub ledger: Quoted,
    pub indicator: Quoted,
    pub region: Quoted,
    pub year: Quoted,
    pub month: Quoted,
    pub value: Quoted,
    pub unit: Quoted,
    pub evidence: Quoted,
    pub by: Quoted,
    pub date: Quoted,
}

/// The keys of `[reasons]` beside its ledger.
pub const REASON_KEYS: [&str; 9] =
    ["year", "month", "region", "indicator", "kind", "words", "measure", "by", "date"];

/// The keys of `[scores]` beside its ledger.
pub const SCORE_KEYS: [&str; 9] =
    ["year", "region", "indicator", "side", "score", "deduction", "reason", "by", "date"];

/// `[reasons]` or `[scores]`: the ledger of what people say of a year.
#[derive(Clone, Debug)]
pub struct SaidTable {
    /// The ledger.
    pub ledger: Quoted,
    /// Its columns, in the order of [`REASON_KEYS`] or [`SCORE_KEYS`].
    pub columns: [Quoted; 9],
}

/// Reads the measures of `indicators.toml`; the other keys of the file are another reader's.
///
/// # Errors
/// Every mistake of the measures' TOML, keys and expressions, with its place.
pub fn read(text: &Text) -> Result<MeasureFile, Vec<Fault>> {
    let faults = Faults::new(&text.name);
    let read = tree::parse(text, &faults).and_then(|tree| {
        let root = Table::new(tree.get_ref(), 0..0, &text.text, &faults);
        Reading { reader: Reader { faults: &faults }, faults: &faults }.file(&root, &text.name)
    });
    match read {
        Some(file) if faults.is_empty() => Ok(file),
        _ => Err(faults.into_vec()),
    }
}

struct Reading<'a> {
    reader: Reader<'a>,
    faults: &'a Faults,
}

/// The words of `kind`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Awards,
    Enterprises,
    Awarded,
    Aggregate,
    Ratio,
    Graded,
    Within,
    Completed,
    Survey,
    Reported,
}

const TERMS: [(&str, Word); 4] = [
    ("count-awards", Word::Awards),
    ("count-enterprises", Word::Enterprises),
    ("sum-awarded", Word::Awarded),
    ("aggregate", Word::Aggregate),
];

const KINDS: [(&str, Word); 10] = [
    TERMS[0],
    TERMS[1],
    TERMS[2],
    TERMS[3],
    ("ratio", Word::Ratio),
    ("graded", Word::Graded),
    ("within", Word::Within),
    ("completed", Word::Completed),
    ("survey", Word::Survey),
    ("reported", Word::Reported),
];

const FUNCTIONS: [(&str, Of); 5] = [
    ("sum", Of::Sum),
    ("count", Of::Count),
    ("count-distinct", Of::CountDistinct),
    ("min", Of::Min),
    ("max", Of::Max),
];

impl Reading<'_> {
    fn file(&self, root: &Table<'_>, name: &str) -> Option<MeasureFile> {
        let measures: Vec<Option<MeasureTable>> =
            root.tables("indicator").iter().filter_map(|table| self.indicator(table)).collect();
        let none = || Quoted::implied("", 0..0);
        let applicant = if measures.is_empty() {
            // Nothing is measured, so nothing needs enterprises.
            Some(ApplicantTable { ledger: none(), key: none(), name: none(), region: none() })
        } else {
            root.needed_table("applicant").and_then(|t| self.reader.all(&t, Reader::applicant))
        };
        let clauses = self.reader.list(root, "clause", &both!("条款", "clause"), Reader::clause, |c| &c.id);
        let parameters =
            self.reader.list(root, "parameter", &both!("参数", "parameter"), Reader::parameter, |p| &p.id);
        let reported = root.table("reported").map(|table| {
            let read = reported(&table);
            table.close();
            read
        });
        let reported = match reported {
            Some(read) => Some(read?),
            None => None,
        };
        let said = |key, keys| match root.table(key) {
            None => Some(None),
            Some(table) => {
                let read = said(&table, keys);
                table.close();
                read.map(Some)
            }
        };
        let (reasons, scores) = (said("reasons", REASON_KEYS), said("scores", SCORE_KEYS));
        let rules = SchemeFile {
            name: name.to_owned(),
            id: Quoted::implied("indicators", 0..0),
            label: both!("指标", "Indicators"),
            applicant: applicant?,
            clauses,
            parameters,
            classes: Vec::new(),
            steps: Vec::new(),
            budget: None,
        };
        let measures: Option<Vec<MeasureTable>> = measures.into_iter().collect();
        Some(MeasureFile { rules, measures: measures?, reported, reasons: reasons?, scores: scores? })
    }

    /// An indicator with a measure. What else an indicator has is not looked at.
    #[expect(clippy::option_option, reason = "without a measure and with a faulty one are two things")]
    fn indicator(&self, table: &Table<'_>) -> Option<Option<MeasureTable>> {
        let measure = table.table("measure")?;
        let indicator = table.needed("id");
        let title = table.texts("names").into_iter().next().map(|name| name.text);
        let english = table.text("english").map(|name| name.text.trim().to_owned()).filter(|n| !n.is_empty());
        let unit = table.text("unit");
        let read = self.kind(&measure);
        let course = measure.table("course").map(|t| {
            let read = self.ledger(&t, true);
            t.close();
            read
        });
        measure.close();
        let course = match course {
            Some(Some(course)) => Some(course),
            Some(None) => return Some(None),
            None => None,
        };
        let (Some(indicator), Some(kind)) = (indicator, read) else { return Some(None) };
        let title = title.unwrap_or_else(|| indicator.text.clone());
        let title = Both { en: english.unwrap_or_else(|| title.clone()), zh: title };
        Some(Some(MeasureTable { indicator, title, unit, span: measure.span.clone(), kind, course }))
    }

    fn kind(&self, table: &Table<'_>) -> Option<KindTable> {
        table.needed("kind")?;
        let word = table.word("kind", &KINDS)?.value;
        let term = |key| {
            let part = table.needed_table(key)?;
            let word = part.needed("kind").and_then(|_| part.word("kind", &TERMS));
            let read = word.and_then(|word| self.term(&part, word.value));
            part.close();
            read
        };
        let two = |a, b| {
            let (a, b) = (term(a), term(b));
            Some((a?, b?))
        };
        Some(match word {
            Word::Awards | Word::Enterprises | Word::Awarded | Word::Aggregate => {
                KindTable::Term(self.term(table, word)?)
            }
            Word::Ratio => {
                let (above, below) = two("numerator", "denominator")?;
                KindTable::Ratio(above, below)
            }
            Word::Graded => {
                let grades = self.grades(table);
                let (above, below) = two("numerator", "denominator")?;
                KindTable::Graded(above, below, grades?)
            }
            Word::Within => {
                let (amount, limit) = two("amount", "limit")?;
                KindTable::Within(amount, limit)
            }
            Word::Completed => {
                let schemes = table.texts("schemes");
                KindTable::Completed(schemes, self.ledger(table, false)?)
            }
            Word::Survey => {
                let (scheme, question) = (table.needed("scheme"), table.needed("question"));
                let (answer, schemes) = (table.needed("answer"), table.texts("schemes"));
                let rows = self.ledger(table, false);
                KindTable::Survey(SurveyTable {
                    rows: rows?,
                    scheme: scheme?,
                    question: question?,
                    answer: answer?,
                    schemes,
                })
            }
            Word::Reported => {
                let words = [
                    ("number", ReportedAs::Number),
                    ("date", ReportedAs::Date),
                    ("state", ReportedAs::State),
                ];
                table.needed("as")?;
                KindTable::Reported(table.word("as", &words)?.value)
            }
        })
    }

    fn term(&self, table: &Table<'_>, word: Word) -> Option<TermTable> {
        let label = table.both("label");
        let schemes = || table.needed_texts("schemes");
        let of = match word {
            Word::Awards => TermKind::Awards(schemes()),
            Word::Enterprises => TermKind::Enterprises(schemes()),
            Word::Awarded => TermKind::Awarded(schemes()),
            _ => TermKind::Ledger(Box::new(self.ledger(table, true)?)),
        };
        Some(TermTable { label, span: table.span.clone(), of })
    }

    /// What is taken from a ledger; with a function, unless the kind of measure says what is done.
    fn ledger(&self, table: &Table<'_>, function: bool) -> Option<LedgerTable> {
        let ledger = table.needed("ledger");
        let (enterprise, region) = (table.text("enterprise"), table.text("region"));
        let lookups =
            self.reader.list(table, "lookup", &both!("查找", "look-up"), Reader::lookup, |l| &l.id);
        let filter = self.reader.optional(table, "where");
        let value = self.reader.optional(table, "value");
        let of = if function {
            table.needed("of").and_then(|_| table.word("of", &FUNCTIONS)).map(|of| Some(of.value))
        } else {
            Some(None)
        };
        let (year, date) = (table.text("year"), table.text("date"));
        let supported = table.texts("supported");
        let empty = table.word("empty", &[("zero", false), ("missing", true)]);
        let place = table.place("enterprise").or_else(|| table.place("region"));
        if enterprise.is_some() == region.is_some() && (place.is_none() || region.is_some()) {
            self.faults.add(
                table.place("region").unwrap_or_else(|| table.span.clone()),
                both!(
                    "enterprise 和 region 须写且只写一个",
                    "One of enterprise and region belongs here, and only one"
                ),
                both!("不知道一行属于哪个地区", "of which region is a row?"),
                both!(
                    "写 enterprise = \"企业代码列\"（按名录所在地区），或 region = \"区划代码列\"。",
                    "Write enterprise = \"the column of codes\" (its region is the register's), or region = \"the column of division codes\"."
                ),
            );
            return None;
        }
        if !supported.is_empty() && enterprise.is_none() {
            self.faults.add(
                table.place("supported").unwrap_or_else(|| table.span.clone()),
                both!("supported 只用于按企业的行", "supported is for rows of enterprises"),
                both!("没有企业", "no enterprise"),
                both!("写上 enterprise。", "Write enterprise."),
            );
            return None;
        }
        Some(LedgerTable {
            ledger: ledger?,
            enterprise,
            region,
            lookups,
            filter: filter?,
            value: value?,
            of: of?,
            year,
            date,
            supported,
            empty_is_missing: empty.is_some_and(|e| e.value),
            span: table.span.clone(),
        })
    }

    fn grades(&self, table: &Table<'_>) -> Option<Vec<GradeTable>> {
        let mut grades = Vec::new();
        let mut sound = true;
        let tables = table.tables("grade");
        let last = tables.len().saturating_sub(1);
        for (at, item) in tables.iter().enumerate() {
            let at_least = self.reader.optional(item, "at_least");
            let share = self.reader.needed(item, "share");
            let words = item.needed_both("words");
            item.close();
            if let Some(found) = &at_least
                && found.is_some() == (at == last)
            {
                self.faults.add(
                    item.span.clone(),
                    both!(
                        "除最后一级外，每级都须有 at_least；最后一级没有",
                        "Every grade has at_least but the last, which has none"
                    ),
                    both!("分级不完整", "grades that leave a gap"),
                    both!(
                        "从高到低写，最后一级兜底。",
                        "Write them from the highest down; the last takes what is left."
                    ),
                );
                sound = false;
            }
            let (Some(at_least), Some(share), Some(words)) = (at_least, share, words) else {
                sound = false;
                continue;
            };
            grades.push(GradeTable { at_least, share, words, span: item.span.clone() });
        }
        if tables.is_empty() {
            self.faults.add(
                table.span.clone(),
                both!("缺少 grade", "grade is missing"),
                both!("没有分级", "no grades"),
                both!("补上 [[indicator.measure.grade]]。", "Add [[indicator.measure.grade]]."),
            );
        }
        (sound && !tables.is_empty()).then_some(grades)
    }
}

fn reported(table: &Table<'_>) -> Option<ReportedTable> {
    let [ledger, indicator, region, year, month] =
        ["ledger", "indicator", "region", "year", "month"].map(|key| table.needed(key));
    let [value, unit, evidence, by, date] =
        ["value", "unit", "evidence", "by", "date"].map(|key| table.needed(key));
    Some(ReportedTable {
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

fn said(table: &Table<'_>, keys: [&'static str; 9]) -> Option<SaidTable> {
    let (ledger, columns) = (table.needed("ledger"), keys.map(|key| table.needed(key)));
    let columns: Vec<Quoted> = columns.into_iter().collect::<Option<_>>()?;
    Some(SaidTable { ledger: ledger?, columns: columns.try_into().ok()? })
}

/// Ids of indicators that stand twice are the fund's own fault; here only a second measure of one id is.
pub(crate) fn once(tables: &[MeasureTable], faults: &Faults) {
    let mut seen = Seen::default();
    for table in tables {
        seen.once(&table.indicator, &both!("指标", "indicator"), faults);
    }
}
