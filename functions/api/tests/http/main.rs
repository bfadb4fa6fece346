//! The API through its router, as its callers see it. Folders mirror `src/routes`.
//!
//! `cfg(test)` is always true here; with it clippy recognises the functions beside the tests as tests too.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod admin;
#[cfg(test)]
mod auth;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod capacity;
#[cfg(test)]
mod config;
#[cfg(test)]
mod cors;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod events;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod first_month;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod health;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod problems;
#[cfg(test)]
mod ready;
#[cfg(test)]
mod report_configurations;
#[cfg(test)]
mod report_runs;
#[cfg(test)]
mod repositories;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tenants;
#[cfg(test)]
mod users;
