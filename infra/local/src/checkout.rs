//! A git repository in a folder of this machine.

use adapters::git::LocalGit;
use domain::configuration::BranchName;
use domain::instant::{Duration, Instant};
use std::path::{Path, PathBuf};

/// Where a detached head leaves the branch to be guessed.
const USUAL_BRANCHES: [&str; 3] = ["main", "master", "trunk"];

/// A repository, and the branch that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The folder that holds `.git`, or a bare repository.
    pub path: String,
    /// The branch.
    pub branch: BranchName,
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
        let branch = match branch {
            Some(branch) => branch.clone(),
            None => LocalGit::default_branch(path).or_else(|error| usual_branch(path).ok_or(error.message))?,
        };
        let newest = LocalGit::newest_commit_instant(path, &branch).map_err(|error| error.message)?;
        Ok(Self { path: path.to_owned(), branch, newest })
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

fn usual_branch(path: &str) -> Option<BranchName> {
    USUAL_BRANCHES
        .into_iter()
        .filter_map(|name| BranchName::parse(name).ok())
        .find(|branch| matches!(LocalGit::newest_commit_instant(path, branch), Ok(Some(_))))
}
