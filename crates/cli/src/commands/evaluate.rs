use std::{borrow::Cow, path::Path};

use jixiao_core::{
    actual::Actual,
    both,
    derivation::Node,
    evaluation::{Colour, ScoreRow, ScoreSheet, Scorer, Status, TypedScore},
    finding::{Both, Lang},
    region::{Region, RegionId},
};
use jixiao_report::figure::{Figure, grouped};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{
    args::{EvaluateArgs, ShowFormat},
    commands::{Setting, award::threads, print},
    exit::Exit,
    output::write_file,
    publish::sheet_in_english,
    render::{
        columns::{Align, columns},
        derivation,
    },
    rules::year,
    year::Year,
};

pub(super) fn run(setting: &Setting, args: &EvaluateArgs) -> Result<Exit, String> {
    let lang = setting.lang;
    let year = year(setting, args.year)?;
    let region = args.region.as_deref().map(|name| region(setting, name)).transpose()?;
    there(&args.ledgers, lang)?;
    let computed = Year::compute(setting, &args.ledgers, year, threads(args.threads))?;
    let sheets = computed.sheets(setting)?;
    let Some(sheet) = sheets.iter().find(|s| s.region == region) else {
        return Err(match lang {
            Lang::Zh => "目标表中没有这个地区的任何指标值，不评分".to_owned(),
            Lang::En => "the target table has no row of this region: it is not scored".to_owned(),
        });
    };
    let said = match (&args.explain, args.format) {
        (Some(asked), format) => {
            let node = explained(setting, &computed, sheet, asked)?;
            match format {
                ShowFormat::Text => derivation::text(&node, lang),
                ShowFormat::Json => json(&node)?,
            }
        }
        (None, ShowFormat::Json) if region.is_some() => json(&[sheet])?,
        (None, ShowFormat::Json) => json(&sheets)?,
        (None, ShowFormat::Text) => {
            let mut said = text(setting, sheet);
            if region.is_none() {
                said += &by_region(setting, &sheets);
            }
            said + &unused(setting, &computed.unused())
        }
    };
    match &args.output {
        Some(path) => write_file(path, said.as_bytes(), lang)?,
        None => print(&said)?,
    }
    Ok(Exit::Clean)
}

/// A region by its name in either language, alias or division code.
///
/// # Errors
/// The fund has no such region: says which are near.
pub(super) fn region(setting: &Setting, name: &str) -> Result<RegionId, String> {
    let regions = &setting.fund.regions;
    let otherwise = |(_, r): &(RegionId, &Region)| {
        r.code == name || (!r.english.is_empty() && r.english.eq_ignore_ascii_case(name.trim()))
    };
    let other = || regions.iter().find(otherwise).map(|(id, _)| id);
    regions.find(name).or_else(other).ok_or_else(|| {
        let near = regions.near(name);
        match (setting.lang, near.is_empty()) {
            (Lang::Zh, false) => format!("没有地区“{name}”；是不是 {}？", near.join("、")),
            (Lang::Zh, true) => format!("没有地区“{name}”；地区名称和代码见 regions.csv"),
            (Lang::En, false) => format!("there is no region {name:?}; do you mean {}?", near.join(" or ")),
            (Lang::En, true) => format!("there is no region {name:?}; regions.csv has names and codes"),
        }
    })
}

/// Whether the folder of ledgers is there; says how to come by one.
///
/// # Errors
/// It is not.
pub(super) fn there(folder: &Path, lang: Lang) -> Result<(), String> {
    if folder.is_dir() {
        return Ok(());
    }
    let shown = folder.display();
    Err(match lang {
        Lang::Zh => format!("没有台账文件夹 {shown}；请用 --ledgers 指定，或先运行 jixiao run 生成示例"),
        Lang::En => format!(
            "there is no folder of ledgers {shown}; name one with --ledgers, or make samples with jixiao run first"
        ),
    })
}

pub(super) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, String> {
    serde_json::to_string_pretty(value).map(|text| text + "\n").map_err(|e| e.to_string())
}

/// The derivation of what was asked for: an indicator by its id or a part of its title, `execution`, `total`.
fn explained(setting: &Setting, computed: &Year, sheet: &ScoreSheet, asked: &str) -> Result<Node, String> {
    if asked == "total" || asked == "总分" {
        return computed.scored(setting, |evaluator| evaluator.explain_total(sheet));
    }
    if asked == "execution" || asked == "预算执行" || asked == "预算执行率" {
        return Ok(sheet.execution.derivation.clone().unwrap_or_default());
    }
    let key = jixiao_core::text::key(asked);
    let low = key.to_lowercase();
    let called = |r: &ScoreRow| {
        let name = setting.fund.indicator(&r.title);
        [name.zh, name.en].map(|name| jixiao_core::text::key(&name).to_lowercase())
    };
    let exact = sheet.rows.iter().find(|r| r.indicator == asked || called(r).contains(&low));
    let holding: Vec<&ScoreRow> = match exact {
        Some(row) => vec![row],
        None => sheet.rows.iter().filter(|r| called(r).iter().any(|name| name.contains(&low))).collect(),
    };
    match holding.as_slice() {
        [row] => Ok(row.derivation.clone().unwrap_or_default()),
        [] => {
            let named = |r: &ScoreRow| {
                let (name, id) = (setting.fund.indicator(&r.title), &r.indicator);
                both!("{zh}（{id}）", "{en} ({id})", zh = name.zh, en = name.en).get(setting.lang).to_owned()
            };
            let known: Vec<String> = sheet.rows.iter().map(named).collect();
            Err(match setting.lang {
                Lang::Zh => format!("没有指标“{asked}”；有：{}", known.join("、")),
                Lang::En => format!("there is no indicator {asked:?}; there are {}", known.join(", ")),
            })
        }
        several => {
            let named = |r: &&ScoreRow| setting.fund.indicator(&r.title).get(setting.lang).to_owned();
            let titles: Vec<String> = several.iter().map(named).collect();
            Err(match setting.lang {
                Lang::Zh => format!("“{asked}”不止一项指标：{}", titles.join("、")),
                Lang::En => format!("{asked:?} is more than one indicator: {}", titles.join(", ")),
            })
        }
    }
}

/// Points with two decimals, or what stands in their place.
fn points(points: Option<Decimal>) -> String {
    points.map_or_else(|| "—".to_owned(), |p| grouped(p, 2))
}

pub(super) fn status(status: &Status, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    match status {
        Status::Reached => if zh { "● 达成" } else { "● reached" }.to_owned(),
        Status::Short => if zh { "▲ 未达成" } else { "▲ short" }.to_owned(),
        Status::FarAbove => if zh { "◆ 大幅超出" } else { "◆ far above" }.to_owned(),
        Status::Missing => if zh { "— 缺数据" } else { "— missing" }.to_owned(),
        Status::LeftOut { why } if zh => format!("○ 不计分：{}", why.zh),
        Status::LeftOut { why } => format!("○ left out: {}", why.en),
        Status::NeedsPerson { why } if zh => format!("？须人工判断：{}", why.zh),
        Status::NeedsPerson { why } => format!("? a person decides: {}", why.en),
    }
}

/// What was reached, with at most four decimals; `--explain` and json have them all.
fn reached(row: &ScoreRow, unit: &Both, lang: Lang) -> String {
    let shown = match &row.actual {
        Actual::Number(number) => {
            Actual::Number(number.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero))
        }
        other => other.clone(),
    };
    Figure::actual(&shown, unit).with_unit().get(lang).to_owned()
}

/// The score sheet as an official reads it.
pub(super) fn text(setting: &Setting, sheet: &ScoreSheet) -> String {
    let lang = setting.lang;
    let fund = setting.fund.both();
    let told = match lang {
        Lang::Zh => Cow::Borrowed(sheet),
        Lang::En => Cow::Owned(sheet_in_english(sheet, &setting.fund)),
    };
    let sheet = &*told;
    let name = if sheet.region_name.is_empty() {
        setting.say("全省（整体）", "the whole")
    } else {
        &sheet.region_name
    };
    let mut out = match lang {
        Lang::Zh => format!("{} {}年度绩效自评　{name}\n", fund.zh, sheet.year),
        Lang::En => format!("{}: self-evaluation {}, {name}\n", fund.en, sheet.year),
    };
    let head = match lang {
        Lang::Zh => ["指标", "年度指标值", "实际完成值", "分值", "得分", "情况"],
        Lang::En => ["indicator", "target", "actual", "weight", "score", "status"],
    };
    let mut rows = vec![head.map(str::to_owned)];
    for row in &sheet.rows {
        let unit = Both::same(row.unit.as_str());
        let mark = if row.illustrative.is_empty() { "" } else { setting.say("*", "*") };
        rows.push([
            row.title.clone(),
            row.target.clone(),
            reached(row, &unit, lang) + mark,
            points(row.weight),
            points(row.score),
            status(&row.status, lang),
        ]);
    }
    let money = &sheet.execution;
    let fen = |fen: Option<jixiao_core::money::Fen>| {
        fen.map_or_else(|| "—".to_owned(), |f| Figure::wan(f).with_unit().get(lang).to_owned())
    };
    let rate = money.rate_percent.map_or(String::new(), |r| match lang {
        Lang::Zh => format!("（{}%）", grouped(r, 2)),
        Lang::En => format!(" ({}%)", grouped(r, 2)),
    });
    rows.push([
        setting.say("预算执行率", "execution of the budget").to_owned(),
        fen(money.budget),
        format!("{}{rate}", fen(money.executed)),
        points(Some(money.weight)),
        points(money.score),
        status(&money.status, lang),
    ]);
    let align = [Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Left];
    out += &columns(&rows, &align, 2);
    out += &total(sheet, lang);
    for lamp in &sheet.lamps {
        let colour = match lamp.colour {
            Colour::Red => setting.say("▲红灯", "▲ red"),
            Colour::Yellow => setting.say("◆黄灯", "◆ yellow"),
            Colour::Open => setting.say("？待定", "? open"),
        };
        out += &format!("  {colour} {}\n", lamp.why.get(lang));
    }
    sheet.remarks.iter().for_each(|r| out += &format!("  {}\n", r.get(lang)));
    out += &reasons(sheet, lang);
    out += &scores(sheet, lang);
    if !sheet.owed.is_empty() {
        out += setting.say("  尚缺：\n", "  Still owed:\n");
        sheet.owed.iter().for_each(|owed| out += &format!("    - {}\n", owed.what.get(lang)));
    }
    if !sheet.illustrative.is_empty() {
        let list = sheet.illustrative.join(setting.say("、", ", "));
        let told = both!(
            "  * 用到示例参数（未查到规定，不是依据）：{list}",
            "  * made with illustrative parameters, for which no rule was found: {list}"
        );
        out += &format!("{}\n", told.get(lang));
    }
    out
}

/// The reasons that were given, and what the unit took off itself.
fn reasons(sheet: &ScoreSheet, lang: Lang) -> String {
    let rows = sheet.rows.iter().map(|r| (r.title.as_str(), r.reason.as_ref(), r.deduction));
    let execution = &sheet.execution;
    let name = if lang == Lang::Zh { "预算执行率" } else { "execution of the budget" };
    let all = rows.chain([(name, execution.reason.as_ref(), execution.deduction)]);
    let mut out = String::new();
    for (title, reason, deduction) in all {
        let Some(reason) = reason else { continue };
        let off = deduction.map_or(String::new(), |d| match lang {
            Lang::Zh => format!("（自行扣 {} 分）", grouped(d, 2)),
            Lang::En => format!(" ({} points taken off by the unit itself)", grouped(d, 2)),
        });
        let colon = if lang == Lang::Zh { "：" } else { ": " };
        out += &format!("    - {title}{colon}{reason}{off}\n");
    }
    if out.is_empty() {
        return out;
    }
    let head = if lang == Lang::Zh { "  原因和措施：\n" } else { "  Reasons and measures:\n" };
    head.to_owned() + &out
}

/// The scores that people gave beside the sheet's, and what does not fit; never averaged.
fn scores(sheet: &ScoreSheet, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let own = if zh { "预算执行率" } else { "execution of the budget" };
    let total = if zh { "总分" } else { "total" };
    type Stated<'s> = (&'s str, Option<Decimal>, &'s [TypedScore], &'s [Both]);
    let mut all: Vec<Stated> = Vec::new();
    for row in &sheet.rows {
        all.push((&row.title, row.score, &row.typed, &row.remarks));
    }
    all.push((own, sheet.execution.score, &sheet.execution.typed, &sheet.execution.remarks));
    all.push((total, sheet.total.score, &sheet.typed, &[]));
    all.retain(|(_, _, typed, _)| !typed.is_empty());
    if all.is_empty() {
        return String::new();
    }
    let head = match lang {
        Lang::Zh => ["各方评分", "计算得分", "自报", "主管部门", "财政", "说明"],
        Lang::En => ["scores given", "computed", "own", "department", "finance", "remarks"],
    };
    let mut lines = vec![head.map(str::to_owned)];
    for (title, score, typed, remarks) in all {
        let of = |scorer| points(typed.iter().find(|t| t.scorer == scorer).map(|t| t.score));
        let words = typed.iter().map(|t| t.reason.as_str()).filter(|r| !r.is_empty());
        let said: Vec<&str> = words.chain(remarks.iter().map(|r| r.get(lang))).collect();
        lines.push([
            title.to_owned(),
            points(score),
            of(Scorer::Own),
            of(Scorer::Department),
            of(Scorer::Finance),
            said.join(if zh { "；" } else { "; " }),
        ]);
    }
    let right = Align::Right;
    columns(&lines, &[Align::Left, right, right, right, right, Align::Left], 2)
}

/// Rows of people's words that nothing came of.
pub(super) fn unused(setting: &Setting, rows: &[Both]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut out =
        setting.say("\n没有采用的原因和评分\n", "\nReasons and scores that are not used\n").to_owned();
    rows.iter().for_each(|row| out += &format!("  - {}\n", row.get(setting.lang)));
    out
}

fn total(sheet: &ScoreSheet, lang: Lang) -> String {
    let total = &sheet.total;
    match (total.score, &sheet.grade) {
        (Some(score), grade) => {
            let grade = grade.as_ref().map_or("", |g| g.get(lang));
            let score = grouped(score, 2);
            both!("  总分 {score} 分，等级 {grade}\n", "  total {score}, grade {grade}\n")
                .get(lang)
                .to_owned()
        }
        (None, _) => {
            let (least, most) = (grouped(total.at_least, 2), grouped(total.at_most, 2));
            both!(
                "  总分未定：至少 {least} 分，至多 {most} 分（有缺数据或须人工判断的项，暂不评等级）\n",
                "  total open: at least {least}, at most {most} (something is missing or waits for a person; no grade yet)\n"
            )
            .get(lang)
            .to_owned()
        }
    }
}

/// What the region of a sheet is called.
fn called(setting: &Setting, sheet: &ScoreSheet) -> String {
    let known = sheet.region.map(|id| setting.fund.regions.get(id).both());
    known.map_or_else(|| sheet.region_name.clone(), |name| name.get(setting.lang).to_owned())
}

/// One line a region: how many indicators stand how.
pub(super) fn by_region(setting: &Setting, sheets: &[ScoreSheet]) -> String {
    let lang = setting.lang;
    let head = match lang {
        Lang::Zh => ["地区", "总分", "等级", "达成", "未达成", "缺数据或待定", "不计分"],
        Lang::En => ["region", "total", "grade", "reached", "short", "missing or open", "left out"],
    };
    let mut rows = vec![head.map(str::to_owned)];
    for sheet in sheets.iter().filter(|s| s.region.is_some()) {
        let count = |is: fn(&Status) -> bool| match sheet.rows.iter().filter(|r| is(&r.status)).count() {
            0 => String::new(),
            some => some.to_string(),
        };
        let total = &sheet.total;
        rows.push([
            called(setting, sheet),
            total.score.map_or_else(
                || format!("{}–{}", grouped(total.at_least, 2), grouped(total.at_most, 2)),
                |s| grouped(s, 2),
            ),
            sheet.grade.as_ref().map_or("—", |g| g.get(lang)).to_owned(),
            count(|s| matches!(s, Status::Reached | Status::FarAbove)),
            count(|s| *s == Status::Short),
            count(|s| matches!(s, Status::Missing | Status::NeedsPerson { .. })),
            count(|s| matches!(s, Status::LeftOut { .. })),
        ]);
    }
    if rows.len() == 1 {
        return String::new();
    }
    let head = if lang == Lang::Zh { "\n分地区\n" } else { "\nBy region\n" };
    let right = Align::Right;
    head.to_owned() + &columns(&rows, &[Align::Left, right, Align::Left, right, right, right, right], 2)
}
