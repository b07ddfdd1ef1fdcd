use std::collections::BTreeMap;

use super::{Certainty, Cx, Example, Rule, Source, Text, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    region::RegionId,
    table::{Indicator, RegionRow},
};

pub(super) const RULE: Rule = Rule {
    code: "R006",
    name: "region-out-of-scope",
    severity: Severity::Error,
    title: Text {
        zh: "列了不在支持范围的地区", en: "a region outside the fund's scope is listed"
    },
    what: Text {
        zh: "指标下列有地区名录中写明不在本专项资金支持范围的地区。",
        en: "An indicator lists a region that the fund's list has out of scope.",
    },
    why: Text {
        zh: "该地区不享受资金，给它下达任务没有依据，还会虚增合计。",
        en: "The region gets no money of the fund; a target for it has no ground and inflates the sum.",
    },
    repair: Text {
        zh: "删去该地区，或更正地区名录中的支持范围。",
        en: "Take the region out, or correct its scope in the list.",
    },
    failing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 深圳市 | ≥ 166",
    ),
    passing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 惠州市 | ≥ 166",
    ),
    source: Source {
        text: Text {
            zh: "本专项资金的地区名录写明支持范围", en: "the scope in the fund's list of regions"
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = cx.fund else { return };
    let mut outside: BTreeMap<RegionId, Vec<(&Indicator, &RegionRow)>> = BTreeMap::new();
    for indicator in &cx.table.indicators {
        for row in &indicator.regions {
            let asks = row.cells.iter().any(|c| c.target().is_set());
            if let Some(id) = row.region.filter(|id| asks && !fund.regions.get(*id).in_scope) {
                outside.entry(id).or_default().push((indicator, row));
            }
        }
    }
    for (id, rows) in &outside {
        let Some((first, row)) = rows.first() else { continue };
        let name = &fund.regions.get(*id).name;
        let titles: Vec<&str> = rows.iter().map(|(i, _)| i.title.as_str()).collect();
        let under = say::quoted(&titles, 3);
        let message = both!(
            "{zh}下列有{name}，而{name}不在本专项资金的支持范围",
            "{en}: {name} is listed, but it is outside the fund's scope",
            zh = under.zh,
            en = under.en
        );
        findings.push(
            Finding::new(&RULE, row.name.place, message)
                .about(&first.title, Some(name), None)
                .here(Both::new("不在支持范围", "out of scope"))
                .labels(rows.iter().skip(1).map(|(i, r)| (r.name.place, Both::same(i.title.clone()))))
                .because(both!(
                    "地区名录写明{name}不在支持范围，不应承担本专项资金的任务",
                    "the fund's list has {name} out of scope, so it bears no target of this fund"
                ))
                .next(both!(
                    "删去{name}并把其任务落实到其他地区；名录有误的先改名录",
                    "take {name} out and give its share to other regions, or correct the list if it is wrong"
                )),
        );
    }
}
