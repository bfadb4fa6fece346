//! The system's randomness.

use app::ports::Entropy;
use aws_lc_rs::rand;

/// The cryptographic generator of aws-lc, seeded by the kernel.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Panics
    ///
    /// If the machine has no randomness: ids and secrets would be predictable otherwise.
    fn fill(&self, bytes: &mut [u8]) {
        assert!(rand::fill(bytes).is_ok(), "the system's source of randomness failed");
    }
}
