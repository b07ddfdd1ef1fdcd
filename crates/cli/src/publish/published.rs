//! The computed year as one file, which pages are made from.

use std::collections::BTreeMap;

use jixiao_core::{
    finding::{Both, Lang},
    region::RegionId,
};
use jixiao_engine::scheme::{plan::Status, show::show};
use jixiao_report::{
    content::Content,
    published::{FORMAT, FileKind, FileOf, ParameterOf, Published, SchemeOf, media},
};
use rayon::prelude::*;

use super::{
    Facts,
    folder::{Made, sha256},
};
use crate::{awards, rules::Rules, year::monitoring_rules};

/// The file's name, the same in both languages.
pub(crate) const YEAR: &str = "year.json";

/// What the reports of the whole and of every region say.
pub(crate) struct Contents {
    /// The fund's report.
    pub whole: Content,
    /// The regions', in the order of the score sheets.
    pub regions: Vec<(RegionId, Content)>,
}

impl Contents {
    /// The content of a region or (`None`) of the whole.
    pub(super) fn of(&self, region: Option<RegionId>) -> Option<&Content> {
        match region {
            None => Some(&self.whole),
            Some(id) => self.regions.iter().find(|(own, _)| *own == id).map(|(_, content)| content),
        }
    }
}

impl Facts<'_> {
    /// The content of the whole and of every region.
    ///
    /// # Errors
    /// As for [`Facts::content`].
    pub(crate) fn contents(&self) -> Result<Contents, String> {
        let whole = self.content(None)?;
        let regions: Vec<RegionId> = self.sheets.iter().filter_map(|s| s.region).collect();
        let regions: Result<Vec<_>, String> =
            regions.into_par_iter().map(|id| Ok((id, self.content(Some(id))?))).collect();
        Ok(Contents { whole, regions: regions? })
    }

    /// The division code by which a region's part of the year is found; empty for the whole.
    pub(super) fn short_code(&self, region: Option<RegionId>) -> String {
        region.map_or_else(String::new, |id| self.code(Some(id)))
    }

    /// The year as one value. `files` are those that can be fetched.
    ///
    /// # Errors
    /// Faults of the fund folder, drawn; a month that cannot be monitored.
    pub(crate) fn published(&self, contents: Contents, mut files: Vec<FileOf>) -> Result<Published, String> {
        let rules = self.monitoring.map(|_| monitoring_rules(self.setting)).transpose()?;
        let months = self.every_month(rules.as_ref())?;
        let derivations = self.derivations(&contents)?;
        let courses = self.courses(&contents, &months);
        let rounds = self.rounds(&months, rules.as_ref());
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let regions: BTreeMap<String, Content> =
            contents.regions.into_iter().map(|(id, content)| (self.code(Some(id)), content)).collect();
        Ok(Published {
            format: FORMAT,
            whole: contents.whole,
            regions,
            derivations,
            courses,
            rounds,
            schemes: self.schemes()?,
            files,
        })
    }

    /// The schemes that were run.
    fn schemes(&self) -> Result<Vec<SchemeOf>, String> {
        let rules = Rules::read(&self.setting.texts, self.setting.lang)?;
        let ledgers = rules.ledgers(self.setting)?;
        let mut list = Vec::new();
        for outcome in &self.year.run.outcomes {
            let plan = &outcome.plan;
            let scheme = rules.schemes.iter().find(|s| s.id() == plan.id);
            let told = |lang: Lang| match scheme.map(|s| &s.file) {
                Some(Ok(file)) => show(file, plan, ledgers, lang),
                _ => String::new(),
            };
            let parameters = plan.parameters.iter().map(|own| {
                let row = self.parameter(plan, own, |_| true);
                let mut values = own.values.iter().chain(own.regions.values().flatten());
                ParameterOf {
                    parameter: row.parameter,
                    label: row.label,
                    value: row.value,
                    source: row.why,
                    illustrative: values.any(|v| v.status == Status::Illustrative),
                }
            });
            list.push(SchemeOf {
                id: plan.id.clone(),
                name: plan.label.clone(),
                told: Both::new(told(Lang::Zh), told(Lang::En)),
                parameters: parameters.collect(),
            });
        }
        Ok(list)
    }
}

/// The files of a run, and those of its awards under the folder's name.
pub(crate) fn listed(made: &[Made], under: &str, of_awards: &[awards::Output]) -> Vec<FileOf> {
    let own = made.par_iter().map(|file| FileOf {
        name: file.name.clone(),
        what: file.what.clone(),
        kind: file.kind,
        code: file.code.clone(),
        media: media(&file.name).to_owned(),
        bytes: file.bytes.len() as u64,
        sha256: sha256(&file.bytes),
    });
    let mut list: Vec<FileOf> = own.collect();
    list.extend(of_awards.iter().map(|output| FileOf {
        name: format!("{under}/{}", output.record.name),
        what: output.what.clone(),
        kind: FileKind::Awards,
        code: String::new(),
        media: media(&output.record.name).to_owned(),
        bytes: output.record.bytes,
        sha256: output.record.sha256.clone(),
    }));
    list
}
