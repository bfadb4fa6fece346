//! Tests of the domain through its public items.
//!
//! `cfg(test)` is always true here; with it, clippy treats the functions beside the tests as tests too.

#[cfg(test)]
mod account;
#[cfg(test)]
mod activity;
#[cfg(test)]
mod commit;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod digest;
#[cfg(test)]
mod email;
#[cfg(test)]
mod host;
#[cfg(test)]
mod id;
#[cfg(test)]
mod instant;
#[cfg(test)]
mod money;
#[cfg(test)]
mod notice;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod report;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod run;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod similar;
#[cfg(test)]
mod usage;
