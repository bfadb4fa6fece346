//! A clock that only a test moves.

use crate::engine::direct::pause;
use app::ports::Clock;
use async_trait::async_trait;
use domain::instant::{Duration, Instant, to_millis};
use std::sync::{Arc, Mutex, PoisonError};

/// A clock whose time changes only when a test moves it. Clones share the time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<Instant>>);

impl ManualClock {
    /// A clock that shows this instant.
    #[must_use]
    pub fn at(instant: Instant) -> Self {
        Self(Arc::new(Mutex::new(to_millis(instant))))
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }

    /// Sets the time, which may be earlier than before.
    pub fn set(&self, instant: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to_millis(instant);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns at once and moves the time forward, for every user of the clock.
    async fn sleep(&self, span: std::time::Duration) {
        pause().await;
        self.advance(Duration::from_std(span).unwrap_or(Duration::MAX));
    }
}
