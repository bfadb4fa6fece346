//! How a report is written: the settings that the writer, plain or a model, follows.

use crate::activity::Sources;
use crate::digest::AuthorDisplay;
use crate::words::words;

pub const LANGUAGE_CHARS_MAX: usize = 40;

/// The longest instructions of a user, in characters.
pub const INSTRUCTIONS_CHARS_MAX: usize = 1_000;

/// How a report is written, and from what. A configuration contains it, and the run keeps it as it was when the run was
/// reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writing {
    pub style: Style,
    pub tone: Tone,
    pub author_display: AuthorDisplay,
    pub link_to_commits: bool,
    pub if_no_updates: IfNoUpdates,
    /// Whether the size of each change is read too, where the source reports it.
    pub include_diffs: bool,
    /// What the report covers beside commits.
    pub sources: Sources,
    /// The user's own wishes for the model, of at most [`INSTRUCTIONS_CHARS_MAX`] characters; empty for no wish.
    pub instructions: String,
    /// An IETF tag or a name, such as `en` or `German`, of at most [`LANGUAGE_CHARS_MAX`] characters.
    pub language: String,
}

/// What applies where a user sets nothing.
impl Default for Writing {
    fn default() -> Self {
        Self {
            style: Style::Standard,
            tone: Tone::Professional,
            author_display: AuthorDisplay::Name,
            link_to_commits: true,
            if_no_updates: IfNoUpdates::Skip,
            include_diffs: false,
            sources: Sources::default(),
            instructions: String::new(),
            language: "English".to_owned(),
        }
    }
}

words! {
    /// Layout of the report.
    pub enum Style {
        /// A few sentences and the main points.
        Summary = "Summary",
        /// Sections by kind of change.
        Standard = "Standard",
        /// One line for each change, as in a change log.
        Changelog = "Changelog",
        /// What each person did, for a standup.
        Standup = "Standup",
        /// For the users of the software.
        ReleaseNotes = "Release notes",
        /// For readers who don't write code: outcomes, risks, and what is unfinished.
        Executive = "Executive",
    }

    /// Tone of the report.
    pub enum Tone {
        /// Sober and precise.
        Professional = "Professional",
        /// Explains what a change means.
        Informative = "Informative",
        /// Warm and informal.
        FriendlyCasual = "Friendly & Casual",
    }

    /// What to do when nothing is new.
    pub enum IfNoUpdates {
        Skip = "skip",
        Notify = "notify",
    }
}
