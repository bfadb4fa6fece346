//! The system's randomness.

use app::ports::Entropy;
use aws_lc_rs::rand;

/// The cryptographic generator of aws-lc, seeded by the kernel.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Panics
    ///
    /// Where the machine gives no randomness: going on would make ids and secrets that can be foretold.
    fn fill(&self, bytes: &mut [u8]) {
        assert!(rand::fill(bytes).is_ok(), "this machine gives no randomness");
    }
}
