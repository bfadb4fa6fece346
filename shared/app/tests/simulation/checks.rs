//! What must hold after every step.

use crate::accounts::Closed;
use crate::driver::Simulation;
use crate::rollups;
use app::ports::{Accounts, Configurations, Contents, Rollups, Runs, UsageCounters};
use domain::configuration::{Configuration, Coverage};
use domain::id::{ConfigurationId, RunId, UserId};
use domain::instant::{Duration, Instant};
use domain::money::{Cost, TokenUsage};
use domain::month::Month;
use domain::run::{ATTEMPTS_MAX, CountReason, End, Run, Status, WAITED_HOURS_MAX, WAITS_MAX};
use domain::usage::UsageCounter;
use std::collections::BTreeMap;
use testkit::builders::epoch;

/// How far the clock steps back at most.
const STEP_BACK_SECONDS: i64 = 2;

/// The state of the checks between steps.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    ends: BTreeMap<RunId, End>,
    texts: BTreeMap<RunId, (u32, String)>,
    /// Runs that wait: in which attempt, and until when.
    waiting: BTreeMap<RunId, (u32, Instant)>,
    covered: BTreeMap<(ConfigurationId, u64), Instant>,
    /// Accounts that are closed.
    pub(crate) closed: BTreeMap<UserId, Closed>,
    /// The version of a user's limits, and when they changed.
    limits: BTreeMap<UserId, (u64, Vec<Instant>)>,
}

impl Checks {
    /// Whether a user's limit stayed as it was from one instant to another. A change shortly after it may have come
    /// before it, because the clock steps back.
    pub(crate) fn limit_stayed(&self, user: UserId, from: Instant, to: Instant) -> bool {
        let to = to + Duration::seconds(STEP_BACK_SECONDS);
        self.limits.get(&user).is_none_or(|(_, changes)| !changes.iter().any(|at| (from..=to).contains(at)))
    }

    /// The coverage of a generation never moves backwards.
    fn watch_coverage(&mut self, id: ConfigurationId, coverage: &Coverage) -> Result<(), String> {
        if let Some(until) = coverage.covered_until
            && let Some(before) = self.covered.insert((id, coverage.generation), until)
            && until < before
        {
            return Err(format!("configuration {id} was covered until {before}, and then until {until}"));
        }
        Ok(())
    }

    /// No run waits more often or longer than allowed, and no worker takes one over before its wait ends.
    fn watch_wait(&mut self, run: &Run, now: Instant) -> Result<(), String> {
        let lost = run.attempt.saturating_sub(run.waits.count);
        let since = run.end().is_none() && run.waits.count > 0;
        if run.waits.count > WAITS_MAX || lost > ATTEMPTS_MAX || run.waits.since.is_some() != since {
            return Err(format!("run {} has {} attempts and {:?}", run.id, run.attempt, run.waits));
        }
        if let Some(until) = run.waiting_until() {
            let since = run.waits.since.unwrap_or(until);
            if until > since + Duration::hours(WAITED_HOURS_MAX) || run.trigger.is_test() {
                return Err(format!("run {} waits from {since} to {until}", run.id));
            }
            let known = *self.waiting.entry(run.id).or_insert((run.attempt, until));
            if known.0 == run.attempt && known.1 != until {
                return Err(format!("run {} waits in one attempt until {} and until {until}", run.id, known.1));
            }
            self.waiting.insert(run.id, (run.attempt, until));
        } else if let Some((attempt, until)) = self.waiting.remove(&run.id)
            && run.end().is_none()
            && (run.attempt <= attempt || now + Duration::seconds(STEP_BACK_SECONDS) < until)
        {
            return Err(format!("run {} was to wait until {until} and is under way: {run:?}", run.id));
        }
        Ok(())
    }
}

impl Simulation {
    /// The checks of a step: of this month and the last one, or of everything.
    pub(crate) async fn check_step(&mut self, everything: bool) -> Result<(), String> {
        let touched = self.engine.take_touched();
        let now = self.now();
        let from = if everything { epoch() } else { Month::of(now).previous().first_instant() };
        let users = self.users.clone();
        for user in users.into_iter().filter(|user| everything || touched.contains(user)) {
            self.observe(user).await?;
            let runs = self.reader.runs_between(user, from, now + Duration::days(400)).await.unwrap();
            let runs = self.observe_account(user, runs).await?;
            self.check_counters(user, &runs).await?;
            self.check_runs(&runs, everything).await?;
            self.check_configurations(user, &runs).await?;
        }
        Ok(())
    }

    /// What verbs have created and changed meanwhile: configurations, and limits.
    pub(crate) async fn observe(&mut self, user: UserId) -> Result<(), String> {
        for configuration in self.reader.configurations(user).await.unwrap() {
            let one = (user, configuration.id);
            if !self.configurations.contains(&one) {
                self.configurations.push(one);
            }
        }
        let (version, now) = (self.reader.account(user).await.unwrap().limits_version, self.now());
        let (known, changes) = self.checks.limits.entry(user).or_default();
        if *known != version {
            *known = version;
            changes.push(now);
        }
        Ok(())
    }

    /// No more tokens are added than the model was paid for.
    pub(crate) fn check_paid(&self, added: TokenUsage) -> Result<(), String> {
        let paid = self.model.paid();
        let more = added.prompt() > paid.prompt() || added.completion() > paid.completion();
        if more { Err(format!("{added:?} are added, and the model was paid for {paid:?}")) } else { Ok(()) }
    }

    async fn check_counters(&self, user: UserId, runs: &[Run]) -> Result<(), String> {
        let mut months: BTreeMap<Month, Vec<&Run>> = BTreeMap::new();
        months.entry(Month::of(self.now())).or_default();
        for run in runs {
            months.entry(run.month()).or_default().push(run);
        }
        for (month, runs) in months {
            let counter = self.reader.usage(user, month).await.unwrap();
            let says = figures(&counter);
            let sums = sums(&runs);
            if says != sums {
                return Err(format!("the counter of {user} in {month} says {says:?}, its runs {sums:?}"));
            }
            if !self.is_closed(user) {
                let found = self.reader.rollups(user, month).await.unwrap();
                rollups::check(&counter, &found, &runs).map_err(|why| format!("of {user} in {month}: {why}"))?;
            }
            let limit = runs.iter().filter(|run| run.receipt.holds_slot).map(|run| run.receipt.limit).max();
            if counter.slots_used > limit.unwrap_or(0) {
                return Err(format!("{} slots of {limit:?} are used by {user} in {month}", counter.slots_used));
            }
        }
        Ok(())
    }

    async fn check_runs(&mut self, runs: &[Run], everything: bool) -> Result<(), String> {
        let now = self.now();
        for run in runs {
            let sent = self.receiver.received(&format!("run_{}", run.id)).times;
            if sent > run.delivery.attempts {
                return Err(format!("run {} was sent {sent} times in {} attempts", run.id, run.delivery.attempts));
            }
            self.checks.watch_wait(run, now)?;
            if let Some(end) = run.end() {
                let known = self.checks.ends.entry(run.id).or_insert_with(|| end.clone());
                if known != end {
                    return Err(format!("run {} ended as {known:?} and then as {end:?}", run.id));
                }
            } else if self.checks.ends.contains_key(&run.id) {
                return Err(format!("run {} had ended and runs", run.id));
            }
            if (everything || run.status() == Status::Running)
                && let Some(content) = self.reader.content(run.user, run.id).await.unwrap()
            {
                self.model.check(run, &content)?;
                let text = (content.attempt, content.text);
                let known = self.checks.texts.entry(run.id).or_insert_with(|| text.clone());
                if *known != text {
                    return Err(format!("the text of run {} was {known:?} and is {text:?}", run.id));
                }
            }
        }
        Ok(())
    }

    async fn check_configurations(&mut self, user: UserId, runs: &[Run]) -> Result<(), String> {
        for (_, id) in self.configurations.clone().into_iter().filter(|(whose, _)| *whose == user) {
            match self.reader.configuration(user, id).await.unwrap() {
                Some(configuration) => {
                    for coverage in configuration.progress.coverages() {
                        self.checks.watch_coverage(id, coverage)?;
                    }
                    self.check_active_run(&configuration, runs).await?;
                    check_next_fire(&configuration, runs)?;
                }
                None if self.is_closed(user) => {}
                None => return Err(format!("configuration {id} is missing")),
            }
        }
        Ok(())
    }

    /// A configuration has at most one scheduled run that has not ended: its active one.
    async fn check_active_run(&self, configuration: &Configuration, runs: &[Run]) -> Result<(), String> {
        let (id, active) = (configuration.id, configuration.progress.active_run);
        let running: Vec<RunId> = runs
            .iter()
            .filter(|run| run.configuration == id && run.trigger.is_scheduled() && run.status() == Status::Running)
            .map(|run| run.id)
            .collect();
        if running.iter().any(|run| Some(*run) != active) {
            return Err(format!("of configuration {id}, {running:?} run and {active:?} is active"));
        }
        if let Some(active) = active {
            // Read separately: it may be of a month that this step's checks skip.
            let run = self.reader.run(configuration.user, active).await.unwrap();
            if run.is_none_or(|run| run.status() != Status::Running || run.configuration != id) {
                return Err(format!("of configuration {id}, {active} is active and does not run"));
            }
        }
        Ok(())
    }
}

/// The next fire of a configuration has no run, and is in the due index. It has no next fire while its webhook is
/// disabled.
fn check_next_fire(configuration: &Configuration, runs: &[Run]) -> Result<(), String> {
    let progress = &configuration.progress;
    if configuration.delivery_health.is_disabled() && (progress.next_run_at.is_some() || progress.due_at.is_some()) {
        return Err(format!("configuration {} is due, and its webhook is disabled", configuration.id));
    }
    let Some(fire) = configuration.progress.next_run_at else { return Ok(()) };
    let (id, next) = (configuration.id, RunId::scheduled(configuration.id, fire));
    if runs.iter().any(|run| run.id == next) {
        return Err(format!("configuration {id} waits for {fire}, whose run {next} exists"));
    }
    if configuration.progress.due_at.is_none() {
        return Err(format!("configuration {id} waits for {fire} and is not in the index"));
    }
    Ok(())
}

type Figures = ([u64; 10], TokenUsage, Cost);

fn figures(counter: &UsageCounter) -> Figures {
    let counts = [
        counter.slots_used,
        counter.total_runs,
        counter.counted_runs,
        counter.uncounted_runs,
        counter.successful_runs,
        counter.failed_runs,
        counter.cancelled_runs,
        counter.degraded_runs,
        counter.test_runs,
        counter.unpriced_runs,
    ];
    (counts, counter.tokens, counter.cost)
}

fn sums(runs: &[&Run]) -> Figures {
    let count = |wanted: &dyn Fn(&Run) -> bool| u64::try_from(runs.iter().filter(|run| wanted(run)).count()).unwrap();
    let is = |status| count(&|run| run.status() == status);
    let counted = count(&|run| run.end().is_some_and(|end| end.counted));
    let held = count(&|run| run.end().is_none() && run.receipt.holds_slot);
    let degraded = count(&|run| run.count_reason() == CountReason::Degraded || degraded(run));
    let total = u64::try_from(runs.len()).unwrap();
    let counts = [
        counted + held,
        total,
        counted,
        total - counted,
        is(Status::Success),
        is(Status::Failed),
        is(Status::Cancelled),
        degraded,
        count(&|run| run.trigger.is_test()),
        count(&|run| run.figures.unpriced),
    ];
    (counts, runs.iter().map(|run| run.figures.tokens).sum(), runs.iter().map(|run| run.figures.cost).sum())
}

fn degraded(run: &Run) -> bool {
    run.end().is_some_and(|end| matches!(&end.outcome, domain::run::Outcome::Success(findings) if findings.degraded))
}
