use super::{Certainty, Cx, Example, Rule, Source, Text, prose::Match, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "P001",
    name: "prose-figure-contradicts-table",
    severity: Severity::Error,
    title: Text {
        zh: "绩效目标文字中的数与指标表不一致",
        en: "a figure in the goal's prose disagrees with the table",
    },
    what: Text {
        zh: "总体绩效目标的文字点到某项指标并写了数，与该指标同一期间的指标值不相等（换算单位并考虑四舍五入后）。增长率、每年、累计等说法不比。",
        en: "The prose names an indicator with a figure that is not the indicator's target of that period, units converted and rounding allowed. Growth, per-year and cumulative figures are not compared.",
    },
    why: Text {
        zh: "同一目标两个数，下达、考核时各依各的。",
        en: "One goal with two figures: everyone follows the one they like.",
    },
    repair: Text {
        zh: "核对后改为同一个数。", en: "Check, and give the same figure in both places."
    },
    failing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 支持企业开展进口业务。 | 进口贴息支持企业数量不少于300家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    passing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 支持企业开展进口业务。 | 进口贴息支持企业数量不少于270家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: Source {
        text: Text { zh: "由文字与表格直接比较得出", en: "by comparing prose and table" },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cx.spoken().iter().filter_map(|m| finding(cx, m)));
}

fn finding(cx: &Cx<'_>, m: &Match<'_>) -> Option<Finding> {
    let unit = m.facts.unit.as_ref();
    let in_prose = m.quantity.figure_in(unit)?;
    let interval = cx.interval(&m.facts, m.cell)?;
    let in_table = interval.lower.or(interval.upper)?.value;
    if in_prose == in_table || m.quantity.rounds_from(in_table, unit) {
        return None;
    }
    let (title, said, written) = (&m.indicator.title, &m.quantity.said, say::written(m.cell));
    let period = m.cell.period;
    let message = both!(
        "“{title}”{zh}目标的文字写“{said}”，而指标表为“{written}”",
        "{title} ({en}): the goal's prose says {said}, but the table says {written}",
        zh = period.zh(),
        en = period.en(),
        title = title,
        said = said,
        written = written
    );
    let difference = say::figure((in_prose - in_table).abs(), unit);
    let finding = Finding::new(&RULE, m.quantity.passage.text.place, message)
        .about(title, None, Some(period))
        .here(both!("文字写{said}", "the prose says {said}", said = said))
        .label(
            m.cell.written.place,
            both!("指标表为{written}", "the table says {written}", written = written),
        )
        .figures(
            (Both::new("目标文字", "prose"), say::figure(in_prose, unit)),
            (Both::new("指标表", "table"), say::figure(in_table, unit)),
            difference.clone(),
        )
        .because(both!(
            "同一指标同一期间，文字与指标表相差{difference}",
            "for the same indicator and period prose and table differ by {difference}",
            difference = difference
        ))
        .next(both!(
            "核对批复或申报材料，把文字和指标表改为同一个数",
            "check against the approved figures and give the same one in both places"
        ));
    Some(finding)
}
