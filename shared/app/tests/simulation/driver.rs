//! One seed: each step is drawn at random.

use crate::checks::Checks;
use crate::git::SimulatedGit;
use crate::model::SimulatedModel;
use crate::outside::{LaggingIndex, SimulatedBus, SimulatedReceiver};
use crate::summary::Summary;
use crate::task::Task;
use adapters::dynamodb::DynamoStore;
use adapters::wiring::Deployment;
use app::ports::{Clock, Configurations};
use domain::configuration::Configuration;
use domain::id::{ConfigurationId, UserId};
use domain::instant::{Duration, Instant};
use domain::month::Month;
use std::sync::Arc;
use testkit::builders::{self, at};
use testkit::clock::ManualClock;
use testkit::engine::direct::DirectEngine;
use testkit::entropy::SeededEntropy;
use testkit::faults::{FaultPlan, Faults};

use testkit::queue::{ManualQueue, Queued};
use testkit::scripted::Scripted;
use testkit::world::Verbs;

/// The most verbs that are active at a time.
const TASKS_MAX: usize = 6;
/// The most configurations of all users.
pub(crate) const CONFIGURATIONS_MAX: usize = 6;
/// The monthly limits to choose from.
pub(crate) const LIMITS: [u64; 7] = [0, 1, 2, 3, 5, 8, 20];

/// A running simulation.
pub(crate) struct Simulation {
    pub(crate) random: SeededEntropy,
    pub(crate) engine: DirectEngine,
    pub(crate) clock: ManualClock,
    pub(crate) queue: ManualQueue,
    pub(crate) git: SimulatedGit,
    pub(crate) model: SimulatedModel,
    pub(crate) receiver: SimulatedReceiver,
    pub(crate) bus: SimulatedBus,
    pub(crate) faults: Faults,
    pub(crate) index: LaggingIndex,
    pub(crate) deployment: Deployment,
    /// The store as it is, without faults.
    pub(crate) reader: DynamoStore,
    pub(crate) users: Vec<UserId>,
    pub(crate) configurations: Vec<(UserId, ConfigurationId)>,
    pub(crate) tasks: Vec<(Instant, Task)>,
    pub(crate) checks: Checks,
    pub(crate) summary: Summary,
    pub(crate) closes_accounts: bool,
    /// Whether reports are about several repositories.
    pub(crate) has_several: bool,
    trace: bool,
}

impl Simulation {
    /// Runs a seed to its end.
    pub(crate) async fn run(seed: u64, steps: u32, trace: bool) -> Result<Summary, String> {
        let mut simulation = Self::new(seed, trace).await;
        for step in 0..steps {
            simulation.step().await.map_err(|violation| format!("step {step}: {violation}"))?;
            simulation
                .check_step(step % 64 == 63)
                .await
                .map_err(|violation| format!("after step {step}: {violation}"))?;
        }
        simulation.summary.steps = steps.into();
        simulation.rest().await.map_err(|violation| format!("at rest: {violation}"))?;
        simulation.summary.writes = simulation.engine.writes();
        Ok(simulation.summary)
    }

    async fn new(seed: u64, trace: bool) -> Self {
        let engine = DirectEngine::memory().await.unwrap();
        let random = SeededEntropy::new(seed.wrapping_mul(0x51_7c_c1_b7_27_22_0a_95) ^ seed);
        let scripted = Scripted::at(at("2026-01-29T21:07:00Z"));
        let (clock, queue) = (scripted.clock.clone(), scripted.queue.clone());
        let faults = Faults::new(seed, FaultPlan::default());
        let git = SimulatedGit::new(clock.clone());
        let (model, bus) = (SimulatedModel::new(seed ^ 0x5EED), SimulatedBus::default());
        let receiver = SimulatedReceiver::new(seed);
        let store = Arc::new(engine.store_with(&faults, seed));
        let deployment = Deployment {
            event_bus: Arc::new(bus.clone()),
            commits: Arc::new(git.clone()),
            writer: Arc::new(model.clone()),
            webhooks: Arc::new(receiver.clone()),
            test_runs_count: seed.is_multiple_of(5),
            ..scripted.deployment(store.clone(), seed ^ 0xABCD)
        };
        let reader = engine.store();
        let mut simulation = Self {
            random,
            clock,
            queue,
            git,
            model,
            receiver,
            bus,
            faults,
            index: LaggingIndex::over(store),
            deployment,
            reader,
            engine,
            users: Vec::new(),
            configurations: Vec::new(),
            tasks: Vec::new(),
            checks: Checks::default(),
            summary: Summary::default(),
            closes_accounts: seed.is_multiple_of(3),
            // The other seeds draw as they did before such reports existed, so that those that failed can be repeated.
            has_several: seed % 4 > 1,
            trace,
        };
        simulation.populate().await;
        simulation
    }

    /// Two users with a limit and two configurations each.
    async fn populate(&mut self) {
        for user in [builders::user(1), builders::user(2)] {
            self.add_user(user).await;
            let limit = self.limit(user, LIMITS[self.below(LIMITS.len())]);
            self.run_to_end("the first limit", limit).await.unwrap();
            for _ in 0..2 {
                let creation = self.creation(user);
                self.run_to_end("a first configuration", creation).await.unwrap();
            }
            self.observe(user).await.unwrap();
        }
    }

    /// Runs a verb to its end.
    pub(crate) async fn run_to_end(
        &self,
        name: &str,
        verb: impl Future<Output = bool> + Send + 'static,
    ) -> Result<(), String> {
        self.log(|| format!("all of {name}"));
        let done = Task::new(name.to_owned(), None, verb).finish().await?;
        if done { Ok(()) } else { Err(format!("{name} failed although nothing is set to fail")) }
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    pub(crate) fn below(&self, bound: usize) -> usize {
        usize::try_from(self.random.below(u64::try_from(bound).unwrap())).unwrap()
    }

    pub(crate) fn number(&self, bound: u64) -> i64 {
        i64::try_from(self.random.below(bound)).unwrap()
    }

    pub(crate) fn one_in(&self, count: u64) -> bool {
        self.random.below(count) == 0
    }

    pub(crate) fn log(&self, what: impl FnOnce() -> String) {
        if self.trace {
            println!("{} {}", self.now().format("%m-%dT%H:%M:%S%.3f"), what());
        }
    }

    async fn step(&mut self) -> Result<(), String> {
        match self.random.below(114) {
            0..20 => self.handle_message().await,
            20..38 => self.resume().await,
            38..42 | 112.. => {
                self.drop_task();
                Ok(())
            }
            42..48 => self.start("tick".to_owned(), None, self.tick()).await,
            48..54 => self.start("sweep".to_owned(), None, self.sweep()).await,
            54..72 => {
                self.pass_time().await;
                Ok(())
            }
            72..82 => {
                self.change_branch();
                Ok(())
            }
            82..96 => self.act_as_user().await,
            _ => {
                self.inject_fault();
                Ok(())
            }
        }
    }

    pub(crate) fn tick(&self) -> impl Future<Output = bool> + Send + 'static {
        let mut verb = self.deployment.schedule_due_runs();
        verb.due = Arc::new(self.index.clone());
        let deadline = self.now() + Duration::minutes(3);
        async move { verb.run(deadline).await.is_ok() }
    }

    pub(crate) fn sweep(&self) -> impl Future<Output = bool> + Send + 'static {
        let mut verb = self.deployment.sweep();
        verb.due = Arc::new(self.index.clone());
        let deadline = self.now() + Duration::minutes(3);
        async move { verb.run(deadline).await.failed == 0 }
    }

    /// Starts a verb: most run to their end, some are suspended after a number of requests.
    pub(crate) async fn start(
        &mut self,
        name: String,
        message: Option<Queued>,
        verb: impl Future<Output = bool> + Send + 'static,
    ) -> Result<(), String> {
        self.log(|| format!("start {name}"));
        let task = Task::new(name, message, verb);
        let polls = if self.tasks.len() >= TASKS_MAX || !self.one_in(3) {
            u32::MAX
        } else {
            u32::try_from(self.random.below(70)).unwrap()
        };
        self.go_on((self.now(), task), polls).await
    }

    async fn go_on(&mut self, (began, mut task): (Instant, Task), polls: u32) -> Result<(), String> {
        let done = task.poll(polls).await?;
        self.log(|| format!("  {}: {done:?}", task.name));
        match done {
            None => self.tasks.push((began, task)),
            Some(true) => {}
            Some(false) => self.return_message(&task),
        }
        Ok(())
    }

    /// A message that failed is received again, or is lost.
    fn return_message(&self, task: &Task) {
        if let Some(message) = task.message
            && !self.one_in(3)
        {
            self.queue.put_back(message, Duration::seconds(30));
        }
    }

    async fn resume(&mut self) -> Result<(), String> {
        if self.tasks.is_empty() {
            return Ok(());
        }
        let (began, task) = self.tasks.swap_remove(self.below(self.tasks.len()));
        if !self.may_wake(began) {
            self.bury(&task);
            return Ok(());
        }
        if self.now() - began > app::limits::lease() {
            self.summary.resumed_late += 1;
        }
        self.log(|| format!("resume {} of {}", task.name, began.format("%dT%H:%M:%S")));
        let polls = if self.one_in(2) { u32::MAX } else { u32::try_from(self.random.below(40)).unwrap() };
        self.go_on((began, task), polls).await
    }

    fn drop_task(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let (_, task) = self.tasks.swap_remove(self.below(self.tasks.len()));
        self.bury(&task);
    }

    fn bury(&mut self, task: &Task) {
        self.log(|| format!("drop {}", task.name));
        self.summary.dropped += 1;
        self.return_message(task);
    }

    async fn handle_message(&mut self) -> Result<(), String> {
        let mut due = self.queue.take_due();
        if due.is_empty() {
            // No message is left: then the scheduler runs.
            return if self.one_in(2) {
                self.start("tick".to_owned(), None, self.tick()).await
            } else {
                self.start("sweep".to_owned(), None, self.sweep()).await
            };
        }
        let message = due.swap_remove(self.below(due.len()));
        for other in due {
            self.queue.put_back(other, Duration::zero());
        }
        if self.one_in(8) {
            self.queue.put_back(message, Duration::zero());
        }
        let name = format!("{message:?}");
        self.start(name, Some(message), self.carry_out(message)).await
    }

    pub(crate) fn carry_out(&self, message: Queued) -> impl Future<Output = bool> + Send + 'static {
        let (execute, deliver) = (self.deployment.execute_run(), self.deployment.deliver());
        let deadline = self.now() + Duration::minutes(3);
        async move {
            match message {
                Queued::Run(request) => execute.execute(&request, deadline).await.is_ok(),
                Queued::Delivery(request) => deliver.attempt(&request).await.is_ok(),
            }
        }
    }

    async fn pass_time(&mut self) {
        let draw = self.random.below(20);
        let now = self.now();
        let to = match draw {
            0..8 => now + Duration::seconds(self.number(90)),
            8..13 => now + Duration::minutes(self.number(14)),
            13..16 => self.next_fire().await.filter(|fire| *fire > now).unwrap_or(now + Duration::minutes(5)),
            16 => now + Duration::hours(self.number(20)),
            17 if self.one_in(3) => now + Duration::days(self.number(3)),
            18 if self.one_in(5) => Month::of(now).resets_at() - Duration::seconds(self.number(4)),
            17 | 18 => now + Duration::seconds(245),
            _ => now - Duration::milliseconds(self.number(2_000)),
        };
        self.clock.set(to);
        self.log(|| format!("the clock was {now}"));
    }

    async fn next_fire(&self) -> Option<Instant> {
        let (user, id) = self.any_configuration();
        self.reader.configuration(user, id).await.unwrap()?.progress.next_run_at
    }

    pub(crate) fn any_configuration(&self) -> (UserId, ConfigurationId) {
        self.configurations[self.below(self.configurations.len())]
    }
}

/// Whether a configuration still fires.
pub(crate) fn fires(configuration: &Configuration) -> bool {
    configuration.settings.enabled && configuration.deleted_at.is_none()
}
