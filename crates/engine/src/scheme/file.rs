//! A scheme's TOML file as values, each with its place. What the names in it stand for is the planner's matter.

use jixiao_core::{both, finding::Both};

use crate::{
    fault::{Fault, Span, Text},
    schema_file::{Seen, checked_name},
    scheme::{
        plan::Status,
        syntax::{self, Node},
    },
    tree::{self, At, Faults, Quoted, Table},
};

/// A scheme as its file has it.
#[derive(Clone, Debug)]
pub struct SchemeFile {
    /// The file's name, for faults.
    pub name: String,
    /// `id`.
    pub id: Quoted,
    /// `label`.
    pub label: Both,
    /// `[applicant]`.
    pub applicant: ApplicantTable,
    /// `[[clause]]`.
    pub clauses: Vec<ClauseTable>,
    /// `[[parameter]]`.
    pub parameters: Vec<ParameterTable>,
    /// `[[class]]`.
    pub classes: Vec<ClassTable>,
    /// `[[step]]`.
    pub steps: Vec<RuleTable>,
    /// `[budget]`.
    pub budget: Option<BudgetTable>,
}

/// `[applicant]`: names of a ledger and three of its columns.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct ApplicantTable {
    pub ledger: Quoted,
    pub key: Quoted,
    pub name: Quoted,
    pub region: Quoted,
}

/// `[[clause]]`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct ClauseTable {
    pub id: Quoted,
    pub text: Both,
    pub source: String,
    pub certainty: char,
}

/// What a parameter's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the format")]
pub enum ParameterKind {
    Number,
    Date,
    Text,
}

/// `[[parameter]]`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct ParameterTable {
    pub id: Quoted,
    pub label: Both,
    pub unit: Option<Quoted>,
    pub kind: ParameterKind,
    /// `by = "date"`.
    pub by_date: bool,
    pub values: Vec<ValueTable>,
    pub ceiling: Option<Quoted>,
    /// The table's header.
    pub span: Span,
}

/// One of a parameter's `values`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct ValueTable {
    /// `year` or `years`.
    pub years: Vec<At<i64>>,
    pub region: Option<Quoted>,
    pub from: Option<Quoted>,
    pub to: Option<Quoted>,
    pub value: Quoted,
    pub source: String,
    pub status: Status,
    pub span: Span,
}

/// An expression as the file has it.
#[derive(Clone, Debug)]
pub struct Written {
    /// The text.
    pub text: Quoted,
    /// What it says.
    pub node: Node,
}

/// `[[class]]`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct ClassTable {
    pub id: Quoted,
    pub label: Both,
    pub clause: Option<Quoted>,
    pub ledger: Quoted,
    pub applicant: Quoted,
    pub lookups: Vec<LookupTable>,
    pub lines: Vec<RuleTable>,
    pub conditions: Vec<RuleTable>,
    pub duplicates: Vec<DuplicateTable>,
    pub principal: Written,
    pub principal_unit: Quoted,
    pub value: Written,
    pub requirements: Vec<RuleTable>,
    pub steps: Vec<RuleTable>,
}

/// `[[class.lookup]]`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct LookupTable {
    pub id: Quoted,
    pub ledger: Quoted,
    pub on: Vec<(At<String>, Written)>,
    pub filter: Option<Written>,
    pub any: bool,
}

/// A named expression: `[[class.line]]`, `[[class.condition]]`, `[[class.requirement]]`, `[[class.step]]`, `[[step]]`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct RuleTable {
    pub id: Quoted,
    pub label: Both,
    /// Conditions only; empty for steps.
    pub reason: Both,
    pub clause: Option<Quoted>,
    pub expression: Written,
    /// Steps only.
    pub unit: Option<Quoted>,
}

/// How rows of one key are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the format")]
pub enum DuplicateWord {
    Exact,
    Overlap,
    Near,
}

/// `[[class.duplicate]]`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct DuplicateTable {
    pub id: Quoted,
    pub label: Both,
    pub reason: Both,
    pub clause: Option<Quoted>,
    pub kind: DuplicateWord,
    pub key: Vec<Written>,
    pub differ: Vec<Written>,
    pub keep_first: bool,
    /// Overlap only.
    pub from: Option<Written>,
    /// Overlap only.
    pub to: Option<Written>,
    /// Near only.
    pub compare: Option<Written>,
    /// Near only.
    pub against: Option<Quoted>,
}

/// `[budget]`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keys of the format")]
pub struct BudgetTable {
    pub by_region: bool,
    pub amount: Written,
    pub label: Both,
    pub clause: Option<Quoted>,
}

/// Reads a scheme's file: its TOML, its keys and the syntax of its expressions.
///
/// # Errors
///
/// Every mistake of these kinds with its place. What names stand for, types, units and dates are checked by
/// [`super::planner::plan`], once the file reads.
pub fn read(text: &Text) -> Result<SchemeFile, Vec<Fault>> {
    let faults = Faults::new(&text.name);
    let read = tree::parse(text, &faults).and_then(|tree| {
        let root = Table::new(tree.get_ref(), 0..0, &text.text, &faults);
        let read = Reader { faults: &faults }.scheme(&root, &text.name);
        root.close();
        read
    });
    match read {
        Some(file) if faults.is_empty() => Ok(file),
        _ => Err(faults.into_vec()),
    }
}

/// Reads the tables of the format; files that hold some of them beside others use it too.
pub(crate) struct Reader<'a> {
    pub(crate) faults: &'a Faults,
}

impl Reader<'_> {
    fn scheme(&self, root: &Table<'_>, name: &str) -> Option<SchemeFile> {
        let id = self.id(root, None);
        let label = root.needed_both("label");
        let applicant = root.needed_table("applicant").and_then(|t| self.all(&t, Self::applicant));
        let clauses = self.list(root, "clause", &both!("条款", "clause"), Self::clause, |c| &c.id);
        let parameters =
            self.list(root, "parameter", &both!("参数", "parameter"), Self::parameter, |p| &p.id);
        let classes = self.list(root, "class", &both!("类别", "class"), Self::class, |c| &c.id);
        let steps = self.list(root, "step", &both!("步骤", "step"), Self::step, |s| &s.id);
        let budget = root.table("budget").map(|t| self.all(&t, Self::budget));
        if root.place("class").is_none() {
            self.faults.add(
                0..0,
                both!("方案没有类别", "The scheme has no class"),
                both!("此处须有 [[class]]", "[[class]] belongs here"),
                both!("补上 [[class]]。", "Add [[class]]."),
            );
        }
        let budget = match budget {
            Some(read) => Some(read?),
            None => None,
        };
        Some(SchemeFile {
            name: name.to_owned(),
            id: id?,
            label: label?,
            applicant: applicant?,
            clauses,
            parameters,
            classes,
            steps,
            budget,
        })
    }

    /// Reads a table and reports the keys that it does not have.
    pub(crate) fn all<T>(&self, table: &Table<'_>, read: fn(&Self, &Table<'_>) -> Option<T>) -> Option<T> {
        let read = read(self, table);
        table.close();
        read
    }

    /// Reads tables of one kind, whose ids must differ.
    pub(crate) fn list<T>(
        &self,
        table: &Table<'_>,
        key: &'static str,
        what: &Both,
        read: fn(&Self, &Table<'_>) -> Option<T>,
        id: fn(&T) -> &Quoted,
    ) -> Vec<T> {
        let mut seen = Seen::default();
        let mut list = Vec::new();
        for item in table.tables(key) {
            let Some(read) = self.all(&item, read) else {
                continue;
            };
            seen.once(id(&read), what, self.faults);
            list.push(read);
        }
        list
    }

    /// An id; with words that it may not be, one that expressions use.
    fn id(&self, table: &Table<'_>, reserved: Option<&[&str]>) -> Option<Quoted> {
        let id = table.needed("id")?;
        let Some(reserved) = reserved else {
            return Some(id);
        };
        checked_name(&id, self.faults);
        let name = &id.text;
        if reserved.contains(&name.as_str()) || syntax::FUNCTIONS.contains(&name.as_str()) {
            self.faults.add(
                id.span.clone(),
                both!("{name} 在表达式里另有所指", "{name} means something else in expressions"),
                both!("已有含义", "taken"),
                both!("另取一个 id。", "Choose another id."),
            );
        }
        Some(id)
    }

    pub(crate) fn written(&self, text: Quoted) -> Option<Written> {
        match syntax::parse(&text.text) {
            Ok(node) => Some(Written { text, node }),
            Err(error) => {
                self.faults.add(text.place(&error.span), error.message, error.here, error.next);
                None
            }
        }
    }

    pub(crate) fn needed(&self, table: &Table<'_>, key: &'static str) -> Option<Written> {
        self.written(table.needed(key)?)
    }

    /// An expression that need not be there: `None` when it is there and does not read.
    #[expect(clippy::option_option, reason = "not there and not readable are two things")]
    pub(crate) fn optional(&self, table: &Table<'_>, key: &'static str) -> Option<Option<Written>> {
        match table.text(key) {
            Some(text) => self.written(text).map(Some),
            None => Some(None),
        }
    }

    fn several(&self, texts: Vec<Quoted>) -> Vec<Written> {
        texts.into_iter().filter_map(|text| self.written(text)).collect()
    }

    pub(crate) fn applicant(&self, table: &Table<'_>) -> Option<ApplicantTable> {
        let (ledger, key) = (table.needed("ledger"), table.needed("key"));
        let (name, region) = (table.needed("name"), table.needed("region"));
        Some(ApplicantTable { ledger: ledger?, key: key?, name: name?, region: region? })
    }

    pub(crate) fn clause(&self, table: &Table<'_>) -> Option<ClauseTable> {
        let id = self.id(table, None);
        let text = table.needed_both("text");
        let source = table.needed("source");
        let certainty = table
            .needed("certainty")
            .and_then(|_| table.word("certainty", &[("A", 'A'), ("B", 'B'), ("C", 'C'), ("D", 'D')]));
        Some(ClauseTable { id: id?, text: text?, source: source?.text, certainty: certainty?.value })
    }

    pub(crate) fn parameter(&self, table: &Table<'_>) -> Option<ParameterTable> {
        let id = self.id(table, Some(&["principal", "amount", "enterprise", "date"]));
        let label = table.needed_both("label");
        let unit = table.text("unit");
        let kinds =
            [("number", ParameterKind::Number), ("date", ParameterKind::Date), ("text", ParameterKind::Text)];
        let kind = table.word("kind", &kinds).map_or(ParameterKind::Number, |k| k.value);
        let by_date = table.word("by", &[("date", true), ("year", false)]).is_some_and(|by| by.value);
        let ceiling = table.text("ceiling");
        let tables = table.tables("values");
        if tables.is_empty() {
            self.faults.add(
                table.span.clone(),
                both!("缺少 values", "values is missing"),
                both!("参数没有值", "no value"),
                both!(
                    "补上 values = [{{ year = 2024, value = \"…\", source = \"…\" }}]",
                    "Add values = [{{ year = 2024, value = \"…\", source = \"…\" }}]"
                ),
            );
        }
        let values = tables.iter().filter_map(|t| self.value(t, by_date)).collect();
        let span = table.span.clone();
        match (kind, &unit) {
            (ParameterKind::Number, None) => self.faults.add(
                span.clone(),
                both!("缺少 unit", "unit is missing"),
                both!("数字参数须有单位", "a number has a unit"),
                both!(
                    "补上 unit，例如 \"元\"、\"%\"；没有单位的数写 \"1\"。",
                    "Add unit, as in \"元\", \"%\"; \"1\" for a plain number."
                ),
            ),
            (ParameterKind::Date | ParameterKind::Text, Some(unit)) => self.faults.add(
                unit.span.clone(),
                both!("日期和文本没有单位", "Dates and texts have no unit"),
                both!("多余", "not needed"),
                both!("删去 unit。", "Take unit away."),
            ),
            _ => {}
        }
        Some(ParameterTable { id: id?, label: label?, unit, kind, by_date, values, ceiling, span })
    }

    fn value(&self, table: &Table<'_>, by_date: bool) -> Option<ValueTable> {
        let mut years = Vec::new();
        let (mut from, mut to) = (None, None);
        if by_date {
            (from, to) = (table.text("from"), table.text("to"));
            if from.is_none() && to.is_none() && table.place("from").or(table.place("to")).is_none() {
                self.faults.add(
                    table.span.clone(),
                    both!("缺少 from 或 to", "from or to is missing"),
                    both!("没有说明何时有效", "not said when it is in force"),
                    both!("补上 from = \"2024-01-01\" 或 to。", "Add from = \"2024-01-01\" or to."),
                );
            }
        } else {
            // The dates of a value by year are asked for only to say what is missing.
            for key in ["from", "to"] {
                if let Some(span) = table.place(key) {
                    self.faults.add(
                        span,
                        both!("按年度的参数没有 {key}", "A parameter by year has no {key}"),
                        both!("按日期才有", "only by date"),
                        both!(
                            "给参数加上 by = \"date\"，或改用 year。",
                            "Give the parameter by = \"date\", or write year."
                        ),
                    );
                }
            }
            years.extend(table.whole("year"));
            years.extend(table.wholes("years"));
            match (table.place("year"), table.place("years")) {
                (None, None) => self.faults.add(
                    table.span.clone(),
                    both!("缺少 year 或 years", "year or years is missing"),
                    both!("没有说明哪一年度", "not said for which year"),
                    both!(
                        "补上 year = 2024 或 years = [2024, 2025]。",
                        "Add year = 2024 or years = [2024, 2025]."
                    ),
                ),
                (Some(first), Some(second)) => self.faults.add_with(
                    second,
                    both!("year 和 years 只写一个", "year and years are one or the other"),
                    both!("又写了 years", "years too"),
                    vec![(first, both!("已有 year", "year is here"))],
                    both!("删去其中一个。", "Take one of them away."),
                ),
                _ => {}
            }
        }
        let region = table.text("region");
        let value = table.needed("value");
        let source = table.needed("source");
        let statuses = [("official", Status::Official), ("illustrative", Status::Illustrative)];
        let status = table.word("status", &statuses).map_or(Status::Official, |s| s.value);
        table.close();
        let span = table.span.clone();
        Some(ValueTable { years, region, from, to, value: value?, source: source?.text, status, span })
    }

    fn class(&self, table: &Table<'_>) -> Option<ClassTable> {
        let id = self.id(table, Some(&["principal", "amount", "enterprise"]));
        let label = table.needed_both("label");
        let clause = table.text("clause");
        let (ledger, applicant) = (table.needed("ledger"), table.needed("applicant"));
        let lookups = self.list(table, "lookup", &both!("查找", "look-up"), Self::lookup, |l| &l.id);
        let lines = self.list(table, "line", &both!("行步骤", "line step"), Self::line, |l| &l.id);
        let conditions =
            self.list(table, "condition", &both!("条件", "condition"), Self::condition, |c| &c.id);
        let duplicates =
            self.list(table, "duplicate", &both!("重复规则", "duplicate rule"), Self::duplicate, |d| {
                &d.id
            });
        let principal = self.needed(table, "principal");
        let principal_unit = table.needed("principal_unit");
        let value = self.needed(table, "value");
        let requirements =
            self.list(table, "requirement", &both!("企业条件", "requirement"), Self::condition, |c| {
                &c.id
            });
        let steps = self.list(table, "step", &both!("步骤", "step"), Self::step, |s| &s.id);
        Some(ClassTable {
            id: id?,
            label: label?,
            clause,
            ledger: ledger?,
            applicant: applicant?,
            lookups,
            lines,
            conditions,
            duplicates,
            principal: principal?,
            principal_unit: principal_unit?,
            value: value?,
            requirements,
            steps,
        })
    }

    pub(crate) fn lookup(&self, table: &Table<'_>) -> Option<LookupTable> {
        let id = self.id(table, Some(&["enterprise"]));
        let ledger = table.needed("ledger");
        let mut on = Vec::new();
        if let Some(pairs) = table.needed_table("on") {
            for (column, value) in pairs.entries() {
                if let Some(text) = pairs.quoted("on", value).and_then(|text| self.written(text)) {
                    on.push((column, text));
                }
            }
            if pairs.entries().is_empty() {
                self.faults.add(
                    pairs.span.clone(),
                    both!("on 是空的", "on is empty"),
                    both!("没有说明按什么查找", "not said by what to find"),
                    both!("写 on = {{ 列 = \"表达式\" }}。", "Write on = {{ column = \"expression\" }}."),
                );
            }
        }
        let filter = self.optional(table, "where");
        let any = table.word("mode", &[("any", true), ("one", false)]).is_some_and(|mode| mode.value);
        Some(LookupTable { id: id?, ledger: ledger?, on, filter: filter?, any })
    }

    fn rule(&self, table: &Table<'_>, id: Option<Quoted>, condition: bool, unit: bool) -> Option<RuleTable> {
        let label = table.needed_both("label");
        let reason = if condition { table.needed_both("reason") } else { Some(Both::default()) };
        let clause = table.text("clause");
        let expression = self.needed(table, "expression");
        let unit = if unit { table.text("unit") } else { None };
        Some(RuleTable { id: id?, label: label?, reason: reason?, clause, expression: expression?, unit })
    }

    fn line(&self, table: &Table<'_>) -> Option<RuleTable> {
        let id = self.id(table, Some(&["enterprise", "date"]));
        self.rule(table, id, false, true)
    }

    fn step(&self, table: &Table<'_>) -> Option<RuleTable> {
        let id = self.id(table, None);
        self.rule(table, id, false, true)
    }

    fn condition(&self, table: &Table<'_>) -> Option<RuleTable> {
        let id = self.id(table, None);
        self.rule(table, id, true, false)
    }

    fn duplicate(&self, table: &Table<'_>) -> Option<DuplicateTable> {
        let id = self.id(table, None);
        let (label, reason) = (table.needed_both("label"), table.needed_both("reason"));
        let clause = table.text("clause");
        let words = [
            ("exact", DuplicateWord::Exact),
            ("overlap", DuplicateWord::Overlap),
            ("near", DuplicateWord::Near),
        ];
        let kind = table.needed("kind").and_then(|_| table.word("kind", &words)).map(|kind| kind.value);
        let key = self.several(table.needed_texts("key"));
        let differ = self.several(table.texts("differ"));
        // Only the keys of its kind are asked for; the others are reported as unknown.
        let is = |wanted| kind.is_none_or(|kind| kind == wanted);
        let mut keep_first = false;
        if is(DuplicateWord::Exact) || is(DuplicateWord::Overlap) {
            let keep = [("first", true), ("none", false)];
            let said = if kind.is_some() { table.needed("keep").is_some() } else { true };
            keep_first = said && table.word("keep", &keep).is_some_and(|k| k.value);
        }
        let part = |wanted, key| match (is(wanted), kind) {
            (false, _) => Some(None),
            (true, None) => self.optional(table, key),
            (true, Some(_)) => self.needed(table, key).map(Some),
        };
        let (from, to) = (part(DuplicateWord::Overlap, "from"), part(DuplicateWord::Overlap, "to"));
        let compare = part(DuplicateWord::Near, "compare");
        let against = if is(DuplicateWord::Near) { table.text("against") } else { None };
        Some(DuplicateTable {
            id: id?,
            label: label?,
            reason: reason?,
            clause,
            kind: kind?,
            key,
            differ,
            keep_first,
            from: from?,
            to: to?,
            compare: compare?,
            against,
        })
    }

    fn budget(&self, table: &Table<'_>) -> Option<BudgetTable> {
        let by = table
            .needed("by")
            .and_then(|_| table.word("by", &[("scheme", false), ("region", true)]))
            .map(|by| by.value);
        let amount = self.needed(table, "amount");
        let label = table.needed_both("label");
        let clause = table.text("clause");
        Some(BudgetTable { by_region: by?, amount: amount?, label: label?, clause })
    }
}
