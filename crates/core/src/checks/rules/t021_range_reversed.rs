use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    cells::{self, At, Picked},
};
use crate::{
    both,
    finding::{Finding, Safety, Severity},
    target::Comparator,
};

pub(super) const RULE: Rule = Rule {
    code: "T021",
    name: "range-reversed",
    severity: Severity::Error,
    title: Text {
        zh: "区间的起点大于终点", en: "a range runs from the larger figure to the smaller"
    },
    what: Text {
        zh: "指标值写作“90-80”，前一个数大于后一个数。",
        en: "The target says 90-80: the first figure is larger than the second.",
    },
    why: Text { zh: "没有任何数落在这样的区间里。", en: "No figure lies in such a range." },
    repair: Text { zh: "交换两个数。", en: "Swap the two figures." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度 | 90%-80%",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度 | 80%-90%",
    ),
    source: Source {
        text: Text {
            zh: "由区间的含义推出：下限不大于上限",
            en: "from the meaning of a range: its floor is not above its ceiling",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cells::pick(cx, |_, _, at| is_reversed(at)).iter().map(finding));
}

fn is_reversed(at: &At<'_>) -> bool {
    at.cell.written.key().starts_with(|c: char| c.is_ascii_digit())
        && at.number().is_some_and(|n| n.comparator == Comparator::Range && n.written.is_empty())
}

/// `90%-80%` as `80%-90%`: the two figures change places, everything else stays.
fn swapped(text: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let first_end = text.find(|c| !is_part(c))?;
    let second = first_end + text[first_end..].find(|c: char| c.is_ascii_digit())?;
    let second_end = text[second..].find(|c| !is_part(c)).map_or(text.len(), |n| second + n);
    let (a, between) = (&text[..first_end], &text[first_end..second]);
    let (b, rest) = (&text[second..second_end], &text[second_end..]);
    Some(format!("{b}{between}{a}{rest}"))
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let message = both!(
        "“{title}”的区间起点大于终点：{zh}",
        "{title} has a range that runs backwards: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    picked
        .finding(&RULE, message)
        .because(both!(
            "没有任何数同时不小于前一个数又不大于后一个数",
            "no figure is at least the first and at most the second"
        ))
        .next(both!("核对后交换两个数", "check, and swap the two figures"))
        .fix(
            Safety::Unsafe,
            both!("交换两个数", "swaps the two figures"),
            picked.edits(|at| swapped(at.text())),
        )
}

#[cfg(test)]
mod tests {
    use super::swapped;

    #[test]
    fn only_the_figures_change_places() {
        for (text, after) in [
            ("90%-80%", Some("80%-90%")),
            ("90.5 ~ 80", Some("80 ~ 90.5")),
            ("20,000至100家", Some("100至20,000家")),
            ("90", None),
        ] {
            assert_eq!(swapped(text).as_deref(), after, "{text}");
        }
    }
}
