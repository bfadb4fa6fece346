//! The sources of the dashboard, and whether its build is up to date with them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What the build reads, in the folder of the sources.
const READ_BY_THE_BUILD: [&str; 7] =
    ["src", "public", "index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"];

/// The folder of the sources.
pub(super) struct Sources(PathBuf);

impl Sources {
    pub(super) fn in_folder(folder: PathBuf) -> Self {
        Self(fs::canonicalize(&folder).unwrap_or(folder))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// The file by which npm recognises the sources; it is locked during a build.
    pub(super) fn package_file(&self) -> PathBuf {
        self.0.join("package.json")
    }

    pub(super) fn exist(&self) -> bool {
        self.package_file().is_file()
    }

    /// The folder of the built files.
    pub(super) fn built_folder(&self) -> PathBuf {
        self.0.join("dist")
    }

    /// When the files were built; `None` if they are absent.
    pub(super) fn built_at(&self) -> Option<SystemTime> {
        modified(&self.built_folder().join("index.html"))
    }

    /// Whether there is a build that is as new as the sources. Without sources, any build is.
    pub(super) fn are_built(&self) -> bool {
        let newest = READ_BY_THE_BUILD.iter().filter_map(|name| newest(&self.0.join(name))).max();
        self.built_at().is_some_and(|built| newest.is_none_or(|newest| newest <= built))
    }

    /// Whether the libraries of the lock file are installed. They are not installed again if they are, because this
    /// would remove those of a developer.
    pub(super) fn are_installed(&self) -> bool {
        let installed = modified(&self.0.join("node_modules/.package-lock.json"));
        let listed = modified(&self.0.join("package-lock.json"));
        matches!((installed, listed), (Some(installed), Some(listed)) if listed <= installed)
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// When the file, or the newest file or folder below the folder, was written: a folder is when a file in it is removed.
/// Tests are not built.
fn newest(path: &Path) -> Option<SystemTime> {
    if !path.is_dir() {
        let name = path.file_name()?.to_string_lossy();
        return modified(path).filter(|_| !name.contains(".test."));
    }
    let below = fs::read_dir(path).ok()?.filter_map(|entry| newest(&entry.ok()?.path())).max();
    below.max(modified(path))
}
