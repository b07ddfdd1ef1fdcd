use super::{Certainty, Cx, Example, Rule, Source, Text, rows::is_whole, say};
use crate::{
    both,
    finding::{Edit, Finding, Safety, Severity},
    table::{Indicator, RegionRow},
    text::key,
};

pub(super) const RULE: Rule = Rule {
    code: "R009",
    name: "region-name-unofficial",
    severity: Severity::Note,
    title: Text {
        zh: "地区名称全称与简称混用", en: "official and short names of regions are mixed"
    },
    what: Text {
        zh: "同一张表中多数地区用正式名称，少数用简称或别名。",
        en: "Most regions of the table bear their official names, a few a short name or alias.",
    },
    why: Text {
        zh: "名称不一致，表间比对和汇总容易漏行。",
        en: "Rows are easily lost when tables are compared or merged by name.",
    },
    repair: Text { zh: "统一写正式名称。", en: "Write the official names throughout." },
    failing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 惠州市 | ≥ 83\n\
         | | 梅州 | ≥ 83",
    ),
    passing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 惠州市 | ≥ 83\n\
         | | 梅州市 | ≥ 83",
    ),
    source: Source {
        text: Text {
            zh: "本专项资金的地区名录；行政区划名称见 GB/T 2260",
            en: "the fund's list of regions; names of divisions as in GB/T 2260",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = cx.fund else { return };
    let (mut official, mut short): (usize, Vec<(&Indicator, &RegionRow, &str)>) = (0, Vec::new());
    for indicator in &cx.table.indicators {
        for row in &indicator.regions {
            // A row for the province itself has a check of its own.
            let Some(id) = row.region.filter(|_| !is_whole(cx, row)) else { continue };
            let name = fund.regions.get(id).name.as_str();
            if row.name.key() == key(name) {
                official += 1;
            } else {
                short.push((indicator, row, name));
            }
        }
    }
    let Some((first, row, name)) = short.first().filter(|_| official > short.len()) else { return };
    let pairs: Vec<String> = {
        let mut pairs: Vec<String> = short.iter().map(|(_, r, n)| format!("{}→{n}", r.name.key())).collect();
        pairs.sort();
        pairs.dedup();
        pairs
    };
    let (pairs, n) = (say::names(&pairs, 5), short.len());
    let message = both!(
        "{n}处地区未用正式名称：{zh}；其余{official}处用正式名称",
        "{places} with a name that is not the official one: {en}; the other {official} are official",
        places = say::count(n, "row", "rows"),
        zh = pairs.zh,
        en = pairs.en
    );
    let edits = short
        .iter()
        .map(|(_, r, n)| Edit { place: r.name.place, before: r.name.text.clone(), after: (*n).to_owned() })
        .collect();
    findings.push(
        Finding::new(&RULE, row.name.place, message)
            .about(&first.title, Some(name), None)
            .here(both!("正式名称是{name}", "officially {name}"))
            .labels(
                short
                    .iter()
                    .skip(1)
                    .map(|(_, r, n)| (r.name.place, both!("正式名称是{n}", "officially {n}"))),
            )
            .because(both!(
                "同一张表中同类名称写法不一，按名称比对时会对不上",
                "names written in two ways do not match when rows are compared by name"
            ))
            .next(both!("统一写正式名称", "write the official names throughout"))
            .fix(
                Safety::Safe,
                both!(
                    "改为名录中的正式名称，所指地区不变",
                    "the official names of the list; the regions stay the same"
                ),
                edits,
            ),
    );
}
