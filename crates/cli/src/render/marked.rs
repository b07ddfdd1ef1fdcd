//! The table given back as a workbook: its official layout, with the cells that findings are about marked and commented.

use std::collections::BTreeMap;

use jixiao_core::{
    finding::{Finding, Lang, Severity},
    place::Place,
};
use jixiao_tables::{
    layout::{Layout, Mark, Remark},
    official, write,
};

use super::Checks;

/// The marked workbook.
///
/// # Errors
/// When the table cannot be laid out or written.
pub(crate) fn workbook(checks: &Checks, lang: Lang) -> Result<Vec<u8>, String> {
    let mut layout = official::layout(&checks.document.table);
    let mut remarks = remarks(&checks.report.findings, lang);
    for cell in layout.rows.iter_mut().flat_map(|r| &mut r.cells) {
        if let Some((mark, texts)) = cell.origin.and_then(|place| remarks.remove(&place)) {
            cell.remark = Some(Remark { mark, text: texts.join("\n\n") });
        }
    }
    // What has no cell of its own (a title, a missing part) is listed below the table.
    let unplaced: Vec<String> = remarks.into_values().flat_map(|(_, texts)| texts).collect();
    append(&mut layout, unplaced, lang);
    write::write_xlsx(&layout).map_err(|e| e.to_string())
}

fn append(layout: &mut Layout, texts: Vec<String>, lang: Lang) {
    if texts.is_empty() {
        return;
    }
    layout.footing.push(if lang == Lang::Zh { "其他问题：" } else { "Other findings:" }.to_owned());
    layout.footing.extend(texts);
}

/// The texts at each place, with the worst mark.
fn remarks(findings: &[Finding], lang: Lang) -> BTreeMap<Place, (Mark, Vec<String>)> {
    let mut remarks: BTreeMap<Place, (Mark, Vec<String>)> = BTreeMap::new();
    for finding in findings {
        let mark = mark(finding.severity);
        let entry = remarks.entry(finding.place).or_insert((mark, Vec::new()));
        entry.0 = entry.0.max(mark);
        entry.1.push(text(finding, lang));
    }
    remarks
}

fn mark(severity: Severity) -> Mark {
    match severity {
        Severity::Note => Mark::Note,
        Severity::Warning => Mark::Warning,
        Severity::Error => Mark::Error,
    }
}

fn text(finding: &Finding, lang: Lang) -> String {
    let (message, reason, next) =
        (finding.message.get(lang), finding.reason.get(lang), finding.next.get(lang));
    let (why, then) = if lang == Lang::Zh { ("原因", "下一步") } else { ("why", "next") };
    format!("[{}] {message}\n{why}：{reason}\n{then}：{next}", finding.code)
}
