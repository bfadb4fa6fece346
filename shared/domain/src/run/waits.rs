//! The waits of a run for its git host, and how long the next one is.

use crate::instant::{Duration, Instant};

pub const WAITS_MAX: u32 = 3;

/// The longest time from the beginning of a run's first wait to the end of its last one, in hours.
pub const WAITED_HOURS_MAX: i64 = 24;

/// The shortest wait, in seconds: the due index is read once a minute.
const WAIT_SECONDS_MIN: i64 = 60;

/// The waits in minutes if the host does not ask for a time: most outages of a host end within two hours.
const UNSTATED_WAIT_MINUTES: [i64; 3] = [2, 15, 120];

/// The waits of a run so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Waits {
    /// At most [`WAITS_MAX`].
    pub count: u32,
    /// When the first one began; `None` for a run that has ended.
    pub since: Option<Instant>,
}

impl Waits {
    /// The end of the next wait, with the time that the host `asked` for; `None` if no wait is left. If the host asks
    /// for more than the rest of [`WAITED_HOURS_MAX`], the wait ends with it. If the host asked for a minute or less
    /// and still fails after that, the next waits are those for a host that does not ask for a time.
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
