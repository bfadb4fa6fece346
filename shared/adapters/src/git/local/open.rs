//! Opens a folder of any owner, however it was cloned.

use super::{broken, failed};
use app::ports::{GitError, GitFailure};
use git2::{ErrorCode, Repository};
use std::fs;
use std::io;
use std::ops::Deref;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A feature of partial clones that libgit2 refuses to open. For a reader it means only that objects can be missing.
const PARTIAL_CLONE: &str = "extensions.partialclone";

/// An opened repository.
pub(super) struct Folder {
    repository: Repository,
    /// The folder that is opened in place of the repository's own; removed when this is dropped.
    _temporary: Option<TempDir>,
}

impl Deref for Folder {
    type Target = Repository;

    fn deref(&self) -> &Repository {
        &self.repository
    }
}

impl From<Repository> for Folder {
    fn from(repository: Repository) -> Self {
        Self { repository, _temporary: None }
    }
}

pub(super) fn open(path: &str) -> Result<Folder, GitError> {
    let error = match Repository::open(path) {
        Ok(repository) => return Ok(repository.into()),
        Err(error) => error,
    };
    match error.code() {
        // Git refuses others' folders because their configuration could run programs. Reading commits runs none.
        ErrorCode::Owner => open_without_configuration(path),
        ErrorCode::NotFound if Path::new(path).exists() => Err(failed(
            GitFailure::NotFound,
            format!("'{path}' is not a git repository: name the folder that holds '.git', or a bare repository"),
        )),
        ErrorCode::NotFound => {
            Err(failed(GitFailure::NotFound, format!("there is no folder '{path}': check the path")))
        }
        _ if error.message().contains(PARTIAL_CLONE) => open_without_configuration(path),
        _ => Err(broken(path, &error)),
    }
}

/// Opens the objects and branches of a repository through a temporary folder, without the repository's configuration.
fn open_without_configuration(path: &str) -> Result<Folder, GitError> {
    let unread =
        |error: io::Error| failed(GitFailure::Refused, format!("the repository in '{path}' can't be read: {error}"));
    let place = TempDir::new().and_then(|place| link(path, place.path()).map(|()| place)).map_err(unread)?;
    let repository = Repository::open_bare(place.path()).map_err(|error| broken(path, &error))?;
    Ok(Folder { repository, _temporary: Some(place) })
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
    // The owner's configuration is not used, but a reader must know whether it sets another kind of object ids.
    if fs::read_to_string(common.join("config")).is_ok_and(|config| config.to_lowercase().contains("sha256")) {
        return Err(io::Error::other("its objects are named by SHA-256, which is not supported"));
    }
    Ok(())
}

/// The repository's own folder: `.git` of a working copy, the target of a `.git` file, or the folder of a bare one.
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
