//! The verbs on the real store: an embedded DynamoDB for each test, under a manual clock. The folders are those of the
//! crate; `metrics` is about all of them, and [`vault`] is a test double that several of them use.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod deliveries;
#[cfg(test)]
mod holdings;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod optimistic;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod vault;
