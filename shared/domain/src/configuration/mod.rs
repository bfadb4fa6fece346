//! Report configurations: what a user set, and how far their runs have come.
//!
//! [`Settings`] change only when the user edits them (and `version` with them); [`Progress`] changes only with runs.

mod coverage;
mod edit;
mod settings;
mod watched;

pub use coverage::{Coverage, FIRST_RANGE_MAX_DAYS, OVERLAP_DAYS, RETURN_DAYS, RangePlan};
pub use edit::QuotaImpact;
pub use settings::{
    BRANCHES_MAX, BranchError, BranchName, MODEL_CHARS_MAX, NAME_CHARS_MAX, Settings, WatchedBranch, Webhook,
    WebhookUrlError, Writer, WriterChoice,
};

use crate::delivery::{Health, SealedHeaders, SigningSecrets};
use crate::id::{ConfigurationId, RunId, UserId};
use crate::instant::{Duration, Instant};
use crate::month::Month;
use crate::words::words;
use sha2::{Digest, Sha256};

/// A report configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    pub id: ConfigurationId,
    pub user: UserId,
    pub settings: Settings,
    /// Incremented by every edit.
    pub version: u64,
    pub progress: Progress,
    /// Whether the webhook takes reports. While it is disabled, the schedule is paused.
    pub delivery_health: Health,
    pub secrets: SigningSecrets,
    /// What is added to each request to the webhook.
    pub headers: Option<SealedHeaders>,
    pub created_at: Instant,
    /// A deleted configuration stays as a tombstone, so that a run in flight can end.
    pub deleted_at: Option<Instant>,
}

/// What the runs of a configuration set.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Progress {
    /// The next fire; `None` while the configuration or its webhook is disabled.
    pub next_run_at: Option<Instant>,
    /// When the sweep looks at the configuration: later than `next_run_at` while that fire's request is in the queue.
    pub due_at: Option<Instant>,
    /// The scheduled run that is running. There is at most one.
    pub active_run: Option<RunId>,
    /// Of the first branch.
    pub coverage: Coverage,
    /// Of each of [`Settings::further`], in their order.
    pub further: Vec<Coverage>,
    /// The highest generation of a branch that is no longer in the list, if no branch has a higher one; else 0.
    pub dropped_generation: u64,
    /// When the last scheduled run ended, or was blocked.
    pub last_run_at: Option<Instant>,
    pub last_run_status: Option<LastRunStatus>,
    /// When the first of the last failed scheduled runs failed; `None` once one has succeeded.
    pub failing_since: Option<Instant>,
    /// When a fire was last skipped because the limit was reached; `None` once a report was written after it.
    pub skipped_at: Option<Instant>,
    /// Runs of every trigger.
    pub total_runs: u64,
    /// Since when attempts to deliver to its webhook have taken long; `None` if the last one was answered in time.
    pub slow_since: Option<Instant>,
}

words! {
    /// How the last scheduled run went.
    pub enum LastRunStatus {
        /// It ended with a report, or found nothing new.
        Success = "success",
        Failed = "failed",
        Cancelled = "cancelled",
        /// It did not start, because a limit was reached.
        LimitReached = "limit_reached",
    }
}

impl Configuration {
    /// Whether `fire` is the next fire of a configuration that is not deleted.
    pub fn awaits(&self, fire: Instant) -> bool {
        self.deleted_at.is_none() && self.progress.next_run_at == Some(fire)
    }

    /// The fire after the one that is reserved at `now`: after both instants, so that missed fires coalesce.
    pub fn fire_after(&self, fire: Instant, now: Instant) -> Option<Instant> {
        self.settings.schedule.next_after(fire.max(now))
    }

    /// The fire after a blocked one: the next fire, or the 1st of the next month, whichever is first. The 1st is spread
    /// over an hour by the id, so that blocked configurations are not all due in the same minute.
    pub fn fire_after_block(&self, fire: Instant, now: Instant) -> Instant {
        let reset = Month::of(fire).resets_at().max(Month::of(now).first_instant());
        let after = self.fire_after(fire, now);
        let wake = reset + self.spread();
        match after {
            Some(next) if next < wake => next,
            _ if wake > now.max(fire) => wake,
            Some(next) => next,
            None => wake,
        }
    }

    /// A part of an hour, in whole seconds, computed from the id.
    fn spread(&self) -> Duration {
        let hash = Sha256::digest(self.id.uuid().as_bytes());
        let number = hash.iter().take(4).fold(0_u32, |sum, byte| sum.wrapping_mul(256).wrapping_add(u32::from(*byte)));
        Duration::seconds(i64::from(number % 3_600))
    }

    /// The period that the first report covers, by the schedule, at most [`FIRST_RANGE_MAX_DAYS`].
    pub fn first_period(&self, fire: Instant) -> Duration {
        self.settings.schedule.period_before(fire).min(Duration::days(FIRST_RANGE_MAX_DAYS))
    }
}
