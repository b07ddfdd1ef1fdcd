use super::{
    Certainty, Cx, Example, Facts, Rule, Source, Text,
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    interval::Interval,
    table::Indicator,
    target::{Reading, Remark, Target},
};

pub(super) const RULE: Rule = Rule {
    code: "T010",
    name: "target-inside-name",
    severity: Severity::Note,
    title: Text { zh: "指标值写进了指标名称", en: "a target is written inside the indicator's name" },
    what: Text {
        zh: "指标名称的括号里带有比较符和数字，如“满意度（≥90%）”。若与指标值栏的数不一致，按错误处理。",
        en: "The name holds a comparator and a figure in brackets, such as 满意度（≥90%）. When it disagrees with the target column it is an error.",
    },
    why: Text {
        zh: "同一个指标值写在两处，修改时容易只改一处，两处不一致时不知以哪个为准。",
        en: "The same target stands in two places; when only one is changed nobody knows which counts.",
    },
    repair: Text { zh: "名称里只留单位，指标值写在指标值栏。", en: "Keep only the unit in the name and put the target into its column." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（≥95%） | ≥ 90%",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90%",
    ),
    source: Source {
        text: Text {
            zh: "公开的绩效表格中可见此种写法；指标名称与指标值分栏填写是各类表样的通例",
            en: "seen in published tables; every official layout has separate columns for name and target",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for (indicator, facts) in cx.indicators() {
        let readable = |r: &&Reading| r.target.is_set() && !r.remarks.contains(&Remark::Masked);
        if let Some(reading) = indicator.bracket_target.as_ref().filter(readable) {
            findings.push(finding(cx, indicator, facts, &reading.target));
        }
    }
}

fn finding(cx: &Cx<'_>, indicator: &Indicator, facts: &Facts<'_>, inside: &Target) -> Finding {
    let (title, name) = (&indicator.title, indicator.name.key());
    let cells: Vec<_> = indicator.whole.iter().filter(|c| c.target().is_set()).collect();
    let agrees = cells.iter().any(|c| says_the_same(inside, c.target(), cx.interval(facts, c), facts));
    if cells.is_empty() || agrees {
        return Finding::new(
            &RULE,
            indicator.name.place,
            both!("指标名称“{name}”里写了指标值", "the name {name} holds a target", name = name),
        )
        .about(title, None, None)
        .here(both!("名称里的指标值", "target inside the name"))
        .because(both!(
            "指标值应填在指标值栏；写进名称后，同一个数有两处，修改时容易漏改",
            "targets belong into their column; a second copy in the name is easily forgotten when one changes"
        ))
        .next(both!("名称里只留单位，指标值写在指标值栏", "keep only the unit in the name, the target in its column"));
    }
    let written = say::written(cells[0]);
    let message = both!(
        "指标名称“{name}”里写的指标值与指标值栏的“{written}”不一致",
        "the target inside the name {name} disagrees with the target column, which says {written}",
        name = name,
        written = written
    );
    let mut finding = Finding::new(&RULE, indicator.name.place, message)
        .about(title, None, None)
        .here(both!("名称里的指标值", "target inside the name"))
        .labels(cells.iter().map(|c| (c.written.place, Both::new("指标值栏", "target column"))))
        .figures(
            (Both::new("名称里的指标值", "target inside the name"), name.clone()),
            (Both::new("指标值栏", "target column"), written),
            "",
        )
        .because(both!("同一指标有两个不同的指标值，不知以哪个为准", "one indicator has two different targets; nobody can tell which counts"))
        .next(both!(
            "确定以哪个为准，写在指标值栏，并从名称中删去",
            "decide which counts, put it into the target column and take it out of the name"
        ));
    finding.severity = Severity::Error;
    finding
}

/// Whether the target in the name asks for what the cell asks for; with a bare figure in the name the figure decides.
fn says_the_same(inside: &Target, cell: &Target, interval: Option<Interval>, facts: &Facts<'_>) -> bool {
    match (inside, cell) {
        (Target::Number(name), Target::Number(number)) => {
            let converted = match (&name.unit, &facts.unit) {
                (Some(from), Some(to)) => name.figure().and_then(|f| from.convert(f, to).ok()),
                _ => name.figure(),
            };
            let figure = interval.and_then(|i| i.lower.or(i.upper)).map(|b| b.value);
            converted == figure && (name.comparator == number.comparator || name.written == number.written)
        }
        _ => inside == cell,
    }
}
