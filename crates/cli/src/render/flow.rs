//! The way from claim to award as text: every reduction by name, and the line that proves that nothing was lost.

use std::fmt::Write as _;

use jixiao_core::{
    both,
    finding::{Both, Lang},
};
use jixiao_engine::{
    number::{Dec, Rounding},
    run::outcome::{Flow, FlowLine},
};

use crate::{
    awards::{Results, SchemeResult},
    render::columns::{Align, columns},
};

/// A whole run.
pub(crate) fn text(results: &Results) -> String {
    let lang = results.setting.lang;
    let mut out = String::new();
    for scheme in &results.schemes {
        out += &one(results, scheme, lang);
        out.push('\n');
    }
    out += &read(results, lang);
    out
}

fn one(results: &Results, scheme: &SchemeResult, lang: Lang) -> String {
    let (plan, flow) = (&scheme.outcome.plan, &scheme.flow);
    let mut out = match lang {
        Lang::Zh => format!("{}（{}，{}年）\n", plan.label.zh, plan.id, results.year),
        Lang::En => format!("{} ({}, {})\n", plan.label.en, plan.id, results.year),
    };
    let head = match lang {
        Lang::Zh => ["（核减按未满足的条件、重复和步骤列出）", "行数", "企业数", "金额（元）"],
        Lang::En => ["(reductions: conditions not met, duplicates, steps)", "rows", "enterprises", "yuan"],
    };
    let lines: Vec<&FlowLine> =
        [&flow.claimed].into_iter().chain(&flow.reductions).chain([&flow.awarded]).collect();
    let amounts = to_the_fen(flow).unwrap_or_else(|| lines.iter().map(|l| l.yuan).collect());
    let mut rows = vec![head.map(str::to_owned)];
    for (at, (line, amount)) in lines.iter().zip(&amounts).enumerate() {
        // Less than half a fen is told as nothing, with no sign.
        let taken = at > 0 && at + 1 < lines.len() && amount.mantissa != 0;
        let amount = format!("{}{}", if taken { "-" } else { "" }, amount.grouped(2)).replace("--", "");
        let count = if line.rows == 0 { String::new() } else { grouped(line.rows) };
        rows.push([line.label.get(lang).to_owned(), count, grouped(line.enterprises), amount]);
    }
    out += &columns(&rows, &[Align::Left, Align::Right, Align::Right, Align::Right], 2);

    // That the exact figures agree was made sure of before anything is told.
    let [first, .., last] = amounts.as_slice() else { return out };
    let taken = first.checked_sub(*last).unwrap_or_default();
    let [claimed, awarded, taken] = [*first, *last, taken].map(|amount| amount.grouped(2));
    let told = both!(
        "  相符到分：申报 {claimed} = 核定 {awarded} + 各项核减 {taken}",
        "  to the fen: claimed {claimed} = awarded {awarded} + reductions {taken}"
    );
    let _ = writeln!(out, "{}", told.get(lang));
    for pot in &scheme.outcome.pots {
        let yuan = |fen: i64| Dec::new(i128::from(fen), 2).grouped(2);
        let (money, wanted) = (yuan(pot.budget_fen), yuan(pot.wanted_fen));
        let region = results.region(pot.region.as_deref());
        let short = pot.wanted_fen > pot.budget_fen;
        let told = match short {
            true => both!(
                "  预算{region} {money} 元，应支持 {wanted} 元：按同一系数折减，合计正好等于预算",
                "  money {region} {money} yuan, wanted {wanted} yuan: one coefficient for all, adding up to the money exactly"
            ),
            false => both!(
                "  预算{region} {money} 元，应支持 {wanted} 元：足够",
                "  money {region} {money} yuan, wanted {wanted} yuan: it reaches"
            ),
        };
        let _ = writeln!(out, "{}", told.get(lang));
    }
    let flags = scheme.outcome.twins().filter(|twin| twin.flag).count();
    if flags > 0 {
        let told = both!(
            "  {flags} 对明细相近，请人工核对（flags.csv）",
            "  {flags} pairs of rows look alike: a person decides (flags.csv)"
        );
        let _ = writeln!(out, "{}", told.get(lang));
    }
    let illustrative: Vec<String> = results
        .illustrative(scheme)
        .map(|p| match lang {
            Lang::Zh => format!("{}（{}）", p.label.zh, p.id),
            Lang::En => format!("{} ({})", p.label.en, p.id),
        })
        .collect();
    if !illustrative.is_empty() {
        let list = illustrative.join(if lang == Lang::Zh { "、" } else { ", " });
        let told = both!(
            "  【示例】以下参数未查到原文，用的是示例值，据此算出的金额仅供演示：{list}",
            "  [illustrative] The text of these parameters was not found; amounts made with their values only show how the rule works: {list}"
        );
        let _ = writeln!(out, "{}", told.get(lang));
    }
    out
}

/// What was read, and what was set aside.
fn read(results: &Results, lang: Lang) -> String {
    let mut out = String::from(match lang {
        Lang::Zh => "台账\n",
        Lang::En => "Ledgers\n",
    });
    let head = match lang {
        Lang::Zh => ["", "读入行", "采用", "搁置", "SHA-256"],
        Lang::En => ["", "rows", "accepted", "set aside", "SHA-256"],
    };
    let mut rows = vec![head.map(str::to_owned)];
    for file in results.files() {
        let aside = file.rows - file.accepted;
        rows.push([
            file.name.clone(),
            grouped(file.rows),
            grouped(file.accepted),
            grouped(aside),
            file.sha256.chars().take(12).collect::<String>() + "…",
        ]);
    }
    out += &columns(&rows, &[Align::Left, Align::Right, Align::Right, Align::Right, Align::Left], 2);
    let mut reasons = std::collections::BTreeMap::new();
    for aside in results.run.intakes.iter().flat_map(|i| &i.set_aside) {
        *reasons
            .entry((&aside.ledger, aside.column.as_deref().unwrap_or(""), aside.reason.code()))
            .or_insert(0u64) += 1;
    }
    if !reasons.is_empty() {
        out += match lang {
            Lang::Zh => "搁置的原因（明细在 set_aside.csv）\n",
            Lang::En => "Why rows were set aside (each in set_aside.csv)\n",
        };
        let rows: Vec<[String; 4]> = reasons
            .into_iter()
            .map(|((ledger, column, code), n)| {
                [ledger.clone(), column.to_owned(), words(code).get(lang).to_owned(), grouped(n)]
            })
            .collect();
        out += &columns(&rows, &[Align::Left, Align::Left, Align::Left, Align::Right], 2);
    }
    out
}

/// Amounts of a flow rounded to the fen such that they add up as printed: each reduction is the difference of two rounded running totals.
/// The exact figures are in `summary.csv`.
fn to_the_fen(flow: &Flow) -> Option<Vec<Dec>> {
    let fen = |amount: Dec| amount.rounded(2, Rounding::HalfUp);
    let (mut left, mut told) = (flow.claimed.yuan, vec![fen(flow.claimed.yuan)?]);
    for line in &flow.reductions {
        let next = left.checked_sub(line.yuan)?;
        told.push(fen(left)?.checked_sub(fen(next)?)?);
        left = next;
    }
    told.push(fen(left)?);
    Some(told)
}

/// A few words for the reason why a row was set aside, by its code.
fn words(code: &str) -> Both {
    let (zh, en) = match code {
        "blank-row" => ("空行", "blank row"),
        "too-many-cells" => ("格数过多", "too many cells"),
        "too-few-cells" => ("格数过少", "too few cells"),
        "open-quote" | "after-quote" => ("引号有误", "quotes"),
        "too-long" => ("行过长", "too long"),
        "bad-bytes" | "nul" => ("字节有误", "bad bytes"),
        "empty" => ("必填项为空", "empty"),
        "not-number" => ("不是数字", "not a number"),
        "too-many-decimals" => ("小数过多", "too many decimals"),
        "overflow" => ("数值过大", "too large"),
        "lost-digits" => ("丢失数位", "lost digits"),
        "not-digits" | "letter-for-digit" => ("含非数字", "not digits"),
        "width" => ("位数不对", "wrong number of digits"),
        "not-date" | "no-such-day" => ("日期有误", "no date"),
        "below-minimum" => ("小于最小值", "below minimum"),
        "above-maximum" => ("大于最大值", "above maximum"),
        "unknown-choice" => ("不在可选的词中", "unknown word"),
        "not-flag" => ("不是“是”或“否”", "neither yes nor no"),
        "credit-code-length" => ("信用代码长度不对", "length of credit code"),
        "credit-code-character" => ("信用代码有误字", "character of credit code"),
        "credit-code-check" => ("信用代码校验码不对", "check character of credit code"),
        "sheet-error" => ("公式错误", "formula error"),
        "duplicate-key" => ("主键重复", "duplicate key"),
        other => return Both::same(other),
    };
    Both::new(zh, en)
}

/// A count with commas between thousands.
pub(crate) fn grouped(n: u64) -> String {
    Dec::new(i128::from(n), 0).grouped(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_amounts_add_up() {
        // 10.005 − 3.333 − 1.112 − 0.56 = 5.00; printed: 10.01 = 5.00 + 3.34 + 1.11 + 0.56.
        let line = |mantissa, scale| FlowLine {
            cause: None,
            id: String::new(),
            label: Both::same(""),
            rows: 0,
            enterprises: 0,
            yuan: Dec::new(mantissa, scale),
        };
        let flow = Flow {
            claimed: line(10_005, 3),
            reductions: vec![line(3333, 3), line(1112, 3), line(56, 2)],
            awarded: line(500, 2),
        };
        let told = to_the_fen(&flow).expect("small");
        let texts: Vec<String> = told.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["10.01", "3.34", "1.11", "0.56", "5.00"]);
    }
}
