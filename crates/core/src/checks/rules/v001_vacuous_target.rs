use std::collections::BTreeSet;

use super::{Certainty, Cx, Example, Rule, Source, Text, say, vacuous::asks_for_nothing};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::{Indicator, TargetCell},
};

pub(super) const RULE: Rule = Rule {
    code: "V001",
    name: "vacuous-target",
    severity: Severity::Warning,
    title: Text { zh: "地区指标值等于没有要求", en: "regions' targets ask for nothing" },
    what: Text {
        zh: "地区指标值任何结果都能满足，如数量、金额“≥0”，比率“≤100%”。",
        en: "A region's target that any result meets: a count or amount ≥ 0, a share ≤ 100%.",
    },
    why: Text {
        zh: "什么都不做也算完成，评价时白得满分，掩盖了该地区其实没有任务。",
        en: "Doing nothing meets it: it earns full points and hides that the region has no task.",
    },
    repair: Text {
        zh: "没有任务的写“/”或删去该行；有任务的写实际指标值。",
        en: "Write / or drop the row where there is no task; write the real figure where there is one.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 204\n\
         | | 甲市 | ≥ 204\n\
         | | 乙市 | ≥ 0",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 204\n\
         | | 甲市 | ≥ 204\n\
         | | 乙市 | /",
    ),
    source: Source {
        text: Text {
            zh: "由指标值的含义推出：非负的量总满足“≥0”",
            en: "from the meaning of targets: what is never negative always satisfies ≥ 0",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for (indicator, facts) in cx.indicators() {
        let vacuous: Vec<(String, &TargetCell)> = indicator
            .regions
            .iter()
            .flat_map(|row| row.cells.iter().map(move |c| (row.name.key(), c)))
            .filter(|(_, cell)| asks_for_nothing(cx, facts, cell))
            .collect();
        if let Some((_, first)) = vacuous.first() {
            findings.push(finding(indicator, first, &vacuous));
        }
    }
}

fn finding(indicator: &Indicator, first: &TargetCell, all: &[(String, &TargetCell)]) -> Finding {
    let (title, target) = (&indicator.title, say::written(first));
    let regions: BTreeSet<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    let ordered: Vec<&str> = {
        let mut seen = BTreeSet::new();
        all.iter().map(|(n, _)| n.as_str()).filter(|n| seen.insert(*n)).collect()
    };
    let (n, of, cells) = (regions.len(), indicator.regions.len(), all.len());
    let alike = all.iter().all(|(_, c)| say::written(c) == target);
    let such = if alike { format!("“{target}”") } else { format!("“{target}”等") };
    let names = say::names(&ordered, 4);
    let message = both!(
        "“{title}”{of}个地区中有{n}个的指标值为{such}，任何结果都算完成：{zh}",
        "{title}: any result meets {target}, the kind of target that stands at {n} of {of} regions: {en}",
        zh = names.zh,
        en = names.en
    );
    Finding::new(&RULE, first.written.place, message)
        .about(title, None, None)
        .here(Both::new("任何结果都算完成", "any result meets this"))
        .labels(all.iter().skip(1).map(|(name, c)| {
            (c.written.place, both!("{name}{p}", "{name}, {e}", p = c.period.zh(), e = c.period.en()))
        }))
        .figures(
            (Both::new("无要求的地区", "regions asked for nothing"), n.to_string()),
            (Both::new("所列地区", "regions listed"), of.to_string()),
            "",
        )
        .because(both!(
            "该指标的结果总会满足“{target}”，共{cells}个单元格没有约束力：这些地区不做任何工作也算完成",
            "every result satisfies {target}, so {cells_en} no binding force: these regions meet the target by doing nothing",
            cells_en = say::count(cells, "cell has", "cells have")
        ))
        .next(Both::new(
            "没有任务的地区写“/”或不列，有任务的写实际指标值；评价时不给这些单元格计分",
            "write / (or drop the row) where there is no task and a real figure where there is one; give these cells no points",
        ))
}
