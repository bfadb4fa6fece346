//! Time and chance.

use domain::id::Randomness;
use domain::instant::Instant;

/// The time. Values are in whole milliseconds.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Instant;
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
