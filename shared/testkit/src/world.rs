//! A whole deployment for one test: the real verbs on the real store, under the manual clock.
#![expect(clippy::expect_used, reason = "a test's world that does not stand is the end of the test")]

use crate::builders;
use crate::clock::ManualClock;
use crate::engine::{Engine, EngineError};
use crate::faults::{FaultPlan, Faults};
use crate::git::ScriptedGit;
use crate::outside::{ScriptedBus, ScriptedModel, ScriptedReceiver};
use crate::queue::{ManualQueue, Queued};
use crate::scripted::Scripted;
use adapters::dynamodb::Retention;
use adapters::wiring::Deployment;
use app::deliver::DeliverOutcome;
use app::execute_run::Executed;
use app::ports::{Clock, SecretContext};
use app::schedule_due_runs::TickReport;
use app::sweep::SweepReport;
use domain::account::Account;
use domain::configuration::{Configuration, Writer, WriterChoice};
use domain::id::{RunId, UserId};
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::repository::Repository;
use domain::run::Run;
use domain::usage::UsageCounter;
use std::sync::Arc;

/// Builds the verbs of [`World::deployment`].
pub use adapters::wiring::Verbs;

/// A deployment whose outside a test controls.
pub struct World {
    /// The time.
    pub clock: ManualClock,
    /// Both queues.
    pub queue: ManualQueue,
    /// The git host: one branch, whatever is asked for.
    pub git: ScriptedGit,
    /// The model.
    pub model: ScriptedModel,
    /// Every webhook's far end.
    pub receiver: ScriptedReceiver,
    /// The event bus.
    pub bus: ScriptedBus,
    /// What goes wrong between the deployment and the engine.
    pub faults: Faults,
    /// What is tested.
    pub deployment: Deployment,
    /// The embedded engine. It is the last to go, so that it does not wait for connections.
    pub engine: Engine,
}

/// The records of one user who has a single report.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The account.
    pub account: Account,
    /// The repository.
    pub repository: Repository,
    /// Hourly, on `main`, by the plain summariser, with a webhook.
    pub configuration: Configuration,
}

impl Scene {
    /// Whose.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.account.user
    }

    /// The report is written by a model.
    pub fn write_with(&mut self, model: &str) {
        self.configuration.settings.writer = WriterChoice::Chosen(Writer::Model(model.to_owned()));
    }
}

impl World {
    /// An empty world at [`builders::epoch`].
    pub async fn new(seed: u64) -> Result<Self, EngineError> {
        let engine = Engine::memory().await?;
        let faults = Faults::new(seed, FaultPlan::default());
        let scripted = Scripted::at(builders::epoch());
        let clock = Arc::new(scripted.clock.clone());
        let store = engine.store_with(&faults).keeping(Retention::default(), clock);
        let deployment = scripted.deployment(Arc::new(store), seed);
        let Scripted { clock, queue, git, model, receiver, bus, .. } = scripted;
        Ok(Self { clock, queue, git, model, receiver, bus, faults, deployment, engine })
    }

    /// A user, by a number, with one report that nothing is stored of yet.
    ///
    /// # Panics
    /// When the vault does not seal.
    pub async fn scene(&self, number: u64) -> Scene {
        let user = builders::user(number);
        let repository = builders::repository(user, number);
        let mut configuration = builders::configuration(&repository, number);
        configuration.settings.webhook = Some(builders::webhook("https://receiver.example.com/hook"));
        let context = SecretContext::of_configuration(user, configuration.id);
        configuration.secret = self.deployment.vault.seal(context, &[7; 32]).await.expect("a sealed secret");
        Scene { account: builders::account(user), repository, configuration }
    }

    /// Stores a scene.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn store(&self, scene: &Scene) {
        let store = &self.deployment.store;
        if scene.account != builders::account(scene.user()) {
            store.put_account(&scene.account).await.expect("the account");
        }
        store.put_repository(&scene.repository).await.expect("the repository");
        store.put_configuration(&scene.configuration).await.expect("the configuration");
    }

    /// Now.
    #[must_use]
    pub fn clock_at(&self) -> Instant {
        self.clock.now()
    }

    /// Three minutes from now: the deadline that calls get.
    #[must_use]
    pub fn soon(&self) -> Instant {
        self.clock.now() + Duration::minutes(3)
    }

    /// One tick and one sweep, as the scheduler does each minute.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn tick(&self) -> (TickReport, SweepReport) {
        let (tick, sweep) = (self.deployment.schedule_due_runs(), self.deployment.sweep());
        let ticked = Box::pin(tick.run(self.soon())).await.expect("a tick");
        (ticked, Box::pin(sweep.run(self.soon())).await)
    }

    /// Handles every message that is due, and those that come of it, until none is. A message that fails is dropped:
    /// the due index asks again.
    pub async fn drain(&self) -> Vec<Executed> {
        let mut executed = Vec::new();
        loop {
            let due = self.queue.take_due();
            if due.is_empty() {
                return executed;
            }
            for message in due {
                executed.extend(self.handle(message).await);
            }
        }
    }

    /// Handles one message.
    pub async fn handle(&self, message: Queued) -> Option<Executed> {
        match message {
            Queued::Run(request) => {
                let verb = self.deployment.execute_run();
                Box::pin(verb.execute(&request, self.soon())).await.ok()
            }
            Queued::Delivery(request) => {
                let _: Result<DeliverOutcome, _> = Box::pin(self.deployment.deliver().attempt(&request)).await;
                None
            }
        }
    }

    /// Lets time pass, with a tick each minute and every message handled; in twenty steps, where it is long.
    pub async fn pass(&self, span: Duration) {
        let end = self.clock.now() + span;
        let step = Duration::minutes((span.num_minutes() / 20).max(1));
        while self.clock.now() < end {
            self.clock.advance(step);
            self.tick().await;
            self.drain().await;
        }
    }

    /// Moves the clock to an instant, ticks once and handles every message.
    pub async fn jump_to(&self, instant: Instant) {
        self.clock.set(instant);
        self.tick().await;
        self.drain().await;
    }

    /// The counter of the current month.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn counter(&self, user: UserId) -> UsageCounter {
        self.deployment.store.usage(user, Month::of(self.clock.now())).await.expect("the counter")
    }

    /// The configuration as it stands.
    ///
    /// # Panics
    /// When the store fails or it is not there.
    pub async fn configuration(&self, scene: &Scene) -> Configuration {
        let found = self.deployment.store.configuration(scene.user(), scene.configuration.id).await;
        found.expect("the store").expect("the configuration")
    }

    /// A run as it stands.
    ///
    /// # Panics
    /// When the store fails or it is not there.
    pub async fn run(&self, user: UserId, id: RunId) -> Run {
        self.deployment.store.run(user, id).await.expect("the store").expect("the run")
    }

    /// Every run of a user, oldest first.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn runs(&self, user: UserId) -> Vec<Run> {
        let end = self.clock.now() + Duration::days(366);
        self.deployment.store.runs_between(user, builders::epoch(), end).await.expect("the runs")
    }
}
