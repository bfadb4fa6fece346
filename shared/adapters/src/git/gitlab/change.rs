//! What a commit changes, at GitLab: the first page of its diff. Sizes are counted in its lines.

use crate::git::host::Api;
use crate::git::host::unified;
use crate::git::host::wire::{Element, or_default};
use app::ports::GitError;
use domain::commit::{Changes, Patch, PatchLimits, Sha};
use serde::Deserialize;

/// Files of a commit that are read: the most that GitLab gives on a page.
const FILES: &str = "100";

#[derive(Deserialize)]
struct File {
    new_path: String,
    /// Another one than `new_path` if the file was moved.
    old_path: Option<String>,
    /// Empty for a binary file, and for a change that is too large to be shown.
    #[serde(default, deserialize_with = "or_default")]
    diff: String,
    too_large: Option<bool>,
    collapsed: Option<bool>,
}

pub(in crate::git) async fn change(
    api: &Api<'_>,
    sha: &Sha,
    limits: &PatchLimits,
) -> Result<(Patch, Option<u64>), GitError> {
    let answer = api.get(api.url(&["commits", sha.as_str(), "diff"], &[("per_page", FILES)])).await?;
    let files: Vec<Element<File>> = api.read(&answer)?;
    let mut patch = Patch::of(sha.clone());
    let mut total = Changes { files: u64::try_from(files.len()).ok(), ..Changes::default() };
    let mut is_whole = answer.next.is_none();
    for file in files.into_iter().filter_map(|element| element.0) {
        patch.moved_from.extend(file.old_path.filter(|old| *old != file.new_path));
        is_whole &= !(file.too_large.unwrap_or(false) || file.collapsed.unwrap_or(false));
        let hunks = Some(file.diff.as_str()).filter(|diff| !diff.is_empty());
        let changed = unified::file(file.new_path, hunks);
        total.additions += changed.additions.unwrap_or(0);
        total.deletions += changed.deletions.unwrap_or(0);
        patch.add(changed, hunks, limits);
    }
    patch.is_cut |= !is_whole;
    patch.changes = is_whole.then_some(total);
    Ok((patch, answer.remaining))
}
