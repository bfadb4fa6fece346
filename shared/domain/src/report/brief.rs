//! The input of a report's writer.

use super::Writing;
use crate::activity::Activity;
use crate::commit::{Commit, Mailmap, Patch, Sha};
use crate::digest::references::page;
use crate::digest::{Range, Reference, Trend};
use crate::instant::Instant;
use crate::repository::{PathFilter, Provider};
use url::Url;

/// Everything that a report is written from.
#[derive(Clone, Debug)]
pub struct Brief<'a> {
    /// Its name, such as `rust-lang/cargo`.
    pub repository: &'a str,
    /// Its address. Links of a report lead to pages below it.
    pub repository_url: &'a str,
    /// `None` for a local repository: numbers of pull requests have no pages then.
    pub provider: Option<Provider>,
    /// The address of this deployment for its users, to which links may lead too.
    pub public_url: Option<&'a Url>,
    pub branch: &'a str,
    /// The paths that the report is about: `commits` has only those that change something there.
    pub paths: &'a PathFilter,
    /// The beginning of the range, by time. It is shown to people and not used to choose commits.
    pub from: Instant,
    /// The instant at which the head was observed, or the end that a manual run asked for.
    pub to: Instant,
    /// Newest first.
    pub commits: &'a [Commit],
    /// The number of commits in the range that change only files outside of the paths, without merges.
    pub elsewhere: usize,
    /// The number of further commits in the range, which are too many or can't be read.
    pub omitted: usize,
    /// Whether `omitted` is a minimum: the commits were not counted to the end.
    pub at_least: bool,
    /// The newest commit whose ancestors can't be read, so that the report does not cover them.
    pub unread_before: Option<&'a Sha>,
    pub mailmap: &'a Mailmap,
    /// The newest commit of the branch, for a report about a time without commits; `None` where it is unknown.
    pub last_commit: Option<&'a Commit>,
    /// What the most important commits change, for a model; empty if the user doesn't want the diffs.
    pub patches: &'a [Patch],
    /// The periods before; `None` where they can't be compared, and for one of several branches.
    pub trend: Option<&'a Trend>,
    /// A commit of each author who is known to have none before the range.
    pub newcomers: &'a [Sha],
    /// What happened beside commits; `None` if the user doesn't want it, or the source has none.
    pub activity: Option<&'a Activity>,
    pub writing: Writing,
}

impl<'a> Brief<'a> {
    /// A brief about all files of a branch, without anything beside its commits: the name and the address of the
    /// repository, and the branch; the range; the commits, newest first.
    pub fn new(
        (repository, repository_url, branch): (&'a str, &'a str, &'a str),
        (from, to): (Instant, Instant),
        commits: &'a [Commit],
        mailmap: &'a Mailmap,
    ) -> Self {
        Self {
            repository,
            repository_url,
            provider: None,
            public_url: None,
            branch,
            paths: PathFilter::whole(),
            from,
            to,
            commits,
            elsewhere: 0,
            omitted: 0,
            at_least: false,
            unread_before: None,
            mailmap,
            last_commit: None,
            patches: &[],
            trend: None,
            newcomers: &[],
            activity: None,
            writing: Writing::default(),
        }
    }

    /// What the digest is made from.
    pub fn range(&self) -> Range<'a> {
        Range {
            commits: self.commits,
            mailmap: self.mailmap,
            author_display: self.writing.author_display,
            paths: self.paths,
            newcomers: self.newcomers,
        }
    }

    /// The page of a reference within the repository. A link to another one would lead where a stranger's message says.
    pub(super) fn page_of(&self, reference: &Reference) -> Option<Url> {
        let home = Url::parse(self.repository_url).ok()?;
        let page = page(reference, self.provider?, &home)?;
        let below = page.path().strip_prefix(home.path().trim_end_matches('/'));
        below.is_some_and(|rest| rest.starts_with('/')).then_some(page)
    }
}
