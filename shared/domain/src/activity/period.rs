//! Which items belong to a report.

use crate::instant::{Duration, Instant};

/// How much earlier than its commits the period of a scheduled report begins and ends, in seconds. A host shows an item
/// a little after the instant that the item states, and its clock can be behind ours: an item that was closed in the
/// last moments is in the next report.
pub const DELAY_SECONDS: i64 = 120;

/// A span of time: an item belongs to it if the item's instant (merged, closed, opened, published) is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityPeriod {
    /// The earliest instant, included.
    pub from: Instant,
    /// The end, excluded: the next period begins with it.
    pub to: Instant,
}

impl ActivityPeriod {
    /// The period of a scheduled report whose range is this one. Consecutive ranges give consecutive periods, because
    /// both ends are moved by the same time.
    #[must_use]
    pub fn scheduled(from: Instant, to: Instant) -> Self {
        let delay = Duration::seconds(DELAY_SECONDS);
        let to = to - delay;
        Self { from: (from - delay).min(to), to }
    }

    /// Whether an instant is in the period.
    #[must_use]
    pub fn has(self, at: Instant) -> bool {
        self.from <= at && at < self.to
    }
}
