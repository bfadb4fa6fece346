//! The input of a report's writer.

use crate::commit::{Commit, Mailmap, Sha};
use crate::instant::Instant;
use crate::words::words;

/// Everything that a report is written from.
#[derive(Clone, Debug)]
pub struct Brief<'a> {
    /// Its name, such as `rust-lang/cargo`.
    pub repository: &'a str,
    /// The branch that was observed.
    pub branch: &'a str,
    /// The beginning of the range, by time. It is shown to people and not used to choose commits.
    pub from: Instant,
    /// The instant at which the head was observed, or the end that a manual run asked for.
    pub to: Instant,
    /// Newest first.
    pub commits: &'a [Commit],
    /// The number of further commits in the range, which are too many or can't be read.
    pub omitted: usize,
    /// Whether `omitted` is a minimum: the commits were not counted to the end.
    pub at_least: bool,
    /// The newest commit whose ancestors can't be read, so that the report does not cover them.
    pub unread_before: Option<&'a Sha>,
    /// The repository's `.mailmap`.
    pub mailmap: &'a Mailmap,
    pub style: Style,
    pub tone: Tone,
    pub author_display: AuthorDisplay,
    pub link_to_commits: bool,
    /// An IETF tag or a name, such as `en` or `German`.
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
