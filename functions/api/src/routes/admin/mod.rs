//! Operations that require the admin role.

pub(crate) mod accounts;
pub(crate) mod delete;
