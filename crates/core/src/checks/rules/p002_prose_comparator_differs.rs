use rust_decimal::Decimal;

use super::{Certainty, Cx, Example, Rule, Source, Text, prose::Match, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    target::Comparator,
};

pub(super) const RULE: Rule = Rule {
    code: "P002",
    name: "prose-comparator-differs",
    severity: Severity::Warning,
    title: Text {
        zh: "绩效目标文字与指标表的数相同，比较符不同",
        en: "prose and table have the same figure but another comparator",
    },
    what: Text {
        zh: "文字写“不少于270家次”（即≥），指标表写“＞270”；数字相同，是否包含该数字本身不同。",
        en: "The prose says 不少于 (at least) 270, the table >270: the same figure, but only one of them accepts the figure itself.",
    },
    why: Text {
        zh: "正好完成该数时，按文字算完成，按指标表算未完成。",
        en: "When exactly the figure is reached, the prose is met and the table is not.",
    },
    repair: Text {
        zh: "统一为一种；各地区合计只到该数时，应统一为“≥”。",
        en: "Use one of them; where the regions only add up to the figure it must be ≥.",
    },
    failing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 支持企业开展进口业务。 | 进口贴息支持企业数量不少于270家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | > 270",
    ),
    passing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 支持企业开展进口业务。 | 进口贴息支持企业数量不少于270家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由文字与表格直接比较得出：“不少于”含该数，“>”不含",
            en: "by comparing prose and table: 不少于 includes the figure, > does not",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cx.spoken().iter().filter_map(finding));
}

fn finding(m: &Match<'_>) -> Option<Finding> {
    let (in_prose, in_table) = (m.quantity.number.comparator, m.number.comparator);
    let plain = |c| !matches!(c, Comparator::Bare | Comparator::Range);
    let table_unit = m.number.unit.as_ref().or(m.facts.unit.as_ref());
    let scale = table_unit.map_or(Decimal::ONE, |u| u.scale);
    let table_figure = m.number.figure()?.checked_mul(scale)?;
    // Without a unit in the prose its figure is in the table's.
    let prose_figure = match m.quantity.number.unit {
        Some(_) => m.quantity.base_figure()?,
        None => m.quantity.number.figure()?.checked_mul(scale)?,
    };
    if !plain(in_prose) || !plain(in_table) || in_prose == in_table || prose_figure != table_figure {
        return None;
    }
    // 达到100% and =100% are the same demand in other words.
    if in_table == Comparator::Equal && m.quantity.said.starts_with('达') {
        return None;
    }
    let (title, said, written) = (&m.indicator.title, &m.quantity.said, say::written(m.cell));
    let (period, sign) = (m.cell.period, in_prose.sign());
    let message = both!(
        "“{title}”{zh}目标的文字写“{said}”（即{sign}），指标表写“{written}”",
        "{title} ({en}): the prose says {said} (that is {sign}), the table {written}",
        title = title,
        zh = period.zh(),
        en = period.en(),
        said = said,
        sign = sign,
        written = written
    );
    let finding = Finding::new(&RULE, m.quantity.passage.text.place, message)
        .about(title, None, Some(period))
        .here(both!("文字写{said}", "the prose says {said}", said = said))
        .label(
            m.cell.written.place,
            both!("指标表为{written}", "the table says {written}", written = written),
        )
        .figures(
            (Both::new("目标文字", "prose"), said.clone()),
            (Both::new("指标表", "table"), written.clone()),
            "",
        )
        .because(both!(
            "数字相同而要求不同：正好完成该数时，两处的结论相反",
            "the figure is the same but not the demand: when exactly the figure is reached, the two disagree"
        ))
        .next(both!(
            "统一比较符；以文字为准的，指标表改用“{sign}”",
            "use one comparator; if the prose counts, write {sign} in the table",
            sign = sign
        ));
    Some(finding)
}
