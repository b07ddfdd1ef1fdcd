use std::collections::{BTreeMap, BTreeSet};

use super::{Certainty, Cx, Example, Facts, Rule, Source, Text, rows::region_name, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    fund::RegionalSplit,
    interval::Interval,
    proof::{Proof, RollUp, guarantee},
    region::RegionKind,
    table::{Form, Indicator},
};

pub(super) const RULE: Rule = Rule {
    code: "R002",
    name: "region-missing",
    severity: Severity::Error,
    title: Text { zh: "指标下漏列地区", en: "a region is left out" },
    what: Text {
        zh: "某指标所列地区比另一指标只少一两个（不超过一成），而所缺地区在其他多数指标下都列出；或名录中在支持范围内的地区在全表中都没有出现。",
        en: "An indicator lists the regions of another but for one or two (at most a tenth), and those are listed under most other indicators; or a region in the fund's scope appears nowhere.",
    },
    why: Text {
        zh: "漏列的地区没有该项任务，年终无从考核；汇总时也少算一个地区。",
        en: "The region left out has no such target, cannot be held to it at year's end and is missing from the roll-up.",
    },
    repair: Text {
        zh: "补列该地区及其指标值；确实不承担的，写“/”或加注说明。",
        en: "Add the region with its target; if it really has no part in it, write / or say so in a note.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 100\n\
         | | 广州市 | ≥ 10\n\
         | | 珠海市 | ≥ 10\n\
         | | 汕头市 | ≥ 10\n\
         | | 佛山市 | ≥ 10\n\
         | | 韶关市 | ≥ 10\n\
         | | 河源市 | ≥ 10\n\
         | | 梅州市 | ≥ 10\n\
         | | 惠州市 | ≥ 10\n\
         | | 湛江市 | ≥ 10\n\
         | | 茂名市 | ≥ 10\n\
         | 时效指标 | 项目完成时间 | 2024年12月底前\n\
         | | 广州市 | 2024年12月底前\n\
         | | 珠海市 | 2024年12月底前\n\
         | | 汕头市 | 2024年12月底前\n\
         | | 佛山市 | 2024年12月底前\n\
         | | 韶关市 | 2024年12月底前\n\
         | | 河源市 | 2024年12月底前\n\
         | | 梅州市 | 2024年12月底前\n\
         | | 惠州市 | 2024年12月底前\n\
         | | 茂名市 | 2024年12月底前",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 100\n\
         | | 广州市 | ≥ 10\n\
         | | 珠海市 | ≥ 10\n\
         | | 汕头市 | ≥ 10\n\
         | | 佛山市 | ≥ 10\n\
         | | 韶关市 | ≥ 10\n\
         | | 河源市 | ≥ 10\n\
         | | 梅州市 | ≥ 10\n\
         | | 惠州市 | ≥ 10\n\
         | | 湛江市 | ≥ 10\n\
         | | 茂名市 | ≥ 10\n\
         | 时效指标 | 项目完成时间 | 2024年12月底前\n\
         | | 广州市 | 2024年12月底前\n\
         | | 珠海市 | 2024年12月底前\n\
         | | 汕头市 | 2024年12月底前\n\
         | | 佛山市 | 2024年12月底前\n\
         | | 韶关市 | 2024年12月底前\n\
         | | 河源市 | 2024年12月底前\n\
         | | 梅州市 | 2024年12月底前\n\
         | | 惠州市 | 2024年12月底前\n\
         | | 湛江市 | 2024年12月底前\n\
         | | 茂名市 | 2024年12月底前",
    ),
    source: Source {
        text: Text {
            zh: "由同一张表各指标所列地区比较得出；分地区下达的绩效目标应覆盖承担任务的地区",
            en: "from comparing the regions under the indicators of one table; a target passed down to regions covers those that bear it",
        },
        certainty: Certainty::Practice,
    },
    run,
};

/// The regions under an indicator.
type Listed = BTreeSet<String>;

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let split: Vec<(&Indicator, &Facts<'_>, Listed)> = cx
        .indicators()
        .map(|(i, f)| (i, f, i.regions.iter().map(|r| region_name(cx, r)).collect::<Listed>()))
        .filter(|(_, _, listed)| !listed.is_empty())
        .collect();
    for (at, (indicator, facts, listed)) in split.iter().enumerate() {
        let others: Vec<&Listed> =
            split.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, (_, _, l))| l).collect();
        let missing = left_out(listed, &others);
        if !missing.is_empty() && !adds_up_without(cx, indicator, facts) {
            findings.push(finding(indicator, &missing, listed.len(), &others));
        }
    }
    nowhere(cx, &split, findings);
}

/// The one or two regions that another indicator lists beyond these, if most other indicators list them too.
fn left_out(listed: &Listed, others: &[&Listed]) -> Vec<String> {
    let few = |other: &&&Listed| {
        let more = other.len().saturating_sub(listed.len());
        (1..=2).contains(&more) && more * 10 <= other.len() && listed.is_subset(other)
    };
    let Some(fuller) = others.iter().filter(few).max_by_key(|o| o.len()) else { return Vec::new() };
    let usual = |name: &&String| others.iter().filter(|o| o.contains(*name)).count() * 2 > others.len();
    fuller.difference(listed).filter(usual).cloned().collect()
}

/// Where the listed regions already give the province's figure, the region was left out on purpose.
fn adds_up_without(cx: &Cx<'_>, indicator: &Indicator, facts: &Facts<'_>) -> bool {
    let sum = facts.roll_up.regions == RollUp::Sum;
    let mut whole = cx.whole_cells(indicator).filter(|(_, c)| c.target().number().is_some()).peekable();
    sum && whole.peek().is_some()
        && whole.all(|(period, cell)| {
            let parts: Vec<Interval> =
                cx.parts(indicator, facts, period).iter().map(|p| p.interval).collect();
            let figure = cx
                .interval(facts, cell)
                .map(|i| Interval { lower: i.lower.map(|b| crate::interval::Bound::closed(b.value)), ..i });
            figure.is_some_and(|f| guarantee(RollUp::Sum, &parts, &f, facts.domain) == Proof::Holds)
        })
}

fn finding(indicator: &Indicator, missing: &[String], listed: usize, others: &[&Listed]) -> Finding {
    let title = &indicator.title;
    let names = say::names(missing, 2);
    let elsewhere = others.iter().filter(|o| missing.iter().all(|m| o.contains(m))).count();
    let place = indicator.regions.last().map_or(indicator.name.place, |r| r.name.place);
    let message = both!(
        "“{title}”列有{listed}个地区，缺{zh}；其他{n}个分地区的指标中有{elsewhere}个列有",
        "{title} lists {listed} regions without {en}, which {elsewhere} of the {n} other indicators with regions list",
        zh = names.zh,
        en = names.en,
        n = others.len()
    );
    Finding::new(&RULE, indicator.name.place, message)
        .about(title, missing.first().map(String::as_str), None)
        .here(both!("下面缺{zh}", "{en} is missing below", zh = names.zh, en = names.en))
        .label(place, Both::new("所列地区到此为止", "the regions listed end here"))
        .figures(
            (Both::new("本指标所列地区", "regions listed here"), listed.to_string()),
            (Both::new("应列地区", "regions expected"), (listed + missing.len()).to_string()),
            missing.len().to_string(),
        )
        .because(both!(
            "其余所列地区完全相同，只少{zh}，多半是漏列；漏列的地区对该指标没有任务",
            "all other regions are the same, so {en} was most likely forgotten; without a row it has no target here",
            zh = names.zh,
            en = names.en
        ))
        .next(both!(
            "补列{zh}及其指标值；确实不承担的，写“/”",
            "add {en} with its target; if it has no part in this indicator, write /",
            zh = names.zh,
            en = names.en
        ))
}

/// Regions in the fund's scope that no indicator lists, where nearly all others are listed.
fn nowhere(cx: &Cx<'_>, split: &[(&Indicator, &Facts<'_>, Listed)], findings: &mut Vec<Finding>) {
    let Some(fund) = cx.fund.filter(|_| cx.table.form == Form::Goal) else { return };
    let Some((first, ..)) =
        split.iter().find(|(_, f, _)| f.spec.is_some_and(|s| s.regional_split == RegionalSplit::Required))
    else {
        return;
    };
    let seen: Listed = split.iter().flat_map(|(_, _, l)| l.iter().cloned()).collect();
    let scope: BTreeMap<String, RegionKind> = fund
        .regions
        .iter()
        .filter(|(_, r)| r.in_scope && matches!(r.kind, RegionKind::City | RegionKind::Zone))
        .map(|(_, r)| (r.name.clone(), r.kind))
        .collect();
    let missing: Vec<String> = scope.keys().filter(|name| !seen.contains(*name)).cloned().collect();
    if missing.is_empty() || missing.len() * 10 > scope.len() {
        return;
    }
    let names = say::names(&missing, 3);
    let message = both!(
        "名录中在支持范围内的{zh}在全表各指标下都没有列出",
        "{en}, in the fund's scope, is listed under no indicator",
        zh = names.zh,
        en = names.en
    );
    findings.push(
        Finding::new(&RULE, first.name.place, message)
            .about(&first.title, missing.first().map(String::as_str), None)
            .here(both!(
                "各指标下都缺{zh}",
                "{en} is missing below every indicator",
                zh = names.zh,
                en = names.en
            ))
            .because(Both::new(
                "地区名录写明其在支持范围内，其他地区都有任务，唯独它没有",
                "the list of regions has it in scope; all others have targets, it alone has none",
            ))
            .next(both!(
                "补列{zh}；已不在支持范围的，改地区名录",
                "add {en}, or take it out of scope in the list of regions",
                zh = names.zh,
                en = names.en
            )),
    );
}
