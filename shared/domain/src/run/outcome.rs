//! How a run ends.

use super::{FailedBranch, Failure, Window};
use crate::commit::Sha;
use crate::configuration::LastRunStatus;
use crate::instant::Instant;
use crate::report::DegradedReason;
use crate::words::words;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub at: Instant,
    pub outcome: Outcome,
    /// Whether it counts against the limit.
    pub counted: bool,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A report, or nothing was new.
    Success(Findings),
    Failed(Failure),
    Cancelled,
}

/// What a successful run found.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Findings {
    pub commits: u64,
    /// Whether `commits` is a minimum: the git host's list was not read to its end.
    pub commits_at_least: bool,
    /// The sentence of the report that can be read alone, as plain text; `None` without a text, and for a run that is
    /// read from the store, which keeps it with the text.
    pub headline: Option<String>,
    /// The range of time of a scheduled run; that of another run is in its trigger.
    pub window: Option<Window>,
    /// The commit before the range, if known.
    pub range_from: Option<Sha>,
    /// The last commit of the range.
    pub range_to: Option<Sha>,
    /// Whether the chosen model failed and the text was written without it.
    pub degraded: bool,
    /// `None` for runs that ended before reasons were recorded.
    pub degraded_reason: Option<DegradedReason>,
    /// The attempt whose content is the report; `None` without a text.
    pub content_attempt: Option<u32>,
    /// The branches that could not be read, of several. Their commits are in the next report.
    pub failed: Vec<FailedBranch>,
}

words! {
    /// The status of a run.
    pub enum Status {
        Running = "running",
        /// Ended with a report, or nothing was new.
        Success = "success",
        Failed = "failed",
        Cancelled = "cancelled",
    }

    /// Why a run counts against the monthly limit, or why not.
    pub enum CountReason {
        Running = "running",
        /// It counts: a report of at least one commit by the chosen writer.
        Report = "report",
        NoCommits = "no_commits",
        Degraded = "degraded",
        Test = "test",
        Failed = "failed",
        Cancelled = "cancelled",
    }
}

impl Outcome {
    /// The outcome in one word.
    pub fn status(&self) -> Status {
        match self {
            Self::Success(_) => Status::Success,
            Self::Failed(_) => Status::Failed,
            Self::Cancelled => Status::Cancelled,
        }
    }

    /// The outcome as the last status of the configuration.
    pub fn last_run_status(&self) -> LastRunStatus {
        match self {
            Self::Success(_) => LastRunStatus::Success,
            Self::Failed(_) => LastRunStatus::Failed,
            Self::Cancelled => LastRunStatus::Cancelled,
        }
    }

    /// What kept the run from a report: its failure, or that of the first branch that could not be read if the others
    /// had nothing to report.
    pub fn obstacle(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Success(findings) if findings.content_attempt.is_none() => {
                findings.failed.first().map(|failed| &failed.failure)
            }
            Self::Success(_) | Self::Cancelled => None,
        }
    }

    /// Whether every branch was read.
    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Success(findings) if findings.failed.is_empty())
    }

    /// Whether the text was written without the chosen model.
    pub fn is_degraded(&self) -> bool {
        matches!(self, Self::Success(findings) if findings.degraded)
    }
}
