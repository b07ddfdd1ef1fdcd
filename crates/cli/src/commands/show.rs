use std::fmt::Write as _;

use jixiao_core::{
    finding::Lang,
    table::{ColumnRole, Form, Indicator, Marks, RegionRow, TargetCell, TargetTable},
    text::{pad, width},
};

use crate::{
    args::{ShowArgs, ShowFormat},
    commands::{Setting, print},
    exit::Exit,
    input,
};

pub(super) fn run(setting: &Setting, args: &ShowArgs) -> Result<Exit, String> {
    let name = input::display_name(&args.file);
    let document = input::document(&args.file, &setting.fund)
        .map_err(|e| format!("{name}: {}", e.text(setting.lang)))?;
    match args.format {
        ShowFormat::Json => print(&jixiao_tables::json::write(&document.table))?,
        ShowFormat::Text => print(&picture(&document.table, setting.lang))?,
    }
    Ok(Exit::Clean)
}

/// The table as understood: header, goals, then indicators × regions × periods in aligned columns.
fn picture(table: &TargetTable, lang: Lang) -> String {
    let mut out = String::new();
    for title in &table.titles {
        let _ = writeln!(out, "{}", one_line(&title.text));
    }
    let _ = writeln!(out, "{}", form_name(table.form, lang));
    for field in table.header.iter().filter(|f| !f.value.text.trim().is_empty()) {
        let label = if field.label.text.is_empty() { "年度".to_owned() } else { field.label.key() };
        let _ = writeln!(out, "{}  {}", pad(&label, 14), one_line(&field.value.text));
    }
    for goal in &table.goals {
        let name = if lang == Lang::Zh {
            format!("{}目标", goal.period.zh())
        } else {
            format!("goal ({})", goal.period.en())
        };
        let _ = writeln!(out, "{}  {}", pad(&name, 14), one_line(&goal.text.text));
    }
    for line in &table.money {
        let amounts: Vec<String> = line.cells.iter().map(|(_, w)| w.key()).collect();
        let _ = writeln!(out, "{}  {}", pad(&line.name.key(), 24), amounts.join("  "));
    }
    let columns = columns(table, lang);
    let lines: Vec<Vec<String>> = table.indicators.iter().flat_map(|i| lines_of(i, &columns)).collect();
    let mut widths: Vec<usize> = columns.iter().map(|(_, heading)| width(heading)).collect();
    for cells in &lines {
        for (w, cell) in widths.iter_mut().zip(cells) {
            *w = (*w).max(width(cell)).min(44);
        }
    }
    out.push('\n');
    out.push_str(&row(&columns.iter().map(|(_, h)| h.clone()).collect::<Vec<_>>(), &widths));
    for cells in &lines {
        out.push_str(&row(cells, &widths));
    }
    summary(&mut out, table, lang);
    out
}

enum Shown {
    Name,
    Mark(ColumnRole),
    Target(usize),
}

/// The columns that are shown: name, targets, then weight, actual, score and the like where the form has them.
fn columns(table: &TargetTable, lang: Lang) -> Vec<(Shown, String)> {
    let name = if lang == Lang::Zh { "指标 / 地区" } else { "indicator / region" };
    let mut columns = vec![(Shown::Name, name.to_owned())];
    for (i, period) in table.periods().into_iter().enumerate() {
        columns.push((Shown::Target(i), if lang == Lang::Zh { period.zh() } else { period.en() }));
    }
    for column in &table.columns {
        use ColumnRole::{Actual, Chance, Forecast, Progress, Reason, Score, Weight};
        if matches!(column.role, Actual | Progress | Forecast | Weight | Score | Chance | Reason) {
            columns.push((Shown::Mark(column.role), column.heading.key()));
        }
    }
    columns
}

fn lines_of(indicator: &Indicator, columns: &[(Shown, String)]) -> Vec<Vec<String>> {
    let unit = indicator.unit.as_ref().map_or(String::new(), |u| format!("（{}）", u.symbol));
    let kind = indicator.kind.map_or("", |k| k.zh());
    let name = format!("{}{unit}  {kind}", indicator.title);
    let own = cells(&name, &indicator.whole, &indicator.marks, columns);
    let region = |r: &RegionRow| cells(&format!("  {}", r.name.key()), &r.cells, &r.marks, columns);
    std::iter::once(own).chain(indicator.regions.iter().map(region)).collect()
}

fn cells(name: &str, targets: &[TargetCell], marks: &Marks, columns: &[(Shown, String)]) -> Vec<String> {
    let mark = |role| marks.get(role).map_or(String::new(), |w| one_line(&w.text));
    columns
        .iter()
        .map(|(shown, _)| match shown {
            Shown::Name => name.to_owned(),
            Shown::Target(i) => targets.get(*i).map_or(String::new(), |c| one_line(&c.written.text)),
            Shown::Mark(role) => mark(*role),
        })
        .collect()
}

/// Cells padded to their columns; figures stand right, names left.
fn row(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (i, (cell, w)) in cells.iter().zip(widths).enumerate() {
        if i > 0 {
            line.push_str("  ");
        }
        let space = " ".repeat(w.saturating_sub(width(cell)));
        if i > 0 && cell.contains(|c: char| c.is_ascii_digit()) {
            line.push_str(&space);
            line.push_str(cell);
        } else {
            line.push_str(cell);
            line.push_str(&space);
        }
    }
    line.trim_end().to_owned() + "\n"
}

fn summary(out: &mut String, table: &TargetTable, lang: Lang) {
    let regions: usize = table.indicators.iter().map(|i| i.regions.len()).sum();
    let (n, unread) = (table.indicators.len(), table.unread.len());
    let _ = match lang {
        Lang::Zh => writeln!(out, "\n{n} 个指标，{regions} 行地区指标值，{unread} 个单元格未识别"),
        Lang::En => {
            writeln!(out, "\n{n} indicators, {regions} rows of regions, {unread} cells not understood")
        }
    };
}

fn form_name(form: Form, lang: Lang) -> &'static str {
    match (form, lang) {
        (Form::Goal, Lang::Zh) => "表式：绩效目标表",
        (Form::Goal, Lang::En) => "form: target table",
        (Form::Regional, Lang::Zh) => "表式：区域绩效目标表",
        (Form::Regional, Lang::En) => "form: regional target table",
        (Form::SelfEvaluation, Lang::Zh) => "表式：绩效自评表",
        (Form::SelfEvaluation, Lang::En) => "form: self-evaluation",
        (Form::Monitoring, Lang::Zh) => "表式：绩效运行监控表",
        (Form::Monitoring, Lang::En) => "form: monitoring",
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
