use super::{Certainty, Cx, Example, Rule, Source, Text, context::all_cells, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    period::Period,
    place::{Place, Written},
    table::{ColumnRole, Indicator, TargetCell},
    target::{Remark, decimal},
    text::key,
};

pub(super) const RULE: Rule = Rule {
    code: "S013",
    name: "fused-values",
    severity: Severity::Error,
    title: Text { zh: "一个单元格里粘了两个值", en: "two values stand in one cell" },
    what: Text {
        zh: "指标值、实际完成值、分值或得分的单元格里有两个数，如“≥90% 10”，多半是相邻两栏粘在了一起。",
        en: "A cell of targets, actuals, weights or scores holds two figures, such as \"≥90% 10\": most likely two neighbouring columns ran together.",
    },
    why: Text {
        zh: "第二个数（分值、得分或另一期间的指标值）不在自己的栏目里，就不参加核对。",
        en: "The second, a weight, a score or another period's target, is not in its own column and takes no part in any check.",
    },
    repair: Text {
        zh: "把两个值分到各自的栏目。", en: "Put the two values into their own columns."
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | 质量指标 | 资金拨付合规率（%） | ≥95% 10",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | 质量指标 | 资金拨付合规率（%） | ≥95%",
    ),
    source: Source {
        text: Text {
            zh: "见于多地公开的绩效表：指标值与分值、几个金额粘连",
            en: "seen in published tables of several provinces: target and weight, or several amounts, run together",
        },
        certainty: Certainty::Practice,
    },
    run,
};

/// A cell with two values: where, in which column, and the two.
struct Fused {
    place: Place,
    period: Option<Period>,
    column: Both,
    left: String,
    right: String,
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for indicator in &cx.table.indicators {
        let mut fused: Vec<Fused> = all_cells(indicator).filter_map(in_target).collect();
        let marks = std::iter::once(&indicator.marks).chain(indicator.regions.iter().map(|r| &r.marks));
        fused.extend(marks.flat_map(|m| &m.0).filter_map(|(role, w)| in_mark(*role, w)));
        if let [first, rest @ ..] = fused.as_slice() {
            findings.push(finding(indicator, first, rest));
        }
    }
}

fn in_target(cell: &TargetCell) -> Option<Fused> {
    let (left, right) = cell.reading.remarks.iter().find_map(|remark| match remark {
        Remark::Fused(left, right) => Some((key(left), key(right))),
        _ => None,
    })?;
    let column = Both::new("指标值", "target");
    Some(Fused { place: cell.written.place, period: Some(cell.period), column, left, right })
}

/// Two figures in a cell of actuals, weights or scores. Groups of three digits may be one figure: `20 000`.
fn in_mark(role: ColumnRole, written: &Written) -> Option<Fused> {
    let column = match role {
        ColumnRole::Actual => Both::new("实际完成值", "actual"),
        ColumnRole::Progress => Both::new("执行情况", "progress"),
        ColumnRole::Forecast => Both::new("全年预计完成情况", "forecast"),
        ColumnRole::Weight => Both::new("分值", "weight"),
        ColumnRole::Score => Both::new("得分", "score"),
        _ => return None,
    };
    let words: Vec<&str> = written.text.split_whitespace().collect();
    let [left, right] = words.as_slice() else { return None };
    let figure = |t: &str| decimal(t.trim_end_matches(['%', '％'])).is_some();
    let is_group = right.len() == 3 && !left.contains('.');
    (figure(left) && figure(right) && !is_group).then(|| Fused {
        place: written.place,
        period: None,
        column,
        left: key(left),
        right: key(right),
    })
}

fn finding(indicator: &Indicator, first: &Fused, rest: &[Fused]) -> Finding {
    let title = &indicator.title;
    let Fused { place, period, column, left, right } = first;
    let more = match rest.len() {
        0 => Both::default(),
        n => both!(
            "，另有{n}处相同问题",
            ", and {places} more",
            n = n,
            places = say::count(rest.len(), "cell", "cells")
        ),
    };
    let message = both!(
        "“{title}”的{column_zh}里粘了两个值：“{left}”和“{right}”{zh}",
        "two values stand in one {column_en} cell of {title}: \"{left}\" and \"{right}\"{en}",
        title = title,
        column_zh = column.zh,
        column_en = column.en,
        left = left,
        right = right,
        zh = more.zh,
        en = more.en
    );
    let here = |f: &Fused| both!("“{a}”和“{b}”", "\"{a}\" and \"{b}\"", a = f.left, b = f.right);
    Finding::new(&RULE, *place, message)
        .about(title, None, period.filter(|_| rest.is_empty()))
        .here(here(first))
        .labels(rest.iter().map(|f| (f.place, here(f))))
        .figures(
            (Both::new("第一个值", "first"), left.clone()),
            (Both::new("第二个值", "second"), right.clone()),
            "",
        )
        .because(Both::new(
            "一格只能有一个值；粘在一起时，至少有一个值不能参加核对",
            "a cell holds one value; run together, at least one of them cannot be checked",
        ))
        .next(Both::new(
            "对照原表，把两个值分到各自的栏目（如当年度指标值、分值、得分）",
            "compare with the original and put the two into their columns: the year's target, weight, score",
        ))
}
