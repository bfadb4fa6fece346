//! Every call of every path, dying before it and after it.

use crate::harness::{Fate, Harness};
use crate::path::Path;
use domain::delivery::DeliveryState;
use domain::run::{Outcome, Run, Status, sha_prefix};
use std::sync::atomic::Ordering;
use testkit::builders::at;
use testkit::crash::{Call, Moment};
use testkit::invariants::{assert_none, check_at_rest};
use testkit::outside::ScriptedModel;
use testkit::world::Verbs;

/// Where a worker dies.
#[derive(Clone, Copy, Debug)]
struct Point {
    number: usize,
    name: &'static str,
    moment: Moment,
}

impl Point {
    /// The receiver may have the message, without a record of it.
    fn may_send_twice(self) -> bool {
        matches!((self.name, self.moment), ("send", Moment::After) | ("put_attempt", Moment::Before))
    }

    /// The model may be paid, without a record of it.
    fn may_pay_unknown(self) -> bool {
        matches!((self.name, self.moment), ("write", Moment::After) | ("put_content", Moment::Before))
    }

    /// The same with the call that this walk made there: calls at the same time come in any order.
    fn in_walk(self, calls: &[Call]) -> Self {
        Self { name: calls.get(self.number).map_or(self.name, |call| call.name), ..self }
    }

    /// The bus may have the event, without a record of it: it was published, and not removed before the death.
    fn may_publish_twice(self, calls: &[Call]) -> bool {
        let made = self.number + usize::from(self.moment == Moment::After);
        let count = |name| calls.iter().take(made).filter(|call| call.name == name).count();
        count("publish") > count("remove_event")
    }
}

/// The result of one pass over a path.
struct Walked {
    calls: Vec<Call>,
    /// The dead worker held a message, which has two fates.
    message_died: bool,
}

/// Runs a path, with a death at a point if there is one, and returns the calls that it made.
async fn walk(path: Path, fate: Fate, point: Option<Point>) -> Walked {
    let harness = path.set_up(fate).await;
    if let Some(point) = point {
        harness.calls.crash_at(point.number, point.moment);
    }
    harness.trigger(path).await;
    harness.settle(at("2026-01-01T20:00:00Z")).await;
    let calls = harness.calls.made();
    let point = point.map(|point| point.in_walk(&calls));
    let place = (path, fate, point);
    assert_eq!(harness.calls.crashed(), point.is_some(), "{place:?}: the calls come in another order");
    assert_none(place, &check_at_rest(&harness.world, harness.scene.user()).await);
    harness.check_outcome(path, point).await;
    let message_died = harness.message_died.load(Ordering::Relaxed);
    harness.check_coverage(path, point).await;
    Walked { calls, message_died }
}

impl Harness {
    /// The result of this path, whatever happened on it.
    async fn check_outcome(&self, path: Path, point: Option<Point>) {
        let place = (path, self.fate, point);
        let runs = self.world.runs(self.scene.user()).await;
        let ends: Vec<_> = runs.iter().map(|run| (run.status(), run.end().is_some_and(|end| end.counted))).collect();
        let expected = match path {
            Path::Cancelled => (Status::Cancelled, false),
            Path::Abandoned => (Status::Failed, false),
            // An interrupted test fails and is not repeated.
            Path::TestReport if ends.first().is_some_and(|end| end.0 == Status::Failed) => (Status::Failed, false),
            Path::TestReport => (Status::Success, false),
            _ => (Status::Success, true),
        };
        let never_began = path == Path::TestReport && runs.is_empty() && point.is_some();
        if !never_began {
            assert_eq!(ends, [expected], "{place:?}: {runs:?}");
        }
        for run in &runs {
            self.check_delivery(path, point, run);
            assert_eq!(run.waits.count > 0, path == Path::Waits, "{place:?}: {run:?}");
        }
        self.check_payments(point, &runs);
        let mut events: Vec<String> = self.world.bus.published().iter().map(|event| event.id.to_string()).collect();
        let published = events.len();
        events.sort();
        events.dedup();
        let twice = published - events.len();
        let calls = self.calls.made();
        let may_come_twice = point.is_some_and(|point| point.may_publish_twice(&calls));
        assert!(twice == 0 || may_come_twice, "{place:?}: {twice} events came twice");
        let events = self.events_of(path).await;
        let given_up = |run: &&Run| matches!(run.delivery.state(), DeliveryState::Exhausted | DeliveryState::Refused);
        let events = events + runs.iter().filter(given_up).count();
        assert_eq!(published - twice, events, "{place:?}: {:?}", self.world.bus.published());
        let counter = self.world.counter(self.scene.user()).await;
        let blocked = u64::from(matches!(path, Path::Blocked | Path::BlockedAtReservation));
        assert_eq!(counter.blocked_runs, blocked, "{place:?}");
    }

    /// How many events a path causes, apart from those of deliveries that were given up.
    async fn events_of(&self, path: Path) -> usize {
        match path {
            // The limit, the pause, or the failure of the run.
            Path::ScheduledToTheLimit | Path::Notified | Path::BlockedAtReservation | Path::Abandoned => 1,
            // The manual run that reached the limit, and the pause.
            Path::Blocked => 2,
            Path::EndpointDisabled => usize::from(self.is_disabled().await),
            _ => 0,
        }
    }

    async fn is_disabled(&self) -> bool {
        self.world.configuration(&self.scene).await.delivery_health.is_disabled()
    }

    fn check_delivery(&self, path: Path, point: Option<Point>, run: &Run) {
        let place = (path, self.fate, point);
        let with_text = matches!(&run.end().unwrap().outcome, Outcome::Success(_));
        let expected: &[DeliveryState] = match path {
            _ if !with_text => &[DeliveryState::None],
            Path::DeliveryExhausted => &[DeliveryState::Exhausted],
            // The dead worker may have received the one refusal.
            Path::DeliveryRefused | Path::EndpointDisabled if point.is_some_and(Point::may_send_twice) => {
                &[DeliveryState::Refused, DeliveryState::Delivered]
            }
            Path::DeliveryRefused | Path::EndpointDisabled => &[DeliveryState::Refused],
            // One of its two attempts may be the dead worker's.
            Path::DeliveryRetried | Path::TestReport if point.is_some() => {
                &[DeliveryState::Delivered, DeliveryState::Exhausted]
            }
            _ => &[DeliveryState::Delivered],
        };
        assert!(expected.contains(&run.delivery.state()), "{place:?}: {:?}", run.delivery);
        let id = format!("run_{}", run.id);
        let sent = self.world.receiver.reports().iter().filter(|(sent, _)| *sent == id).count();
        let tries = match path {
            _ if !with_text => 0,
            Path::DeliveryRetried | Path::DeliveryExhausted => 2,
            _ => 1,
        };
        let more = usize::from(point.is_some_and(Point::may_send_twice));
        assert!(sent <= tries + more, "{place:?}: the report was sent {sent} times");
    }

    /// All payments to the model are in the runs, except those of a dead worker.
    fn check_payments(&self, point: Option<Point>, runs: &[Run]) {
        let recorded: u64 = runs.iter().map(|run| run.figures.tokens.total()).sum();
        let paid = self.world.model.calls() * ScriptedModel::usage().total();
        let unknown = paid - recorded;
        if point.is_some_and(Point::may_pay_unknown) {
            assert!(unknown <= ScriptedModel::usage().total(), "{point:?}");
        } else {
            assert_eq!(unknown, 0, "{point:?}: {runs:?}");
        }
    }

    /// After the next fire, every commit is in exactly one scheduled report.
    async fn check_coverage(&self, path: Path, point: Option<Point>) {
        let place = (path, self.fate, point);
        self.world.git.push(at("2026-01-01T12:00:00Z"), "feat: sell pears");
        self.world.receiver.always(None);
        let (from, until) = path.later();
        if self.is_disabled().await {
            let enable = self.world.deployment.enable_endpoint();
            enable.configuration(self.scene.user(), self.scene.configuration.id).await.unwrap();
        }
        self.world.clock.set(from);
        self.settle(until).await;
        assert_none(place, &check_at_rest(&self.world, self.scene.user()).await);
        let mut reported = Vec::new();
        for run in self.world.runs(self.scene.user()).await {
            let ended_well = run.status() == Status::Success && run.trigger.is_scheduled();
            let content = self.world.deployment.store.content(run.user, run.id).await.unwrap();
            reported.extend(content.filter(|_| ended_well).map(|content| content.reported).into_iter().flatten());
        }
        for sha in self.world.git.shas() {
            let times = reported.iter().filter(|prefix| **prefix == sha_prefix(&sha)).count();
            assert_eq!(times, 1, "{place:?}: commit {sha} was reported {times} times");
        }
    }
}

/// Runs a path once without faults, then once for each point and fate; prints the number of passes.
async fn die_everywhere(path: Path) {
    let began = std::time::Instant::now();
    let clean = walk(path, Fate::Redelivered, None).await.calls;
    // The call at which a worker is stopped is never made, so that no worker dies at it.
    let stopped = clean.iter().position(|call| path == Path::Released && call.name == "head");
    let points: Vec<Point> = clean
        .iter()
        .enumerate()
        .filter(|(number, call)| !call.idle && Some(*number) != stopped)
        .flat_map(|(number, call)| Moment::ALL.map(|moment| Point { number, name: call.name, moment }))
        .collect();
    assert!(points.len() >= 10, "{path:?}: {points:?}");
    let mut walks = points.len();
    for point in &points {
        if walk(path, Fate::Redelivered, Some(*point)).await.message_died {
            walk(path, Fate::Lost, Some(*point)).await;
            walks += 1;
        }
    }
    let (calls, points, seconds) = (points.len() / 2, points.len(), began.elapsed().as_secs_f64());
    println!("{path:?}: {calls} calls, {points} crash points, {walks} walks in {seconds:.1} s");
}

macro_rules! paths {
    ($($name:ident: $path:ident;)*) => {
        $(#[tokio::test]
        async fn $name() {
            die_everywhere(Path::$path).await;
        })*

        #[test]
        fn every_path_is_walked() {
            assert_eq!(Path::ALL, [$(Path::$path),*]);
        }
    };
}

paths! {
    a_scheduled_run: Scheduled;
    a_scheduled_run_by_a_model: ScheduledByModel;
    a_scheduled_run_that_reaches_the_limit: ScheduledToTheLimit;
    a_manual_run: Manual;
    a_blocked_fire: Blocked;
    a_fire_blocked_at_its_reservation: BlockedAtReservation;
    a_cancelled_run: Cancelled;
    a_delivery: Delivery;
    a_delivery_that_is_retried: DeliveryRetried;
    a_delivery_that_is_exhausted: DeliveryExhausted;
    a_delivery_that_is_refused: DeliveryRefused;
    a_webhook_that_is_disabled: EndpointDisabled;
    a_lost_lease: LostLease;
    an_abandoned_run: Abandoned;
    a_lost_delivery: LostDelivery;
    a_notice_and_an_event: Notified;
    a_test_report: TestReport;
    a_run_that_waits_for_its_git_host: Waits;
    a_run_that_is_released: Released;
}
