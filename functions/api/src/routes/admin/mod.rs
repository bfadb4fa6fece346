//! What only administrators do.

mod accounts;

pub(crate) use accounts::set_account;
