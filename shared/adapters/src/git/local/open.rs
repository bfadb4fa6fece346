//! Opening a folder, whoever owns it.

use super::{broken, failed};
use app::ports::{GitError, GitFailure};
use git2::{ErrorCode, Repository};
use std::path::{Path, PathBuf};

pub(super) fn open(path: &str) -> Result<Repository, GitError> {
    let error = match Repository::open(path) {
        Ok(repository) => return Ok(repository),
        Err(error) => error,
    };
    match error.code() {
        // git refuses the folders of other people because their configuration could have it run programs. Reading
        // commits runs none, and as a bare repository the folder opens without that question.
        ErrorCode::Owner => Repository::open_bare(git_folder(path))
            .map_err(|error| broken(path, &error))
            .and_then(|repository| whole(path, repository)),
        ErrorCode::NotFound if Path::new(path).exists() => Err(failed(
            GitFailure::NotFound,
            format!("'{path}' is not a git repository: name the folder that holds '.git', or a bare repository"),
        )),
        ErrorCode::NotFound => {
            Err(failed(GitFailure::NotFound, format!("there is no folder '{path}': check the path")))
        }
        _ => Err(broken(path, &error)),
    }
}

/// Opened as a bare repository, libgit2 does not learn where a shallow one ends, and would look for what is not there.
fn whole(path: &str, repository: Repository) -> Result<Repository, GitError> {
    if repository.is_shallow() {
        return Err(failed(
            GitFailure::Forbidden,
            format!(
                "'{path}' belongs to another user and is a shallow clone: allow it with \
                 `git config --global --add safe.directory {path}`, or fetch the rest with `git fetch --unshallow`"
            ),
        ));
    }
    Ok(repository)
}

/// Where the repository itself is: `.git` of a working copy, what a `.git` file points to, or the folder of a bare one.
fn git_folder(path: &str) -> PathBuf {
    let root = Path::new(path);
    let inner = root.join(".git");
    if inner.is_dir() {
        return inner;
    }
    let pointed = std::fs::read_to_string(&inner).ok().and_then(|text| {
        let target = text.trim().strip_prefix("gitdir:")?.trim();
        Some(root.join(target))
    });
    pointed.unwrap_or_else(|| root.to_owned())
}
