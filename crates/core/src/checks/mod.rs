//! Checks: one file each, listed once below.
//!
//! A check is a [`Rule`]: its texts and its function. The list is the only place where a check is registered; tests in the
//! `tables` crate walk it and demand of every rule a name, both languages, a failing example on which it fires, a passing
//! one on which it stays quiet, and a reason and next step in every finding.

mod actuals;
mod amounts;
mod bracket;
mod cells;
mod context;
mod dates;
mod direction;
mod forms;
mod header;
mod monitoring;
mod names;
mod proofs;
mod prose;
mod rates;
mod rows;
mod run;
mod say;
mod totals;
mod units;
mod vacuous;
mod waivers;
mod weights;

pub use context::{Cx, Facts, Nature, Part};
pub use run::{Report, Selection, Waived, check};

use crate::finding::{Finding, Severity};

/// A fixed text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

impl Text {
    /// The wording in a language.
    pub fn get(&self, lang: crate::finding::Lang) -> &'static str {
        match lang {
            crate::finding::Lang::Zh => self.zh,
            crate::finding::Lang::En => self.en,
        }
    }
}

/// How sure the rule behind a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Follows from arithmetic or logic alone.
    Logic,
    /// Seen in a source.
    Seen,
    /// Seen in published tables or in a system in use, not as the text of a rule.
    Practice,
    /// Known, but no text that confirms it was seen.
    Background,
}

impl Certainty {
    /// What it is called.
    pub fn text(self) -> Text {
        match self {
            Self::Logic => Text { zh: "由算术或逻辑得出", en: "follows from arithmetic or logic" },
            Self::Seen => Text { zh: "已见原文", en: "seen in a source" },
            Self::Practice => Text {
                zh: "见于公开表格或在用系统，未见条文",
                en: "seen in practice, not as the text of a rule",
            },
            Self::Background => Text {
                zh: "背景知识，未见原文印证",
                en: "background knowledge, not confirmed by a text",
            },
        }
    }
}

/// Where the rule behind a check comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The document and clause, or the reasoning.
    pub text: Text,
    /// How sure it is.
    pub certainty: Certainty,
}

/// A small table that shows a check at work.
///
/// Lines are rows; ` | ` separates the fields as a tab does in a published text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The table.
    pub table: &'static str,
    /// Text of a `waivers.toml` that goes with it; empty for none.
    pub waivers: &'static str,
}

impl Example {
    /// An example without waivers.
    pub const fn table(table: &'static str) -> Self {
        Self { table, waivers: "" }
    }

    /// The table as a tab-separated text file.
    pub fn as_text_file(&self) -> String {
        let lines: Vec<String> = self
            .table
            .lines()
            .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>().join("\t"))
            .collect();
        lines.join("\n") + "\n"
    }
}

/// A check: what it finds, why it matters, how to repair it, and the function that finds it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Stable code: a letter for the family and three digits.
    pub code: &'static str,
    /// Named after what it finds, in kebab case.
    pub name: &'static str,
    /// How bad a finding of it is.
    pub severity: Severity,
    /// A short statement of the defect.
    pub title: Text,
    /// What it finds.
    pub what: Text,
    /// Why it matters.
    pub why: Text,
    /// How to repair it.
    pub repair: Text,
    /// A table on which it fires.
    pub failing: Example,
    /// The same table, mended.
    pub passing: Example,
    /// Where the rule comes from.
    pub source: Source,
    /// Finds the defect; adds a finding for each.
    pub run: fn(&Cx<'_>, &mut Vec<Finding>),
}

/// The families of checks by the letter of their codes.
pub const FAMILIES: [(char, Text); 12] = [
    ('H', Text { zh: "表头", en: "header" }),
    ('S', Text { zh: "结构", en: "structure" }),
    ('T', Text { zh: "指标值写法与单位", en: "targets and units as written" }),
    ('R', Text { zh: "地区", en: "regions" }),
    ('A', Text { zh: "算术与可证性", en: "arithmetic and proofs" }),
    ('D', Text { zh: "日期", en: "dates" }),
    ('P', Text { zh: "文字与表格", en: "prose against table" }),
    ('V', Text { zh: "无约束力的指标值", en: "targets that ask for nothing" }),
    ('W', Text { zh: "分值与得分", en: "weights and scores" }),
    ('B', Text { zh: "预算与执行", en: "budget and execution" }),
    ('M', Text { zh: "运行监控", en: "monitoring" }),
    ('F', Text { zh: "项目文件夹与豁免", en: "fund folder and waivers" }),
];

macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every check, in order of code.
        pub const ALL: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules! {
    a001_strict_total_over_inclusive_parts,
    a002_regions_do_not_guarantee_total,
    a003_regions_short_by_rounding,
    a004_regions_overcommit,
    a005_region_exceeds_total,
    a006_cycle_below_a_year,
    a007_years_do_not_guarantee_cycle,
    a008_cycle_year_rounding,
    a009_ratio_out_of_line,
    a010_regional_rate_below_total,
    a011_exact_total_from_floors,
    a012_distinct_count_added_over_years,
    a013_zero_total_with_parts,
    a014_regional_rate_may_fall_below_total,
    b001_money_parts_do_not_add,
    b002_executed_exceeds_budget,
    b003_execution_rate_wrong,
    b004_execution_score_wrong,
    b005_zero_budget,
    b006_low_execution_without_reason,
    b007_money_against_header,
    b008_amount_not_a_number,
    d001_deadline_after_cycle,
    d002_year_deadline_outside_year,
    d003_cycle_deadline_before_year_deadline,
    d004_region_deadline_after_total,
    d005_deadline_without_year,
    d006_deadline_before_start,
    d007_impossible_date,
    d008_span_reversed,
    f001_waiver_expired,
    f002_waiver_unused,
    f003_indicator_not_in_table,
    f004_indicator_not_in_fund,
    h001_title_contradicts_level,
    h002_header_part_missing,
    h003_cycle_ends_before_it_begins,
    h004_title_year_outside_cycle,
    h005_year_budget_exceeds_total,
    h006_one_year_budget_differs_from_total,
    h007_amount_unreadable,
    h008_header_field_contradicts_itself,
    h009_header_contradicts_fund,
    h010_nothing_left_for_other_years,
    m001_chance_without_reason,
    m002_forecast_below_progress,
    m003_forecast_misses_target_but_certain,
    m004_chance_missing,
    m005_chance_unknown_word,
    p001_prose_figure_contradicts_table,
    p002_prose_comparator_differs,
    p003_prose_unit_differs,
    p004_prose_figure_without_indicator,
    p005_goal_without_figures,
    p006_prose_year_outside_cycle,
    p007_prose_amount_contradicts_budget,
    p008_goal_empty,
    r001_unknown_region,
    r002_region_missing,
    r003_indicator_without_regions,
    r004_zone_without_parent,
    r005_zone_exceeds_city,
    r006_region_out_of_scope,
    r007_duplicate_region,
    r008_zone_convention_contradicted,
    r009_region_name_unofficial,
    r010_parent_and_child_listed,
    r011_province_listed_as_region,
    s001_unread_cell,
    s002_indicator_without_target,
    s003_empty_group,
    s004_unknown_kind,
    s005_duplicate_indicator,
    s006_kind_under_wrong_category,
    s007_target_missing_in_a_period,
    s008_no_indicators,
    s009_category_missing,
    s010_region_row_without_indicator,
    s011_several_forms_in_one_file,
    s012_old_category_name,
    s013_fused_values,
    s014_name_cut_off,
    s015_kind_missing,
    t001_comparator_missing,
    t002_comparators_contradict,
    t003_direction_meaningless,
    t004_unit_contradicts_name,
    t005_percent_in_words,
    t006_unit_missing,
    t007_share_above_whole,
    t008_negative_target,
    t009_fraction_of_a_count,
    t010_target_inside_name,
    t011_value_not_understood,
    t012_ascii_comparator,
    t013_comparator_differs_among_regions,
    t014_comparator_misread,
    t015_serial_number_for_date,
    t016_mixed_kinds_of_target,
    t017_unit_scale_differs,
    t018_masked_figure,
    t019_trailing_words,
    t020_share_scale_doubtful,
    t021_range_reversed,
    t022_name_contradicts_target,
    t023_measure_word_differs,
    v001_vacuous_target,
    v002_all_regions_equal,
    v003_total_vacuous,
    v004_hundred_percent_target,
    v005_state_without_yardstick,
    w001_weights_do_not_add_to_hundred,
    w002_group_weights_do_not_add,
    w003_score_exceeds_weight,
    w004_full_marks_for_missed_target,
    w005_shortfall_without_reason,
    w006_deduction_without_reason,
    w007_total_score_wrong,
    w008_score_not_by_formula,
    w009_overachievement_without_reason,
    w010_figure_answered_by_word,
    w011_weight_missing,
    w012_level_weights_unusual,
    w014_score_without_actual,
}

/// The check with a code, in any case.
pub fn rule(code: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|r| r.code.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sound() {
        for pair in ALL.windows(2) {
            assert!(pair[0].code < pair[1].code, "{} stands before {}", pair[0].code, pair[1].code);
        }
        for r in ALL {
            assert_eq!(
                rule(&r.code.to_lowercase()).map(|found| found.name),
                Some(r.name),
                "the code leads back"
            );
            let (letter, digits) = r.code.split_at(1);
            assert!(FAMILIES.iter().any(|(l, _)| letter.starts_with(*l)), "{} is of a known family", r.code);
            assert!(digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()), "{}", r.code);
            assert!(
                r.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{}",
                r.name
            );
            for text in [r.title, r.what, r.why, r.repair, r.source.text] {
                assert!(!text.zh.is_empty() && !text.en.is_empty(), "{} speaks both languages", r.code);
                assert!(
                    text.en.is_ascii() || !text.en.chars().all(|c| c as u32 > 0x7f),
                    "{}: English in English",
                    r.code
                );
                assert!(text.zh.chars().any(|c| c as u32 >= 0x4e00), "{}: Chinese in Chinese", r.code);
            }
            assert_ne!(r.failing, r.passing, "{} has two examples", r.code);
        }
        let mut names: Vec<_> = ALL.iter().map(|r| r.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len(), "no two checks share a name");
    }
}
