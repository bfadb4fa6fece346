//! How a run ends.

use super::{DegradedReason, Failure, Window};
use crate::commit::Sha;
use crate::instant::Instant;

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

/// A run's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Under way.
    Running,
    /// Ended well.
    Success,
    /// Did not work.
    Failed,
    /// Stopped by its user.
    Cancelled,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Running, Self::Success, Self::Failed, Self::Cancelled];

    /// The word in records and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
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

    /// Whether a text was written without the model that was chosen.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        matches!(self, Self::Success(findings) if findings.degraded)
    }
}
