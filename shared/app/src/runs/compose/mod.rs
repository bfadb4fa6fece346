//! From a run to its text. Data flows one way through these files:
//!
//! 1. `observe` reads the branch's head and the new commits; `backoff` says how long it waits for a git host.
//! 2. `brief` selects from run and commits what a report is written from.
//! 3. `choice` says which model is asked, where, and at which prices.
//! 4. `write` has the text written, by the model or without it.
//! 5. This file turns the result into the content that is stored.
//!
//! Nothing is written to the store here.

mod backoff;
mod brief;
mod choice;
mod observe;
mod write;

pub(crate) use brief::{brief, model_asked};
pub use choice::ModelChoice;
pub(crate) use choice::Prices;
pub use observe::Observer;
pub(crate) use observe::Stop;

use crate::limits::FETCH_RESERVE_SECONDS;
use crate::ports::{Clock, CoverageMove, GitFailure, ReportWriter, StoreError};
use domain::configuration::Configuration;
use domain::instant::{Duration, Instant};
use domain::money::PriceTable;
use domain::report::IfNoUpdates;
use domain::run::{Content, ErrorCode, Failure, Findings, REPORTED_MAX, Run, Window, sha_prefix};
use observe::Observed;
use std::sync::Arc;
use url::Url;
use write::Written;

/// Reads the commits of a run and has a report written about them.
#[derive(Clone)]
pub struct Composer {
    pub clock: Arc<dyn Clock>,
    pub observer: Observer,
    pub choice: ModelChoice,
    pub writer: Arc<dyn ReportWriter>,
    pub prices: Arc<PriceTable>,
    /// Where people reach this deployment: links of a report may lead there.
    pub public_url: Option<Url>,
}

/// The result of composing.
#[derive(Clone, Debug)]
pub enum Composed {
    Text(Box<Content>),
    /// There are no new commits, and no report is wanted about that.
    NothingNew {
        /// Coverage moves although there is no text. `None` if the repository is empty: what is pushed later may be
        /// older.
        coverage: Option<CoverageMove>,
        findings: Findings,
    },
    Failed(Failure),
    FailedTemporarily(TemporaryFailure),
}

/// A failure that may pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemporaryFailure {
    /// What the run fails with if it may not wait.
    pub failure: Failure,
    /// How long the git host asks to wait; `None` if it doesn't say.
    pub asked: Option<std::time::Duration>,
}

/// How long each step took; `None` for a step that was not taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepTimes {
    pub fetch_ms: Option<u64>,
    pub write_ms: Option<u64>,
}

impl Composer {
    /// Composes the text of a run, and measures how long that takes. Only a failure of the store is an error; all
    /// others fail the run, or let it wait.
    pub async fn compose(
        &self,
        run: &Run,
        configuration: Option<&Configuration>,
        deadline: Instant,
    ) -> Result<(Composed, StepTimes), StoreError> {
        let began = self.clock.now();
        let until = deadline - Duration::seconds(FETCH_RESERVE_SECONDS);
        let observed = self.observer.observe(run, configuration, until).await;
        let fetched = StepTimes { fetch_ms: elapsed_ms(began, self.clock.now()), write_ms: None };
        let observed = match observed {
            Ok(observed) => observed,
            Err(stop) => return Ok((stopped(run, stop)?, fetched)),
        };
        if observed.list.commits.is_empty() && is_silent(run) {
            return Ok((nothing_new(run, observed), fetched));
        }
        let began = self.clock.now();
        let written = self.write(run, &observed, deadline).await?;
        let times = StepTimes { write_ms: elapsed_ms(began, self.clock.now()), ..fetched };
        Ok((Composed::Text(Box::new(content(run, observed, written))), times))
    }
}

/// Whether a report without commits is skipped.
fn is_silent(run: &Run) -> bool {
    run.trigger.is_scheduled() && run.snapshot.writing.if_no_updates == IfNoUpdates::Skip
}

fn nothing_new(run: &Run, observed: Observed) -> Composed {
    let findings = Findings {
        window: Some(Window::of_any_length(observed.from, observed.at)),
        range_from: observed.base.or_else(|| observed.head.clone()),
        range_to: observed.head.clone(),
        commits_at_least: observed.list.at_least,
        ..Findings::default()
    };
    let coverage = observed.head.map(|head| CoverageMove {
        generation: run.generation,
        from: observed.covered_from,
        to: observed.at,
        head,
        was_reset: observed.was_reset,
    });
    Composed::NothingNew { coverage, findings }
}

fn content(run: &Run, observed: Observed, written: Written) -> Content {
    Content {
        run: run.id,
        user: run.user,
        attempt: run.attempt,
        text: written.text,
        commits: observed.count(),
        commits_at_least: observed.list.at_least,
        range_from: observed.base,
        reported: observed.list.commits.iter().take(REPORTED_MAX).map(|commit| sha_prefix(&commit.sha)).collect(),
        head: observed.head,
        was_reset: observed.was_reset,
        observed_at: observed.at,
        covered_from: observed.covered_from,
        generation: run.generation,
        degraded: written.degraded_reason.is_some(),
        degraded_reason: written.degraded_reason,
        priced: written.priced,
    }
}

/// The result of a run without commits; an error only if the store failed.
fn stopped(run: &Run, stop: Stop) -> Result<Composed, StoreError> {
    match stop {
        Stop::Store(error) => Err(error),
        Stop::Overtaken => Ok(Composed::NothingNew { coverage: None, findings: Findings::default() }),
        stop if stop.is_temporary() => {
            Ok(Composed::FailedTemporarily(TemporaryFailure { asked: stop.asked(), failure: failure(run, stop) }))
        }
        stop => Ok(Composed::Failed(failure(run, stop))),
    }
}

fn elapsed_ms(from: Instant, to: Instant) -> Option<u64> {
    u64::try_from((to - from).num_milliseconds()).ok()
}

fn failure(run: &Run, stop: Stop) -> Failure {
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
