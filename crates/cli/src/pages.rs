//! What the pages of the site know beside the book, from fund folders and from what a run wrote.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, PoisonError},
};

use jixiao_core::{
    finding::Lang,
    fund::{FolderTexts, Fund},
};
use jixiao_engine::scheme::show::told;
use jixiao_site::{FundPages, SchemeRule, Site};
use jixiao_tables::{official, read, read::Limits};

use crate::{
    commands::Setting,
    fund::TARGET_TABLE,
    rules::{Rules, Scheme},
    simulator::{Ledgers, names},
};

/// The site of these funds. A fund without schemes has pages without them; `ledgers` are those of the first.
pub(crate) fn site(
    setting: &Setting,
    funds: &[(Fund, FolderTexts)],
    ledgers: Option<&Path>,
    development: bool,
) -> Arc<Site> {
    let mut site = Site { development, ..Site::default() };
    for (at, (fund, texts)) in funds.iter().enumerate() {
        // Pages are in both languages; this one is of the faults that nobody sees here.
        let own = Setting {
            lang: Lang::Zh,
            fund: fund.clone(),
            texts: texts.clone(),
            folder: None,
            today: setting.today,
        };
        let rules = Rules::read(texts, Lang::Zh);
        let schemes = rules.as_ref().map_or(&[][..], |rules| &rules.schemes);
        let label =
            |scheme: &Scheme| Some((scheme.id().to_owned(), scheme.file.as_ref().ok()?.label.clone()));
        let labels: BTreeMap<_, _> = schemes.iter().filter_map(label).collect();
        let mut pages = FundPages::new(fund.clone(), texts.clone(), labels);
        if let Ok(rules) = &rules {
            pages.rules = planned(&own, rules);
        }
        pages.form = form(fund, texts);
        if let (0, Some(folder)) = (at, ledgers) {
            pages.simulator = Some(Arc::new(Ledgers::new(own, folder)));
        }
        site.funds.insert(fund.id.clone(), pages);
    }
    let site = Arc::new(site);
    if let (Some((fund, _)), Some(folder)) = (funds.first(), ledgers) {
        name_enterprises(&site, &fund.id, setting, folder);
    }
    site
}

/// Every scheme that has no fault, planned and told for every year of the cycle.
fn planned(setting: &Setting, rules: &Rules) -> BTreeMap<String, BTreeMap<i16, SchemeRule>> {
    let mut all: BTreeMap<String, BTreeMap<i16, SchemeRule>> = BTreeMap::new();
    let (Ok(ledgers), cycle) = (&rules.ledgers, setting.fund.cycle) else { return all };
    for scheme in &rules.schemes {
        let Ok(file) = &scheme.file else { continue };
        for year in cycle.first..=cycle.last {
            let Ok(plan) = rules.plan(scheme, setting, year, &[]) else { continue };
            let (zh, en) = (told(file, &plan, ledgers, Lang::Zh), told(file, &plan, ledgers, Lang::En));
            all.entry(scheme.id().to_owned()).or_default().insert(year, SchemeRule { plan, zh, en });
        }
    }
    all
}

/// The fund's target table in the layout of its form.
fn form(fund: &Fund, texts: &FolderTexts) -> Option<jixiao_tables::layout::Layout> {
    let text = texts.get(TARGET_TABLE.0)?;
    let document =
        read(text.as_bytes(), Some(TARGET_TABLE.0), Some(&fund.regions), &Limits::default()).ok()?;
    Some(official::layout(&document.table))
}

/// Reads in the background what enterprises are called: until it is known pages show their codes.
fn name_enterprises(site: &Arc<Site>, fund: &str, setting: &Setting, folder: &Path) {
    let Some(pages) = site.funds.get(fund) else { return };
    let own = Setting {
        lang: setting.lang,
        fund: pages.fund.clone(),
        texts: pages.texts.clone(),
        folder: None,
        today: setting.today,
    };
    let (site, fund, folder) = (Arc::clone(site), fund.to_owned(), folder.to_owned());
    std::thread::spawn(move || {
        // A register that does not read leaves codes; whoever asks what a rule would cost is told why.
        let Ok(found) = names(&own, &folder) else { return };
        if let Some(pages) = site.funds.get(&fund) {
            *pages.names.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
        }
    });
}
