//! Writing a report: what the writer is told, the prompt for a model, and the plain report that needs none.

mod brief;
mod prompt;

pub use brief::{AuthorDisplay, Brief, Style, Tone};
pub use prompt::Prompt;
