//! What the pages of the site know beside the book, from fund folders and from what a run wrote.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
};

use jixiao_core::{
    both,
    finding::{Both, Lang},
    fund::{FolderTexts, Fund},
};
use jixiao_engine::scheme::show::told;
use jixiao_report::published::Published;
use jixiao_site::{FundPages, SchemeRule, Site, site::YearBook};
use jixiao_tables::{official, read, read::Limits};

use crate::{
    commands::Setting,
    fund::TARGET_TABLE,
    precheck::{Prechecks, heading},
    publish::YEAR,
    rules::{Rules, Scheme},
    simulator::{Ledgers, names},
};

/// Folders of the first fund that pages are made from.
#[derive(Default)]
pub(crate) struct Folders {
    /// The one that a run wrote.
    pub published: Option<PathBuf>,
    /// The one with the ledgers: names of enterprises, and what a rule would cost.
    pub ledgers: Option<PathBuf>,
}

/// The site of these funds, with what a run wrote for the first. A fund without schemes has pages without them.
///
/// # Errors
/// A folder holds no computed year, or one of another fund: what to do.
pub(crate) fn site(
    setting: &Setting,
    funds: &[(Fund, FolderTexts)],
    folders: &Folders,
    development: bool,
) -> Result<Arc<Site>, String> {
    let ledgers = folders.ledgers.as_deref();
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
            pages.columns = columns(&pages, rules);
        }
        pages.form = form(fund, texts);
        if let (0, Some(folder)) = (at, &folders.published)
            // Whoever has the ledgers can publish the first year from a page.
            && (ledgers.is_none() || holds_year(folder))
        {
            pages.show_year(year(folder, &fund.id, setting.lang)?);
        }
        if let (0, Some(folder)) = (at, ledgers) {
            let again = Setting {
                lang: own.lang,
                fund: own.fund.clone(),
                texts: own.texts.clone(),
                folder: None,
                today: own.today,
            };
            pages.precheck = Some(Arc::new(Prechecks::new(again, folder)));
            pages.simulator = Some(Arc::new(Ledgers::new(own, folder)));
        }
        site.funds.insert(fund.id.clone(), pages);
    }
    let site = Arc::new(site);
    if let (Some((fund, _)), Some(folder)) = (funds.first(), ledgers) {
        name_enterprises(&site, &fund.id, setting, folder);
    }
    Ok(site)
}

/// Whether anything lies where a run writes the year; what cannot be looked at is for whoever reads it to tell.
pub(crate) fn holds_year(folder: &Path) -> bool {
    folder.join(YEAR).try_exists().unwrap_or(true)
}

/// The year that a run wrote into a folder.
///
/// # Errors
/// The folder holds none, or one of another fund: what to do.
pub(crate) fn year(folder: &Path, fund: &str, lang: Lang) -> Result<YearBook, String> {
    let place = folder.join(YEAR);
    let told = |why: String| {
        let place = place.display();
        both!(
            "{place} 不能读作算好的年度：{why}；请先用 jixiao run --out 写出",
            "{place} is not a computed year: {why}; write one with jixiao run --out"
        )
        .get(lang)
        .to_owned()
    };
    let text = fs::read_to_string(&place).map_err(|error| told(error.to_string()))?;
    let published = Published::from_json(&text).map_err(|error| told(error.to_string()))?;
    let of = &published.whole.identity.fund;
    if of != fund {
        let why = both!("其中是资金 {of}，不是 {fund}", "it is of the fund {of}, not of {fund}");
        return Err(told(why.get(lang).to_owned()));
    }
    let folder = folder.to_owned();
    // Only files that the year lists are asked for; their names were made by a run and lead nowhere else.
    let read = move |name: &str| fs::read(folder.join(name)).map_err(|error| error.to_string());
    Ok(YearBook { published, read: Arc::new(read) })
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

/// What the columns are called of the ledgers that classes read.
fn columns(pages: &FundPages, rules: &Rules) -> BTreeMap<String, Both> {
    let mut all = BTreeMap::new();
    let Ok(ledgers) = &rules.ledgers else { return all };
    for (scheme, rule) in pages.rules.iter().filter_map(|(id, years)| Some((id, years.values().next()?))) {
        for class in &rule.plan.classes {
            let ledger = ledgers.ledgers.get(class.ledger);
            for column in ledger.iter().flat_map(|ledger| &ledger.columns) {
                all.insert(format!("{scheme}/{}/{}", class.id, column.name), heading(column));
            }
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
