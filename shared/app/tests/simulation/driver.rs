//! One seed: what happens next is drawn, step by step.

use crate::checks::Checks;
use crate::edits::{BRANCHES, Edit, SCHEDULES, edit};
use crate::git::SimulatedGit;
use crate::outside::{LaggingIndex, Mood, SimulatedBus, SimulatedModel, SimulatedReceiver};
use crate::task::Task;
use adapters::boot::Deployment;
use adapters::dynamodb::DynamoStore;
use adapters::vault::LocalVault;
use app::ports::{
    Accounts, Clock, Configurations, GitFailure, IdempotencyKey, ModelError, Repositories, Runs, SecretContext,
};
use domain::configuration::{Configuration, Coverage, Writer, WriterChoice};
use domain::id::{ConfigurationId, UserId};
use domain::instant::{Duration, Instant};
use domain::money::PriceTable;
use domain::month::Month;
use domain::repository::Location;
use domain::run::{Status, Window};
use domain::schedule::Schedule;
use std::fmt;
use std::sync::Arc;
use testkit::builders::{self, at};
use testkit::clock::ManualClock;
use testkit::direct::DirectEngine;
use testkit::entropy::SeededEntropy;
use testkit::faults::{FaultPlan, Faults};
use testkit::queue::{ManualQueue, Queued};

/// Verbs that are under way at a time, at most.
const TASKS_MAX: usize = 6;
/// Configurations of all users, at most.
const CONFIGURATIONS_MAX: usize = 6;
/// Monthly limits that are chosen from.
const LIMITS: [u64; 7] = [0, 1, 2, 3, 5, 8, 20];

/// What came of a seed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) steps: u64,
    pub(crate) runs: u64,
    pub(crate) counted: u64,
    pub(crate) taken_over: u64,
    pub(crate) blocked: u64,
    pub(crate) dropped: u64,
    pub(crate) resumed_late: u64,
    pub(crate) reported: u64,
    pub(crate) writes: u64,
}

impl Summary {
    pub(crate) fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.runs += other.runs;
        self.counted += other.counted;
        self.taken_over += other.taken_over;
        self.blocked += other.blocked;
        self.dropped += other.dropped;
        self.resumed_late += other.resumed_late;
        self.reported += other.reported;
        self.writes += other.writes;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { steps, runs, counted, taken_over, blocked, dropped, resumed_late, reported, writes } = self;
        write!(
            formatter,
            "{steps} steps, {runs} runs, {counted} counted, {taken_over} taken over, {blocked} fires blocked, \
             {dropped} verbs dropped, {resumed_late} resumed after their lease, {reported} commits reported, {writes} writes"
        )
    }
}

/// A simulation under way.
pub(crate) struct Simulation {
    pub(crate) dice: SeededEntropy,
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
    pub(crate) looker: DynamoStore,
    pub(crate) users: Vec<UserId>,
    pub(crate) configurations: Vec<(UserId, ConfigurationId)>,
    pub(crate) tasks: Vec<(Instant, Task)>,
    pub(crate) checks: Checks,
    pub(crate) summary: Summary,
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
        let dice = SeededEntropy::new(seed.wrapping_mul(0x51_7c_c1_b7_27_22_0a_95) ^ seed);
        let clock = ManualClock::at(at("2026-01-29T21:07:00Z"));
        let queue = ManualQueue::new(clock.clone());
        let faults = Faults::new(seed, FaultPlan::default());
        let (git, model, bus) = (SimulatedGit::default(), SimulatedModel::default(), SimulatedBus::default());
        let receiver = SimulatedReceiver::new(seed);
        let store = Arc::new(engine.store_with(&faults, seed));
        let vault = LocalVault::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        let deployment = Deployment {
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(SeededEntropy::new(seed ^ 0xABCD)),
            store: Arc::<DynamoStore>::clone(&store),
            run_queue: Arc::new(queue.clone()),
            delivery_queue: Arc::new(queue.clone()),
            event_bus: Arc::new(bus.clone()),
            vault: Arc::new(vault),
            commits: Arc::new(git.clone()),
            writer: Arc::new(model.clone()),
            webhooks: Arc::new(receiver.clone()),
            default_writer: Writer::Plain,
            test_runs_count: seed.is_multiple_of(5),
            prices: Arc::new(PriceTable::bundled().unwrap()),
        };
        let looker = engine.store();
        let mut simulation = Self {
            dice,
            clock,
            queue,
            git,
            model,
            receiver,
            bus,
            faults,
            index: LaggingIndex::over(store),
            deployment,
            looker,
            engine,
            users: vec![builders::user(1), builders::user(2)],
            configurations: Vec::new(),
            tasks: Vec::new(),
            checks: Checks::default(),
            summary: Summary::default(),
            trace,
        };
        for user in simulation.users.clone() {
            simulation.change_limit(user).await;
            simulation.make_configuration(user).await;
            simulation.make_configuration(user).await;
        }
        simulation
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    fn below(&self, bound: usize) -> usize {
        usize::try_from(self.dice.below(bound as u64)).unwrap()
    }

    fn one_in(&self, count: u64) -> bool {
        self.dice.below(count) == 0
    }

    pub(crate) fn tell(&self, what: impl FnOnce() -> String) {
        if self.trace {
            println!("{} {}", self.now().format("%m-%dT%H:%M:%S%.3f"), what());
        }
    }

    async fn step(&mut self) -> Result<(), String> {
        match self.dice.below(114) {
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
                self.change_branch().await;
                Ok(())
            }
            82..96 => self.act_as_user().await,
            96..112 => {
                self.disturb().await;
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

    /// Begins a verb: most are carried out, some are left lying after so many requests.
    async fn start(
        &mut self,
        name: String,
        message: Option<Queued>,
        verb: impl Future<Output = bool> + Send + 'static,
    ) -> Result<(), String> {
        self.tell(|| format!("start {name}"));
        let task = Task::new(name, message, verb);
        let polls = if self.tasks.len() >= TASKS_MAX || !self.one_in(3) {
            u32::MAX
        } else {
            u32::try_from(self.dice.below(70)).unwrap()
        };
        self.go_on((self.now(), task), polls).await
    }

    async fn go_on(&mut self, (began, mut task): (Instant, Task), polls: u32) -> Result<(), String> {
        let done = task.poll(polls).await?;
        self.tell(|| format!("  {}: {done:?}", task.name));
        match done {
            None => self.tasks.push((began, task)),
            Some(true) => {}
            Some(false) => self.return_message(&task),
        }
        Ok(())
    }

    /// A message that was not carried out comes again, or is lost.
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
        if self.now() - began > app::limits::lease() {
            self.summary.resumed_late += 1;
        }
        self.tell(|| format!("resume {} of {}", task.name, began.format("%dT%H:%M:%S")));
        let polls = if self.one_in(2) { u32::MAX } else { u32::try_from(self.dice.below(40)).unwrap() };
        self.go_on((began, task), polls).await
    }

    fn drop_task(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let (_, task) = self.tasks.swap_remove(self.below(self.tasks.len()));
        self.tell(|| format!("drop {}", task.name));
        self.summary.dropped += 1;
        self.return_message(&task);
    }

    async fn handle_message(&mut self) -> Result<(), String> {
        let mut due = self.queue.take_due();
        if due.is_empty() {
            // Nothing to carry out: then the scheduler comes.
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
        let draw = self.dice.below(20);
        let now = self.now();
        let to = match draw {
            0..8 => now + Duration::seconds(self.dice.below(90) as i64),
            8..13 => now + Duration::minutes(self.dice.below(14) as i64),
            13..16 => self.next_fire().await.filter(|fire| *fire > now).unwrap_or(now + Duration::minutes(5)),
            16 => now + Duration::hours(self.dice.below(20) as i64),
            17 if self.one_in(3) => now + Duration::days(self.dice.below(3) as i64),
            18 if self.one_in(5) => Month::of(now).resets_at() - Duration::seconds(self.dice.below(4) as i64),
            17 | 18 => now + Duration::seconds(245),
            _ => now - Duration::milliseconds(self.dice.below(2_000) as i64),
        };
        self.clock.set(to);
        self.tell(|| format!("the clock was {now}"));
    }

    async fn next_fire(&self) -> Option<Instant> {
        let (user, id) = self.any_configuration();
        self.looker.configuration(user, id).await.unwrap()?.progress.next_run_at
    }

    pub(crate) fn any_configuration(&self) -> (UserId, ConfigurationId) {
        self.configurations[self.below(self.configurations.len())]
    }

    async fn change_branch(&mut self) {
        let (user, _) = self.any_configuration();
        let repository = location(user);
        let place = (repository.as_str(), BRANCHES[self.below(BRANCHES.len())]);
        let now = self.now();
        match self.dice.below(10) {
            0..7 => {
                for _ in 0..=self.dice.below(2) {
                    let age = if self.one_in(4) { self.dice.below(86_400) } else { self.dice.below(60) };
                    self.git.push(place, now - Duration::seconds(age as i64), now);
                }
            }
            7 => self.git.rewrite(place, 1 + self.below(3), now),
            8 => self.git.cut_back(place, 1 + self.below(2)),
            _ => self.git.put_back(place, self.below(8), now),
        }
        self.tell(|| {
            format!(
                "{place:?} has {:?}",
                self.git.commits(place).iter().map(|has| has.commit.sha.as_str()[..6].to_owned()).collect::<Vec<_>>()
            )
        });
    }

    async fn act_as_user(&mut self) -> Result<(), String> {
        let (user, id) = self.any_configuration();
        let deployment = self.deployment.clone();
        let now = self.now();
        match self.dice.below(16) {
            0..5 => {
                let window = Window::new(now - Duration::days(2), now).unwrap();
                let key = (!self.one_in(3)).then(|| IdempotencyKey {
                    key_hash: [u8::try_from(self.dice.below(6)).unwrap(); 32],
                    request_hash: [1; 32],
                });
                let verb = async move { deployment.start_manual_run().start(user, id, window, key).await.is_ok() };
                self.start(format!("manual start of {id}"), None, verb).await
            }
            5..7 => {
                let deadline = now + Duration::minutes(3);
                let deliver = self.one_in(2);
                let verb = async move { deployment.test_report().run(user, id, deliver, deadline).await.is_ok() };
                self.start(format!("test of {id}"), None, verb).await
            }
            7..10 => {
                let from = now - Duration::days(3);
                let runs = self.looker.runs_between(user, from, now + Duration::days(1)).await.unwrap();
                let mut running: Vec<_> = runs.into_iter().filter(|run| run.status() == Status::Running).collect();
                if running.is_empty() {
                    return Ok(());
                }
                let run = running.swap_remove(self.below(running.len())).id;
                let verb = async move { deployment.cancel_run().cancel(user, run).await.is_ok() };
                self.start(format!("cancel of {run}"), None, verb).await
            }
            10..13 => {
                let change = match self.dice.below(8) {
                    0..3 => Edit::Schedule(self.below(SCHEDULES.len())),
                    3..5 => Edit::Branch(self.below(BRANCHES.len())),
                    5 => Edit::Enabled(false),
                    6 => Edit::Enabled(true),
                    _ if self.one_in(3) => Edit::Delete,
                    _ => Edit::Enabled(true),
                };
                let store = self.deployment.store.clone();
                let verb = async move { edit(store.as_ref(), (user, id), change, now).await };
                self.start(format!("{change:?} of {id}"), None, verb).await
            }
            13 => {
                self.make_configuration(user).await;
                Ok(())
            }
            _ => {
                self.change_limit(user).await;
                Ok(())
            }
        }
    }

    async fn change_limit(&mut self, user: UserId) {
        let limit = LIMITS[self.below(LIMITS.len())];
        self.set_limit(user, limit).await;
    }

    pub(crate) async fn set_limit(&mut self, user: UserId, limit: u64) {
        self.tell(|| format!("the limit of {user} is {limit}"));
        let mut account = self.looker.account(user).await.unwrap();
        account.overrides.monthly_runs = Some(limit);
        account.limits_version += 1;
        self.looker.put_account(&account).await.unwrap();
        self.checks.limit_changed(user, self.clock.now());
    }

    async fn make_configuration(&mut self, user: UserId) {
        if self.configurations.len() >= CONFIGURATIONS_MAX {
            return;
        }
        let number = self.configurations.len() as u64 + 1;
        let now = self.now();
        let mut repository = builders::repository(user, 1);
        repository.location = Location::host(&location(user), None).unwrap();
        let mut configuration = builders::configuration(&repository, number);
        let schedule = Schedule::parse(SCHEDULES[self.below(SCHEDULES.len())], "UTC").unwrap();
        let next = schedule.next_after(now);
        configuration.progress.coverage = Coverage::beginning(0, &schedule, now);
        configuration.progress.next_run_at = next;
        configuration.progress.due_at = next;
        configuration.created_at = now;
        configuration.settings.schedule = schedule;
        configuration.settings.webhook = Some(builders::webhook("https://receiver.example.com/hook"));
        if self.one_in(2) {
            configuration.settings.writer = WriterChoice::Chosen(Writer::Model("gpt-4o-mini".to_owned()));
        }
        let context = SecretContext { user, holder: configuration.id.uuid() };
        configuration.secret = self.deployment.vault.seal(context, &[7; 32]).await.unwrap();
        self.looker.put_repository(&repository).await.unwrap();
        self.looker.put_configuration(&configuration).await.unwrap();
        self.tell(|| {
            format!("a new configuration {} of {user}: {}", configuration.id, configuration.settings.schedule.cron())
        });
        self.configurations.push((user, configuration.id));
    }

    async fn disturb(&mut self) {
        match self.dice.below(12) {
            0 => self.git.fail(match self.dice.below(3) {
                0 => Some(GitFailure::Unavailable),
                _ => None,
            }),
            1 => self.model.fail(match self.dice.below(4) {
                0 => Some(ModelError::Unavailable { detail: "down".to_owned() }),
                1 => Some(ModelError::PromptTooLong),
                _ => None,
            }),
            2 | 3 => {
                let moods = [Mood::Takes, Mood::Takes, Mood::Fails, Mood::Refuses, Mood::Silent, Mood::Any, Mood::Any];
                self.receiver.mood(moods[self.below(moods.len())]);
            }
            4 => self.bus.refuse(self.one_in(2)),
            5 => self.queue.refuse(self.one_in(3)),
            6 => self.queue.duplicate_all(),
            7 => {
                self.queue.drop_all();
            }
            8 => self.queue.shuffle(|bound| self.below(bound)),
            9 => self.index.lag(self.one_in(3)),
            _ => self.faults.set_plan(match self.dice.below(6) {
                0 | 1 => FaultPlan::default(),
                2 | 3 => plan(10, 4, 5, 3),
                4 => plan(30, 20, 20, 10),
                _ => plan(100, 0, 0, 0),
            }),
        }
    }
}

fn plan(conflicts: u8, lost_answers: u8, lost_writes: u8, throttles: u8) -> FaultPlan {
    FaultPlan {
        transaction_conflict_percent: conflicts,
        lost_answer_percent: lost_answers,
        lost_write_answer_percent: lost_writes,
        throttle_percent: throttles,
    }
}

/// Where a user's repository is.
pub(crate) fn location(user: UserId) -> String {
    format!("https://github.com/octocat/{user}")
}

/// Whether a configuration still fires.
pub(crate) fn fires(configuration: &Configuration) -> bool {
    configuration.settings.enabled && configuration.deleted_at.is_none()
}
