use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    proofs::{Gap, RegionProof},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "A003",
    name: "regions-short-by-rounding",
    severity: Severity::Note,
    title: Text {
        zh: "各地区合计与全省相差，像是四舍五入",
        en: "regions and province differ by what looks like rounding",
    },
    what: Text {
        zh: "各地区指标值汇总后与全省指标值不等，但按全省数字的书写精度四舍五入后相等。",
        en: "The regions' targets do not roll up to the province's figure, but they do once rounded to the precision in which the province's is written.",
    },
    why: Text {
        zh: "多半是取整；但严格说各地区都完成时全省仍可能差一点，宜说明或改为一致。",
        en: "Most likely rounding; but strictly the province can miss by a little while every region meets its target. Say so, or make the figures agree.",
    },
    repair: Text {
        zh: "把全省指标值写到与各地区相同的小数位，或把尾差分给某个地区。",
        en: "Write the province's figure with the same decimals as the regions', or give the remainder to a region.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 310\n\
         | | 甲市 | ≥ 239.2\n\
         | | 乙市 | ≥ 70.4",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 309.6\n\
         | | 甲市 | ≥ 239.2\n\
         | | 乙市 | ≥ 70.4",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出；按全省数字的书写精度四舍五入（五入，即远离零）后判断",
            en: "arithmetic; compared after rounding half up to the written precision of the province's figure",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let rounding = cx.region_proofs().iter().filter(|p| p.gap == Gap::Rounding);
    findings.extend(rounding.map(|proof| finding(cx, proof)));
}

fn finding(cx: &Cx<'_>, proof: &RegionProof<'_>) -> Finding {
    let (title, written, period) = (&proof.indicator.title, say::written(proof.whole), proof.period);
    let sum = proof.parts_figure();
    let message = both!(
        "“{title}”{zh}各地区汇总为{sum}，全省写作{written}，相差{d}，像是取整",
        "{title} ({en}): the regions roll up to {sum}, the province says {written}; the difference of {d} looks like rounding",
        title = title,
        zh = period.zh(),
        en = period.en(),
        sum = sum,
        written = written,
        d = proof.difference()
    );
    let mut finding = Finding::new(&RULE, proof.whole.written.place, message)
        .about(title, None, Some(period))
        .here(both!("{sum}取整后为此数", "{sum} rounded", sum = sum))
        .labels(proof.parts.iter().map(|p| (p.cell.written.place, Both::same(p.row.name.key()))))
        .figures(
            (Both::new("全省指标值", "province's target"), written.clone()),
            (Both::new("各地区汇总", "regions roll up to"), sum.clone()),
            proof.difference(),
        )
        .because(both!(
            "{sum}按全省数字的精度四舍五入后正好相等，但严格说各地区都完成时全省可能还差{d}",
            "{sum} rounds to the province's figure, but strictly the province can miss by {d} while every region meets its target",
            sum = sum, d = proof.difference()
        ))
        .counterexample(proof.example(), proof.example_result())
        .next(both!("把全省写作{sum}，或注明“取整”", "write {sum} for the province, or note that it is rounded", sum = sum));
    finding.fix = super::proofs::repair(cx, proof);
    finding
}
