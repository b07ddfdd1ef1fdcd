//! What people said of a year, as evaluation and monitoring take it: reasons with measures, and scores.

use std::collections::BTreeMap;

use jixiao_core::{
    both,
    evaluation::{EXECUTION, Reason, Scorer, TypedScore},
    finding::Both,
    monitor::{self, Followed, GivenReason},
    region::RegionId,
};
use jixiao_engine::measure::{SaidReason, SaidScore, said::Said};

use crate::year::Year;

/// A row that is not used, with its place.
fn told(said: &Said, why: &Both) -> Both {
    let (file, row) = (&said.file, said.row);
    Both::new(format!("{file} 第{row}行：{}", why.zh), format!("{file}, row {row}: {}", why.en))
}

impl Year {
    /// Rows of people's words that cannot be used, with their places and what is wrong.
    pub(crate) fn unused(&self) -> Vec<Both> {
        let reasons = self.actuals.reasons.iter().map(|r| &r.said);
        let scores = self.actuals.scores.iter().map(|s| &s.said);
        let unused = reasons.chain(scores).filter_map(|s| Some(told(s, s.trouble.as_ref()?)));
        let mut all: Vec<Both> = unused.collect();
        let later = self.scores_by_key().1;
        all.extend(later.into_iter().map(|s| {
            told(
                &s.said,
                &both!("同一项另有一条更晚的评分，以更晚的为准", "a later score of the same counts"),
            )
        }));
        all
    }

    fn usable<'s>(&self, said: &'s Said) -> Option<&'s Said> {
        Some(said).filter(|s| s.year == self.year && s.trouble.is_none())
    }

    /// The latest score of each person for each thing, and those that it replaces.
    #[expect(clippy::type_complexity, reason = "a map by what is scored, and the rest")]
    fn scores_by_key(
        &self,
    ) -> (BTreeMap<(Scorer, Option<RegionId>, Option<&str>), &SaidScore>, Vec<&SaidScore>) {
        let mut latest: BTreeMap<_, &SaidScore> = BTreeMap::new();
        let mut replaced = Vec::new();
        for score in &self.actuals.scores {
            let (Some(said), Some(side)) = (self.usable(&score.said), score.side) else { continue };
            let key = (side, said.region, score.indicator.as_deref());
            match latest.get(&key) {
                Some(before) if before.said.date > said.date => replaced.push(score),
                _ => replaced.extend(latest.insert(key, score)),
            }
        }
        (latest, replaced)
    }

    /// The scores that people gave.
    pub(crate) fn typed(&self) -> Vec<TypedScore> {
        let given =
            |((scorer, region, indicator), score): ((Scorer, _, Option<&str>), &SaidScore)| TypedScore {
                scorer,
                region,
                indicator: indicator.map(str::to_owned),
                score: score.score,
                deduction: score.deduction,
                reason: score.reason.clone(),
                by: score.said.by.clone(),
            };
        self.scores_by_key().0.into_iter().map(given).collect()
    }

    /// The reasons given at the end of the year: one for each indicator and region, with what the unit takes off itself.
    pub(crate) fn reasons(&self, rules: Option<&monitor::Rules>) -> Vec<Reason> {
        let mut all: BTreeMap<(Option<RegionId>, Option<String>), Reason> = BTreeMap::new();
        let mut put = |indicator: &str, said: &Said, words: String, deduction| {
            let indicator = (indicator != EXECUTION).then(|| indicator.to_owned());
            let entry = all.entry((said.region, indicator.clone())).or_insert_with(|| Reason {
                region: said.region,
                indicator,
                text: String::new(),
                deduction: None,
                by: said.by.clone(),
            });
            if !entry.text.is_empty() {
                entry.text.push('；');
            }
            entry.text += &words;
            entry.deduction = entry.deduction.or(deduction);
        };
        for reason in self.actuals.reasons.iter().filter(|r| r.month.is_none()) {
            if let Some(said) = self.usable(&reason.said) {
                put(&reason.indicator, said, sentence(reason, rules), None);
            }
        }
        for ((side, _, indicator), score) in self.scores_by_key().0 {
            if let (Scorer::Own, Some(indicator), Some(off)) = (side, indicator, score.deduction) {
                put(indicator, &score.said, format!("自行扣分：{}", score.reason), Some(off));
            }
        }
        all.into_values().collect()
    }

    /// The reasons given for a month, and those that have no place in its monitoring.
    pub(crate) fn reasons_of_month(
        &self,
        rules: &monitor::Rules,
        followed: &[Followed],
        month: u8,
    ) -> (Vec<GivenReason>, Vec<Both>) {
        let (mut given, mut without) = (Vec::new(), Vec::new());
        for reason in self.actuals.reasons.iter().filter(|r| r.month == Some(month)) {
            let Some(said) = self.usable(&reason.said) else { continue };
            let (kind, id) = (&reason.kind, &reason.indicator);
            if rules.reason(kind).is_none() {
                let why = both!(
                    "原因类别 {kind} 不在 monitoring.toml 的代码表中",
                    "{kind} is no kind of reason in monitoring.toml"
                );
                without.push(told(said, &why));
            } else if !followed.iter().any(|f| f.indicator == *id && f.region == said.region) {
                let why = both!(
                    "这个地区没有 {id} 的年度指标值，监控不用这条原因",
                    "this region has no target of the year for {id}: monitoring has no use for the reason"
                );
                without.push(told(said, &why));
            } else if let Some(on) = said.date {
                given.push(GivenReason {
                    indicator: id.clone(),
                    region: said.region,
                    code: kind.clone(),
                    text: reason.words.clone(),
                    measures: reason.measure.clone(),
                    by: said.by.clone(),
                    on,
                });
            }
        }
        (given, without)
    }
}

/// A reason with its kind and what is done about it, as the self-evaluation form has them in one cell. Forms are Chinese.
fn sentence(reason: &SaidReason, rules: Option<&monitor::Rules>) -> String {
    let kind = rules.and_then(|rules| rules.reason(&reason.kind));
    let kind = kind.map_or_else(String::new, |kind| format!("【{}】", kind.label.zh));
    let words = reason.words.trim_end_matches('。');
    match reason.measure.as_str() {
        "" => format!("{kind}{words}"),
        measure => format!("{kind}{words}；措施：{}", measure.trim_end_matches('。')),
    }
}
