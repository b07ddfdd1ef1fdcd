use std::path::Path;

use jixiao_core::{
    evaluation::{Change, ScoreSheet, compare},
    finding::{Both, Lang},
    region::RegionId,
};
use serde::Serialize;

use crate::{
    args::{CompareArgs, ShowFormat},
    commands::{
        Setting,
        award::threads,
        evaluate::{json, region},
        print,
    },
    exit::Exit,
    rules::year,
    year::Year,
};

/// What moved in the sheet of a region, or of the whole.
#[derive(Serialize)]
struct Moved {
    /// The region's name; empty for the whole.
    region: String,
    #[serde(skip)]
    id: Option<RegionId>,
    changes: Vec<Change>,
}

pub(super) fn run(setting: &Setting, args: &CompareArgs) -> Result<Exit, String> {
    let year = year(setting, args.year)?;
    let region = args.region.as_deref().map(|name| region(setting, name)).transpose()?;
    let (before, after) = (sheets(setting, &args.before, year)?, sheets(setting, &args.after, year)?);
    let wanted = |sheet: &&ScoreSheet| args.region.is_none() || sheet.region == region;
    let mut moved = Vec::new();
    let mut alone = Vec::new();
    for sheet in before.iter().filter(wanted) {
        match after.iter().find(|s| s.region == sheet.region) {
            Some(other) => {
                moved.push(Moved {
                    region: sheet.region_name.clone(),
                    id: sheet.region,
                    changes: compare(sheet, other, &setting.fund),
                });
            }
            None => alone.push((sheet, &args.before)),
        }
    }
    let new = after.iter().filter(wanted).filter(|s| !before.iter().any(|b| b.region == s.region));
    alone.extend(new.map(|sheet| (sheet, &args.after)));
    if args.format == ShowFormat::Json {
        print(&json(&moved)?)?;
        return Ok(Exit::Clean);
    }
    let mut out = String::new();
    for (sheet, of) in alone {
        let (name, of) = (called(setting, sheet.region, &sheet.region_name), of.display());
        out += &match setting.lang {
            Lang::Zh => format!("{name}：只在 {of} 中有评分表\n"),
            Lang::En => format!("{name}: only {of} has a sheet of it\n"),
        };
    }
    for Moved { region, id, changes } in moved.iter().filter(|m| !m.changes.is_empty()) {
        out += &format!("{}\n", called(setting, *id, region));
        changes.iter().for_each(|change| out += &told(change, setting.lang));
    }
    if out.is_empty() {
        out = setting.say("没有变化。\n", "Nothing moved.\n").to_owned();
    }
    print(&out)?;
    Ok(Exit::Clean)
}

/// What a region is called. A saved sheet may be of a region that the fund has no more: it keeps the name it was saved with.
fn called(setting: &Setting, region: Option<RegionId>, saved: &str) -> String {
    if saved.is_empty() {
        return setting.say("全省（整体）", "the whole").to_owned();
    }
    let regions = &setting.fund.regions;
    let known = region.and_then(|id| regions.iter().find(|(other, r)| *other == id && r.name == saved));
    known.map_or_else(|| saved.to_owned(), |(_, r)| r.both().get(setting.lang).to_owned())
}

/// One figure that moved, and below it why.
fn told(change: &Change, lang: Lang) -> String {
    use jixiao_core::evaluation::Field;
    let field = match (change.field, lang) {
        (Field::Row, Lang::Zh) => "评分行",
        (Field::Row, Lang::En) => "row",
        (Field::Target, Lang::Zh) => "指标值",
        (Field::Target, Lang::En) => "target",
        (Field::Actual, Lang::Zh) => "实际完成值",
        (Field::Actual, Lang::En) => "actual",
        (Field::Weight, Lang::Zh) => "分值",
        (Field::Weight, Lang::En) => "weight",
        (Field::Status, Lang::Zh) => "情况",
        (Field::Status, Lang::En) => "status",
        (Field::Score, Lang::Zh) => "得分",
        (Field::Score, Lang::En) => "score",
        (Field::Budget, Lang::Zh) => "全年预算数",
        (Field::Budget, Lang::En) => "adjusted budget",
        (Field::Executed, Lang::Zh) => "全年执行数",
        (Field::Executed, Lang::En) => "executed",
        (Field::Total, Lang::Zh) => "总分",
        (Field::Total, Lang::En) => "total",
        (Field::Grade, Lang::Zh) => "等级",
        (Field::Grade, Lang::En) => "grade",
    };
    let or_none = |text: &Both| match text.get(lang) {
        "" => if lang == Lang::Zh { "（无）" } else { "(none)" }.to_owned(),
        some => some.to_owned(),
    };
    let mut out = format!(
        "  {} {field}  {} → {}\n",
        change.of.get(lang),
        or_none(&change.before),
        or_none(&change.after)
    );
    for cause in &change.why {
        let path: Vec<&str> = cause.path.iter().map(|p| p.get(lang)).collect();
        out +=
            &format!("      {}  {} → {}\n", path.join(" › "), or_none(&cause.before), or_none(&cause.after));
    }
    out
}

/// The sheets of a saved evaluation, or those that a folder of ledgers comes to.
fn sheets(setting: &Setting, path: &Path, year: i16) -> Result<Vec<ScoreSheet>, String> {
    if path.is_dir() {
        return Year::compute(setting, path, year, threads(None))?.sheets(setting);
    }
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| format!("{shown}: {e}"))?;
    serde_json::from_str(&text).map_err(|e| match setting.lang {
        Lang::Zh => format!("{shown} 不是 jixiao evaluate --format json 写出的文件：{e}"),
        Lang::En => format!("{shown} was not written by jixiao evaluate --format json: {e}"),
    })
}
