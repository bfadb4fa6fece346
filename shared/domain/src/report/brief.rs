//! What a report's writer is told.

use crate::commit::{Commit, Mailmap};
use crate::instant::Instant;
use crate::words::words;

/// Everything that a report is written from.
#[derive(Clone, Debug)]
pub struct Brief<'a> {
    /// The repository as people call it, such as `rust-lang/cargo`.
    pub repository: &'a str,
    /// The branch that was observed.
    pub branch: &'a str,
    /// The range begins here (by time; shown to people, not used to choose commits).
    pub from: Instant,
    /// The instant at which the head was observed, or the end that a manual run asked for.
    pub to: Instant,
    /// Newest first.
    pub commits: &'a [Commit],
    /// Further commits in the range: too many, or unreadable.
    pub left_out: usize,
    /// Whether the range has more than that: they were not counted to their end.
    pub at_least: bool,
    /// Which names and addresses are one person's, as the repository says.
    pub mailmap: &'a Mailmap,
    /// How long and how the report is laid out.
    pub style: Style,
    /// How it speaks.
    pub tone: Tone,
    /// How authors are named in the report.
    pub author_display: AuthorDisplay,
    /// Whether commits link to their pages.
    pub link_to_commits: bool,
    /// Language of the report as an IETF tag or a name, such as `en` or `German`.
    pub language: &'a str,
}

words! {
    /// Layout of the report.
    #[derive(Default)]
    pub enum Style {
        /// A few sentences and the main points.
        Summary = "Summary",
        /// Sections by kind of change.
        #[default]
        Standard = "Standard",
        /// One line for each change, as in a change log.
        Changelog = "Changelog",
    }
}

words! {
    /// Tone of the report.
    #[derive(Default)]
    pub enum Tone {
        /// Sober and precise.
        #[default]
        Professional = "Professional",
        /// Explains what a change means.
        Informative = "Informative",
        /// Warm and informal.
        FriendlyCasual = "Friendly & Casual",
    }
}

words! {
    /// How authors are named in the report.
    #[derive(Default)]
    pub enum AuthorDisplay {
        /// By the name in the commit.
        #[default]
        Name = "name",
        /// By the account at the git host, else by the name.
        Login = "login",
        /// Not at all.
        Hidden = "hidden",
    }
}
