//! The target table through its way, with the waivers that it needs; and each region's own targets.

use jixiao_core::{
    checks::{Selection, check},
    finding::Severity,
    monitor::followed,
    period::Period,
    region::RegionId,
    workflow::{Guard, machines},
};
use jixiao_store::cases::About;
use jixiao_tables::{Document, json, repair::repair, understand};
use serde_json::{Value, json};

use super::{
    Material,
    cast::{CHECKER, MAKER, OFFICER, city},
    script::Script,
};

/// The versions of the target table.
pub(crate) struct Versions {
    /// As it was published.
    drafted: Document,
    /// Repaired.
    repaired: Document,
    /// With one target handed from one region to another.
    amended: Option<(Document, String)>,
    /// Errors that no repair takes away: a check's code and what it says.
    left: Vec<(&'static str, String)>,
}

impl Versions {
    /// The versions of a published table.
    pub(crate) fn of(material: &Material<'_>) -> Self {
        let fund = Some(&material.setting.fund);
        let drafted = material.year.document.clone();
        let repaired = repair(drafted.clone(), fund, None, &Selection::default(), true);
        let left = repaired.left.findings.iter().filter(|found| found.severity == Severity::Error);
        let left = left.map(|found| (found.code, found.message.zh.clone())).collect();
        let amended = amended(material, &repaired.document);
        Self { drafted, repaired: repaired.document, amended, left }
    }
}

/// A table as the content of a case: jixiao's own JSON.
fn content(document: &Document) -> Value {
    serde_json::from_str(&json::write(&document.table)).unwrap_or_default()
}

/// A comparator and a whole number.
fn parts(text: &str) -> Option<(&str, u64)> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (before, digits) = text.split_at(at);
    Some((before, digits.trim().parse().ok()?))
}

/// The first target of the year that can go from one region to the next without a further finding: the whole stays as it is.
fn amended(material: &Material<'_>, document: &Document) -> Option<(Document, String)> {
    let fund = &material.setting.fund;
    let errors =
        |document: &Document| check(&document.table, Some(fund), None, &Selection::default()).findings.len();
    let before = errors(document);
    let factor = u64::from(fund.cycle.last.abs_diff(fund.cycle.first)) + 1;
    for indicator in &document.table.indicators {
        let cells = |row: &jixiao_core::table::RegionRow| {
            let cell = |wanted: fn(&Period) -> bool| {
                let cell = row.cells.iter().find(|cell| wanted(&cell.period))?;
                let (before, number) = parts(&cell.written.text)?;
                Some((cell.written.place, before.to_owned(), number))
            };
            let year = cell(|period| matches!(period, Period::Year(_)))?;
            let cycle = cell(|period| matches!(period, Period::Cycle))?;
            (year.2 > 2 && cycle.2 == year.2 * factor).then(|| (row.name.text.clone(), year, cycle))
        };
        let rows: Vec<_> = indicator.regions.iter().filter_map(cells).collect();
        let [(from, year, cycle), (to, other_year, other_cycle), ..] = rows.as_slice() else { continue };
        let mut grid = document.grid.clone();
        for ((place, before, number), step) in [
            (year, -1i64),
            (cycle, -i64::try_from(factor).ok()?),
            (other_year, 1),
            (other_cycle, i64::try_from(factor).ok()?),
        ] {
            let number = number.checked_add_signed(step)?;
            grid.set(*place, &format!("{before}{number}"));
        }
        let changed = understand(grid, Some(&fund.regions));
        if errors(&changed) <= before {
            let (title, from, to) = (&indicator.title, from.trim(), to.trim());
            let why = format!(
                "“{title}”年度指标值由{from}调给{to} 1个单位（实施周期同比例），全省指标值不变；依据两地商请函（演示）"
            );
            return Some((changed, why));
        }
    }
    None
}

/// The table from its draft to an amendment.
pub(crate) fn write(script: &mut Script<'_>, material: &Material<'_>, versions: &Versions) {
    let year = material.year.year;
    let about = || About { year, ..About::default() };
    let at = |script: &Script<'_>, month, day, what: &str| {
        script.days.at(script.days.on(0, month, day), &format!("targets/{what}"))
    };
    // Errors that only a person can do away with are waived before the table is handed in: then its checks are clean.
    for (number, (code, message)) in (1..).zip(&versions.left) {
        let opened = at(script, 1, 15, code);
        let said = json!({ "check": code, "finding": message, "until": format!("{year}-12-31") });
        let subject = format!("{year}/{code}/{number}");
        let reason = "已公布文本如此，本年度不改动原件；下次编制时更正（演示）";
        script
            .open(opened, OFFICER, (&machines::WAIVER, "propose"), subject, (about(), said, None), reason)
            .wait(1)
            .act(CHECKER, "sign", "情况属实，同意豁免至年底（演示）");
    }
    let others = [
        ("withdraw", OFFICER, ""),
        ("refuse", CHECKER, "理由不足，请直接修改（演示）"),
        ("revoke", CHECKER, "下半年已更正，豁免不再需要（演示）"),
    ];
    for (number, (action, who, reason)) in (1..).zip(others) {
        let opened = at(script, 1, 16, action);
        let said =
            json!({ "check": "A012", "finding": "演示：一条示例发现", "until": format!("{year}-12-31") });
        let subject = format!("{year}/example/{number}");
        let why = "请求豁免（演示）";
        let mut walk =
            script.open(opened, OFFICER, (&machines::WAIVER, "propose"), subject, (about(), said, None), why);
        if action == "revoke" {
            walk.wait(2).act(CHECKER, "sign", "同意（演示）").wait(120);
        }
        walk.wait(1).act(who, action, reason);
    }
    let said = json!({ "check": "V005", "finding": "演示：定性指标没有衡量依据", "until": format!("{}-12-31", year.saturating_add(1)) });
    let opened = script.days.at(script.days.on(1, 4, 8), "targets/waiver-open");
    script.open(
        opened,
        OFFICER,
        (&machines::WAIVER, "propose"),
        format!("{year}/example/open"),
        (about(), said, None),
        "衡量办法正在制定（演示）",
    );

    const CLEAN: &[Guard] = &[Guard::ChecksClean];
    let opened = at(script, 1, 8, "open");
    let handed_in = at(script, 1, 22, "submit");
    let amending = at(script, 8, 26, "amend");
    let drafted = (about(), content(&versions.drafted), None);
    let mut walk = script.open(
        opened,
        OFFICER,
        (&machines::TARGET_TABLE, "open"),
        year.to_string(),
        drafted,
        "年度目标编制",
    );
    walk.wait(3)
        .take(
            OFFICER,
            "edit",
            "按检查结果修复可自动修复的问题（演示）",
            Some(content(&versions.repaired)),
            &[],
        )
        .until(handed_in)
        .take(OFFICER, "submit", "", None, CLEAN)
        .wait(3)
        .act(CHECKER, "return", "请补充说明豁免事项的处理计划（演示）")
        .wait(2)
        .take(OFFICER, "submit", "豁免事项均已签批（演示）", None, CLEAN)
        .wait(3)
        .take(CHECKER, "pass", "", None, CLEAN)
        .wait(4)
        .act(CHECKER, "issue", "随预算下达（演示）");
    if let Some((document, why)) = &versions.amended {
        walk.until(amending)
            .act(OFFICER, "amend", why)
            .wait(2)
            .take(OFFICER, "edit-amendment", why, Some(content(document)), &[])
            .wait(1)
            .take(OFFICER, "submit-amendment", "", None, CLEAN)
            .wait(4)
            .take(CHECKER, "pass-amendment", "", None, CLEAN)
            .wait(4)
            .act(MAKER, "issue-amendment", "同意调整（演示）");
    }
    decompositions(script, material, versions);
}

/// A region's targets in a version of the table, as the content of a case.
fn of_region(material: &Material<'_>, document: &Document, (id, code): (RegionId, &str)) -> Option<Value> {
    let targets: Vec<Value> = followed(&document.table, &material.setting.fund, material.year.year)
        .iter()
        .filter(|target| target.region == Some(id))
        .map(|target| json!({ "indicator": target.indicator, "title": target.title, "target": target.written }))
        .collect();
    (!targets.is_empty()).then(|| json!({ "region": code, "year": material.year.year, "targets": targets }))
}

/// Each region's targets: most issued, some still on their way.
fn decompositions(script: &mut Script<'_>, material: &Material<'_>, versions: &Versions) {
    let year = material.year.year;
    const CLEAN: &[Guard] = &[Guard::ChecksClean];
    const WHOLE: &[Guard] = &[Guard::ChecksClean, Guard::PartsMeetWhole];
    let amended = script.days.at(script.days.on(0, 9, 18), "decomposition/amended");
    for (number, (id, code, name)) in material.regions().into_iter().enumerate() {
        let Some(said) = of_region(material, &versions.repaired, (id, &code)) else { continue };
        let after =
            versions.amended.as_ref().and_then(|(document, _)| of_region(material, document, (id, &code)));
        let after = after.filter(|after| *after != said);
        let who = city(&code);
        let about = About { year, region: code.clone(), ..About::default() };
        let opened = script.days.at(script.days.on(0, 2, 19), &format!("decomposition/{code}"));
        let subject = format!("{year}/{code}");
        let mut walk = script.open(
            opened,
            &who,
            (&machines::DECOMPOSITION, "open"),
            subject,
            (about, said, None),
            &format!("{name}按省级下达的目标分解（演示）"),
        );
        walk.wait(4);
        match number % 11 {
            // The last ones are still being written, or wait for the province.
            7 => continue,
            8 => {
                walk.take(&who, "submit", "", None, CLEAN);
                continue;
            }
            9 => {
                walk.take(&who, "submit", "", None, CLEAN).wait(4).act(
                    OFFICER,
                    "return",
                    "请写明各指标的责任单位（演示）",
                );
                continue;
            }
            3 => {
                walk.take(&who, "submit", "", None, CLEAN)
                    .wait(3)
                    .act(OFFICER, "return", "时效指标缺完成时间的说明（演示）")
                    .wait(3);
            }
            _ => {}
        }
        walk.take(&who, "submit", "", None, CLEAN).wait(5).take(OFFICER, "issue", "", None, WHOLE);
        match after {
            Some(after) => {
                walk.until(amended).act(OFFICER, "amend", "省级目标调整，请相应修改（演示）").wait(3);
                walk.take(&who, "edit", "", Some(after), &[]).take(&who, "submit", "", None, CLEAN);
                walk.wait(4).take(OFFICER, "issue", "", None, WHOLE);
            }
            None if number == 1 => drop(walk.wait(260).act(OFFICER, "close", "")),
            None => {}
        }
    }
    // One that was begun twice by mistake.
    if let Some((_, code, _)) = material.regions().into_iter().next() {
        let opened = script.days.at(script.days.on(0, 2, 20), "decomposition/twice");
        let about = About { year, region: code.clone(), ..About::default() };
        let said = json!({ "region": code, "year": year, "targets": [] });
        let who = city(&code);
        script
            .open(
                opened,
                &who,
                (&machines::DECOMPOSITION, "open"),
                format!("{year}/{code}/2"),
                (about, said, None),
                "",
            )
            .wait(1)
            .act(&who, "drop", "重复起草，以另一份为准（演示）");
    }
}
