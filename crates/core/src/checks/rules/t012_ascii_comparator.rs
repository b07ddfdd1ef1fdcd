use super::{
    Cx, Example, Rule, Text,
    cells::{self, COMMON_SLIP, Picked},
};
use crate::{
    both,
    finding::{Both, Edit, Finding, Safety, Severity},
    place::Written,
    table::ColumnRole,
};

pub(super) const RULE: Rule = Rule {
    code: "T012",
    name: "ascii-comparator",
    severity: Severity::Note,
    title: Text { zh: "比较符用了键盘替代写法", en: "a comparator is typed in a keyboard form" },
    what: Text {
        zh: "用“>=”“=>”“<=”“≥≥”等代替“≥”“≤”。全表只报一次，逐处列出。",
        en: "The table has >=, =>, <= or ≥≥ instead of ≥ and ≤. Reported once for the table, with every place.",
    },
    why: Text {
        zh: "含义清楚，但不是表样的写法，导入其他系统时可能读不出。",
        en: "The meaning is clear, but forms print ≥ and ≤ and other systems may not read it.",
    },
    repair: Text {
        zh: "改为“≥”“≤”，数字不变。", en: "Write ≥ or ≤; the figure stays."
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | >=270",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270",
    ),
    source: COMMON_SLIP,
    run,
};

/// Keyboard forms and what forms print; full-width ones are folded when they are looked for.
const ODD: [(&str, &str); 14] = [
    (">=", "≥"),
    ("=>", "≥"),
    ("<=", "≤"),
    ("=<", "≤"),
    ("＞＝", "≥"),
    ("＝＞", "≥"),
    ("＜＝", "≤"),
    ("＝＜", "≤"),
    ("≥≥", "≥"),
    ("≤≤", "≤"),
    (">>", ">"),
    ("<<", "<"),
    ("==", "="),
    ("> =", "≥"),
];

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |_, _, at| at.number().is_some() && printed(at.text()).is_some());
    findings.extend(finding(&picked));
    findings.extend(in_a_column_of_its_own(cx));
}

/// The text with the signs that forms print; `None` when it has them already.
fn printed(text: &str) -> Option<String> {
    // Each of them is two signs; next to no cell has two.
    if text.chars().filter(|c| "><=≥≤＞＜＝".contains(*c)).take(2).count() < 2 {
        return None;
    }
    let after = ODD.iter().fold(text.to_owned(), |t, (odd, sign)| t.replace(odd, sign));
    (after != text).then_some(after)
}

/// The comparators in a column of their own.
fn in_a_column_of_its_own(cx: &Cx<'_>) -> Option<Finding> {
    let odd: Vec<(&Written, &str)> = cx
        .table
        .indicators
        .iter()
        .flat_map(|i| {
            std::iter::once((&i.marks, &i.title)).chain(i.regions.iter().map(move |r| (&r.marks, &i.title)))
        })
        .filter_map(|(marks, title)| Some((marks.get(ColumnRole::Comparator)?, title.as_str())))
        .filter(|(sign, _)| printed(&sign.text).is_some())
        .collect();
    let ((first, title), n) = (*odd.first()?, odd.len());
    let edit = |w: &Written| Some(Edit { place: w.place, before: w.text.clone(), after: printed(&w.text)? });
    let message = both!(
        "比较符栏有{n}处用了键盘替代写法，如“{title}”的“{text}”",
        "{cells} in the column of comparators in a keyboard form, such as {text} of {title}",
        cells = super::say::count(n, "cell", "cells"),
        text = first.key()
    );
    let finding = Finding::new(&RULE, first.place, message)
        .here(Both::same(first.key()))
        .labels(odd.iter().skip(1).map(|(w, title)| (w.place, Both::same(*title))))
        .because(both!(
            "表样使用“≥”“≤”；其他系统可能读不出键盘写法",
            "forms print ≥ and ≤; other systems may not read keyboard forms"
        ))
        .next(both!("改为“≥”“≤”，数字不变", "write ≥ or ≤; the figures stay"))
        .fix(
            Safety::Safe,
            both!("换成表样用的比较符，数字不变", "uses the printed signs; the figures stay"),
            odd.iter().filter_map(|(w, _)| edit(w)).collect(),
        );
    Some(finding)
}

fn finding(picked: &[Picked<'_>]) -> Option<Finding> {
    let first = picked.first()?;
    let all = || picked.iter().flat_map(|p| p.cells.iter().map(move |at| (p, at)));
    let edits: Vec<Edit> = all().filter_map(|(_, at)| Some(at.edit(printed(at.text())?))).collect();
    let (n, text) = (edits.len(), super::say::written(first.first().cell));
    let message = both!(
        "有{n}处比较符用了键盘替代写法，如“{title}”的“{text}”",
        "{cells} with a comparator in a keyboard form, such as {text} of {title}",
        cells = super::say::count(n, "cell", "cells"),
        n = n,
        title = first.title(),
        text = text
    );
    let mut finding = Finding::new(&RULE, first.first().place(), message)
        .here(Both::same(text.clone()))
        .labels(all().skip(1).map(|(p, at)| (at.place(), Both::same(p.title()))))
        .because(both!(
            "表样使用“≥”“≤”；“{text}”含义相同，但其他系统可能读不出",
            "forms print ≥ and ≤; {text} means the same, but other systems may not read it",
            text = text
        ))
        .next(both!("改为“≥”“≤”，数字不变", "write ≥ or ≤; the figures stay"))
        .fix(
            Safety::Safe,
            both!("换成表样用的比较符，数字不变", "uses the printed signs; the figures stay"),
            edits,
        );
    if picked.len() == 1 {
        finding = finding.about(first.title(), None, None);
    }
    Some(finding)
}
