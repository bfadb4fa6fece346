//! The waits of a run for its git host, and how long the next one is.

use crate::instant::{Duration, Instant};

/// How often one run waits at most.
pub const WAITS_MAX: u32 = 3;

/// How long one run waits at most, in hours, from the beginning of its first wait to the end of its last one.
pub const WAITED_HOURS_MAX: i64 = 24;

/// The shortest wait: the due index is looked at once a minute.
const WAIT_SECONDS_MIN: i64 = 60;

/// How long each wait is where the host does not say: most outages of a host end within two hours.
const UNSTATED_WAIT_MINUTES: [i64; 3] = [2, 15, 120];

/// The waits of a run so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Waits {
    /// How many there were, at most [`WAITS_MAX`].
    pub count: u32,
    /// When the first one began; none once the run has ended.
    pub since: Option<Instant>,
}

impl Waits {
    /// Until when the next wait lasts if the host asks for so long; none where no wait is left. A host that asks for more
    /// than what is left of [`WAITED_HOURS_MAX`] is asked once at the end of them. A host that asked for a minute or less and
    /// still fails after that is not believed again: then the waits are those of a host that does not say.
    pub(super) fn next(self, asked: Option<Duration>, now: Instant) -> Option<Instant> {
        let unstated = UNSTATED_WAIT_MINUTES.get(usize::try_from(self.count).ok()?)?;
        let shortest = Duration::seconds(WAIT_SECONDS_MIN);
        let wait = match asked {
            Some(asked) if asked > shortest => asked,
            Some(_) if self.count == 0 => shortest,
            Some(_) | None => Duration::minutes(*unstated),
        };
        let last = self.since.unwrap_or(now).checked_add_signed(Duration::hours(WAITED_HOURS_MAX))?;
        let until = now.checked_add_signed(wait).map_or(last, |until| until.min(last));
        (until > now).then_some(until)
    }
}
