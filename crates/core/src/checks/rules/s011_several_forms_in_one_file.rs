use super::{Certainty, Cx, Example, Rule, Source, Text, forms, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "S011",
    name: "several-forms-in-one-file",
    severity: Severity::Warning,
    title: Text { zh: "一份表里有几张表", en: "several forms run together" },
    what: Text {
        zh: "文件里有两个以上不同的表名，几张绩效表首尾相连。同一表名因分页重复、带“（续）”的不算。",
        en: "The file holds two or more different titles that name a form. The same title repeated on a new page, or with （续）, does not count.",
    },
    why: Text {
        zh: "几张表的指标会被当作一张表来汇总和核对，结果不可靠。",
        en: "The indicators of several forms are then added up and checked as if they were one, and the result cannot be relied on.",
    },
    repair: Text { zh: "每张表单独成文件。", en: "Put each form into a file of its own." },
    failing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         2024年招商专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 引进项目数量（个） | ≥ 30",
    ),
    passing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         2024年外贸专项资金绩效目标表（续）\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 引进项目数量（个） | ≥ 30",
    ),
    source: Source {
        text: Text {
            zh: "见于多地公开的绩效表：几张表首尾相连",
            en: "seen in published files of several provinces: forms run together",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let titles = forms::titles_of_forms(cx.table);
    let [first, second, rest @ ..] = titles.as_slice() else { return };
    let names: Vec<String> = titles.iter().map(|t| say::short(&say::tight(t), 40)).collect();
    let quoted = say::quoted(&names, 4);
    let message = both!(
        "文件里有{n}张表：{zh}",
        "the file holds {n} forms: {en}",
        n = titles.len(),
        zh = quoted.zh,
        en = quoted.en
    );
    let another = || Both::new("另一张表从这里开始", "another form begins here");
    findings.push(
        Finding::new(&RULE, second.place, message)
            .here(another())
            .label(first.place, Both::new("第一张表", "the first form"))
            .labels(rest.iter().map(|t| (t.place, another())))
            .because(Both::new(
                "几张表的指标会混在一起汇总和核对，结果不可靠",
                "indicators of several forms are added up and checked together, and the result cannot be relied on",
            ))
            .next(Both::new("拆成每张表一个文件，再分别检查", "split the file, one form each, and check them one by one")),
    );
}
