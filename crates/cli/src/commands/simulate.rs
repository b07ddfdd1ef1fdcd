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
    rules::{Rules, finer_for, qualified, split, target, year},
    targets::{self, Goal},
};

/// What the fund's table asks of a scheme: the name of its indicator, and the goals by division code, the whole fund's under
/// none.
struct Goals {
    name: String,
    of: BTreeMap<Option<String>, Goal>,
}

impl Goals {
    fn read(setting: &Setting, plan: &Plan, year: i16) -> Option<Self> {
        let (spec, of) = targets::of_scheme(setting, &plan.id, year)?;
        Some(Self { name: spec.names.first().cloned().unwrap_or_default(), of })
    }
}

/// What a goal says, and whether so many enterprises meet it.
fn judged(goal: Option<&Goal>, enterprises: u64) -> (Option<&str>, Option<bool>) {
    (goal.map(|g| g.text.as_str()), goal.and_then(|g| g.met(enterprises)))
}

/// How many digits beyond those typed a fit is searched to.
const FINER: u8 = 3;

pub(super) fn run(setting: &Setting, args: &SimulateArgs) -> Result<Exit, String> {
    let lang = setting.lang;
    let rules = Rules::read(&setting.texts, lang)?;
    let named = std::slice::from_ref(&args.scheme);
    let scheme = *rules.pick(named, lang)?.first().ok_or_else(|| rules.unknown(&args.scheme, lang))?;
    let year = year(setting, args.year)?;
    let rough = rules.plan(scheme, setting, year, &[])?;
    let plans = std::slice::from_ref(&rough);
    let mut axes: Vec<Axis> = Vec::with_capacity(args.set.len());
    for text in &args.set {
        let axis = axis(text, plans, lang)?;
        if axes.iter().any(|a| a.id == axis.id) {
            let id = &axis.id;
            return Err(both!("--set {text}：{id} 已经给过", "--set {text}: {id} is set already")
                .get(lang)
                .to_owned());
        }
        axes.push(axis);
    }
    let fit = args.fit.as_deref().map(|text| {
        let (scheme, name) = qualified(text);
        target(plans, scheme, name, lang).map(|_| name)
    });
    let fit = fit.transpose()?;
    let finer = axes.iter().filter_map(|axis| {
        let mut finer = finer_for(&rough, &axis.id, &axis.values)?;
        if fit == Some(axis.id.as_str()) {
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
    let told = simulate(&plan, &Bindings::of(&plan), &axes, fit, &outside)
        .map_err(|e| e.text().get(lang).to_owned())?;
    drop(watch);
    let goals = Goals::read(setting, &plan, year);
    let out = match args.format {
        SimulateFormat::Text => text(setting, &plan, year, &told, goals.as_ref()),
        SimulateFormat::Csv => csv_text(setting, &told, goals.as_ref())?,
        SimulateFormat::Json => json_text(&plan, year, &told, goals.as_ref())?,
    };
    match &args.output {
        Some(path) => write_file(path, out.as_bytes(), lang)?,
        None => print(&out)?,
    }
    Ok(Exit::Clean)
}

/// An axis as it is typed: `rate=0.004`, `rate=0.001..0.02/50` or `import-interest.rate=0.004`.
fn axis(text: &str, plans: &[Plan], lang: Lang) -> Result<Axis, String> {
    let wrong = || match lang {
        Lang::Zh => format!("--set {text}：应写成 参数=数值 或 参数=下限..上限/步数，如 rate=0.001..0.02/50"),
        Lang::En => {
            format!("--set {text}: write NAME=VALUE or NAME=FROM..TO/STEPS, such as rate=0.001..0.02/50")
        }
    };
    let (scheme, name, value) = split(text).ok_or_else(wrong)?;
    target(plans, scheme, name, lang)?;
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

fn text(setting: &Setting, plan: &Plan, year: i16, told: &Simulation, goals: Option<&Goals>) -> String {
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
    let over = setting.say("，超过上限", ", above a ceiling");
    let mut rows = vec![head];
    for point in &told.points {
        let values: Vec<String> = point.values.iter().map(|v| v.normal().to_string()).collect();
        let Cost { wanted_fen, awarded_fen, beneficiaries } = point.all;
        rows.push([
            values.join(" / "),
            yuan(wanted_fen),
            yuan(awarded_fen),
            grouped(beneficiaries),
            format!("{}{}", mark(point.within_budget), if point.above.is_empty() { "" } else { over }),
        ]);
    }
    out += &columns(&rows, &[Align::Right, Align::Right, Align::Right, Align::Right, Align::Left], 2);
    if let Some(budget) = told.budget_fen {
        let budget = yuan(budget);
        out += both!("预算 {budget} 元\n", "Money: {budget} yuan\n").get(lang);
    }
    out += &above_text(told, lang);
    for fit in &told.fits {
        out += &fit_text(fit, &told.axes, &of, lang);
    }
    let last = told.points.last().map(|p| (p.all, &p.regions));
    let fitted = told.fits.iter().rev().find_map(|f| Some((f.cost?, &f.regions)));
    if let Some((all, regions)) = fitted.or(last) {
        out += &by_region(setting, all, regions, fitted.is_some(), goals);
    }
    out
}

/// What is said of parameters above their ceilings: of each the point that is farthest above, which is the last.
fn above_text(told: &Simulation, lang: Lang) -> String {
    let mut all = BTreeMap::new();
    told.points.iter().for_each(|p| all.extend(&p.above));
    let line = |said: &&jixiao_core::finding::Both| match lang {
        Lang::Zh => format!("注意：{}\n", said.zh),
        Lang::En => format!("Mind: {}\n", said.en),
    };
    all.values().map(line).collect()
}

fn fit_text(fit: &Fit, axes: &[Axis], of: &dyn Fn(&str) -> String, lang: Lang) -> String {
    let fitted = axes.iter().find(|a| fit.others.iter().all(|(id, _)| *id != a.id));
    let name = fitted.map_or(String::new(), |a| of(&a.id));
    let others: Vec<String> = fit.others.iter().map(|(id, v)| format!("{id}={}", v.normal())).collect();
    let others = if others.is_empty() { String::new() } else { format!("（{}）", others.join(" ")) };
    let mut out = match (fit.value, fit.cost) {
        (Some(value), Some(cost)) => {
            let (cost, value) = (yuan(cost.wanted_fen), value.normal());
            let mut notes = Vec::new();
            if fit.at_end {
                notes.push(both!("已到给定范围的末端", "the end of the range"));
            }
            if !fit.above.is_empty() {
                notes.push(both!("超过上限，见上", "above a ceiling, see above"));
            }
            let all = |pick: fn(&jixiao_core::finding::Both) -> &str, joint: &str| {
                notes.iter().map(pick).collect::<Vec<_>>().join(joint)
            };
            let end = match notes.as_slice() {
                [] => both!("", ""),
                _ => both!("（{zh}）", " ({en})", zh = all(|b| &b.zh, "；"), en = all(|b| &b.en, "; ")),
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
    all: Cost,
    regions: &BTreeMap<Option<String>, Cost>,
    fitted: bool,
    goals: Option<&Goals>,
) -> String {
    let lang = setting.lang;
    let which = if fitted {
        both!("预算内最大值时各地区", "By region, at the largest value within the money")
    } else {
        both!("最后一点各地区", "By region, at the last point")
    };
    let mut out = match goals {
        Some(Goals { name, .. }) => {
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
    let mut row = |name: String, cost: Cost, goal: Option<&Goal>| {
        let (target, met) = judged(goal, cost.beneficiaries);
        let met = met.map_or("", |met| match (met, lang) {
            (true, _) => "✓",
            (false, Lang::Zh) => "✗ 未达到",
            (false, Lang::En) => "✗ missed",
        });
        let target = target.unwrap_or_default().to_owned();
        rows.push([name, yuan(cost.wanted_fen), grouped(cost.beneficiaries), target, met.to_owned()]);
    };
    // The fund's own target stands with all regions together.
    row(both!("全部", "all").get(lang).to_owned(), all, goals.and_then(|g| g.of.get(&None)));
    for (code, cost) in with_goals(setting, regions, goals) {
        let name = setting.fund.regions.iter().find(|(_, r)| Some(&r.code) == code.as_ref());
        let name = match (&code, name) {
            (_, Some((_, region))) => region.name.clone(),
            (Some(code), None) => code.clone(),
            (None, None) => both!("不在名录", "not in the register").get(lang).to_owned(),
        };
        row(name, cost, region_goal(goals, &code));
    }
    out += &columns(&rows, &[Align::Left, Align::Right, Align::Right, Align::Right, Align::Left], 2);
    out
}

/// The goal of a region. An enterprise that is in no region has none: the entry without a code is the whole fund's.
fn region_goal<'g>(goals: Option<&'g Goals>, code: &Option<String>) -> Option<&'g Goal> {
    goals.and_then(|g| g.of.get(code)).filter(|_| code.is_some())
}

/// Costs by region in the order of the fund's regions: those that occur, and those of which something is asked.
fn with_goals(
    setting: &Setting,
    regions: &BTreeMap<Option<String>, Cost>,
    goals: Option<&Goals>,
) -> Vec<(Option<String>, Cost)> {
    let asked = |code: &Option<String>| goals.is_some_and(|g| g.of.contains_key(code));
    let mut codes: Vec<Option<String>> = setting
        .fund
        .regions
        .iter()
        .map(|(_, r)| Some(r.code.clone()))
        .filter(|code| regions.contains_key(code) || asked(code))
        .collect();
    codes.extend(regions.keys().filter(|c| !codes.contains(c)).cloned().collect::<Vec<_>>());
    codes.into_iter().map(|code| (code.clone(), regions.get(&code).copied().unwrap_or_default())).collect()
}

fn csv_text(setting: &Setting, told: &Simulation, goals: Option<&Goals>) -> Result<String, String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut head: Vec<String> = told.axes.iter().map(|a| a.id.clone()).collect();
    head.extend(
        [
            "region",
            "region_name",
            "wanted_yuan",
            "awarded_yuan",
            "beneficiaries",
            "within_budget",
            "target",
            "met",
            "above_ceiling",
        ]
        .map(str::to_owned),
    );
    let wrong = |e: csv::Error| e.to_string();
    writer.write_record(&head).map_err(wrong)?;
    let mut line = |point: &Point, code: &str, cost: &Cost, within: &str, goal: Option<&Goal>| {
        let name =
            setting.fund.regions.iter().find(|(_, r)| r.code == code).map_or("", |(_, r)| r.name.as_str());
        let mut cells: Vec<String> = point.values.iter().map(|v| v.normal().to_string()).collect();
        let plain = |fen: i64| Dec::new(i128::from(fen), 2).to_string();
        cells.extend([code.to_owned(), name.to_owned(), plain(cost.wanted_fen), plain(cost.awarded_fen)]);
        let (target, met) = judged(goal, cost.beneficiaries);
        let met = met.map_or(String::new(), |met| met.to_string());
        cells.extend([cost.beneficiaries.to_string(), within.to_owned()]);
        let above: Vec<&str> = point.above.keys().map(String::as_str).collect();
        cells.extend([target.unwrap_or_default().to_owned(), met, above.join(" ")]);
        writer.write_record(&cells).map_err(wrong)
    };
    for point in &told.points {
        let within = point.within_budget.map_or(String::new(), |w| w.to_string());
        line(point, "", &point.all, &within, goals.and_then(|g| g.of.get(&None)))?;
        for (code, cost) in with_goals(setting, &point.regions, goals) {
            line(point, code.as_deref().unwrap_or("-"), &cost, "", region_goal(goals, &code))?;
        }
    }
    let bytes = writer.into_inner().map_err(|e| e.to_string())?;
    String::from_utf8(bytes).map_err(|e| e.to_string())
}

fn json_text(plan: &Plan, year: i16, told: &Simulation, goals: Option<&Goals>) -> Result<String, String> {
    let whole = goals.and_then(|g| g.of.get(&None));
    let regions = |all: &BTreeMap<Option<String>, Cost>| -> Vec<serde_json::Value> {
        let one = |(code, cost): (&Option<String>, &Cost)| {
            let met = judged(region_goal(goals, code), cost.beneficiaries).1;
            json!({ "region": code, "cost": cost, "met": met })
        };
        all.iter().map(one).collect()
    };
    let text = |v: &Dec| v.normal().to_string();
    let points: Vec<_> = told
        .points
        .iter()
        .map(|p| {
            json!({ "values": p.values.iter().map(text).collect::<Vec<_>>(), "all": p.all,
                    "met": judged(whole, p.all.beneficiaries).1,
                    "within_budget": p.within_budget, "above_ceiling": p.above.keys().collect::<Vec<_>>(),
                    "regions": regions(&p.regions) })
        })
        .collect();
    let fits: Vec<_> = told
        .fits
        .iter()
        .map(|f| {
            json!({ "others": f.others.iter().map(|(id, v)| (id.clone(), text(v))).collect::<BTreeMap<_, _>>(),
                    "value": f.value.as_ref().map(text), "at_end": f.at_end, "cost": f.cost,
                    "met": f.cost.and_then(|c| judged(whole, c.beneficiaries).1), "growing": f.growing,
                    "above_ceiling": f.above.keys().collect::<Vec<_>>(),
                    "regions": regions(&f.regions) })
        })
        .collect();
    // Every target that the table has, also of regions where nobody applied.
    let targets = goals.map(|g| {
        let of = |(code, goal): (&Option<String>, &Goal)| Some(json!({ "region": code.as_ref()?, "target": goal.text }));
        json!({ "indicator": g.name, "all": whole.map(|g| &g.text), "regions": g.of.iter().filter_map(of).collect::<Vec<_>>() })
    });
    let whole = json!({ "scheme": plan.id, "year": year, "axes": told.axes.iter().map(|a| &a.id).collect::<Vec<_>>(),
                        "budget_fen": told.budget_fen, "targets": targets, "points": points, "fits": fits });
    serde_json::to_string_pretty(&whole).map(|t| t + "\n").map_err(|e| e.to_string())
}
