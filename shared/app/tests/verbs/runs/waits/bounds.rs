//! How often and how long a run waits, and what it fails with then.

use super::{due_world, execute, failure_of, only_run, waiting};
use app::ports::GitFailure;
use app::runs::Executed;
use domain::instant::Duration;
use domain::run::{ErrorCode, Status};
use testkit::builders::{at, owner};
use testkit::invariants::{assert_none, check_at_rest};
use testkit::queue::Queued;
use testkit::world::Verbs;

#[tokio::test]
async fn unavailable_host_fails_the_run_after_three_waits_and_the_next_run_has_its_commits() {
    let (world, scene) = due_world().await;
    world.git.fail(Some(GitFailure::Unavailable));
    let (_, executed) = execute(&world).await;
    assert!(matches!(executed, Executed::Waiting(..)), "{executed:?}");
    let mut waits = Vec::new();
    while let Some(until) = only_run(&world, &scene).await.waiting_until() {
        waits.push((until - world.clock_at()).num_minutes());
        world.jump_to(until).await;
        assert!(waits.len() < 9, "{waits:?}");
    }
    assert_eq!(waits, [2, 15, 120]);
    let run = only_run(&world, &scene).await;
    let failure = failure_of(&run);
    assert_eq!((failure.code, run.attempt), (ErrorCode::GitUnavailable, 4));
    assert!(failure.message.contains("waited for the git host 3 times"), "{}", failure.message);
    let usage = world.counter(scene.user()).await;
    assert_eq!((usage.slots_used, usage.failed_runs, usage.uncounted_runs), (0, 1, 1));
    assert_eq!(world.configuration(&scene).await.progress.active_run, None);
    world.pass(Duration::minutes(2)).await;
    assert!(world.receiver.notices()[0].contains("failed: "), "{:?}", world.receiver.notices());
    assert_none("a host that stays away", &check_at_rest(&world, scene.user()).await);

    world.git.fail(None);
    world.jump_to(at("2026-01-02T01:00:10Z")).await;
    assert!(world.receiver.reports()[0].1.contains("Sell apples"));
}

#[tokio::test]
async fn waits_end_after_a_day_whatever_the_host_asks_for() {
    let (world, scene) = due_world().await;
    let began = world.clock_at();
    let (_, run) = waiting(&world, began + Duration::hours(20)).await;
    let first = run.waiting_until().unwrap();
    world.git.recover_at(&world.clock, began + Duration::days(30), true);
    world.jump_to(first).await;
    let run = only_run(&world, &scene).await;
    assert_eq!((run.waiting_until(), run.waits.count), (Some(began + Duration::days(1)), 2));
    world.jump_to(began + Duration::days(1)).await;
    let run = world.run(scene.user(), run.id).await;
    assert_eq!(failure_of(&run).code, ErrorCode::GitRateLimited);
}

#[tokio::test]
async fn waits_do_not_use_up_attempts() {
    let (world, scene) = due_world().await;
    let mut until = world.clock_at();
    world.tick().await;
    for _ in 0..3 {
        until += Duration::hours(1);
        world.git.recover_at(&world.clock, until, true);
        world.drain().await;
        assert_eq!(only_run(&world, &scene).await.waiting_until(), Some(until));
        world.clock.set(until);
        world.tick().await;
    }
    // Two workers in a row claim it and die.
    for number in [2, 3] {
        world.queue.drop_all();
        let run = only_run(&world, &scene).await;
        let claimed = run.clone().claim(owner(number), world.clock_at(), app::limits::lease()).unwrap();
        world.deployment.store.claim(&run, &claimed).await.unwrap();
        world.clock.advance(Duration::minutes(11));
        world.tick().await;
    }
    world.drain().await;
    let run = only_run(&world, &scene).await;
    assert_eq!((run.status(), run.attempt, run.waits.count), (Status::Success, 6, 3));
    assert_none("waits and lost workers", &check_at_rest(&world, scene.user()).await);
}

#[tokio::test]
async fn run_that_is_lost_after_its_waits_fails() {
    let (world, scene) = due_world().await;
    let until = at("2026-01-01T02:00:00Z");
    waiting(&world, until).await;
    world.clock.set(until);
    for number in 2..=4 {
        let run = only_run(&world, &scene).await;
        let claimed = run.clone().claim(owner(number), world.clock_at(), app::limits::lease()).unwrap();
        world.deployment.store.claim(&run, &claimed).await.unwrap();
        world.clock.advance(Duration::minutes(5));
    }
    let (_, sweep) = world.tick().await;
    assert_eq!(sweep.runs_abandoned, 1);
    let run = only_run(&world, &scene).await;
    assert_eq!((failure_of(&run).code, run.attempt), (ErrorCode::RunAbandoned, 4));
    assert_eq!(world.counter(scene.user()).await.slots_used, 0);
}

#[tokio::test]
async fn store_outage_at_the_wait_costs_an_attempt_and_no_run() {
    let (world, scene) = due_world().await;
    world.git.recover_at(&world.clock, at("2026-01-01T02:00:00Z"), true);
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let calls = testkit::crash::Calls::default();
    let gate = calls.gate_at("wait");
    let verb = calls.around(&world.deployment).execute_run();
    let (executed, ()) = tokio::join!(verb.execute(&request, world.soon()), async {
        gate.reached().await;
        let plan = testkit::faults::FaultPlan { throttle_percent: 100, ..testkit::faults::FaultPlan::default() };
        world.faults.set_plan(plan);
        gate.open();
    });
    assert!(executed.is_err(), "{executed:?}");
    world.faults.set_plan(testkit::faults::FaultPlan::default());
    assert_eq!(only_run(&world, &scene).await.waiting_until(), None);
    world.clock.advance(Duration::minutes(5));
    world.tick().await;
    world.handle(Queued::Run(request)).await;
    let run = only_run(&world, &scene).await;
    assert_eq!((run.waiting_until(), run.attempt), (Some(at("2026-01-01T02:00:00Z")), 2));
    world.queue.drop_all();
    world.jump_to(at("2026-01-01T02:00:00Z")).await;
    assert_eq!(only_run(&world, &scene).await.status(), Status::Success);
}
