//! What was reached: what regions report in the month of monitoring and after the year, the monitoring round, and the self-evaluations.

use jiff::civil::DateTime;
use jixiao_core::{
    actual::Actual,
    workflow::{Guard, machines},
};
use jixiao_store::{cases::About, evidence::Media};
use serde_json::{Value, json};

use super::{
    Material,
    cast::{CHECKER, OFFICER, SECOND, city},
    script::{File, Script},
};

fn value(of: &impl serde::Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

/// Writes what is reported, monitored and scored.
pub(crate) fn write(script: &mut Script<'_>, material: &Material<'_>) {
    let in_by = reports_of_the_month(script, material);
    monitoring(script, material, in_by);
    actuals(script, material);
    evaluations(script, material);
}

/// The first of the month after the one that is monitored.
fn after_month(script: &Script<'_>, material: &Material<'_>, day: i8) -> jiff::civil::Date {
    let month = i8::try_from(material.monitoring.month).unwrap_or(7);
    match month {
        12 => script.days.on(1, 1, day),
        _ => script.days.on(0, month + 1, day),
    }
}

/// One report a region; all of them are taken before the round is handed in. Gives when the last one was.
fn reports_of_the_month(script: &mut Script<'_>, material: &Material<'_>) -> DateTime {
    let (year, month) = (material.year.year, material.monitoring.month);
    let mut last = script.days.at(after_month(script, material, 16), "reports");
    for (number, (id, code, name)) in material.regions().into_iter().enumerate() {
        let rows: Vec<Value> = material
            .monitoring
            .of(Some(id))
            .map(|row| json!({ "indicator": row.indicator, "target": row.target, "actual": value(&row.progress) }))
            .collect();
        let said = json!({ "region": code, "year": year, "month": month, "values": rows });
        let who = city(&code);
        let about = About { year, region: code.clone(), ..About::default() };
        let opened = script.days.at(after_month(script, material, 5), &format!("month/{code}"));
        let mut walk = script.open(
            opened,
            &who,
            (&machines::ACTUAL, "open"),
            format!("{year}-{month:02}/{code}"),
            (about, said, None),
            "",
        );
        let file = File::note("取数说明.txt", &format!("{name} {year}年1—{month}月各指标取数说明。"));
        walk.wait(2).attach(&who, file).act(&who, "submit", "");
        if number % 6 == 4 {
            walk.wait(1).act(OFFICER, "return", "请注明进口额的统计口径（演示）");
            walk.wait(1).act(&who, "submit", "口径为海关统计（演示）");
        }
        walk.wait(2).act(OFFICER, "accept", "");
        last = last.max(walk.at);
    }
    last
}

/// The round of the fund's month.
fn monitoring(script: &mut Script<'_>, material: &Material<'_>, in_by: DateTime) {
    const IN: &[Guard] = &[Guard::ReportsIn];
    let (year, month) = (material.year.year, material.monitoring.month);
    let about = || About { year, ..About::default() };
    let days = script.days;
    let opened = days.at(after_month(script, material, 2), "round");
    let empty = json!({ "year": year, "month": month });
    let subject = format!("{year}/{month:02}");
    let mut walk = script.open(
        opened,
        OFFICER,
        (&machines::MONITORING, "open"),
        subject.clone(),
        (about(), empty.clone(), None),
        "年度绩效运行监控（演示）",
    );
    walk.until(in_by)
        .wait(1)
        .take(OFFICER, "edit", "汇总各地上报数据（演示）", Some(value(material.monitoring)), &[])
        .wait(0)
        .take(OFFICER, "submit", "", None, IN)
        .wait(3)
        .act(CHECKER, "return", "红灯地区请逐一写明整改措施（演示）")
        .wait(2)
        .take(OFFICER, "submit", "已补充（演示）", None, IN)
        .wait(3)
        .act(CHECKER, "issue", "")
        .wait(40)
        .act(OFFICER, "close", "红灯地区已按整改要求加快拨付（演示）");
    // A round that was begun for a month which nobody asked about.
    let opened = days.at(days.on(0, 5, 8), "round/cancelled");
    script
        .open(
            opened,
            SECOND,
            (&machines::MONITORING, "open"),
            format!("{year}/04"),
            (about(), empty, None),
            "",
        )
        .wait(2)
        .act(SECOND, "cancel", "本资金只在规定月份监控（演示）");
}

/// What each region reports after the year, indicator by indicator.
fn actuals(script: &mut Script<'_>, material: &Material<'_>) {
    let year = material.year.year;
    let mut number = 0usize;
    for measured in &material.year.measured {
        let Some(id) = measured.region else { continue };
        if matches!(measured.actual, Actual::NotApplicable(_) | Actual::Missing) {
            continue;
        }
        let Some((_, code, name)) = material.regions().into_iter().find(|(region, ..)| *region == id) else {
            continue;
        };
        number += 1;
        let indicator = &measured.indicator;
        let target = material.followed.iter().find(|t| t.indicator == *indicator && t.region == Some(id));
        let said = json!({
            "region": code,
            "year": year,
            "indicator": indicator,
            "target": target.map(|target| target.written.clone()),
            "actual": value(&measured.actual),
            "illustrative": measured.illustrative,
            "derivation": value(&measured.derivation),
        });
        let who = city(&code);
        let about = About { year, region: code.clone(), indicator: indicator.clone(), ..About::default() };
        let opened = script.days.at(script.days.on(1, 1, 6), &format!("actual/{code}/{indicator}"));
        let subject = format!("{year}/{code}/{indicator}");
        let file = File::note("佐证材料.txt", &format!("{name} {year}年 {indicator}：取数来源和计算过程。"));
        let mut walk =
            script.open(opened, &who, (&machines::ACTUAL, "open"), subject, (about, said, None), "");
        let fate = number % 16;
        if fate == 15 {
            continue;
        }
        if fate == 14 {
            walk.wait(2).act(&who, "drop", "重复填报（演示）");
            continue;
        }
        walk.wait(3).attach(&who, file).act(&who, "submit", "");
        if fate == 13 {
            continue;
        }
        if matches!(fate, 11 | 12) {
            walk.wait(4).act(OFFICER, "return", "佐证材料与填报数不一致，请核对（演示）");
            if fate == 12 {
                continue;
            }
            walk.wait(3)
                .attach(
                    &who,
                    File::note("补充佐证.txt", &format!("{name} {indicator}：差异为退运部分，已说明。")),
                )
                .act(&who, "submit", "差异已说明（演示）");
        }
        walk.wait(4).act(OFFICER, "accept", "");
        if fate < 9 {
            walk.wait(12).act(OFFICER, "lock", "");
        }
    }
}

/// The self-evaluation of the whole and of each region, with the form as evidence.
fn evaluations(script: &mut Script<'_>, material: &Material<'_>) {
    const COMPUTED: &[Guard] = &[Guard::SheetComputed];
    let year = material.year.year;
    let days = script.days;
    for (number, sheet) in material.sheets.iter().enumerate() {
        let of =
            sheet.region.and_then(|id| material.regions().into_iter().find(|(region, ..)| *region == id));
        if sheet.region.is_some() && of.is_none() {
            continue;
        }
        let code = of.as_ref().map(|(_, code, _)| code.clone()).unwrap_or_default();
        let who = if code.is_empty() { OFFICER.to_owned() } else { city(&code) };
        let about = About { year, region: code.clone(), ..About::default() };
        let subject = format!("{year}/{}", if code.is_empty() { "whole" } else { &code });
        let opened = days.at(days.on(1, 2, 17), &format!("evaluation/{subject}"));
        let mut walk = script.open(
            opened,
            &who,
            (&machines::EVALUATION, "open"),
            subject.clone(),
            (about, value(sheet), None),
            "年度绩效自评（演示）",
        );
        let form = material
            .form(if code.is_empty() { "self-evaluation" } else { "regional-self-evaluation" }, sheet.region);
        let file = form.unwrap_or_else(|| {
            File::note("自评说明.txt", &format!("{} {year}年自评说明。", sheet.region_name))
        });
        let fate = if code.is_empty() { 0 } else { number % 12 };
        if fate == 11 {
            continue;
        }
        if fate == 10 {
            walk.wait(2).act(&who, "drop", "地区机构调整，由上级合并自评（演示）");
            continue;
        }
        walk.wait(4).attach(&who, file);
        if let Some(report) = material.report().filter(|_| code.is_empty()) {
            walk.attach(&who, report);
        }
        walk.take(&who, "submit", "", None, COMPUTED);
        if fate == 9 {
            continue;
        }
        if matches!(fate, 7 | 8) {
            walk.wait(4).act(CHECKER, "return", "未完成指标的原因过于笼统（演示）");
            if fate == 8 {
                continue;
            }
            walk.wait(3).take(&who, "submit", "原因已写明（演示）", None, COMPUTED);
        }
        walk.wait(5).take(CHECKER, "pass", "", None, COMPUTED);
        if fate < 6 {
            walk.wait(8).act(CHECKER, "publish", "");
        }
    }
}

/// Which kind of file a published form is.
pub(crate) const FORM_MEDIA: Media = Media::Xlsx;
