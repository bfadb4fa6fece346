//! Unified diffs, as git writes them.

use domain::commit::{ChangedFile, Changes, Patch, PatchLimits, Sha};

/// The lines that a hunk adds and removes. Headers of files are before the first hunk and do not count.
pub(in crate::git) fn size(hunks: &str) -> (u64, u64) {
    hunks.lines().fold((0, 0), |(added, removed), line| match line.as_bytes().first() {
        Some(b'+') => (added + 1, removed),
        Some(b'-') => (added, removed + 1),
        _ => (added, removed),
    })
}

/// A file with its hunks; none for a binary file, or one of which only the name or the mode changes.
pub(in crate::git) fn file(path: String, hunks: Option<&str>) -> ChangedFile {
    let (additions, deletions) = hunks.map(size).unzip();
    ChangedFile { path, additions, deletions }
}

/// The whole diff of a commit, as `git show` writes it.
pub(in crate::git) fn patch(sha: &Sha, diff: &str, limits: &PatchLimits) -> Patch {
    let mut patch = Patch::of(sha.clone());
    let mut total = Changes { files: Some(0), ..Changes::default() };
    for part in files(diff) {
        let hunks_begin = part.find("\n@@ ").map(|end| end + 1);
        let header = part.get(..hunks_begin.unwrap_or(part.len())).unwrap_or_default();
        let hunks = hunks_begin.and_then(|begin| part.get(begin..));
        let Some(name) = path(header) else { continue };
        let moved_from = header.lines().find_map(|line| line.strip_prefix("rename from "));
        patch.moved_from.extend(moved_from.map(|name| name.trim_matches('"').to_owned()));
        let file = file(name, hunks);
        total.additions += file.additions.unwrap_or(0);
        total.deletions += file.deletions.unwrap_or(0);
        total.files = total.files.map(|files| files + 1);
        patch.add(file, hunks, limits);
    }
    patch.changes = Some(total);
    patch
}

/// The parts of a diff, one for each file. A line of a file begins with a mark, so that none looks like a header.
fn files(diff: &str) -> impl Iterator<Item = &str> {
    const HEADER: &str = "diff --git ";
    let start = if diff.starts_with(HEADER) { Some(0) } else { diff.find("\ndiff --git ").map(|end| end + 1) };
    let mut rest = start.and_then(|start| diff.get(start..));
    std::iter::from_fn(move || {
        let part = rest?;
        let end = part.find("\ndiff --git ").map(|end| end + 1);
        rest = end.and_then(|end| part.get(end..));
        part.get(..end.unwrap_or(part.len()))
    })
}

/// The path in the header of a file: the new one, or the old one of a file that is deleted.
fn path(header: &str) -> Option<String> {
    let line = |beginning: &str| header.lines().find_map(|line| line.strip_prefix(beginning));
    let below = |text: &str, side: &str| {
        // Git writes names with special characters in quotes, and a tab after names with spaces.
        let text = text.trim_end_matches('\t').trim_matches('"');
        text.strip_prefix(side).map(str::to_owned)
    };
    let new = line("+++ ").and_then(|text| below(text, "b/"));
    let old = || line("--- ").and_then(|text| below(text, "a/"));
    let renamed = || line("rename to ").map(|text| text.trim_matches('"').to_owned());
    let first = || {
        let names = header.lines().next()?.strip_prefix("diff --git ")?;
        names.rsplit_once(" b/").map(|(_, name)| name.trim_matches('"').to_owned())
    };
    new.or_else(old).or_else(renamed).or_else(first)
}
