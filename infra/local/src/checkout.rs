//! A git repository in a local folder.

use adapters::clock::SystemClock;
use adapters::git::{LocalGit, NewestDates};
use app::ports::Clock;
use domain::commit::Sha;
use domain::configuration::BranchName;
use domain::instant::{Duration, Instant};
use std::path::{Path, PathBuf};

/// A repository, and the branch to report on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The folder that holds `.git`, or a bare repository.
    pub path: String,
    /// `HEAD` if no branch is checked out.
    pub branch: BranchName,
    /// The checked-out commit, which is reported on if no branch is checked out.
    pub detached: Option<Sha>,
    /// The newest dates of the branch's commits; `None` if it has no commits.
    pub newest: Option<NewestDates>,
}

impl Checkout {
    /// The repository in a folder or in a folder above it. Errors are messages for people.
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
        let newest = LocalGit::newest_dates(path, &branch, SystemClock.now()).map_err(|error| error.message)?;
        Ok(Self { path: path.to_owned(), branch, detached, newest })
    }

    /// A description of what is reported on, for progress messages.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.detached {
            Some(commit) => format!("{} (HEAD is detached at {})", self.path, commit.short()),
            None => format!("{} (branch {})", self.path, self.branch),
        }
    }

    /// The end of a range that includes the branch's newest commit that is not dated in the future.
    #[must_use]
    pub fn just_after_newest(&self) -> Option<Instant> {
        self.newest.map(|newest| just_after(newest.past))
    }

    /// The end of a range that includes every commit of the branch, also those that a wrong clock dated in the future.
    #[must_use]
    pub fn just_after_all(&self) -> Option<Instant> {
        self.newest.map(|newest| just_after(newest.any))
    }
}

fn just_after(instant: Instant) -> Instant {
    instant + Duration::seconds(1)
}

/// The nearest folder that contains `.git`: this one or one above it.
fn around(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned)
}
