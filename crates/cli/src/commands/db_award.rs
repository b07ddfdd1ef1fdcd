use jixiao_core::{
    both,
    finding::Lang,
    people::{Target, deeds},
};
use jixiao_engine::{
    number::Rounding,
    run::outcome::{Award, Outcome},
};
use jixiao_store::{
    Actor, Fault, Moment,
    awards::{self, NewRun},
};
use serde_json::{Value, json};

use crate::{
    Outside,
    args::DbAwardArgs,
    awards::{Results, SchemeResult, run_file, table::plain},
    commands::{
        Setting,
        award::{compute, threads},
        db, print, serve,
    },
    exit::Exit,
    rules::{Rules, year},
};

/// Computes awards as `jixiao award` does and keeps them in the book, perhaps with their commitments.
pub(super) fn run(
    setting: &Setting,
    args: &DbAwardArgs,
    url: &str,
    outside: &Outside,
) -> Result<Exit, String> {
    let lang = setting.lang;
    // Whoever may not is told before anything is computed.
    let now = || Moment::of((outside.now)());
    let office = serve::office(&setting.fund, &setting.texts)?;
    db::on(url, lang, async |database| {
        database.must_be_current().await?;
        serve::put(&database, &setting.fund, &setting.texts, now()).await?;
        database
            .somebody(&office.fund, &args.by)
            .await?
            .may(deeds::RunAwards, &Target::fund())
            .map_err(refused)?;
        Ok(())
    })?;
    let rules = Rules::read(&setting.texts, lang)?;
    let schemes = rules.pick(&args.schemes, lang)?;
    let year = year(setting, args.year)?;
    let bound = rules.bind(&schemes, setting, year, &[])?;
    let run = compute(setting, &rules, bound, &args.ledgers, threads(args.threads))?;
    let results = Results::new(setting, rules.ledgers(setting)?, year, &run)?;
    let (inputs, summary, awards) = (inputs(&results)?, summary(&results), awards(&results)?);
    let folder_sha256 = serve::digest(&setting.texts);
    let said = db::on(url, lang, async |database| {
        let person = database.somebody(&office.fund, &args.by).await?;
        let may = person.may(deeds::RunAwards, &Target::fund()).map_err(refused)?;
        let mut change = database.change(Actor::new(args.by.clone(), "command-line"), now()).await?;
        let new = NewRun {
            year,
            folder_sha256: &folder_sha256,
            inputs: &inputs,
            summary: &summary,
            awards: &awards,
        };
        let id = change.keep_run(&office, &may, new).await?;
        let count = awards.len();
        let mut said =
            both!("已入账簿：第 {id} 次核定，{count} 笔\n", "kept: award run {id} with {count} awards\n");
        if args.commit {
            let may = person.may(deeds::MakeAward, &Target::fund()).map_err(refused)?;
            let (new, fen) = change.commit_run(&office, &may, id).await?;
            let more =
                both!("已核定入账 {new} 笔，共 {fen} 分\n", "{new} awards are committed, {fen} fen in all\n");
            said = jixiao_core::finding::Both::new(said.zh + &more.zh, said.en + &more.en);
        }
        change.commit().await?;
        Ok(said)
    })?;
    print(said.get(lang))?;
    Ok(Exit::Clean)
}

fn refused(refused: jixiao_core::people::Refused) -> Fault {
    Fault::refused(refused.message())
}

/// What the run was made from: every ledger file and every text of the fund folder, with SHA-256.
pub(crate) fn inputs(results: &Results) -> Result<String, String> {
    let told = json!({
        "program": env!("CARGO_PKG_VERSION"),
        "ledgers": results.files(),
        "fund_folder": run_file::records(&results.setting.texts),
    });
    serde_json::to_string(&told).map_err(|error| error.to_string())
}

/// What each scheme came to, from claim to award; the reductions by name.
pub(crate) fn summary(results: &Results) -> String {
    let scheme = |scheme: &SchemeResult| {
        let SchemeResult { outcome, flow } = scheme;
        let illustrative: Vec<&str> = results.illustrative(scheme).map(|p| p.id.as_str()).collect();
        json!({
            "scheme": outcome.plan.id,
            "applicants": flow.claimed.enterprises,
            "beneficiaries": flow.awarded.enterprises,
            "claimed_yuan": plain(flow.claimed.yuan),
            "awarded_yuan": plain(flow.awarded.yuan),
            "illustrative": illustrative,
        })
    };
    Value::from(results.schemes.iter().map(scheme).collect::<Vec<_>>()).to_string()
}

/// Every award with its derivation.
pub(crate) fn awards(results: &Results) -> Result<Vec<awards::Award>, String> {
    let mut all = Vec::new();
    for scheme in &results.schemes {
        all.extend(awards_of(scheme)?);
    }
    Ok(all)
}

/// Every award of a scheme with its derivation.
pub(crate) fn awards_of(SchemeResult { outcome, .. }: &SchemeResult) -> Result<Vec<awards::Award>, String> {
    let mut all = Vec::new();
    let illustrative = outcome.illustrative_awards();
    for award in outcome.awards() {
        let enterprise = &outcome.enterprises[award.enterprise];
        // An applicant without a region is refused whole; there is no account to commit from.
        let Some(region) = enterprise.region.clone() else { continue };
        // Lists show fen; the claim's last digits stand in the derivation.
        let claimed = award.claimed.rounded(2, Rounding::HalfUp).and_then(|yuan| yuan.at_scale(2));
        let claimed = claimed.and_then(|fen| i64::try_from(fen).ok());
        all.push(awards::Award {
            scheme: outcome.plan.id.clone(),
            region,
            enterprise: enterprise.code.clone(),
            claimed_fen: claimed.ok_or("a claim beyond what can be kept")?,
            fen: award.awarded_fen,
            derivation: derivation(outcome, &award),
            illustrative: illustrative[award.enterprise],
        });
    }
    Ok(all)
}

/// How an award comes from its claim; `jixiao explain` opens it down to the rows.
fn derivation(outcome: &Outcome, award: &Award) -> String {
    let reductions: Vec<Value> = award
        .reductions
        .iter()
        .filter(|reduction| reduction.yuan.mantissa != 0)
        .map(|reduction| {
            let words = outcome.cause_text(reduction.cause);
            json!({
                "id": outcome.cause_id(reduction.cause),
                "zh": words.get(Lang::Zh),
                "en": words.get(Lang::En),
                "yuan": plain(reduction.yuan),
            })
        })
        .collect();
    json!({
        "scheme": outcome.plan.id,
        "enterprise": outcome.enterprises[award.enterprise].code,
        "rows": award.rows.0,
        "rows_that_count": award.rows.1,
        "claimed_yuan": plain(award.claimed),
        "reductions": reductions,
        "before_budget_fen": outcome.wanted_fen(award.enterprise),
        "awarded_fen": award.awarded_fen,
    })
    .to_string()
}
