use jixiao_core::{
    both,
    evaluation::{Recomputed, RecomputedRow, Verdict, recompute},
    finding::Lang,
};
use jixiao_report::figure::grouped;
use jixiao_tables::Document;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::{
    args::{RecomputeArgs, ShowFormat},
    commands::{Setting, evaluate::json, print},
    exit::Exit,
    input,
    output::write_file,
    render::columns::{Align, columns},
    year::rule_set,
};

/// A form and what came of it.
#[derive(Serialize)]
struct Form {
    file: String,
    /// Whether a score or a sum is not what the form's own figures give.
    differs: bool,
    #[serde(flatten)]
    recomputed: Recomputed,
}

pub(super) fn run(setting: &Setting, args: RecomputeArgs) -> Result<Exit, String> {
    let lang = setting.lang;
    let rules = rule_set(setting)?;
    let (mut forms, mut failed) = (Vec::new(), false);
    let mut said = String::new();
    for path in input::distinct(args.files) {
        let file = input::display_name(&path);
        let document = match input::document(&path, &setting.fund) {
            Ok(document) => document,
            Err(error) => {
                eprintln!("{file}: {}", error.text(lang));
                failed = true;
                continue;
            }
        };
        let recomputed = recompute(&rules, &document.table, Some(&setting.fund));
        if !is_filled(&recomputed) {
            let why = setting.say(
                "表中没有得分，没有可以重新计算的；其余的请用 jixiao check 校验",
                "the table has no scores, so there is nothing to compute again; jixiao check looks at everything else",
            );
            eprintln!("{file}: {why}");
            failed = true;
            continue;
        }
        let form = Form { file, differs: differs(&recomputed), recomputed };
        said += &text(setting, &form, &document);
        forms.push(form);
    }
    let said = if args.format == ShowFormat::Json { json(&forms)? } else { said };
    match &args.output {
        Some(path) => write_file(path, said.as_bytes(), lang)?,
        None => print(&said)?,
    }
    Ok(match (failed, forms.iter().any(|f| f.differs)) {
        (true, _) => Exit::CouldNotRun,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Clean,
    })
}

fn is_filled(recomputed: &Recomputed) -> bool {
    let mut rows = recomputed.rows.iter().chain(&recomputed.execution);
    rows.any(|r| r.typed.is_some()) || recomputed.typed_total.is_some()
}

/// Whether somebody has to look at a row: what agrees, what another formula in use gives, what a reason stands beside and what only a person can
/// judge is none of it.
fn is_wrong(row: &RecomputedRow) -> bool {
    matches!(row.verdict, Verdict::TooHigh | Verdict::DeductedWithoutReason)
}

fn sum_is_wrong(recomputed: &Recomputed) -> bool {
    recomputed.typed_total.zip(recomputed.sum_of_typed).is_some_and(|(total, sum)| total != sum)
}

fn differs(recomputed: &Recomputed) -> bool {
    recomputed.rows.iter().chain(&recomputed.execution).any(is_wrong) || sum_is_wrong(recomputed)
}

fn points(points: Option<Decimal>) -> String {
    points.map_or_else(|| "—".to_owned(), |p| grouped(p, 2))
}

/// What is more has a sign, so that the direction is seen.
fn signed(difference: Option<Decimal>) -> String {
    match difference {
        None => "—".to_owned(),
        Some(d) if d.is_zero() => "0".to_owned(),
        Some(d) if d > Decimal::ZERO => format!("+{}", grouped(d, 2)),
        Some(d) => format!("−{}", grouped(d.abs(), 2)),
    }
}

fn mark(row: &RecomputedRow) -> &'static str {
    match row.verdict {
        Verdict::Agrees => "●",
        Verdict::TooHigh | Verdict::DeductedWithoutReason => "▲",
        Verdict::OtherFormula { .. } | Verdict::DeductedWithReason => "◆",
        Verdict::Open => "？",
    }
}

fn text(setting: &Setting, form: &Form, document: &Document) -> String {
    let lang = setting.lang;
    let (file, recomputed) = (&form.file, &form.recomputed);
    let head = match lang {
        Lang::Zh => {
            ["", "位置", "指标", "指标值", "实际完成值", "分值", "所填得分", "计算得分", "差", "说明"]
        }
        Lang::En => {
            ["", "place", "indicator", "target", "actual", "weight", "typed", "computed", "off", "remarks"]
        }
    };
    let mut lines = vec![head.map(str::to_owned)];
    for row in recomputed.execution.iter().chain(&recomputed.rows) {
        let mut name = row.title.clone();
        if name.is_empty() {
            setting.say("预算执行率", "execution of the budget").clone_into(&mut name);
        }
        if let Some(region) = &row.region {
            name = format!("{name}　{region}");
        }
        let formula = if row.difference.is_some_and(|d| !d.is_zero()) { row.formula.as_str() } else { "" };
        let reason = row.reason.get(lang);
        let remark = match (formula, lang) {
            ("", _) => reason.to_owned(),
            (formula, Lang::Zh) => format!("{reason}（{formula}）"),
            (formula, Lang::En) => format!("{reason} ({formula})"),
        };
        lines.push([
            mark(row).to_owned(),
            document.grid.name(row.place).short.clone(),
            name,
            row.target.clone(),
            row.actual.clone(),
            points(row.weight),
            points(row.typed),
            points(row.computed),
            signed(row.difference),
            remark,
        ]);
    }
    let (left, right) = (Align::Left, Align::Right);
    let align = [left, left, left, right, right, right, right, right, right, left];
    let wrong = recomputed.rows.iter().chain(&recomputed.execution).filter(|r| is_wrong(r)).count();
    let rows = lines.len() - 1;
    let [total, sum, computed] =
        [recomputed.typed_total, recomputed.sum_of_typed, recomputed.computed_total].map(points);
    let sums = if sum_is_wrong(recomputed) {
        both!(
            "▲ 所填总分 {total} 不等于各项之和 {sum}",
            "▲ the total typed, {total}, is not the sum of its parts, {sum}"
        )
    } else {
        both!("所填总分 {total}，各项之和 {sum}", "total typed {total}, sum of its parts {sum}")
    };
    let told = both!(
        "  {z}；计算总分 {computed}。{rows} 项中 {wrong} 项有差异",
        "  {e}; total computed {computed}. {wrong} of {rows} differ",
        z = sums.zh,
        e = sums.en
    );
    format!("{file}\n{}{}\n\n", columns(&lines, &align, 2), told.get(lang))
}
