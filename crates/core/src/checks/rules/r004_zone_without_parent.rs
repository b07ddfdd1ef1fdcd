use super::{Certainty, Cx, Example, Rule, Source, Text};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    region::RegionKind,
};

pub(super) const RULE: Rule = Rule {
    code: "R004",
    name: "zone-without-parent",
    severity: Severity::Warning,
    title: Text { zh: "列了功能区，没列其所在市", en: "a zone is listed without its city" },
    what: Text {
        zh: "指标下单列了功能区（如珠海横琴），却没有列它所在的市。",
        en: "An indicator lists a zone (such as Hengqin) but not the city that it lies in.",
    },
    why: Text {
        zh: "分不清市的任务是漏了，还是被误写成功能区。",
        en: "It cannot be told whether the city was forgotten or the zone written in its stead.",
    },
    repair: Text {
        zh: "补列所在市；市确无任务的写“/”。", en: "Add the city; if it has no target, write /."
    },
    failing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 108\n\
         | | 广州市 | ≥ 104\n\
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
            zh: "本专项资金的地区名录：功能区位于所列的市之内",
            en: "the fund's list of regions: the zone lies in the city",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = cx.fund else { return };
    for indicator in &cx.table.indicators {
        for row in &indicator.regions {
            let Some(id) = row.region.filter(|id| fund.regions.get(*id).kind == RegionKind::Zone) else {
                continue;
            };
            let Some(parent) = fund.regions.parent(id) else { continue };
            if indicator.regions.iter().any(|r| r.region == Some(parent)) {
                continue;
            }
            let (title, zone, city) = (&indicator.title, row.name.key(), &fund.regions.get(parent).name);
            let message = both!(
                "“{title}”下列了{zone}，没有列其所在的{city}",
                "{title} lists {zone} but not {city}, in which it lies"
            );
            findings.push(
                Finding::new(&RULE, row.name.place, message)
                    .about(title, Some(&zone), None)
                    .here(both!("缺{city}", "{city} is missing"))
                    .because(both!(
                        "{zone}在{city}之内单独报数，只列{zone}时分不清{city}是漏列还是写错",
                        "{zone} reports beside {city}; with {zone} alone it cannot be told whether {city} was forgotten or mistaken"
                    ))
                    .next(both!("补列{city}及其指标值；确无任务的写“/”", "add {city} with its target; if it has none, write /"))
                    .label(indicator.name.place, Both::new("本指标", "this indicator")),
            );
        }
    }
}
