//! Git repositories. A token is written and never read: `has_token` says that there is one.

mod body;
pub(crate) mod branches;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod replace;
mod request;
