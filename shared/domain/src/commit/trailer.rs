//! The end of a commit message: co-authors and breaking changes.

use super::kind::is_marked_breaking;
use super::{Commit, Identity};

const CO_AUTHORS_MAX: usize = 20;

/// A breaking change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaking<'a> {
    /// What breaks, in the author's words (the first line of a `BREAKING CHANGE:` footer), where they say it.
    pub what: Option<&'a str>,
}

/// Whether a commit says that it breaks something, as Conventional Commits has it: `!` before the colon, or a footer
/// `BREAKING CHANGE:` or `BREAKING-CHANGE:`. The footer counts under any subject. The subject is parsed as for its
/// [`kind`](super::kind()): prefixes, capitals and spaces change nothing.
pub fn breaks(commit: &Commit) -> Option<Breaking<'_>> {
    let footer = commit.message.lines().skip(1).find_map(|line| {
        let rest = line.strip_prefix("BREAKING CHANGE:").or_else(|| line.strip_prefix("BREAKING-CHANGE:"))?;
        Some(rest.trim())
    });
    if let Some(what) = footer {
        return Some(Breaking { what: (!what.is_empty()).then_some(what) });
    }
    is_marked_breaking(commit.subject()).then_some(Breaking { what: None })
}

/// The people in a message's `Co-authored-by` trailers, in their order; at most 20. A squashed message may carry them
/// anywhere, so every line is searched; a malformed trailer is parsed as far as possible.
pub fn co_authors(commit: &Commit) -> Vec<Identity> {
    let lines = commit.message.lines().skip(1).filter_map(|line| line.trim().split_once(':'));
    let values = lines.filter(|(key, _)| names_co_authors(key)).flat_map(|(_, value)| Identity::all(value));
    values.take(CO_AUTHORS_MAX).collect()
}

/// `Co-authored-by`, also with other hyphens.
fn names_co_authors(key: &str) -> bool {
    let letters: String = key.chars().filter(|letter| !matches!(letter, '-' | ' ' | '_')).collect();
    letters.eq_ignore_ascii_case("coauthoredby")
}
