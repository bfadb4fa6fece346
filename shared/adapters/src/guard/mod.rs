//! The one way to addresses that a user can name: webhooks, self-managed git hosts, a model's base URL.
//!
//! [`Guard::client_for`] checks the scheme and the host of a parsed address (`domain::host`), resolves the name itself,
//! refuses it if any of its addresses is in a private or reserved network ([`AddressPolicy`]), and gives a client that
//! can connect to the checked addresses only. The client follows no redirect and uses no proxy: either would bypass the
//! check.
//!
//! The caller may use a client for the address that was checked, or for another path of the same host, and for nothing
//! else: an address literal is not resolved, so a client can't check it.

mod address;
mod answer;
mod client;
mod failure;
mod http_date;
mod recent;
pub(crate) mod tls;

pub use address::AddressPolicy;
pub use client::{Guard, GuardError};

pub(crate) use answer::{
    Body, ReadError, date, read_arrived, read_available, read_beginning, read_bounded, retry_after,
};
pub(crate) use failure::failure_class;

/// The `User-Agent` of our requests.
pub(crate) const USER_AGENT: &str = concat!("git-report/", env!("CARGO_PKG_VERSION"));
