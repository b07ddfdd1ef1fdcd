use rust_decimal::Decimal;

use super::{Certainty, Cx, Example, Part, Rule, Source, Text, proofs::with_figure, say, totals::Totals};
use crate::{
    both,
    finding::{Both, Edit, Finding, Safety, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "A013",
    name: "zero-total-with-parts",
    severity: Severity::Error,
    title: Text {
        zh: "全省为零，地区有任务",
        en: "the province's figure is zero while regions have targets",
    },
    what: Text {
        zh: "相加的指标下，全省指标值是0，而有地区的指标值大于0。",
        en: "Under an added indicator the province's figure is 0 while regions have targets above 0.",
    },
    why: Text {
        zh: "全省数没有填或没有汇总，按表考核时全省等于没有任务。",
        en: "The total was not filled in or not added up; as it stands the province has no task.",
    },
    repair: Text { zh: "把各地区合计填入全省。", en: "Enter the regions' sum for the province." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 0\n\
         | | 甲市 | ≥ 104\n\
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
            zh: "由算术得出：正数之和不为零",
            en: "arithmetic: a sum of positive figures is not zero",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let zero = |t: &&Totals<'_>| t.floor.value.is_zero() && t.sum > Decimal::ZERO;
    findings.extend(cx.totals().iter().filter(zero).map(finding));
}

fn finding(t: &Totals<'_>) -> Finding {
    let (title, period) = (&t.indicator.title, t.period);
    let positive: Vec<&Part<'_>> =
        t.parts.iter().filter(|p| p.floor().is_some_and(|f| f > Decimal::ZERO)).collect();
    let (sum, whole, n) = (t.figure(t.sum), say::written(t.whole), positive.len());
    let message = both!(
        "“{title}”{zh}全省指标值为{whole}，而{n}个地区有任务，合计{sum}",
        "{title} ({en}): the province's target is {whole}, while {n} regions have targets that add up to {sum}",
        zh = period.zh(),
        en = period.en()
    );
    let mut finding = Finding::new(&RULE, t.whole.written.place, message)
        .about(title, None, Some(period))
        .here(both!("各地区合计{sum}", "the regions add up to {sum}"))
        .labels(positive.iter().map(|p| (p.cell.written.place, Both::same(p.row.name.key()))))
        .figures(
            (Both::new("全省指标值", "province's target"), whole.clone()),
            (Both::new("各地区合计", "sum of regions"), sum.clone()),
            sum.clone(),
        )
        .because(both!(
            "各地区合计{sum}，全省不会是零：全省数没有填或没有汇总",
            "the regions add up to {sum}, so the province's figure cannot be zero: it was not filled in or not added up"
        ))
        .next(both!("把全省指标值改为{sum}", "set the province's target to {sum}"));
    let text = &t.whole.written.text;
    if let Some(after) = with_figure(text, &t.sum.normalize().to_string()).filter(|_| t.complete) {
        let edit = Edit { place: t.whole.written.place, before: text.clone(), after };
        finding = finding.fix(
            Safety::Unsafe,
            both!("全省改为各地区合计{sum}", "the province becomes the regions' sum, {sum}"),
            vec![edit],
        );
    }
    finding
}
