//! What the pages of the site know beside the book, from fund folders and from what a run wrote.

use std::{collections::BTreeMap, sync::Arc};

use jixiao_core::{
    finding::Lang,
    fund::{FolderTexts, Fund},
};
use jixiao_site::{FundPages, Site};

use crate::rules::Rules;

/// The site of these funds. A fund without schemes has pages without them.
pub(crate) fn site(funds: &[(Fund, FolderTexts)], development: bool) -> Arc<Site> {
    let mut site = Site { development, ..Site::default() };
    for (fund, texts) in funds {
        let rules = Rules::read(texts, Lang::Zh);
        let schemes = rules.map(|rules| rules.schemes).unwrap_or_default();
        let names: BTreeMap<_, _> = schemes
            .iter()
            .filter_map(|scheme| Some((scheme.id().to_owned(), scheme.file.as_ref().ok()?.label.clone())))
            .collect();
        site.funds.insert(fund.id.clone(), FundPages::new(fund.clone(), texts.clone(), names));
    }
    Arc::new(site)
}
