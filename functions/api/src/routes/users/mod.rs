//! What a user chooses for the whole account.

pub(crate) mod delete;
mod own_model;
pub(crate) mod profile;
