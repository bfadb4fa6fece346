//! Report configurations.

pub(crate) mod run;
