use super::{
    Cx, Example, Rule, Text,
    cells::{self, At, PUT_IN_FIGURES, Picked},
    dates,
};
use crate::{
    both,
    finding::{Finding, Safety, Severity},
    period::Period,
};

pub(super) const RULE: Rule = Rule {
    code: "D005",
    name: "deadline-without-year",
    severity: Severity::Warning,
    title: Text {
        zh: "多年期的完成时限没有写年份",
        en: "the deadline of a cycle of several years has no year",
    },
    what: Text {
        zh: "实施周期指标值只写“12月底前”，而周期跨多个年度（或不知起止年度）。年度指标值、一年期项目不写年份不报。",
        en: "The cycle's target says only 12月底前 while the cycle has several years, or unknown ones. Targets of a year, and cycles of one year, need no year.",
    },
    why: Text {
        zh: "看不出是哪一年的12月，可以解释为最后一年，也可以是每一年。",
        en: "Which December? It may be that of the last year, or of every year.",
    },
    repair: Text { zh: "写明年份。", en: "Give the year." },
    failing: Example::table(
        "绩效目标表\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 12月底前 | 12月底前",
    ),
    passing: Example::table(
        "绩效目标表\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2026年12月底前 | 12月底前",
    ),
    source: PUT_IN_FIGURES,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if dates::cycle(cx).is_some_and(|c| c.years() == 1) {
        return;
    }
    findings.extend(cells::pick(cx, |_, _, at| lacks_year(at)).iter().map(|p| finding(cx, p)));
}

fn lacks_year(at: &At<'_>) -> bool {
    at.cell.period == Period::Cycle
        && at.cell.target().deadline().is_some_and(|d| d.by.year.is_none() && !d.by.is_impossible())
}

fn finding(cx: &Cx<'_>, picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let message = both!(
        "“{title}”的周期完成时限没有写年份：{zh}",
        "{title} has a deadline for the cycle without a year: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    let finding = picked
        .finding(&RULE, message)
        .because(both!(
            "实施周期不止一年（或起止年度不明），看不出是哪一年",
            "the cycle has several years, or unknown ones; nobody can tell which year is meant"
        ))
        .next(both!("写明年份；若每年都要求，写“每年”", "give the year; if every year is meant, say so"));
    let Some(cycle) = dates::cycle(cx) else { return finding };
    let with_year = |at: &At<'_>| {
        let text = at.text().trim();
        text.starts_with(|c: char| c.is_ascii_digit()).then(|| format!("{}年{text}", cycle.last))
    };
    let edits = picked.edits(with_year);
    if edits.is_empty() {
        return finding;
    }
    finding.fix(
        Safety::Unsafe,
        both!("补上实施期限的到期年度{last}年", "adds {last}, the cycle's last year", last = cycle.last),
        edits,
    )
}
