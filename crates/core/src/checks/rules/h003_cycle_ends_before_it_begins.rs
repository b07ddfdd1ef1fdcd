use super::{Certainty, Cx, Example, Rule, Source, Text, header};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "H003",
    name: "cycle-ends-before-it-begins",
    severity: Severity::Error,
    title: Text { zh: "到期年度早于起始年度", en: "the cycle ends before it begins" },
    what: Text {
        zh: "实施期限的到期年度早于起始年度。",
        en: "The last year of the implementation cycle lies before its first year.",
    },
    why: Text {
        zh: "期限不成立，实施周期指标值就没有对应的年份，分年核对也无法进行。",
        en: "Without a valid cycle the cycle's targets belong to no year, and years cannot be checked against it.",
    },
    repair: Text { zh: "更正起始年度或到期年度。", en: "Correct the first or the last year." },
    failing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         实施期限 | 起始年度 | 2026年 | 到期年度 | 2024年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    passing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：期限的终点不早于起点",
            en: "logic: a term does not end before it begins",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(own) = header::own_cycle(cx.table) else { return };
    let (first, last) = (own.cycle.first, own.cycle.last);
    if last >= first {
        return;
    }
    let message = both!(
        "实施期限的到期年度{last}年早于起始年度{first}年",
        "the cycle's last year {last} lies before its first year {first}",
        first = first,
        last = last
    );
    let mut finding = Finding::new(&RULE, own.last.value.place, message)
        .here(both!("到{last}年", "ends in {last}", last = last))
        .figures(
            (Both::new("起始年度", "first year"), first.to_string()),
            (Both::new("到期年度", "last year"), last.to_string()),
            "",
        )
        .because(Both::new("期限的终点不能早于起点", "a term cannot end before it begins"))
        .next(Both::new(
            "核对批复文件，更正起始年度或到期年度",
            "correct the first or the last year from the approval document",
        ));
    if own.first.value.place != own.last.value.place {
        finding =
            finding.label(own.first.value.place, both!("从{first}年起", "begins in {first}", first = first));
    }
    findings.push(finding);
}
