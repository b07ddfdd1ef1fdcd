use super::{Certainty, Cx, Example, Rule, Source, Text, say};
use crate::{
    both,
    finding::{Both, Edit, Finding, Safety, Severity},
    place::Written,
};

pub(super) const RULE: Rule = Rule {
    code: "S012",
    name: "old-category-name",
    severity: Severity::Note,
    title: Text { zh: "一级指标沿用旧名称", en: "a category has its older name" },
    what: Text {
        zh: "一级指标写作“项目完成指标”“项目效益指标”等旧名称，现行表式为“产出指标”“效益指标”。",
        en: "A category is called 项目完成指标 or 项目效益指标; present forms say 产出指标 and 效益指标.",
    },
    why: Text {
        zh: "旧名称不影响核对，但与现行表式和系统录入项不一致。",
        en: "Checks are not affected, but the names differ from present forms and from the budget system's entries.",
    },
    repair: Text { zh: "改为现行名称。", en: "Use the present name." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         项目完成指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         效益指标 | 经济效益指标 | 带动进口规模（亿元） | ≥ 200",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         效益指标 | 经济效益指标 | 带动进口规模（亿元） | ≥ 200",
    ),
    source: Source {
        text: Text {
            zh: "见于多地公开表格的旧名称；现行名称见财预〔2020〕10号（未见原文）",
            en: "older names seen in published tables; present names as in 财预〔2020〕10号 (text not seen)",
        },
        certainty: Certainty::Practice,
    },
    run,
};

const OLD_NAMES: [(&str, &str); 4] = [
    ("项目完成指标", "产出指标"),
    ("完成指标", "产出指标"),
    ("项目效益指标", "效益指标"),
    ("项目效果指标", "效益指标"),
];

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let groups = cx.table.groups.iter().filter(|g| g.level == 1);
    let old: Vec<(&Written, &str, &str)> = groups
        .filter_map(|g| {
            let key = g.label.key();
            let (old, new) = OLD_NAMES.into_iter().find(|(old, _)| *old == name_of(&key))?;
            Some((&g.label, old, new))
        })
        .collect();
    let [(first, ..), rest @ ..] = old.as_slice() else { return };
    let mut pairs: Vec<(&str, &str)> = old.iter().map(|(_, old, new)| (*old, *new)).collect();
    pairs.dedup();
    let zh: Vec<String> = pairs.iter().map(|(old, new)| format!("“{old}”（现称“{new}”）")).collect();
    let en: Vec<String> = pairs.iter().map(|(old, new)| format!("{old} (now {new})")).collect();
    let message = both!(
        "一级指标沿用旧名称{zh}",
        "older names of categories: {en}",
        zh = say::names(&zh, 4).zh,
        en = say::names(&en, 4).en
    );
    let now = |new: &str| both!("现称“{new}”", "now {new}", new = new);
    findings.push(
        Finding::new(&RULE, first.place, message)
            .here(now(old[0].2))
            .labels(rest.iter().map(|(w, _, new)| (w.place, now(new))))
            .because(Both::new(
                "与现行表式和系统录入项的名称不一致",
                "the names differ from present forms and from the budget system's entries",
            ))
            .next(Both::new(
                "改为现行名称；沿用旧表式另有规定的可不改",
                "use the present names, unless the older form is prescribed",
            ))
            .fix(
                Safety::Unsafe,
                Both::new("一级指标改为现行名称", "categories get their present names"),
                old.iter().map(|(w, old, new)| edit(w, old, new)).collect(),
            ),
    );
}

/// A label without a weight in brackets.
fn name_of(label: &str) -> &str {
    label.split('(').next().unwrap_or(label)
}

fn edit(label: &Written, old: &str, new: &str) -> Edit {
    let rest = label.key().replacen(old, "", 1);
    Edit { place: label.place, before: label.text.clone(), after: format!("{new}{rest}") }
}
