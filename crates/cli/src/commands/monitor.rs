use jixiao_core::{
    finding::Lang,
    monitor::{self, MoneyFollowed, Monitoring, Row},
    region::RegionId,
    said,
};
use jixiao_report::figure::Figure;

use crate::{
    args::{MonitorArgs, ShowFormat},
    commands::{
        Setting,
        award::threads,
        evaluate::{self, json, region, there},
        print,
    },
    exit::Exit,
    render::columns::{Align, columns},
    rules::year,
    year::{Year, monitoring_rules},
};

pub(super) fn run(setting: &Setting, args: &MonitorArgs) -> Result<Exit, String> {
    let year = year(setting, args.year)?;
    let region = args.region.as_deref().map(|name| region(setting, name)).transpose()?;
    let rules = monitoring_rules(setting)?;
    there(&args.ledgers, setting.lang)?;
    let computed = Year::compute(setting, &args.ledgers, year, threads(args.threads))?;
    let month = args.month.unwrap_or(rules.month);
    let monitoring = computed.monitoring(setting, &rules, month)?;
    match args.format {
        ShowFormat::Json => print(&json(&monitoring)?)?,
        ShowFormat::Text => {
            let mut unused = computed.unused();
            unused.extend(computed.reasons_of_month(&rules, &computed.followed(setting), month).1);
            let said = text(setting, &monitoring, &rules, region) + &evaluate::unused(setting, &unused);
            print(&said)?;
        }
    }
    Ok(Exit::Clean)
}

fn name(setting: &Setting, region: Option<RegionId>) -> String {
    match region {
        Some(id) => setting.fund.regions.get(id).both().get(setting.lang).to_owned(),
        None => setting.say("全省（整体）", "the whole").to_owned(),
    }
}

fn text(
    setting: &Setting,
    monitoring: &Monitoring,
    rules: &monitor::Rules,
    region: Option<RegionId>,
) -> String {
    let lang = setting.lang;
    let (year, month) = (monitoring.year, monitoring.month);
    let (shown, fund) = (name(setting, region), setting.fund.both());
    let mut out = match lang {
        Lang::Zh => format!("{} {year}年1—{month}月绩效运行监控　{shown}\n", fund.zh),
        Lang::En => {
            format!("{}: monitoring of January to month {month} of {year}, {shown}\n", fund.en)
        }
    };
    out += &indicators(setting, monitoring.of(region));
    if let Some(money) = monitoring.money.iter().find(|m| m.region == region) {
        out += &said_of_money(setting, money, month);
    }
    out += &reasons(setting, monitoring, rules, region);
    if region.is_none() {
        out += &by_region(setting, monitoring);
    }
    let owed: Vec<_> = monitoring.owed.iter().filter(|o| o.region == region || region.is_none()).collect();
    if !owed.is_empty() {
        /// More lines than these nobody reads on a screen; the JSON has them all.
        const SHOWN: usize = 20;
        let overdue = owed.iter().filter(|o| o.is_overdue()).count();
        out += &match lang {
            Lang::Zh => format!("\n待办 {} 项，其中逾期 {overdue} 项\n", owed.len()),
            Lang::En => format!("\nOwed: {}, of which overdue {overdue}\n", owed.len()),
        };
        for owed in owed.iter().take(SHOWN) {
            let who = name(setting, owed.region);
            let (by, what) = (owed.by, owed.what.get(lang));
            let late = match (owed.days_overdue, lang) {
                (0, _) => String::new(),
                (days, Lang::Zh) => format!("，已逾期 {days} 天"),
                (days, Lang::En) => format!(", {days} days overdue"),
            };
            out += &match lang {
                Lang::Zh => format!("  - {who}：{what}（{by} 前{late}）\n"),
                Lang::En => format!("  - {who}: {what} (by {by}{late})\n"),
            };
        }
        if owed.len() > SHOWN {
            let rest = owed.len() - SHOWN;
            out += &match lang {
                Lang::Zh => format!("  ……另 {rest} 项，见 --format json 或 --region\n"),
                Lang::En => format!("  … {rest} more, see --format json or --region\n"),
            };
        }
    }
    out += &format!("\n{}\n", monitoring.statement.get(lang));
    if !monitoring.illustrative.is_empty() {
        let list = monitoring.illustrative.join(setting.say("、", ", "));
        out += &match lang {
            Lang::Zh => format!("用到示例参数（未查到规定，不是依据）：{list}\n"),
            Lang::En => format!("Made with illustrative parameters, for which no rule was found: {list}\n"),
        };
    }
    out
}

fn indicators<'a>(setting: &Setting, rows: impl Iterator<Item = &'a Row>) -> String {
    let lang = setting.lang;
    let head = match lang {
        Lang::Zh => ["指标", "年度指标值", "执行情况", "全年预计", "预计区间", "完成可能性"],
        Lang::En => ["indicator", "target", "progress", "expected", "interval", "chance"],
    };
    let mut lines = vec![head.map(str::to_owned)];
    for row in rows {
        let places = u32::from(!row.unit.as_ref().is_some_and(jixiao_core::unit::Unit::is_count)) * 2;
        let bound = |b: Option<jixiao_core::interval::Bound>| {
            b.map_or_else(|| "…".to_owned(), |b| jixiao_report::figure::grouped(b.value, places))
        };
        let range = row
            .projection
            .as_ref()
            .map_or(String::new(), |p| format!("{}–{}", bound(p.range.lower), bound(p.range.upper)));
        let progress = row.progress_written();
        let progress = progress.get(lang);
        lines.push([
            setting.fund.indicator(&row.title).get(lang).to_owned(),
            said::target(&row.target).get(lang).to_owned(),
            if progress.is_empty() { setting.say("缺", "missing").to_owned() } else { progress.to_owned() },
            row.projection_written().get(lang).to_owned(),
            range,
            row.chance.map_or("—".to_owned(), |c| c.words().get(lang).to_owned()),
        ]);
    }
    let align = [Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Left];
    columns(&lines, &align, 2)
}

/// The reasons that were given: those of the region itself, and how many more there are.
fn reasons(
    setting: &Setting,
    monitoring: &Monitoring,
    rules: &monitor::Rules,
    region: Option<RegionId>,
) -> String {
    let lang = setting.lang;
    let mut out = String::new();
    for (row, given) in monitoring.of(region).flat_map(|row| row.reasons.iter().map(move |r| (row, r))) {
        let kind = rules.reason(&given.code).map_or(given.code.as_str(), |kind| kind.label.get(lang));
        let title = setting.fund.indicator(&row.title);
        let (title, text, by) = (title.get(lang), given.text.trim_end_matches('。'), &given.by);
        let measures = given.measures.trim_end_matches('。');
        out += &match (lang, measures) {
            (Lang::Zh, "") => format!("    - {title}〔{kind}〕{text}（{by}；没有写措施）\n"),
            (Lang::Zh, _) => format!("    - {title}〔{kind}〕{text}；措施：{measures}（{by}）\n"),
            (Lang::En, "") => format!("    - {title} [{kind}] {text} ({by}; no measures)\n"),
            (Lang::En, _) => format!("    - {title} [{kind}] {text}; measures: {measures} ({by})\n"),
        };
    }
    let elsewhere: usize = monitoring
        .rows
        .iter()
        .filter(|r| region.is_none() && r.region.is_some())
        .map(|r| r.reasons.len())
        .sum();
    if elsewhere > 0 {
        out += &match lang {
            Lang::Zh => format!("    - 各地区另有 {elsewhere} 条，见 --region\n"),
            Lang::En => format!("    - {elsewhere} more of regions, see --region\n"),
        };
    }
    if out.is_empty() {
        return out;
    }
    setting.say("  原因和措施：\n", "  Reasons and measures:\n").to_owned() + &out
}

fn said_of_money(setting: &Setting, money: &MoneyFollowed, month: u8) -> String {
    let lang = setting.lang;
    let wan = |fen| Figure::wan(fen).with_unit().get(lang).to_owned();
    let (budget, lamp) = (wan(money.budget), money.lamp.words());
    let paid = money.paid.map_or_else(|| setting.say("缺", "missing").to_owned(), wan);
    let percent = |share: &Option<jixiao_core::exact::Exact>| {
        share.as_ref().map_or_else(|| "—".to_owned(), |s| s.percent(2, jixiao_core::exact::Rounding::HalfUp))
    };
    let (rate, pace) = (percent(&money.rate), percent(&money.pace));
    let mut out = match lang {
        Lang::Zh => format!(
            "  资金：调整后预算 {budget}，1—{month}月执行 {paid}，执行率 {rate}，对时间进度 {pace}  {}\n",
            lamp.zh
        ),
        Lang::En => format!(
            "  money: adjusted budget {budget}, paid by month {month} {paid}, rate {rate}, against time {pace}  {}\n",
            lamp.en
        ),
    };
    if let Some(divergence) = &money.divergence {
        out += &format!("  {}\n", divergence.words().get(lang));
    }
    out
}

/// One line a region: its lamp, and how many targets stand how.
fn by_region(setting: &Setting, monitoring: &Monitoring) -> String {
    use jixiao_core::monitor::Chance;
    let lang = setting.lang;
    let head = match lang {
        Lang::Zh => ["地区", "执行率", "资金灯", "确定能", "有可能", "完全不可能", "缺数据"],
        Lang::En => ["region", "rate", "lamp", "sure", "maybe", "impossible", "missing"],
    };
    let mut rows = vec![head.map(str::to_owned)];
    for money in monitoring.money.iter().filter(|m| m.region.is_some()) {
        let count = |chance: Option<Chance>| {
            monitoring.of(money.region).filter(|r| r.chance == chance).count().to_string()
        };
        let rate = money.rate.as_ref();
        rows.push([
            name(setting, money.region),
            rate.map_or_else(|| "—".to_owned(), |r| r.percent(1, jixiao_core::exact::Rounding::HalfUp)),
            money.lamp.words().get(lang).to_owned(),
            count(Some(Chance::Sure)),
            count(Some(Chance::Possible)),
            count(Some(Chance::Impossible)),
            count(None),
        ]);
    }
    let head = if lang == Lang::Zh { "\n分地区\n" } else { "\nBy region\n" };
    let right = Align::Right;
    head.to_owned() + &columns(&rows, &[Align::Left, right, Align::Left, right, right, right, right], 2)
}
