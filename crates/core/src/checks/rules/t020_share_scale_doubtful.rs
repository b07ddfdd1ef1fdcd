use rust_decimal::Decimal;

use super::{
    Cx, Example, Facts, Rule, Text,
    cells::{self, At, COMMON_SLIP, Picked},
    direction, proofs, say,
};
use crate::{
    both,
    finding::{Both, Finding, Safety, Severity},
    table::Indicator,
};

pub(super) const RULE: Rule = Rule {
    code: "T020",
    name: "share-scale-doubtful",
    severity: Severity::Warning,
    title: Text { zh: "以%计的比率写成了小数", en: "a rate in % is written as a fraction" },
    what: Text {
        zh: "满意度、合格率等越高越好的比率以%为单位，指标值却不大于1（如0.95），像是把95%写成了小数。",
        en: "A rate that is better high (satisfaction, pass rate) is in %, yet its target is at most 1 (0.95), as if 95 % had been written as a fraction.",
    },
    why: Text {
        zh: "按字面，0.95%等于几乎没有要求。",
        en: "Taken at its word, 0.95 % asks for next to nothing.",
    },
    repair: Text { zh: "乘以100，或把单位去掉。", en: "Multiply by 100, or drop the unit." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 0.95",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 95",
    ),
    source: COMMON_SLIP,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cells::pick(cx, is_fraction).iter().map(finding));
}

fn is_fraction(indicator: &Indicator, facts: &Facts<'_>, at: &At<'_>) -> bool {
    let Some(number) = at.number() else { return false };
    let unit = number.unit.as_ref().or(facts.unit.as_ref());
    let in_percent = unit.is_some_and(|u| u.is_share() && u.scale == Decimal::new(1, 2));
    let small = number.figure().is_some_and(|f| f > Decimal::ZERO && f <= Decimal::ONE);
    in_percent
        && small
        && direction::is_wanted_high(&indicator.title)
        && direction::odd(indicator, facts, number).is_none()
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let times = |at: &At<'_>| {
        let percent = at.number()?.figure()?.checked_mul(Decimal::ONE_HUNDRED)?;
        proofs::with_figure(at.text(), &percent.normalize().to_string())
    };
    let figure = picked.first().number().and_then(crate::target::NumberTarget::figure).unwrap_or_default();
    let (said, meant) = (format!("{figure}%"), say::figure(figure * Decimal::ONE_HUNDRED, None) + "%");
    let message = both!(
        "“{title}”以%为单位，指标值却不大于1，像是把{meant}写成了小数：{zh}",
        "{title} is in %, yet its target is at most 1, as if {meant} had been written as a fraction: {en}",
        title = title,
        meant = meant,
        zh = spots.zh,
        en = spots.en
    );
    picked
        .finding(&RULE, message)
        .figures(
            (Both::new("按字面", "as written"), said.clone()),
            (Both::new("可能的本意", "probably meant"), meant.clone()),
            "",
        )
        .because(both!(
            "按字面只要求{said}，对“{title}”等于没有要求",
            "taken at its word only {said} is required, which is next to nothing for {title}",
            said = said,
            title = title
        ))
        .next(both!("核对后改为{meant}", "check, and write {meant}", meant = meant))
        .fix(Safety::Unsafe, both!("数字乘以100", "multiplies the figure by 100"), picked.edits(times))
}
