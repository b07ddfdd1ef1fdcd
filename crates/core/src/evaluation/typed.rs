//! Scores that people gave, held against the sheet's: kept apart, never averaged, and what does not fit is said.

use rust_decimal::Decimal;

use super::sheet::{ExecutionRow, ScoreRow, Scorer, TypedScore};
use crate::{both, finding::Both};

/// What is to be said of the scores that people gave for one row, which weighs `weight` and has `score` points by the rules.
pub(super) fn remarks(typed: &[TypedScore], weight: Option<Decimal>, score: Option<Decimal>) -> Vec<Both> {
    let mut remarks = Vec::new();
    for given in typed {
        let (name, points) = (given.scorer.words(), given.score.normalize());
        let Some(weight) = weight else {
            remarks.push(both!(
                "{zh}给了{points}分，而本行不计分",
                "{en}: {points} points for a row that does not count",
                zh = name.zh,
                en = name.en
            ));
            continue;
        };
        if given.score > weight || given.score.is_sign_negative() && !given.score.is_zero() {
            remarks.push(both!(
                "{zh}{points}分，不在0至分值{w}分之间",
                "{en}: {points} points are not between 0 and the weight {w}",
                zh = name.zh,
                en = name.en,
                w = weight.normalize()
            ));
        }
        let Some(off) = score.and_then(|s| s.checked_sub(given.score)) else { continue };
        let by = off.normalize();
        match given.deduction {
            Some(said) if said != off => remarks.push(both!(
                "{zh}写明扣{d}分，而与计算得分相差{by}分",
                "{en}: {d} points are said to be taken off, but the score is {by} below the computed one",
                zh = name.zh,
                en = name.en,
                d = said.normalize()
            )),
            None if off > Decimal::ZERO && given.reason.trim().is_empty() => remarks.push(both!(
                "{zh}比计算得分少{by}分，没有写原因",
                "{en}: {by} points fewer than computed, and no reason is given",
                zh = name.zh,
                en = name.en
            )),
            None if off < Decimal::ZERO => remarks.push(both!(
                "{zh}比计算得分多{by}分",
                "{en}: {by} points more than computed",
                zh = name.zh,
                en = name.en,
                by = by.abs()
            )),
            _ => {}
        }
    }
    remarks
}

/// Totals that are not the sum of what the same person gave for every row that counts.
pub(super) fn totals(totals: &[TypedScore], rows: &[ScoreRow], execution: &ExecutionRow) -> Vec<Both> {
    let of =
        |typed: &[TypedScore], scorer: Scorer| typed.iter().find(|t| t.scorer == scorer).map(|t| t.score);
    let mut remarks = Vec::new();
    for total in totals {
        let counted = rows.iter().filter(|r| r.weight.is_some()).map(|r| of(&r.typed, total.scorer));
        let parts = counted.chain([of(&execution.typed, total.scorer)]);
        // Where a part is missing nothing can be added up: only the total was given.
        let Some(sum) = parts.into_iter().try_fold(Decimal::ZERO, |sum, part| sum.checked_add(part?)) else {
            continue;
        };
        if sum != total.score {
            let name = total.scorer.words();
            remarks.push(both!(
                "{zh}总分{t}分，而各项之和为{s}分",
                "{en}: the total is {t}, its parts add up to {s}",
                zh = name.zh,
                en = name.en,
                t = total.score.normalize(),
                s = sum.normalize()
            ));
        }
    }
    remarks
}
