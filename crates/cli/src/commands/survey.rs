use std::collections::BTreeMap;

use jixiao_core::{
    exact::Rounding,
    finding::Lang,
    survey::{Ballot, Figure, Invalid},
};
use jixiao_tables::write::csv_guarded;
use serde::Serialize;

use crate::{
    args::{ShowFormat, SurveyArgs},
    commands::{
        Setting,
        award::threads,
        evaluate::{json, there},
        print,
    },
    exit::Exit,
    output::write_file,
    render::columns::{Align, columns},
    rules::year,
    year::{Surveyed, Year},
};

/// What is told as JSON.
#[derive(Serialize)]
struct Told<'a> {
    plan: &'a jixiao_core::survey::Plan,
    results: &'a jixiao_core::survey::Results,
    strangers: u64,
}

pub(super) fn run(setting: &Setting, args: &SurveyArgs) -> Result<Exit, String> {
    let lang = setting.lang;
    let year = year(setting, args.year)?;
    there(&args.ledgers, lang)?;
    let computed = Year::compute(setting, &args.ledgers, year, threads(None))?;
    // Whom to ask is known before anybody has answered.
    let Some(surveyed) = &computed.planned_survey(setting)? else {
        return Err(match lang {
            Lang::Zh => "没有可调查的内容：资金文件夹没有 survey.toml，或没有受支持的企业".to_owned(),
            Lang::En => {
                "there is nothing to survey: the fund folder has no survey.toml, or nobody is supported"
                    .to_owned()
            }
        });
    };
    let mut said = match args.format {
        ShowFormat::Json => {
            json(&Told { plan: &surveyed.plan, results: &surveyed.results, strangers: surveyed.strangers })?
        }
        ShowFormat::Text => text(setting, surveyed),
    };
    if let Some(path) = &args.output {
        write_file(path, asked(setting, surveyed).as_bytes(), lang)?;
        if args.format == ShowFormat::Text {
            let shown = path.display();
            said += setting.say(&format!("已写入 {shown}\n"), &format!("Written to {shown}\n"));
        }
    }
    print(&said)?;
    Ok(Exit::Clean)
}

/// Whom the survey asks, as CSV that spreadsheets open with the right characters.
fn asked(setting: &Setting, surveyed: &Surveyed) -> String {
    let lang = setting.lang;
    let head = match lang {
        Lang::Zh => "地区,地区代码,方案,支持方向,统一社会信用代码",
        Lang::En => "region,region_code,scheme,scheme_name,credit_code",
    };
    let mut out = format!("\u{feff}{head}\r\n");
    for (stratum, codes) in &surveyed.drawn {
        let region = setting.fund.regions.get(stratum.region);
        let (name, scheme) = (region.both(), surveyed.survey.scheme(&stratum.scheme));
        for code in codes {
            let cells = [name.get(lang), &region.code, &stratum.scheme, scheme.get(lang), code]
                .map(|cell| csv_guarded(cell).into_owned());
            out += &(cells.join(",") + "\r\n");
        }
    }
    out
}

fn text(setting: &Setting, surveyed: &Surveyed) -> String {
    let lang = setting.lang;
    let (plan, results) = (&surveyed.plan, &surveyed.results);
    let mut out = match lang {
        Lang::Zh => format!(
            "{}：受支持 {} 家次，调查 {} 家次\n",
            surveyed.survey.label.zh, plan.population, plan.size
        ),
        Lang::En => {
            format!("{}: {} supported, {} asked\n", surveyed.survey.label.en, plan.population, plan.size)
        }
    };
    let head = match lang {
        Lang::Zh => ["地区", "受支持", "调查", "有效", "满意率", "置信区间"],
        Lang::En => ["region", "supported", "asked", "valid", "satisfied", "interval"],
    };
    let mut rows = vec![head.map(str::to_owned)];
    let mut sizes: BTreeMap<_, (u64, u64)> = BTreeMap::new();
    for (stratum, planned) in &plan.strata {
        let size = sizes.entry(stratum.region).or_default();
        *size = (size.0 + planned.population, size.1 + planned.size);
    }
    let mut row = |name: &str, population: u64, size: u64, figure: &Figure| {
        let (valid, share, interval) = match figure {
            Figure::Shown(estimate) => (
                estimate.valid.to_string(),
                estimate.share.percent(2, Rounding::HalfUp),
                estimate.interval.written(),
            ),
            Figure::Suppressed(why) => (String::new(), why.words().get(lang).to_owned(), String::new()),
            Figure::Nobody => ("0".to_owned(), "—".to_owned(), String::new()),
        };
        rows.push([name.to_owned(), population.to_string(), size.to_string(), valid, share, interval]);
    };
    row(setting.say("全省（整体）", "the whole"), plan.population, plan.size, &results.whole);
    for (region, figure) in &results.regions {
        let (population, size) = sizes.get(region).copied().unwrap_or_default();
        row(setting.fund.regions.get(*region).both().get(lang), population, size, figure);
    }
    let right = Align::Right;
    out += &columns(&rows, &[Align::Left, right, right, right, right, right], 2);
    out += &left_out(setting, surveyed);
    for warning in &results.warnings {
        out += &format!("  ! {}\n", warning.text().get(lang));
    }
    plan.notes.iter().for_each(|note| out += &format!("  {}\n", note.get(lang)));
    out += &format!("  {}\n", results.statement.get(lang));
    out
}

/// Answers that do not count, by reason: every answer is accounted for.
fn left_out(setting: &Setting, surveyed: &Surveyed) -> String {
    let mut invalid: BTreeMap<Invalid, usize> = BTreeMap::new();
    for judged in &surveyed.judged {
        if let Ballot::Invalid(why) = judged.ballot {
            *invalid.entry(why).or_default() += 1;
        }
    }
    let counted = surveyed.judged.len() - invalid.values().sum::<usize>();
    let mut parts: Vec<String> =
        invalid.iter().map(|(why, n)| format!("{} {n}", why.words().get(setting.lang))).collect();
    if surveyed.strangers > 0 {
        let name = setting.say("名录中没有或没有日期", "not in the register, or without a day");
        parts.push(format!("{name} {}", surveyed.strangers));
    }
    let all = surveyed.judged.len() as u64 + surveyed.strangers;
    let listed = parts.join(setting.say("、", ", "));
    match setting.lang {
        Lang::Zh => format!("  答题 {all} 条：有效 {counted} 条；无效：{listed}\n"),
        Lang::En => format!("  {all} answers: {counted} count; not: {listed}\n"),
    }
}
