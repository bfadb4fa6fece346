//! The real program, started as people start it.
//!
//! `program` starts and stops it; the others say what must come of it. `cfg(test)` is always true here; it tells clippy
//! that the functions beside the tests are tests too.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod first_start;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod model;
#[cfg(test)]
mod once;
#[cfg(test)]
mod output;
#[cfg(test)]
mod program;
#[cfg(test)]
mod recount;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod stop;
