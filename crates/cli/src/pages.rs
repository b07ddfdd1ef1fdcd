//! What the pages of the site know beside the book, from fund folders and from what a run wrote.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use jixiao_core::{
    both,
    finding::Lang,
    fund::{FolderTexts, Fund},
};
use jixiao_report::published::Published;
use jixiao_site::{FundPages, Site, site::YearBook};

use crate::{publish::YEAR, rules::Rules};

/// The site of these funds, with the folders that runs wrote for some of them. A fund without schemes has pages without them.
///
/// # Errors
/// A folder holds no computed year, or one of another fund: what to do.
pub(crate) fn site(
    funds: &[(Fund, FolderTexts)],
    published: &[(String, PathBuf)],
    development: bool,
    lang: Lang,
) -> Result<Arc<Site>, String> {
    let mut site = Site { development, ..Site::default() };
    for (fund, texts) in funds {
        let rules = Rules::read(texts, lang);
        let schemes = rules.map(|rules| rules.schemes).unwrap_or_default();
        let names: BTreeMap<_, _> = schemes
            .iter()
            .filter_map(|scheme| Some((scheme.id().to_owned(), scheme.file.as_ref().ok()?.label.clone())))
            .collect();
        let pages = FundPages::new(fund.clone(), texts.clone(), names);
        if let Some((_, folder)) = published.iter().find(|(id, _)| *id == fund.id) {
            pages.show_year(year(folder, &fund.id, lang)?);
        }
        site.funds.insert(fund.id.clone(), pages);
    }
    Ok(Arc::new(site))
}

/// The year that a run wrote into a folder.
fn year(folder: &Path, fund: &str, lang: Lang) -> Result<YearBook, String> {
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
