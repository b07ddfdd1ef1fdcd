use jixiao_core::finding::{Edit, Fix, Lang, Safety};
use jixiao_tables::{
    Document,
    repair::{Repaired, repair},
};

use crate::{
    args::FixArgs,
    commands::{Setting, selection},
    exit::Exit,
    input,
    output::{TableFormat, document_bytes, write_file},
};

pub(super) fn run(setting: &Setting, args: &FixArgs) -> Result<Exit, String> {
    let selection = selection(&args.only, &args.ignore, setting.lang)?;
    let format = args.output.as_deref().map(|o| TableFormat::of(o, setting.lang)).transpose()?;
    let name = input::display_name(&args.file);
    let before = input::document(&args.file, &setting.fund)
        .map_err(|e| format!("{name}: {}", e.text(setting.lang)))?;
    let repaired =
        repair(before.clone(), Some(&setting.fund), Some(setting.today), &selection, args.allow_unsafe);
    print!("{}", story(setting, &before, &repaired, args));
    if let (Some(output), Some(format)) = (&args.output, format) {
        write_file(output, &document_bytes(&repaired.document, format)?, setting.lang)?;
        let shown = output.display();
        println!("{}", setting.say(&format!("已写出 {shown}"), &format!("wrote {shown}")));
    }
    Ok(Exit::Clean)
}

/// What was changed and why, and what is left.
fn story(setting: &Setting, before: &Document, repaired: &Repaired, args: &FixArgs) -> String {
    let lang = setting.lang;
    let mut lines = Vec::new();
    for finding in &repaired.applied {
        let Some(fix) = &finding.fix else { continue };
        lines.push(format!("[{}] {}", finding.code, finding.message.get(lang)));
        lines.push(format!("  {}{}", safety(fix.safety, lang), fix.what.get(lang)));
        lines.extend(edits(before, fix, args.diff, lang));
    }
    let changed: usize = repaired.applied.iter().filter_map(|f| f.fix.as_ref()).map(|f| f.edits.len()).sum();
    let (n, left) = (repaired.applied.len(), repaired.left.findings.len());
    let waiting = repaired
        .left
        .findings
        .iter()
        .filter(|f| f.fix.as_ref().is_some_and(|x| x.safety == Safety::Unsafe))
        .count();
    lines.push(match lang {
        Lang::Zh => format!("修复了 {n} 个问题，改动 {changed} 个单元格；还有 {left} 个问题需要人来决定"),
        Lang::En => {
            format!("{n} findings repaired, {changed} cells changed; {left} findings are left to a person")
        }
    });
    if waiting > 0 && !args.allow_unsafe {
        lines.push(match lang {
            Lang::Zh => format!("其中 {waiting} 个可以通过改动数字修复：加 --unsafe"),
            Lang::En => format!("{waiting} of them can be repaired by changing figures: add --unsafe"),
        });
    }
    lines.join("\n") + "\n"
}

fn safety(safety: Safety, lang: Lang) -> &'static str {
    match (safety, lang) {
        (Safety::Safe, Lang::Zh) => "修复（笔误）：",
        (Safety::Safe, Lang::En) => "repair (slip of writing): ",
        (Safety::Unsafe, Lang::Zh) => "修复（改动数字）：",
        (Safety::Unsafe, Lang::En) => "repair (changes figures): ",
    }
}

/// The changed cells: with `--diff` the whole row before and after, else the two texts.
fn edits(before: &Document, fix: &Fix, diff: bool, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    for edit in &fix.edits {
        let place = before.grid.name(edit.place);
        if diff {
            let (old, new) = rows(before, edit);
            lines.push(format!("  @ {}", place.get(lang)));
            lines.push(format!("  - {old}"));
            lines.push(format!("  + {new}"));
        } else {
            let none = if lang == Lang::Zh { "（空）" } else { "(empty)" };
            let old = if edit.before.is_empty() { none } else { edit.before.trim() };
            lines.push(format!("  {}：{old} → {}", place.get(lang), edit.after));
        }
    }
    lines
}

fn rows(before: &Document, edit: &Edit) -> (String, String) {
    let mut after = before.grid.clone();
    after.set(edit.place, &edit.after);
    let shown = |line: String| line.trim_start().replace('\t', " │ ");
    (shown(before.grid.line(edit.place).0), shown(after.line(edit.place).0))
}
