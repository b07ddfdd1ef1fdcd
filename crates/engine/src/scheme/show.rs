//! A planned scheme as text for the person who must answer for it: in the order of the pipeline, with columns
//! and parameters by their names, values, sources and clauses beside them. In pieces for a page, or as Markdown.

mod piece;
mod words;

use std::collections::BTreeSet;

use jixiao_core::finding::{Both, Lang};

use words::Words;

pub use piece::{Item, Note, Piece};

use crate::{
    number::Dec,
    schema::{Ledger, Ledgers},
    scheme::{
        file::SchemeFile,
        plan::{
            Class, Condition, Dated, Duplicate, DuplicateKind, Expr, Kind, Lookup, Name, Parameter, Plan,
            Status, Step, Type,
        },
        syntax::iso,
    },
};

/// Writes a scheme out as Markdown. `file` is the one that the plan was made from.
pub fn show(file: &SchemeFile, plan: &Plan, ledgers: &Ledgers, lang: Lang) -> String {
    piece::markdown(&pieces(file, plan, ledgers, lang, true), lang)
}

/// The same in pieces, for a page that sets clauses and values beside what rests on them. `file` is the one that the plan was made from.
pub fn told(file: &SchemeFile, plan: &Plan, ledgers: &Ledgers, lang: Lang) -> Vec<Piece> {
    pieces(file, plan, ledgers, lang, false)
}

fn pieces(file: &SchemeFile, plan: &Plan, ledgers: &Ledgers, lang: Lang, marked: bool) -> Vec<Piece> {
    let mut page = Page { plan, ledgers, lang, marked, out: Vec::new(), regional: BTreeSet::new() };
    page.scheme(file);
    page.out
}

/// A text on one line, with nothing in it that Markdown would take for its own where it becomes Markdown.
fn plain(text: &str, marked: bool) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '<' | '>' | '|' | '[' | ']' | '#' if marked => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// An expression on one line.
fn code(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Page<'a> {
    plan: &'a Plan,
    ledgers: &'a Ledgers,
    lang: Lang,
    /// Whether texts become Markdown.
    marked: bool,
    out: Vec<Piece>,
    /// Parameters with values of regions that were mentioned.
    regional: BTreeSet<usize>,
}

impl Page<'_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    fn plain(&self, text: &str) -> String {
        plain(text, self.marked)
    }

    fn name(&self, label: &Both) -> String {
        self.plain(label.get(self.lang))
    }

    fn line(&mut self, text: impl Into<String>) {
        self.out.push(Piece::Text { text: text.into(), notes: Vec::new() });
    }

    fn heading(&mut self, level: usize, text: &str) {
        self.out.push(Piece::Heading { level, text: text.to_owned() });
    }

    fn item(&mut self, number: Option<usize>, label: String, text: String, code: Option<String>) {
        self.out.push(Piece::Item(Item { number, strong: true, label, text, code, notes: Vec::new() }));
    }

    /// Says something beside the last piece.
    fn note(&mut self, note: Note) {
        match self.out.last_mut() {
            Some(Piece::Text { notes, .. } | Piece::Item(Item { notes, .. })) => notes.push(note),
            Some(Piece::Heading { .. } | Piece::Table { .. }) | None => {}
        }
    }

    fn scheme(&mut self, file: &SchemeFile) {
        let plan = self.plan;
        let (label, year) = (self.name(&plan.label), plan.year);
        let title = match self.lang {
            Lang::Zh => format!("{label}（{year} 年度）"),
            Lang::En => format!("{label} ({year})"),
        };
        self.heading(1, &title);
        let assumed = plan.parameters.iter().any(|p| {
            p.values.iter().chain(p.regions.values().flatten()).any(|d| d.status == Status::Illustrative)
        });
        if assumed {
            self.line(self.say(
                "标有“示意”的值没有找到依据，只为说明算法；用到它的金额不能作为审核结论。",
                "Values marked illustrative were not found in any text; amounts computed with them are no decision.",
            ));
        }
        for (class, table) in plan.classes.iter().zip(&file.classes) {
            self.class(class, &table.principal.text.text, &table.value.text.text);
        }
        if !plan.steps.is_empty() {
            self.heading(2, self.say("各类合计", "The sum of the classes"));
            self.steps(&plan.steps, None);
        }
        if let (Some(budget), Some(table)) = (&plan.budget, &file.budget) {
            self.heading(2, self.say("预算", "Budget"));
            let by = if budget.by_region {
                self.say("各区域各有一笔预算", "Each region has its own money")
            } else {
                self.say("整个方案一笔预算", "The scheme has one sum of money")
            };
            let label = self.name(&budget.label);
            let words = self.words(&budget.amount, None);
            let colon = self.say("：", ": ");
            self.item(None, label, format!("{by}{colon}{words}"), Some(code(&table.amount.text.text)));
            self.used(&[&budget.amount], None);
            self.clause(budget.clause);
        }
        self.regions();
    }

    fn ledger(&self, at: usize) -> Option<&Ledger> {
        self.ledgers.ledgers.get(at)
    }

    fn ledger_name(&self, at: usize) -> String {
        self.ledger(at).map_or_else(String::new, |l| self.name(&l.label))
    }

    fn class(&mut self, class: &Class, principal: &str, value: &str) {
        self.heading(2, &self.name(&class.label));
        let ledger = self.ledger_name(class.ledger);
        self.line(match self.lang {
            Lang::Zh => format!("台账：{ledger}，一行一行地审。"),
            Lang::En => format!("Ledger: {ledger}, row by row."),
        });
        self.clause(class.clause);
        if !class.lookups.is_empty() {
            self.heading(3, self.say("查找", "Look-ups"));
            for lookup in &class.lookups {
                self.lookup(lookup, class);
            }
        }
        if !class.lines.is_empty() {
            self.heading(3, self.say("逐行计算", "Computed per row"));
            self.steps(&class.lines, Some(class));
        }
        if !class.conditions.is_empty() {
            self.heading(3, self.say("条件", "Conditions"));
            self.line(self.say(
                "自上而下，第一个不满足的是拒绝的理由。",
                "From the top; the first that fails is the reason of refusal.",
            ));
            self.conditions(&class.conditions, class);
        }
        if !class.duplicates.is_empty() {
            self.heading(3, self.say("重复", "Duplicates"));
            for duplicate in &class.duplicates {
                self.duplicate(duplicate, class);
            }
        }
        self.heading(3, self.say("计量与折算", "What is counted, and what it is worth"));
        let words = self.words(&class.principal, Some(class));
        let (counted, worth) = (self.say("每行计", "Counted per row"), self.say("折算", "Worth"));
        self.counted(counted, words, code(principal));
        self.used(&[&class.principal], Some(class));
        let words = self.words_within(&class.factor, Some(class), 5);
        let all = self.say("合格行的计量合计", "what is counted of the eligible rows");
        self.counted(worth, format!("{all} × {words}"), code(value));
        self.used(&[&class.factor], Some(class));
        if !class.requirements.is_empty() {
            self.heading(3, self.say("企业条件", "Requirements of the enterprise"));
            self.conditions(&class.requirements, class);
        }
        if !class.steps.is_empty() {
            self.heading(3, self.say("企业金额", "The enterprise's amount"));
            self.steps(&class.steps, Some(class));
        }
    }

    fn counted(&mut self, label: &str, text: String, code: String) {
        let (label, code) = (label.to_owned(), Some(code));
        self.out.push(Piece::Item(Item {
            number: None,
            strong: false,
            label,
            text,
            code,
            notes: Vec::new(),
        }));
    }

    fn lookup(&mut self, lookup: &Lookup, class: &Class) {
        let ledger = self.ledger_name(lookup.ledger);
        let on: Vec<String> = lookup
            .on
            .iter()
            .map(|(column, expr)| {
                let own = self.column(lookup.ledger, *column);
                format!("{own} = {}", self.words(expr, Some(class)))
            })
            .collect();
        let on = on.join(self.say("，", ", "));
        let mut text = match self.lang {
            Lang::Zh => format!("在《{ledger}》里按 {on} 查找"),
            Lang::En => format!("found in {ledger} by {on}"),
        };
        if let Some(filter) = &lookup.filter {
            let words = self.filter_words(filter, lookup);
            text.push_str(&match self.lang {
                Lang::Zh => format!("，只看{words}的行"),
                Lang::En => format!(", only rows with {words}"),
            });
        }
        text.push_str(if lookup.any {
            self.say("；只问有没有。", "; only whether there is one.")
        } else {
            self.say("；找到两行是数据错误。", "; two rows are an error of the data.")
        });
        self.item(None, self.plain(&lookup.id), text, None);
        let parts: Vec<&Expr> = lookup.on.iter().map(|(_, e)| e).chain(&lookup.filter).collect();
        self.used(&parts, Some(class));
    }

    fn filter_words(&self, filter: &Expr, lookup: &Lookup) -> String {
        Words { page: self, class: None, other: Some(lookup.ledger) }.text(filter, 0)
    }

    fn steps(&mut self, steps: &[Step], class: Option<&Class>) {
        for (i, step) in steps.iter().enumerate() {
            let label = self.name(&step.label);
            let words = self.words(&step.expression, class);
            self.item(Some(i + 1), label, words, Some(code(&step.text)));
            self.used(&[&step.expression], class);
            self.clause(step.clause);
        }
    }

    fn conditions(&mut self, conditions: &[Condition], class: &Class) {
        for (i, condition) in conditions.iter().enumerate() {
            let label = self.name(&condition.label);
            let words = self.words(&condition.expression, Some(class));
            self.item(Some(i + 1), label, words, Some(code(&condition.text)));
            let (label, text) = (self.say("不满足时", "Otherwise").to_owned(), self.name(&condition.reason));
            self.note(Note::Refusal { label, text });
            self.used(&[&condition.expression], Some(class));
            self.clause(condition.clause);
        }
    }

    fn duplicate(&mut self, duplicate: &Duplicate, class: &Class) {
        let label = self.name(&duplicate.label);
        let list = |page: &Self, all: &[Expr]| {
            all.iter().map(|e| page.words(e, Some(class))).collect::<Vec<_>>().join(page.say("、", ", "))
        };
        let key = list(self, &duplicate.key);
        let mut parts = vec![match self.lang {
            Lang::Zh => format!("{key} 相同"),
            Lang::En => format!("the same {key}"),
        }];
        if !duplicate.differ.is_empty() {
            let differ = list(self, &duplicate.differ);
            parts.push(match self.lang {
                Lang::Zh => format!("{differ} 不全相同"),
                Lang::En => format!("not all the same {differ}"),
            });
        }
        let mut used: Vec<&Expr> = duplicate.key.iter().chain(&duplicate.differ).collect();
        let decided = |page: &Self, keep_first: bool| {
            if keep_first {
                page.say("最早的一行保留，其余拒绝", "the earliest row stays, the others are refused")
                    .to_owned()
            } else {
                page.say("全部暂不通过，由人决定", "all are refused until a person decides").to_owned()
            }
        };
        match &duplicate.kind {
            DuplicateKind::Exact { keep_first } => parts.push(decided(self, *keep_first)),
            DuplicateKind::Overlap { from, to, keep_first } => {
                let (a, b) = (self.words(from, Some(class)), self.words(to, Some(class)));
                parts.push(match self.lang {
                    Lang::Zh => format!("{a} 至 {b} 有同一天"),
                    Lang::En => format!("a day in common from {a} to {b}"),
                });
                parts.push(decided(self, *keep_first));
                used.extend([from, to]);
            }
            DuplicateKind::Near { compare, against } => {
                let words = self.words(compare, Some(class));
                parts.push(match (self.lang, against) {
                    (Lang::Zh, None) => format!("{words} 不同而相似"),
                    (Lang::En, None) => format!("{words} differs but looks alike"),
                    (Lang::Zh, Some((at, ..))) => {
                        format!("{words} 与《{}》里的不同而相似", self.ledger_name(*at))
                    }
                    (Lang::En, Some((at, ..))) => {
                        format!("{words} differs from one of {} but looks alike", self.ledger_name(*at))
                    }
                });
                parts.push(
                    self.say("只作提示，由人决定", "flagged for a person, nothing is decided").to_owned(),
                );
                used.push(compare);
            }
        }
        let text = parts.join(self.say("，", ", ")) + self.say("。", ".");
        self.item(None, label, text, None);
        let (label, text) = (self.say("说明", "Reason").to_owned(), self.name(&duplicate.reason));
        self.note(Note::Refusal { label, text });
        self.used(&used, Some(class));
        self.clause(duplicate.clause);
    }

    /// The clause that a rule comes from.
    fn clause(&mut self, clause: Option<usize>) {
        let Some(clause) = clause.and_then(|at| self.plan.clauses.get(at)) else {
            return;
        };
        let sure = match clause.certainty {
            'A' => self.say("官方原文", "official text"),
            'B' => self.say("原文的转载", "copy of the text"),
            'C' => self.say("媒体报道", "press"),
            _ => self.say("推断", "inference"),
        };
        self.note(Note::Clause {
            id: self.plain(&clause.id),
            certainty: clause.certainty,
            sure: sure.to_owned(),
            text: self.name(&clause.text),
            source: self.plain(&clause.source),
        });
    }

    /// The parameters of some expressions with what is in force.
    fn used(&mut self, expressions: &[&Expr], class: Option<&Class>) {
        let mut used = BTreeSet::new();
        for expr in expressions {
            expr.walk(&mut |e| match &e.kind {
                Kind::Parameter(at, _) => {
                    used.insert(*at);
                }
                Kind::Name(Name::Aggregate(at)) => {
                    let argument =
                        class.and_then(|c| c.aggregates.get(*at)).and_then(|a| a.argument.as_ref());
                    if let Some(argument) = argument {
                        argument.walk(&mut |e| {
                            if let Kind::Parameter(at, _) = &e.kind {
                                used.insert(*at);
                            }
                        });
                    }
                }
                _ => {}
            });
        }
        for at in used {
            let Some(parameter) = self.plan.parameters.get(at) else {
                continue;
            };
            let label = self.name(&parameter.label);
            for dated in &parameter.values {
                self.note(Note::Value {
                    label: label.clone(),
                    value: self.amount(parameter, dated),
                    dates: self.dates(dated),
                    source: self.plain(&dated.source),
                    illustrative: dated.status == Status::Illustrative,
                });
            }
            if !parameter.regions.is_empty() {
                self.regional.insert(at);
                let count = parameter.regions.len();
                let text = match self.lang {
                    Lang::Zh => format!("{count} 个区域另有规定，见文末的表"),
                    Lang::En => {
                        format!("values of their own for {count} of the regions, see the table below")
                    }
                };
                self.note(Note::Regional { label, text });
            }
        }
    }

    fn amount(&self, parameter: &Parameter, dated: &Dated) -> String {
        let unit = parameter.unit.as_ref().map_or("", |u| u.text.as_str());
        let number = Dec::parse(&dated.text).filter(|_| matches!(parameter.ty, Type::Number { .. }));
        let text = number.map_or_else(|| self.plain(&dated.text), |n| n.grouped(0));
        match unit {
            "" | "1" => text,
            "%" | "‰" => format!("{text}{unit}"),
            unit => format!("{text} {}", self.plain(unit)),
        }
    }

    fn dates(&self, dated: &Dated) -> Option<String> {
        let (from, to) = (dated.from, dated.to);
        match (from == i64::MIN, to == i64::MAX) {
            (true, true) => None,
            (false, false) => Some(format!("{} {} {}", iso(from), self.say("至", "to"), iso(to))),
            (false, true) => Some(match self.lang {
                Lang::Zh => format!("{} 起", iso(from)),
                Lang::En => format!("from {}", iso(from)),
            }),
            (true, false) => Some(match self.lang {
                Lang::Zh => format!("至 {} 止", iso(to)),
                Lang::En => format!("until {}", iso(to)),
            }),
        }
    }

    /// The values that regions have of their own, as a table.
    fn regions(&mut self) {
        if self.regional.is_empty() {
            return;
        }
        self.heading(2, self.say("各区域自定的值", "Values of regions"));
        let mut rows = Vec::new();
        for at in std::mem::take(&mut self.regional) {
            let Some(parameter) = self.plan.parameters.get(at) else {
                continue;
            };
            let label = self.name(&parameter.label);
            for (region, values) in &parameter.regions {
                for dated in values {
                    let status = match dated.status {
                        Status::Official => self.say("有", "found"),
                        Status::Illustrative => self.say("示意", "illustrative"),
                    };
                    rows.push(vec![
                        label.clone(),
                        region.clone(),
                        self.amount(parameter, dated),
                        self.dates(dated).unwrap_or_default(),
                        self.plain(&dated.source),
                        status.to_owned(),
                    ]);
                }
            }
        }
        let columns = match self.lang {
            Lang::Zh => ["参数", "区划代码", "值", "日期", "出处", "依据"],
            Lang::En => ["Parameter", "Division code", "Value", "Dates", "Source", "Text"],
        };
        self.out.push(Piece::Table { columns: columns.map(str::to_owned).to_vec(), rows });
    }

    fn column(&self, ledger: usize, column: usize) -> String {
        let column = self.ledger(ledger).and_then(|l| l.columns.get(column));
        let doc = column.map_or_else(String::new, |c| {
            let doc = c.doc.get(self.lang);
            self.plain(if doc.is_empty() { &c.name } else { doc })
        });
        match self.lang {
            Lang::Zh => format!("「{doc}」"),
            Lang::En => format!("“{doc}”"),
        }
    }

    fn words(&self, expr: &Expr, class: Option<&Class>) -> String {
        self.words_within(expr, class, 0)
    }

    fn words_within(&self, expr: &Expr, class: Option<&Class>, least: u8) -> String {
        Words { page: self, class, other: None }.text(expr, least)
    }
}
