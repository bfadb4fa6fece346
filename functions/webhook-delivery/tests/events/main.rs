//! The function's events.
//!
//! `cfg(test)` is always true here; it tells clippy that the functions beside the tests are tests too.

#[cfg(test)]
mod formats;
#[cfg(test)]
mod samples;
