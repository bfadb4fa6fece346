//! Writing a report: what the writer is told ([`Brief`]), the [`prompt`] for a model, and the [`plain`] report that needs
//! none, and the [`Caption`] that a message sets around either. Words from commits are data in all of them: they never
//! become links, mentions, layout or orders.

mod brief;
mod caption;
mod joined;
mod markdown;
mod people;
pub mod plain;
pub mod prompt;
mod wording;

pub use brief::{AuthorDisplay, Brief, Style, Tone};
pub use caption::Caption;
pub use prompt::Prompt;
