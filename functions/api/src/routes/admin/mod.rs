//! What only administrators do.

pub(crate) mod accounts;
pub(crate) mod delete;
