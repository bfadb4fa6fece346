//! Pull requests, issues and releases, as far as a report shows them. Their texts are from outside.

use crate::commit::{Author, Sha};
use crate::instant::{Duration, Instant};

/// The most labels that are kept of one item.
pub const LABELS_MAX: usize = 5;

/// The longest title and the longest label that are kept, in characters.
const TITLE_CHARS_MAX: usize = 200;
const LABEL_CHARS_MAX: usize = 40;

/// A pull request; at GitLab a merge request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequest {
    pub number: u64,
    pub title: String,
    pub author: Author,
    /// At most [`LABELS_MAX`].
    pub labels: Vec<String>,
    pub opened_at: Instant,
    /// `None` for one that waits.
    pub merged_at: Option<Instant>,
    /// Who reviewed it, without its author. `None` where it was not read.
    pub reviewers: Option<Vec<Author>>,
}

impl PullRequest {
    /// How long it was open; `None` for one that waits.
    #[must_use]
    pub fn time_open(&self) -> Option<Duration> {
        Some(self.merged_at? - self.opened_at)
    }

    /// Whether it is known that it has no review.
    #[must_use]
    pub fn is_unreviewed(&self) -> bool {
        self.reviewers.as_ref().is_some_and(Vec::is_empty)
    }
}

/// An issue that was opened or closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    pub number: u64,
    pub title: String,
    pub author: Author,
    /// At most [`LABELS_MAX`].
    pub labels: Vec<String>,
    pub opened_at: Instant,
    /// The last time; `None` for one that is open.
    pub closed_at: Option<Instant>,
}

/// A release, or a tag that no release names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    pub tag: String,
    /// `None` where it is the tag's, and for a tag.
    pub name: Option<String>,
    /// `None` for a tag: it belongs to the report of the commit that it names.
    pub at: Option<Instant>,
    pub is_prerelease: bool,
    /// The commit of a tag.
    pub commit: Option<Sha>,
}

/// The part of a title that is kept, without control characters.
#[must_use]
pub fn kept_title(text: &str) -> String {
    kept(text, TITLE_CHARS_MAX)
}

/// The part of a label that is kept, without control characters.
#[must_use]
pub fn kept_label(text: &str) -> String {
    kept(text, LABEL_CHARS_MAX)
}

fn kept(text: &str, chars_max: usize) -> String {
    let shown = text.trim().chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    shown.take(chars_max).collect()
}
