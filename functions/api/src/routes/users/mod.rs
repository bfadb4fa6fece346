//! What a user chooses for the whole account.

mod profile;

pub(crate) use profile::{profile, replace_profile};
