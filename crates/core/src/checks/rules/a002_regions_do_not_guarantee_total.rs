use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    proofs::{Gap, RegionProof},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    proof::RollUp,
};

pub(super) const RULE: Rule = Rule {
    code: "A002",
    name: "regions-do-not-guarantee-total",
    severity: Severity::Error,
    title: Text {
        zh: "各地区都完成，全省仍可能完不成",
        en: "every region can meet its target while the province misses",
    },
    what: Text {
        zh: "各地区指标值相加得不到全省指标值：下限合计不足，或上限合计超出。",
        en: "Added up, the regions' targets do not give the province's: the floors come to less, or the ceilings to more.",
    },
    why: Text {
        zh: "差额没有任何地区负责；年终全省未完成时无法追到责任地区。",
        en: "Nobody is responsible for the gap; when the province misses at year's end no region can be asked.",
    },
    repair: Text {
        zh: "按最小改动：把差额按比例分到各地区，或把全省指标值调到各地区能保证的数。",
        en: "Smallest change: share the gap out to the regions in proportion, or set the province to what the regions guarantee.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 930\n\
         | | 甲市 | ≥ 612\n\
         | | 乙市 | ≥ 211.2",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 930\n\
         | | 甲市 | ≥ 718.8\n\
         | | 乙市 | ≥ 211.2",
    ),
    source: Source {
        text: Text {
            zh: "绝对数相加（项目支出绩效自评表填表说明的通行做法）；是否得出由算术判定",
            en: "absolute figures add (usual note on self-evaluation forms); whether it follows is arithmetic",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let real = cx
        .region_proofs()
        .iter()
        .filter(|p| matches!(p.gap, Gap::Real | Gap::Unbounded) && p.facts.roll_up.regions == RollUp::Sum)
        // Checks of their own speak of an exact figure over floors, and of a province that needs nothing.
        .filter(|p| !p.is_exact_over_floors() && !p.needs_nothing());
    findings.extend(real.map(|proof| finding(cx, proof)));
}

fn finding(cx: &Cx<'_>, proof: &RegionProof<'_>) -> Finding {
    let (title, written, period) = (&proof.indicator.title, say::written(proof.whole), proof.period);
    let sign = if proof.is_floor() { "≥" } else { "≤" };
    let guaranteed = match proof.failure.parts {
        Some(_) => Both::same(format!("{sign}{}", proof.parts_figure())),
        None => Both::new("不设限", "nothing"),
    };
    let message = both!(
        "“{title}”{zh}全省指标值为{written}，而{n}个地区的指标值只能保证{gz}",
        "{title} ({en}): the province needs {written}, but the targets of its {n} regions guarantee {ge}",
        title = title,
        zh = period.zh(),
        en = period.en(),
        written = written,
        n = proof.parts.len(),
        gz = guaranteed.zh,
        ge = guaranteed.en
    );
    let mut finding = Finding::new(&RULE, proof.whole.written.place, message)
        .about(title, None, Some(period))
        .here(both!("要求{written}", "needs {written}", written = written))
        .labels(proof.parts.iter().map(|p| (p.cell.written.place, Both::same(p.row.name.key()))))
        .figures(
            (Both::new("全省指标值", "province's target"), written.clone()),
            (Both::new("各地区能保证", "guaranteed by regions"), guaranteed.zh.clone()),
            proof.difference(),
        )
        .because(reason(proof))
        .counterexample(proof.example(), proof.example_result())
        .next(both!(
            "把相差的{d}落实到地区，或把全省指标值改为各地区能保证的数",
            "give the missing {d} to regions, or set the province to what the regions guarantee",
            d = proof.difference()
        ));
    finding.fix = super::proofs::repair(cx, proof);
    finding
}

fn reason(proof: &RegionProof<'_>) -> Both {
    let d = proof.difference();
    match (proof.failure.parts, proof.is_floor()) {
        (None, _) => Both::new(
            "有的地区在这一侧没有界限，任何结果都算完成",
            "some region has no bound on this side: whatever it reaches counts as met",
        ),
        (Some(_), true) => both!(
            "各地区下限汇总后比全省少{d}",
            "the regions' floors roll up to {d} less than the province needs",
            d = d
        ),
        (Some(_), false) => {
            both!(
                "各地区上限汇总后比全省多{d}",
                "the regions' ceilings roll up to {d} more than the province allows",
                d = d
            )
        }
    }
}
