//! The survey among those who are supported: invitations to everybody who was drawn, and the answers that the ledgers hold.

use std::collections::{BTreeMap, BTreeSet};

use jixiao_core::survey::Ballot;
use jixiao_store::surveys::Invitation;
use serde_json::{Map, Value};

use super::{
    Material,
    cast::OFFICER,
    script::{Script, What},
};

/// Writes the survey; nothing where the fund has none.
pub(crate) fn write(script: &mut Script<'_>, material: &Material<'_>) {
    let Some(surveyed) = &material.year.surveyed else { return };
    let days = script.days;
    let (first, last) = surveyed
        .survey
        .open
        .get(&material.year.year)
        .copied()
        .unwrap_or((days.on(1, 1, 6), days.on(1, 2, 14)));
    let code = |region| material.setting.fund.regions.get(region).code.clone();
    let mut invitations = Vec::new();
    let mut invited: BTreeSet<(String, String)> = BTreeSet::new();
    for (stratum, enterprises) in &surveyed.drawn {
        for enterprise in enterprises {
            let (scheme, enterprise) = (stratum.scheme.clone(), enterprise.clone());
            if invited.insert((scheme.clone(), enterprise.clone())) {
                let region = code(stratum.region);
                invitations.push(Invitation { scheme, region, enterprise, token: String::new() });
            }
        }
    }
    if invitations.is_empty() {
        return;
    }
    // An answer of the last day counts all day.
    let until = last.at(23, 59, 59, 0);
    script.add(first.at(8, 30, 0, 0), OFFICER, What::Invite { until, invitations });
    // What one enterprise says of one scheme is one answer, given on the day of its last question.
    let mut answers: BTreeMap<(String, String), (jiff::civil::Date, Map<String, Value>)> = BTreeMap::new();
    for judged in &surveyed.judged {
        let row = &judged.row;
        let place = (row.stratum.scheme.clone(), row.code.clone());
        let drawn = surveyed.drawn.get(&row.stratum).is_some_and(|codes| codes.contains(&row.code));
        if matches!(judged.ballot, Ballot::Invalid(_)) || !drawn || row.on < first || row.on > last {
            continue;
        }
        let (on, said) = answers.entry(place).or_insert_with(|| (row.on, Map::new()));
        *on = (*on).max(row.on);
        said.insert(row.question.clone(), Value::from(row.answer.clone()));
    }
    for (invited, (on, said)) in answers {
        // One moment of each day, so that a day's answers are kept together.
        let at = on.at(20, 0, 0, 0);
        script.add(at, "public", What::Answer { invited, answers: Value::Object(said) });
    }
}
