use super::{
    Cx, Example, Rule, Text,
    cells::{self, At, PUT_IN_FIGURES, Picked},
    t018_masked_figure::is_masked,
};
use crate::{
    both,
    finding::{Finding, Severity},
    table::Indicator,
    target::Remark,
};

pub(super) const RULE: Rule = Rule {
    code: "T019",
    name: "trailing-words",
    severity: Severity::Note,
    title: Text {
        zh: "指标值后面有未能理解的文字", en: "words after a target's figure were not understood"
    },
    what: Text {
        zh: "数字和单位之后还有文字，或数字后的文字各处不一。核对时只用了前面的数字。各处相同而只是不认识的单位不报。",
        en: "Words follow the figure and unit, or differ from cell to cell. Only the figure before them was used in other checks. A unit that is merely not known, but the same in every cell, is not reported.",
    },
    why: Text {
        zh: "附加的文字可能改变要求（如“，力争98%”），单位不明则不能换算。",
        en: "The words may change what is asked (…, striving for 98%), and an unknown unit cannot be converted.",
    },
    repair: Text {
        zh: "指标值栏只写“比较符＋数字＋单位”，说明移到备注。",
        en: "Keep comparator, figure and unit in the target column and move words to the remarks.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 举办经贸活动（场次） | ≥5场次，力争8场次",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 举办经贸活动（场次） | ≥5场次",
    ),
    source: PUT_IN_FIGURES,
    run,
};

fn rest<'a>(at: &At<'a>) -> Option<&'a str> {
    at.remarks().iter().find_map(|r| match r {
        Remark::Trailing(words) | Remark::UnknownUnit(words) => Some(words.as_str()),
        _ => None,
    })
}

/// Whether the words say per what the figure is: 25万元/馆, 10次/年.
fn is_per_thing(at: &At<'_>) -> bool {
    rest(at)
        .is_some_and(|words| at.cell.written.key().ends_with(&format!("/{}", words.trim_start_matches('/'))))
}

/// Whether the words are a unit that is merely not known: Chinese words right after the figure, the same in every cell of
/// the indicator, so that its figures can be compared all the same (≥50公斤).
fn is_common_unit(indicator: &Indicator, at: &At<'_>) -> bool {
    let unknown = |at: &At<'_>| {
        at.remarks().iter().find_map(|r| match r {
            Remark::UnknownUnit(word) => Some(word.clone()),
            _ => None,
        })
    };
    let Some(word) = unknown(at) else { return false };
    let measure_word =
        word.chars().count() <= 2 || cells::cells(indicator).filter(|c| c.number().is_some()).count() > 1;
    measure_word
        && at.number().is_some_and(|n| n.unit.is_none())
        && word.chars().all(|c| c as u32 >= 0x4e00)
        && cells::cells(indicator)
            .filter(|c| c.number().is_some())
            .all(|c| unknown(&c).as_ref() == Some(&word))
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |indicator, _, at| {
        rest(at).is_some()
            && !is_masked(&at.cell.reading)
            && !is_common_unit(indicator, at)
            && !is_per_thing(at)
    });
    findings.extend(picked.iter().map(finding));
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let words = rest(&picked.first()).unwrap_or_default();
    let message = both!(
        "“{title}”的指标值中“{words}”未能理解：{zh}",
        "{title}: \"{words}\" in the target was not understood: {en}",
        title = title,
        words = words,
        zh = spots.zh,
        en = spots.en
    );
    picked
        .finding(&RULE, message)
        .because(both!(
            "核对时只用了前面的数字；“{words}”若是单位则无法换算，若是附加要求则未计入",
            "only the figure before it was used; if \"{words}\" is a unit it cannot be converted, if it asks for more that was left out",
            words = words
        ))
        .next(both!(
            "指标值栏只写“比较符＋数字＋单位”，其余文字移到备注",
            "keep comparator, figure and unit in the target column and move other words to the remarks"
        ))
}
