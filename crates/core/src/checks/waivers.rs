//! What the checks of waivers share: how a waiver is spoken of, and which forms it is for.

use crate::{
    finding::Both,
    fund::{WaivedPeriod, Waiver},
    table::Form,
};

/// A waiver in words: `A001（进口贴息支持企业数量、广州市、当年度）`.
pub(super) fn in_words(waiver: &Waiver) -> Both {
    let period = waiver.period.map(|p| match p {
        WaivedPeriod::Cycle => Both::new("实施周期", "cycle"),
        WaivedPeriod::Year => Both::new("当年度", "year"),
    });
    let names = [waiver.indicator.clone(), waiver.region.clone()].into_iter().flatten().map(Both::same);
    let parts: Vec<Both> = names.chain(period).collect();
    let join = |texts: Vec<&str>, separator: &str| texts.join(separator);
    let zh = join(parts.iter().map(|b| b.zh.as_str()).collect(), "、");
    let en = join(parts.iter().map(|b| b.en.as_str()).collect(), ", ");
    let code = waiver.code.to_ascii_uppercase();
    if parts.is_empty() {
        Both::same(code)
    } else {
        Both { zh: format!("{code}（{zh}）"), en: format!("{code} ({en})") }
    }
}

/// Whether a waiver can be of use on a form: scores, execution and monitoring are on the forms of the year's end and of
/// monitoring, everything else is looked for in the target table.
pub(super) fn is_for(waiver: &Waiver, form: Form) -> bool {
    let of_actuals = waiver.code.starts_with(['W', 'B', 'M', 'w', 'b', 'm']);
    let has_actuals = matches!(form, Form::SelfEvaluation | Form::Monitoring);
    of_actuals == has_actuals && form != Form::Regional
}
