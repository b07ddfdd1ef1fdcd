use super::{Certainty, Cx, Example, Rule, Source, Text, header};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    fund::Fund,
    money::Fen,
    region::RegionKind,
    table::{Form, HeaderField, HeaderKey},
};

pub(super) const RULE: Rule = Rule {
    code: "H009",
    name: "header-contradicts-fund",
    severity: Severity::Error,
    title: Text {
        zh: "表头与项目文件夹登记的内容不一致",
        en: "the header contradicts what the fund folder says",
    },
    what: Text {
        zh: "表头的实施期限、总金额、当年度金额或主管部门与该资金项目文件夹（fund.toml）登记的不同。",
        en: "Cycle, total, the year's amount or the department in the header differ from those in the fund folder (fund.toml).",
    },
    why: Text {
        zh: "项目文件夹是该资金的统一口径，绩效监控和自评都以它为准；两处不一致，后续每张表都要打架。",
        en: "The fund folder is what monitoring and self-evaluation go by; if the two differ, every later form will contradict one of them.",
    },
    repair: Text {
        zh: "对照批复文件：表错改表，预算已调整的更新项目文件夹。",
        en: "From the approval document: correct the table, or bring the fund folder up to date when the budget was adjusted.",
    },
    failing: Example::table(
        "2024年专项资金（促进外贸发展方向）绩效目标表\n\
         项目名称 | 促进外贸发展\n\
         主管部门 | 广东省商务厅\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         预算金额 | 总金额 | 178914万元 | 当年度金额 | 59647万元\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    passing: Example::table(
        "2024年专项资金（促进外贸发展方向）绩效目标表\n\
         项目名称 | 促进外贸发展\n\
         主管部门 | 广东省商务厅\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         预算金额 | 总金额 | 178941万元 | 当年度金额 | 59647万元\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "项目文件夹登记的批复内容（fund.toml）",
            en: "the approved facts recorded in the fund folder (fund.toml)",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = cx.fund.filter(|_| cx.table.form == Form::Goal) else { return };
    if is_of_a_part(cx, fund) {
        return;
    }
    if let Some(finding) = cycle(cx, fund) {
        // A table of another cycle has another budget too; that would be the same finding again.
        findings.push(finding);
        return;
    }
    if !is_swapped(cx) {
        let year = cx.year().and_then(|y| fund.budget_by_year.get(&y)).copied();
        findings.extend(money(cx, HeaderKey::BudgetTotal, Some(fund.budget_total)));
        findings.extend(money(cx, HeaderKey::BudgetYear, year));
    }
    findings.extend(department(cx, fund));
}

/// Whether the header names a region below the province as department or unit: the table is then that region's share of the fund.
fn is_of_a_part(cx: &Cx<'_>, fund: &Fund) -> bool {
    let named: Vec<String> = [HeaderKey::Department, HeaderKey::SpendingUnit]
        .into_iter()
        .filter_map(|key| cx.table.field(key).map(|f| f.value.key()))
        .collect();
    let parts = fund.regions.iter().filter(|(_, r)| r.kind != RegionKind::Province);
    parts.into_iter().any(|(_, region)| named.iter().any(|n| n.contains(&region.name)))
}

/// Whether the year's amount is above the total, which H005 reports already.
fn is_swapped(cx: &Cx<'_>) -> bool {
    let fen = |key| header::budget(cx.table, key).map(|(_, fen, _)| fen);
    fen(HeaderKey::BudgetTotal).zip(fen(HeaderKey::BudgetYear)).is_some_and(|(total, year)| year > total)
}

fn cycle(cx: &Cx<'_>, fund: &Fund) -> Option<Finding> {
    let own = header::own_cycle(cx.table).filter(|own| own.cycle != fund.cycle && own.cycle.years() > 0)?;
    let (first, last) = (fund.cycle.first, fund.cycle.last);
    let message = both!(
        "表头实施期限为{zh}，项目文件夹登记的是{first}—{last}年",
        "the header's cycle is {en}, the fund folder says {first}–{last}",
        zh = own.zh(),
        en = own.en(),
        first = first,
        last = last
    );
    let place = if own.cycle.first == first { own.last.value.place } else { own.first.value.place };
    let (left, right) = sides(own.en(), format!("{first}–{last}"));
    let found = Finding::new(&RULE, place, message).figures(left, right, "");
    Some(closing(found, &Both::new("实施期限", "cycle")))
}

fn money(cx: &Cx<'_>, key: HeaderKey, known: Option<Fen>) -> Option<Finding> {
    let known = known?;
    let (field, amount, said) = header::budget(cx.table, key).filter(|(_, amount, _)| *amount != known)?;
    let (label, by) = (header::label(field).zh, header::apart(amount, known));
    let message = both!(
        "表头“{label}”为{said}，项目文件夹登记的是{known}，相差{by}",
        "\"{label}\" in the header is {said}, the fund folder says {known}: they differ by {by}",
        label = label,
        said = said,
        known = header::wan(known),
        by = by
    );
    let (left, right) = sides(said.clone(), header::wan(known));
    let found = Finding::new(&RULE, field.value.place, message).figures(left, right, by);
    Some(closing(found, &header::label(field)))
}

fn department(cx: &Cx<'_>, fund: &Fund) -> Option<Finding> {
    let field: &HeaderField = cx.table.field(HeaderKey::Department)?;
    let (said, known) = (field.value.key(), crate::text::key(&fund.department));
    // 省商务厅 is short for 广东省商务厅, and several departments may be listed.
    if said.contains(&known) || known.contains(&said) {
        return None;
    }
    let label = header::label(field).zh;
    let message = both!(
        "表头“{label}”为“{said}”，项目文件夹登记的是“{known}”",
        "\"{label}\" in the header is \"{said}\", the fund folder says \"{known}\"",
        label = label,
        said = said,
        known = known
    );
    let (left, right) = sides(said.clone(), known.clone());
    let found = Finding::new(&RULE, field.value.place, message).figures(left, right, "");
    Some(closing(found, &header::label(field)))
}

fn sides(table: String, folder: String) -> ((Both, String), (Both, String)) {
    ((Both::new("表头", "header"), table), (Both::new("项目文件夹", "fund folder"), folder))
}

fn closing(finding: Finding, what: &Both) -> Finding {
    finding
        .here(Both::new("与项目文件夹不同", "differs from the fund folder"))
        .because(both!(
            "同一资金的{zh}以批复为准，只能有一个口径",
            "what was approved for a fund is the same in every form of it",
            zh = what.zh
        ))
        .next(Both::new(
            "对照批复文件：表填错的改表，批复已调整的更新项目文件夹",
            "from the approval document: correct the table, or update the fund folder when the approval changed",
        ))
}
