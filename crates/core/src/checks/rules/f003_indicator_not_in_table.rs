use super::{Certainty, Cx, Example, Rule, Source, Text, header, names};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    fund::IndicatorSpec,
    table::Form,
};

pub(super) const RULE: Rule = Rule {
    code: "F003",
    name: "indicator-not-in-table",
    severity: Severity::Warning,
    title: Text {
        zh: "项目文件夹登记的指标在表中没有",
        en: "an indicator of the fund folder is not in the table",
    },
    what: Text {
        zh: "绩效目标表包含该资金一半以上的指标，却缺少项目文件夹（indicators.toml）登记的某个指标。",
        en: "The target table has at least half of the fund's indicators, but lacks one that the fund folder (indicators.toml) lists.",
    },
    why: Text {
        zh: "缺的指标可能是漏填或分页时丢失；监控和自评会因此对不上。",
        en: "It was forgotten or lost at a page break; monitoring and self-evaluation will not match the table.",
    },
    repair: Text {
        zh: "对照批复补上该指标；已取消的，更新项目文件夹。",
        en: "Add it as approved, or take it out of the fund folder if it was dropped.",
    },
    failing: Example::table(
        "2024年专项资金（促进外贸发展方向）绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 270\n\
         | 时效指标 | 项目完成时间 | 2024年12月底前\n\
         | 成本指标 | 预算控制 | 不超预算\n\
         效益指标 | 经济效益指标 | 带动进口贸易促进创新示范区（培育区）内企业进口规模（亿元） | ≥ 310\n\
         | | 带动进口基地内企业进口规模（亿元） | ≥ 200\n\
         | | 保持企业进口积极性 | 保持\n\
         | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90",
    ),
    passing: Example::table(
        "2024年专项资金（促进外贸发展方向）绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 270\n\
         | | 政策性出口信保服务支持企业数（家） | ≥ 20000\n\
         | 时效指标 | 项目完成时间 | 2024年12月底前\n\
         | 成本指标 | 预算控制 | 不超预算\n\
         效益指标 | 经济效益指标 | 带动进口贸易促进创新示范区（培育区）内企业进口规模（亿元） | ≥ 310\n\
         | | 带动进口基地内企业进口规模（亿元） | ≥ 200\n\
         | | 保持企业进口积极性 | 保持\n\
         | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90",
    ),
    source: Source {
        text: Text {
            zh: "项目文件夹登记的指标（indicators.toml）",
            en: "the indicators recorded in the fund folder (indicators.toml)",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = cx.fund.filter(|_| cx.table.form == Form::Goal) else { return };
    let is_listed =
        |spec: &IndicatorSpec| cx.indicators().any(|(_, f)| f.spec.is_some_and(|s| s.id == spec.id));
    // A title that nearly is the indicator's name is F004's.
    let is_nearly = |spec: &IndicatorSpec| {
        cx.indicators()
            .filter(|(_, facts)| facts.spec.is_none())
            .any(|(i, _)| names::near(fund, &i.title).is_some_and(|(s, _)| s.id == spec.id))
    };
    let listed = fund.indicators.iter().filter(|s| is_listed(s)).count();
    if listed == 0 || listed * 2 < fund.indicators.len() {
        return;
    }
    let missing = fund.indicators.iter().filter(|s| !is_listed(s) && !is_nearly(s));
    findings.extend(missing.filter_map(|spec| finding(cx, spec, listed, fund.indicators.len())));
}

fn finding(cx: &Cx<'_>, spec: &IndicatorSpec, listed: usize, all: usize) -> Option<Finding> {
    let name = spec.names.first()?;
    let message = both!(
        "表中没有项目文件夹登记的指标“{name}”（登记{all}个，表中有{listed}个）",
        "the indicator {name} of the fund folder is not in the table ({listed} of {all} are)",
        name = name,
        all = all,
        listed = listed
    );
    Some(
        Finding::new(&RULE, header::top(cx), message)
            .about(name, None, None)
            .here(both!("缺“{name}”", "lacks {name}", name = name))
            .because(Both::new(
                "该资金的监控和自评按登记的指标进行，表中缺少就对不上",
                "monitoring and self-evaluation go by the recorded indicators and will not match the table",
            ))
            .next(Both::new(
                "对照批复补上该指标；指标已取消的，从项目文件夹中去掉",
                "add it as approved, or take it out of the fund folder if it was dropped",
            )),
    )
}
