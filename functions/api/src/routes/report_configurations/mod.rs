//! Report configurations.

mod run;

pub(crate) use run::run;
