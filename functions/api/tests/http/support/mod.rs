//! What the tests share.

pub(crate) mod call;
pub(crate) mod down;
mod down_kept;
pub(crate) mod house;
pub(crate) mod jwks;
pub(crate) mod stack;
pub(crate) mod token;
