use super::{Certainty, Cx, Example, Rule, Source, Text, rows::is_whole, say, totals::Totals};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::RegionRow,
};

pub(super) const RULE: Rule = Rule {
    code: "R011",
    name: "province-listed-as-region",
    severity: Severity::Error,
    title: Text { zh: "全省（合计）混在地区行中", en: "the province stands among its regions" },
    what: Text {
        zh: "相加的指标下，地区行里有一行是全省或合计，其数不小于其余各地区之和或等于全省指标值。",
        en: "Among the regions of an added indicator stands a row for the province or the total: its figure is at least the sum of the others, or the province's own target.",
    },
    why: Text {
        zh: "汇总时全省会被再加一遍，合计翻倍。",
        en: "The roll-up counts the province again and doubles the sum.",
    },
    repair: Text {
        zh: "删去该行，全省数只写在指标行。",
        en: "Delete the row; the province's figure belongs in the indicator's own row.",
    },
    failing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 270\n\
         | | 全省 | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 惠州市 | ≥ 166",
    ),
    passing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 惠州市 | ≥ 166",
    ),
    source: Source {
        text: Text { zh: "整体不是自己的一个部分", en: "a whole is not one of its own parts" },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for t in cx.totals() {
        for row in t.indicator.regions.iter().filter(|r| is_whole(cx, r)) {
            let Some(own) = t.floor_of(row) else { continue };
            // 省级 may also stand for the province's own units: then its figure is one part among others.
            let most = t.sum.checked_sub(own).is_some_and(|others| own >= others && !others.is_zero());
            if own == t.floor.value || most {
                findings.push(finding(t, row, own));
            }
        }
    }
}

fn finding(t: &Totals<'_>, row: &RegionRow, own: rust_decimal::Decimal) -> Finding {
    let (title, period, name) = (&t.indicator.title, t.period, row.name.key());
    let (figure, whole, sum) = (t.figure(own), say::written(t.whole), t.figure(t.sum));
    let message = both!(
        "“{title}”{zh}的地区行中列有“{name}”（{figure}），全部相加为{sum}，全省指标值为{whole}",
        "{title} ({en}): {name} ({figure}) stands among the regions; all rows add up to {sum}, the province's target is {whole}",
        zh = period.zh(),
        en = period.en()
    );
    Finding::new(&RULE, row.name.place, message)
        .about(title, Some(&name), Some(period))
        .here(Both::new("是全省（合计），不是地区", "the whole, not a region"))
        .label(t.whole.written.place, Both::new("全省指标值", "province's target"))
        .figures(
            (Both::new("各行相加", "all rows"), sum),
            (Both::new("全省指标值", "province's target"), whole),
            t.difference(t.sum),
        )
        .because(both!(
            "把“{name}”当作地区相加，全省会被重复计算一遍",
            "adding {name} as a region counts the province a second time"
        ))
        .next(both!(
            "删去“{name}”这一行，全省数只写在指标行",
            "delete the row {name}; the province's figure belongs in the indicator's own row"
        ))
}
