//! A planned scheme as text for the person who must answer for it: Markdown, in the order of the pipeline, with columns
//! and parameters by their names, values, sources and clauses beside them.

use std::{collections::BTreeSet, fmt::Write as _};

use jixiao_core::finding::{Both, Lang};

use crate::{
    number::{Dec, Rounding},
    schema::{Choice, Kind as Cell, Ledger, Ledgers},
    scheme::{
        file::SchemeFile,
        plan::{
            Class, Comparison, Condition, Dated, Duplicate, DuplicateKind, Expr, Function, Kind, Lookup,
            Name, Parameter, Plan, Status, Step, Type, Value,
        },
        syntax::iso,
    },
};

/// Writes a scheme out. `file` is the one that the plan was made from.
pub fn show(file: &SchemeFile, plan: &Plan, ledgers: &Ledgers, lang: Lang) -> String {
    let mut page = Page { plan, ledgers, lang, out: String::new(), regional: BTreeSet::new() };
    page.scheme(file);
    page.out
}

/// A text with nothing in it that Markdown would take for its own.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '<' | '>' | '|' | '[' | ']' | '#' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// An expression as code; a backtick cannot stand in one.
fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("`{}`", text.replace('`', "'"))
}

struct Page<'a> {
    plan: &'a Plan,
    ledgers: &'a Ledgers,
    lang: Lang,
    out: String,
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

    fn name(&self, label: &Both) -> String {
        plain(label.get(self.lang))
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn heading(&mut self, level: usize, text: &str) {
        let marks = "#".repeat(level);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.line(&format!("{marks} {text}\n"));
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
            let text = code(&table.amount.text.text);
            self.line(&format!("- **{label}**{colon}{by}{colon}{words} {text}"));
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
        self.line(&match self.lang {
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
                "自上而下，第一个不满足的是拒绝的理由。\n",
                "From the top; the first that fails is the reason of refusal.\n",
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
        let colon = self.say("：", ": ");
        self.line(&format!("- {counted}{colon}{words} {}", code(principal)));
        self.used(&[&class.principal], Some(class));
        let words = self.words_within(&class.factor, Some(class), 5);
        let all = self.say("合格行的计量合计", "what is counted of the eligible rows");
        self.line(&format!("- {worth}{colon}{all} × {words} {}", code(value)));
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
            Lang::Zh => format!("- **{}**：在《{ledger}》里按 {on} 查找", lookup.id.replace('_', "\\_")),
            Lang::En => format!("- **{}**: found in {ledger} by {on}", lookup.id.replace('_', "\\_")),
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
        self.line(&text);
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
            let colon = self.say("：", ": ");
            self.line(&format!("{}. **{label}**{colon}{words} {}", i + 1, code(&step.text)));
            self.used(&[&step.expression], class);
            self.clause(step.clause);
        }
    }

    fn conditions(&mut self, conditions: &[Condition], class: &Class) {
        for (i, condition) in conditions.iter().enumerate() {
            let label = self.name(&condition.label);
            let words = self.words(&condition.expression, Some(class));
            let colon = self.say("：", ": ");
            self.line(&format!("{}. **{label}**{colon}{words} {}", i + 1, code(&condition.text)));
            let (otherwise, reason) = (self.say("不满足时", "Otherwise"), self.name(&condition.reason));
            self.line(&format!("   - {otherwise}{colon}{reason}"));
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
        let (colon, stop) = (self.say("：", ": "), self.say("。", "."));
        let text = parts.join(self.say("，", ", "));
        self.line(&format!("- **{label}**{colon}{text}{stop}"));
        let reason = self.name(&duplicate.reason);
        let told = self.say("说明", "Reason");
        self.line(&format!("   - {told}{colon}{reason}"));
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
        let (text, source) = (self.name(&clause.text), plain(&clause.source));
        let (id, grade) = (plain(&clause.id), clause.certainty);
        let line = match self.lang {
            Lang::Zh => format!("   - 条款 {id}（{grade}，{sure}）：{text}——{source}"),
            Lang::En => format!("   - Clause {id} ({grade}, {sure}): {text} — {source}"),
        };
        self.line(&line);
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
                let line = format!("   - {label} = {}", self.value(parameter, dated));
                self.line(&line);
            }
            if !parameter.regions.is_empty() {
                self.regional.insert(at);
                let line = match self.lang {
                    Lang::Zh => {
                        format!("   - {label}：{} 个区域另有规定，见文末的表", parameter.regions.len())
                    }
                    Lang::En => {
                        format!(
                            "   - {label}: values of their own for {} of the regions, see the table below",
                            parameter.regions.len()
                        )
                    }
                };
                self.line(&line);
            }
        }
    }

    /// A value with unit, dates, source, and the mark of what was not found.
    fn value(&self, parameter: &Parameter, dated: &Dated) -> String {
        let mut text = self.amount(parameter, dated);
        if let Some(dates) = self.dates(dated) {
            let _ = write!(text, "{}{dates}", self.say("，", ", "));
        }
        let source = plain(&dated.source);
        let _ = match self.lang {
            Lang::Zh => write!(text, "，出处：{source}"),
            Lang::En => write!(text, ", source: {source}"),
        };
        if dated.status == Status::Illustrative {
            text.push_str(self.say(" **［示意］**", " **(illustrative)**"));
        }
        text
    }

    fn amount(&self, parameter: &Parameter, dated: &Dated) -> String {
        let unit = parameter.unit.as_ref().map_or("", |u| u.text.as_str());
        let number = Dec::parse(&dated.text).filter(|_| matches!(parameter.ty, Type::Number { .. }));
        let text = number.map_or_else(|| plain(&dated.text), |n| n.grouped(0));
        match unit {
            "" | "1" => text,
            "%" | "‰" => format!("{text}{unit}"),
            unit => format!("{text} {}", plain(unit)),
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
        self.line(self.say(
            "| 参数 | 区划代码 | 值 | 日期 | 出处 | 依据 |",
            "| Parameter | Division code | Value | Dates | Source | Text |",
        ));
        self.line("| --- | --- | --- | --- | --- | --- |");
        for at in std::mem::take(&mut self.regional) {
            let Some(parameter) = self.plan.parameters.get(at) else {
                continue;
            };
            let label = self.name(&parameter.label);
            for (region, values) in &parameter.regions {
                for dated in values {
                    let (amount, source) = (self.amount(parameter, dated), plain(&dated.source));
                    let dates = self.dates(dated).unwrap_or_default();
                    let status = match dated.status {
                        Status::Official => self.say("有", "found"),
                        Status::Illustrative => self.say("示意", "illustrative"),
                    };
                    self.line(&format!("| {label} | {region} | {amount} | {dates} | {source} | {status} |"));
                }
            }
        }
    }

    fn column(&self, ledger: usize, column: usize) -> String {
        let column = self.ledger(ledger).and_then(|l| l.columns.get(column));
        let doc = column.map_or_else(String::new, |c| {
            let doc = c.doc.get(self.lang);
            plain(if doc.is_empty() { &c.name } else { doc })
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

/// An expression in words. Levels: 1 or, 2 and, 3 not, 4 comparison, 5 sum, 6 product, 7 everything else.
struct Words<'a> {
    page: &'a Page<'a>,
    class: Option<&'a Class>,
    /// The ledger that a look-up filters.
    other: Option<usize>,
}

impl Words<'_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.page.say(zh, en)
    }

    fn text(&self, expr: &Expr, least: u8) -> String {
        let (text, level) = self.phrase(expr);
        if level < least { format!("{}{text}{}", self.say("（", "("), self.say("）", ")")) } else { text }
    }

    fn list(&self, all: &[Expr]) -> String {
        all.iter().map(|e| self.text(e, 4)).collect::<Vec<_>>().join(self.say("、", ", "))
    }

    fn call(&self, zh: &str, en: &str, inner: &str) -> (String, u8) {
        let text = match self.page.lang {
            Lang::Zh => format!("{zh}（{inner}）"),
            Lang::En => format!("{en} ({inner})"),
        };
        (text, 7)
    }

    fn joined(&self, a: &Expr, word: &str, b: &Expr, level: u8, right: u8) -> (String, u8) {
        (format!("{} {word} {}", self.text(a, level), self.text(b, right)), level)
    }

    fn phrase(&self, expr: &Expr) -> (String, u8) {
        match &expr.kind {
            Kind::Rescale(inner) => self.phrase(inner),
            Kind::Literal(value) => (self.literal(value, &expr.ty, None), 7),
            Kind::Name(name) => (self.name(name), 7),
            Kind::Parameter(at, date) => (self.parameter(*at, date.as_deref()), 7),
            Kind::Negate(a) => (format!("−{}", self.text(a, 7)), 6),
            Kind::Abs(a) => self.call("绝对值", "the size of", &self.text(a, 0)),
            Kind::Add(a, b) => self.joined(a, "+", b, 5, 6),
            Kind::Subtract(a, b) => self.joined(a, "−", b, 5, 6),
            // A column in 万元 is multiplied by 10,000 at its own place; its unit says so.
            Kind::Multiply(a, b) if a.span == b.span => {
                let unit = self.unit(a);
                (format!("{}{}{unit}{}", self.text(a, 7), self.say("（", " ("), self.say("）", ")")), 7)
            }
            Kind::Multiply(a, b) => self.joined(a, "×", b, 6, 7),
            Kind::Round(a, b, rounding) => {
                let mut inner = self.text(a, if b.is_some() { 6 } else { 0 });
                if let Some(b) = b {
                    let _ = write!(inner, " ÷ {}", self.text(b, 7));
                }
                let digits = expr.scale();
                let (zh, en) = match rounding {
                    Rounding::HalfUp => ("四舍五入", "rounded half up"),
                    Rounding::Down => ("舍去尾数", "rounded down"),
                    Rounding::Up => ("进一", "rounded up"),
                };
                match self.page.lang {
                    Lang::Zh => (format!("（{inner}，{zh}到 {digits} 位小数）"), 7),
                    Lang::En => (format!("({inner}, {en} to {digits} decimals)"), 7),
                }
            }
            Kind::Compare(comparison, a, b) => self.compare(*comparison, a, b),
            Kind::And(a, b) => {
                self.between(a, b).unwrap_or_else(|| self.joined(a, self.say("且", "and"), b, 2, 3))
            }
            Kind::Or(a, b) => self.joined(a, self.say("或", "or"), b, 1, 2),
            Kind::Not(a) => match &a.kind {
                Kind::IsNull(inner) => {
                    (format!("{} {}", self.text(inner, 5), self.say("不为空", "is not empty")), 4)
                }
                Kind::In(value, list) => (self.among(value, list, true), 4),
                Kind::Name(Name::Found(at)) => (self.found(*at, false), 4),
                _ => (format!("{}{}", self.say("并非", "not "), self.text(a, 7)), 3),
            },
            Kind::IsNull(a) => (format!("{} {}", self.text(a, 5), self.say("为空", "is empty")), 4),
            Kind::Case(arms, otherwise) => {
                let mut parts: Vec<String> = arms
                    .iter()
                    .map(|(condition, value)| {
                        let (condition, value) = (self.text(condition, 0), self.text(value, 0));
                        match self.page.lang {
                            Lang::Zh => format!("若 {condition}，则 {value}"),
                            Lang::En => format!("if {condition} then {value}"),
                        }
                    })
                    .collect();
                parts.push(match otherwise {
                    Some(value) => format!("{} {}", self.say("否则", "otherwise"), self.text(value, 0)),
                    None => self.say("否则为空", "otherwise empty").to_owned(),
                });
                let parts = parts.join(self.say("；", "; "));
                (format!("{}{parts}{}", self.say("（", "("), self.say("）", ")")), 7)
            }
            Kind::Coalesce(all) => {
                self.call("依次取第一个不为空的", "the first that is not empty of", &self.list(all))
            }
            Kind::Least(all) => self.call("较小者", "the least of", &self.list(all)),
            Kind::Greatest(all) => self.call("较大者", "the greatest of", &self.list(all)),
            Kind::In(value, list) => (self.among(value, list, false), 4),
            Kind::StartsWith(value, prefix) => {
                let (value, prefix) = (self.text(value, 5), plain(prefix));
                match self.page.lang {
                    Lang::Zh => (format!("{value} 以 {prefix} 开头"), 4),
                    Lang::En => (format!("{value} begins with {prefix}"), 4),
                }
            }
            Kind::AddMonths(date, n) => self.moved(date, n, "个月", "months"),
            Kind::AddDays(date, n) => self.moved(date, n, "天", "days"),
            Kind::Year(a) => self.call("年份", "the year of", &self.text(a, 0)),
            Kind::Month(a) => self.call("月份", "the month of", &self.text(a, 0)),
        }
    }

    fn moved(&self, date: &Expr, n: &Expr, zh: &str, en: &str) -> (String, u8) {
        let (date, n) = (self.text(date, 7), self.text(n, 7));
        match self.page.lang {
            Lang::Zh => (format!("（{date} 加 {n} {zh}）"), 7),
            Lang::En => (format!("({n} {en} after {date})"), 7),
        }
    }

    fn compare(&self, comparison: Comparison, a: &Expr, b: &Expr) -> (String, u8) {
        let sign = match comparison {
            Comparison::Equal => "=",
            Comparison::NotEqual => "≠",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "≤",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => "≥",
        };
        // `<` and `>` in text would begin a tag.
        let sign = plain(sign);
        let choices = self.choices(a).or_else(|| self.choices(b));
        let side = |e: &Expr| match &e.kind {
            Kind::Literal(value) => self.literal(value, &e.ty, choices),
            _ => self.text(e, 5),
        };
        (format!("{} {sign} {}", side(a), side(b)), 4)
    }

    /// `x >= a and x <= b` as the period or range that it is.
    fn between(&self, low: &Expr, high: &Expr) -> Option<(String, u8)> {
        let (Kind::Compare(Comparison::GreaterOrEqual, x, a), Kind::Compare(Comparison::LessOrEqual, y, b)) =
            (&low.kind, &high.kind)
        else {
            return None;
        };
        let bare = |e: &Expr| match &e.kind {
            Kind::Rescale(inner) => (**inner).clone(),
            _ => e.clone(),
        };
        // Both comparisons of a `between` hold the very same text of the file.
        if bare(x) != bare(y) {
            return None;
        }
        let (x, a, b) = (self.text(x, 5), self.text(a, 5), self.text(b, 5));
        Some(match self.page.lang {
            Lang::Zh => (format!("{x} 在 {a} 至 {b} 之间（含两端）"), 4),
            Lang::En => (format!("{x} is between {a} and {b} (both included)"), 4),
        })
    }

    fn among(&self, value: &Expr, list: &[Expr], negated: bool) -> String {
        let choices = self.choices(value);
        let items: Vec<String> = list
            .iter()
            .map(|e| match &e.kind {
                Kind::Literal(value) => self.literal(value, &e.ty, choices),
                _ => self.text(e, 5),
            })
            .collect();
        let items = items.join(self.say("、", ", "));
        let value = self.text(value, 5);
        match (self.page.lang, negated) {
            (Lang::Zh, false) => format!("{value} 是 {items} 之一"),
            (Lang::Zh, true) => format!("{value} 不是 {items} 之一"),
            (Lang::En, false) => format!("{value} is one of {items}"),
            (Lang::En, true) => format!("{value} is none of {items}"),
        }
    }

    fn literal(&self, value: &Value, ty: &Type, choices: Option<&[Choice]>) -> String {
        match (value, ty) {
            (Value::Number(n), Type::Digits(width)) => format!("{n:0>width$}", width = usize::from(*width)),
            (Value::Number(n), Type::Number { scale, .. }) => Dec::new(*n, *scale).grouped(0),
            (Value::Number(n), _) => n.to_string(),
            (Value::Date(days), _) => iso(*days),
            (Value::Bool(true), _) => self.say("是", "yes").to_owned(),
            (Value::Bool(false), _) => self.say("否", "no").to_owned(),
            (Value::Null, _) => self.say("空", "empty").to_owned(),
            (Value::Text(text), _) => {
                let choice = choices.and_then(|all| all.iter().find(|c| c.value == *text));
                let shown = choice.and_then(|c| c.names.first()).unwrap_or(text);
                format!("“{}”", plain(shown))
            }
        }
    }

    fn place(&self, expr: &Expr) -> Option<(usize, usize)> {
        let Kind::Name(name) = &expr.kind else {
            return None;
        };
        match name {
            Name::Column(column) => Some((self.class?.ledger, *column)),
            Name::Lookup(lookup, column) => Some((self.class?.lookups.get(*lookup)?.ledger, *column)),
            Name::Enterprise(column) => Some((self.page.plan.applicant.ledger, *column)),
            Name::Other(column) => Some((self.other?, *column)),
            _ => None,
        }
    }

    fn unit(&self, expr: &Expr) -> String {
        let column = self.place(expr).and_then(|(l, c)| self.page.ledger(l)?.columns.get(c));
        column.and_then(|c| c.unit.as_ref()).map_or_else(String::new, |u| plain(&u.text))
    }

    fn choices(&self, expr: &Expr) -> Option<&[Choice]> {
        let (ledger, column) = self.place(expr)?;
        match &self.page.ledger(ledger)?.columns.get(column)?.kind {
            Cell::Choice(choices) => Some(choices),
            _ => None,
        }
    }

    fn name(&self, name: &Name) -> String {
        let page = self.page;
        let of = |ledger: usize, column: usize| page.column(ledger, column);
        match name {
            Name::Column(column) => self.class.map_or_else(String::new, |c| of(c.ledger, *column)),
            Name::Other(column) => self.other.map_or_else(String::new, |ledger| of(ledger, *column)),
            Name::Enterprise(column) => {
                let column = of(page.plan.applicant.ledger, *column);
                format!("{}{column}", self.say("企业的", "the enterprise's "))
            }
            Name::Lookup(at, column) => {
                let lookup = self.class.and_then(|c| c.lookups.get(*at));
                lookup.map_or_else(String::new, |l| {
                    let (ledger, column) = (page.ledger_name(l.ledger), of(l.ledger, *column));
                    match page.lang {
                        Lang::Zh => format!("《{ledger}》的{column}"),
                        Lang::En => format!("{column} of {ledger}"),
                    }
                })
            }
            Name::Found(at) => self.found(*at, true),
            Name::Line(at) => {
                let step = self.class.and_then(|c| c.lines.get(*at));
                step.map_or_else(String::new, |s| page.name(&s.label))
            }
            Name::Principal => self.say("计量合计", "the sum counted").to_owned(),
            Name::Amount => self.say("上一步的金额", "the amount so far").to_owned(),
            Name::Class(at) => {
                let class = page.plan.classes.get(*at);
                let label = class.map_or_else(String::new, |c| page.name(&c.label));
                match page.lang {
                    Lang::Zh => format!("{label}的金额"),
                    Lang::En => format!("the amount of {label}"),
                }
            }
            Name::Aggregate(at) => self.aggregate(*at),
        }
    }

    fn found(&self, at: usize, there: bool) -> String {
        let lookup = self.class.and_then(|c| c.lookups.get(at));
        let ledger = lookup.map_or_else(String::new, |l| self.page.ledger_name(l.ledger));
        match (self.page.lang, there) {
            (Lang::Zh, true) => format!("《{ledger}》里有此项"),
            (Lang::Zh, false) => format!("《{ledger}》里没有此项"),
            (Lang::En, true) => format!("{ledger} has it"),
            (Lang::En, false) => format!("{ledger} does not have it"),
        }
    }

    fn aggregate(&self, at: usize) -> String {
        let Some(aggregate) = self.class.and_then(|c| c.aggregates.get(at)) else {
            return String::new();
        };
        let Some(argument) = &aggregate.argument else {
            return self.say("合格行数", "the number of eligible rows").to_owned();
        };
        let (zh, en) = match aggregate.function {
            Function::Sum => ("合计", "the sum of"),
            Function::Count => ("不为空的行数", "the number of rows with"),
            Function::CountDistinct => ("不同值的个数", "the number of different"),
            Function::Min => ("最小值", "the smallest"),
            Function::Max => ("最大值", "the largest"),
        };
        self.call(zh, en, &self.text(argument, 0)).0
    }

    /// A parameter by its name, with its value where there is one for everybody.
    fn parameter(&self, at: usize, date: Option<&Expr>) -> String {
        let Some(parameter) = self.page.plan.parameters.get(at) else {
            return String::new();
        };
        let label = self.page.name(&parameter.label);
        if let Some(date) = date {
            let date = self.text(date, 0);
            return match self.page.lang {
                Lang::Zh => format!("{label}（按 {date} 取值）"),
                Lang::En => format!("{label} (as of {date})"),
            };
        }
        match parameter.values.as_slice() {
            [dated] if parameter.regions.is_empty() => {
                let amount = self.page.amount(parameter, dated);
                match self.page.lang {
                    Lang::Zh => format!("{label}（{amount}）"),
                    Lang::En => format!("{label} ({amount})"),
                }
            }
            _ => label,
        }
    }
}
