//! The tags of a folder, which has no releases.

use super::sha;
use domain::activity::{Activity, Release, kept_title};
use domain::commit::Sha;
use git2::{Error, Repository};
use std::collections::BTreeMap;

/// The tags of these commits, in the order of the commits. A name that is no UTF-8 is skipped.
pub(super) fn of(repository: &Repository, commits: &[Sha]) -> Result<Activity, Error> {
    let commits: BTreeMap<&Sha, usize> = commits.iter().zip(0..).collect();
    let mut releases = Vec::new();
    for name in repository.tag_names(None)?.iter().flatten().flatten() {
        let Ok(tag) = repository.find_reference(&format!("refs/tags/{name}")) else { continue };
        // A tag can name something else, such as a tree.
        let commit = tag.peel_to_commit().ok().and_then(|commit| sha(commit.id()));
        if let Some(commit) = commit.filter(|commit| commits.contains_key(commit)) {
            let tag = kept_title(name);
            releases.push(Release { tag, name: None, at: None, is_prerelease: false, commit: Some(commit) });
        }
    }
    releases.sort_by_key(|tag: &Release| commits.get(tag.commit.as_ref()?).copied());
    Ok(Activity { releases, ..Activity::default() }.sorted())
}
