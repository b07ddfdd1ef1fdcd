use super::{
    Cx, Example, Nature, Rule, Text,
    cells::{self, At, PUT_IN_FIGURES, Picked},
    dates, proofs, say,
};
use crate::{
    both,
    finding::{Finding, Safety, Severity},
    table::{Form, Indicator},
    target::{Comparator, Remark},
};

pub(super) const RULE: Rule = Rule {
    code: "T001",
    name: "comparator-missing",
    severity: Severity::Warning,
    title: Text { zh: "指标值缺少比较符", en: "a target has no comparator" },
    what: Text {
        zh: "同一指标的其他指标值写了“≥”“≤”等比较符，而这里只有一个数字。自评表、监控表，以及整个指标都不写比较符（如“100%”）的不报。",
        en: "Other targets of the same indicator have a comparator such as ≥ or ≤, and this one is a bare figure. Self-evaluation and monitoring forms, and indicators without any comparator (100%), are left alone.",
    },
    why: Text {
        zh: "没有比较符，“100”可以是至少、至多或正好，评价时各执一词。",
        en: "Without a comparator 100 may mean at least, at most or exactly; at evaluation everyone reads it differently.",
    },
    repair: Text {
        zh: "补上比较符，一般与同一指标的其他单元格一致。",
        en: "Add the comparator, usually that of the indicator's other cells.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 甲市 | ≥ 104\n\
         | | 乙市 | 166",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 甲市 | ≥ 104\n\
         | | 乙市 | ≥ 166",
    ),
    source: PUT_IN_FIGURES,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if matches!(cx.table.form, Form::SelfEvaluation | Form::Monitoring) {
        return;
    }
    let picked = cells::pick(cx, |indicator, facts, at| {
        is_bare(indicator, at)
            && !dates::is_serial(indicator, facts, at)
            && facts.nature == Nature::Number
            && cells::usual_comparator(indicator).is_some()
    });
    findings.extend(picked.iter().map(finding));
}

/// A figure with neither sign nor word around it: 约100 and 100左右 have a word.
fn is_bare(indicator: &Indicator, at: &At<'_>) -> bool {
    let key = at.cell.written.key();
    at.comparator() == Some(Comparator::Bare)
        && key.starts_with(|c: char| c.is_ascii_digit())
        && !key.ends_with("左右")
        && !at.has_comparator_column(indicator)
        && !at.remarks().iter().any(|r| matches!(r, Remark::MisreadComparator(_)))
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots, n) = (picked.title(), picked.spots(), picked.cells.len());
    let sign = cells::expected_comparator(picked.indicator, &picked.facts).sign();
    let message = both!(
        "“{title}”的指标值没有比较符：{zh}",
        "{title} has no comparator: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    let edits = picked.edits(|at| Some(proofs::with_sign(at.text(), sign)));
    picked
        .finding(&RULE, message)
        .because(both!(
            "只有数字时，看不出是至少、至多还是正好，而同一指标的其他指标值写明了",
            "a bare figure does not say whether at least, at most or exactly is meant, while the indicator's other targets do say"
        ))
        .next(both!("补上比较符，与其他单元格一致的写法是“{sign}”", "add the comparator; the other cells use {sign}", sign = sign))
        .fix(Safety::Unsafe, both!("给{n}处补上“{sign}”", "adds {sign} in {cells}", cells = say::count(n, "cell", "cells"), n = n, sign = sign), edits)
}
