//! Writing a report: the input ([`Brief`]) with the user's settings ([`Writing`]), the [`prompt`] for a model, the
//! report in its [`answer`], and the [`plain`] report that needs no model. Text from commits is data in all of them: it
//! never becomes a link, a mention, layout or an instruction.

mod addresses;
pub mod answer;
mod brief;
mod degraded;
pub mod filter;
mod joined;
mod markdown;
mod mentions;
mod people;
pub mod plain;
pub mod prompt;
mod wording;
mod writing;

pub use addresses::looks_like_address;
pub use brief::Brief;
pub use degraded::DegradedReason;
pub(crate) use markdown::count;
pub use markdown::{grouped, is_invisible};
pub use prompt::Prompt;
pub use writing::{AuthorDisplay, IfNoUpdates, LANGUAGE_CHARS_MAX, Style, Tone, Writing};
