//! Git repositories. A token can be set and is never returned: `has_token` reports whether one is set.

mod body;
pub(crate) mod branches;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod replace;
mod request;
