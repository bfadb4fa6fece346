//! Report runs.

mod body;
mod cancel;
mod get;
mod list;
mod usage;

pub(crate) use body::RunBody;
pub(crate) use cancel::cancel;
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use usage::usage;
