//! How a run ends.

use super::{Failure, Window};
use crate::commit::Sha;
use crate::configuration::LastRunStatus;
use crate::instant::Instant;
use crate::report::DegradedReason;
use crate::words::words;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Instant,
    /// How.
    pub outcome: Outcome,
    /// Whether it counts against the limit.
    pub counted: bool,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A report, or the word that nothing was new.
    Success(Findings),
    /// It did not work.
    Failed(Failure),
    /// Its user stopped it.
    Cancelled,
}

/// What a successful run found.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Findings {
    /// Commits in the range.
    pub commits: u64,
    /// The range has more commits than that: the git host's list was not read to its end.
    pub commits_at_least: bool,
    /// The range of time that a scheduled run reported on; that of another run is in its trigger.
    pub window: Option<Window>,
    /// The commit before the range, where it is known.
    pub range_from: Option<Sha>,
    /// The last commit of the range.
    pub range_to: Option<Sha>,
    /// A model was chosen and failed; the text was written without it.
    pub degraded: bool,
    /// Why; unknown for runs that ended before reasons were recorded.
    pub degraded_reason: Option<DegradedReason>,
    /// The attempt whose content is the report; none where there is no text.
    pub content_attempt: Option<u32>,
}

words! {
    /// A run's status.
    pub enum Status {
        /// Under way.
        Running = "running",
        /// Ended well.
        Success = "success",
        /// Did not work.
        Failed = "failed",
        /// Stopped by its user.
        Cancelled = "cancelled",
    }
}

words! {
    /// Why a run counts against the monthly limit, or why not.
    pub enum CountReason {
        /// Not yet: it is running.
        Running = "running",
        /// It counts: a report of at least one commit by the chosen writer.
        Report = "report",
        /// Nothing was new.
        NoCommits = "no_commits",
        /// The report was written without the chosen model.
        Degraded = "degraded",
        /// A test.
        Test = "test",
        /// It failed.
        Failed = "failed",
        /// It was cancelled.
        Cancelled = "cancelled",
    }
}

impl Outcome {
    /// The status that goes with it.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Success(_) => Status::Success,
            Self::Failed(_) => Status::Failed,
            Self::Cancelled => Status::Cancelled,
        }
    }

    /// The status that the configuration of a scheduled run gets.
    #[must_use]
    pub fn last_run_status(&self) -> LastRunStatus {
        match self {
            Self::Success(_) => LastRunStatus::Success,
            Self::Failed(_) => LastRunStatus::Failed,
            Self::Cancelled => LastRunStatus::Cancelled,
        }
    }

    /// Whether a text was written without the model that was chosen.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        matches!(self, Self::Success(findings) if findings.degraded)
    }
}
