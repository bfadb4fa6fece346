//! The paths that a report is about, in words.

use super::wording::listed;
use crate::repository::{PathFilter, RepositoryPath};

/// The most paths of each list that are named, in a sentence and in a title.
const NAMED_MAX: usize = 3;
const TITLE_NAMED_MAX: usize = 2;

/// ` in packages/api and packages/web, without packages/web/old`; empty for the whole repository. Each path is shown as
/// `shown` writes it.
pub(crate) fn paths_in_words(paths: &PathFilter, shown: impl Fn(&RepositoryPath) -> String) -> String {
    let words = |label: &str, paths| named(paths, NAMED_MAX, &shown).map(|names| format!("{label} {names}"));
    match (words("in", paths.include()), words("without", paths.exclude())) {
        (None, None) => String::new(),
        (Some(one), None) | (None, Some(one)) => format!(" {one}"),
        (Some(include), Some(exclude)) => format!(" {include}, {exclude}"),
    }
}

/// ` (packages/api and packages/web, without packages/web/old)` behind the name of a repository; empty for all of it.
pub(crate) fn paths_in_title(paths: &PathFilter, shown: impl Fn(&RepositoryPath) -> String) -> String {
    let words = |paths| named(paths, TITLE_NAMED_MAX, &shown);
    match (words(paths.include()), words(paths.exclude())) {
        (None, None) => String::new(),
        (Some(include), None) => format!(" ({include})"),
        (None, Some(exclude)) => format!(" (without {exclude})"),
        (Some(include), Some(exclude)) => format!(" ({include}, without {exclude})"),
    }
}

/// The first paths, and how many more there are; `None` without any.
fn named(paths: &[RepositoryPath], max: usize, shown: impl Fn(&RepositoryPath) -> String) -> Option<String> {
    let more = paths.len().saturating_sub(max);
    let more = (more > 0).then(|| format!("{more} more"));
    let names: Vec<String> = paths.iter().take(max).map(shown).chain(more).collect();
    (!names.is_empty()).then(|| listed(&names))
}
