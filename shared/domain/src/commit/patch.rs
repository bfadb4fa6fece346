//! What a commit changes: its size, its files, and the beginning of its text, without secrets.

use super::redaction::redacted;
use super::{ChangedFile, Changes, FILES_MAX, Sha};
use crate::repository::PathFilter;
use std::time::Duration;

/// What one commit changes, as far as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    pub sha: Sha,
    /// `None` where the source does not report the whole size.
    pub changes: Option<Changes>,
    /// The changed files, at most [`FILES_MAX`].
    pub files: Vec<ChangedFile>,
    /// The former names of files that were moved, as far as the source has them.
    pub moved_from: Vec<String>,
    /// The changed lines of files that people write, without secrets.
    pub texts: Vec<FilePatch>,
    /// Whether lines or files of the commit are missing in `texts`.
    pub is_cut: bool,
}

/// The changed lines of one file, as a unified diff without its header: each begins with `+`, `-` or a space, or is a
/// line with `@@`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePatch {
    pub path: String,
    pub text: String,
}

/// How much is read of what commits change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchLimits {
    pub commits: usize,
    /// Files of one commit whose text is kept: the first ones that the paths match.
    pub files: usize,
    pub paths: PathFilter,
    /// Bytes of the text of one file, and of all files of all commits.
    pub file_bytes: usize,
    pub bytes: usize,
    /// How long it may take. What was read until then is returned.
    pub within: Duration,
}

impl Default for PatchLimits {
    /// Enough for the commits that matter most, in a quarter of a prompt and a moment's time.
    fn default() -> Self {
        Self {
            commits: 20,
            files: 8,
            paths: PathFilter::default(),
            file_bytes: 2_000,
            bytes: 30_000,
            within: Duration::from_secs(10),
        }
    }
}

/// How much of one file's text is searched for secrets, which is more than is kept: a secret may be at the cut.
const SEARCHED_BYTES: usize = 64 * 1024;

/// The longest path that is kept.
const PATH_BYTES_MAX: usize = 1_000;

/// Ends of the names of files that programs write, or that contain no text.
const WRITTEN_BY_PROGRAMS: [&str; 36] = [
    ".lock",
    "-lock.json",
    "-lock.yaml",
    ".lockb",
    "go.sum",
    "npm-shrinkwrap.json",
    "packages.resolved",
    ".min.js",
    ".min.css",
    ".map",
    ".snap",
    ".pb.go",
    ".pb.rs",
    "_pb2.py",
    ".g.dart",
    ".designer.cs",
    ".svg",
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".ico",
    ".webp",
    ".pdf",
    ".zip",
    ".gz",
    ".jar",
    ".woff",
    ".woff2",
    ".ttf",
    ".wasm",
    ".so",
    ".dll",
    ".exe",
    ".mp4",
    ".bin",
];

/// Folders of others' code and of what programs write.
const FOREIGN_FOLDERS: [&str; 7] =
    ["vendor", "node_modules", "third_party", "dist", "bower_components", "__snapshots__", "generated"];

/// Whether people write the file, by its path. Locks, others' code, generated and binary files are not shown.
pub fn is_written_by_people(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let mut folders = path.rsplit('/').skip(1);
    !WRITTEN_BY_PROGRAMS.iter().any(|end| path.ends_with(end))
        && !folders.any(|folder| FOREIGN_FOLDERS.contains(&folder))
}

impl Patch {
    /// A commit of which nothing is known yet.
    pub fn of(sha: Sha) -> Self {
        Self { sha, changes: None, files: Vec::new(), moved_from: Vec::new(), texts: Vec::new(), is_cut: false }
    }

    /// Adds a file, and its text if people write it and the limits allow. `text` is `None` for a binary file, and where
    /// the source does not return it.
    pub fn add(&mut self, mut file: ChangedFile, text: Option<&str>, limits: &PatchLimits) {
        if self.files.len() >= FILES_MAX {
            self.is_cut = true;
            return;
        }
        let path: String = file.path.chars().take(PATH_BYTES_MAX / 4).collect();
        let is_shown = self.texts.len() < limits.files && is_written_by_people(&path) && limits.paths.matches(&path);
        match text.filter(|text| !text.is_empty()) {
            Some(text) if is_shown => {
                let searched = text.get(..text.floor_char_boundary(SEARCHED_BYTES)).unwrap_or_default();
                let safe = redacted(searched);
                let kept = lines_within(&safe, limits.file_bytes);
                self.is_cut |= searched.len() < text.len() || kept.len() < safe.len();
                if !kept.is_empty() {
                    self.texts.push(FilePatch { path: path.clone(), text: kept.to_owned() });
                }
            }
            Some(_) => self.is_cut = true,
            None => {}
        }
        file.path = path;
        self.files.push(file);
    }

    /// Cuts the texts of all so that together they have at most this many bytes: each gets an equal share, and what one
    /// does not need is left to the next.
    pub fn fit(patches: &mut [Self], bytes: usize) {
        let mut left = bytes;
        let count = patches.len();
        for (place, patch) in patches.iter_mut().enumerate() {
            let mut share = left / (count - place).max(1);
            let mut kept = Vec::new();
            for file in std::mem::take(&mut patch.texts) {
                let text = lines_within(&file.text, share.saturating_sub(file.path.len()));
                patch.is_cut |= text.len() < file.text.len();
                if !text.is_empty() {
                    let used = file.path.len() + text.len();
                    (share, left) = (share.saturating_sub(used), left.saturating_sub(used));
                    kept.push(FilePatch { text: text.to_owned(), ..file });
                }
            }
            patch.texts = kept;
        }
    }
}

/// The first lines that have at most this many bytes together.
fn lines_within(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let head = text.get(..text.floor_char_boundary(bytes)).unwrap_or_default();
    head.rfind('\n').and_then(|end| head.get(..=end)).unwrap_or_default()
}
