//! Time and randomness.

use async_trait::async_trait;
use domain::id::Randomness;
use domain::instant::Instant;
use std::time::Duration;

/// The clock. Its values are whole milliseconds.
#[async_trait]
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

/// Randomness, for ids, secrets and jitter.
pub trait Entropy: Send + Sync {
    /// Fills the buffer with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]);

    /// The random part of an id.
    fn randomness(&self) -> Randomness {
        let mut bytes = Randomness::default();
        self.fill(&mut bytes);
        bytes
    }

    /// One random byte, to spread retries.
    fn jitter(&self) -> u8 {
        let mut byte = [0_u8; 1];
        self.fill(&mut byte);
        byte.first().copied().unwrap_or_default()
    }
}
