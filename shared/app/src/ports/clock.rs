//! Time and chance.

use async_trait::async_trait;
use domain::id::Randomness;
use domain::instant::Instant;
use std::time::Duration;

/// The time. Values are in whole milliseconds.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Instant;

    /// Waits in place.
    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

/// Chance, for ids, secrets and jitter.
pub trait Entropy: Send + Sync {
    /// Fills the buffer with bytes that nobody can foretell.
    fn fill(&self, bytes: &mut [u8]);

    /// What an id needs.
    fn randomness(&self) -> Randomness {
        let mut bytes = Randomness::default();
        self.fill(&mut bytes);
        bytes
    }

    /// One byte, to spread retries.
    fn jitter(&self) -> u8 {
        let mut byte = [0_u8; 1];
        self.fill(&mut byte);
        byte.first().copied().unwrap_or_default()
    }
}
