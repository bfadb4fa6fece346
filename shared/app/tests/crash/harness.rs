//! A world in which workers can die, what its workers do, and the time afterwards.

use adapters::wiring::Deployment;
use app::deliveries::Deliver;
use app::ports::{Clock, DeliveryQueue, DueIndex, DueItem, DueKind, Refusal, RunQueue, StoreError};
use app::schedules::{ScheduleDueRuns, Sweep};
use async_trait::async_trait;
use domain::delivery::RetryPolicy;
use domain::instant::{Duration, Instant};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration as Span;
use testkit::crash::Calls;
use testkit::invariants::{due_parts, next_due};
use testkit::queue::Queued;
use testkit::world::{Scene, Verbs, World};

/// What happens to a message whose worker died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is received again.
    Redelivered,
    /// It is lost, and only the sweep can recover its work.
    Lost,
}

/// The world is dropped last, so that its engine does not wait for connections.
pub(crate) struct Harness {
    pub(crate) scene: Scene,
    /// Every call of the verbs.
    pub(crate) calls: Calls,
    /// The world's deployment, with every port recorded.
    pub(crate) watched: Deployment,
    pub(crate) fate: Fate,
    /// The dead worker held a message.
    pub(crate) message_died: AtomicBool,
    pub(crate) world: World,
}

/// Rounds of the clock until everything must be at rest: a lost lease, three attempts and a few deliveries need about
/// thirty.
const ROUNDS_MAX: usize = 200;

impl Harness {
    /// One worker's message. It is lost if it fails or its worker died, unless it is received again.
    pub(crate) async fn handle(&self, message: Queued) {
        let deadline = self.world.soon();
        let done = match message {
            Queued::Run(request) => {
                let verb = self.watched.execute_run();
                self.calls.run_worker(verb.execute(&request, deadline)).await.is_some()
            }
            Queued::Delivery(request) => {
                // Two attempts, so that the last one is reached soon.
                let policy = RetryPolicy::new(vec![Span::from_secs(5)]).unwrap();
                let verb = Deliver { policy, ..self.watched.deliver() };
                self.calls.run_worker(verb.attempt(&request)).await.is_some()
            }
        };
        if !done {
            self.message_died.store(true, Ordering::Relaxed);
        }
        if !done && self.fate == Fate::Redelivered {
            self.send_again(message).await;
        }
    }

    pub(crate) async fn send_again(&self, message: Queued) {
        match message {
            Queued::Run(request) => self.world.queue.request_runs(&[request]).await.unwrap(),
            Queued::Delivery(request) => self.world.queue.request_deliveries(&[request], 0).await.unwrap(),
        }
    }

    /// One tick and one sweep, in one worker.
    pub(crate) async fn tick(&self) {
        let _ = self.calls.run_worker(self.tick_with(&self.watched)).await;
    }

    /// The same, with the verbs of another deployment.
    pub(crate) async fn tick_with(&self, deployment: &Deployment) {
        let deadline = self.world.soon();
        let parts = due_parts(&self.world).await;
        let due = Arc::new(DueParts { index: deployment.store.clone(), parts });
        let tick = ScheduleDueRuns { due: due.clone(), ..deployment.schedule_due_runs() };
        tick.run(deadline).await.expect("a tick");
        Sweep { due, ..deployment.sweep() }.run(deadline).await;
    }

    /// Lets time pass until nothing is due before `horizon`: from one instant at which something is due to the next.
    pub(crate) async fn settle(&self, horizon: Instant) {
        for _ in 0..ROUNDS_MAX {
            let messages = self.world.queue.take_due();
            if !messages.is_empty() {
                for message in messages {
                    self.handle(message).await;
                }
                continue;
            }
            let due = next_due(&self.world).await.into_iter().chain(self.world.queue.next_due()).min();
            let Some(due) = due.filter(|due| *due <= horizon) else { return };
            let now = self.world.clock.now();
            if due > now {
                self.world.clock.set(due);
            }
            if self.world.queue.next_due().is_none_or(|due| due > self.world.clock.now()) {
                self.tick().await;
                let still = next_due(&self.world).await.is_some_and(|due| due <= self.world.clock.now());
                if still && self.world.queue.next_due().is_none_or(|due| due > self.world.clock.now()) {
                    self.world.clock.advance(Duration::minutes(1));
                }
            }
        }
        panic!("the world never comes to rest");
    }
}

/// The due index as it was a moment ago, which the service's lag allows: a read of a part that was empty then finds
/// nothing, and is no call.
struct DueParts {
    index: Arc<dyn DueIndex>,
    parts: HashSet<(DueKind, u8)>,
}

#[async_trait]
impl DueIndex for DueParts {
    async fn due(&self, kind: DueKind, shard: u8, now: Instant, limit: usize) -> Result<Vec<DueItem>, StoreError> {
        if self.parts.contains(&(kind, shard)) {
            return self.index.due(kind, shard, now, limit).await;
        }
        Ok(Vec::new())
    }

    async fn postpone(&self, item: &DueItem, until: Instant) -> Result<(), Refusal> {
        self.index.postpone(item, until).await
    }
}
