//! What a commit changes, at GitHub: one request, with at most 300 files on its first page.

use crate::git::host::Api;
use crate::git::host::wire::{Element, Stats, or_default};
use app::ports::GitError;
use domain::commit::{ChangedFile, Changes, FILES_MAX, Patch, PatchLimits, Sha};
use serde::Deserialize;

#[derive(Deserialize)]
struct Detail {
    stats: Option<Stats>,
    #[serde(default, deserialize_with = "or_default")]
    files: Vec<Element<File>>,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    /// The former name of a file that was moved.
    previous_filename: Option<String>,
    additions: Option<u64>,
    deletions: Option<u64>,
    /// Absent for a binary file and for a large change.
    patch: Option<String>,
}

pub(in crate::git) async fn change(
    api: &Api<'_>,
    sha: &Sha,
    limits: &PatchLimits,
) -> Result<(Patch, Option<u64>), GitError> {
    let answer = api.get(api.url(&["commits", sha.as_str()], &[])).await?;
    let Detail { stats, files } = api.read(&answer)?;
    let mut patch = Patch::of(sha.clone());
    let is_whole = files.len() < FILES_MAX && answer.next.is_none();
    patch.is_cut = !is_whole;
    for file in files.into_iter().filter_map(|element| element.0) {
        let File { filename, previous_filename, additions, deletions, patch: text } = file;
        patch.moved_from.extend(previous_filename);
        // GitHub omits the text of a large change, whose size it states.
        patch.is_cut |= text.is_none() && additions.zip(deletions).is_some_and(|(more, less)| more + less > 0);
        patch.add(ChangedFile { path: filename, additions, deletions }, text.as_deref(), limits);
    }
    let count = u64::try_from(patch.files.len()).ok().filter(|_| is_whole);
    patch.changes = stats.map(|stats| Changes { files: count, ..stats.into() });
    Ok((patch, answer.remaining))
}
