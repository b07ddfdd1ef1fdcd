use rust_decimal::Decimal;

use super::{
    Cx, Example, Facts, Nature, Rule, Text,
    cells::{self, At, PUT_IN_FIGURES, Picked},
    dates, proofs, say,
};
use crate::{
    both,
    finding::{Finding, Safety, Severity},
    table::{Form, Indicator},
    target::{Comparator, NumberTarget, Remark},
};

pub(super) const RULE: Rule = Rule {
    code: "T001",
    name: "comparator-missing",
    severity: Severity::Warning,
    title: Text { zh: "指标值缺少比较符", en: "a target has no comparator" },
    what: Text {
        zh: "同一指标的其他指标值（或全表至少四分之三的指标）写了“≥”“≤”等比较符，而这里只有一个数字。自评表、监控表，以及“100%”不报。",
        en: "Other targets of the same indicator, or at least three quarters of the table's indicators, have a comparator such as ≥ or ≤, and this one is a bare figure. Self-evaluation and monitoring forms and 100% are left alone.",
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
            && (cells::usual_comparator(indicator).is_some() || is_odd_one_out(cx, facts, at))
    });
    findings.extend(picked.iter().map(finding));
}

/// Whether most of the table's other indicators have a comparator in their own row (at least three of four, of at least
/// four), so that this one lost its own. `100%` means exactly that in many tables and is left alone.
fn is_odd_one_out(cx: &Cx<'_>, facts: &Facts<'_>, at: &At<'_>) -> bool {
    let shares =
        |n: &NumberTarget| n.unit.as_ref().or(facts.unit.as_ref()).is_some_and(crate::unit::Unit::is_share);
    let whole_share = at.number().is_some_and(|n| n.figure() == Some(Decimal::ONE_HUNDRED) && shares(n));
    let own = cx.table.indicators.iter().filter_map(|i| i.whole.first()?.target().number());
    let (mut signed, mut bare) = (0, 0);
    for number in own {
        *if number.comparator == Comparator::Bare { &mut bare } else { &mut signed } += 1;
    }
    !whole_share && signed >= 4 && bare * 3 <= signed
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
            "只有数字时，看不出是至少、至多还是正好，而表中其他指标值写明了",
            "a bare figure does not say whether at least, at most or exactly is meant, while the table's other targets do say"
        ))
        .next(both!("补上比较符，与其他单元格一致的写法是“{sign}”", "add the comparator; the other cells use {sign}", sign = sign))
        .fix(Safety::Unsafe, both!("给{n}处补上“{sign}”", "adds {sign} in {cells}", cells = say::count(n, "cell", "cells"), n = n, sign = sign), edits)
}
