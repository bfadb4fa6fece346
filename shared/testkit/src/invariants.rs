//! Invariants of a user's records: those that hold after every step, and those that hold in addition once nothing is
//! under way.
//!
//! Both return the breaches as text; none if all invariants hold. They read the current records, so nothing may write
//! meanwhile.

#![expect(clippy::expect_used, reason = "a test can do nothing about a store that fails")]

use crate::engine::TABLE;
use crate::world::World;
use adapters::dynamodb::DUE_INDEX;
use app::ports::{DueKind, MessageBody};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::account::NoticeKind;
use domain::configuration::Configuration;
use domain::delivery::DeliveryState;
use domain::event::{Event, Fact};
use domain::id::{ConfigurationId, RunId, UserId};
use domain::instant::{Duration, Instant, parse};
use domain::month::Month;
use domain::notice::{EndpointOf, Matter, Notice};
use domain::run::{ATTEMPTS_MAX, Content, Outcome, Run, ShaPrefix, Status, WAITED_HOURS_MAX, WAITS_MAX};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Debug;

/// The broken invariants, as text.
pub type Breaches = Vec<String>;

/// The invariants that always hold: the counter of every month equals the sum of its runs, slots included; no run is
/// counted against the rules, or twice; a configuration's active run is the scheduled run that is under way, and the
/// only one; no attempt is paid twice or paid without having been made.
///
/// # Panics
/// If the store fails.
pub async fn check(world: &World, user: UserId) -> Breaches {
    let records = Records::read(world, user).await;
    let mut breaches = Breaches::new();
    records.counters(world, &mut breaches).await;
    records.runs(&mut breaches);
    records.active_runs(&mut breaches);
    breaches
}

/// [`check`], and the invariants at rest: nothing is running, so every used slot is a counted run; no configuration
/// has an active run; every report is delivered or known not to be; whatever was stored as paid is paid; every commit
/// is in at most one scheduled success; nothing is notified twice. No lease, delivery or event is left in the due
/// index.
///
/// # Panics
/// If the store fails.
pub async fn check_at_rest(world: &World, user: UserId) -> Breaches {
    let mut breaches = check(world, user).await;
    let records = Records::read(world, user).await;
    for run in &records.runs {
        require(&mut breaches, run.status() != Status::Running, || format!("run {} is still running", run.id));
        let settled = run.delivery.state() != DeliveryState::Pending;
        require(&mut breaches, settled, || format!("the delivery of run {} is still pending", run.id));
    }
    for configuration in &records.configurations {
        let free = configuration.progress.active_run.is_none();
        require(&mut breaches, free, || format!("configuration {} still has an active run", configuration.id));
    }
    for (place, what) in waiting(world).await.into_iter().filter(|(_, what)| !what.starts_with("FIRE")) {
        breaches.push(format!("{what} is still due at {place}"));
    }
    records.contents(world, &mut breaches).await;
    notified_once(world, user, &mut breaches);
    take_turns(world, user, &mut breaches).await;
    breaches
}

/// The earliest instant in the due index, fires included; `None` if the index is empty.
///
/// # Panics
/// If the store fails.
pub async fn next_due(world: &World) -> Option<Instant> {
    waiting(world).await.into_iter().map(|(at, _)| at).min()
}

/// The kinds and shards of the due index that have entries.
///
/// # Panics
/// If the store fails.
pub async fn due_parts(world: &World) -> HashSet<(DueKind, u8)> {
    let part = |what: &str| {
        let (kind, shard) = what.split_once(' ')?.0.split_once('#')?;
        let kind = DueKind::ALL.into_iter().find(|known| format!("{known:?}").eq_ignore_ascii_case(kind))?;
        Some((kind, shard.parse().ok()?))
    };
    waiting(world).await.iter().map(|(_, what)| part(what).expect("kind and shard")).collect()
}

/// Every entry of the due index: its instant and its kind and shard.
async fn waiting(world: &World) -> Vec<(Instant, String)> {
    let scan = world.engine.client().scan().table_name(TABLE).index_name(DUE_INDEX);
    let found = scan.send().await.expect("a scan of the due index").items.unwrap_or_default();
    let text = |value: Option<&AttributeValue>| value.and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    found
        .iter()
        .filter_map(|item| {
            let place = text(item.get("due_sk"));
            let at = place.split_once('#').and_then(|(at, _)| parse(at))?;
            Some((at, format!("{} {}", text(item.get("due_pk")), text(item.get("sk")))))
        })
        .collect()
}

struct Records {
    runs: Vec<Run>,
    configurations: Vec<Configuration>,
    user: UserId,
}

impl Records {
    async fn read(world: &World, user: UserId) -> Self {
        let runs = world.runs(user).await;
        let configurations = world.deployment.store.configurations(user).await.expect("the configurations");
        Self { runs, configurations, user }
    }

    async fn counters(&self, world: &World, breaches: &mut Breaches) {
        let mut month = Month::of(crate::builders::epoch());
        let last = Month::of(world.clock_at() + Duration::days(32));
        while month <= last {
            let counter = world.deployment.store.usage(self.user, month).await.expect("the counter");
            for drift in counter.drift(&counter.of_runs(&self.runs)) {
                breaches.push(format!("{month}: the counter has drifted: {drift:?}"));
            }
            let bound = self.runs.iter().filter(|run| run.month() == month).map(|run| run.receipt.limit).max();
            require(breaches, counter.counted_runs <= bound.unwrap_or(0), || {
                format!("{month}: {} runs count, but no reservation read more than {bound:?}", counter.counted_runs)
            });
            month = month.next();
        }
    }

    fn runs(&self, breaches: &mut Breaches) {
        let mut ids = BTreeSet::new();
        for run in &self.runs {
            require(breaches, ids.insert(run.id), || format!("run {} exists twice", run.id));
            let lost = run.attempt.saturating_sub(run.waits.count);
            require(breaches, lost <= ATTEMPTS_MAX, || format!("run {} had {} attempts: {run:?}", run.id, run.attempt));
            waits(run, breaches);
            let made = run.paid_attempts.iter().all(|paid| *paid <= run.attempt);
            require(breaches, made, || format!("run {} paid attempts that were not made: {run:?}", run.id));
            let counted = run.end().is_some_and(|end| end.counted);
            let counts = run.end().is_some_and(|end| run.would_count(&end.outcome));
            require(breaches, counted == counts, || format!("run {} counts against the rule: {run:?}", run.id));
            if let domain::run::Trigger::Schedule { fire } = &run.trigger {
                let named = RunId::scheduled(run.configuration, *fire) == run.id;
                require(breaches, named, || format!("run {} is not the one run of its fire", run.id));
            }
        }
    }

    fn active_runs(&self, breaches: &mut Breaches) {
        for configuration in &self.configurations {
            let running: Vec<RunId> = self
                .runs
                .iter()
                .filter(|run| run.configuration == configuration.id && run.trigger.is_scheduled())
                .filter(|run| run.status() == Status::Running)
                .map(|run| run.id)
                .collect();
            let active: Vec<RunId> = configuration.progress.active_run.into_iter().collect();
            require(breaches, running == active, || {
                format!("configuration {}: running are {running:?}, active is {active:?}", configuration.id)
            });
            let paused = configuration.delivery_health.is_disabled();
            let waits = configuration.progress.next_run_at.is_some() || configuration.progress.due_at.is_some();
            require(breaches, !(paused && waits), || {
                format!("configuration {} is due although its webhook is disabled", configuration.id)
            });
            let begun = self.runs.iter().filter(|run| run.configuration == configuration.id).count();
            let counted = usize::try_from(configuration.progress.total_runs).unwrap_or(usize::MAX);
            require(breaches, begun == counted, || {
                format!("configuration {}: {begun} runs began, it has counted {counted}", configuration.id)
            });
        }
    }

    async fn contents(&self, world: &World, breaches: &mut Breaches) {
        let mut reported = BTreeMap::new();
        for run in &self.runs {
            let content = world.deployment.store.content(run.user, run.id).await.expect("the content");
            let named = run.end().and_then(|end| match &end.outcome {
                Outcome::Success(findings) => findings.content_attempt,
                Outcome::Failed(_) | Outcome::Cancelled => None,
            });
            let Some(content) = content else {
                require(breaches, named.is_none(), || format!("the text of run {} is missing", run.id));
                continue;
            };
            let paid = run.paid_attempts.contains(&content.attempt);
            require(breaches, paid, || format!("the text of run {} is not paid", run.id));
            if let Some(named) = named {
                let same = named == content.attempt;
                require(breaches, same, || format!("run {} names another text than the stored one", run.id));
            }
            if named.is_some() && run.trigger.is_scheduled() {
                for place in places_of(run, &content) {
                    if let Some(earlier) = reported.insert(place, run.id) {
                        breaches.push(format!("a commit is reported by run {earlier} and again by run {}", run.id));
                    }
                }
            }
            if run.delivery.state() == DeliveryState::Delivered {
                let id = format!("run_{}", run.id);
                let arrived = world.receiver.reports().iter().any(|(sent, text)| *sent == id && *text == content.text);
                require(breaches, arrived, || format!("run {} is marked as delivered, and nothing arrived", run.id));
            }
        }
    }
}

/// A run waits at most three times and a day, and never without an instant.
fn waits(run: &Run, breaches: &mut Breaches) {
    require(breaches, run.waits.count <= WAITS_MAX, || format!("run {} waited too often: {run:?}", run.id));
    let Some(since) = run.waits.since else {
        let ended = run.end().is_some();
        require(breaches, ended || run.waits.count == 0, || format!("run {} waits without a start: {run:?}", run.id));
        return;
    };
    let last = since + Duration::hours(WAITED_HOURS_MAX);
    let bounded = run.waiting_until().is_none_or(|until| until <= last);
    require(breaches, bounded, || format!("run {} waits too long: {run:?}", run.id));
}

/// The bus may receive an event twice, with the same id, and a receiver a message, with the same id. Nothing is
/// notified under two ids.
fn notified_once(world: &World, user: UserId, breaches: &mut Breaches) {
    let mut facts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for event in world.bus.published().iter().filter(|event| event.user == user) {
        facts.entry(fact(event)).or_default().insert(event.id.to_string());
    }
    for message in world.receiver.received() {
        match &message.body {
            MessageBody::Notice(notice) if notice.user == user => {
                facts.entry(matter(notice)).or_default().insert(message.id.clone());
            }
            MessageBody::Report { run, text } if run.user == user => {
                facts.entry(format!("report of run {}", run.id)).or_default().insert(text.clone());
            }
            MessageBody::Notice(_) | MessageBody::Report { .. } => {}
        }
    }
    for (what, ids) in facts.into_iter().filter(|(_, ids)| ids.len() > 1) {
        breaches.push(format!("notified more than once: {what}: {ids:?}"));
    }
}

/// What a notice says, so that the same can't be said twice.
fn matter(notice: &Notice) -> String {
    let (month, id) = (notice.month, notice.configuration.id);
    match &notice.matter {
        Matter::ThresholdReached { mark, .. } => format!("notice of {mark} of {month}"),
        Matter::ModelRetires { model, on } => format!("notice of the end of {model} on {on} for {id}"),
        Matter::ReportFailed { run, .. } => format!("notice of the failure of run {run}"),
        Matter::ReportRecovered { run, .. } => format!("notice of recovery with run {run}"),
        Matter::DeliveryFailed { run, .. } => format!("notice of the failed delivery of run {run}"),
        Matter::EndpointFailing { endpoint, since, .. } => {
            format!("notice that a webhook ({endpoint:?}, {id}) fails since {since}")
        }
        // A pause and its end can happen more than once in a month, and so can a change of a webhook.
        Matter::Paused { .. } | Matter::Resumed | Matter::EndpointDisabled { .. } | Matter::EndpointEnabled { .. } => {
            format!("notice {}", notice.id)
        }
    }
}

/// Notices that take turns do so: no second pause before the reports have continued, and no webhook is disabled twice
/// in a row.
async fn take_turns(world: &World, user: UserId, breaches: &mut Breaches) {
    let page = world.deployment.store.notices_page(user, 10_000, None).await.expect("the notices");
    let mut last: BTreeMap<String, NoticeKind> = BTreeMap::new();
    for notice in page.items.iter().rev() {
        let kind = notice.matter.kind();
        let turn = match &notice.matter {
            Matter::Paused { .. } | Matter::Resumed => format!("pauses in {}", notice.month),
            Matter::EndpointDisabled { endpoint: EndpointOf::Configuration, .. }
            | Matter::EndpointEnabled { endpoint: EndpointOf::Configuration, .. } => {
                format!("webhook of {}", notice.configuration.id)
            }
            _ => continue,
        };
        let repeats = last.insert(turn.clone(), kind) == Some(kind);
        require(breaches, !repeats, || format!("two notices of the kind {} in a row: {turn}", kind.as_str()));
    }
}

fn fact(event: &Event) -> String {
    match &event.fact {
        Fact::ReportFailed { run, .. } => format!("failure of run {run}"),
        Fact::ReportRecovered { run, .. } => format!("recovery with run {run}"),
        Fact::ConfigurationResumed { .. }
        | Fact::EndpointFailing { .. }
        | Fact::EndpointDisabled { .. }
        | Fact::EndpointEnabled { .. } => format!("event {}", event.id),
        Fact::UsageThresholdReached { mark, month, .. } => format!("{mark} of {month}"),
        Fact::ConfigurationPaused { configuration, fire, .. } => format!("pause of {configuration} at {fire}"),
        Fact::DeliveryFailed { subject, .. } => format!("failed delivery of {subject:?}"),
    }
}

fn require(breaches: &mut Breaches, holds: bool, notified_once: impl FnOnce() -> String) {
    if !holds {
        breaches.push(notified_once());
    }
}

/// Fails with all breaches at once.
///
/// # Panics
/// If there are breaches.
#[track_caller]
pub fn assert_none(what: impl Debug, breaches: &[String]) {
    assert!(breaches.is_empty(), "{what:?}:\n  {}", breaches.join("\n  "));
}

/// What identifies each commit that a text reports: commits of two branches are different ones.
fn places_of(run: &Run, content: &Content) -> Vec<(ConfigurationId, u64, ShaPrefix)> {
    let mut places = Vec::new();
    for branch in run.branches() {
        let reported = content.reported_in(branch.generation);
        places.extend(reported.map(|sha| (run.configuration, branch.generation, *sha)));
    }
    places
}
