//! The paths: the records before them, and the action that starts them.

use crate::harness::{Fate, Harness};
use app::ports::{IdempotencyKey, RunRequest};
use app::runs::CancelError;
use domain::delivery::{Answer, NoAnswer};
use domain::id::RunId;
use domain::instant::{Duration, Instant};
use domain::run::{Run, Window};
use domain::schedule::Schedule;
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::builders::at;
use testkit::crash::Calls;
use testkit::queue::Queued;
use testkit::world::{Verbs, World};

/// A sequence of verbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// A due report, by the plain summariser.
    Scheduled,
    /// By a model.
    ScheduledByModel,
    /// One that reaches the limit: its end stores a notice and an event.
    ScheduledToTheLimit,
    /// A report at its user's request, by a model; the client repeats the request with the same key until it has an
    /// answer.
    Manual,
    /// A fire that finds the limit reached.
    Blocked,
    /// A fire whose limit was lowered after its run was requested.
    BlockedAtReservation,
    /// A run that is cancelled when its text is stored and its end is not written yet.
    Cancelled,
    /// A delivery alone.
    Delivery,
    /// One whose first attempt fails.
    DeliveryRetried,
    /// One whose every attempt fails.
    DeliveryExhausted,
    /// One that is refused permanently.
    DeliveryRefused,
    /// One whose webhook no longer exists.
    EndpointDisabled,
    /// A run whose worker died.
    LostLease,
    /// A run that is lost for the third time, with a text that was paid for.
    Abandoned,
    /// A delivery whose message was lost.
    LostDelivery,
    /// A pending notice and event, and a bus that rejects once.
    Notified,
    /// A test report, by a model.
    TestReport,
    /// A due report, by a model, whose git host asks to wait for half an hour.
    Waits,
    /// A run whose worker is stopped while it reads the commits, and releases it.
    Released,
}

impl Path {
    pub(crate) const ALL: [Self; 19] = [
        Self::Scheduled,
        Self::ScheduledByModel,
        Self::ScheduledToTheLimit,
        Self::Manual,
        Self::Blocked,
        Self::BlockedAtReservation,
        Self::Cancelled,
        Self::Delivery,
        Self::DeliveryRetried,
        Self::DeliveryExhausted,
        Self::DeliveryRefused,
        Self::EndpointDisabled,
        Self::LostLease,
        Self::Abandoned,
        Self::LostDelivery,
        Self::Notified,
        Self::TestReport,
        Self::Waits,
        Self::Released,
    ];

    fn by_model(self) -> bool {
        matches!(
            self,
            Self::ScheduledByModel | Self::Manual | Self::Cancelled | Self::Abandoned | Self::TestReport | Self::Waits
        )
    }

    fn limit(self) -> u64 {
        match self {
            Self::ScheduledToTheLimit | Self::Blocked | Self::Notified => 1,
            _ => 10,
        }
    }

    /// Whether the path includes the due fire; otherwise the clock is before it.
    fn begins_at_the_fire(self) -> bool {
        !matches!(self, Self::Manual | Self::Cancelled | Self::TestReport)
    }

    /// When its commits must be in a report at the latest: at the next fire, or when the limit resets.
    pub(crate) fn later(self) -> (Instant, Instant) {
        match self {
            Self::ScheduledToTheLimit | Self::Blocked | Self::BlockedAtReservation | Self::Notified => {
                (at("2026-01-31T23:00:00Z"), at("2026-02-01T01:59:00Z"))
            }
            _ => (at("2026-01-02T01:00:10Z"), at("2026-01-02T01:30:00Z")),
        }
    }

    /// A new world at the start of the path.
    pub(crate) async fn set_up(self, fate: Fate) -> Harness {
        let (world, scene) = World::with_scene(11, |scene| {
            scene.configuration.settings.schedule = Schedule::parse("0 1 * * *", "UTC").unwrap();
            if self.by_model() {
                scene.write_with("gpt-4o-mini");
            }
            scene.limit_runs(self.limit());
            if !self.begins_at_the_fire() {
                scene.fire_at(Some(at("2026-01-02T01:00:00Z")));
            }
        })
        .await;
        world.git.push(at("2026-01-01T00:20:00Z"), "feat: sell apples");
        world.git.push(at("2026-01-01T00:40:00Z"), "fix: count them");
        let begin = if self.begins_at_the_fire() { "2026-01-01T01:00:10Z" } else { "2026-01-01T00:50:00Z" };
        world.clock.set(at(begin));
        let calls = Calls::default();
        let watched = calls.around(&world.deployment);
        let harness = Harness { world, scene, calls, watched, fate, message_died: AtomicBool::new(false) };
        harness.prepare(self).await;
        harness
    }
}

impl Harness {
    /// What happened before, without faults and unrecorded.
    async fn prepare(&self, path: Path) {
        let world = &self.world;
        match path {
            Path::Blocked => self.report_before_the_fire().await,
            Path::BlockedAtReservation => {
                self.report_before_the_fire().await;
                self.tick_with(&self.world.deployment).await;
                let mut account = self.scene.account.clone();
                account.overrides.monthly_runs = Some(1);
                account.limits_version += 1;
                world.deployment.store.put_account(&account).await.unwrap();
            }
            Path::Delivery
            | Path::DeliveryRetried
            | Path::DeliveryExhausted
            | Path::DeliveryRefused
            | Path::EndpointDisabled => {
                self.execute_only().await;
            }
            Path::LostDelivery | Path::Notified => {
                self.execute_only().await;
                world.queue.drop_all();
                world.bus.refuse(path == Path::Notified);
            }
            Path::LostLease => self.die_at("head", 1).await,
            Path::Abandoned => self.die_at("finish", 3).await,
            Path::Waits => world.git.recover_at(&world.clock, at("2026-01-01T01:30:00Z"), true),
            _ => {}
        }
        match path {
            Path::DeliveryRetried => world.receiver.answer_status(500),
            Path::DeliveryExhausted => world.receiver.always(Some(Answer::NoAnswer(NoAnswer::Timeout))),
            Path::DeliveryRefused => world.receiver.answer_status(422),
            Path::EndpointDisabled => world.receiver.answer_status(410),
            _ => {}
        }
    }

    /// Makes a manual run, ten minutes before the fire.
    async fn report_before_the_fire(&self) {
        let world = &self.world;
        world.clock.set(at("2026-01-01T00:50:00Z"));
        world.deployment.start_manual_run().start(self.scene.user(), self.id(), hour(), None).await.unwrap();
        world.drain().await;
        world.clock.set(at("2026-01-01T01:00:10Z"));
    }

    /// Makes the due run, and leaves its delivery in the queue.
    async fn execute_only(&self) {
        self.tick_with(&self.world.deployment).await;
        for request in self.world.queue.take_runs() {
            self.world.handle(Queued::Run(request)).await;
        }
    }

    /// The due run, with workers that died at a call, one after another.
    async fn die_at(&self, call: &'static str, times: usize) {
        self.tick_with(&self.world.deployment).await;
        let request: RunRequest = self.world.queue.take_runs()[0];
        let lost = Calls::default();
        let watched = lost.around(&self.world.deployment);
        for _ in 0..times {
            let gate = lost.gate_at(call);
            let verb = watched.execute_run();
            tokio::select! {
                biased;
                () = gate.reached() => {}
                done = verb.execute(&request, self.world.soon()) => panic!("it ended: {done:?}"),
            }
            self.world.clock.advance(Duration::minutes(5));
        }
    }

    fn id(&self) -> domain::id::ConfigurationId {
        self.scene.configuration.id
    }

    /// The action that starts the path. A client whose request was interrupted repeats it.
    pub(crate) async fn trigger(&self, path: Path) {
        match path {
            Path::Manual => {
                self.start().await;
            }
            Path::Cancelled => self.start_and_cancel().await,
            Path::TestReport => {
                let verb = self.watched.test_report();
                let test = verb.run(self.scene.user(), self.id(), true, self.world.soon(), None);
                let _ = self.calls.run_worker(test).await;
            }
            Path::Notified => {
                self.tick().await;
                self.world.bus.refuse(false);
            }
            Path::Released => self.begin_and_stop().await,
            _ => {}
        }
    }

    async fn start(&self) -> Run {
        let key = IdempotencyKey { key_hash: [1; 32], request_hash: [2; 32] };
        loop {
            let verb = self.watched.start_manual_run();
            let start = verb.start(self.scene.user(), self.id(), hour(), Some(key.clone()));
            if let Some(run) = self.calls.run_worker(start).await {
                return run.unwrap();
            }
        }
    }

    async fn start_and_cancel(&self) {
        let run = self.start().await;
        let messages = self.world.queue.take_runs();
        let gate = self.calls.gate_at("finish");
        let work = async {
            for request in messages {
                self.handle(Queued::Run(request)).await;
            }
        };
        tokio::pin!(work);
        tokio::select! {
            biased;
            () = gate.reached() => {
                self.cancel(run.id).await;
                gate.open();
                work.await;
            }
            // The worker died before this.
            () = &mut work => {
                gate.open();
                self.cancel(run.id).await;
            }
        }
    }

    /// One worker starts the due run, and is stopped before it has read anything.
    async fn begin_and_stop(&self) {
        self.tick().await;
        let gate = self.calls.gate_at("head");
        for request in self.world.queue.take_runs() {
            let verb = self.watched.execute_run();
            let work = verb.execute_until(&request, self.world.soon(), gate.reached());
            let done = self.calls.run_worker(work).await.is_some();
            self.message_died.fetch_or(!done, Ordering::Relaxed);
            if self.fate == Fate::Redelivered {
                self.send_again(Queued::Run(request)).await;
            }
        }
        // A later worker that reaches the gate passes.
        gate.open();
    }

    async fn cancel(&self, run: RunId) {
        loop {
            let verb = self.watched.cancel_run();
            match self.calls.run_worker(verb.cancel(self.scene.user(), run)).await {
                Some(Ok(_) | Err(CancelError::Ended(_))) => return,
                Some(Err(error)) => panic!("{error}"),
                None => {}
            }
        }
    }
}

fn hour() -> Window {
    Window::new(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00Z")).unwrap()
}
