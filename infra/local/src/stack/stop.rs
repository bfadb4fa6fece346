//! Stopping: the functions' own signal.

pub use adapters::boot::{Stop, Stopper, stopping};
