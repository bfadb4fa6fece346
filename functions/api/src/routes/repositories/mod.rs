//! Git repositories. A token is written and never read: `has_token` says that there is one.

mod body;
mod create;
mod delete;
mod get;
mod list;
mod replace;
mod request;

pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use replace::replace;
