//! Report runs.

mod body;
pub(crate) mod cancel;
pub(crate) mod deliveries;
pub(crate) mod export;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod redeliver;
pub(crate) mod usage;

pub(crate) use body::{RatesBody, RunBody};
