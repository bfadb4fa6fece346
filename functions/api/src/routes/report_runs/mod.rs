//! Report runs.

mod body;
mod cancel;
mod deliveries;
mod export;
mod get;
mod list;
mod redeliver;
mod usage;

pub(crate) use body::RunBody;
pub(crate) use cancel::cancel;
pub(crate) use deliveries::deliveries;
pub(crate) use export::export;
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use redeliver::redeliver;
pub(crate) use usage::{daily, forecast, history, usage};
