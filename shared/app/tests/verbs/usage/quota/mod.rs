//! Quota and counter against a simple model: for any actions in any order, the verbs on the real store admit what the
//! model admits, and the counters of all months are the model's.

mod model;

use app::ports::{GitFailure, ModelError, RunRequest};
use app::runs::{CancelError, StartError, TestError};
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::run::{Run, Status, Window};
use domain::usage::{Admission, Mark, UsageCounter};
use model::{Figures, Model, Step, WorkResult};
use proptest::test_runner::Config;
use proptest_state_machine::{StateMachineTest, prop_state_machine};
use std::sync::Arc;
use testkit::builders::{at, epoch};
use testkit::invariants::{assert_none, check};
use testkit::outside::ScriptedModel;
use testkit::queue::Queued;
use testkit::world::{Scene, Verbs, World};

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
    fn prepare(world: &World, result: WorkResult) {
        world.git.fail((result == WorkResult::Failed).then_some(GitFailure::NotFound));
        let down = ModelError::Unavailable { detail: "the test requires it".into() };
        world.model.fail((result == WorkResult::Degraded).then_some(down));
    }

    fn begin(limit: u64) -> Self {
        let runtime = Arc::new(tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());
        let (world, scene) = runtime.block_on(async {
            let (world, scene) = World::with_scene(limit, |scene| {
                scene.configuration.settings.webhook = None;
                scene.fire_at(None);
                scene.write_with("gpt-4o-mini");
                scene.limit_runs(limit);
            })
            .await;
            (world, scene)
        });
        let before = Model { limit, months: vec![Figures::default()], open: Vec::new() };
        let mut real = Self { runtime, world, scene, month: Month::of(epoch()), open: Vec::new(), before };
        real.advance_to(at("2026-01-02T00:00:00Z"));
        real
    }

    /// The month begins: there is a commit for tests and reports in it.
    fn advance_to(&mut self, instant: Instant) {
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

    async fn test(&self, result: WorkResult, expected: Admission) {
        Self::prepare(&self.world, result);
        let verb = self.world.deployment.test_report();
        match verb.run(self.scene.user(), self.scene.configuration.id, false, self.world.soon(), None).await {
            Ok(_) => assert_eq!(expected, Admission::Admitted),
            Err(TestError::NotAdmitted { admission, .. }) => assert_eq!(admission, expected),
            Err(error) => panic!("{error}"),
        }
    }

    async fn execute(&mut self, which: usize, result: WorkResult) {
        Self::prepare(&self.world, result);
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
            Step::Test(result) => self.test(result, self.before.admits(true)).await,
            Step::Execute { which, result } if which < self.open.len() => self.execute(which, result).await,
            Step::Cancel { which } if which < self.open.len() => self.cancel(which).await,
            Step::Limit(limit) => self.limit(limit).await,
            Step::NextMonth => self.advance_to(self.month.resets_at() + Duration::days(1)),
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
