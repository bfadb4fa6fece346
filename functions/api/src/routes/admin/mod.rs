//! What only administrators do.

pub(crate) mod accounts;
