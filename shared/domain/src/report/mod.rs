//! Writing a report: the input ([`Brief`]) with the user's settings ([`Writing`]), the [`prompt`] for a model, the
//! report in its [`answer`], and the [`plain`] report that needs no model. Text from commits is data in all of them: it
//! never becomes a link, a mention, layout or an instruction.

mod activity;
mod addresses;
pub mod answer;
mod brief;
mod degraded;
pub mod filter;
mod headline;
mod markdown;
mod mentions;
mod paths;
pub mod plain;
pub mod prompt;
pub mod several;
pub mod tokens;
mod trend;
mod wording;
mod writing;
mod written;

pub use crate::digest::AuthorDisplay;
pub use addresses::looks_like_address;
pub use brief::Brief;
pub use degraded::DegradedReason;
pub use headline::{HEADLINE_CHARS_MAX, headline, headline_of, headline_of_several};
pub(crate) use markdown::count;
pub use markdown::{grouped, is_invisible};
pub(crate) use paths::{paths_in_title, paths_in_words};
pub use prompt::Prompt;

pub use writing::{INSTRUCTIONS_CHARS_MAX, IfNoUpdates, LANGUAGE_CHARS_MAX, Style, Tone, Writing};
pub use written::{PROMPT_CUT_NOTE, Report};
