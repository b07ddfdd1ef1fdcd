//! For people: each finding with its row drawn, the cell underlined, both figures, the reason, the counterexample and
//! the next step; then the counts by code.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use jixiao_core::{
    checks::{Waived, rule},
    finding::{Counterexample, Finding, Fix, Lang, Safety, Severity},
    place::Place,
    text::{pad, width},
};
use jixiao_tables::{Document, grid::Format};

use super::{Checked, Checks, Output, Summary};

/// Rows of labels that are drawn with a finding; the rest is named.
const DRAWN: usize = 2;

pub(super) struct Text {
    lang: Lang,
    quiet: bool,
    renderer: Renderer,
}

impl Text {
    pub(super) fn new(lang: Lang, colour: bool, quiet: bool) -> Self {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        Self { lang, quiet, renderer: renderer.decor_style(DecorStyle::Ascii).term_width(160) }
    }

    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    fn finding(&self, file: &str, finding: &Finding, document: &Document) -> String {
        let level = level(finding.severity).with_name(finding.severity.word(self.lang));
        let named = document.grid.name(finding.place);
        let rows = Rows::of(finding, document, self.lang);
        let mut group =
            Group::with_title(level.primary_title(finding.message.get(self.lang)).id(finding.code));
        // Only in a text file do line and column of the drawing mean anything; elsewhere the place is said in words.
        let in_text = matches!(document.grid.format, Format::Text | Format::Csv);
        if in_text && !rows.is_empty() {
            group = group.element(rows.snippet().path(file.to_owned()));
        } else {
            let place = format!("{file} {}", named.get(self.lang));
            if !rows.is_empty() {
                group = group.element(rows.snippet());
            }
            group = group.element(Level::NOTE.with_name(self.say("位置", "place")).message(place));
        }
        for (name, text) in self.notes(finding, document, &rows) {
            group = group.element(Level::NOTE.with_name(name).message(text));
        }
        self.renderer.render(&[group]) + "\n"
    }

    /// The lines under the drawing.
    fn notes(&self, finding: &Finding, document: &Document, rows: &Rows) -> Vec<(&str, String)> {
        let lang = self.lang;
        let mut notes = Vec::new();
        if let Some(figures) = &finding.figures {
            let (left, right) = (&figures.left, &figures.right);
            let mut text = format!(
                "{} {}{}{} {}",
                left.0.get(lang),
                left.1,
                self.say("；", "; "),
                right.0.get(lang),
                right.1
            );
            if !figures.difference.is_empty() {
                text.push_str(&format!("{}{}", self.say("；相差 ", "; difference "), figures.difference));
            }
            notes.push((self.say("数字", "figures"), text));
        }
        notes.push((self.say("原因", "reason"), finding.reason.get(lang).to_owned()));
        if let Some(example) = &finding.counterexample {
            notes.push((self.say("反例", "counterexample"), self.counterexample(example)));
        }
        let others = self.others(finding, document, rows);
        if !others.is_empty() {
            notes.push((self.say("涉及", "also"), others));
        }
        notes.push((self.say("下一步", "next"), finding.next.get(lang).to_owned()));
        if let Some(fix) = &finding.fix {
            notes.push((self.fix_name(fix), self.fix(fix)));
        }
        notes
    }

    fn counterexample(&self, example: &Counterexample) -> String {
        let shown: Vec<String> =
            example.parts.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let list = jixiao_core::text::listing(&shown, 5, self.say("、", ", "), |rest| match self.lang {
            Lang::Zh => format!("……另{rest}个"),
            Lang::En => format!(" … {rest} more"),
        });
        let dash = self.say("：", ": ");
        format!("{list}{dash}{}", example.result.get(self.lang))
    }

    /// Places that are not drawn, by name.
    fn others(&self, finding: &Finding, document: &Document, rows: &Rows) -> String {
        let names: Vec<String> = finding
            .labels
            .iter()
            .filter(|l| !rows.draws(l.place))
            .map(|l| {
                let (text, place) = (l.text.get(self.lang), document.grid.name(l.place).short);
                if text.is_empty() { place } else { format!("{text} ({place})") }
            })
            .collect();
        jixiao_core::text::listing(&names, 8, self.say("、", ", "), |rest| match self.lang {
            Lang::Zh => format!("……另{rest}处"),
            Lang::En => format!(" … {rest} more"),
        })
    }

    fn fix_name(&self, fix: &Fix) -> &'static str {
        match (fix.safety, self.lang) {
            (Safety::Safe, Lang::Zh) => "可修复",
            (Safety::Safe, Lang::En) => "fix",
            (Safety::Unsafe, Lang::Zh) => "可修复（改动数字）",
            (Safety::Unsafe, Lang::En) => "fix (changes figures)",
        }
    }

    fn fix(&self, fix: &Fix) -> String {
        let none = self.say("（空）", "(empty)");
        let edits: Vec<String> = fix
            .edits
            .iter()
            .map(|e| format!("{} → {}", if e.before.is_empty() { none } else { e.before.trim() }, e.after))
            .collect();
        let list = jixiao_core::text::listing(&edits, 4, self.say("，", ", "), |rest| match self.lang {
            Lang::Zh => format!("……另{rest}处"),
            Lang::En => format!(" … {rest} more"),
        });
        format!("{}{}{list}", fix.what.get(self.lang), self.say("：", ": "))
    }

    fn waived(&self, waived: &Waived) -> String {
        let (finding, waiver) = (&waived.finding, &waived.waiver);
        match self.lang {
            Lang::Zh => format!(
                "已豁免[{}]：{}（{}，{}，至{}）\n",
                finding.code, finding.message.zh, waiver.reason, waiver.who, waiver.until
            ),
            Lang::En => format!(
                "waived[{}]: {} ({}, {}, until {})\n",
                finding.code, finding.message.en, waiver.reason, waiver.who, waiver.until
            ),
        }
    }
}

impl Output for Text {
    fn file(&mut self, to: &mut dyn Write, checked: &Checked) -> io::Result<()> {
        match &checked.outcome {
            Err(error) => writeln!(
                to,
                "{} {}: {}\n",
                self.say("读不了", "unreadable"),
                checked.file,
                error.text(self.lang)
            ),
            Ok(_) if self.quiet => Ok(()),
            Ok(Checks { document, report }) => {
                for finding in &report.findings {
                    writeln!(to, "{}", self.finding(&checked.file, finding, document))?;
                }
                report.waived.iter().try_for_each(|w| writeln!(to, "{}", self.waived(w)))
            }
        }
    }

    fn end(&mut self, to: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let zh = self.lang == Lang::Zh;
        for (code, (severity, findings, files)) in &summary.by_code {
            let title = rule(code).map_or("", |r| r.title.get(self.lang));
            let in_files = if summary.files > 1 { format!("{files:>6}") } else { String::new() };
            writeln!(to, "{code}  {}{findings:>6}{in_files}  {title}", pad(severity.word(self.lang), 8))?;
        }
        let counts = [Severity::Error, Severity::Warning, Severity::Note].map(|s| summary.count(s));
        let [errors, warnings, notes] = counts;
        let (files, clean) = (summary.files, summary.clean);
        if zh {
            write!(
                to,
                "{files} 张表：{errors} 个错误，{warnings} 个警告，{notes} 个提示；{clean} 张没有问题"
            )?;
        } else {
            let n = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
            let found = [n(errors, "error"), n(warnings, "warning"), n(notes, "note")].join(", ");
            write!(to, "{}: {found}; {clean} without findings", n(files, "table"))?;
        }
        if summary.waived > 0 {
            write!(to, "{}{}", self.say("；已豁免 ", "; waived "), summary.waived)?;
        }
        if summary.unreadable > 0 {
            write!(to, "{}{}", self.say("；读不了 ", "; unreadable "), summary.unreadable)?;
        }
        writeln!(to)?;
        if counts.iter().sum::<usize>() > 0 {
            writeln!(
                to,
                "{}",
                self.say("用 jixiao rule 代码 查看某项检查的说明", "jixiao rule CODE explains a check")
            )?;
        }
        Ok(())
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    }
}

/// The rows that are drawn with a finding: its own, and those of the first few labels in the same part.
struct Rows {
    part: u32,
    /// Row number from 0, text, and the marked stretches: begin and end in bytes, words, whether it is the primary place.
    rows: Vec<(u32, String, Vec<Stretch>)>,
    /// Texts that the finding quotes: in a long cell they are what is underlined.
    quoted: Vec<String>,
}

struct Stretch {
    begin: usize,
    end: usize,
    words: String,
    primary: bool,
}

impl Rows {
    fn of(finding: &Finding, document: &Document, lang: Lang) -> Self {
        let mut rows = Self { part: finding.place.part, rows: Vec::new(), quoted: Vec::new() };
        let figures = finding.figures.iter().flat_map(|f| [f.left.1.clone(), f.right.1.clone()]);
        rows.quoted = figures.filter(|f| !f.is_empty()).collect();
        rows.mark(document, finding.place, finding.here.get(lang), true);
        for label in finding.labels.iter().filter(|l| l.place.part == finding.place.part).take(DRAWN) {
            rows.mark(document, label.place, label.text.get(lang), false);
        }
        rows.rows.sort_by_key(|(row, _, _)| *row);
        rows
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn draws(&self, place: Place) -> bool {
        place.part == self.part && self.rows.iter().any(|(row, _, _)| *row == place.row)
    }

    fn mark(&mut self, document: &Document, place: Place, words: &str, primary: bool) {
        let (line, begin, end) = document.grid.line(place);
        if line.is_empty() {
            return;
        }
        let (begin, end) = self.focus(&line, begin.1, end.1, words);
        let stretch = Stretch { begin, end, words: words.to_owned(), primary };
        match self.rows.iter_mut().find(|(row, _, _)| *row == place.row) {
            Some((_, _, stretches)) => stretches.push(stretch),
            None => self.rows.push((place.row, line, vec![stretch])),
        }
    }

    /// What to underline of a cell. Of running text it is the words that the finding quotes, else only its beginning.
    fn focus(&self, line: &str, begin: usize, end: usize, words: &str) -> (usize, usize) {
        const RUNNING_TEXT: usize = 60;
        const BEGINNING: usize = 12;
        let cell = &line[begin..end];
        if width(cell) <= RUNNING_TEXT {
            return (begin, end);
        }
        let quoted = self.quoted.iter().map(String::as_str).chain([words]);
        match quoted.filter(|q| !q.is_empty()).find_map(|q| cell.find(q).map(|at| (at, q.len()))) {
            Some((at, length)) => (begin + at, begin + at + length),
            None => (begin, begin + cell.chars().take(BEGINNING).map(char::len_utf8).sum::<usize>()),
        }
    }

    /// The rows as one source: numbered as in the file, rows between them folded away.
    fn snippet(&self) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
        let first = self.rows.first().map_or(0, |(row, _, _)| *row);
        let mut source = String::new();
        let mut annotations = Vec::new();
        let mut next = first;
        for (row, line, stretches) in &self.rows {
            (next..*row).for_each(|_| source.push('\n'));
            next = row + 1;
            let offset = source.len();
            for s in stretches {
                let kind = if s.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                let annotation = kind.span(offset + s.begin..offset + s.end);
                annotations.push(if s.words.is_empty() {
                    annotation
                } else {
                    annotation.label(s.words.clone())
                });
            }
            source.push_str(line);
            source.push('\n');
        }
        Snippet::source(source).line_start(first as usize + 1).fold(true).annotations(annotations)
    }
}
