//! The function's events.
//!
//! `cfg(test)` is always true here; with it, clippy sees that the functions beside the tests are tests too.

#[cfg(test)]
mod formats;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod secrets;
