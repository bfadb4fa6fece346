//! A whole deployment for one test: the real verbs on the real store, under the manual clock.
#![expect(clippy::expect_used, reason = "a test can't continue without its world")]

use crate::builders;
use crate::clock::ManualClock;
use crate::engine::{Engine, EngineError};
use crate::faults::{FaultPlan, Faults};
use crate::git::ScriptedGit;
use crate::outside::{ScriptedBus, ScriptedMailer, ScriptedModel, ScriptedReceiver};
use crate::queue::{ManualQueue, Queued};
use crate::scripted::Scripted;
use adapters::dynamodb::Retention;
use adapters::wiring::Deployment;
use app::deliveries::DeliverOutcome;
use app::ports::{Clock, SecretContext};
use app::runs::Executed;
use app::schedules::{SweepReport, TickReport};
use domain::account::Account;
use domain::configuration::{Configuration, Writer, WriterChoice};
use domain::delivery::SigningSecrets;
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
    pub clock: ManualClock,
    pub queue: ManualQueue,
    /// The git host: one branch, returned for every branch name.
    pub git: ScriptedGit,
    pub model: ScriptedModel,
    /// The receiver of every webhook.
    pub receiver: ScriptedReceiver,
    pub mailer: ScriptedMailer,
    pub bus: ScriptedBus,
    /// Faults between the deployment and the engine.
    pub faults: Faults,
    /// The deployment under test.
    pub deployment: Deployment,
    /// The embedded engine. It is dropped last, so that it does not wait for connections.
    pub engine: Engine,
}

/// The records of one user with a single report.
#[derive(Clone, Debug)]
pub struct Scene {
    pub account: Account,
    pub repository: Repository,
    /// Hourly, on `main`, by the plain summariser, with a webhook.
    pub configuration: Configuration,
}

impl Scene {
    /// The user of the account.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.account.user
    }

    /// Limits the user's monthly runs.
    pub fn limit_runs(&mut self, monthly_runs: u64) {
        self.account.overrides.monthly_runs = Some(monthly_runs);
        self.account.limits_version = 1;
    }

    /// Lets the schedule fire at this instant next, or not at all.
    pub fn fire_at(&mut self, next: Option<Instant>) {
        self.configuration.progress.next_run_at = next;
        self.configuration.progress.due_at = next;
    }

    /// Lets a model write the report.
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
        let Scripted { clock, queue, git, model, receiver, mailer, bus, .. } = scripted;
        Ok(Self { clock, queue, git, model, receiver, mailer, bus, faults, deployment, engine })
    }

    /// A world with the changed scene of one user, which is stored.
    ///
    /// # Panics
    /// If the engine does not start.
    pub async fn with_scene(seed: u64, change: impl FnOnce(&mut Scene)) -> (Self, Scene) {
        let world = Self::new(seed).await.expect("the engine");
        let mut scene = world.scene(1).await;
        change(&mut scene);
        world.store(&scene).await;
        (world, scene)
    }

    /// A user, by a number, with one report; nothing of it is stored yet.
    ///
    /// # Panics
    /// If the vault does not seal.
    pub async fn scene(&self, number: u64) -> Scene {
        let user = builders::user(number);
        let repository = builders::repository(user, number);
        let mut configuration = builders::configuration(&repository, number);
        configuration.settings.webhook = Some(builders::webhook("https://receiver.example.com/hook"));
        let context = SecretContext::of_configuration(user, configuration.id);
        let sealed = self.deployment.vault.seal(context, &[7; 32]).await.expect("a sealed secret");
        configuration.secrets = SigningSecrets::new(sealed);
        Scene { account: builders::account(user), repository, configuration }
    }

    /// Stores a scene.
    ///
    /// # Panics
    /// If the store fails.
    pub async fn store(&self, scene: &Scene) {
        let store = &self.deployment.store;
        if scene.account != builders::account(scene.user()) {
            store.put_account(&scene.account).await.expect("the account");
        }
        store.put_repository(&scene.repository).await.expect("the repository");
        store.put_configuration(&scene.configuration).await.expect("the configuration");
    }

    /// The instant that the clock shows.
    #[must_use]
    pub fn clock_at(&self) -> Instant {
        self.clock.now()
    }

    /// Three minutes from now: the deadline of calls.
    #[must_use]
    pub fn soon(&self) -> Instant {
        self.clock.now() + Duration::minutes(3)
    }

    /// One tick and one sweep, as the scheduler makes each minute.
    ///
    /// # Panics
    /// If the store fails.
    pub async fn tick(&self) -> (TickReport, SweepReport) {
        let (tick, sweep) = (self.deployment.schedule_due_runs(), self.deployment.sweep());
        let ticked = Box::pin(tick.run(self.soon())).await.expect("a tick");
        (ticked, Box::pin(sweep.run(self.soon())).await)
    }

    /// Handles every message that is due, and those that result from it, until none is due. A message that fails is
    /// dropped: the due index causes another one.
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
                let _: Result<DeliverOutcome, _> = Box::pin(self.deployment.deliver().attempt_in_turn(&request)).await;
                None
            }
        }
    }

    /// Lets time pass, with a tick each minute and every message handled; a long span takes twenty steps.
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
    /// If the store fails.
    pub async fn counter(&self, user: UserId) -> UsageCounter {
        self.deployment.store.usage(user, Month::of(self.clock.now())).await.expect("the counter")
    }

    /// The current configuration.
    ///
    /// # Panics
    /// If the store fails or the configuration is missing.
    pub async fn configuration(&self, scene: &Scene) -> Configuration {
        let found = self.deployment.store.configuration(scene.user(), scene.configuration.id).await;
        found.expect("the store").expect("the configuration")
    }

    /// The current run.
    ///
    /// # Panics
    /// If the store fails or the run is missing.
    pub async fn run(&self, user: UserId, id: RunId) -> Run {
        self.deployment.store.run(user, id).await.expect("the store").expect("the run")
    }

    /// Every run of a user, oldest first.
    ///
    /// # Panics
    /// If the store fails.
    pub async fn runs(&self, user: UserId) -> Vec<Run> {
        let end = self.clock.now() + Duration::days(366);
        self.deployment.store.runs_between(user, builders::epoch(), end).await.expect("the runs")
    }
}
