use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    prose::{self, Match},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    unit::Unit,
};

pub(super) const RULE: Rule = Rule {
    code: "P003",
    name: "prose-unit-differs",
    severity: Severity::Error,
    title: Text {
        zh: "绩效目标文字与指标表的单位不是一回事",
        en: "prose and table measure the same goal in different units",
    },
    what: Text {
        zh: "同一指标，文字用“家次”，指标表用“家”（或“人次”与“人”、“元”与“美元”等），两者不能换算。",
        en: "For one indicator the prose counts 家次 (awards) and the table 家 (enterprises), or person-times and persons, yuan and dollars; they cannot be converted.",
    },
    why: Text {
        zh: "一家企业获三次支持，是1家，也是3家次；同一成绩按两种口径结论不同。",
        en: "One enterprise supported three times is 1 家 and 3 家次: the same result is judged differently.",
    },
    repair: Text {
        zh: "确定统计口径，文字和指标表用同一单位。",
        en: "Decide what is counted and use one unit in both places.",
    },
    failing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 支持企业投保。 | 政策性出口信保服务支持企业数量不少于2万家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 政策性出口信保服务支持企业数（家） | ≥ 60000 | ≥ 20000",
    ),
    passing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 支持企业投保。 | 政策性出口信保服务支持企业数量不少于2万家。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 政策性出口信保服务支持企业数（家） | ≥ 60000 | ≥ 20000",
    ),
    source: Source {
        text: Text {
            zh: "由单位的含义推出：“家”不重复计数，“家次”按次计数",
            en: "from the meaning of the units: 家 counts each enterprise once, 家次 each award",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cx.spoken().iter().filter_map(finding));
}

fn finding(m: &Match<'_>) -> Option<Finding> {
    let in_prose = m.quantity.number.unit.as_ref()?;
    let in_table = m.number.unit.as_ref().or(m.facts.unit.as_ref())?;
    if !prose::are_confusable(in_prose, in_table) {
        return None;
    }
    let (title, said) = (&m.indicator.title, &m.quantity.said);
    let (written, period) = (say::written(m.cell), m.cell.period);
    let (prose_unit, table_unit) = (measure_word(in_prose).to_owned(), measure_word(in_table).to_owned());
    let message = both!(
        "“{title}”{zh}目标的文字写“{said}”，指标表为“{written}”，单位是“{table_unit}”",
        "{title} ({en}): the prose says {said}, the table {written} in {table_unit}",
        title = title,
        zh = period.zh(),
        en = period.en(),
        said = said,
        written = written,
        table_unit = table_unit
    );
    let finding = Finding::new(&RULE, m.quantity.passage.text.place, message)
        .about(title, None, Some(period))
        .here(both!("文字用“{prose_unit}”", "the prose counts {prose_unit}", prose_unit = prose_unit))
        .label(m.indicator.name.place, both!("指标表用“{table_unit}”", "the table counts {table_unit}", table_unit = table_unit))
        .figures(
            (Both::new("目标文字的单位", "unit in the prose"), prose_unit.clone()),
            (Both::new("指标表的单位", "unit in the table"), table_unit.clone()),
            "",
        )
        .because(both!(
            "“{prose_unit}”与“{table_unit}”口径不同，不能换算，完成情况按两种口径会有两个结论",
            "{prose_unit} and {table_unit} count different things and cannot be converted; the same result is judged in two ways",
            prose_unit = prose_unit,
            table_unit = table_unit
        ))
        .next(both!(
            "确定按“{prose_unit}”还是“{table_unit}”统计，文字和指标名称用同一单位",
            "decide whether {prose_unit} or {table_unit} is counted and use it in prose and name",
            prose_unit = prose_unit,
            table_unit = table_unit
        ));
    Some(finding)
}

/// What a unit counts, its scale aside: 家次 for 万家次.
fn measure_word(unit: &Unit) -> &str {
    let smaller = unit.symbol.strip_prefix('万').filter(|_| unit.is_count());
    smaller.unwrap_or(&unit.symbol)
}
