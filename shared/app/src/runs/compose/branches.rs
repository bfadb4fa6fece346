//! Reading all branches of a run. Those that can't be read don't keep the others from being reported.

use super::TemporaryFailure;
use super::beside::remove_repeated_tags;
use super::observe::{Observed, Observer};
use super::stop::Stop;
use crate::limits::BRANCHES_AT_ONCE;
use crate::ports::{GitError, GitFailure};
use domain::configuration::Configuration;
use domain::instant::Instant;
use domain::run::{ErrorCode, FailedBranch, Failure, Run, RunBranch};
use futures::{StreamExt, stream};

/// What was read of a run's branches.
pub(crate) struct Observations {
    /// The branches that were read, at least one, in the order of the run.
    pub(crate) read: Vec<Observed>,
    /// Those that were not.
    pub(crate) failed: Vec<FailedBranch>,
    /// The first failure of these that may pass.
    pub(super) temporary: Option<TemporaryFailure>,
}

impl Observations {
    /// The number of commits in all ranges, including those that the report does not list.
    pub(crate) fn count(&self) -> u64 {
        self.read.iter().map(Observed::count).fold(0, u64::saturating_add)
    }

    /// Whether the count is a minimum.
    pub(super) fn at_least(&self) -> bool {
        self.read.iter().any(|branch| branch.list.at_least)
    }

    /// Whether no branch has a commit to report.
    pub(super) fn is_empty(&self) -> bool {
        self.read.iter().all(|branch| branch.list.commits.is_empty())
    }

    /// Whether nothing happened in any branch: no commits, and nothing beside them.
    pub(super) fn has_nothing(&self) -> bool {
        self.read.iter().all(Observed::is_empty)
    }

    /// The run's first branch, if it was read.
    pub(super) fn first(&self, run: &Run) -> Option<&Observed> {
        self.read.iter().find(|branch| branch.branch.generation == run.generation)
    }
}

impl Observer {
    /// Reads all branches of a run, by `until` at the latest, a few at the same time. A branch that is no longer in the
    /// configuration is skipped. An error if none was read, and if the store failed.
    pub(crate) async fn observe(
        &self,
        run: &Run,
        configuration: Option<&Configuration>,
        until: Instant,
    ) -> Result<Observations, Stop> {
        let branches = run.branches();
        let several = branches.len() > 1;
        let reading = stream::iter(branches).map(|branch| async move {
            let observed = self.observe_branch(run, &branch, configuration, until).await;
            observed.map_err(|stop| (stop, branch))
        });
        let results: Vec<_> = reading.buffered(BRANCHES_AT_ONCE).collect().await;
        let (mut read, mut stopped) = (Vec::new(), Vec::new());
        for result in results {
            match result {
                Ok(observed) => read.push(observed),
                Err((Stop::Store(error), _)) => return Err(Stop::Store(error)),
                Err((Stop::Overtaken, _)) => {}
                Err(failed) => stopped.push(failed),
            }
        }
        if read.is_empty() {
            let decisive = stopped.iter().position(|(stop, _)| stop.is_temporary()).unwrap_or_default();
            let stop = stopped.into_iter().nth(decisive);
            let stop = stop.map(|(stop, branch)| if several { stop.named(&branch) } else { stop });
            return Err(stop.unwrap_or(Stop::Overtaken));
        }
        remove_repeated_tags(&mut read);
        for observed in &mut read {
            self.add_changes(run, observed, until).await;
        }
        let temporary = stopped.iter().find(|(stop, _)| stop.is_temporary());
        let temporary = temporary.map(|(stop, _)| TemporaryFailure::of(run, stop));
        let failed = stopped.into_iter().map(|(stop, branch)| FailedBranch {
            failure: failure(run, &stop),
            repository: branch.repository,
            branch: branch.branch,
        });
        Ok(Observations { read, failed: failed.collect(), temporary })
    }
}

impl Stop {
    /// The same with the repository in its message, where the run has several.
    fn named(self, branch: &RunBranch) -> Self {
        match self {
            Self::Git(GitError { failure, message }) => {
                let message = format!("{}: {message}", branch.repository_name);
                Self::Git(GitError { failure, message })
            }
            other => other,
        }
    }
}

impl TemporaryFailure {
    /// A failure that may pass.
    pub(super) fn of(run: &Run, stop: &Stop) -> Self {
        Self { failure: failure(run, stop), asked: stop.asked(), otherwise: None }
    }
}

/// The failure of a branch, or of a run with only that branch, for its user.
pub(super) fn failure(run: &Run, stop: &Stop) -> Failure {
    match stop {
        Stop::Git(error) => {
            let code = match error.failure {
                GitFailure::NotFound => ErrorCode::RepositoryNotFound,
                GitFailure::TokenInvalid => ErrorCode::TokenInvalid,
                GitFailure::RateLimited { .. } => ErrorCode::GitRateLimited,
                GitFailure::Unavailable | GitFailure::Refused | GitFailure::Forbidden => ErrorCode::GitUnavailable,
            };
            Failure::new(code, &error.message)
        }
        Stop::Vault(error) => {
            tracing::error!(run = %run.id, %error, "the repository's token can't be decrypted");
            let message = "The repository's access token could not be opened. Set it again, or try later.";
            Failure::new(ErrorCode::Internal, message)
        }
        Stop::NoRepository | Stop::Overtaken | Stop::Store(_) => {
            let message = "The repository was deleted. Choose another one for this report configuration.";
            Failure::new(ErrorCode::RepositoryNotFound, message)
        }
    }
}
