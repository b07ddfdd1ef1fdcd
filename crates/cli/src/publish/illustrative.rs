//! The parameters that a report rests on and whose text was not found: what each is, its value in force, and why it is an assumption.

use std::collections::BTreeMap;

use jixiao_core::{
    both,
    evaluation::{Basis, RuleSet},
    finding::Both,
    monitor,
    settings::Settings,
};
use jixiao_engine::scheme::plan::{Dated, Parameter, Plan, Status};
use jixiao_report::{content::IllustrativeRow, figure::Figure};

use super::{
    Facts,
    english::{self, sourced},
};

impl Facts<'_> {
    /// Every illustrative parameter behind awards, actuals, scores, the survey and monitoring, by name.
    pub(super) fn illustrative(
        &self,
        rules: &RuleSet,
        monitored: Option<&monitor::Rules>,
    ) -> Vec<IllustrativeRow> {
        let mut rows: BTreeMap<String, IllustrativeRow> = BTreeMap::new();
        let mut add = |row: IllustrativeRow| drop(rows.insert(row.parameter.clone(), row));
        for outcome in &self.year.run.outcomes {
            for at in &outcome.illustrative {
                add(self.parameter(&outcome.plan, &outcome.plan.parameters[*at], is_illustrative));
            }
        }
        let own = &self.year.plan.rules;
        let named: Vec<&String> = self
            .year
            .measured
            .iter()
            .flat_map(|m| &m.illustrative)
            .chain(self.sheets.iter().flat_map(|s| &s.illustrative))
            .collect();
        for one in &own.parameters {
            let name = format!("{}.{}", own.id, one.id);
            if named.iter().any(|n| **n == name) {
                add(self.parameter(own, one, is_illustrative));
            }
        }
        for (basis, label, value) in sections(rules) {
            let name = basis.parameter();
            if basis.illustrative && named.iter().any(|n| **n == name) {
                add(IllustrativeRow { parameter: name, label, value, why: sourced(&basis.source) });
            }
        }
        if let Some(held) = &self.year.surveyed {
            settings(&held.survey.settings, &mut add);
            if held.survey.illustrative {
                add(IllustrativeRow {
                    parameter: "survey.questionnaire".to_owned(),
                    label: Both::new("满意度问卷", "questionnaire"),
                    value: both!("{n}题", "{n} questions", n = held.survey.questions.len()),
                    why: sourced(&held.survey.source),
                });
            }
        }
        if let (Some(_), Some(rules)) = (self.monitoring, monitored) {
            settings(&rules.settings, &mut add);
            if rules.so_far_illustrative {
                add(IllustrativeRow {
                    parameter: "monitoring.so-far".to_owned(),
                    label: Both::new("目前保持的状态如何作答", "answer for a state that holds so far"),
                    value: rules.so_far.words(),
                    why: Both::new("未查到规定，示例", "no rule was found: an example"),
                });
            }
        }
        rows.into_values().collect()
    }

    /// A parameter of a scheme or measure with every value in force that is wanted.
    pub(super) fn parameter(
        &self,
        plan: &Plan,
        parameter: &Parameter,
        wanted: impl Fn(&Dated) -> bool,
    ) -> IllustrativeRow {
        let unit = parameter.unit.as_ref().map_or_else(Both::default, |u| english::unit(&u.text));
        let written = |value: &Dated| {
            Figure { text: Both::same(&value.text), unit: unit.clone(), ..Figure::default() }.with_unit()
        };
        let mut values: Vec<Both> = Vec::new();
        let mut why: Vec<&str> = Vec::new();
        let regions = parameter.regions.iter().map(|(code, values)| (Some(code), values));
        for (region, all) in std::iter::once((None, &parameter.values)).chain(regions) {
            for value in all.iter().filter(|v| wanted(v)) {
                let said = match region {
                    Some(code) => {
                        let found = self.setting.fund.regions.iter().find(|(_, r)| r.code == *code);
                        let name = found.map_or_else(|| Both::same(code), |(_, r)| r.both());
                        let value = written(value);
                        both!("{a}：{b}", "{c}: {d}", a = name.zh, b = value.zh, c = name.en, d = value.en)
                    }
                    None => written(value),
                };
                if !values.contains(&said) {
                    values.push(said);
                }
                if !why.contains(&value.source.as_str()) {
                    why.push(&value.source);
                }
            }
        }
        IllustrativeRow {
            parameter: format!("{}.{}", plan.id, parameter.id),
            label: parameter.label.clone(),
            value: joined(values.into_iter()),
            why: joined(why.into_iter().map(sourced)),
        }
    }
}

fn is_illustrative(value: &Dated) -> bool {
    value.status == Status::Illustrative
}

/// Sentences one after the other.
fn joined(all: impl Iterator<Item = Both>) -> Both {
    let all: Vec<Both> = all.collect();
    let join =
        |pick: fn(&Both) -> &str, between: &str| all.iter().map(pick).collect::<Vec<_>>().join(between);
    Both { zh: join(|b| &b.zh, "；"), en: join(|b| &b.en, "; ") }
}

fn settings(settings: &Settings, add: &mut impl FnMut(IllustrativeRow)) {
    for setting in settings.iter().filter(|s| s.illustrative) {
        add(IllustrativeRow {
            parameter: format!("{}.{}", settings.group, setting.id),
            label: setting.label.clone(),
            value: Both::same(setting.written()),
            why: sourced(&setting.source),
        });
    }
}

/// The sections of a rule set that a figure may rest on: where each comes from, what it is, what it says.
fn sections(rules: &RuleSet) -> Vec<(&Basis, Both, Both)> {
    use jixiao_core::evaluation::{Formula, SatisfactionPlace};
    let formula = |formula: Formula| {
        let name = Formula::NAMES.iter().find(|(_, f)| *f == formula).map_or("", |(name, _)| *name);
        Both::same(name)
    };
    let percent = |value: &dyn std::fmt::Display| Both::same(format!("{value}%"));
    let place = match rules.satisfaction_under_benefit.rule {
        SatisfactionPlace::OwnCategory => Both::new("按独立一级指标计权", "a category of its own"),
        SatisfactionPlace::WithinBenefit => Both::new("在效益指标内计权", "within the benefit"),
    };
    let late: Vec<String> =
        rules.deadline.rule.iter().map(|l| format!("≤{}: {}%", l.days, l.share_percent)).collect();
    let late = if late.is_empty() {
        Both::new("逾期不得分", "none for late ones")
    } else {
        Both::same(late.join("；"))
    };
    let steps: Vec<String> = rules
        .satisfaction_bands
        .rule
        .iter()
        .map(|s| format!("≥{}%: {}%", s.from_percent, s.share_percent))
        .collect();
    let bands: Vec<String> = rules.bands.rule.iter().map(|b| format!("≥{} {}", b.from, b.name.zh)).collect();
    let over = rules.over_achievement.rule;
    let lamps = rules.lamps.rule;
    let no_satisfaction = rules.no_satisfaction.rule;
    let mut list = vec![
        (
            &rules.no_satisfaction.basis,
            Both::new(
                "没有满意度指标时其分值归属",
                "where the weight of satisfaction goes when there is none",
            ),
            Both::new(no_satisfaction.zh(), no_satisfaction.en()),
        ),
        (
            &rules.satisfaction_under_benefit.basis,
            Both::new("列在效益下的满意度如何计权", "how satisfaction under the benefit is weighed"),
            place,
        ),
        (
            &rules.left_out,
            Both::new("不计分指标的分值如何分配", "where the weight of what is left out goes"),
            Both::new("先在同级内分摊", "to its siblings first"),
        ),
        (
            &rules.places.basis,
            Both::new("得分保留的小数位", "decimals of a score"),
            Both::same(rules.places.rule.to_string()),
        ),
        (&rules.bands.basis, Both::new("等次分数线", "grades"), Both::same(bands.join("；"))),
        (&rules.forward.basis, Both::new("正向指标的公式", "formula of floors"), formula(rules.forward.rule)),
        (&rules.equal.basis, Both::new("等于指标的公式", "formula of ="), formula(rules.equal.rule)),
        (
            &rules.equal_reverse.basis,
            Both::new("反向指标取等号时的公式", "formula of = where less is better"),
            formula(rules.equal_reverse.rule),
        ),
        (
            &rules.reverse.basis,
            Both::new("反向指标的公式", "formula of ceilings"),
            formula(rules.reverse.rule),
        ),
        (
            &rules.range.basis,
            Both::new("区间指标超出上限时的公式", "formula above a range"),
            formula(rules.range.rule),
        ),
        (
            &rules.satisfaction.basis,
            Both::new("满意度指标的公式", "formula of satisfaction"),
            formula(rules.satisfaction.rule),
        ),
        (
            &rules.satisfaction_bands.basis,
            Both::new("满意度分档", "bands of satisfaction"),
            Both::same(steps.join("；")),
        ),
        (&rules.threshold.basis, Both::new("及格线", "pass mark"), percent(&rules.threshold.rule)),
        (&rules.deadline.basis, Both::new("逾期完成的得分", "points for late completion"), late),
        (
            &rules.over_achievement.basis,
            Both::new("须说明原因的超额完成", "over-achievement that wants a reason"),
            percent(&over.from_percent),
        ),
        (
            &rules.execution.basis,
            Both::new("须说明原因的预算执行率", "execution below which a reason is owed"),
            percent(&rules.execution.rule),
        ),
        (
            &rules.lamps.basis,
            Both::new("提示信号界限", "limits of the signals"),
            Both::same(format!("{}% / {}%", lamps.red_above_percent, lamps.yellow_above_percent)),
        ),
        (
            &rules.tolerance.basis,
            Both::new("复算容许误差（分）", "tolerance of recomputation (points)"),
            Both::same(rules.tolerance.rule.to_string()),
        ),
        (
            &rules.all_or_none,
            Both::new("直接赋分", "all or none"),
            Both::new("达成得满分", "full when reached"),
        ),
        (&rules.state, Both::new("定性指标", "states"), Both::new("达成得满分", "full when met")),
        (&rules.tiers.basis, Both::new("分档评判", "tiers"), {
            let tiers: Vec<String> =
                rules.tiers.rule.iter().map(|t| format!("≥{}% {}", t.from_percent, t.name.zh)).collect();
            Both::same(tiers.join("；"))
        }),
    ];
    list.extend(rules.weights.iter().map(|w| {
        let w_rule = &w.rule;
        let value = format!(
            "{}/{}/{}/{}/{}",
            w_rule.execution, w_rule.output, w_rule.benefit, w_rule.satisfaction, w_rule.cost
        );
        (
            &w.basis,
            Both::new(
                "一级指标分值（执行/产出/效益/满意度/成本）",
                "level-1 weights (execution/output/benefit/satisfaction/cost)",
            ),
            Both::same(value),
        )
    }));
    list
}
