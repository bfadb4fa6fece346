//! The life of a scheduled run, with and without faults: it stays one run if messages are duplicated, late or lost.

use app::ports::RunRequest;
use app::runs::{CancelError, Executed};
use domain::configuration::LastRunStatus;
use domain::delivery::DeliveryState;
use domain::id::RunId;
use domain::instant::Duration;
use domain::run::{ErrorCode, Outcome, Run, Status};
use testkit::builders::at;
use testkit::queue::Queued;
use testkit::world::{Scene, Verbs, World};

/// A stored scene whose branch has two commits, and whose first fire, at one o'clock, is due.
async fn due_world() -> (World, Scene) {
    let (world, scene) = World::with_scene(1, |_| {}).await;
    world.git.push(at("2026-01-01T00:20:00Z"), "feat: sell apples");
    world.git.push(at("2026-01-01T00:40:00Z"), "fix: count them");
    world.clock.set(at("2026-01-01T01:00:10Z"));
    (world, scene)
}

fn fire() -> domain::instant::Instant {
    at("2026-01-01T01:00:00Z")
}

/// The only run.
async fn only_run(world: &World, scene: &Scene) -> Run {
    let runs = world.runs(scene.user()).await;
    assert_eq!(runs.len(), 1, "{runs:?}");
    runs[0].clone()
}

#[tokio::test]
async fn due_report_is_written_counted_and_delivered() {
    let (world, scene) = due_world().await;
    let (tick, _) = world.tick().await;
    assert_eq!((tick.requested, tick.blocked, tick.failed), (1, 0, 0));
    world.drain().await;

    let run = only_run(&world, &scene).await;
    assert_eq!(run.id, RunId::scheduled(scene.configuration.id, fire()));
    assert_eq!(run.status(), Status::Success);
    assert_eq!(run.delivery.state(), DeliveryState::Delivered);
    assert_eq!(run.delivery.response_status, Some(200));
    let Outcome::Success(findings) = &run.end().unwrap().outcome else { panic!("{run:?}") };
    assert_eq!(findings.commits, 2);
    assert_eq!(findings.range_to.as_ref(), world.git.shas().last());
    assert!(run.end().unwrap().counted);

    let reports = world.receiver.reports();
    assert_eq!(reports.len(), 1);
    assert!(reports[0].1.contains("Sell apples") && reports[0].1.contains("Count them"), "{}", reports[0].1);

    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.total_runs, counter.successful_runs, counter.counted_runs), (1, 1, 1));
    assert_eq!((counter.slots_used, counter.uncounted_runs), (1, 0));

    let configuration = world.configuration(&scene).await;
    assert_eq!(configuration.progress.next_run_at, Some(at("2026-01-01T02:00:00Z")));
    assert_eq!(configuration.progress.active_run, None);
    assert_eq!(configuration.progress.last_run_status, Some(LastRunStatus::Success));
    assert_eq!(configuration.progress.total_runs, 1);
    assert_eq!(configuration.progress.coverage.covered_until, Some(world.clock_at()));
}

#[tokio::test]
async fn concurrent_ticks_and_duplicate_messages_are_one_run() {
    let (world, scene) = due_world().await;
    let (first, second) = tokio::join!(world.tick(), world.tick());
    assert_eq!(first.0.failed + second.0.failed, 0);
    world.queue.duplicate_all();
    world.drain().await;
    let run = only_run(&world, &scene).await;
    assert_eq!((run.status(), run.attempt), (Status::Success, 1));
    assert_eq!(world.receiver.reports().len(), 1, "the report is sent once");
    assert_eq!(world.counter(scene.user()).await.counted_runs, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn duplicate_run_messages_are_one_run() {
    let (world, scene) = due_world().await;
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let verb = world.deployment.execute_run();
    let executions = (0..16).map(|_| verb.execute(&request, world.soon()));
    let outcomes = futures::future::join_all(executions).await;
    let finished = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Executed::Finished(_)))).count();
    assert_eq!(finished, 1, "{outcomes:?}");
    assert_eq!(only_run(&world, &scene).await.attempt, 1);
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.total_runs, counter.counted_runs, counter.slots_used), (1, 1, 1));
}

#[tokio::test]
async fn lost_request_is_repeated() {
    let (world, scene) = due_world().await;
    world.tick().await;
    assert_eq!(world.queue.drop_all(), 1);
    world.pass(Duration::minutes(9)).await;
    assert!(world.runs(scene.user()).await.is_empty(), "the dispatch lease lasts ten minutes");
    world.pass(Duration::minutes(2)).await;
    assert_eq!(only_run(&world, &scene).await.status(), Status::Success);
    assert_eq!(world.receiver.reports().len(), 1);
}

#[tokio::test]
async fn rejecting_queue_delays_a_run_by_a_minute() {
    let (world, scene) = due_world().await;
    world.queue.refuse(true);
    assert_eq!(world.tick().await.0.failed, 1);
    world.queue.refuse(false);
    world.pass(Duration::minutes(1)).await;
    assert_eq!(only_run(&world, &scene).await.status(), Status::Success);
}

/// Reserves the due run and stops, like a worker that dies.
async fn reserve_and_die(world: &World) -> RunRequest {
    world.tick().await;
    let request = world.queue.take_runs()[0];
    world.git.fail(Some(app::ports::GitFailure::NotFound));
    let verb = world.deployment.execute_run();
    let mut execution = Box::pin(verb.execute(&request, world.soon()));
    // The worker is dropped as soon as its run exists.
    loop {
        tokio::select! {
            biased;
            run = world.deployment.store.run(request.user, request.run) => if run.unwrap().is_some() { break },
            _ = &mut execution => panic!("the worker ended"),
        }
    }
    drop(execution);
    world.git.fail(None);
    request
}

#[tokio::test]
async fn expired_lease_is_taken_over() {
    let (world, scene) = due_world().await;
    let request = reserve_and_die(&world).await;
    world.handle(Queued::Run(request)).await;
    assert_eq!(only_run(&world, &scene).await.status(), Status::Running, "the lease is live");
    world.pass(Duration::minutes(6)).await;
    let run = only_run(&world, &scene).await;
    assert_eq!((run.status(), run.attempt), (Status::Success, 2));
    assert_eq!(world.counter(scene.user()).await.counted_runs, 1);
    assert_eq!(world.receiver.reports().len(), 1);
}

#[tokio::test]
async fn run_that_is_lost_three_times_fails_and_the_next_has_its_commits() {
    let (world, scene) = due_world().await;
    reserve_and_die(&world).await;
    for _ in 0..10 {
        world.clock.advance(Duration::minutes(5));
        world.tick().await;
        if world.queue.take_runs().is_empty() {
            continue;
        }
        let run = only_run(&world, &scene).await;
        let claimed = run.clone().claim(testkit::builders::owner(9), world.clock_at(), app::limits::lease());
        if let Ok(claimed) = claimed {
            app::ports::RunLedger::claim(world.deployment.store.as_ref(), &run, &claimed).await.unwrap();
        }
    }
    let runs = world.runs(scene.user()).await;
    let Outcome::Failed(failure) = &runs[0].end().expect("it has ended").outcome else { panic!("{runs:?}") };
    assert_eq!((failure.code, runs[0].attempt), (ErrorCode::RunAbandoned, 3));
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.failed_runs, counter.counted_runs), (1, 0));
    world.pass(Duration::minutes(70)).await;
    let reports = world.receiver.reports();
    assert!(reports.iter().any(|(_, text)| text.contains("Sell apples")), "{reports:?}");
    let counter = world.counter(scene.user()).await;
    assert_eq!(counter.slots_used, counter.counted_runs, "no slot is leaked");
}

#[tokio::test]
async fn cancelled_run_releases_its_slot_and_its_worker_changes_nothing() {
    let (world, scene) = due_world().await;
    let request = reserve_and_die(&world).await;
    let cancel = world.deployment.cancel_run();
    let cancelled = cancel.cancel(scene.user(), request.run).await.unwrap();
    assert_eq!(cancelled.status(), Status::Cancelled);
    let again = cancel.cancel(scene.user(), request.run).await;
    assert!(matches!(again, Err(CancelError::Ended(_))), "{again:?}");
    let other = cancel.cancel(testkit::builders::user(2), request.run).await;
    assert!(matches!(other, Err(CancelError::NotFound)), "{other:?}");
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.slots_used, counter.cancelled_runs, counter.total_runs), (0, 1, 1));
    assert_eq!(world.configuration(&scene).await.progress.active_run, None);
    world.pass(Duration::minutes(65)).await;
    assert!(world.receiver.reports()[0].1.contains("Sell apples"), "the commits come with the next report");
}

#[tokio::test]
async fn permanent_failure_fails_the_run_at_once_and_does_not_count() {
    for (failure, code) in [
        (app::ports::GitFailure::NotFound, ErrorCode::RepositoryNotFound),
        (app::ports::GitFailure::TokenInvalid, ErrorCode::TokenInvalid),
        (app::ports::GitFailure::Refused, ErrorCode::GitUnavailable),
        (app::ports::GitFailure::Forbidden, ErrorCode::GitUnavailable),
    ] {
        let (world, scene) = due_world().await;
        world.git.fail(Some(failure));
        world.tick().await;
        world.drain().await;
        let run = only_run(&world, &scene).await;
        let Outcome::Failed(failure) = &run.end().unwrap().outcome else { panic!("{run:?}") };
        assert_eq!(failure.code, code);
        assert_eq!(run.delivery.state(), DeliveryState::None);
        let counter = world.counter(scene.user()).await;
        assert_eq!((counter.failed_runs, counter.counted_runs, counter.slots_used), (1, 0, 0));
    }
}

#[tokio::test]
async fn run_belongs_to_the_month_in_which_it_was_due() {
    let (world, scene) = due_world().await;
    world.pass(Duration::hours(1)).await;
    world.git.push(at("2026-01-31T22:30:00Z"), "feat: late in the month");
    world.clock.set(at("2026-02-01T00:05:00Z"));
    // The fires of the month were missed; the one that is due is from January.
    world.tick().await;
    world.drain().await;
    let runs = world.runs(scene.user()).await;
    assert_eq!(runs.last().unwrap().month().to_string(), "2026-01");
    assert_eq!(world.counter(scene.user()).await.total_runs, 0, "February has none");
    let january = domain::month::Month::parse("2026-01").unwrap();
    let store = &world.deployment.store;
    let counter = app::ports::UsageCounters::usage(store.as_ref(), scene.user(), january).await.unwrap();
    assert_eq!(counter.counted_runs, 2);
}

/// A worker that is stopped while it reads the commits.
async fn begin_and_stop(world: &World, request: &RunRequest) -> Executed {
    let verb = world.deployment.execute_run();
    let stop = async {
        // The run exists: its worker holds it.
        while world.deployment.store.run(request.user, request.run).await.unwrap().is_none() {
            tokio::task::yield_now().await;
        }
    };
    verb.execute_until(request, world.soon(), stop).await.unwrap()
}

#[tokio::test]
async fn stopped_worker_releases_its_run_and_the_next_tick_takes_it_over() {
    let (world, scene) = due_world().await;
    world.tick().await;
    let request = world.queue.take_runs()[0];
    assert!(matches!(begin_and_stop(&world, &request).await, Executed::Released));
    let released = only_run(&world, &scene).await;
    assert_eq!((released.status(), released.attempt), (Status::Running, 1));
    assert_eq!(released.lease().map(|lease| lease.until), Some(world.clock_at()));
    assert!(released.lease().and_then(|lease| lease.owner).is_some(), "its worker may still end it");

    world.pass(Duration::minutes(1)).await;
    let run = only_run(&world, &scene).await;
    assert_eq!((run.status(), run.attempt), (Status::Success, 2));
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.total_runs, counter.counted_runs, counter.slots_used), (1, 1, 1));
}

#[tokio::test]
async fn release_does_not_touch_a_run_that_has_ended() {
    let (world, scene) = due_world().await;
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let verb = world.deployment.execute_run();
    let finished = verb.execute_until(&request, world.soon(), std::future::pending()).await.unwrap();
    assert!(matches!(finished, Executed::Finished(_)));
    let ended = only_run(&world, &scene).await;
    assert!(ended.clone().release(domain::id::OwnerId::at(world.clock_at(), [0; 10]), world.clock_at()).is_none());
    assert_eq!(only_run(&world, &scene).await, ended);
}
