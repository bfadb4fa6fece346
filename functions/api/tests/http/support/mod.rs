//! What the tests have in common.

pub(crate) mod call;
pub(crate) mod down;
pub(crate) mod jwks;
pub(crate) mod secrets;
pub(crate) mod stack;
pub(crate) mod test_api;
pub(crate) mod token;
