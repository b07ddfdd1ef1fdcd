use super::{Certainty, Cx, Example, Rule, Source, Text, header, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::{Form, HeaderField, HeaderKey, TargetTable},
};

pub(super) const RULE: Rule = Rule {
    code: "H002",
    name: "header-part-missing",
    severity: Severity::Warning,
    title: Text { zh: "表头缺少必要内容", en: "the header lacks a necessary part" },
    what: Text {
        zh: "绩效目标表有表头，但缺少项目名称、主管部门（单位）、年度或实施期限、预算金额、总体绩效目标中的一项或几项，或者栏目在而内容空。",
        en: "A target table has a header, but project name, department or unit, year or cycle, budget, or overall goal is missing or left empty.",
    },
    why: Text {
        zh: "指标值要对着项目、期限和金额来看；缺了其中一项，目标是否与资金匹配就无从判断。",
        en: "Targets are judged against project, period and money; without one of them nobody can say whether they match.",
    },
    repair: Text { zh: "补填所缺栏目。", en: "Fill in what is missing." },
    failing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 提升外贸企业竞争力。 | 支持企业不少于270家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    passing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         主管部门 | 省商务厅\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         预算金额 | 总金额 | 3000万元 | 当年度金额 | 1000万元\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 提升外贸企业竞争力。 | 支持企业不少于270家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "各地公开的绩效目标表表头（广东省2024年表、财预〔2015〕163号区域绩效目标表）均有上述栏目",
            en: "published target tables (Guangdong 2024; the regional form of 财预〔2015〕163号) all have these parts",
        },
        certainty: Certainty::Practice,
    },
    run,
};

/// A table with fewer fields than this above the indicators is a bare list of indicators, of which no header is expected.
const FIELDS_OF_A_HEADER: usize = 2;

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let table = cx.table;
    if table.form != Form::Goal || table.header.len() < FIELDS_OF_A_HEADER {
        return;
    }
    let missing: Vec<&Part> = PARTS.iter().filter(|part| !(part.present)(cx, part.keys)).collect();
    if !missing.is_empty() {
        findings.push(finding(cx, &missing));
    }
}

struct Part {
    zh: &'static str,
    en: &'static str,
    keys: &'static [HeaderKey],
    present: fn(&Cx<'_>, &[HeaderKey]) -> bool,
}

const PARTS: [Part; 5] = [
    Part {
        zh: "项目名称",
        en: "project name",
        keys: &[HeaderKey::ProjectName],
        present: |cx, keys| filled(cx.table, keys, &["项目", "资金", "专项", "政策"]),
    },
    Part {
        zh: "主管部门（单位）",
        en: "department or unit",
        keys: &[HeaderKey::Department, HeaderKey::SpendingUnit],
        present: |cx, keys| filled(cx.table, keys, &["部门", "单位"]),
    },
    Part {
        zh: "年度或实施期限",
        en: "year or cycle",
        keys: &[HeaderKey::FirstYear, HeaderKey::LastYear, HeaderKey::Term, HeaderKey::FormYear],
        present: |cx, keys| cx.year().is_some() || filled(cx.table, keys, &["期限", "周期", "年度", "时间"]),
    },
    Part {
        zh: "预算金额",
        en: "budget",
        keys: &[HeaderKey::BudgetTotal, HeaderKey::BudgetYear],
        present: |cx, keys| {
            let money = ["金额", "资金", "预算", "经费", "投资"];
            !cx.table.money.is_empty() || filled(cx.table, keys, &money)
        },
    },
    Part {
        zh: "总体绩效目标",
        en: "overall goal",
        keys: &[],
        present: |cx, keys| {
            cx.table.goals.iter().any(|g| !g.text.text.trim().is_empty()) || filled(cx.table, keys, &["目标"])
        },
    },
];

/// Whether a field of one of the keys, or one whose label holds one of the words, has a value.
///
/// Words are asked of fields of unknown key only: `资金` in 资金名称 is no amount. What could not be read may be the part that
/// seems missing; S001 reports it.
fn filled(table: &TargetTable, keys: &[HeaderKey], words: &[&str]) -> bool {
    let named =
        |f: &HeaderField| f.key == HeaderKey::Other && words.iter().any(|w| f.label.key().contains(w));
    table.header.iter().any(|f| (keys.contains(&f.key) || named(f)) && !f.value.text.trim().is_empty())
        || table.unread.iter().any(|w| words.iter().any(|word| w.key().contains(word)))
}

fn finding(cx: &Cx<'_>, missing: &[&Part]) -> Finding {
    let zh: Vec<&str> = missing.iter().map(|part| part.zh).collect();
    let en: Vec<&str> = missing.iter().map(|part| part.en).collect();
    let list = Both { zh: say::names(&zh, zh.len()).zh, en: say::names(&en, en.len()).en };
    let message = both!("表头缺少：{zh}", "the header lacks: {en}", zh = list.zh, en = list.en);
    let is_missing = |f: &&HeaderField| missing.iter().any(|part| part.keys.contains(&f.key));
    let empty = cx.table.header.iter().filter(|f| f.value.text.trim().is_empty()).filter(is_missing);
    Finding::new(&RULE, header::top(cx), message)
        .here(Both::new("此表的表头", "this table's header"))
        .labels(empty.map(|f| (f.label.place, Both::new("未填", "left empty"))))
        .because(Both::new(
            "没有这些内容，指标值与项目、期限、金额是否匹配无从判断",
            "without them nobody can say whether the targets match project, period and money",
        ))
        .next(both!("补填{zh}", "fill in: {en}", zh = list.zh, en = list.en))
}
