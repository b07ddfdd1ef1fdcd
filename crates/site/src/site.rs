//! What pages know beside the book: fund folders, and what a run computed.

use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
};

use jixiao_core::{
    finding::{Both, Lang},
    fund::{FolderTexts, Fund},
};
use jixiao_engine::scheme::{plan::Plan, show::Piece};
use jixiao_report::{content::Content, published::Published};
use jixiao_tables::layout::Layout;
use tokio::sync::Semaphore;

use crate::{
    names::Names,
    pages::targets::OwnTable,
    precheck::Precheck,
    shelf::Shelf,
    simulator::Simulator,
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

/// A scheme as its page needs it: planned for a year and told in both languages.
#[derive(Clone, Debug)]
pub struct SchemeRule {
    /// The plan.
    pub plan: Plan,
    /// The rule in Chinese, piece by piece.
    pub zh: Vec<Piece>,
    /// The rule in English.
    pub en: Vec<Piece>,
}

impl SchemeRule {
    /// The rule in a language.
    pub fn told(&self, lang: Lang) -> &[Piece] {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
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
    /// Its schemes as planned, by id and fund year.
    pub rules: BTreeMap<String, BTreeMap<i16, SchemeRule>>,
    /// Its target table in the layout of the official form; none where the folder has no table that reads.
    pub form: Option<Layout>,
    /// What the columns of its ledgers are called, by `SCHEME/CLASS/COLUMN` in the ledgers' own words.
    pub columns: BTreeMap<String, Both>,
    /// What its enterprises are called; empty where no register was given.
    pub names: RwLock<Arc<Names>>,
    /// Settles a scheme anew; none where no ledgers were given.
    pub simulator: Option<Arc<dyn Simulator>>,
    /// Looks at lines that an enterprise would apply with; none where no ledgers were given.
    pub precheck: Option<Arc<dyn Precheck>>,
    /// Of such looks so many go on at once: they take all processors, and pages come first.
    pub(crate) looking: Arc<Semaphore>,
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
            rules: BTreeMap::new(),
            form: None,
            columns: BTreeMap::new(),
            names: RwLock::default(),
            simulator: None,
            precheck: None,
            looking: Arc::new(Semaphore::new(1)),
            year: RwLock::new(None),
            gallery: Gallery::default(),
            own_table: OwnTable::default(),
        }
    }

    /// What its enterprises are called.
    pub fn names(&self) -> Arc<Names> {
        // A panic elsewhere leaves the list as it was.
        self.names.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// A scheme as planned for a year; for the year that pages show, where it is not planned for that one.
    pub fn rule(&self, id: &str, year: Option<i16>) -> Option<(i16, &SchemeRule)> {
        let years = self.rules.get(id)?;
        let at = |year: i16| years.get_key_value(&year);
        let found = year.and_then(at).or_else(|| at(self.current_year())).or_else(|| years.iter().next());
        found.map(|(year, rule)| (*year, rule))
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
    /// Public pages that were made a moment ago.
    pub shelf: Shelf,
}
