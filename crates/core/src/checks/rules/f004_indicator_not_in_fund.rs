use super::{Certainty, Cx, Example, Rule, Source, Text, forms, names};
use crate::{
    both,
    finding::{Both, Edit, Finding, Safety, Severity},
    fund::Fund,
    table::Indicator,
    text,
};

pub(super) const RULE: Rule = Rule {
    code: "F004",
    name: "indicator-not-in-fund",
    severity: Severity::Warning,
    title: Text {
        zh: "表中的指标没有在项目文件夹登记",
        en: "an indicator of the table is not in the fund folder",
    },
    what: Text {
        zh: "该资金的表中有一个指标，名称与项目文件夹（indicators.toml）登记的都不同。表中指标大半不认识的，视为另一类表，不报。",
        en: "A table of the fund has an indicator whose name the fund folder (indicators.toml) does not list. A table most of whose indicators are unknown is taken for another kind and not reported.",
    },
    why: Text {
        zh: "没有登记就不知道汇总口径和数据来源；名称差一两个字，与下级报来的数也对不上。",
        en: "Without an entry neither roll-up nor data source is known; and a name that is off by a character does not match what regions report.",
    },
    repair: Text {
        zh: "名称写错的改名称；新增的指标在项目文件夹登记。",
        en: "Correct a misspelt name; enter a new indicator in the fund folder.",
    },
    failing: Example::table(
        "2024年专项资金（促进外贸发展方向）绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数（家次） | ≥ 270\n\
         | 成本指标 | 预算控制 | 不超预算",
    ),
    passing: Example::table(
        "2024年专项资金（促进外贸发展方向）绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 270\n\
         | 成本指标 | 预算控制 | 不超预算",
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
    let Some(fund) = cx.fund else { return };
    let all: Vec<&Indicator> = names::of_fund(cx.table).collect();
    let unknown: Vec<&Indicator> = all.iter().copied().filter(|i| fund.spec(&i.title).is_none()).collect();
    let strange = unknown.iter().filter(|i| names::near(fund, &i.title).is_none()).count();
    if strange * 2 <= all.len() {
        // A name that was cut off is S014's: completed, it may well be known.
        let whole = unknown.iter().filter(|i| !forms::is_cut_off(&i.name));
        findings.extend(whole.map(|i| finding(fund, i)));
    }
}

fn finding(fund: &Fund, indicator: &Indicator) -> Finding {
    let title = &indicator.title;
    let near = names::near(fund, title).map(|(_, name)| name);
    let (message, next) = match near {
        Some(name) => (
            both!(
                "指标“{title}”没有登记，与登记的“{name}”相近",
                "the indicator {title} is not in the fund folder; it resembles {name}",
                title = title,
                name = name
            ),
            both!(
                "若就是“{name}”，改为登记的名称，或把现名加入项目文件夹；若是新指标，先登记",
                "if {name} is meant, use that name or add the present one to the fund folder; if it is new, enter it first",
                name = name
            ),
        ),
        None => (
            both!(
                "指标“{title}”没有在项目文件夹登记",
                "the indicator {title} is not in the fund folder",
                title = title
            ),
            Both::new(
                "在项目文件夹登记该指标的单位和汇总口径；不属于本资金的，从表中删去",
                "enter its unit and roll-up in the fund folder, or remove it from the table if it is not of this fund",
            ),
        ),
    };
    let found = Finding::new(&RULE, indicator.name.place, message)
        .about(title, None, None)
        .here(Both::new("没有登记", "not in the fund folder"))
        .because(Both::new(
            "没有登记就不知道汇总口径和数据来源，与各地区报来的数也对不上",
            "without an entry neither roll-up nor data source is known, and the name does not match what regions report",
        ))
        .next(next);
    match near.and_then(|name| renamed(indicator, name).map(|edit| (name, edit))) {
        Some((name, edit)) => {
            let what = both!(
                "名称改为登记的“{name}”，单位不变",
                "the name becomes {name}, the unit stays",
                name = name
            );
            found.fix(Safety::Unsafe, what, vec![edit])
        }
        None => found,
    }
}

/// The name cell with another title, and whatever stood after the title (the unit in brackets) kept.
fn renamed(indicator: &Indicator, name: &str) -> Option<Edit> {
    let key = indicator.name.key();
    let rest = key.strip_prefix(text::key(&indicator.title).as_str())?;
    let after = format!(
        "{name}{}",
        if rest.starts_with('(') {
            rest.replacen('(', "（", 1).replacen(')', "）", 1)
        } else {
            rest.to_owned()
        }
    );
    Some(Edit { place: indicator.name.place, before: indicator.name.text.clone(), after })
}
