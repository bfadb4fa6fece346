//! The real program, started as users start it.
//!
//! `program` starts and stops it; the other modules contain the tests. `cfg(test)` is always true here; with it clippy
//! treats helper functions as test code.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod cut_off;
#[cfg(test)]
mod dashboard;
#[cfg(test)]
mod first_start;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod migrate;
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
#[cfg(test)]
mod template;
