use rust_decimal::Decimal;

use super::{
    Certainty, Cx, Example, Part, Rule, Source, Text, proofs::with_figure, rows::is_whole, say,
    totals::Totals,
};
use crate::{
    both,
    finding::{Both, Edit, Finding, Safety, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "A005",
    name: "region-exceeds-total",
    severity: Severity::Warning,
    title: Text {
        zh: "一个地区的指标值大于全省", en: "one region's target exceeds the province's"
    },
    what: Text {
        zh: "相加的指标下，某个地区的指标值比全省指标值还大，多半是多写了一位或单位不同。",
        en: "Under an added indicator one region's target is larger than the province's: most likely a digit too many, or another unit.",
    },
    why: Text {
        zh: "一个地区完成即超过全省任务，全省指标值失去意义；若是笔误，该地区将背上完不成的任务。",
        en: "One region alone would exceed the province's target, which then means nothing; if it is a slip, the region bears a target it cannot reach.",
    },
    repair: Text { zh: "核对该地区的数字和单位。", en: "Check the region's figure and unit." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 甲市 | ≥ 1040\n\
         | | 乙市 | ≥ 166",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 甲市 | ≥ 104\n\
         | | 乙市 | ≥ 166",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出：非负的部分不大于合计",
            en: "arithmetic: a part that is not negative is no larger than the sum",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for t in cx.totals() {
        for part in t.above_the_whole().into_iter().filter(|p| !is_whole(cx, p.row)) {
            findings.extend(finding(t, part));
        }
    }
}

fn finding(t: &Totals<'_>, part: &Part<'_>) -> Option<Finding> {
    let (title, period, name) = (&t.indicator.title, t.period, part.row.name.key());
    let floor = part.floor()?;
    let (region, whole, more) = (say::written(part.cell), say::written(t.whole), t.difference(floor));
    let message = both!(
        "“{title}”{zh}{name}的指标值{region}大于全省的{whole}",
        "{title} ({en}): the target of {name}, {region}, exceeds the province's {whole}",
        zh = period.zh(),
        en = period.en()
    );
    let finding = Finding::new(&RULE, part.cell.written.place, message)
        .about(title, Some(&name), Some(period))
        .here(Both::new("大于全省", "more than the province"))
        .label(t.whole.written.place, Both::new("全省指标值", "province's target"))
        .figures(
            (Both::same(name.clone()), t.figure(floor)),
            (Both::new("全省指标值", "province's target"), whole),
            more,
        )
        .because(both!(
            "各地区相加得全省，{name}一地不应超过全省，多半是多写一位或单位写错",
            "regions add up to the province, so {name} alone cannot exceed it: most likely a digit too many or a wrong unit"
        ))
        .next(both!("核对{name}的数字和单位；无误的，提高全省指标值", "check the figure and unit of {name}; if right, raise the province's target"));
    Some(match one_digit_less(t, part, floor) {
        None => finding,
        Some((tenth, edit)) => {
            let figure = t.figure(tenth);
            finding.fix(
                Safety::Unsafe,
                both!(
                    "{name}改为{figure}：去掉一位后各地区合计正好等于全省",
                    "{name} becomes {figure}: with one digit less the regions add up to exactly the province's figure"
                ),
                vec![edit],
            )
        }
    })
}

/// The figure without its last digit, when the sum then is exactly the province's.
fn one_digit_less(t: &Totals<'_>, part: &Part<'_>, floor: Decimal) -> Option<(Decimal, Edit)> {
    let tenth = floor.checked_div(Decimal::TEN)?.normalize();
    let sum = t.sum.checked_sub(floor)?.checked_add(tenth)?;
    if sum != t.floor.value || part.number.figure()? != floor || !t.complete {
        return None;
    }
    let text = &part.cell.written.text;
    let after = with_figure(text, &tenth.to_string())?;
    Some((tenth, Edit { place: part.cell.written.place, before: text.clone(), after }))
}
