use rust_decimal::Decimal;

use super::{Certainty, Cx, Example, Rule, Source, Text, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    indicator::{Direction, Kind},
};

pub(super) const RULE: Rule = Rule {
    code: "V004",
    name: "hundred-percent-target",
    severity: Severity::Note,
    title: Text { zh: "满意度定为100%", en: "a satisfaction of 100 % is asked for" },
    what: Text { zh: "满意度指标值为100%。", en: "The target for satisfaction is 100 %." },
    why: Text {
        zh: "满意度来自抽样调查，100%几乎不可能如实达到：要么扣分，要么数据不实。",
        en: "Satisfaction comes from a survey; 100 % is hardly ever reached honestly: either points are lost or the data are not true.",
    },
    repair: Text {
        zh: "参照公开表格的常用值（90%、95%）设定。",
        en: "Set it at the values usual in published tables (90 %, 95 %).",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         满意度指标 | 服务对象满意度指标 | 企业满意度（%） | = 100",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         满意度指标 | 服务对象满意度指标 | 企业满意度（%） | ≥ 95",
    ),
    source: Source {
        text: Text {
            zh: "公开的绩效目标表中满意度多为80%至95%，以90%、95%居多",
            en: "in published tables satisfaction is mostly set at 80 to 95 %, with 90 and 95 the most frequent",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for (indicator, facts) in cx.indicators() {
        let satisfaction = indicator.kind == Some(Kind::Satisfaction) || indicator.title.contains("满意");
        let Some(unit) = facts.unit.as_ref().filter(|u| u.is_share() && satisfaction) else { continue };
        if facts.direction == Direction::Reverse || indicator.title.contains("不满意") {
            continue;
        }
        let Some(all) = Decimal::ONE.checked_div(unit.scale) else { continue };
        let floor = |c: &&crate::table::TargetCell| {
            cx.interval(facts, c).and_then(|i| i.lower).map(|b| b.value) == Some(all)
        };
        let cells: Vec<_> = super::context::all_cells(indicator).filter(floor).collect();
        let Some(first) = cells.first() else { continue };
        let (title, target) = (&indicator.title, say::written(first));
        let message = both!(
            "“{title}”的指标值为{target}，满意度几乎不可能达到100%",
            "{title}: the target is {target}; a satisfaction of 100 % is hardly ever reached"
        );
        findings.push(
            Finding::new(&RULE, first.written.place, message)
                .about(title, None, Some(first.period))
                .here(Both::new("要求人人满意", "asks everybody to be satisfied"))
                .labels(cells.iter().skip(1).map(|c| (c.written.place, Both::same(say::written(c)))))
                .because(Both::new(
                    "只要有一份问卷不满意就完不成，公开表格中满意度多为80%至95%",
                    "a single dissatisfied answer misses it; published tables mostly ask for 80 to 95 %",
                ))
                .next(Both::new(
                    "核实能否达到；一般定为“≥90%”或“≥95%”",
                    "consider whether it can be reached; ≥ 90 % or ≥ 95 % is usual",
                )),
        );
    }
}
