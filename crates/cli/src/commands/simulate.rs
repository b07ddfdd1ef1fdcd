use std::collections::BTreeMap;

use jixiao_core::{both, finding::Lang};
use jixiao_engine::{
    number::Dec,
    run,
    run::{
        Bindings,
        simulate::{Axis, Cost, Fit, Point, Simulation, simulate},
    },
    scheme::plan::Plan,
};
use serde_json::json;

use crate::{
    args::{SimulateArgs, SimulateFormat},
    commands::{Setting, award::threads, print},
    exit::Exit,
    ledger_files::LedgerFiles,
    output::write_file,
    progress::Progress,
    render::{
        columns::{Align, columns},
        flow::grouped,
    },
    rules::{Rules, finer_for, split, year},
    targets,
};

/// How many digits beyond those typed a fit is searched to.
const FINER: u8 = 3;

pub(super) fn run(setting: &Setting, args: &SimulateArgs) -> Result<Exit, String> {
    let lang = setting.lang;
    let rules = Rules::read(&setting.texts, lang)?;
    let named = std::slice::from_ref(&args.scheme);
    let scheme = *rules.pick(named, lang)?.first().ok_or_else(|| rules.unknown(&args.scheme, lang))?;
    let year = year(setting, args.year)?;
    let axes = args.set.iter().map(|t| axis(t, lang)).collect::<Result<Vec<Axis>, String>>()?;
    let rough = rules.plan(scheme, setting, year, &[])?;
    let finer = axes.iter().filter_map(|axis| {
        let mut finer = finer_for(&rough, &axis.id, &axis.values)?;
        if args.fit.as_deref() == Some(axis.id.as_str()) {
            finer.scale = finer.scale.max(6) + FINER;
        }
        Some(finer)
    });
    let plan = rules.plan(scheme, setting, year, &finer.collect::<Vec<_>>())?;
    let ledgers = rules.ledgers(setting)?;
    let files = LedgerFiles::of(&args.ledgers, ledgers, lang)?;
    let watch = Progress::over(files.bytes(&[&plan]));
    let open = files.opener();
    let outside = run::Setting { ledgers, open: &*open, threads: threads(args.threads), watch: &watch };
    let told = simulate(&plan, &Bindings::of(&plan), &axes, args.fit.as_deref(), &outside)
        .map_err(|e| e.text().get(lang).to_owned())?;
    drop(watch);
    let out = match args.format {
        SimulateFormat::Text => text(setting, &plan, year, &told),
        SimulateFormat::Csv => csv_text(setting, &told)?,
        SimulateFormat::Json => json_text(&plan, year, &told)?,
    };
    match &args.output {
        Some(path) => write_file(path, out.as_bytes(), lang)?,
        None => print(&out)?,
    }
    Ok(Exit::Clean)
}

/// An axis as it is typed: `rate=0.004` or `rate=0.001..0.02/50`.
fn axis(text: &str, lang: Lang) -> Result<Axis, String> {
    let wrong = || match lang {
        Lang::Zh => format!("--set {text}：应写成 参数=数值 或 参数=下限..上限/步数，如 rate=0.001..0.02/50"),
        Lang::En => {
            format!("--set {text}: write NAME=VALUE or NAME=FROM..TO/STEPS, such as rate=0.001..0.02/50")
        }
    };
    let (_, name, value) = split(text).ok_or_else(wrong)?;
    let Some((from, rest)) = value.split_once("..") else {
        let value = Dec::parse(value).ok_or_else(wrong)?;
        return Ok(Axis { id: name.to_owned(), values: vec![value] });
    };
    let (to, steps) = rest.split_once('/').ok_or_else(wrong)?;
    let (from, to) = (Dec::parse(from).ok_or_else(wrong)?, Dec::parse(to).ok_or_else(wrong)?);
    let steps: u32 = steps.parse().ok().filter(|n| *n <= 1_000_000).ok_or_else(wrong)?;
    Axis::range(name, from, to, steps).map_err(|e| e.get(lang).to_owned())
}

fn yuan(fen: i64) -> String {
    Dec::new(i128::from(fen), 2).grouped(2)
}

fn text(setting: &Setting, plan: &Plan, year: i16, told: &Simulation) -> String {
    let lang = setting.lang;
    let mut out = format!("{}  {year}\n", plan.label.get(lang));
    let of = |id: &str| {
        let parameter = plan.parameters.iter().find(|p| p.id == id);
        let unit = parameter.and_then(|p| p.unit.as_ref()).map_or("", |u| u.text.as_str());
        let label = parameter.map_or(id, |p| p.label.get(lang));
        if unit.is_empty() || unit == "1" {
            format!("{label} [{id}]")
        } else {
            format!("{label} [{id}] {unit}")
        }
    };
    let axes: Vec<String> = told.axes.iter().map(|a| of(&a.id)).collect();
    let head = match lang {
        Lang::Zh => {
            [axes.join(" / "), "应支持（元）".into(), "核定（元）".into(), "企业数".into(), "预算内".into()]
        }
        Lang::En => [
            axes.join(" / "),
            "wanted, yuan".into(),
            "awarded, yuan".into(),
            "enterprises".into(),
            "within".into(),
        ],
    };
    let mark = |within: Option<bool>| match (within, lang) {
        (None, _) => "—",
        (Some(true), Lang::Zh) => "是",
        (Some(false), Lang::Zh) => "否",
        (Some(true), Lang::En) => "yes",
        (Some(false), Lang::En) => "no",
    };
    let mut rows = vec![head];
    for point in &told.points {
        let values: Vec<String> = point.values.iter().map(|v| v.normal().to_string()).collect();
        let Cost { wanted_fen, awarded_fen, beneficiaries } = point.all;
        rows.push([
            values.join(" / "),
            yuan(wanted_fen),
            yuan(awarded_fen),
            grouped(beneficiaries),
            mark(point.within_budget).to_owned(),
        ]);
    }
    out += &columns(&rows, &[Align::Right, Align::Right, Align::Right, Align::Right, Align::Left], 2);
    if let Some(budget) = told.budget_fen {
        let budget = yuan(budget);
        out += both!("预算 {budget} 元\n", "Money: {budget} yuan\n").get(lang);
    }
    for fit in &told.fits {
        out += &fit_text(fit, &told.axes, &of, lang);
    }
    let last = told.points.last().map(|p| &p.regions);
    let regions = told.fits.iter().rev().find(|f| f.value.is_some()).map(|f| &f.regions).or(last);
    if let Some(regions) = regions {
        out += &by_region(setting, plan, year, regions, !told.fits.is_empty());
    }
    out
}

fn fit_text(fit: &Fit, axes: &[Axis], of: &dyn Fn(&str) -> String, lang: Lang) -> String {
    let fitted = axes.iter().find(|a| fit.others.iter().all(|(id, _)| *id != a.id));
    let name = fitted.map_or(String::new(), |a| of(&a.id));
    let others: Vec<String> = fit.others.iter().map(|(id, v)| format!("{id}={}", v.normal())).collect();
    let others = if others.is_empty() { String::new() } else { format!("（{}）", others.join(" ")) };
    let mut out = match (fit.value, fit.cost) {
        (Some(value), Some(cost)) => {
            let (cost, value) = (yuan(cost.wanted_fen), value.normal());
            let end = if fit.at_end {
                both!("（已到范围上限）", " (the end of the range)")
            } else {
                both!("", "")
            };
            both!(
                "预算内的最大值{others}：{name} = {value}，应支持 {cost} 元{zh}\n",
                "Largest value within the money{others}: {name} = {value}, wanted {cost} yuan{en}\n",
                zh = end.zh,
                en = end.en
            )
        }
        _ => both!(
            "范围内没有一个值在预算之内{others}：{name}\n",
            "No value of the range stays within the money{others}: {name}\n"
        ),
    };
    if !fit.growing {
        let more = both!(
            "  注意：金额不随该参数单调增加，更大的值也可能在预算内\n",
            "  Mind: the cost does not grow all along; a larger value may do too\n"
        );
        out = jixiao_core::finding::Both::new(out.zh + &more.zh, out.en + &more.en);
    }
    out.get(lang).to_owned()
}

fn by_region(
    setting: &Setting,
    plan: &Plan,
    year: i16,
    regions: &BTreeMap<Option<String>, Cost>,
    fitted: bool,
) -> String {
    let lang = setting.lang;
    let goals = targets::of_scheme(setting, &plan.id, year);
    let which = if fitted {
        both!("预算内最大值时各地区", "By region, at the largest value within the money")
    } else {
        both!("最后一点各地区", "By region, at the last point")
    };
    let mut out = match &goals {
        Some((spec, _)) => {
            let name = spec.names.first().map_or("", String::as_str);
            both!("{w}（目标：{name}）\n", "{e} (target: {name})\n", w = which.zh, e = which.en)
                .get(lang)
                .to_owned()
        }
        None => format!("{}\n", which.get(lang)),
    };
    let head = match lang {
        Lang::Zh => ["", "应支持（元）", "企业数", "目标", "达到"],
        Lang::En => ["", "wanted, yuan", "enterprises", "target", "met"],
    };
    let mut rows = vec![head.map(str::to_owned)];
    let mut codes: Vec<Option<String>> = setting
        .fund
        .regions
        .iter()
        .map(|(_, r)| Some(r.code.clone()))
        .filter(|code| {
            regions.contains_key(code) || goals.as_ref().is_some_and(|(_, goals)| goals.contains_key(code))
        })
        .collect();
    codes.extend(regions.keys().filter(|c| !codes.contains(c)).cloned().collect::<Vec<_>>());
    for code in codes {
        let cost = regions.get(&code).copied().unwrap_or_default();
        let name = setting.fund.regions.iter().find(|(_, r)| Some(&r.code) == code.as_ref());
        let name = match (&code, name) {
            (_, Some((_, region))) => region.name.clone(),
            (Some(code), None) => code.clone(),
            (None, None) => both!("不在名录", "not in the register").get(lang).to_owned(),
        };
        let goal = goals.as_ref().and_then(|(_, goals)| goals.get(&code)).filter(|_| code.is_some());
        let met = goal.and_then(|g| g.met(cost.beneficiaries));
        let met = met.map_or("", |met| match (met, lang) {
            (true, _) => "✓",
            (false, Lang::Zh) => "✗ 未达到",
            (false, Lang::En) => "✗ missed",
        });
        let target = goal.map_or(String::new(), |g| g.text.clone());
        rows.push([name, yuan(cost.wanted_fen), grouped(cost.beneficiaries), target, met.to_owned()]);
    }
    out += &columns(&rows, &[Align::Left, Align::Right, Align::Right, Align::Right, Align::Left], 2);
    out
}

fn csv_text(setting: &Setting, told: &Simulation) -> Result<String, String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut head: Vec<String> = told.axes.iter().map(|a| a.id.clone()).collect();
    head.extend(
        ["region", "region_name", "wanted_yuan", "awarded_yuan", "beneficiaries", "within_budget"]
            .map(str::to_owned),
    );
    let wrong = |e: csv::Error| e.to_string();
    writer.write_record(&head).map_err(wrong)?;
    let mut line = |point: &Point, code: &str, cost: &Cost, within: &str| {
        let name =
            setting.fund.regions.iter().find(|(_, r)| r.code == code).map_or("", |(_, r)| r.name.as_str());
        let mut cells: Vec<String> = point.values.iter().map(|v| v.normal().to_string()).collect();
        let plain = |fen: i64| Dec::new(i128::from(fen), 2).to_string();
        cells.extend([code.to_owned(), name.to_owned(), plain(cost.wanted_fen), plain(cost.awarded_fen)]);
        cells.extend([cost.beneficiaries.to_string(), within.to_owned()]);
        writer.write_record(&cells).map_err(wrong)
    };
    for point in &told.points {
        let within = point.within_budget.map_or(String::new(), |w| w.to_string());
        line(point, "", &point.all, &within)?;
        for (code, cost) in &point.regions {
            line(point, code.as_deref().unwrap_or("-"), cost, "")?;
        }
    }
    let bytes = writer.into_inner().map_err(|e| e.to_string())?;
    String::from_utf8(bytes).map_err(|e| e.to_string())
}

fn json_text(plan: &Plan, year: i16, told: &Simulation) -> Result<String, String> {
    let regions = |all: &BTreeMap<Option<String>, Cost>| -> Vec<serde_json::Value> {
        all.iter().map(|(code, cost)| json!({ "region": code, "cost": cost })).collect()
    };
    let text = |v: &Dec| v.normal().to_string();
    let points: Vec<_> = told
        .points
        .iter()
        .map(|p| {
            json!({ "values": p.values.iter().map(text).collect::<Vec<_>>(), "all": p.all,
                    "within_budget": p.within_budget, "regions": regions(&p.regions) })
        })
        .collect();
    let fits: Vec<_> = told
        .fits
        .iter()
        .map(|f| {
            json!({ "others": f.others.iter().map(|(id, v)| (id.clone(), text(v))).collect::<BTreeMap<_, _>>(),
                    "value": f.value.as_ref().map(text), "at_end": f.at_end, "cost": f.cost, "growing": f.growing,
                    "regions": regions(&f.regions) })
        })
        .collect();
    let whole = json!({ "scheme": plan.id, "year": year, "axes": told.axes.iter().map(|a| &a.id).collect::<Vec<_>>(),
                        "budget_fen": told.budget_fen, "points": points, "fits": fits });
    serde_json::to_string_pretty(&whole).map(|t| t + "\n").map_err(|e| e.to_string())
}
