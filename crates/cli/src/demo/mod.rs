//! The demo's year: a book filled with a fund year that somebody could have had, through the functions that offices work with.
//!
//! ```text
//! ledgers ── year.rs, db_award (computed) ── Material ── targets, applications, money, results, survey, oversight, forms (who does what, and when)
//!     ── Script, in order of time ── Stage::play ── the database
//! ```
//!
//! Every name, document and amount is made up; the same seed gives the same year. Nothing is written past the workflow: what a step wants (a file, a
//! second person, days of public notice) the script brings, or waits for.

mod applications;
mod cast;
mod days;
mod forms;
mod lots;
mod money;
mod oversight;
mod play;
mod results;
mod script;
mod survey;
mod targets;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use jiff::civil::DateTime;
use jixiao_core::{
    evaluation::ScoreSheet,
    finding::{Both, Lang},
    monitor::{Followed, Monitoring},
    region::RegionId,
};
use jixiao_report::forms::Form;
use jixiao_store::{Office, evidence::Media};

use self::{
    applications::Fate,
    script::{Event, File, Script},
};
pub(crate) use self::{
    cast::Cast,
    days::Days,
    lots::Lots,
    play::{KeptRun, Stage, moment},
};
use crate::{commands::Setting, year::Year};

/// The sub-folder of a published year that holds the regions' files, in Chinese and English.
const OF_REGIONS: (&str, &str) = ("分地区", "regions");
/// The report, in Chinese and English.
const REPORT: [&str; 2] = ["自评报告.pdf", "report.pdf"];
/// So many enterprises and cities are offered to a visitor.
const ENTERPRISES: usize = 2;
const CITIES: usize = 3;

/// What the script is written from.
pub(crate) struct Material<'a> {
    /// The command's setting.
    pub(crate) setting: &'a Setting,
    /// The computed year.
    pub(crate) year: &'a Year,
    /// Its targets.
    pub(crate) followed: &'a [Followed],
    /// Its score sheets, the whole first.
    pub(crate) sheets: &'a [ScoreSheet],
    /// Its monitoring in the fund's month.
    pub(crate) monitoring: &'a Monitoring,
    /// The award run.
    pub(crate) run: &'a KeptRun,
    /// Where its forms and reports lie.
    pub(crate) published: &'a Path,
    /// What is drawn from.
    pub(crate) lots: Lots,
    /// Names of enterprises by code.
    pub(crate) names: BTreeMap<String, String>,
}

impl Material<'_> {
    /// The regions that take part, in the order of the fund's list: all in scope below the whole.
    pub(crate) fn regions(&self) -> Vec<(RegionId, String, String)> {
        let part = |region: &jixiao_core::region::Region| region.in_scope && region.parent.is_some();
        let all = self.setting.fund.regions.iter().filter(|(_, region)| part(region));
        all.map(|(id, region)| (id, region.code.clone(), region.name.clone())).collect()
    }

    /// What a scheme is called.
    fn scheme(&self, id: &str) -> String {
        let plan = self.year.run.outcomes.iter().map(|outcome| &outcome.plan).find(|plan| plan.id == id);
        plan.map_or_else(|| id.to_owned(), |plan| plan.label.zh.clone())
    }

    /// What an enterprise is called.
    fn name(&self, code: &str) -> String {
        self.names.get(code).filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| code.to_owned())
    }

    /// The typeset report of the whole, if it was made.
    fn report(&self) -> Option<File> {
        let bytes = REPORT.iter().find_map(|name| std::fs::read(self.published.join(name)).ok())?;
        Some(File { name: REPORT[0].to_owned(), media: Media::Pdf, bytes: Arc::new(bytes) })
    }

    /// A published form of a region or (`None`) of the whole, if it lies there.
    fn form(&self, id: &str, region: Option<RegionId>) -> Option<File> {
        let form = Form::find(id)?;
        let ending = results::FORM_MEDIA.endings().first()?;
        // The folder may have been written in either language.
        [(Lang::Zh, form.zh, OF_REGIONS.0), (Lang::En, form.id, OF_REGIONS.1)].into_iter().find_map(
            |(lang, stem, under)| {
                let folder = match region {
                    None => self.published.to_owned(),
                    Some(region) => self
                        .published
                        .join(under)
                        .join(self.setting.fund.regions.get(region).both().get(lang)),
                };
                let bytes = std::fs::read(folder.join(format!("{stem}.{ending}"))).ok()?;
                let name = format!("{}.{ending}", form.zh);
                Some(File { name, media: results::FORM_MEDIA, bytes: Arc::new(bytes) })
            },
        )
    }
}

/// The demo's year as it is to be played.
pub(crate) struct Demo {
    /// Everybody with an account.
    pub(crate) cast: Cast,
    /// When the accounts are opened.
    pub(crate) opened: DateTime,
    /// Everything that is done, in order of time.
    pub(crate) script: Vec<Event>,
}

impl Demo {
    /// Writes the year.
    pub(crate) fn write(material: &Material<'_>, office: &Office) -> Self {
        let days = Days { calendar: &office.calendar, year: material.year.year, lots: material.lots };
        let mut script = Script::new(days);
        let regions = material.regions();
        let mut cast = Cast::new(regions.iter().map(|(_, code, name)| (code.as_str(), name.as_str())));
        let applied = applications::chosen(material);
        for application in &applied {
            let code = &application.award.enterprise;
            cast.add_enterprise(code, &material.name(code));
        }
        doors(&mut cast, material, &applied);
        targets::write(&mut script, material, &targets::Versions::of(material));
        money::write(&mut script, material, &applied);
        applications::write(&mut script, material, &applied);
        results::write(&mut script, material);
        survey::write(&mut script, material);
        oversight::write(&mut script, material, &applied);
        forms::write(&mut script, material);
        Self { cast, opened: days.on(-1, 12, 11).at(9, 0, 0, 0), script: script.in_order() }
    }
}

/// Which cities and enterprises a visitor may enter as: where there is most to do, and two whose applications differ.
fn doors(cast: &mut Cast, material: &Material<'_>, applied: &[applications::Applied<'_>]) {
    let mut by_region: BTreeMap<&str, usize> = BTreeMap::new();
    for application in applied {
        *by_region.entry(&application.award.region).or_default() += 1;
    }
    let mut busiest: Vec<(String, String, usize)> = material
        .regions()
        .into_iter()
        .map(|(_, code, name)| {
            let count = by_region.get(code.as_str()).copied().unwrap_or_default();
            (code, name, count)
        })
        .collect();
    busiest.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    for (code, name, _) in busiest.into_iter().take(CITIES) {
        let english = material.setting.fund.regions.iter().find(|(_, region)| region.code == code);
        let english = english.map_or_else(|| name.clone(), |(_, region)| region.both().en);
        cast.doors.push((
            cast::city(&code),
            Both::new(format!("市级：{name}"), format!("city officer: {english}")),
        ));
    }
    for fate in [Fate::Returned, Fate::Closed].into_iter().take(ENTERPRISES) {
        let Some(application) = applied.iter().find(|application| application.fate == fate) else { continue };
        let code = &application.award.enterprise;
        let name = material.name(code);
        cast.doors.push((
            cast::enterprise(code),
            Both::new(format!("企业：{name}"), format!("enterprise: {name}")),
        ));
    }
}
