//! Writing a report: what the writer is told ([`Brief`]), the [`prompt`] for a model and what its [`answer`] comes to, the
//! [`plain`] report that needs no model, and the [`Caption`] that a message sets around either. Words from commits are
//! data in all of them: they never become links, mentions, layout or orders.

pub mod answer;
mod brief;
mod degraded;
mod joined;
mod markdown;
mod people;
pub mod plain;
pub mod prompt;
mod wording;

pub use brief::{AuthorDisplay, Brief, Style, Tone};
pub use degraded::DegradedReason;
pub(crate) use markdown::count;
pub use prompt::Prompt;
