//! What pages know beside the book: fund folders, and what a run computed.

use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
};

use jixiao_core::{
    finding::{Both, Lang},
    fund::{FolderTexts, Fund},
};
use jixiao_report::{content::Content, published::Published};

use crate::{
    pages::targets::OwnTable,
    year::{Gallery, Sheet},
};

/// Reads a file of a published folder by its name there.
pub type Read = Arc<dyn Fn(&str) -> Result<Vec<u8>, String> + Send + Sync>;

/// What a run computed of a fund year, and how to reach its files.
#[derive(Clone)]
pub struct YearBook {
    /// The year as it was computed.
    pub published: Published,
    /// Its files.
    pub read: Read,
}

impl YearBook {
    /// What the report says of the whole (an empty code) or of a region.
    pub fn content(&self, code: &str) -> Option<&Content> {
        if code.is_empty() { Some(&self.published.whole) } else { self.published.regions.get(code) }
    }
}

/// A fund as its pages need it.
pub struct FundPages {
    /// The fund.
    pub fund: Fund,
    /// Its folder.
    pub texts: FolderTexts,
    /// Names of its schemes by id.
    pub schemes: BTreeMap<String, Both>,
    /// The year that a run computed; none before the first.
    pub year: RwLock<Option<Arc<YearBook>>>,
    gallery: Gallery,
    pub(crate) own_table: OwnTable,
}

impl FundPages {
    /// A fund without a computed year.
    pub fn new(fund: Fund, texts: FolderTexts, schemes: BTreeMap<String, Both>) -> Self {
        Self {
            fund,
            texts,
            schemes,
            year: RwLock::new(None),
            gallery: Gallery::default(),
            own_table: OwnTable::default(),
        }
    }

    /// Shows a computed year from now on.
    pub fn show_year(&self, year: YearBook) {
        *self.year.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Arc::new(year));
    }

    /// The fund year that pages show when none is named: the computed one, or the cycle's first.
    pub fn current_year(&self) -> i16 {
        self.year_book().map_or(self.fund.cycle.first, |year| year.published.whole.identity.year)
    }

    /// What a run computed.
    pub fn year_book(&self) -> Option<Arc<YearBook>> {
        // A panic elsewhere leaves the book as it was.
        self.year.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The charts of the whole (an empty code) or of a region; drawn once in the life of a year.
    pub fn charts(&self, year: &Arc<YearBook>, code: &str, lang: Lang) -> Sheet {
        self.gallery.sheet(self, year, code, lang)
    }

    /// What the fund is called.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::En if !self.fund.english.is_empty() => &self.fund.english,
            Lang::Zh | Lang::En => &self.fund.name,
        }
    }

    /// What a region is called; its code where the fund does not know it.
    pub fn region(&self, code: &str, lang: Lang) -> String {
        let found = self.fund.regions.iter().find(|(_, region)| region.code == code);
        found.map_or_else(|| code.to_owned(), |(_, region)| region.both().get(lang).to_owned())
    }

    /// What a scheme is called; its id where the fund does not know it.
    pub fn scheme(&self, id: &str, lang: Lang) -> String {
        self.schemes.get(id).map_or(id, |name| name.get(lang)).to_owned()
    }

    /// What an indicator is called; its id where the fund does not know it.
    pub fn indicator(&self, id: &str, lang: Lang) -> String {
        let found = self.fund.indicators.iter().find(|spec| spec.id == id);
        found
            .map_or(id, |spec| match lang {
                Lang::En if !spec.english.is_empty() => &spec.english,
                Lang::Zh | Lang::En => spec.names.first().map_or(id, String::as_str),
            })
            .to_owned()
    }
}

/// What pages know beside the book.
#[derive(Default)]
pub struct Site {
    /// The funds by id.
    pub funds: BTreeMap<String, FundPages>,
    /// Whether pages for those who work on the pages are shown.
    pub development: bool,
}
