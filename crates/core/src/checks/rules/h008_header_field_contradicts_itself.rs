use super::{Certainty, Cx, Example, Rule, Source, Text, context::years, header, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    money::Fen,
    table::{HeaderField, HeaderKey},
};

pub(super) const RULE: Rule = Rule {
    code: "H008",
    name: "header-field-contradicts-itself",
    severity: Severity::Error,
    title: Text {
        zh: "表头同一栏目出现两次且内容不同",
        en: "a header field stands twice with different values",
    },
    what: Text {
        zh: "同名栏目（如“主管部门”“总金额”）在表头出现两次，填的内容不一样。",
        en: "A field of the same name (主管部门, 总金额…) appears twice in the header with different values.",
    },
    why: Text {
        zh: "两个内容不可能都对，引用此表的人不知道以哪一个为准。",
        en: "Both cannot be right, and whoever uses the table does not know which one counts.",
    },
    repair: Text {
        zh: "保留正确的一处，删去或更正另一处。",
        en: "Keep the right one and remove or correct the other.",
    },
    failing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         主管部门 | 省商务厅\n\
         主管部门 | 省财政厅\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270",
    ),
    passing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         主管部门 | 省商务厅\n\
         主管部门 | 省 商务厅\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：同一栏目不能有两个不同的内容",
            en: "logic: one field cannot have two values",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    // Forms that run together have a header each; S011 speaks of them.
    if super::forms::titles_of_forms(cx.table).len() > 1 {
        return;
    }
    let compared = |f: &&HeaderField| {
        !matches!(f.key, HeaderKey::Other | HeaderKey::Overview) && !f.value.text.trim().is_empty()
    };
    let fields: Vec<&HeaderField> = cx.table.header.iter().filter(compared).collect();
    for (i, field) in fields.iter().enumerate() {
        let same = |f: &&&HeaderField| f.key == field.key && header::label(f) == header::label(field);
        // The first of the name is compared with each later one; a later one only with the first.
        if let Some(first) = fields[..i].iter().find(same).filter(|first| !says_the_same(first, field)) {
            findings.push(finding(first, field));
        }
    }
}

fn says_the_same(a: &HeaderField, b: &HeaderField) -> bool {
    let (left, right) = (a.value.key(), b.value.key());
    if left == right {
        return true;
    }
    match a.key {
        HeaderKey::FirstYear | HeaderKey::LastYear | HeaderKey::FormYear | HeaderKey::Term => {
            !years(&left).is_empty() && years(&left) == years(&right)
        }
        HeaderKey::BudgetTotal | HeaderKey::BudgetYear => {
            Fen::parse(&left).is_some_and(|fen| Fen::parse(&right) == Some(fen))
        }
        _ => false,
    }
}

fn finding(first: &HeaderField, second: &HeaderField) -> Finding {
    let label = header::label(first).zh;
    let (one, other) =
        (say::short(&say::tight(&first.value), 30), say::short(&say::tight(&second.value), 30));
    let message = both!(
        "“{label}”填了两次：“{one}”和“{other}”",
        "\"{label}\" is filled twice: \"{one}\" and \"{other}\"",
        label = label,
        one = one,
        other = other
    );
    Finding::new(&RULE, second.value.place, message)
        .here(Both::new("第二处", "the second"))
        .label(first.value.place, Both::new("第一处", "the first"))
        .figures((Both::new("第一处", "first"), one), (Both::new("第二处", "second"), other), "")
        .because(Both::new("同一栏目不能有两个不同的内容", "one field cannot have two values"))
        .next(both!(
            "确认“{label}”以哪一处为准，更正或删去另一处",
            "decide which value of \"{label}\" counts, and correct or remove the other",
            label = label
        ))
}
