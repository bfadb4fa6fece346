//! The list of an account's notices, and which of them its user has read.
//!
//! The user reads up to an instant, which is stored on the account; a notice has no state of its own, so that reading
//! costs one write however many there are.

mod list;
mod read;

pub use list::{ListNotices, NoticeFilter, NoticeList, UNREAD_COUNTED_MAX};
pub use read::{MarkNoticesRead, ReadError};
