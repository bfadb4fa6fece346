//! What a user chooses for the whole account.

pub(crate) mod delete;
pub(crate) mod profile;
