//! A world in which workers can die, and the time afterwards.

use adapters::wiring::Deployment;
use app::deliveries::Deliver;
use app::ports::{Clock, DeliveryQueue, RunQueue};
use domain::delivery::RetryPolicy;
use domain::instant::{Duration, Instant};
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
pub(crate) struct House {
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

impl House {
    /// One worker's message. It is lost if it fails or its worker died, unless it is received again.
    pub(crate) async fn handle(&self, message: Queued) {
        let deadline = self.world.soon();
        let done = match message {
            Queued::Run(request) => {
                let verb = self.watched.execute_run();
                self.calls.attend(verb.execute(&request, deadline)).await.is_some()
            }
            Queued::Delivery(request) => {
                // Two attempts, so that the last one is reached soon.
                let policy = RetryPolicy::new(vec![Span::from_secs(5)]).unwrap();
                let verb = Deliver { policy, ..self.watched.deliver() };
                self.calls.attend(verb.attempt(&request)).await.is_some()
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
        let deadline = self.world.soon();
        self.calls.see_due(Some(due_parts(&self.world).await));
        let _ = self
            .calls
            .attend(async {
                self.watched.schedule_due_runs().run(deadline).await.expect("a tick");
                self.watched.sweep().run(deadline).await
            })
            .await;
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
