//! What the reviewer finds, and what is answered; the seals of the chain.

use jiff::{Span, civil::date};
use jixiao_core::workflow::machines;
use jixiao_store::cases::About;
use serde_json::json;

use super::{
    Material,
    applications::Applied,
    cast::{AUDITOR, CHECKER, MAKER, OFFICER, city},
    script::{File, Script, What},
};

/// Writes findings in each of their states, and a seal for each month.
pub(crate) fn write(script: &mut Script<'_>, material: &Material<'_>, applied: &[Applied<'_>]) {
    let year = material.year.year;
    let days = script.days;
    let regions = material.regions();
    let region = |number: usize| {
        regions.get(number % regions.len().max(1)).map(|(_, code, name)| (code.clone(), name.clone()))
    };
    // What is found, and how far it gets: 0 open, 1 answered, 2 answered again, 3 closed, 4 retracted.
    let found = [
        ("一笔支付令的收款账户与企业名称不一致", 3, "制单前与开户许可核对"),
        ("个别申报的合同没有盖骑缝章", 3, "已补盖并留存影印件"),
        ("取数说明没有写明统计口径", 2, "按海关统计口径补充"),
        ("公示名单没有留存网页截图", 1, "已补充截图"),
        ("自评报告对未完成指标的原因写得过于笼统", 1, "改写原因和措施"),
        ("资金下达后超过三十日未拨付", 0, ""),
        ("抽查样本的设备未贴标识", 0, ""),
        ("把上年度的业务计入本年度", 4, ""),
    ];
    for (number, (words, how_far, measure)) in found.into_iter().enumerate() {
        let Some((code, name)) = region(number) else { continue };
        let opened =
            days.at(days.after(days.on(0, 10, 14), u32::try_from(number).unwrap_or_default() * 4), words);
        let about = About { year, region: code.clone(), ..About::default() };
        let said = json!({ "region": code, "finding": words, "basis": "演示，虚构" });
        let reason = format!("{name}：{words}（演示）");
        let subject = format!("{year}/{:02}", number + 1);
        let mut walk = script.open(
            opened,
            AUDITOR,
            (&machines::FINDING, "write"),
            subject,
            (about, said, None),
            &reason,
        );
        match how_far {
            0 => continue,
            4 => {
                walk.wait(3).act(AUDITOR, "retract", "经核对，业务日期在本年度内（演示）");
                continue;
            }
            _ => {}
        }
        let who = city(&code);
        let file = File::note("整改材料.txt", &format!("{name}：{words}。整改：{measure}。"));
        walk.wait(8).attach(&who, file).act(&who, "answer", &format!("{measure}（演示）"));
        if how_far == 2 {
            let more = File::note("整改材料（第二次）.txt", &format!("{name}：{measure}，附更正后的报表。"));
            walk.wait(4).act(AUDITOR, "reject", "没有附更正后的报表（演示）");
            walk.wait(5).attach(&who, more).act(&who, "answer", "已附更正后的报表（演示）");
        }
        if how_far >= 2 {
            walk.wait(5).act(AUDITOR, "close", "整改到位（演示）");
        }
    }
    // One about the province's own money, answered by finance.
    let opened = days.at(days.on(1, 4, 7), "finding/whole");
    let about = About { year, ..About::default() };
    let said = json!({ "finding": "年底仍有未分配资金", "basis": "演示，虚构" });
    script
        .open(
            opened,
            AUDITOR,
            (&machines::FINDING, "write"),
            format!("{year}/whole"),
            (about, said, None),
            "年底仍有未分配资金（演示）",
        )
        .wait(6)
        .attach(MAKER, File::note("情况说明.txt", "未分配部分已在年底收回。"))
        .act(MAKER, "answer", "已在年底收回（演示）");
    opinions(script, applied, year);
    for month in 1..=15i64 {
        let begins = date(year, 1, 1).checked_add(Span::new().months(month));
        if let Ok(begins) = begins {
            script.add(begins.at(0, 30, 0, 0), "system", What::Seal);
        }
    }
}

/// The reviewer's opinions on applications that are over.
fn opinions(script: &mut Script<'_>, applied: &[Applied<'_>], year: i16) {
    use jixiao_store::reviews::Kind;

    use super::script::Key;
    for (number, applied) in applied.iter().filter(|applied| applied.is_paid()).enumerate() {
        let (who, kind, verdict, words) = match number % 9 {
            0 => (AUDITOR, Kind::Inspection, "pass", "现场核查，设备在用（演示）"),
            3 => (AUDITOR, Kind::Inspection, "doubt", "设备已转至关联企业使用，请说明（演示）"),
            5 => (OFFICER, Kind::Comment, "", "已电话回访（演示）"),
            7 => (CHECKER, Kind::Comment, "", "到账日期已与银行核对（演示）"),
            _ => continue,
        };
        let at = script.days.at(script.days.on(1, 3, 10), &format!("opinion/{number}"));
        let key = Key { machine: &machines::APPLICATION, subject: applied.subject(year) };
        script.add(at, who, What::Review { key, kind, verdict, words: words.to_owned() });
    }
}
