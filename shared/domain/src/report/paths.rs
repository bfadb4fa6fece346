//! The paths that a report is about, in words.

use super::wording::listed;
use crate::repository::{PathFilter, RepositoryPath};

/// The most paths of each list that are named.
const NAMED_MAX: usize = 3;

/// ` in packages/api and packages/web, without packages/web/old`; empty for the whole repository. Each path is shown as
/// `shown` writes it.
pub(crate) fn paths_in_words(paths: &PathFilter, shown: impl Fn(&RepositoryPath) -> String) -> String {
    let words = |label: &str, paths: &[RepositoryPath]| {
        let mut names: Vec<String> = paths.iter().take(NAMED_MAX).map(&shown).collect();
        match paths.len().saturating_sub(NAMED_MAX) {
            0 => {}
            more => names.push(format!("{more} more")),
        }
        (!names.is_empty()).then(|| format!("{label} {}", listed(&names)))
    };
    match (words("in", paths.include()), words("without", paths.exclude())) {
        (None, None) => String::new(),
        (Some(one), None) | (None, Some(one)) => format!(" {one}"),
        (Some(include), Some(exclude)) => format!(" {include}, {exclude}"),
    }
}
