//! Quota and counter against a simple model: for any actions in any order, the verbs on the real store admit what the
//! model admits, and the counters of all months are the model's.

use app::ports::{GitFailure, ModelError, RunRequest};
use app::runs::{CancelError, StartError, TestError};
use domain::account::Overrides;
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::run::{Run, Status, Window};
use domain::usage::{Admission, Mark, UsageCounter};
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use std::collections::BTreeSet;
use std::sync::Arc;
use testkit::builders::{at, epoch};
use testkit::invariants::{assert_none, check};
use testkit::outside::ScriptedModel;
use testkit::queue::Queued;
use testkit::world::{Scene, Verbs, World};

/// How a run ends once a worker has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fortune {
    Written,
    Degraded,
    Failed,
}

/// What a user does, or what happens.
#[derive(Clone, Debug)]
enum Step {
    Start { commits: bool },
    Test(Fortune),
    Execute { which: usize, fortune: Fortune },
    Cancel { which: usize },
    Limit(u64),
    NextMonth,
}

/// A month of the model, in plain numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Figures {
    running: u64,
    total: u64,
    counted: u64,
    successful: u64,
    failed: u64,
    cancelled: u64,
    degraded: u64,
    tests: u64,
    texts: u64,
    alerted: BTreeSet<(u64, u64)>,
}

/// A run of the model that has not ended: its month, and whether there are commits for it.
#[derive(Clone, Copy, Debug)]
struct Open {
    month: usize,
    commits: bool,
}

#[derive(Clone, Debug)]
struct Model {
    limit: u64,
    months: Vec<Figures>,
    open: Vec<Open>,
}

impl Model {
    fn now(&mut self) -> &mut Figures {
        self.months.last_mut().unwrap()
    }

    fn admits(&self, test: bool) -> Admission {
        let month = self.months.last().unwrap();
        let uncounted = month.total - month.counted;
        if self.limit == 0 || (!test && month.counted >= self.limit) {
            Admission::LimitReached
        } else if uncounted >= 20 * self.limit {
            Admission::UncountedReached
        } else if !test && month.counted + month.running >= self.limit {
            Admission::SlotsInUse
        } else {
            Admission::Admitted
        }
    }

    /// A counted success reports the thresholds of the current limit that it reaches.
    fn count(&mut self, month: usize) {
        let limit = self.limit;
        let month = &mut self.months[month];
        month.counted += 1;
        for percent in [80, 100] {
            if limit > 0 && month.counted * 100 >= limit * percent {
                month.alerted.insert((percent, limit));
            }
        }
    }

    fn end(&mut self, month: usize, fortune: Fortune, commits: bool, may_count: bool) {
        let figures = &mut self.months[month];
        if fortune == Fortune::Failed {
            figures.failed += 1;
            return;
        }
        figures.successful += 1;
        if !commits {
            return;
        }
        if fortune == Fortune::Degraded {
            figures.degraded += 1;
        } else {
            figures.texts += 1;
            if may_count {
                self.count(month);
            }
        }
    }
}

fn fortune() -> impl Strategy<Value = Fortune> {
    prop_oneof![3 => Just(Fortune::Written), 1 => Just(Fortune::Degraded), 1 => Just(Fortune::Failed)]
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        (0_u64..5).prop_map(|limit| Self { limit, months: vec![Figures::default()], open: Vec::new() }).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let which = 0_usize..6;
        prop_oneof![
            6 => any::<bool>().prop_map(|commits| Step::Start { commits }),
            4 => fortune().prop_map(Step::Test),
            6 => (which.clone(), fortune()).prop_map(|(which, fortune)| Step::Execute { which, fortune }),
            2 => which.prop_map(|which| Step::Cancel { which }),
            2 => (0_u64..6).prop_map(Step::Limit),
            1 => Just(Step::NextMonth),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        match step {
            Step::Start { commits } => {
                if state.admits(false) == Admission::Admitted {
                    let month = state.months.len() - 1;
                    state.open.push(Open { month, commits: *commits });
                    state.now().total += 1;
                    state.now().running += 1;
                }
            }
            Step::Test(fortune) => {
                if state.admits(true) == Admission::Admitted {
                    state.now().total += 1;
                    state.now().tests += 1;
                    let month = state.months.len() - 1;
                    state.end(month, *fortune, true, false);
                }
            }
            Step::Execute { which, fortune } => {
                if *which < state.open.len() {
                    let open = state.open.remove(*which);
                    state.months[open.month].running -= 1;
                    state.end(open.month, *fortune, open.commits, true);
                }
            }
            Step::Cancel { which } => {
                if *which < state.open.len() {
                    let open = state.open.remove(*which);
                    state.months[open.month].running -= 1;
                    state.months[open.month].cancelled += 1;
                }
            }
            Step::Limit(limit) => state.limit = *limit,
            Step::NextMonth => state.months.push(Figures::default()),
        }
        state
    }
}

/// The verbs, in a world of their own.
struct Real {
    runtime: Arc<tokio::runtime::Runtime>,
    world: World,
    scene: Scene,
    month: Month,
    open: Vec<RunRequest>,
    /// The state of the model before the step.
    before: Model,
}

impl Real {
    fn meet(world: &World, fortune: Fortune) {
        world.git.fail((fortune == Fortune::Failed).then_some(GitFailure::NotFound));
        let down = ModelError::Unavailable { detail: "the test requires it".into() };
        world.model.fail((fortune == Fortune::Degraded).then_some(down));
    }

    fn begin(limit: u64) -> Self {
        let runtime = Arc::new(tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());
        let (world, scene) = runtime.block_on(async {
            let world = World::new(limit).await.unwrap();
            let mut scene = world.scene(1).await;
            scene.configuration.settings.webhook = None;
            scene.configuration.progress.next_run_at = None;
            scene.configuration.progress.due_at = None;
            scene.write_with("gpt-4o-mini");
            scene.account.overrides = Overrides { monthly_runs: Some(limit), ..Overrides::default() };
            scene.account.limits_version = 1;
            world.store(&scene).await;
            (world, scene)
        });
        let before = Model { limit, months: vec![Figures::default()], open: Vec::new() };
        let mut real = Self { runtime, world, scene, month: Month::of(epoch()), open: Vec::new(), before };
        real.come_to(at("2026-01-02T00:00:00Z"));
        real
    }

    /// The month begins: there is a commit for tests and reports in it.
    fn come_to(&mut self, instant: Instant) {
        self.world.clock.set(instant);
        self.world.git.push(instant - Duration::hours(1), "feat: apples");
        self.month = Month::of(instant);
    }

    async fn start(&mut self, commits: bool, expected: Admission) {
        let now = self.world.clock_at();
        let window = if commits { (now - Duration::days(30), now) } else { (now, now + Duration::hours(1)) };
        let verb = self.world.deployment.start_manual_run();
        let window = Window::new(window.0, window.1).unwrap();
        match verb.start(self.scene.user(), self.scene.configuration.id, window, None).await {
            Ok(_) => {
                assert_eq!(expected, Admission::Admitted);
                self.open.extend(self.world.queue.take_runs());
            }
            Err(StartError::LimitReached { .. }) => assert_eq!(expected, Admission::LimitReached),
            Err(StartError::SlotsInUse { .. }) => assert_eq!(expected, Admission::SlotsInUse),
            Err(StartError::UncountedReached { .. }) => assert_eq!(expected, Admission::UncountedReached),
            Err(error) => panic!("{error}"),
        }
    }

    async fn test(&self, fortune: Fortune, expected: Admission) {
        Self::meet(&self.world, fortune);
        let verb = self.world.deployment.test_report();
        match verb.run(self.scene.user(), self.scene.configuration.id, false, self.world.soon(), None).await {
            Ok(_) => assert_eq!(expected, Admission::Admitted),
            Err(TestError::NotAdmitted { admission, .. }) => assert_eq!(admission, expected),
            Err(error) => panic!("{error}"),
        }
    }

    async fn execute(&mut self, which: usize, fortune: Fortune) {
        Self::meet(&self.world, fortune);
        let request = self.open.remove(which);
        self.world.handle(Queued::Run(request)).await;
        // The message is received again, and then the user cancels the run: both are too late.
        self.world.handle(Queued::Run(request)).await;
        let run: Run = self.world.run(request.user, request.run).await;
        assert_ne!(run.status(), Status::Running);
        let late = self.world.deployment.cancel_run().cancel(request.user, request.run).await;
        assert!(matches!(late, Err(CancelError::Ended(_))), "{late:?}");
    }

    async fn cancel(&mut self, which: usize) {
        let request = self.open.remove(which);
        self.world.deployment.cancel_run().cancel(request.user, request.run).await.unwrap();
        self.world.handle(Queued::Run(request)).await;
    }

    async fn limit(&self, limit: u64) {
        let mut account = self.world.deployment.store.account(self.scene.user()).await.unwrap();
        account.overrides.monthly_runs = Some(limit);
        account.limits_version += 1;
        self.world.deployment.store.put_account(&account).await.unwrap();
    }

    async fn step(&mut self, step: Step) {
        self.world.clock.advance(Duration::seconds(1));
        match step {
            Step::Start { commits } => self.start(commits, self.before.admits(false)).await,
            Step::Test(fortune) => self.test(fortune, self.before.admits(true)).await,
            Step::Execute { which, fortune } if which < self.open.len() => self.execute(which, fortune).await,
            Step::Cancel { which } if which < self.open.len() => self.cancel(which).await,
            Step::Limit(limit) => self.limit(limit).await,
            Step::NextMonth => self.come_to(self.month.resets_at() + Duration::days(1)),
            Step::Execute { .. } | Step::Cancel { .. } => {}
        }
    }

    async fn compare(&self, model: &Model) {
        let mut month = Month::of(epoch());
        for figures in &model.months {
            let counter = self.world.deployment.store.usage(self.scene.user(), month).await.unwrap();
            assert_eq!(figures_of(&counter), *figures, "{month}");
            assert_eq!(counter.slots_used, figures.counted + figures.running, "{month}");
            assert_eq!(counter.uncounted_runs, figures.total - figures.counted, "{month}");
            month = month.next();
        }
        let statement = self.world.deployment.read_usage().current(self.scene.user()).await.unwrap();
        assert_eq!(statement.admission, model.admits(false), "the answer is the one that a start would get");
    }
}

/// The real counter, as the model's type.
fn figures_of(counter: &UsageCounter) -> Figures {
    Figures {
        running: counter.in_flight(),
        total: counter.total_runs,
        counted: counter.counted_runs,
        successful: counter.successful_runs,
        failed: counter.failed_runs,
        cancelled: counter.cancelled_runs,
        degraded: counter.degraded_runs,
        tests: counter.test_runs,
        texts: counter.tokens.total() / ScriptedModel::usage().total(),
        alerted: counter.alerted.iter().map(|Mark { percent, limit }| (*percent, *limit)).collect(),
    }
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(model: &Model) -> Self {
        Self::begin(model.limit)
    }

    fn apply(mut real: Self, model: &Model, step: Step) -> Self {
        let runtime = Arc::clone(&real.runtime);
        runtime.block_on(async {
            real.step(step).await;
            real.compare(model).await;
        });
        real.before = model.clone();
        real
    }

    fn teardown(real: Self, _: Model) {
        let breaches = real.runtime.block_on(check(&real.world, real.scene.user()));
        assert_none("at the end", &breaches);
    }
}

prop_state_machine! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]

    #[test]
    fn quota_and_counter_are_those_of_a_plain_model(sequential 1..50 => Real);
}
