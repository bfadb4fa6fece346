//! What the tests stand on.

pub(crate) mod call;
pub(crate) mod down;
pub(crate) mod house;
pub(crate) mod jwks;
pub(crate) mod stack;
pub(crate) mod token;
