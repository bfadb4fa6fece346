//! A temporary failure of a git host ends no run: the worker waits, or the run waits in the due index.

mod bounds;
mod races;

use crate::vault::FailingVault;
use app::ports::{GitFailure, RunRequest, VaultError};
use app::runs::Executed;
use domain::delivery::DeliveryState;
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::run::{ErrorCode, Failure, Outcome, Run, Status, Window};
use testkit::builders::at;
use testkit::invariants::{assert_none, check, check_at_rest};
use testkit::queue::Queued;
use testkit::world::{Scene, Verbs, World};

/// A scene whose branch has a commit, and whose first fire, at one o'clock, is due.
async fn due_world() -> (World, Scene) {
    let (world, scene) = World::with_scene(1, |scene| {
        scene.configuration.settings.schedule = domain::schedule::Schedule::parse("0 1 * * *", "UTC").unwrap();
    })
    .await;
    world.git.push(at("2026-01-01T00:20:00Z"), "feat: sell apples");
    world.clock.set(at("2026-01-01T01:00:10Z"));
    (world, scene)
}

async fn only_run(world: &World, scene: &Scene) -> Run {
    let runs = world.runs(scene.user()).await;
    assert_eq!(runs.len(), 1, "{runs:?}");
    runs[0].clone()
}

/// Requests the due run and executes it.
async fn execute(world: &World) -> (RunRequest, Executed) {
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let executed = world.handle(Queued::Run(request)).await.unwrap();
    (request, executed)
}

/// The due run, which waits until this instant.
async fn waiting(world: &World, until: Instant) -> (RunRequest, Run) {
    world.git.recover_at(&world.clock, until, true);
    let (request, executed) = execute(world).await;
    let Executed::Waiting(run, failure) = executed else { panic!("{executed:?}") };
    assert_eq!(failure.code, ErrorCode::GitRateLimited);
    assert_eq!(run.waiting_until(), Some(until));
    (request, *run)
}

fn failure_of(run: &Run) -> Failure {
    let Some(Outcome::Failed(failure)) = run.end().map(|end| &end.outcome) else { panic!("{run:?}") };
    failure.clone()
}

#[tokio::test]
async fn short_failures_of_a_host_are_waited_for_by_the_worker() {
    for (seconds, says_when) in [(2, true), (2, false), (20, true), (20, false)] {
        let (world, scene) = due_world().await;
        let recovery = world.clock_at() + Duration::seconds(seconds);
        world.git.recover_at(&world.clock, recovery, says_when);
        let (_, executed) = execute(&world).await;
        let Executed::Finished(run) = executed else { panic!("{executed:?}") };
        assert_eq!((run.status(), run.attempt, run.waits.count), (Status::Success, 1, 0));
        let late = world.clock_at() - recovery;
        assert!(late >= Duration::zero() && late <= Duration::seconds(15), "{late}");
        assert_eq!(world.counter(scene.user()).await.counted_runs, 1);
    }
}

#[tokio::test]
async fn long_rate_limit_lets_a_scheduled_run_wait_as_long_as_the_host_asks() {
    let (world, scene) = due_world().await;
    let until = at("2026-01-01T02:17:00Z");
    let (request, run) = waiting(&world, until).await;
    assert_eq!(only_run(&world, &scene).await, run);
    let usage = world.counter(scene.user()).await;
    assert_eq!((usage.slots_used, usage.in_flight(), usage.uncounted_runs), (1, 1, 1), "it keeps its slot");
    assert_eq!(world.configuration(&scene).await.progress.active_run, Some(run.id));

    // Nothing changes it before the instant: no message, tick or recount.
    for _ in 0..3 {
        world.handle(Queued::Run(request)).await;
        world.handle(Queued::Run(RunRequest { fire: None, ..request })).await;
        world.clock.advance(Duration::minutes(20));
        assert_eq!(world.tick().await.1.runs_requested, 0);
        world.drain().await;
        assert_eq!(only_run(&world, &scene).await, run);
    }
    let recount = world.deployment.recount().correct(scene.user(), run.month()).await.unwrap();
    assert_eq!(recount.drift, []);
    assert_none("a waiting run", &check(&world, scene.user()).await);

    world.jump_to(until).await;
    let ended = only_run(&world, &scene).await;
    assert_eq!((ended.status(), ended.attempt, ended.waits.count), (Status::Success, 2, 1));
    assert_eq!((ended.waiting_until(), ended.delivery.state()), (None, DeliveryState::Delivered));
    assert_eq!(world.receiver.reports().len(), 1);
    let usage = world.counter(scene.user()).await;
    assert_eq!((usage.slots_used, usage.counted_runs, usage.total_runs), (1, 1, 1));
    assert_none("a run that waited", &check_at_rest(&world, scene.user()).await);
}

#[tokio::test]
async fn manual_run_waits_too() {
    let (world, scene) = due_world().await;
    world.clock.set(at("2026-01-01T00:30:00Z"));
    world.git.recover_at(&world.clock, at("2026-01-01T00:45:00Z"), false);
    let window = Window::new(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:30:00Z")).unwrap();
    let start = world.deployment.start_manual_run();
    let run = start.start(scene.user(), scene.configuration.id, window, None).await.unwrap();
    world.drain().await;
    let waiting = world.run(scene.user(), run.id).await;
    assert_eq!(waiting.waiting_until(), Some(world.clock_at() + Duration::minutes(2)));
    assert_eq!((waiting.status(), waiting.attempt), (Status::Running, 1));
    // Two minutes, then fifteen, and the last try is later than the recovery.
    world.pass(Duration::minutes(25)).await;
    let ended = world.run(scene.user(), run.id).await;
    assert_eq!((ended.status(), ended.attempt, ended.waits.count), (Status::Success, 3, 2));
    assert!(ended.end().unwrap().counted);
    assert_none("a manual run that waited", &check_at_rest(&world, scene.user()).await);
}

#[tokio::test]
async fn test_report_fails_without_waiting() {
    let (world, scene) = due_world().await;
    world.git.recover_at(&world.clock, at("2026-01-01T03:00:00Z"), true);
    let verb = world.deployment.test_report();
    let deadline = world.clock_at() + Duration::seconds(25);
    let tested = verb.run(scene.user(), scene.configuration.id, true, deadline, None).await.unwrap();
    assert_eq!(failure_of(&tested.run).code, ErrorCode::GitRateLimited);
    assert_eq!(world.counter(scene.user()).await.in_flight(), 0);
    // A short failure is waited for while the caller waits.
    world.git.recover_at(&world.clock, world.clock_at() + Duration::seconds(2), true);
    let deadline = world.clock_at() + Duration::seconds(25);
    let tested = verb.run(scene.user(), scene.configuration.id, true, deadline, None).await.unwrap();
    assert_eq!(tested.run.status(), Status::Success);
}

#[tokio::test]
async fn run_that_waits_into_the_next_month_stays_in_its_own() {
    let (world, scene) = due_world().await;
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    world.git.push(at("2026-01-30T12:00:00Z"), "feat: sell pears");
    world.clock.set(at("2026-01-31T01:00:10Z"));
    let until = at("2026-02-01T00:30:00Z");
    world.git.recover_at(&world.clock, until, true);
    let before = world.counter(scene.user()).await.counted_runs;
    world.tick().await;
    world.drain().await;
    let run = world.runs(scene.user()).await.pop().unwrap();
    assert_eq!(run.waiting_until(), Some(until));
    world.jump_to(until).await;
    assert_eq!(world.run(scene.user(), run.id).await.status(), Status::Success);
    let january = Month::parse("2026-01").unwrap();
    let usage = world.deployment.store.usage(scene.user(), january).await.unwrap();
    assert_eq!((usage.counted_runs, usage.slots_used), (before + 1, before + 1));
    assert_eq!(world.counter(scene.user()).await.total_runs, 0, "February has none");
    assert_none("a month's border", &check_at_rest(&world, scene.user()).await);
}

#[tokio::test]
async fn fires_during_a_wait_become_one_run_after_it() {
    let (world, scene) = World::with_scene(1, |_| {}).await;
    world.git.push(at("2026-01-01T00:20:00Z"), "feat: sell apples");
    world.clock.set(at("2026-01-01T01:00:10Z"));
    let (_, run) = waiting(&world, at("2026-01-01T04:30:00Z")).await;
    world.pass(Duration::hours(3)).await;
    assert_eq!(only_run(&world, &scene).await, run, "its configuration has one run at a time");
    world.git.push(at("2026-01-01T04:10:00Z"), "feat: sell pears");
    world.pass(Duration::minutes(50)).await;
    let runs = world.runs(scene.user()).await;
    assert_eq!(runs.len(), 2, "{runs:?}");
    assert!(runs.iter().all(|run| run.status() == Status::Success), "{runs:?}");
    let configuration = world.configuration(&scene).await;
    assert_eq!(configuration.progress.next_run_at, Some(at("2026-01-01T05:00:00Z")));
    for subject in ["Sell apples", "Sell pears"] {
        let times = world.receiver.reports().iter().filter(|(_, text)| text.contains(subject)).count();
        assert_eq!(times, 1, "{subject}");
    }
}

#[tokio::test]
async fn run_waits_for_an_unavailable_vault() {
    let (world, mut scene) = due_world().await;
    let context = app::ports::SecretContext::of_repository(scene.user(), scene.repository.id);
    let sealed = world.deployment.vault.seal(context, b"token").await.unwrap();
    scene.repository.token = Some(sealed);
    world.store(&scene).await;
    let mut deployment = world.deployment.clone();
    let throttled = VaultError::Unavailable("throttled".to_owned());
    deployment.vault = std::sync::Arc::new(FailingVault(throttled));
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let executed = deployment.execute_run().execute(&request, world.soon()).await.unwrap();
    assert!(matches!(executed, Executed::Waiting(..)), "{executed:?}");
    world.pass(Duration::minutes(4)).await;
    assert_eq!(only_run(&world, &scene).await.status(), Status::Success);
}

#[tokio::test]
async fn only_temporary_failures_are_waited_for() {
    let minute = std::time::Duration::from_mins(1);
    for (failure, waits) in [
        (GitFailure::NotFound, false),
        (GitFailure::TokenInvalid, false),
        (GitFailure::Refused, false),
        (GitFailure::Forbidden, false),
        (GitFailure::Unavailable, true),
        (GitFailure::RateLimited { retry_after: minute }, true),
    ] {
        let (world, _) = due_world().await;
        world.git.fail(Some(failure));
        let before = world.clock_at();
        let (_, executed) = execute(&world).await;
        match executed {
            Executed::Waiting(run, _) => assert!(waits && run.waiting_until().is_some(), "{failure:?}"),
            Executed::Finished(run) => {
                assert!(!waits && run.status() == Status::Failed, "{failure:?}");
                assert_eq!(world.clock_at(), before, "{failure:?} is not tried again");
            }
            other => panic!("{other:?}"),
        }
    }
}
