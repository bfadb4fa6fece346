//! The stop signal, which the functions use too.

pub use adapters::boot::{Stop, Stopper, stopping};
