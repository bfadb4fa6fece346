//! The one door to addresses that a user can name: webhooks, self-managed git hosts, a model's base URL.
//!
//! [`Guard::client_for`] judges the scheme and the host of a parsed address, resolves the name itself, refuses it if any
//! of its addresses is one of a private or reserved network ([`AddressPolicy`]), and gives a client that can connect
//! to the judged addresses only. The client follows no redirect and no proxy: each would lead past the judgement.
//!
//! Whoever gets a client asks it for the address that was judged, or for another path of the same host, and for
//! nothing else: an address literal is not resolved, so that no client can check it.

mod address;
mod answer;
mod client;
mod tls;

pub use address::AddressPolicy;
pub use client::{Guard, GuardError};

pub(crate) use answer::{
    Body, ReadError, date, failure_class, read_as_far_as_it_comes, read_beginning, read_bounded, retry_after,
};

/// What we call ourselves.
pub(crate) const USER_AGENT: &str = concat!("git-report/", env!("CARGO_PKG_VERSION"));
