//! What the periods before a report had, from the runs of these periods.
//!
//! A period is joined to the next one if that begins where its run moved coverage to: then no commit is missing
//! between them, and none is counted twice.

use super::branches::Observations;
use super::observe::{Observed, Observer};
use crate::ports::StoreError;
use domain::configuration::Configuration;
use domain::digest::{Digest, Period, TREND_PERIODS_MAX, Trend};
use domain::id::RunId;
use domain::instant::{Duration, Instant};
use domain::repository::PathFilter;
use domain::run::{Content, Findings, Outcome, Run, RunBranch, Trigger, Window};
use std::collections::{BTreeMap, BTreeSet};

/// The branches of a report begin at about the same time if their beginnings differ by at most one part of this many of
/// the whole period. A branch that could not be read the last time begins earlier.
const SPREAD_PARTS: i32 = 4;

/// The period of a run, and what is known of the periods before it.
pub(super) struct Earlier {
    window: Window,
    /// The period directly before; `None` if it is unknown, or if this is the first one.
    before: Option<Trend>,
    /// The names of people in the report before.
    authors: BTreeSet<String>,
}

/// The branches of a period with their paths, and where it begins.
struct Joint {
    /// The paths of each branch, by its generation.
    branches: BTreeMap<u64, PathFilter>,
    begins: Instant,
}

impl Earlier {
    /// The names of people in the report before, as it has them; empty if it is unknown or hides them.
    pub(super) fn authors(&self) -> BTreeSet<String> {
        self.authors.clone()
    }

    /// The trend of the period with these commits.
    pub(super) fn trend(self, digest: &Digest<'_>) -> Trend {
        let period = Period::of(digest, self.window.from, self.window.to);
        match self.before {
            Some(before) => before.followed_by(period),
            None => Trend::beginning(period),
        }
    }
}

impl Observer {
    /// The periods before that of a scheduled run. `None` for any other run, and if its figures could not be compared
    /// with those of others: some commits were not read, or its branches begin at different times. Usually one text is
    /// read, and at most two records of each of [`TREND_PERIODS_MAX`] periods if those were quiet. A failure to read
    /// them is not one of the run.
    pub(super) async fn earlier(
        &self,
        run: &Run,
        configuration: Option<&Configuration>,
        observed: &Observations,
    ) -> Option<Earlier> {
        let (Trigger::Schedule { fire }, Some(configuration)) = (&run.trigger, configuration) else { return None };
        let window = window(configuration, *fire, observed)?;
        let reported_before: Option<Vec<Instant>> = observed.read.iter().map(|branch| branch.covered_from).collect();
        let Some(begins) = reported_before.and_then(|instants| instants.into_iter().min()) else {
            return Some(Earlier { window, before: None, authors: BTreeSet::new() });
        };
        let branches = paths_by_generation(&run.branches());
        let before = self.before(configuration, *fire, Joint { branches, begins }).await;
        let (before, authors) = before.unwrap_or_else(|error| {
            tracing::debug!(run = %run.id, %error, "earlier reports can't be read: they are not compared");
            (None, BTreeSet::new())
        });
        Some(Earlier { window, before, authors })
    }

    /// The trend of the period that ends where `joint` begins, and the people of its last report.
    async fn before(
        &self,
        configuration: &Configuration,
        fire: Instant,
        mut joint: Joint,
    ) -> Result<(Option<Trend>, BTreeSet<String>), StoreError> {
        let mut fire = fire;
        // Newest first.
        let mut quiet: Vec<Period> = Vec::new();
        let (mut reported, mut authors) = (None, BTreeSet::new());
        while quiet.len() < TREND_PERIODS_MAX {
            fire -= configuration.settings.schedule.period_before(fire);
            let (user, id) = (configuration.user, RunId::scheduled(configuration.id, fire));
            if let Some(content) = self.contents.content(user, id).await? {
                if let Some(facts) = content.facts.as_ref().filter(|_| joint.follows_text(&content)) {
                    authors = facts.authors.iter().map(|author| author.name.clone()).collect();
                    reported.clone_from(&facts.trend);
                }
                break;
            }
            let Some(window) = self.runs.run(user, id).await?.and_then(|run| joint.follows_quiet(&run)) else { break };
            joint.begins = window.from;
            quiet.push(Period::quiet(window.from, window.to));
        }
        let mut oldest_first = quiet.into_iter().rev();
        let first = match reported {
            Some(trend) => Some(trend),
            None => oldest_first.next().map(Trend::quiet_after_unknown),
        };
        Ok((first.map(|first| oldest_first.fold(first, Trend::followed_by)), authors))
    }
}

impl Joint {
    /// Whether the period begins where the one of a text ends, for the same branches and paths.
    fn follows_text(&self, content: &Content) -> bool {
        let ends = content.branches().map(|branch| branch.observed_at).min();
        let paths = content.paths.iter().cloned().chain(std::iter::repeat_with(PathFilter::default));
        let branches: BTreeMap<u64, PathFilter> =
            content.branches().map(|branch| branch.generation).zip(paths).collect();
        content.failed.is_empty() && ends == Some(self.begins) && branches == self.branches
    }

    /// The period of a run that found nothing, if this one begins where it ends. Of several branches only the end of
    /// the last one is stored: the others were read a little earlier.
    fn follows_quiet(&self, run: &Run) -> Option<Window> {
        let Outcome::Success(findings) = &run.end()?.outcome else { return None };
        let window = findings.window.filter(|_| is_quiet(findings))?;
        let branches = paths_by_generation(&run.branches());
        let is_next = if branches.len() == 1 {
            window.to == self.begins
        } else {
            (window.from..=window.to).contains(&self.begins)
        };
        (is_next && branches == self.branches).then_some(window)
    }
}

fn paths_by_generation(branches: &[RunBranch]) -> BTreeMap<u64, PathFilter> {
    branches.iter().map(|branch| (branch.generation, branch.paths.clone())).collect()
}

fn is_quiet(findings: &Findings) -> bool {
    findings.commits == 0
        && !findings.commits_at_least
        && findings.content_attempt.is_none()
        && findings.failed.is_empty()
}

/// The period of a run; `None` if not all of it was read, or its branches begin at different times.
fn window(configuration: &Configuration, fire: Instant, observed: &Observations) -> Option<Window> {
    let is_whole = |branch: &Observed| branch.list.omitted == 0 && !branch.list.at_least;
    if !observed.failed.is_empty() || !observed.read.iter().all(is_whole) {
        return None;
    }
    let begin = |branch: &Observed| branch.covered_from.unwrap_or_else(|| first_begins(configuration, fire, branch));
    let (earliest, latest) = (observed.read.iter().map(begin).min()?, observed.read.iter().map(begin).max()?);
    let window = Window::of_any_length(earliest, observed.read.iter().map(|branch| branch.at).max()?);
    ((latest - earliest) * SPREAD_PARTS <= window.to - window.from).then_some(window)
}

/// Where the first report of a branch begins: it may be earlier than a period ago, if a fire before it was missed.
fn first_begins(configuration: &Configuration, fire: Instant, branch: &Observed) -> Instant {
    let period: Duration = configuration.first_period(fire);
    let fixed = configuration.progress.coverage_of(branch.branch.generation).and_then(|coverage| coverage.since);
    fixed.unwrap_or(branch.at).min(branch.at - period)
}
