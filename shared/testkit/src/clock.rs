//! A clock that moves when it is told to.

use crate::direct::pause;
use app::ports::Clock;
use async_trait::async_trait;
use domain::instant::{Duration, Instant, to_millis};
use std::sync::{Arc, Mutex, PoisonError};

/// A clock that stands still until a test moves it. Clones share the time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<Instant>>);

impl ManualClock {
    /// A clock that shows this instant.
    #[must_use]
    pub fn at(instant: Instant) -> Self {
        Self(Arc::new(Mutex::new(to_millis(instant))))
    }

    /// Moves on.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }

    /// Shows this instant, which may lie in the past.
    pub fn set(&self, instant: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to_millis(instant);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody waits: the time moves on at once, for everyone.
    async fn sleep(&self, span: std::time::Duration) {
        pause().await;
        self.advance(Duration::from_std(span).unwrap_or(Duration::MAX));
    }
}
