//! The local stack's clock.

use adapters::clock::SystemClock;
use app::ports::Clock;
use domain::instant::{Duration, Instant};

/// The system's clock with an offset. With a clock that is five minutes ahead, a restart finds the leases of the
/// previous process expired, so that a test does not have to wait for them.
#[derive(Clone, Copy, Debug)]
pub struct OffsetClock {
    offset: Duration,
}

impl OffsetClock {
    /// The system's clock plus an offset.
    #[must_use]
    pub fn by_seconds(seconds: i32) -> Self {
        Self { offset: Duration::seconds(i64::from(seconds)) }
    }
}

impl Clock for OffsetClock {
    fn now(&self) -> Instant {
        SystemClock.now() + self.offset
    }
}
