//! Moments as they are kept.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A moment: microseconds since 1970-01-01T00:00:00Z. Handed in by the outermost layer; nothing in here reads a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment of a timestamp; parts of a microsecond are left out.
    pub fn of(timestamp: Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }

    /// The moment as a timestamp; `None` outside of the years that can be written.
    pub fn timestamp(self) -> Option<Timestamp> {
        Timestamp::from_microsecond(self.0).ok()
    }

    /// A later moment; the last one there is when it would pass that.
    pub fn after(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }
}
