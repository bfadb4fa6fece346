//! Which commits change a file in some paths, by their differences to their parents.

use super::walk::History;
use domain::commit::Sha;
use domain::repository::PathFilter;
use git2::{Delta, DiffOptions, Oid, Repository};
use std::collections::BTreeSet;

/// Those of the commits, and those whose files can't be known: at the boundary of a shallow clone, and where a partial
/// clone lacks them. Merges are never returned.
pub(super) fn touching(repository: &Repository, ids: &[Sha], paths: &PathFilter) -> Result<BTreeSet<Sha>, git2::Error> {
    let history = History::of(repository)?;
    let is_touching = |sha: &&Sha| {
        changes_any(&history, sha, paths).unwrap_or_else(|error| {
            tracing::debug!(%sha, %error, "the files of a commit can't be known: it is reported");
            true
        })
    };
    Ok(ids.iter().filter(is_touching).cloned().collect())
}

fn changes_any(history: &History<'_>, sha: &Sha, paths: &PathFilter) -> Result<bool, git2::Error> {
    let id = Oid::from_str(sha.as_str())?;
    let commit = history.read(id)?;
    let parent = match commit.parents.as_slice() {
        _ if history.is_boundary(id) => return Ok(true),
        [] => None,
        [parent] => history.read(*parent)?.tree,
        _ => return Ok(false),
    };
    let repository = history.repository;
    let parent = parent.map(|parent| repository.find_tree(parent)).transpose()?;
    let tree = commit.tree.map(|tree| repository.find_tree(tree)).transpose()?;
    let mut options = DiffOptions::new();
    // A path is literal, and the differences outside of them are not computed.
    options.disable_pathspec_match(true);
    for path in paths.include() {
        options.pathspec(path.as_str());
    }
    let difference = repository.diff_tree_to_tree(parent.as_ref(), tree.as_ref(), Some(&mut options))?;
    let is_matching = difference.deltas().any(|delta| {
        let sides = [delta.old_file().path_bytes(), delta.new_file().path_bytes()];
        let mut names = sides.into_iter().flatten().map(String::from_utf8_lossy);
        delta.status() != Delta::Unmodified && names.any(|name| paths.matches(&name))
    });
    Ok(is_matching)
}
