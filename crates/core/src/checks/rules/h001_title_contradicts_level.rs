use super::{Certainty, Cx, Example, Rule, Source, Text, header};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::{HeaderField, HeaderKey},
};

pub(super) const RULE: Rule = Rule {
    code: "H001",
    name: "title-contradicts-level",
    severity: Severity::Error,
    title: Text {
        zh: "标题中的项目级次与“项目等级”栏不一致",
        en: "the title and the field \"项目等级\" name different project levels",
    },
    what: Text {
        zh: "标题写“二级项目”，表内“项目等级”却填“一级项目”，或者相反。",
        en: "The title says second-level project (二级项目) while the field says first-level project (一级项目), or the reverse.",
    },
    why: Text {
        zh: "项目级次决定项目挂在预算项目库的哪一层；两处不一致，绩效目标就可能随错误的项目批复和公开。",
        en: "The level decides where the project hangs in the budget's project tree; if the two differ, the targets may be approved and published under the wrong project.",
    },
    repair: Text {
        zh: "按预算管理一体化系统中该项目的级次，改标题或改“项目等级”。",
        en: "Look the project up in the budget system and correct the title or the field.",
    },
    failing: Example::table(
        "2024年外贸专项资金二级项目绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         项目等级 | 一级项目\n\
         主管部门 | 省商务厅\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270",
    ),
    passing: Example::table(
        "2024年外贸专项资金二级项目绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         项目等级 | 二级项目\n\
         主管部门 | 省商务厅\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：同一项目只能有一个级次", en: "logic: one project has one level"
        },
        certainty: Certainty::Logic,
    },
    run,
};

const LEVELS: [&str; 3] = ["一级项目", "二级项目", "三级项目"];

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(field) = cx.table.field(HeaderKey::ProjectLevel) else { return };
    let Some(filled) = level(&field.value.key()) else { return };
    for title in &cx.table.titles {
        if let Some(named) = level(&title.key()).filter(|named| *named != filled) {
            findings.push(finding(field, filled, named, title.place));
            return;
        }
    }
}

/// The one level that a text names; `None` when it names none, or several as a form with boxes to tick does.
fn level(text: &str) -> Option<&'static str> {
    let mut named = LEVELS.into_iter().filter(|l| text.contains(l));
    let first = named.next();
    if named.next().is_some() { None } else { first }
}

fn finding(field: &HeaderField, filled: &str, named: &str, title: crate::place::Place) -> Finding {
    let label = header::label(field);
    let message = both!(
        "标题写“{named}”，而“{label}”填的是“{filled}”",
        "the title says \"{named}\" while \"{label}\" is filled with \"{filled}\"",
        named = named,
        filled = filled,
        label = label.zh
    );
    Finding::new(&RULE, field.value.place, message)
        .here(both!("填“{filled}”", "says \"{filled}\"", filled = filled))
        .label(title, both!("写“{named}”", "says \"{named}\"", named = named))
        .figures((Both::new("标题", "title"), named.to_owned()), (label, filled.to_owned()), "")
        .because(Both::new("同一项目只能有一个级次", "one project has one level"))
        .next(both!(
            "核对项目库中该项目的级次：属二级项目的改“项目等级”，属一级项目的改标题",
            "look up the project's level in the project library, then correct the field or the title"
        ))
}
