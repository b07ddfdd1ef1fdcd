use super::{Certainty, Cx, Example, Rule, Source, Text, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "S001",
    name: "unread-cell",
    severity: Severity::Warning,
    title: Text { zh: "有内容未能识别", en: "something in the table could not be read" },
    what: Text {
        zh: "表中有不为空的单元格，既不像指标、地区、指标值，也不像表头或备注。",
        en: "A cell that is not empty is neither indicator, region or target, nor part of the header or the remarks.",
    },
    why: Text {
        zh: "多半是错行、错列或转换时粘连；没有识别的内容不参加任何核对。",
        en: "Most likely a shifted row or column, or text run together in conversion; what is not read takes no part in any check.",
    },
    repair: Text {
        zh: "把内容移到所属的栏目，多余的删去。",
        en: "Move the content to the column where it belongs, or remove what is left over.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 见另表",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：没有识别的内容无法核对",
            en: "logic: what is not read cannot be checked",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let [first, rest @ ..] = cx.table.unread.as_slice() else { return };
    let texts: Vec<String> = cx.table.unread.iter().map(|w| say::short(&say::tight(w), 20)).collect();
    let quoted = say::quoted(&texts, 5);
    let message = both!(
        "有{n}处内容未能识别：{zh}",
        "{places} could not be read: {en}",
        n = texts.len(),
        places = say::count(texts.len(), "cell", "cells"),
        zh = quoted.zh,
        en = quoted.en
    );
    findings.push(
        Finding::new(&RULE, first.place, message)
            .here(Both::new("未能识别", "not read"))
            .labels(rest.iter().map(|w| (w.place, Both::new("未能识别", "not read"))))
            .because(Both::new(
                "看不出它属于哪个指标、地区或栏目，没有参加任何核对",
                "it is not clear to which indicator, region or field it belongs, so no check has looked at it",
            ))
            .next(Both::new(
                "看是否错行、错列或粘连，移到所属栏目；无用的删去",
                "see whether a row or column shifted or texts ran together; move it where it belongs or remove it",
            )),
    );
}
