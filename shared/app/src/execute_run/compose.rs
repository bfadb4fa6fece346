//! From a run to its text: which commits, and what is written about them.

use super::choice::ModelChoice;
use super::observe::{Observed, Observer, Stop};
use crate::limits::FETCH_RESERVE_SECONDS;
use crate::ports::{Clock, CoverageMove, GitFailure, ReportWriter, StoreError};
use domain::configuration::{Configuration, IfNoUpdates, Writer};
use domain::instant::{Duration, Instant};
use domain::money::PriceTable;
use domain::report::Brief;
use domain::run::{Content, ErrorCode, Failure, Findings, REPORTED_MAX, Run, Trigger, Window, sha_prefix};
use std::sync::Arc;

/// Fetches commits and has a report written about them.
#[derive(Clone)]
pub struct Composer {
    pub clock: Arc<dyn Clock>,
    pub observer: Observer,
    pub choice: ModelChoice,
    pub writer: Arc<dyn ReportWriter>,
    pub prices: Arc<PriceTable>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Composed {
    /// A text.
    Text(Box<Content>),
    /// Nothing is new, and nothing is to be said about that.
    NothingNew {
        /// Coverage moves although there is no text.
        coverage: Option<CoverageMove>,
        findings: Findings,
    },
    /// It did not work.
    Failed(Failure),
    /// It did not work, and may a little later.
    Later(Later),
}

/// What may work later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// What the run fails with if it may not wait.
    pub failure: Failure,
    /// How long the git host asks to wait; `None` if it doesn't say.
    pub asked: Option<std::time::Duration>,
}

/// How long each step took, in milliseconds; none for a step that was not taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepTimes {
    pub fetch_ms: Option<u64>,
    pub write_ms: Option<u64>,
}

impl Composer {
    /// Composes the text of a run. Only the store's failures are errors; all others are a failed run.
    pub async fn compose(
        &self,
        run: &Run,
        configuration: Option<&Configuration>,
        deadline: Instant,
        times: &mut StepTimes,
    ) -> Result<Composed, StoreError> {
        let began = self.clock.now();
        let until = deadline - Duration::seconds(FETCH_RESERVE_SECONDS);
        let observed = self.observer.observe(run, configuration, until).await;
        times.fetch_ms = elapsed_ms(began, self.clock.now());
        let observed = match observed {
            Ok(observed) => observed,
            Err(Stop::Store(error)) => return Err(error),
            Err(Stop::Overtaken) => return Ok(Composed::NothingNew { coverage: None, findings: Findings::default() }),
            Err(stop) if stop.is_temporary() => {
                return Ok(Composed::Later(Later { asked: stop.asked(), failure: failure(run, stop) }));
            }
            Err(stop) => return Ok(Composed::Failed(failure(run, stop))),
        };
        let coverage = configuration.map(|found| &found.progress.coverage);
        let silent = run.trigger.is_scheduled() && run.snapshot.if_no_updates == IfNoUpdates::Skip;
        if observed.list.commits.is_empty() && silent {
            let findings = Findings {
                window: Some(Window::of_any_length(observed.from, observed.at)),
                range_from: observed.base.clone().or_else(|| observed.head.clone()),
                range_to: observed.head.clone(),
                ..Findings::default()
            };
            let coverage = CoverageMove {
                generation: run.generation,
                from: coverage.and_then(|coverage| coverage.covered_until),
                to: observed.at,
                head: observed.head,
            };
            return Ok(Composed::NothingNew { coverage: Some(coverage), findings });
        }
        let began = self.clock.now();
        let written = self.write(run, &observed, deadline).await?;
        times.write_ms = elapsed_ms(began, self.clock.now());
        Ok(Composed::Text(Box::new(Content {
            run: run.id,
            user: run.user,
            attempt: run.attempt,
            text: written.text,
            commits: observed.count(),
            commits_at_least: observed.list.at_least,
            range_from: observed.base,
            reported: observed.list.commits.iter().take(REPORTED_MAX).map(|commit| sha_prefix(&commit.sha)).collect(),
            head: observed.head,
            observed_at: observed.at,
            covered_from: coverage.and_then(|coverage| coverage.covered_until),
            generation: run.generation,
            degraded: written.degraded_reason.is_some(),
            degraded_reason: written.degraded_reason,
            priced: written.priced,
        })))
    }
}

/// What a report of these commits is written from.
pub(crate) fn brief<'a>(run: &'a Run, observed: &'a Observed) -> Brief<'a> {
    let snapshot = &run.snapshot;
    let to = match &run.trigger {
        Trigger::Manual(window) | Trigger::Test(window) => window.to,
        Trigger::Schedule { .. } => observed.at,
    };
    Brief {
        repository: &snapshot.repository_name,
        branch: snapshot.branch.as_str(),
        from: observed.from,
        to,
        commits: &observed.list.commits,
        left_out: observed.list.left_out,
        at_least: observed.list.at_least,
        mailmap: &observed.list.mailmap,
        style: snapshot.style,
        tone: snapshot.tone,
        author_display: snapshot.author_display,
        link_to_commits: snapshot.link_to_commits,
        language: &snapshot.language,
    }
}

/// The model that is asked for the report; none where it is written without one.
pub(crate) fn model_asked<'a>(run: &'a Run, observed: &Observed) -> Option<&'a str> {
    match &run.snapshot.writer {
        Writer::Model(model) if !observed.list.commits.is_empty() => Some(model),
        Writer::Model(_) | Writer::Plain => None,
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
            tracing::error!(run = %run.id, %error, "the repository's token can't be opened");
            let message = "The repository's access token could not be opened. Set it again, or try later.";
            Failure::new(ErrorCode::Internal, message)
        }
        Stop::NoRepository | Stop::Overtaken | Stop::Store(_) => {
            let message = "The repository was deleted. Choose another one for this report configuration.";
            Failure::new(ErrorCode::RepositoryNotFound, message)
        }
    }
}
