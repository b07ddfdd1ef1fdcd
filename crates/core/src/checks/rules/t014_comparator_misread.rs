use super::{
    Cx, Example, Rule, Text,
    cells::{self, At, COMMON_SLIP, Picked},
};
use crate::{
    both,
    finding::{Finding, Safety, Severity},
    target::Remark,
};

pub(super) const RULE: Rule = Rule {
    code: "T014",
    name: "comparator-misread",
    severity: Severity::Warning,
    title: Text {
        zh: "比较符像是在复制或识别时变成了别的字符",
        en: "a comparator seems to have been lost in copying",
    },
    what: Text {
        zh: "数字前单独有一个“2”或“W”“M”“Z”等字符，像是“≥”“≤”在扫描识别、复制时变成的。",
        en: "A lone 2, or a letter such as W, M or Z, stands before the figure, as happens to ≥ and ≤ when a form is scanned or copied.",
    },
    why: Text {
        zh: "比较符丢失后，要求是至少还是至多不明；数字也可能被读成别的数。",
        en: "With the comparator lost nobody knows whether it was a floor or a ceiling, and the figure may be read wrongly.",
    },
    repair: Text { zh: "对照原件恢复比较符。", en: "Restore the comparator from the original." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | W 90",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90",
    ),
    source: COMMON_SLIP,
    run,
};

fn lost_sign<'a>(at: &At<'a>) -> Option<&'a str> {
    at.remarks().iter().find_map(|r| match r {
        Remark::MisreadComparator(sign) => Some(sign.as_str()),
        _ => None,
    })
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cells::pick(cx, |_, _, at| lost_sign(at).is_some()).iter().map(finding));
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots, first) = (picked.title(), picked.spots(), picked.first());
    let lost = lost_sign(&first).unwrap_or_default();
    let sign = cells::expected_comparator(picked.indicator, &picked.facts).sign();
    let message = both!(
        "“{title}”数字前的“{lost}”像是比较符识别错误：{zh}",
        "{title}: the {lost} before the figure seems to be a comparator lost in copying: {en}",
        title = title,
        lost = lost,
        zh = spots.zh,
        en = spots.en
    );
    let restored = |at: &At<'_>| {
        let figure = at.text().trim().strip_prefix(lost_sign(at)?)?.trim_start();
        Some(format!("{sign} {figure}"))
    };
    picked
        .finding(&RULE, message)
        .because(both!(
            "数字前不应单独出现“{lost}”；扫描识别和复制常把“≥”“≤”变成这样的字符",
            "a lone {lost} has no meaning before a figure; scanning and copying often turn ≥ and ≤ into it",
            lost = lost
        ))
        .next(both!(
            "对照原件恢复比较符（可能是“{sign}”）",
            "restore the comparator from the original (perhaps {sign})",
            sign = sign
        ))
        .fix(
            Safety::Unsafe,
            both!(
                "把该字符改为“{sign}”，数字不变",
                "the character becomes {sign}; the figure stays",
                sign = sign
            ),
            picked.edits(restored),
        )
}
