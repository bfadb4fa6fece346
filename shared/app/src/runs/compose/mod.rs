//! From a run to its text. Data flows one way through these files:
//!
//! 1. `branches` has each branch of the run read; `observe` reads the head and the new commits of one, `paths`
//!    keeps those that change the report's paths, `beside` reads what happened beside them; `stop` says why one was
//!    not read; `backoff` says how long it waits for a git host; `changes` reads what the most important ones change.
//! 2. `brief` selects from run and commits what a report is written from; `earlier` finds what the periods before had,
//!    and `newcomers` who contributed for the first time.
//! 3. `choice` says which model is asked, where, and at which prices; `room` how long a prompt and its answer may be.
//! 4. `write` has the text written: without a model, or in a conversation with it (`converse`).
//! 5. This file turns the result into the content that is stored.
//!
//! Nothing is written to the store here.

mod backoff;
mod beside;
mod branches;
mod brief;
mod changes;
mod choice;
mod converse;
mod earlier;
mod newcomers;
mod observe;
mod paths;
mod room;
mod stop;
mod write;

pub(crate) use branches::Observations;
pub(crate) use brief::{briefs, model_asked};
pub use choice::ModelChoice;
pub(crate) use choice::Prices;
pub use observe::Observer;
pub(crate) use room::Room;
pub(crate) use stop::Stop;

use crate::limits::FETCH_RESERVE_SECONDS;
use crate::ports::{Clock, CoverageMove, ReportWriter, StoreError};
use branches::failure;
use domain::configuration::Configuration;
use domain::instant::{Duration, Instant};
use domain::money::PriceTable;
use domain::report::IfNoUpdates;
use domain::run::{
    BranchContent, Content, Failure, Findings, REPORTED_MAX, Run, ShaPrefix, Window, paths_of, sha_prefix,
};
use earlier::Earlier;
use observe::Observed;
use std::collections::BTreeSet;
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
    /// There are no new commits, and nothing else that a report covers; no report is wanted about that.
    NothingNew(NothingNew),
    Failed(Failure),
    FailedTemporarily(TemporaryFailure),
}

/// What a run without commits ends with.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NothingNew {
    /// Coverage of the branches that were read moves although there is no text; not that of an empty repository,
    /// because what is pushed later may be older.
    pub coverage: Vec<CoverageMove>,
    pub findings: Findings,
}

/// A failure that may pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemporaryFailure {
    /// What the run fails with if it may not wait.
    pub failure: Failure,
    /// How long the git host asks to wait; `None` if it doesn't say.
    pub asked: Option<std::time::Duration>,
    /// What the run ends with instead, if only some of its branches failed.
    pub otherwise: Option<Box<NothingNew>>,
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
        let mut observed = match observed {
            Ok(observed) => observed,
            Err(stop) => return Ok((stopped(run, stop)?, fetched)),
        };
        if observed.has_nothing() {
            // There is nothing to report that the failed branches could delay.
            if let Some(temporary) = observed.temporary.clone().filter(|_| !run.trigger.is_test()) {
                let otherwise = run.trigger.is_scheduled().then(|| Box::new(nothing_new(run, observed)));
                return Ok((Composed::FailedTemporarily(TemporaryFailure { otherwise, ..temporary }), fetched));
            }
            if is_silent(run) {
                return Ok((Composed::NothingNew(nothing_new(run, observed)), fetched));
            }
        }
        let began = self.clock.now();
        let earlier = self.observer.earlier(run, configuration, &observed).await;
        let known = earlier.as_ref().map(Earlier::authors);
        self.observer.add_newcomers(run, configuration, &mut observed, &known.unwrap_or_default(), until).await;
        let written = self.write(run, &observed, earlier, deadline).await?;
        let times = StepTimes { write_ms: elapsed_ms(began, self.clock.now()), ..fetched };
        Ok((Composed::Text(Box::new(content(run, observed, written))), times))
    }
}

/// Whether a report without commits is skipped.
fn is_silent(run: &Run) -> bool {
    run.trigger.is_scheduled() && run.snapshot.writing.if_no_updates == IfNoUpdates::Skip
}

fn nothing_new(run: &Run, observed: Observations) -> NothingNew {
    let first = observed.first(run);
    let window = observed.read.iter().map(|branch| (branch.from, branch.at)).reduce(|one, other| {
        let ((from, to), (also_from, also_to)) = (one, other);
        (from.min(also_from), to.max(also_to))
    });
    let findings = Findings {
        window: window.map(|(from, to)| Window::of_any_length(from, to)),
        range_from: first.and_then(|first| first.base.clone().or_else(|| first.head.clone())),
        range_to: first.and_then(|first| first.head.clone()),
        commits_at_least: observed.at_least(),
        failed: observed.failed,
        ..Findings::default()
    };
    let moves = observed.read.into_iter().filter_map(|branch| {
        Some(CoverageMove {
            generation: branch.branch.generation,
            from: branch.covered_from,
            to: branch.at,
            head: branch.head?,
            was_reset: branch.was_reset,
            further: None,
        })
    });
    NothingNew { coverage: moves.collect(), findings }
}

fn content(run: &Run, observed: Observations, written: Written) -> Content {
    let (commits, commits_at_least) = (observed.count(), observed.at_least());
    let observed_at = observed.read.iter().map(|branch| branch.at).max().unwrap_or(run.started_at);
    let (first, further): (Vec<_>, Vec<_>) =
        observed.read.into_iter().partition(|branch| branch.branch.generation == run.generation);
    let (first, range_from) = match first.into_iter().next() {
        Some(first) => (BranchContent::from(&first), first.base),
        None => (BranchContent::unread(run.generation, observed_at), None),
    };
    Content {
        run: run.id,
        user: run.user,
        attempt: run.attempt,
        text: written.text,
        headline: Some(written.headline),
        facts: Some(written.facts),
        commits,
        commits_at_least,
        range_from,
        head: first.head,
        was_reset: first.was_reset,
        observed_at: first.observed_at,
        covered_from: first.covered_from,
        generation: run.generation,
        degraded: written.degraded_reason.is_some(),
        degraded_reason: written.degraded_reason,
        priced: written.priced,
        reported: first.reported,
        further: further.iter().map(BranchContent::from).collect(),
        paths: paths_of(&run.branches()),
        failed: observed.failed,
    }
}

impl From<&Observed> for BranchContent {
    fn from(branch: &Observed) -> Self {
        Self {
            generation: branch.branch.generation,
            head: branch.head.clone(),
            was_reset: branch.was_reset,
            observed_at: branch.at,
            covered_from: branch.covered_from,
            reported: reported(branch),
        }
    }
}

fn reported(branch: &Observed) -> BTreeSet<ShaPrefix> {
    branch.list.commits.iter().take(REPORTED_MAX).map(|commit| sha_prefix(&commit.sha)).collect()
}

/// The result of a run without commits; an error only if the store failed.
fn stopped(run: &Run, stop: Stop) -> Result<Composed, StoreError> {
    match stop {
        Stop::Store(error) => Err(error),
        Stop::Overtaken => Ok(Composed::NothingNew(NothingNew::default())),
        stop if stop.is_temporary() => Ok(Composed::FailedTemporarily(TemporaryFailure::of(run, &stop))),
        stop => Ok(Composed::Failed(failure(run, &stop))),
    }
}

fn elapsed_ms(from: Instant, to: Instant) -> Option<u64> {
    u64::try_from((to - from).num_milliseconds()).ok()
}
