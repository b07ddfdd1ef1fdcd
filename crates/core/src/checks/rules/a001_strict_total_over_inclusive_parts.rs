use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    proofs::{self, Gap, RegionProof},
    say,
};
use crate::{
    both,
    finding::{Both, Edit, Finding, Safety, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "A001",
    name: "strict-total-over-inclusive-parts",
    severity: Severity::Error,
    title: Text {
        zh: "全省指标值用“>”，而各地区指标值合计恰好等于该数",
        en: "the province must exceed a figure that the regions together only reach",
    },
    what: Text {
        zh: "各地区指标值汇总后恰好等于全省指标值中的数字，但全省用的是“>”（或“<”），不含该数字本身。",
        en: "The regions' targets roll up to exactly the province's figure, but the province's comparator (> or <) excludes the figure itself.",
    },
    why: Text {
        zh: "每个地区都完成任务，全省仍可能未完成：评价时要么错扣分，要么没人能说明差的那一个由谁补。",
        en: "Every region can do its part and the province still misses: at evaluation either points are lost by mistake, or nobody can say who owes the missing one.",
    },
    repair: Text {
        zh: "若本意是“不少于”，把全省的“>”改为“≥”；若确需超过，把差额落实到某个地区。",
        en: "If \"at least\" was meant, write ≥ for the province; if it really must be exceeded, give the missing unit to a region.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | > 270\n\
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
            zh: "由指标值的含义推出：若各部分 aᵢ ≥ tᵢ，只能推出 Σaᵢ ≥ Σtᵢ，推不出 Σaᵢ > Σtᵢ",
            en: "from the meaning of targets: aᵢ ≥ tᵢ for every part gives Σaᵢ ≥ Σtᵢ, never Σaᵢ > Σtᵢ",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let boundary = cx.region_proofs().iter().filter(|p| p.gap == Gap::Boundary);
    findings.extend(boundary.map(finding));
}

fn finding(proof: &RegionProof<'_>) -> Finding {
    let (title, written) = (&proof.indicator.title, say::written(proof.whole));
    let inclusive = if proof.is_floor() { "≥" } else { "≤" };
    let figure = say::figure(proof.failure.whole.value, proof.facts.unit.as_ref());
    let period = proof.period;
    let message = both!(
        "“{title}”{zh}全省指标值为{written}，而{n}个地区的指标值只能保证{inclusive}{figure}",
        "{title} ({en}): the province needs {written}, but the targets of its {n} regions only guarantee {inclusive}{figure}",
        title = title,
        zh = period.zh(),
        en = period.en(),
        written = written,
        n = proof.parts.len(),
        inclusive = inclusive,
        figure = figure
    );
    Finding::new(&RULE, proof.whole.written.place, message)
        .about(title, None, Some(period))
        .here(both!("要求{written}", "needs {written}", written = written))
        .labels(proof.parts.iter().map(|p| (p.cell.written.place, Both::same(p.row.name.key()))))
        .figures(
            (Both::new("全省指标值", "province's target"), written.clone()),
            (Both::new("各地区能保证", "guaranteed by regions"), format!("{inclusive}{figure}")),
            "",
        )
        .because(both!(
            "各地区都恰好完成时，结果等于{figure}，不满足“{written}”",
            "when every region just meets its target the result is {figure}, which does not satisfy {written}",
            figure = figure, written = written
        ))
        .counterexample(proof.example(), proof.example_result())
        .next(both!(
            "把全省的“{written}”改为“{inclusive}{figure}”，或给某个地区增加任务",
            "change the province's {written} to {inclusive}{figure}, or raise a region's target",
            written = written, inclusive = inclusive, figure = figure
        ))
        .fix(
            Safety::Safe,
            both!("比较符改为“{inclusive}”，数字不变", "comparator becomes {inclusive}, the figure stays", inclusive = inclusive),
            vec![Edit {
                place: proof.whole.written.place,
                before: proof.whole.written.text.clone(),
                after: proofs::with_sign(&proof.whole.written.text, inclusive),
            }],
        )
}
