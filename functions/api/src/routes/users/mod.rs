//! What a user chooses for the whole account.

mod own_model;
pub(crate) mod profile;
