use rust_decimal::Decimal;

use super::{Certainty, Cx, Example, Rule, Source, Text, totals::Totals};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    fund::{Fund, ZoneConvention},
    table::RegionRow,
};

pub(super) const RULE: Rule = Rule {
    code: "R008",
    name: "zone-convention-contradicted",
    severity: Severity::Warning,
    title: Text {
        zh: "合计与“市是否含功能区”的口径不符",
        en: "the sum contradicts the convention on cities and their zones",
    },
    what: Text {
        zh: "按登记的口径（市的数字含或不含功能区）汇总得不到全省数，按相反的口径却恰好相等。",
        en: "Added by the fund's convention (cities include or exclude their zones) the regions do not give the province's figure; by the opposite convention they give it exactly.",
    },
    why: Text {
        zh: "口径用错会把功能区重复计算或漏算，分解任务和考核都会错。",
        en: "With the wrong convention the zone is counted twice or not at all, in targets and in results.",
    },
    repair: Text {
        zh: "核实口径：改指标值，或改登记的口径。",
        en: "Find out which holds: correct the figures or the convention in the fund folder.",
    },
    failing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 120\n\
         | | 广州市 | ≥ 104\n\
         | | 珠海市 | ≥ 16\n\
         | | 珠海横琴 | ≥ 4",
    ),
    passing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 124\n\
         | | 广州市 | ≥ 104\n\
         | | 珠海市 | ≥ 16\n\
         | | 珠海横琴 | ≥ 4",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出：两种口径的合计与全省数比较；口径见本专项资金的文件夹",
            en: "arithmetic: the sums by both conventions against the province's figure; the convention is in the fund folder",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = cx.fund else { return };
    for t in cx.totals().iter().filter(|t| t.complete && t.sum != t.floor.value) {
        if let Some((zones, other)) =
            t.by_the_opposite_convention(cx).filter(|(_, sum)| *sum == t.floor.value)
        {
            findings.push(finding(fund, t, &zones, other));
        }
    }
}

fn finding(fund: &Fund, t: &Totals<'_>, zones: &[&RegionRow], other: Decimal) -> Finding {
    let (title, period) = (&t.indicator.title, t.period);
    let (sum, other, whole) = (t.figure(t.sum), t.figure(other), super::say::written(t.whole));
    let (declared, opposite) = match fund.zone_convention {
        ZoneConvention::CityExcludesZone => (
            Both::new("市不含功能区（两行相加）", "cities exclude their zones (both rows are added)"),
            Both::new("不加功能区", "without the zones"),
        ),
        ZoneConvention::CityIncludesZone => (
            Both::new(
                "市含功能区（不再加功能区）",
                "cities include their zones (the zone's row is not added)",
            ),
            Both::new("另加功能区", "with the zones added"),
        ),
    };
    let message = both!(
        "“{title}”{zh}按“{dz}”合计为{sum}，与全省{whole}不符；{oz}时恰为{other}",
        "{title} ({en}): by the convention that {de} the regions add up to {sum}, not to the province's {whole}; {oe} they give exactly {other}",
        zh = period.zh(),
        en = period.en(),
        dz = declared.zh,
        de = declared.en,
        oz = opposite.zh,
        oe = opposite.en
    );
    let zone_cells = zones.iter().filter_map(|r| Some((r.cells.iter().find(|c| c.period == period)?, r)));
    Finding::new(&RULE, t.whole.written.place, message)
        .about(title, None, Some(period))
        .here(both!("{oz}时的合计", "the sum {oe}", oz = opposite.zh, oe = opposite.en))
        .labels(zone_cells.map(|(c, r)| (c.written.place, Both::same(r.name.key()))))
        .figures(
            (Both::new("按登记口径合计", "sum by the fund's convention"), sum),
            (Both::new("全省指标值", "province's target"), whole.clone()),
            t.difference(t.sum),
        )
        .because(Both::new(
            "全省数恰好等于相反口径的合计，编表时用的口径很可能与登记的不同",
            "the province's figure is exactly the sum by the opposite convention, so the table was probably made by it",
        ))
        .next(Both::new(
            "核实市的数字是否含功能区，然后改全省指标值或改登记的口径",
            "find out whether the city's figures contain the zone's, then correct the province's target or the fund folder",
        ))
}
