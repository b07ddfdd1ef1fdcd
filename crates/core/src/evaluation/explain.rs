//! Derivations: from the total down to source rows, made only when they are asked for.

use rust_decimal::Decimal;

use super::{
    evaluate::{Evaluator, Prepared, region_name},
    formula::Judgement,
    sheet::{ScoreRow, ScoreSheet, Status},
    weights::Share,
};
use crate::{
    actual::Actual,
    both,
    derivation::{Ground, Node},
    exact::Fraction,
    finding::Both,
    place::Place,
};

/// What a place of the target table is called: `第12行`, `E7`. Only the reader of the file knows.
pub type PlaceName<'n> = &'n dyn Fn(Place) -> String;

impl Evaluator<'_> {
    /// Fills in the derivations of a sheet that this evaluator made. `place` names the cells of the target table.
    pub fn explain(&self, sheet: &mut ScoreSheet, place: PlaceName<'_>) {
        let region = sheet.region;
        let judged: Vec<Judgement<'_>> = self.prepared.iter().map(|p| self.judged(p, region)).collect();
        let shares = self.weights(&judged);
        let all = self.tree.weights(&vec![true; self.prepared.len()]);
        for ((p, row), (judged, (share, full))) in
            self.prepared.iter().zip(&mut sheet.rows).zip(judged.iter().zip(shares.iter().zip(&all)))
        {
            row.derivation = Some(self.of_row(p, row, judged, (*share, *full), region, place));
        }
        sheet.execution.derivation = Some(self.of_execution(sheet));
    }

    /// The derivation of a sheet's total, with those of its rows under it as far as they were filled in.
    pub fn explain_total(&self, sheet: &ScoreSheet) -> Node {
        let value = match sheet.total.score {
            Some(score) => points(score),
            None => {
                let (low, high) = (sheet.total.at_least, sheet.total.at_most);
                both!("{low}至{high}分（不完整）", "{low} to {high} points (incomplete)")
            }
        };
        let scores = sheet.rows.iter().filter_map(|r| r.score).chain(sheet.execution.score);
        let formula: Vec<String> = scores.map(|s| s.to_string()).collect();
        let name = region_name(self.fund, sheet.region);
        let mut node = Node::new(both!("总分（{zh}）", "total ({en})", zh = name.zh, en = name.en), value)
            .by(formula.join(" + "))
            .on(self.rules.bands.basis.clause(both!("等级按总分划分", "the grade follows from the total")));
        node.parts = sheet.rows.iter().filter_map(|r| r.derivation.clone()).collect();
        node.parts.extend(sheet.execution.derivation.clone());
        node
    }

    fn of_row(
        &self,
        p: &Prepared<'_>,
        row: &ScoreRow,
        judged: &Judgement<'_>,
        (share, full): (Option<Share>, Option<Share>),
        region: Option<crate::region::RegionId>,
        place: PlaceName<'_>,
    ) -> Node {
        let title = self.fund.indicator(&row.title);
        let label = both!("“{zh}”得分", "score of {en}", zh = title.zh, en = title.en);
        let mut node = Node::new(label, standing(row));
        if let (Some(share), Some(weight), Some(score)) = (judged.share, row.weight, row.score) {
            let how = judged.how.said(weight.normalize());
            let exact = Fraction::of(weight).and_then(|w| share.times(w));
            let exact = exact.map_or_else(String::new, Fraction::said);
            let off = row.deduction.map_or_else(String::new, |d| format!(" − {}", d.normalize()));
            node.formula = format!("{how} = {exact}{off} → {score}");
        }
        if let Some(basis) = judged.basis {
            node = node.on(basis.clause(both!("计分公式", "formula of the score")));
        }
        if row.score.is_some() {
            let places = self.rules.places.rule;
            node = node.on(self.rules.places.basis.clause(both!(
                "按指标四舍五入到{places}位小数",
                "rounded half up to {places} decimals at the indicator"
            )));
        }
        for parameter in row.illustrative.iter().filter(|p| p.starts_with("evaluation.")) {
            node = node.on(Ground::Illustrative { parameter: parameter.clone() });
        }
        for remark in &row.remarks {
            node = node.part(Node::new(both!("说明", "remark"), remark.clone()));
        }
        let mut target = Node::new(both!("指标值", "target"), crate::said::target(&row.target));
        if let Some(cell) = self.cell(p, region) {
            let written = cell.written.text.clone();
            target = target.on(Ground::Target { place: place(cell.written.place), written });
        }
        node = node.part(target);
        node = node.part(match p.measured.get(&region) {
            Some(measured) => {
                let value = said(&row.actual, &row.unit);
                let mut actual = Node::new(both!("实际完成值", "actual"), value);
                actual.parts.push(measured.derivation.clone());
                actual
            }
            None => Node::new(both!("实际完成值", "actual"), said(&row.actual, &row.unit)),
        });
        if let Some(share) = share {
            node = node.part(self.of_weight(&share, full));
        }
        if let (Some(off), Some(reason)) = (row.deduction, p.reasons.get(&region)) {
            let by = reason.by.clone();
            let off = Node::new(both!("人工扣分", "taken off by a person"), points(off));
            node = node.part(off.on(Ground::Reported { by, evidence: reason.text.clone() }));
        }
        node
    }

    fn of_weight(&self, share: &Share, full: Option<Share>) -> Node {
        let mut node = Node::new(both!("分值", "weight"), points(share.weight));
        let level = self.rules.weights.iter().map(|w| &w.basis).next();
        let with_cost =
            self.prepared.iter().any(|p| p.indicator.category == Some(crate::indicator::Category::Cost));
        let level = self.rules.level_weights(with_cost).map(|w| &w.basis).or(level);
        if self.tree.typed {
            node = node.part(Node::new(
                both!("分值来源", "origin of the weight"),
                both!("绩效目标表或资金文件夹给定", "given by the table or the fund folder"),
            ));
        } else if let Some(basis) = level {
            node = node.on(basis
                .clause(both!("一级指标分值；以下各级平均分配", "level-1 weights; below them equal shares")));
        }
        let set = Node::new(both!("全部指标", "all indicators"), points(self.tree.set));
        node = node.part(set);
        if let Some((category, kind)) = self.tree.labels(share) {
            node = node
                .part(Node::new(category.clone(), points(share.category_points)))
                .part(Node::new(kind.clone(), points(share.kind_points)));
        }
        if let Some(full) = full.filter(|f| f.weight != share.weight) {
            let before = full.weight;
            let gained = share.weight.checked_sub(before).unwrap_or_default();
            let basis = &self.rules.left_out;
            let out = Node::new(
                both!("不计分指标分摊来的分值", "weight taken over from what is left out"),
                both!("{gained}分（原{before}分）", "{gained} points (before: {before})"),
            );
            node = node.part(out.on(basis.clause(both!(
                "不计分的指标，分值由同级指标分摊，再逐级向上",
                "what is left out gives its weight to its siblings, then up the tree"
            ))));
        }
        node
    }

    fn of_execution(&self, sheet: &ScoreSheet) -> Node {
        let row = &sheet.execution;
        let value = match (&row.status, row.score) {
            (_, Some(score)) => points(score),
            (Status::NeedsPerson { why }, None) => why.clone(),
            _ => both!("缺少数据", "missing"),
        };
        let mut node = Node::new(both!("预算执行得分", "score of the execution"), value);
        let yuan = |fen: crate::money::Fen| format!("{}", Decimal::new(fen.0, 2));
        if let (Some(budget), Some(executed), Some(score)) = (row.budget, row.executed, row.score) {
            let off = row.deduction.map_or_else(String::new, |d| format!(" − {}", d.normalize()));
            node.formula =
                format!("{} ÷ {} × {}{off} → {score}", yuan(executed), yuan(budget), row.weight.normalize());
        }
        node = node.on(self.rules.execution.basis.clause(both!(
            "执行数÷调整后预算数×分值，以分值为限",
            "executed ÷ adjusted budget × weight, never above the weight"
        )));
        for (label, amount) in [
            (both!("全年预算数（调整后）", "adjusted budget"), row.budget),
            (both!("全年执行数", "executed"), row.executed),
        ] {
            let value = amount.map(|a| {
                let yuan = yuan(a);
                both!("{yuan}元", "{yuan} yuan")
            });
            node = node.part(Node::new(label, value.unwrap_or_else(|| both!("缺", "missing"))));
        }
        let money = self.inputs.money.get(&sheet.region).and_then(|m| m.derivation.clone());
        node.parts.extend(money);
        node
    }
}

fn standing(row: &ScoreRow) -> Both {
    match (&row.status, row.score) {
        (_, Some(score)) => points(score),
        (Status::LeftOut { why }, _) => both!("不计分：{zh}", "not scored: {en}", zh = why.zh, en = why.en),
        (Status::NeedsPerson { why }, _) => {
            both!("待人工核定：{zh}", "for a person: {en}", zh = why.zh, en = why.en)
        }
        _ => both!("缺少实际完成值，暂不计分", "the actual is missing: not scored yet"),
    }
}

pub(super) fn points(points: Decimal) -> Both {
    both!("{points}分", "{points} points")
}

/// An actual as a person reads it.
pub(super) fn said(actual: &Actual, unit: &str) -> Both {
    match actual {
        Actual::Missing => both!("缺", "missing"),
        Actual::NotApplicable(why) => both!("不适用：{zh}", "not applicable: {en}", zh = why.zh, en = why.en),
        Actual::Number(figure) => crate::said::figure(&figure.normalize().to_string(), unit),
        Actual::Share(ratio) => {
            Both::same(format!("{} ÷ {}", ratio.numerator.normalize(), ratio.denominator.normalize()))
        }
        Actual::Date(date) => Both::same(date.to_string()),
        Actual::State(true) => both!("达到", "reached"),
        Actual::State(false) => both!("未达到", "not reached"),
        Actual::Graded(share, words) => {
            let share = share.normalize();
            both!("{zh}（{share}）", "{en} ({share})", zh = words.zh, en = words.en)
        }
    }
}
