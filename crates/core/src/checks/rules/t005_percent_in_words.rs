use super::{
    Cx, Example, Rule, Text,
    cells::{self, COMMON_SLIP, Picked},
};
use crate::{
    both,
    finding::{Finding, Safety, Severity},
    target::Remark,
};

pub(super) const RULE: Rule = Rule {
    code: "T005",
    name: "percent-in-words",
    severity: Severity::Warning,
    title: Text { zh: "百分号写成了文字", en: "the percent sign is written in words" },
    what: Text {
        zh: "指标值写作“≥100百分比”或“百分之90”，而不是“%”。",
        en: "The target says ≥100百分比 or 百分之90 in words instead of using %.",
    },
    why: Text {
        zh: "多由系统把单位名称直接拼接而成，不是规范写法，导入其他系统时会被当作文字。",
        en: "Usually a system has glued the unit's name to the figure; other systems take it for text.",
    },
    repair: Text { zh: "改为“%”，数字不变。", en: "Write %, the figure stays." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 质量指标 | 资金拨付合规率 | ≥95百分比",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 质量指标 | 资金拨付合规率 | ≥95%",
    ),
    source: COMMON_SLIP,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |_, _, at| at.remarks().contains(&Remark::PercentInWords));
    findings.extend(picked.iter().map(finding));
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let message = both!(
        "“{title}”的百分号写成了文字：{zh}",
        "{title} has its percent sign in words: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    picked
        .finding(&RULE, message)
        .because(both!("比率的规范写法是数字加“%”", "a rate is written as a figure with %"))
        .next(both!("改为“%”，数字不变", "write % instead; the figure stays"))
        .fix(
            Safety::Safe,
            both!("文字改为“%”，数字不变", "words become %, the figure stays"),
            picked.edits(|at| with_percent_sign(at.text())),
        )
}

/// `≥100百分比` as `≥100%`, `百分之90以上` as `90%以上`.
fn with_percent_sign(text: &str) -> Option<String> {
    if text.contains("百分比") {
        return Some(text.replacen("百分比", "%", 1));
    }
    let plain = text.replacen("百分之", "", 1);
    let last = plain.rfind(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c))?;
    let end = last + plain[last..].chars().next().map_or(0, char::len_utf8);
    Some(format!("{}%{}", &plain[..end], &plain[end..]))
}

#[cfg(test)]
mod tests {
    use super::with_percent_sign;

    #[test]
    fn the_sign_takes_the_place_of_the_words() {
        for (text, after) in [
            ("≥100百分比", Some("≥100%")),
            ("百分之90以上", Some("90%以上")),
            ("≥百分之９５", Some("≥９５%")),
            ("百分之", None),
        ] {
            assert_eq!(with_percent_sign(text).as_deref(), after, "{text}");
        }
    }
}
