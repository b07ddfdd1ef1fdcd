//! Answers of beneficiaries as plain rows, with who could have been asked. What they come to is counted elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jixiao_core::{finding::Both, region::RegionId};

use crate::run::{RunError, outcome::date};

use super::{
    plan::{Measure, Place, Survey},
    rows::{Desk, find, not_computed},
};

/// The rows of one indicator's survey.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SurveyRows {
    /// Id of the indicator.
    pub indicator: String,
    /// Why there is nothing to count; `None` when there is.
    pub missing: Option<Both>,
    /// The answers of the fund year, in the order of the files. Answers of enterprises that the register does not know, or that
    /// are at home outside of the fund, have no region.
    pub answers: Vec<SurveyAnswer>,
    /// Who is supported, by region and scheme; only where somebody is.
    pub population: Vec<Population>,
    /// Parameters marked illustrative that the survey's rows were picked with.
    pub illustrative: Vec<String>,
}

/// One answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SurveyAnswer {
    /// Where the enterprise is at home: the nearest region that is measured on its own.
    pub region: Option<RegionId>,
    /// The scheme, as the row names it.
    pub scheme: String,
    /// The enterprise's credit code.
    pub enterprise: String,
    /// The question, as the row names it.
    pub question: String,
    /// The answer, as it was given.
    pub answer: String,
    /// When.
    pub date: Option<Date>,
    /// The file.
    pub file: String,
    /// The row, as a person counts.
    pub row: u32,
}

/// Who is supported by a scheme in a region.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Population {
    /// The region.
    pub region: RegionId,
    /// The scheme.
    pub scheme: String,
    /// Credit codes, sorted.
    pub enterprises: Vec<String>,
}

pub(crate) fn rows<'a>(
    measure: &Measure,
    survey: &Survey,
    desk: &Desk<'a>,
    illustrative: &[String],
    beneficiaries: impl Fn(&str) -> Option<Vec<(RegionId, &'a str)>>,
) -> Result<SurveyRows, RunError> {
    let mut all = SurveyRows {
        indicator: measure.indicator.clone(),
        missing: None,
        answers: Vec::new(),
        population: Vec::new(),
        illustrative: illustrative.to_vec(),
    };
    let mut strata: BTreeMap<(RegionId, &str), BTreeSet<&str>> = BTreeMap::new();
    for scheme in &survey.schemes {
        match beneficiaries(scheme) {
            Some(list) => list.into_iter().for_each(|(region, code)| {
                let nearest = desk.homes.nearest(desk.homes.code(region)).unwrap_or(region);
                strata.entry((nearest, scheme)).or_default().insert(code);
            }),
            None => all.missing = Some(not_computed(scheme)),
        }
    }
    all.population = strata
        .into_iter()
        .map(|((region, scheme), codes)| Population {
            region,
            scheme: scheme.to_owned(),
            enterprises: codes.into_iter().map(str::to_owned).collect(),
        })
        .collect();
    let Place::Enterprise(code) = survey.rows.place else { return Ok(all) };
    // Rows without a region are answers all the same: which of them are valid is for others to say.
    let found = match find(&survey.rows, desk, &format!("indicators/{}", measure.indicator))? {
        Ok(found) => found,
        Err(why) => {
            all.missing = Some(why);
            return Ok(all);
        }
    };
    let held = found.held;
    let mut rows: Vec<(usize, Option<RegionId>)> =
        found.rows.iter().filter(|r| r.of_year).map(|r| (r.row, Some(desk.homes.region(r.home)))).collect();
    rows.extend(found.homeless.iter().map(|row| (*row, None)));
    rows.sort_unstable();
    for (row, region) in rows {
        let place = held.table.rows[row];
        let day = survey.rows.date.and_then(|column| held.number(column, row));
        all.answers.push(SurveyAnswer {
            region: region.and_then(|r| desk.homes.nearest(desk.homes.code(r))),
            scheme: held.text(survey.scheme, row).to_owned(),
            enterprise: held.text(code, row).to_owned(),
            question: held.text(survey.question, row).to_owned(),
            answer: held.text(survey.answer, row).to_owned(),
            date: day.and_then(|day| date(i128::from(day)).ok()),
            file: held.file(place),
            row: place.row,
        });
    }
    Ok(all)
}
