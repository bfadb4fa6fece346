//! The adapters of outside services: the guard of addresses, git hosts, models, webhooks, secrets, the clock and
//! randomness. Servers of these tests are on loopback; each test has its own.
//!
//! `cfg(test)` is always true here; with it clippy recognises the functions beside the tests as tests too.

#[cfg(test)]
mod clock;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod git;
#[cfg(test)]
mod guard;
#[cfg(test)]
#[cfg(feature = "local-git")]
mod local_bad_commits;
#[cfg(test)]
#[cfg(feature = "local-git")]
mod local_changes;
#[cfg(test)]
#[cfg(feature = "local-git")]
mod local_git;
#[cfg(test)]
#[cfg(feature = "local-git")]
mod local_newcomers;
#[cfg(test)]
#[cfg(feature = "local-git")]
mod local_paths;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod model;
#[cfg(test)]
mod model_lists;
#[cfg(test)]
mod router;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod server;
#[cfg(test)]
mod vault;
#[cfg(test)]
mod webhook;
