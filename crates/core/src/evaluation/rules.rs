//! The rule set of self-evaluation: weights, bands, formulas, thresholds, each with its source and how sure it is.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{derivation::Ground, finding::Both, fund::FolderTexts, indicator::Category};

/// Where a rule comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// The section of the rule set: `over_achievement`.
    pub section: String,
    /// The document, or the reasoning.
    pub source: String,
    /// How sure: `S` seen, `T` practice, `M-high`, `M-medium`, `M-low` background.
    pub certainty: String,
    /// Whether no text was found and the value is an assumption.
    pub illustrative: bool,
}

impl Basis {
    /// The rule as a ground of a derivation, with what it says.
    pub fn clause(&self, text: Both) -> Ground {
        Ground::Clause { text, source: self.source.clone(), certainty: self.certainty.clone() }
    }

    /// The name of the parameter where figures made from it are marked: `evaluation.deadline`.
    pub fn parameter(&self) -> String {
        format!("evaluation.{}", self.section)
    }
}

/// A rule with where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ruled<T> {
    /// What it says.
    pub rule: T,
    /// Where it comes from.
    pub basis: Basis,
}

/// Level-1 weights, out of 100 together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LevelWeights {
    /// Name of the variant.
    pub id: String,
    /// Whether it is for tables with cost indicators of level 1.
    pub with_cost: bool,
    /// Budget execution, in points.
    pub execution: Decimal,
    /// 产出, in points.
    pub output: Decimal,
    /// 效益, in points.
    pub benefit: Decimal,
    /// 满意度, in points.
    pub satisfaction: Decimal,
    /// 成本, in points; zero without cost indicators.
    pub cost: Decimal,
}

impl LevelWeights {
    /// The weight of a category, in points.
    pub fn of(&self, category: Category) -> Decimal {
        match category {
            Category::Cost => self.cost,
            Category::Output => self.output,
            Category::Benefit => self.benefit,
            Category::Satisfaction => self.satisfaction,
            Category::Execution => self.execution,
        }
    }
}

/// How a satisfaction indicator under 效益 is weighed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SatisfactionPlace {
    /// As a category of its own, with the satisfaction's weight.
    #[default]
    OwnCategory,
    /// As one of the benefit's kinds; the benefit has both weights.
    WithinBenefit,
}

/// How an actual becomes a share of the weight. `t` target, `a` actual, `w` weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Formula {
    /// `a ≥ t`: w; else `a ÷ t × w`.
    #[default]
    Ratio,
    /// `a ≤ t`: w; `t < a < 2t`: `(1 − (a − t) ÷ t) × w`; else 0.
    ReverseA,
    /// `a ≤ t`: w; else `t ÷ a × w`.
    ReverseB,
    /// Ratio with a pass mark p: below it 0; else `(a ÷ t − p) ÷ (1 − p) × w`, never above w.
    Threshold,
    /// By bands of the actual in percent, whatever the target.
    SatisfactionBands,
    /// Reached: w; else 0 (直接赋分).
    AllOrNone,
}

impl Formula {
    /// Every formula with its name in files.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("ratio", Self::Ratio),
        ("reverse-a", Self::ReverseA),
        ("reverse-b", Self::ReverseB),
        ("threshold", Self::Threshold),
        ("satisfaction-bands", Self::SatisfactionBands),
        ("all-or-none", Self::AllOrNone),
    ];
}

/// What the fund folder says about scoring an indicator; what it leaves out follows the rule set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// Weight in points, where the table has none.
    pub weight: Option<Decimal>,
    /// The formula for numeric targets.
    pub formula: Option<Formula>,
    /// Pass mark of the threshold formula, in percent.
    pub pass_percent: Option<Decimal>,
    /// From which percentage of the target on a reason is owed.
    pub far_above_percent: Option<Decimal>,
}

/// A grade of the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Band {
    /// From this total on, in points.
    pub from: Decimal,
    /// 优良中差.
    pub name: Both,
}

/// A step of a scale: from so many percent on, so many percent of the weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// From this actual on, in percent.
    pub from_percent: Decimal,
    /// This much of the weight, in percent.
    pub share_percent: Decimal,
}

/// What a date that is late still gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Late {
    /// Late by at most this many days.
    pub days: i64,
    /// This much of the weight, in percent.
    pub share_percent: Decimal,
}

/// A tier of a graded result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tier {
    /// From this share of full marks on, in percent.
    pub from_percent: Decimal,
    /// What it is called.
    pub name: Both,
}

/// From when on an over-achievement needs a reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OverAchievement {
    /// From this percentage of the target on.
    pub from_percent: Decimal,
    /// Where the target is zero: from this actual on.
    pub zero_target_from: Decimal,
}

/// Thresholds of the warning lamps, in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LampLimits {
    /// Red above this: results claimed beyond money spent, as a share of the results.
    pub red_above_percent: Decimal,
    /// Yellow above this: share of the budget that was not executed.
    pub yellow_above_percent: Decimal,
}

/// A rule set: the national default, or a fund's own on top of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleSet {
    /// Stable name.
    pub id: String,
    /// What it is called.
    pub name: Both,
    /// Level-1 weights by variant.
    pub weights: Vec<Ruled<LevelWeights>>,
    /// The category that takes the satisfaction's weight when a table has no satisfaction indicator.
    pub no_satisfaction: Ruled<Category>,
    /// How satisfaction under 效益 is weighed.
    pub satisfaction_under_benefit: Ruled<SatisfactionPlace>,
    /// That what is left out gives its weight to its siblings, then up the tree.
    pub left_out: Basis,
    /// Decimal places of a score; rounded half up at each indicator.
    pub places: Ruled<u32>,
    /// Grades, best first; the last begins at zero.
    pub bands: Ruled<Vec<Band>>,
    /// Floors: `>`, `≥`, bare figures.
    pub forward: Ruled<Formula>,
    /// `=`.
    pub equal: Ruled<Formula>,
    /// `=` and bare figures of an indicator of which less is better.
    pub equal_reverse: Ruled<Formula>,
    /// Ceilings: `<`, `≤`.
    pub reverse: Ruled<Formula>,
    /// Two figures: above the ceiling.
    pub range: Ruled<Formula>,
    /// Satisfaction indicators.
    pub satisfaction: Ruled<Formula>,
    /// Steps of [`Formula::SatisfactionBands`], highest first.
    pub satisfaction_bands: Ruled<Vec<Step>>,
    /// Pass mark of [`Formula::Threshold`], in percent.
    pub threshold: Ruled<Decimal>,
    /// Source of [`Formula::AllOrNone`].
    pub all_or_none: Basis,
    /// What late dates still get, soonest first; none where empty.
    pub deadline: Ruled<Vec<Late>>,
    /// Source of states: met full, else none.
    pub state: Basis,
    /// Tiers of graded results, highest first.
    pub tiers: Ruled<Vec<Tier>>,
    /// When an over-achievement needs a reason.
    pub over_achievement: Ruled<OverAchievement>,
    /// Below which rate of execution, in percent, a reason is owed.
    pub execution: Ruled<Decimal>,
    /// Lamps.
    pub lamps: Ruled<LampLimits>,
    /// How far a typed score may lie from the computed one, in points.
    pub tolerance: Ruled<Decimal>,
}

/// Something wrong in the text of a rule set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleFault {
    /// The file: `evaluation.toml`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to write instead.
    pub message: Both,
}

const NATIONAL: &str = include_str!("national.toml");

impl RuleSet {
    /// The national default, which is part of the program.
    ///
    /// # Errors
    /// Never for the text that is embedded; a test reads it.
    pub fn national() -> Result<Self, Vec<RuleFault>> {
        super::read::rule_set("national.toml", NATIONAL, None)
    }

    /// The rule set of a fund folder: its `evaluation.toml` on top of the national default, or the default alone.
    ///
    /// # Errors
    /// Every fault of the file, with its line.
    pub fn of_folder(files: &FolderTexts) -> Result<Self, Vec<RuleFault>> {
        let national = Self::national()?;
        match files.get("evaluation.toml") {
            Some(text) => super::read::rule_set("evaluation.toml", text, Some(&national)),
            None => Ok(national),
        }
    }

    /// A rule set from its text. Sections that the text leaves out are those of `base`; without a base they must all be there.
    ///
    /// # Errors
    /// Every fault at once, with file and line.
    pub fn parse(file: &str, text: &str, base: Option<&Self>) -> Result<Self, Vec<RuleFault>> {
        super::read::rule_set(file, text, base)
    }

    /// The level-1 weights for a table with or without cost indicators of level 1.
    pub fn level_weights(&self, with_cost: bool) -> Option<&Ruled<LevelWeights>> {
        self.weights.iter().find(|w| w.rule.with_cost == with_cost).or_else(|| self.weights.first())
    }

    /// The grade of a total.
    pub fn grade(&self, total: Decimal) -> Option<&Band> {
        self.bands.rule.iter().find(|b| total >= b.from)
    }

    /// The tier of a share of full marks from 0 to 1.
    pub fn tier(&self, share: Decimal) -> Option<&Tier> {
        let percent = share.checked_mul(Decimal::ONE_HUNDRED)?;
        self.tiers.rule.iter().find(|t| percent >= t.from_percent)
    }
}
