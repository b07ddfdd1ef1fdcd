use super::{Certainty, Cx, Example, Rule, Source, Text, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    fund::{Fund, ZoneConvention},
    proof::RollUp,
    region::{RegionId, RegionKind},
    table::Indicator,
    text::key,
};

pub(super) const RULE: Rule = Rule {
    code: "R005",
    name: "zone-exceeds-city",
    severity: Severity::Error,
    title: Text {
        zh: "市的数字含功能区，而功能区更大",
        en: "a zone's target exceeds that of the city that contains it",
    },
    what: Text {
        zh: "名录或表下说明写明市的数字含功能区，功能区的指标值却大于所在市。",
        en: "The fund folder or a note below the table says that the city's figures contain the zone's, yet the zone's target is larger.",
    },
    why: Text {
        zh: "部分大于整体，两个数至少有一个错。",
        en: "A part larger than its whole: at least one of the figures is wrong.",
    },
    repair: Text {
        zh: "核对两行；若市的数字不含功能区，改正说明。",
        en: "Check both rows; if the city's figures leave the zone out, correct the note.",
    },
    failing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 120\n\
         | | 广州市 | ≥ 104\n\
         | | 珠海市 | ≥ 16\n\
         | | 珠海横琴 | ≥ 40\n\
         说明：珠海市数据含横琴。",
    ),
    passing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 120\n\
         | | 广州市 | ≥ 104\n\
         | | 珠海市 | ≥ 16\n\
         | | 珠海横琴 | ≥ 4\n\
         说明：珠海市数据含横琴。",
    ),
    source: Source {
        text: Text { zh: "部分不大于整体", en: "a part is not larger than its whole" },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = cx.fund else { return };
    for (indicator, facts) in cx.indicators().filter(|(_, f)| f.roll_up.regions == RollUp::Sum) {
        for zone in &indicator.regions {
            let Some((id, city_id)) = zone_and_city(fund, zone.region) else { continue };
            let Some(city) = indicator.regions.iter().find(|r| r.region == Some(city_id)) else { continue };
            if !contains_zone(cx, fund, id) {
                continue;
            }
            for (inner, outer) in zone.cells.iter().zip(&city.cells) {
                let floor = |cell| cx.interval(facts, cell).and_then(|i| i.lower).map(|b| b.value);
                let (Some(part), Some(whole)) = (floor(inner), floor(outer)) else { continue };
                if part > whole {
                    let unit = facts.unit.as_ref();
                    let figures = [
                        say::figure(part, unit),
                        say::figure(whole, unit),
                        say::difference(part, whole, unit),
                    ];
                    let names = [zone.name.key(), city.name.key()];
                    findings.push(finding(indicator, &names, &figures, inner, outer));
                }
            }
        }
    }
}

fn zone_and_city(fund: &Fund, id: Option<RegionId>) -> Option<(RegionId, RegionId)> {
    let id = id.filter(|id| fund.regions.get(*id).kind == RegionKind::Zone)?;
    Some((id, fund.regions.parent(id)?))
}

/// Whether the fund, or a note below the table (珠海市数据含横琴), says that the city's figures contain the zone's.
fn contains_zone(cx: &Cx<'_>, fund: &Fund, zone: RegionId) -> bool {
    let region = fund.regions.get(zone);
    let names: Vec<String> = std::iter::once(&region.name).chain(&region.aliases).map(|n| key(n)).collect();
    let says = |note: &String, word: &str| names.iter().any(|n| note.contains(&format!("{word}{n}")));
    let notes: Vec<String> = cx.table.notes.iter().map(crate::place::Written::key).collect();
    if notes.iter().any(|n| says(n, "不含") || says(n, "不包含") || says(n, "不包括")) {
        return false;
    }
    fund.zone_convention == ZoneConvention::CityIncludesZone
        || notes.iter().any(|n| says(n, "含") || says(n, "包含") || says(n, "包括"))
}

fn finding(
    indicator: &Indicator,
    [zone, city]: &[String; 2],
    [part, whole, difference]: &[String; 3],
    inner: &crate::table::TargetCell,
    outer: &crate::table::TargetCell,
) -> Finding {
    let (title, period) = (&indicator.title, inner.period);
    let message = both!(
        "“{title}”{zh}{zone}为{part}，大于包含它的{city}的{whole}",
        "{title} ({en}): {zone} has {part}, more than the {whole} of {city}, which contains it",
        zh = period.zh(),
        en = period.en()
    );
    Finding::new(&RULE, inner.written.place, message)
        .about(title, Some(zone), Some(period))
        .here(both!("大于{city}", "more than {city}"))
        .label(outer.written.place, Both::same(city.clone()))
        .figures((Both::same(zone.clone()), part.clone()), (Both::same(city.clone()), whole.clone()), difference.clone())
        .because(both!(
            "按口径{city}的数字已含{zone}，部分不可能大于整体",
            "the figures of {city} contain those of {zone}; a part cannot exceed its whole"
        ))
        .next(both!(
            "核对{zone}和{city}的指标值；若{city}不含{zone}，改正口径说明",
            "check the targets of {zone} and {city}; if {city} leaves {zone} out, correct what the note or folder says"
        ))
}
