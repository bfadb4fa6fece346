//! A git repository in a folder of this machine.

use adapters::git::LocalGit;
use domain::commit::Sha;
use domain::configuration::BranchName;
use domain::instant::{Duration, Instant};
use std::path::{Path, PathBuf};

/// A repository, and the branch that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The folder that holds `.git`, or a bare repository.
    pub path: String,
    /// The branch; `HEAD` where the repository is on none.
    pub branch: BranchName,
    /// The commit that is reported on instead of a branch's.
    pub detached: Option<Sha>,
    /// When the branch's last commit was made; none where it has none.
    pub newest: Option<Instant>,
}

impl Checkout {
    /// The repository at a folder or around it. Errors are messages for people.
    pub fn find(folder: &Path, branch: Option<&BranchName>) -> Result<Self, String> {
        let shown = folder.display();
        let Ok(folder) = folder.canonicalize() else {
            return Err(format!("there is no folder '{shown}': check the path"));
        };
        if !folder.is_dir() {
            return Err(format!("'{shown}' is not a folder: name the folder of a git repository"));
        }
        let path = around(&folder).unwrap_or(folder);
        let path = path.to_str().ok_or_else(|| format!("the path '{shown}' is not UTF-8: move the repository"))?;
        let detached = match branch {
            Some(_) => None,
            None => LocalGit::detached_head(path).map_err(|error| error.message)?,
        };
        let branch = match (branch, &detached) {
            (Some(branch), _) => branch.clone(),
            (None, Some(_)) => BranchName::parse("HEAD").map_err(|error| error.to_string())?,
            (None, None) => LocalGit::default_branch(path).map_err(|error| error.message)?,
        };
        let newest = LocalGit::newest_commit_instant(path, &branch).map_err(|error| error.message)?;
        Ok(Self { path: path.to_owned(), branch, detached, newest })
    }

    /// What is reported on, for people.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.detached {
            Some(commit) => format!("{} (HEAD is detached at {})", self.path, commit.short()),
            None => format!("{} (branch {})", self.path, self.branch),
        }
    }

    /// The end of a range that has the branch's newest commit in it.
    #[must_use]
    pub fn just_after_newest(&self) -> Option<Instant> {
        self.newest.map(|newest| newest + Duration::seconds(1))
    }
}

/// The nearest folder with a `.git` in it, this one or one above it.
fn around(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned)
}
