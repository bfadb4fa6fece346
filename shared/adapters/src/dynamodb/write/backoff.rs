//! Waiting before a contended write is made again.

use app::ports::Entropy;
use std::time::Duration;

/// How often a write is tried in all. With the waits below that is 1.8 s at the most, 0.9 s on average: inside what a
/// function has left, and longer than a burst at one counter lasts.
pub(crate) const TRIES_MAX: u32 = 8;
/// The longest wait before the second try.
const FIRST_WAIT: Duration = Duration::from_millis(25);
/// The longest wait before any.
const WAIT_MAX: Duration = Duration::from_millis(500);

/// Exponential waits, each drawn from between nothing and its ceiling, so that writers that met do not meet again.
pub(crate) struct Backoff<'a> {
    entropy: &'a dyn Entropy,
    tries: u32,
}

impl<'a> Backoff<'a> {
    pub(crate) fn new(entropy: &'a dyn Entropy) -> Self {
        Self { entropy, tries: 1 }
    }

    /// Waits before the next try; false where none is left.
    pub(crate) async fn wait(&mut self) -> bool {
        if self.tries >= TRIES_MAX {
            return false;
        }
        let ceiling = FIRST_WAIT.saturating_mul(1_u32.checked_shl(self.tries - 1).unwrap_or(u32::MAX)).min(WAIT_MAX);
        let wait = ceiling.saturating_mul(u32::from(self.entropy.jitter())) / u32::from(u8::MAX);
        self.tries += 1;
        tokio::time::sleep(wait).await;
        true
    }
}
