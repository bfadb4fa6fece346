//! Opening a folder, whoever owns it and however it was cloned.

use super::{broken, failed};
use app::ports::{GitError, GitFailure};
use git2::{ErrorCode, Repository};
use std::fs;
use std::io;
use std::ops::Deref;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A git feature that a partial clone names, and that libgit2 refuses to open. It changes nothing for a reader but that
/// objects can be missing.
const PARTIAL_CLONE: &str = "extensions.partialclone";

/// An opened repository.
pub(super) struct Folder {
    repository: Repository,
    /// Where it is opened instead of its own folder; removed with it.
    _beside: Option<TempDir>,
}

impl Deref for Folder {
    type Target = Repository;

    fn deref(&self) -> &Repository {
        &self.repository
    }
}

impl From<Repository> for Folder {
    fn from(repository: Repository) -> Self {
        Self { repository, _beside: None }
    }
}

pub(super) fn open(path: &str) -> Result<Folder, GitError> {
    let error = match Repository::open(path) {
        Ok(repository) => return Ok(repository.into()),
        Err(error) => error,
    };
    match error.code() {
        // git refuses the folders of other people because their configuration could have it run programs. Reading
        // commits runs none.
        ErrorCode::Owner => beside(path),
        ErrorCode::NotFound if Path::new(path).exists() => Err(failed(
            GitFailure::NotFound,
            format!("'{path}' is not a git repository: name the folder that holds '.git', or a bare repository"),
        )),
        ErrorCode::NotFound => {
            Err(failed(GitFailure::NotFound, format!("there is no folder '{path}': check the path")))
        }
        _ if error.message().contains(PARTIAL_CLONE) => beside(path),
        _ => Err(broken(path, &error)),
    }
}

/// Opens the objects and branches of a folder from a folder of our own, without its configuration.
fn beside(path: &str) -> Result<Folder, GitError> {
    let unread =
        |error: io::Error| failed(GitFailure::Refused, format!("the repository in '{path}' can't be read: {error}"));
    let place = TempDir::new().and_then(|place| link(path, place.path()).map(|()| place)).map_err(unread)?;
    let repository = Repository::open_bare(place.path()).map_err(|error| broken(path, &error))?;
    Ok(Folder { repository, _beside: Some(place) })
}

/// Links what a reader needs of the repository at `path` into the folder `place`, as a bare repository.
fn link(path: &str, place: &Path) -> io::Result<()> {
    let git = git_folder(path).canonicalize()?;
    let common = match fs::read_to_string(git.join("commondir")) {
        Ok(common) => git.join(common.trim()),
        Err(_) => git.clone(),
    };
    for folder in ["objects", "refs"] {
        symlink(common.join(folder), place.join(folder))?;
    }
    fs::copy(git.join("HEAD"), place.join("HEAD"))?;
    for file in ["packed-refs", "shallow"] {
        match fs::copy(common.join(file), place.join(file)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    // Without the configuration of its owner: another kind of objects is the one thing in it that a reader must know.
    if fs::read_to_string(common.join("config")).is_ok_and(|config| config.to_lowercase().contains("sha256")) {
        return Err(io::Error::other("its objects are named by SHA-256, which is not supported"));
    }
    Ok(())
}

/// Where the repository itself is: `.git` of a working copy, what a `.git` file points to, or the folder of a bare one.
fn git_folder(path: &str) -> PathBuf {
    let root = Path::new(path);
    let inner = root.join(".git");
    if inner.is_dir() {
        return inner;
    }
    let pointed = fs::read_to_string(&inner).ok().and_then(|text| {
        let target = text.trim().strip_prefix("gitdir:")?.trim();
        Some(root.join(target))
    });
    pointed.unwrap_or_else(|| root.to_owned())
}
