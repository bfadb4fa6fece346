//! The system's clock.

use app::ports::Clock;
use chrono::Utc;
use domain::instant::{Instant, to_millis};

/// The machine's clock: the only implementation of `Clock` that reads real time.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one adapter that the `Clock` port reads the system's clock through"
    )]
    fn now(&self) -> Instant {
        to_millis(Utc::now())
    }
}
