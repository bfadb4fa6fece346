//! What a report covers.

use crate::words::words;

words! {
    /// Something that a report covers.
    pub enum Source {
        /// What is in the branch. Every report covers it.
        Commits = "commits",
        /// Those that were merged, and those that wait.
        PullRequests = "pull_requests",
        /// Those that were closed or opened.
        Issues = "issues",
        /// Those that were published, and tags that no release names.
        Releases = "releases",
    }
}

/// What a report covers beside commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Sources {
    pub pull_requests: bool,
    pub issues: bool,
    pub releases: bool,
}

impl Sources {
    /// Everything that a host can have.
    pub const EVERYTHING: Self = Self { pull_requests: true, issues: true, releases: true };

    /// Those of a list. Commits are covered in any case.
    #[must_use]
    pub fn of(list: &[Source]) -> Self {
        let has = |source| list.contains(&source);
        Self { pull_requests: has(Source::PullRequests), issues: has(Source::Issues), releases: has(Source::Releases) }
    }

    /// Whether a source is covered.
    #[must_use]
    pub fn has(self, source: Source) -> bool {
        match source {
            Source::Commits => true,
            Source::PullRequests => self.pull_requests,
            Source::Issues => self.issues,
            Source::Releases => self.releases,
        }
    }

    /// All that are covered, in the order of [`Source::ALL`], with commits.
    #[must_use]
    pub fn list(self) -> Vec<Source> {
        Source::ALL.into_iter().filter(|source| self.has(*source)).collect()
    }

    /// Whether only commits are covered.
    #[must_use]
    pub fn is_commits_only(self) -> bool {
        self == Self::default()
    }
}

impl PartialOrd for Source {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// In the order of [`Source::ALL`].
impl Ord for Source {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let place = |source: &Self| Self::ALL.iter().position(|one| one == source);
        place(self).cmp(&place(other))
    }
}
