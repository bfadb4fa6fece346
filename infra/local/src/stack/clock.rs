//! The local stack's clock.

use adapters::clock::SystemClock;
use app::ports::Clock;
use domain::instant::{Duration, Instant};

/// The system's clock, moved. A restart under a clock that is five minutes ahead finds the leases of the process
/// before it run out, without anybody waiting for them.
#[derive(Clone, Copy, Debug)]
pub struct MovedClock {
    offset: Duration,
}

impl MovedClock {
    /// The system's clock and so many seconds.
    #[must_use]
    pub fn by_seconds(seconds: i32) -> Self {
        Self { offset: Duration::seconds(i64::from(seconds)) }
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Instant {
        SystemClock.now() + self.offset
    }
}
