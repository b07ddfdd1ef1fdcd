//! Sign-ins that were begun and are not back.
//!
//! They are kept in memory: whoever begins one writes nothing to the database, and the word that proves the code is ours (PKCE) never lies on a disk. A
//! server that starts again forgets them, and people begin once more.

use std::collections::{BTreeMap, VecDeque};

use sha2::{Digest as _, Sha256};

use crate::failure::Lost;

/// For how many seconds somebody may be away at the provider.
pub const LIFE: i64 = 600;

/// How many are remembered; beyond that the oldest are forgotten, so that whoever begins without end takes no room without end.
pub const MOST: usize = 10_000;

/// A sign-in that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The word that the token must carry.
    pub nonce: String,
    /// The word that proves that whoever brings the code asked for it.
    pub verifier: String,
    /// The page to go on to.
    pub back: String,
    browser: [u8; 32],
    until: i64,
}

/// All of them, by the digest of their state.
#[derive(Debug, Default)]
pub struct Begun {
    waiting: BTreeMap<[u8; 32], Waiting>,
    /// The states in the order in which they end; some may be gone already.
    order: VecDeque<(i64, [u8; 32])>,
}

fn digest(word: &str) -> [u8; 32] {
    Sha256::digest(word.as_bytes()).into()
}

impl Begun {
    /// Remembers one. `now` is in seconds since 1970.
    pub fn put(
        &mut self,
        state: &str,
        browser: &str,
        nonce: String,
        verifier: String,
        back: String,
        now: i64,
    ) {
        while self.order.front().is_some_and(|(until, _)| *until <= now || self.order.len() >= MOST) {
            if let Some((_, state)) = self.order.pop_front() {
                self.waiting.remove(&state);
            }
        }
        let (state, until) = (digest(state), now.saturating_add(LIFE));
        self.order.push_back((until, state));
        self.waiting.insert(state, Waiting { nonce, verifier, back, browser: digest(browser), until });
    }

    /// Gives the one of a state and forgets it, whatever comes of it: a state is good for one way back.
    ///
    /// # Errors
    /// There is none, it was another browser's, or it is too late.
    pub fn take(&mut self, state: &str, browser: &str, now: i64) -> Result<Waiting, Lost> {
        let waiting = self.waiting.remove(&digest(state)).ok_or(Lost::State)?;
        // By digests, so that time tells nothing of the word.
        if waiting.browser != digest(browser) {
            return Err(Lost::Browser);
        }
        if waiting.until <= now {
            return Err(Lost::Late);
        }
        Ok(waiting)
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(begun: &mut Begun, state: &str, now: i64) {
        begun.put(state, "browser", format!("n{state}"), format!("v{state}"), "/".to_owned(), now);
    }

    #[test]
    fn a_state_is_good_once_for_its_browser_and_for_ten_minutes() {
        let mut begun = Begun::default();
        put(&mut begun, "a", 0);
        let waiting = begun.take("a", "browser", 599).expect("in time");
        assert_eq!((waiting.nonce.as_str(), waiting.verifier.as_str()), ("na", "va"));
        assert_eq!(begun.take("a", "browser", 599), Err(Lost::State));
        put(&mut begun, "b", 0);
        assert_eq!(begun.take("b", "another", 1), Err(Lost::Browser));
        // Used up by whoever brought it.
        assert_eq!(begun.take("b", "browser", 1), Err(Lost::State));
        put(&mut begun, "c", 0);
        assert_eq!(begun.take("c", "browser", 600), Err(Lost::Late));
        assert_eq!(begun.take("never", "browser", 0), Err(Lost::State));
    }

    #[test]
    fn what_is_over_or_too_much_is_forgotten_oldest_first() {
        let mut begun = Begun::default();
        put(&mut begun, "old", 0);
        put(&mut begun, "new", 600);
        assert_eq!(begun.len(), 1);
        for number in 0..MOST {
            put(&mut begun, &number.to_string(), 601);
        }
        assert_eq!((begun.len(), begun.order.len()), (MOST, MOST));
        assert_eq!(begun.take("new", "browser", 602), Err(Lost::State));
        assert!(begun.take("0", "browser", 602).is_ok());
        assert!(!begun.is_empty());
    }
}
