use super::{
    Cx, Example, Rule, Text,
    cells::{self, COMMON_SLIP, Picked},
};
use crate::{
    both,
    finding::{Finding, Severity},
    target::{Reading, Remark},
};

pub(super) const RULE: Rule = Rule {
    code: "T018",
    name: "masked-figure",
    severity: Severity::Error,
    title: Text {
        zh: "指标值的数字被星号代替", en: "a target's figure is hidden behind asterisks"
    },
    what: Text {
        zh: "指标值或指标名称里写作“≥**%”，没有数字。",
        en: "The target or the indicator's name says ≥**% and has no figure.",
    },
    why: Text {
        zh: "模板未填完整，指标等于没有目标。",
        en: "The template was not filled in: the indicator has no target.",
    },
    repair: Text {
        zh: "填写数字；依法不公开的，不列该指标或注明。",
        en: "Fill in the figure; where it must not be published, leave the indicator out or say so.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度 | ≥**%",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度 | ≥90%",
    ),
    source: COMMON_SLIP,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |_, _, at| is_masked(&at.cell.reading));
    findings.extend(picked.iter().map(finding));
    let named = cx.table.indicators.iter().filter(|i| i.bracket_target.as_ref().is_some_and(is_masked));
    findings.extend(named.map(|indicator| {
        let name = indicator.name.key();
        let message = both!(
            "指标名称“{name}”里的数字被星号代替",
            "the figure inside the name {name} is hidden behind asterisks",
            name = name
        );
        explained(Finding::new(&RULE, indicator.name.place, message).about(&indicator.title, None, None))
    }));
}

/// `≥**%`, and `9*%` of which a digit was left.
pub(super) fn is_masked(reading: &Reading) -> bool {
    reading.remarks.iter().any(|r| match r {
        Remark::Masked => true,
        Remark::Trailing(rest) => {
            rest.starts_with('*') && !rest.trim_start_matches('*').starts_with(|c: char| c.is_ascii_digit())
        }
        _ => false,
    })
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let message = both!(
        "“{title}”的指标值被星号代替：{zh}",
        "{title} has its target hidden behind asterisks: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    explained(picked.finding(&RULE, message))
}

fn explained(finding: Finding) -> Finding {
    finding
        .because(both!(
            "没有数字，无法考核，也无法核对",
            "without a figure it can be neither judged nor checked"
        ))
        .next(both!(
            "填写数字；依法不公开的，注明依据",
            "fill in the figure; where it must not be published, say on what ground"
        ))
}
