use std::path::Path;

use jixiao_core::{
    checks::{Selection, check},
    finding::{Lang, Severity},
};
use jixiao_tables::{Document, read, read::Limits, repair::repair};

use crate::{
    args::{FailOn, FormatArg, RunArgs},
    commands::Setting,
    exit::Exit,
    fund,
    output::{TableFormat, table_bytes, write_file},
    render::{self, Checked, Checks, Summary, marked},
};

/// The whole path on the fund's published table: findings, repair, re-issue. The findings are the result here, not a failure.
pub(super) fn run(setting: &Setting, args: &RunArgs) -> Result<Exit, String> {
    let (name, text) = fund::TARGET_TABLE;
    let document = read(text.as_bytes(), Some(name), Some(&setting.fund.regions), &Limits::default())
        .map_err(|e| if setting.lang == Lang::Zh { e.zh() } else { e.en() })?;
    let all = Selection::default();
    let report = check(&document.table, Some(&setting.fund), Some(setting.today), &all);
    let repaired = repair(document.clone(), Some(&setting.fund), Some(setting.today), &all, true);
    let checks = Checks { document, report };

    let folder = &args.output;
    let marked_name = setting.say("问题标注.xlsx", "findings.xlsx");
    write_file(&folder.join(marked_name), &marked::workbook(&checks, setting.lang)?, setting.lang)?;
    re_issue(setting, &checks.document, folder, setting.say("绩效目标表", "target-table"))?;
    re_issue(setting, &repaired.document, folder, setting.say("绩效目标表-修复后", "target-table-repaired"))?;

    let checked = Checked { file: name.to_owned(), outcome: Ok(checks) };
    let report_name = setting.say("问题清单.txt", "findings.txt");
    write_file(&folder.join(report_name), &findings_text(&checked, setting.lang)?, setting.lang)?;
    print!("{}", summary(setting, &checked, repaired.applied.len(), repaired.left.findings.len(), folder));
    Ok(Exit::Clean)
}

fn re_issue(setting: &Setting, document: &Document, folder: &Path, name: &str) -> Result<(), String> {
    for (format, ending) in [(TableFormat::Docx, "docx"), (TableFormat::Xlsx, "xlsx")] {
        let path = folder.join(format!("{name}.{ending}"));
        write_file(&path, &table_bytes(document, format)?, setting.lang)?;
    }
    Ok(())
}

/// The full list of findings, as `jixiao check` prints it.
fn findings_text(checked: &Checked, lang: Lang) -> Result<Vec<u8>, String> {
    let mut output = render::output(FormatArg::Text, lang, false, false);
    let mut summary = Summary::default();
    summary.add(checked, FailOn::Never);
    let mut text = Vec::new();
    output
        .begin(&mut text)
        .and_then(|()| output.file(&mut text, checked))
        .and_then(|()| output.end(&mut text, &summary))
        .map_err(|e| e.to_string())?;
    Ok(text)
}

/// One screen: what was found, what can be repaired, where to look next.
fn summary(setting: &Setting, checked: &Checked, applied: usize, left: usize, folder: &Path) -> String {
    let lang = setting.lang;
    let Ok(Checks { document, report }) = &checked.outcome else { return String::new() };
    let mut lines = vec![setting.fund.name.clone()];
    let regions: usize = document.table.indicators.iter().map(|i| i.regions.len()).sum();
    let n = document.table.indicators.len();
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(|s| report.count(s));
    lines.push(match lang {
        Lang::Zh => format!(
            "读出 {n} 个指标、{regions} 行地区指标值；{} 个错误，{} 个警告，{} 个提示",
            counts[0], counts[1], counts[2]
        ),
        Lang::En => {
            format!(
                "{n} indicators and {regions} rows of regions; {} errors, {} warnings, {} notes",
                counts[0], counts[1], counts[2]
            )
        }
    });
    lines.push(String::new());
    for finding in &report.findings {
        let place = document.grid.name(finding.place);
        let severity = finding.severity.word(lang);
        lines.push(format!("{severity}[{}] {}  {}", finding.code, place.short, finding.message.get(lang)));
    }
    lines.push(String::new());
    let shown = folder.display();
    lines.push(match lang {
        Lang::Zh => format!("可自动修复 {applied} 个，其余 {left} 个要由人决定。"),
        Lang::En => format!("{applied} can be repaired by the program, {left} are left to a person."),
    });
    lines.push(match lang {
        Lang::Zh => format!(
            "已写入 {shown}/：问题清单.txt、问题标注.xlsx、绩效目标表.docx/.xlsx、绩效目标表-修复后.docx/.xlsx\n\
             接着可以：jixiao check 文件…；jixiao rule 代码；jixiao fix 文件 -o 新文件 --diff；jixiao --help"
        ),
        Lang::En => format!(
            "Written to {shown}/: findings.txt, findings.xlsx, target-table.docx/.xlsx, target-table-repaired.docx/.xlsx\n\
             Next: jixiao check FILE…; jixiao rule CODE; jixiao fix FILE -o NEW --diff; jixiao --help"
        ),
    });
    lines.join("\n") + "\n"
}
