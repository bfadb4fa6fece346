//! What happens to a run while it waits, or just before its wait.

use super::{due_world, failure_of, only_run, waiting};
use app::holdings::Expected;
use app::runs::Executed;
use domain::configuration::LastRunStatus;
use domain::instant::Duration;
use domain::run::{CountReason, ErrorCode, Run, Status};
use testkit::builders::{at, owner};
use testkit::crash::Calls;
use testkit::faults::FaultPlan;
use testkit::invariants::{assert_none, check, check_at_rest};
use testkit::queue::Queued;
use testkit::world::{Verbs, World};

#[tokio::test]
async fn waiting_run_is_cancelled_and_releases_its_slot() {
    let (world, scene) = due_world().await;
    let until = at("2026-01-01T02:00:00Z");
    let (request, run) = waiting(&world, until).await;
    let cancelled = world.deployment.cancel_run().cancel(scene.user(), run.id).await.unwrap();
    assert_eq!((cancelled.status(), cancelled.waiting_until()), (Status::Cancelled, None));
    let usage = world.counter(scene.user()).await;
    assert_eq!((usage.slots_used, usage.cancelled_runs, usage.in_flight()), (0, 1, 0));
    assert_eq!(world.configuration(&scene).await.progress.active_run, None);
    world.jump_to(until).await;
    world.handle(Queued::Run(request)).await;
    assert_eq!(only_run(&world, &scene).await, cancelled);
    assert_none("a cancelled wait", &check_at_rest(&world, scene.user()).await);
    world.jump_to(at("2026-01-02T01:00:10Z")).await;
    assert!(world.receiver.reports()[0].1.contains("Sell apples"), "the commits come with the next report");
}

#[tokio::test]
async fn deleted_configuration_of_a_waiting_run_gets_no_report() {
    let (world, scene) = due_world().await;
    let until = at("2026-01-01T02:00:00Z");
    let (_, run) = waiting(&world, until).await;
    let configurations = world.deployment.keep_configurations();
    configurations.delete(scene.user(), scene.configuration.id, &Expected::Any).await.unwrap();
    assert_eq!(world.configuration(&scene).await.progress.active_run, Some(run.id));
    world.jump_to(until).await;
    let ended = only_run(&world, &scene).await;
    assert_eq!(ended.status(), Status::Cancelled);
    assert!(world.receiver.reports().is_empty());
    assert_eq!(world.counter(scene.user()).await.slots_used, 0);
    let progress = world.configuration(&scene).await.progress;
    assert_eq!((progress.active_run, progress.next_run_at), (None, None));
    assert_none("a deleted configuration", &check_at_rest(&world, scene.user()).await);
}

#[tokio::test]
async fn waiting_run_of_a_deleted_repository_fails() {
    let (world, mut scene) = due_world().await;
    let until = at("2026-01-01T02:00:00Z");
    waiting(&world, until).await;
    scene.repository.deleted_at = Some(world.clock_at());
    world.deployment.store.put_repository(&scene.repository).await.unwrap();
    world.jump_to(until).await;
    assert_eq!(failure_of(&only_run(&world, &scene).await).code, ErrorCode::RepositoryNotFound);
}

#[tokio::test]
async fn changed_branch_leaves_waiting_run_nothing_to_report() {
    let (world, scene) = due_world().await;
    let until = at("2026-01-01T02:00:00Z");
    waiting(&world, until).await;
    let before = world.configuration(&scene).await;
    let mut after = before.clone();
    after.progress.coverage.generation += 1;
    world.deployment.store.replace_configuration(&before, &after).await.unwrap();
    world.jump_to(until).await;
    let run = only_run(&world, &scene).await;
    assert_eq!((run.status(), run.count_reason()), (Status::Success, CountReason::NoCommits));
    assert_eq!(world.configuration(&scene).await.progress.active_run, None);
}

#[tokio::test]
async fn closed_account_ends_its_waiting_run() {
    let (world, scene) = due_world().await;
    let until = at("2026-01-01T03:00:00Z");
    let (request, run) = waiting(&world, until).await;
    let close = world.deployment.close_account();
    close.close(scene.user(), scene.user()).await.unwrap();
    world.clock.advance(Duration::minutes(1));
    world.tick().await;
    let ended = world.run(scene.user(), run.id).await;
    assert_eq!((ended.status(), ended.waiting_until()), (Status::Cancelled, None));
    assert_eq!(world.counter(scene.user()).await.slots_used, 0);
    world.pass(Duration::hours(3)).await;
    world.handle(Queued::Run(request)).await;
    assert!(world.runs(scene.user()).await.is_empty(), "it is erased and does not come back");
}

#[tokio::test]
async fn late_worker_does_not_make_the_next_workers_run_wait() {
    let (world, scene) = due_world().await;
    world.git.recover_at(&world.clock, at("2026-01-01T01:04:00Z"), true);
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let calls = Calls::default();
    let gate = calls.gate_at("wait");
    let verb = calls.around(&world.deployment).execute_run();
    let (executed, ended) = tokio::join!(verb.execute(&request, world.soon()), async {
        gate.reached().await;
        world.clock.advance(Duration::minutes(5));
        world.tick().await;
        world.drain().await;
        gate.open();
        only_run(&world, &scene).await
    });
    assert!(matches!(executed.unwrap(), Executed::Nothing(_)));
    assert_eq!((ended.status(), ended.attempt, ended.waits.count), (Status::Success, 2, 0));
    assert_eq!(only_run(&world, &scene).await, ended);
    assert_eq!(world.counter(scene.user()).await.counted_runs, 1);
}

#[tokio::test]
async fn late_worker_does_not_end_a_run_that_another_worker_holds() {
    let (world, scene) = due_world().await;
    world.git.recover_at(&world.clock, at("2026-01-01T04:00:00Z"), true);
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let calls = Calls::default();
    let gate = calls.gate_at("wait");
    let verb = calls.around(&world.deployment).execute_run();
    let (executed, held) = tokio::join!(verb.execute(&request, world.soon()), async {
        gate.reached().await;
        world.clock.advance(Duration::minutes(5));
        let run = only_run(&world, &scene).await;
        let held = run.clone().claim(owner(2), world.clock_at(), app::limits::lease()).unwrap();
        world.deployment.store.claim(&run, &held).await.unwrap();
        gate.open();
        held
    });
    assert!(matches!(executed.unwrap(), Executed::Nothing(_)));
    assert_eq!(only_run(&world, &scene).await, held);
}

#[tokio::test]
async fn cancel_before_the_wait_ends_the_run() {
    let (world, scene) = due_world().await;
    world.git.recover_at(&world.clock, at("2026-01-01T02:00:00Z"), true);
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let calls = Calls::default();
    let gate = calls.gate_at("wait");
    let verb = calls.around(&world.deployment).execute_run();
    let (executed, ()) = tokio::join!(verb.execute(&request, world.soon()), async {
        gate.reached().await;
        world.deployment.cancel_run().cancel(scene.user(), request.run).await.unwrap();
        gate.open();
    });
    assert!(matches!(executed.unwrap(), Executed::Nothing(_)));
    let run = only_run(&world, &scene).await;
    assert_eq!((run.status(), run.waits.count), (Status::Cancelled, 0));
    let progress = world.configuration(&scene).await.progress;
    assert_eq!(progress.last_run_status, Some(LastRunStatus::Cancelled));
    world.jump_to(at("2026-01-01T02:00:00Z")).await;
    assert_none("a cancel before the wait", &check_at_rest(&world, scene.user()).await);
}

/// Two workers take over a run that waits, and die. The clock then shows the end of the second lease.
async fn lose_two_attempts(world: &World, mut run: Run) {
    let mut now = run.waiting_until().unwrap();
    for number in [2, 3] {
        let claimed = run.clone().claim(owner(number), now, app::limits::lease()).unwrap();
        world.deployment.store.claim(&run, &claimed).await.unwrap();
        now = claimed.lease().unwrap().until;
        run = claimed;
    }
    world.clock.set(now);
}

#[tokio::test]
async fn sweep_that_read_the_run_before_its_wait_does_not_fail_it() {
    let (world, scene) = due_world().await;
    world.git.recover_at(&world.clock, at("2026-01-01T02:00:00Z"), true);
    world.tick().await;
    let request = world.queue.take_runs()[0];
    // The third attempt is the last that may be lost.
    world.handle(Queued::Run(request)).await;
    lose_two_attempts(&world, only_run(&world, &scene).await).await;
    world.git.recover_at(&world.clock, at("2026-01-01T05:00:00Z"), true);
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let calls = Calls::default();
    let gate = calls.gate_at("wait");
    let worker = calls.around(&world.deployment).execute_run();
    let sweeping = Calls::default();
    let end = sweeping.gate_at("finish");
    let sweep = sweeping.around(&world.deployment).sweep();
    let (executed, report, ()) = tokio::join!(
        worker.execute(&request, world.soon()),
        async {
            gate.reached().await;
            world.clock.advance(Duration::minutes(5));
            sweep.run(world.soon()).await
        },
        async {
            end.reached().await;
            gate.open();
            while only_run(&world, &scene).await.waiting_until().is_none() {
                tokio::task::yield_now().await;
            }
            end.open();
        }
    );
    assert!(matches!(executed.unwrap(), Executed::Waiting(..)));
    assert_eq!(report.runs_abandoned, 0);
    let run = only_run(&world, &scene).await;
    assert_eq!((run.status(), run.waits.count, run.attempt), (Status::Running, 2, 4));
    assert_none("a sweep beside a wait", &check(&world, scene.user()).await);
    world.jump_to(at("2026-01-01T05:00:00Z")).await;
    assert_eq!(only_run(&world, &scene).await.status(), Status::Success);
}

#[tokio::test]
async fn lost_answers_and_conflicts_leave_one_wait() {
    for seed in 1..4 {
        let (world, scene) = due_world().await;
        let plan =
            FaultPlan { lost_write_answer_percent: 30, transaction_conflict_percent: 30, ..FaultPlan::default() };
        world.git.recover_at(&world.clock, at("2026-01-01T04:00:00Z"), seed % 2 == 0);
        world.faults.set_plan(plan);
        world.pass(Duration::hours(5)).await;
        world.faults.set_plan(FaultPlan::default());
        world.pass(Duration::hours(2)).await;
        let run = only_run(&world, &scene).await;
        assert!(run.end().is_some(), "{run:?}");
        assert_none(seed, &check_at_rest(&world, scene.user()).await);
    }
}
