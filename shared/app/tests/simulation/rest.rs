//! The end of a seed: without further faults, all work is completed.

use crate::driver::{Simulation, fires};
use crate::git::Health;
use crate::outside::ReceiverMode;
use crate::task::Task;
use app::ports::{Configurations, Deliveries, DueIndex, DueKind, UsageCounters};
use domain::delivery::DeliveryState;
use domain::event::{DeliverySubject, Event, Fact};
use domain::id::{SHARDS, UserId};
use domain::instant::{Duration, Instant};
use domain::money::TokenUsage;
use domain::month::Month;
use domain::run::{Outcome, Run, Status};
use domain::usage::{Mark, THRESHOLDS_PERCENT};
use std::collections::{BTreeMap, BTreeSet};
use testkit::faults::FaultPlan;

/// Rounds until all work is completed.
const ROUNDS_MAX: u32 = 400;
/// Attempts of younger runs are not expired.
const ATTEMPTS_KEPT: Duration = Duration::days(60);

impl Simulation {
    pub(crate) async fn rest(&mut self) -> Result<(), String> {
        self.log(|| "nothing is set to fail any more".to_owned());
        self.git.set_health(Health::Healthy);
        self.model.fail(None);
        self.receiver.set_mode(ReceiverMode::Accepts);
        self.bus.refuse(false);
        self.queue.refuse(false);
        self.index.lag(false);
        self.faults.set_plan(FaultPlan::default());
        self.let_all_run().await?;
        // Half of the active verbs die, the others resume when all else is completed.
        let mut late = std::mem::take(&mut self.tasks);
        late.truncate(late.len() / 2);
        self.settle().await?;
        for (began, mut task) in late {
            if !self.may_wake(began) {
                continue;
            }
            task.finish().await?;
            self.check_step(false).await.map_err(|violation| format!("after {} woke: {violation}", task.name))?;
        }
        // One of them may have set a limit.
        self.let_all_run().await?;
        self.settle().await?;
        self.enable_webhooks().await?;
        self.fire_all().await?;
        self.fire_all().await?;
        self.check_end().await
    }

    async fn check_end(&mut self) -> Result<(), String> {
        self.check_step(true).await?;
        self.check_rest().await?;
        self.check_erased()?;
        self.check_coverage().await
    }

    async fn let_all_run(&mut self) -> Result<(), String> {
        self.raise_limits().await?;
        self.enable_webhooks().await
    }

    /// Gives every user a limit that is out of reach; then nothing waits for the 1st any more.
    async fn raise_limits(&self) -> Result<(), String> {
        for user in self.users.clone() {
            if self.is_closed(user) {
                continue;
            }
            self.run_to_end("a limit out of reach", self.limit(user, 10_000)).await?;
            for configuration in self.reader.configurations(user).await.unwrap() {
                if configuration.woken(self.now()).is_some() {
                    return Err(format!("the limit was raised, and {} still waits for the 1st", configuration.id));
                }
            }
        }
        Ok(())
    }

    /// Enables every webhook that was disabled; then every schedule continues.
    async fn enable_webhooks(&mut self) -> Result<(), String> {
        for (user, id) in self.configurations.clone() {
            let Some(found) = self.reader.configuration(user, id).await.unwrap() else { continue };
            if found.deleted_at.is_some() || !found.delivery_health.is_disabled() {
                continue;
            }
            self.run_to_end("the webhook is enabled", self.enabling(user, id)).await?;
            let after = self.reader.configuration(user, id).await.unwrap();
            if after.is_some_and(|after| after.delivery_health.is_disabled()) {
                return Err(format!("the webhook of {id} was enabled, and is still disabled"));
            }
        }
        Ok(())
    }

    /// Moves the clock from one due instant to the next until only fires are due.
    async fn settle(&mut self) -> Result<(), String> {
        for _ in 0..ROUNDS_MAX {
            self.round().await?;
            let Some(due) = self.next_due().await else { return Ok(()) };
            self.clock.set(due.max(self.now()));
        }
        Err(format!("after {ROUNDS_MAX} rounds something is still due"))
    }

    async fn round(&mut self) -> Result<(), String> {
        Task::new("the tick".to_owned(), None, self.tick()).finish().await?;
        Task::new("the sweep".to_owned(), None, self.sweep()).finish().await?;
        loop {
            let due = self.queue.take_due();
            if due.is_empty() {
                return self.check_step(false).await;
            }
            for message in due {
                self.log(|| format!("at rest: {message:?}"));
                Task::new(format!("{message:?}"), Some(message), self.carry_out(message)).finish().await?;
            }
        }
    }

    async fn next_due(&self) -> Option<Instant> {
        let far = self.now() + Duration::days(400);
        let mut first = None;
        for kind in [DueKind::Lease, DueKind::Delivery, DueKind::Event, DueKind::Deletion] {
            for shard in 0..SHARDS {
                let due = self.reader.due(kind, shard, far, 1).await.unwrap();
                first = due.first().map(|item| item.due_at).into_iter().chain(first).min();
            }
        }
        first
    }

    /// Every configuration with a schedule fires once more.
    async fn fire_all(&mut self) -> Result<(), String> {
        let mut last = self.now();
        for (user, id) in self.configurations.clone() {
            let Some(configuration) = self.reader.configuration(user, id).await.unwrap() else { continue };
            if fires(&configuration) {
                let Some(fire) = configuration.progress.next_run_at else {
                    return Err(format!("configuration {id} is enabled and waits for nothing"));
                };
                last = last.max(fire).max(configuration.progress.due_at.unwrap_or(fire));
            }
        }
        self.clock.set(last);
        self.settle().await
    }

    async fn check_rest(&mut self) -> Result<(), String> {
        let mut added = TokenUsage::ZERO;
        for user in self.users.clone() {
            let runs = self.all_runs(user).await;
            let runs = self.observe_account(user, runs).await?;
            let mut months: BTreeMap<Month, Vec<&Run>> = BTreeMap::new();
            for run in &runs {
                months.entry(run.month()).or_default().push(run);
                self.check_ended(run)?;
                self.check_attempts(run).await?;
                added += run.figures.tokens;
            }
            for (month, runs) in months {
                self.check_month(user, month, &runs).await?;
            }
            self.summary.runs += u64::try_from(runs.len()).unwrap();
            let lost = |run: &&Run| run.attempt > run.waits.count + 1;
            self.summary.taken_over += u64::try_from(runs.iter().filter(lost).count()).unwrap();
            self.summary.waited += runs.iter().map(|run| u64::from(run.waits.count)).sum::<u64>();
        }
        self.count_disabled();
        self.summary.extreme += self.model.extreme();
        self.check_paid(added)?;
        self.check_reported_once()
    }

    /// No slot is leaked in a month that is over, and its thresholds were reported.
    async fn check_month(&mut self, user: UserId, month: Month, runs: &[&Run]) -> Result<(), String> {
        let counter = self.reader.usage(user, month).await.unwrap();
        self.summary.blocked += counter.blocked_runs;
        self.summary.counted += counter.counted_runs;
        if counter.slots_used != counter.counted_runs {
            return Err(format!("{user} has leaked a slot in {month}: {counter:?}"));
        }
        let last_end = runs.iter().filter_map(|run| run.end()).map(|end| end.at).max();
        let limits: BTreeSet<u64> =
            runs.iter().filter(|run| run.receipt.holds_slot).map(|run| run.receipt.limit).collect();
        if let (Some(end), Some(limit), 1) = (last_end, limits.first().copied(), limits.len())
            && self.checks.limit_stayed(user, month.first_instant(), end)
        {
            for percent in THRESHOLDS_PERCENT {
                let mark = Mark { percent, limit };
                if limit > 0 && counter.counted_runs >= mark.reached_at() && !counter.alerted.contains(&mark) {
                    return Err(format!("{user} reached {mark} in {month} and was not notified: {counter:?}"));
                }
            }
        }
        Ok(())
    }

    fn count_disabled(&mut self) {
        let disabled = |event: &&Event| matches!(event.fact, Fact::EndpointDisabled { .. });
        self.summary.disabled += u64::try_from(self.bus.published().iter().filter(disabled).count()).unwrap();
    }

    fn check_ended(&self, run: &Run) -> Result<(), String> {
        if run.status() == Status::Running {
            return Err(format!("run {} never ended: {run:?}", run.id));
        }
        if self.is_closed(run.user) {
            // Pending deliveries were dropped; each step checks that nothing was erased before.
            return Ok(());
        }
        let received = self.receiver.received(&format!("run_{}", run.id));
        let wrong = match run.delivery.state() {
            DeliveryState::Pending => true,
            DeliveryState::Delivered => received.taken == 0,
            DeliveryState::Refused | DeliveryState::Exhausted => run.delivery.attempts == 0,
            DeliveryState::None => {
                let reported = run.end().is_some_and(
                    |end| matches!(&end.outcome, Outcome::Success(findings) if findings.content_attempt.is_some()),
                );
                reported && !run.trigger.is_test()
            }
        };
        if wrong {
            return Err(format!("the delivery of run {} rests as {:?}, received {received:?}", run.id, run.delivery));
        }
        Ok(())
    }

    /// Each request of a delivery is a recorded attempt, and so is each attempt of a worker that died.
    async fn check_attempts(&mut self, run: &Run) -> Result<(), String> {
        if self.is_closed(run.user) {
            return Ok(());
        }
        let figures = &mut self.summary.deliveries;
        match run.delivery.state() {
            DeliveryState::None => return Ok(()),
            DeliveryState::Delivered => figures.delivered += 1,
            _ => figures.failed += 1,
        }
        let requests = self.receiver.received(&format!("run_{}", run.id)).times;
        figures.requests += u64::from(requests);
        figures.recorded += u64::from(run.delivery.attempts);
        if self.now() - run.started_at > ATTEMPTS_KEPT {
            return Ok(());
        }
        let attempts = self.reader.attempts(run.user, DeliverySubject::Run(run.id)).await.unwrap();
        let numbers: Vec<u32> = attempts.iter().map(|attempt| attempt.number).collect();
        if numbers != (1..=run.delivery.attempts).collect::<Vec<_>>() {
            return Err(format!("run {} has {} attempts and lists {numbers:?}", run.id, run.delivery.attempts));
        }
        Ok(())
    }

    fn check_reported_once(&self) -> Result<(), String> {
        let mut reported = BTreeMap::new();
        for event in self.bus.published() {
            let what = match &event.fact {
                Fact::UsageThresholdReached { mark, month, .. } => format!("{} of {} in {month}", mark, event.user),
                Fact::ConfigurationPaused { configuration, fire, .. } => {
                    format!("pause of {configuration} at {fire}")
                }
                Fact::ReportFailed { run, .. } => format!("failure of run {run}"),
                Fact::ReportRecovered { run, .. } => format!("recovery with run {run}"),
                Fact::DeliveryFailed { .. }
                | Fact::ConfigurationResumed { .. }
                | Fact::EndpointFailing { .. }
                | Fact::EndpointDisabled { .. }
                | Fact::EndpointEnabled { .. } => {
                    continue;
                }
            };
            // An event may be published twice, under one id; no other event has the same content.
            let by = *reported.entry(what.clone()).or_insert(event.id);
            if by != event.id {
                return Err(format!("{what} was reported by {by} and by {}", event.id));
            }
        }
        Ok(())
    }
}
