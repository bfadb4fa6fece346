//! The input of a report's writer.

use super::Writing;
use crate::commit::{Commit, Mailmap, Sha};
use crate::instant::Instant;
use url::Url;

/// Everything that a report is written from.
#[derive(Clone, Debug)]
pub struct Brief<'a> {
    /// Its name, such as `rust-lang/cargo`.
    pub repository: &'a str,
    /// Its address. Links of a report lead to pages below it.
    pub repository_url: &'a str,
    /// The address of this deployment for its users, to which links may lead too.
    pub public_url: Option<&'a Url>,
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
    pub mailmap: &'a Mailmap,
    pub writing: Writing,
}
