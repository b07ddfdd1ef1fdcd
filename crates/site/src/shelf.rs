//! Public pages that were made a moment ago: the same for everybody, so that many readers cost what one costs.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use jixiao_store::Moment;

/// How long a page is kept, in microseconds.
const KEPT: i64 = 60_000_000;
/// How many are kept: addresses are chosen by whoever asks.
const MOST: usize = 256;
/// The longest that is kept, in bytes.
const LONGEST: usize = 1 << 20;

/// A page as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its content type.
    pub kind: String,
    /// What a browser saves it as, where it is a file.
    pub disposition: Option<String>,
    /// What it may bring along, as its header says.
    pub policy: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What tells it from another version.
    pub tag: String,
}

/// Pages that were made a moment ago, by address and language.
#[derive(Default)]
pub struct Shelf(Mutex<BTreeMap<String, (Moment, Arc<Made>)>>);

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").finish_non_exhaustive()
    }
}

impl Shelf {
    /// A page that was made less than a minute ago.
    pub fn get(&self, key: &str, now: Moment) -> Option<Arc<Made>> {
        // A panic elsewhere leaves the shelf as it was.
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, made) = pages.get(key)?;
        (at.0 <= now.0 && now.0.saturating_sub(at.0) < KEPT).then(|| Arc::clone(made))
    }

    /// Keeps a page. A full shelf is emptied: what is read often comes back by itself.
    pub fn put(&self, key: String, now: Moment, made: Made) -> Arc<Made> {
        let made = Arc::new(made);
        if made.bytes.len() <= LONGEST {
            let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if pages.len() >= MOST {
                pages.clear();
            }
            pages.insert(key, (now, Arc::clone(&made)));
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(bytes: usize) -> Made {
        Made {
            kind: "text/html".to_owned(),
            disposition: None,
            policy: None,
            bytes: vec![0; bytes],
            tag: "t".to_owned(),
        }
    }

    #[test]
    fn a_page_is_kept_for_a_minute_and_the_shelf_stays_small() {
        let shelf = Shelf::default();
        shelf.put("a".to_owned(), Moment(0), page(3));
        assert!(shelf.get("a", Moment(KEPT - 1)).is_some());
        assert!(shelf.get("a", Moment(KEPT)).is_none(), "it is made again after a minute");
        assert!(shelf.get("a", Moment(-1)).is_none(), "a clock that went back keeps nothing");
        assert!(shelf.get("b", Moment(0)).is_none());
        shelf.put("long".to_owned(), Moment(0), page(LONGEST + 1));
        assert!(shelf.get("long", Moment(0)).is_none());
        for number in 0..=MOST {
            shelf.put(format!("n{number}"), Moment(0), page(1));
        }
        assert!(shelf.get("a", Moment(0)).is_none(), "a full shelf was emptied");
        assert!(shelf.get(&format!("n{MOST}"), Moment(0)).is_some());
    }
}
