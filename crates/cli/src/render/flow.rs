//! The way from claim to award as text: every reduction by name, and the line that proves that nothing was lost.

use std::fmt::Write as _;

use jixiao_core::{both, finding::Lang};
use jixiao_engine::{number::Dec, run::outcome::FlowLine};

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
        Lang::Zh => ["", "行数", "企业数", "金额（元）"],
        Lang::En => ["", "rows", "enterprises", "yuan"],
    };
    let line = |line: &FlowLine, sign: &str| {
        let rows = if line.rows == 0 { String::new() } else { grouped(line.rows) };
        let amount = format!("{sign}{}", line.yuan.grouped(2)).replace("--", "");
        [line.label.get(lang).to_owned(), rows, grouped(line.enterprises), amount]
    };
    let mut rows = vec![head.map(str::to_owned), line(&flow.claimed, "")];
    rows.extend(flow.reductions.iter().map(|reduction| line(reduction, "-")));
    rows.push(line(&flow.awarded, ""));
    out += &columns(&rows, &[Align::Left, Align::Right, Align::Right, Align::Right], 2);

    let taken =
        flow.reductions.iter().fold(Some(Dec::ZERO), |sum, r| sum?.checked_add(r.yuan)).unwrap_or_default();
    let (claimed, awarded) = (flow.claimed.yuan.grouped(2), flow.awarded.yuan.grouped(2));
    let taken = taken.grouped(2);
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
                [ledger.clone(), column.to_owned(), code.to_owned(), grouped(n)]
            })
            .collect();
        out += &columns(&rows, &[Align::Left, Align::Left, Align::Left, Align::Right], 2);
    }
    out
}

/// A count with commas between thousands.
pub(crate) fn grouped(n: u64) -> String {
    Dec::new(i128::from(n), 0).grouped(0)
}
