//! The year computed and published as `jixiao run` publishes it, from the ledgers that are there; pages show it from then on.

use jixiao_core::both;
use jixiao_web::jobs::{Halt, Handle, Made, Task};
use serde_json::json;

use super::{Reading, Workshop, halted};
use crate::{
    awards::Results,
    commands::{
        award::{computed, threads},
        run,
    },
    ledger_files::LedgerFiles,
    pages,
    rules::Rules,
    year::{Year, measures, target_table},
};

pub(super) fn work(shop: &Workshop, task: &Task, handle: &Handle) -> Result<Made, Halt> {
    let Some(folder) = &shop.published else {
        return Err(failed("--published".to_owned()));
    };
    let (own, settings) = (shop.setting(shop.lang, task.today), shop.settings(task.today));
    handle.step(both!("核对目标表", "checking the target table"), 0)?;
    let mut targets = run::targets(&own).map_err(failed)?;
    let rules = settings.ask(|setting| Rules::read(&setting.texts, setting.lang))?;
    let ledgers = settings.ask(|setting| rules.ledgers(setting))?;
    let document = settings.ask(target_table)?;
    let plan = settings.ask(|setting| measures(setting, &rules, task.year))?;
    let schemes = settings.ask(|setting| rules.pick(&[], setting.lang))?;
    let bound = settings.ask(|setting| rules.bind(&schemes, setting, task.year, &[]))?;
    let files = settings.ask(|setting| LedgerFiles::of(&shop.ledgers, ledgers, setting.lang))?;
    let plans: Vec<_> = bound.iter().map(|bound| &bound.plan).collect();
    handle.step(
        both!("读入台账，测算支持金额", "reading the ledgers and computing awards"),
        files.bytes(&plans),
    )?;
    let run = computed(ledgers, &files, bound, threads(None), &Reading(handle));
    let run = run.map_err(|error| halted(&error, handle))?;
    handle.step(both!("衡量指标", "measuring the indicators"), 0)?;
    let year = Year::of_run(&own, &rules, (document, plan, run), &shop.ledgers, task.year, threads(None));
    let year = year.map_err(failed)?;
    let results = Results::new(&own, ledgers, year.year, &year.run).map_err(failed)?;
    handle.step(both!("评分，生成报表和报告", "scoring, forms and report"), 0)?;
    // Ledgers that hold what a sample wrote and nothing else are invented, and every file says so.
    let synthetic = run::ours(&shop.ledgers);
    let made = (&year, &results);
    let go_on = || !handle.stopped();
    let left = run::write_year(&own, folder, &shop.ledgers, made, &mut targets, synthetic, &go_on);
    let left = left.map_err(failed)?.ok_or(Halt::Stopped)?;
    // Everything stands: from here on there is no stopping.
    let shown = pages::year(folder, &shop.fund.id, shop.lang).map_err(failed)?;
    if let Some(pages) = shop.site.funds.get(&shop.fund.id) {
        pages.show_year(shown);
    }
    let outcome = [
        ("files".to_owned(), json!(left.written.count)),
        ("synthetic".to_owned(), json!(synthetic)),
        ("notes".to_owned(), json!(left.others().collect::<Vec<_>>())),
    ];
    Ok(Made { outcome: outcome.into_iter().collect(), set_aside: None, run: None })
}

/// What went wrong, in the language that the year is published in.
fn failed(why: String) -> Halt {
    Halt::cannot(both!("年度结果没有出具：{why}", "the year was not published: {why}"))
}
