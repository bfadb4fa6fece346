//! What commits change: files, sizes and lines against their parents, renames followed.

use super::walk::History;
use domain::commit::{ChangedFile, Changes, FILES_MAX, Patch, PatchLimits, Sha};
use git2::{Diff, Oid, Repository};
use std::time::Instant;

/// The largest file whose lines are compared, in bytes. Larger ones count as binary.
const COMPARED_BYTES_MAX: i64 = 2_000_000;

/// Those that can be read, in the order of the ids.
pub(super) fn of(repository: &Repository, ids: &[Sha], limits: &PatchLimits) -> Result<Vec<Patch>, git2::Error> {
    let history = History::of(repository)?;
    let started = Instant::now();
    let mut patches = Vec::new();
    for sha in ids.iter().take(limits.commits) {
        if started.elapsed() > limits.within {
            break;
        }
        let found =
            difference(&history, sha).and_then(|found| found.map(|found| patch(sha, &found, limits)).transpose());
        match found {
            Ok(found) => patches.extend(found),
            Err(error) => tracing::debug!(%sha, %error, "the changes of a commit can't be read"),
        }
    }
    Patch::fit(&mut patches, limits.bytes);
    Ok(patches)
}

/// The files of a difference with their sizes.
pub(super) fn files(difference: &Diff<'_>) -> Result<Vec<ChangedFile>, git2::Error> {
    (0..difference.deltas().len().min(FILES_MAX)).map(|place| file(difference, place).map(|(file, _)| file)).collect()
}

/// The difference to the parent; `None` for a merge, and at the boundary of a shallow clone.
fn difference<'r>(history: &History<'r>, sha: &Sha) -> Result<Option<Diff<'r>>, git2::Error> {
    let id = Oid::from_str(sha.as_str())?;
    let commit = history.read(id)?;
    let parent = match commit.parents.as_slice() {
        _ if history.is_boundary(id) => return Ok(None),
        [] => None,
        [parent] => history.read(*parent)?.tree,
        _ => return Ok(None),
    };
    let repository = history.repository;
    let Some(tree) = commit.tree else { return Ok(None) };
    let parent = parent.map(|parent| repository.find_tree(parent)).transpose()?;
    let tree = repository.find_tree(tree)?;
    let mut options = git2::DiffOptions::new();
    options.max_size(COMPARED_BYTES_MAX);
    let mut difference = repository.diff_tree_to_tree(parent.as_ref(), Some(&tree), Some(&mut options))?;
    difference.find_similar(None)?;
    Ok(Some(difference))
}

fn patch(sha: &Sha, difference: &Diff<'_>, limits: &PatchLimits) -> Result<Patch, git2::Error> {
    let stats = difference.stats()?;
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let mut patch = Patch::of(sha.clone());
    patch.changes = Some(Changes {
        additions: number(stats.insertions()),
        deletions: number(stats.deletions()),
        files: Some(number(stats.files_changed())),
    });
    let count = difference.deltas().len();
    patch.is_cut = count > FILES_MAX;
    // Those that the report is about come first, wherever they are in a large commit.
    let is_elsewhere = |place: &usize| !limits.paths.is_whole() && !limits.paths.matches(&path(difference, *place));
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by_cached_key(is_elsewhere);
    for place in places.into_iter().take(FILES_MAX) {
        let (file, text) = file(difference, place)?;
        patch.add(file, text.as_deref(), limits);
    }
    Ok(patch)
}

/// A file of a difference, and its hunks unless it is binary.
fn file(difference: &Diff<'_>, place: usize) -> Result<(ChangedFile, Option<String>), git2::Error> {
    let file = ChangedFile { path: path(difference, place), additions: None, deletions: None };
    let Some(mut lines) = git2::Patch::from_diff(difference, place)? else { return Ok((file, None)) };
    let is_binary = lines.delta().flags().is_binary();
    if is_binary {
        return Ok((file, None));
    }
    let (_, additions, deletions) = lines.line_stats()?;
    let whole = lines.to_buf()?;
    let whole = String::from_utf8_lossy(&whole);
    let hunks = whole.find("\n@@ ").and_then(|end| whole.get(end + 1..)).map(str::to_owned);
    let number = |count: usize| u64::try_from(count).ok();
    Ok((ChangedFile { additions: number(additions), deletions: number(deletions), ..file }, hunks))
}

/// The path of a file of a difference: the new one, if it was moved.
fn path(difference: &Diff<'_>, place: usize) -> String {
    let path = difference.get_delta(place).and_then(|delta| {
        let file = delta.new_file().path_bytes().or_else(|| delta.old_file().path_bytes())?;
        Some(String::from_utf8_lossy(file).into_owned())
    });
    path.unwrap_or_default()
}
