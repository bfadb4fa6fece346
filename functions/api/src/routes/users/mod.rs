//! The caller's account: its settings and its deletion.

pub(crate) mod delete;
mod own_model;
pub(crate) mod profile;
