//! A list for spreadsheets: one row a finding. A byte-order mark makes Excel read it as UTF-8.

use std::io::{self, Write};

use jixiao_core::{
    checks::rule,
    finding::{Finding, Lang},
};
use jixiao_tables::{Document, write::csv_guarded};

use super::{Checked, Output};

pub(super) struct Csv {
    lang: Lang,
}

impl Csv {
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang }
    }

    fn row(&self, to: &mut dyn Write, cells: &[&str]) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to);
        writer.write_record(cells.iter().map(|c| csv_guarded(c).into_owned()))?;
        writer.flush()
    }

    fn finding(
        &self,
        to: &mut dyn Write,
        file: &str,
        finding: &Finding,
        document: &Document,
    ) -> io::Result<()> {
        let lang = self.lang;
        let subject = &finding.subject;
        let period = subject.period.map_or(String::new(), |p| if lang == Lang::Zh { p.zh() } else { p.en() });
        let figures = finding.figures.as_ref();
        let place = document.grid.name(finding.place);
        self.row(
            to,
            &[
                file,
                place.get(lang),
                finding.code,
                finding.severity.word(lang),
                rule(finding.code).map_or("", |r| r.title.get(lang)),
                subject.indicator.as_deref().unwrap_or(""),
                subject.region.as_deref().unwrap_or(""),
                &period,
                finding.message.get(lang),
                finding.reason.get(lang),
                figures.map_or("", |f| f.left.1.as_str()),
                figures.map_or("", |f| f.right.1.as_str()),
                figures.map_or("", |f| f.difference.as_str()),
                finding.next.get(lang),
            ],
        )
    }
}

impl Output for Csv {
    fn begin(&mut self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all("\u{feff}".as_bytes())?;
        let headings = match self.lang {
            Lang::Zh => [
                "文件",
                "位置",
                "代码",
                "级别",
                "检查",
                "指标",
                "地区",
                "期间",
                "问题",
                "原因",
                "数字一",
                "数字二",
                "相差",
                "下一步",
            ],
            Lang::En => [
                "file",
                "place",
                "code",
                "severity",
                "check",
                "indicator",
                "region",
                "period",
                "message",
                "reason",
                "figure 1",
                "figure 2",
                "difference",
                "next step",
            ],
        };
        self.row(to, &headings)
    }

    fn file(&mut self, to: &mut dyn Write, checked: &Checked) -> io::Result<()> {
        match &checked.outcome {
            Ok(checks) => checks
                .report
                .findings
                .iter()
                .try_for_each(|f| self.finding(to, &checked.file, f, &checks.document)),
            Err(error) => {
                let text = error.text(self.lang);
                self.row(to, &[&checked.file, "", "", "", "", "", "", "", &text, "", "", "", "", ""])
            }
        }
    }
}
