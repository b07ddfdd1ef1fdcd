use super::{
    Certainty, Cx, Example, Facts, Rule, Source, Text,
    rows::{Pair, Ratio, pairs},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::{HeaderKey, Indicator},
    text::key,
    unit::Meaning,
};

pub(super) const RULE: Rule = Rule {
    code: "A012",
    name: "distinct-count-added-over-years",
    severity: Severity::Warning,
    title: Text {
        zh: "按“家”计的企业数逐年相加", en: "distinct enterprises are added over years"
    },
    what: Text {
        zh: "支持企业数以“家”为单位，实施周期指标值却是年度的整数倍，等于假定各年支持的企业互不相同。",
        en: "Supported enterprises are counted in 家 (distinct), yet the cycle's target is the year's times the number of years, as if no enterprise were supported in two of them.",
    },
    why: Text {
        zh: "同一企业连年受支持只能算一家，按“家”去重后周期任务完不成；若按次数累计，单位应是“家次”。",
        en: "An enterprise supported every year counts once, so that the cycle's target is out of reach; if each time is to count, the unit is 家次 (awards).",
    },
    repair: Text {
        zh: "单位改为“家次”，或按去重后的企业数重定实施周期指标值。",
        en: "Write 家次, or set the cycle's target to the number of distinct enterprises.",
    },
    failing: Example::table(
        "绩效目标表\n\
         项目名称 | 支持企业项目 | | |\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 保费补贴支持企业数（家） | ≥ 60000 | ≥ 20000",
    ),
    passing: Example::table(
        "绩效目标表\n\
         项目名称 | 支持企业项目 | | |\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 保费补贴支持企业数（家次） | ≥ 60000 | ≥ 20000",
    ),
    source: Source {
        text: Text {
            zh: "由单位的含义推出：“家”按企业去重，“家次”按次累计；去重的数不能跨年相加",
            en: "from what the units mean: 家 counts each enterprise once, 家次 each award; distinct counts do not add over years",
        },
        certainty: Certainty::Logic,
    },
    run,
};

/// Words of titles whose enterprises are new ones every year, so that they do add up.
const NEW_EACH_YEAR: [&str; 10] =
    ["新增", "新设", "新引进", "新认定", "净增", "引进", "孵化", "首次", "新培育", "新注册"];

/// Words of titles that speak of being supported, which may happen every year.
const MAY_RECUR: [&str; 12] =
    ["支持", "扶持", "补贴", "补助", "奖励", "奖补", "资助", "贴息", "服务", "惠及", "受益", "参展"];

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(years) = cx.cycle().map(|c| c.years()).filter(|y| (2..=20).contains(y)) else { return };
    for (indicator, facts) in cx.indicators() {
        let distinct = facts.unit.as_ref().is_some_and(|u| u.meaning == Meaning::Enterprises);
        let says = |words: &[&str]| words.iter().any(|w| indicator.title.contains(w));
        if !distinct || says(&NEW_EACH_YEAR) || !says(&MAY_RECUR) {
            continue;
        }
        let step = super::rows::step(facts);
        let multiplied = |p: &Pair<'_>| !p.year_figure.is_zero() && p.ratio(years, step) != Ratio::Off;
        let rows: Vec<Pair<'_>> = pairs(cx, indicator, facts).into_iter().filter(multiplied).collect();
        if let Some(own) = rows.iter().find(|p| p.row.region.is_none()) {
            findings.push(finding(cx, indicator, facts, own, years));
        }
    }
}

fn finding(cx: &Cx<'_>, indicator: &Indicator, facts: &Facts<'_>, own: &Pair<'_>, years: u32) -> Finding {
    let (title, unit) = (&indicator.title, facts.unit.as_ref());
    let (cycle, year) = (say::figure(own.cycle_figure, unit), say::figure(own.year_figure, unit));
    let prose = prose_counts_awards(cx, indicator, facts);
    let and_prose = match &prose {
        Some(quote) => both!("；而目标文字写的是“{quote}”", "; the prose, however, says “{quote}” (awards)"),
        None => Both::default(),
    };
    let message = both!(
        "“{title}”实施周期{cycle}是年度{year}的{years}倍，按“家”去重的企业数不能逐年相加{z}",
        "{title}: the cycle's {cycle} is {years} times the year's {year}, but distinct enterprises do not add over years{e}",
        z = and_prose.zh,
        e = and_prose.en
    );
    Finding::new(&RULE, own.cycle.written.place, message)
        .about(title, None, Some(own.cycle.period))
        .here(both!("年度的{years}倍", "{years} times the year"))
        .label(own.year.written.place, Both::new("年度指标值", "the year's target"))
        .label(indicator.name.place, Both::new("单位是“家”", "the unit is 家"))
        .figures(
            (Both::new("实施周期指标值", "cycle's target"), cycle.clone()),
            (Both::new("年度指标值", "year's target"), year),
            "",
        )
        .because(both!(
            "连续几年受支持的企业按“家”只算一家，各年相加会重复计算；要达到{cycle}，{years}年支持的企业须互不相同",
            "an enterprise supported in several years counts once; to reach {cycle} no enterprise may be supported in two of the {years} years"
        ))
        .next(Both::new(
            "若按支持次数统计，单位改为“家次”；若按企业数统计，按去重后的数重定实施周期指标值",
            "if awards are meant, write 家次; if enterprises are meant, set the cycle's target to the distinct number",
        ))
}

/// Where the prose speaks of this indicator in 家次: its words, cut to the figure.
fn prose_counts_awards(cx: &Cx<'_>, indicator: &Indicator, facts: &Facts<'_>) -> Option<String> {
    let mut phrases: Vec<String> =
        facts.spec.map_or_else(Vec::new, |s| s.prose.iter().map(|p| key(p)).collect());
    phrases.push(key(&indicator.title));
    let overview = cx.table.header.iter().filter(|f| f.key == HeaderKey::Overview).map(|f| &f.value);
    let texts = cx.table.goals.iter().filter(|g| !g.actual).map(|g| &g.text).chain(overview);
    let texts: Vec<String> = texts.map(crate::place::Written::key).collect();
    phrases.iter().find_map(|phrase| {
        texts.iter().find_map(|text| {
            let begin = text.find(phrase.as_str())?;
            let clause: String =
                text[begin..].chars().take_while(|c| !matches!(c, ',' | '，' | '。' | ';' | '；')).collect();
            let end = clause.find("家次")? + "家次".len();
            Some(clause[..end].to_owned())
        })
    })
}
