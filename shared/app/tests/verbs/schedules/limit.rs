//! At the limit: a report waits while a slot may become free, and a blocked report has one notice and loses no commit.

use app::runs::Executed;
use domain::configuration::LastRunStatus;
use domain::instant::Duration;
use domain::run::{Status, Window};
use domain::usage::Admission;
use testkit::builders::{at, epoch};
use testkit::world::{Scene, Verbs, World};

/// A user whose limit is this, with a due report; manual runs use the limit up to `counted`.
async fn used_up(limit: u64, counted: u64) -> (World, Scene) {
    let (world, scene) = World::with_scene(7, |scene| scene.limit_runs(limit)).await;
    world.git.push(at("2026-01-01T00:10:00Z"), "feat: the first");
    world.clock.set(at("2026-01-01T00:30:00Z"));
    for _ in 0..counted {
        start_manual(&world, &scene).await;
        world.drain().await;
    }
    assert_eq!(world.counter(scene.user()).await.counted_runs, counted);
    (world, scene)
}

async fn start_manual(world: &World, scene: &Scene) {
    let window = Window::new(epoch(), epoch() + Duration::hours(12)).unwrap();
    world.deployment.start_manual_run().start(scene.user(), scene.configuration.id, window, None).await.unwrap();
}

#[tokio::test]
async fn due_report_waits_while_a_running_run_holds_the_last_slot() {
    let (world, scene) = used_up(50, 49).await;
    start_manual(&world, &scene).await;
    let running = world.queue.take_due();
    world.clock.set(at("2026-01-01T01:00:10Z"));
    world.tick().await;
    let due = world.queue.take_runs();
    let scheduled = due.iter().find(|request| request.fire.is_some()).expect("the due report is asked for");
    let outcome = world.deployment.execute_run().execute(scheduled, world.soon()).await.unwrap();
    assert!(matches!(outcome, Executed::Nothing(_)), "neither begun nor blocked: {outcome:?}");
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.slots_used, counter.counted_runs, counter.blocked_runs), (50, 49, 0));
    assert_eq!(world.configuration(&scene).await.progress.next_run_at, Some(at("2026-01-01T01:00:00Z")));

    // The running run fails and releases its slot: the waiting report is made.
    world.git.fail(Some(app::ports::GitFailure::NotFound));
    for message in running {
        world.handle(message).await;
    }
    world.git.fail(None);
    world.pass(Duration::minutes(12)).await;
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.slots_used, counter.counted_runs, counter.failed_runs), (50, 50, 1));
    assert!(world.receiver.reports().last().unwrap().1.contains("The first"));
}

#[tokio::test]
async fn due_report_at_the_limit_is_blocked_with_one_notice_and_the_next_has_its_commits() {
    let (world, scene) = used_up(50, 50).await;
    let manual_reports = world.receiver.reports().len();
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    world.tick().await;
    world.drain().await;
    let configuration = world.configuration(&scene).await;
    assert_eq!(configuration.progress.last_run_status, Some(LastRunStatus::LimitReached));
    assert_eq!(configuration.progress.next_run_at, Some(at("2026-01-01T02:00:00Z")));
    assert_eq!(world.counter(scene.user()).await.blocked_runs, 1);
    world.git.push(at("2026-01-01T01:30:00Z"), "feat: the second");
    world.jump_to(at("2026-01-01T02:00:10Z")).await;
    world.jump_to(at("2026-01-01T03:00:10Z")).await;
    world.tick().await;
    world.drain().await;

    let counter = world.counter(scene.user()).await;
    assert_eq!(
        (counter.blocked_runs, counter.total_runs, counter.counted_runs),
        (3, 50, 50),
        "a blocked one is no run"
    );
    let notices = world.receiver.notices();
    let paused: Vec<&String> = notices.iter().filter(|text| text.starts_with("Reports are paused")).collect();
    assert_eq!(paused.len(), 1, "said once: {notices:?}");
    assert!(paused[0].contains("paused until 1 February 2026"), "{}", paused[0]);
    assert_eq!(world.receiver.reports().len(), manual_reports);

    // On the 1st the limit resets.
    world.jump_to(at("2026-02-01T00:00:10Z")).await;
    world.jump_to(at("2026-02-01T01:00:10Z")).await;
    let reports = world.receiver.reports();
    assert_eq!(reports.len(), manual_reports + 1);
    let text = &reports.last().unwrap().1;
    assert!(text.contains("The second"), "{text}");
    assert_eq!(world.counter(scene.user()).await.counted_runs, 1);
}

#[tokio::test]
async fn raised_limit_admits_the_next_fire() {
    let (world, mut scene) = used_up(2, 2).await;
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    scene.account.overrides.monthly_runs = Some(3);
    scene.account.limits_version = 2;
    world.deployment.store.put_account(&scene.account).await.unwrap();
    world.jump_to(at("2026-01-01T02:00:10Z")).await;
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.counted_runs, counter.blocked_runs), (3, 1));
}

#[tokio::test]
async fn reports_continue_with_a_notice_even_if_the_first_run_fails() {
    let (world, mut scene) = used_up(2, 2).await;
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    scene.account.overrides.monthly_runs = Some(3);
    scene.account.limits_version = 2;
    world.deployment.store.put_account(&scene.account).await.unwrap();
    world.git.fail(Some(app::ports::GitFailure::NotFound));
    world.jump_to(at("2026-01-01T02:00:10Z")).await;
    assert_eq!(world.counter(scene.user()).await.failed_runs, 1);
    world.git.fail(None);
    world.jump_to(at("2026-01-01T03:00:10Z")).await;
    world.pass(Duration::minutes(2)).await;
    let continued = || world.receiver.notices().iter().filter(|text| text.starts_with("The reports that were")).count();
    assert_eq!(continued(), 1, "{:?}", world.receiver.notices());
    // The new limit is reached: that is another pause.
    world.jump_to(at("2026-01-01T04:00:10Z")).await;
    world.pass(Duration::minutes(2)).await;
    let paused = world.receiver.notices().iter().filter(|text| text.starts_with("Reports are paused")).count();
    assert_eq!((paused, continued()), (2, 1));
}

#[tokio::test]
async fn limit_of_zero_blocks_everything() {
    let (world, scene) = used_up(0, 0).await;
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    assert!(world.runs(scene.user()).await.is_empty());
    assert_eq!(world.configuration(&scene).await.progress.last_run_status, Some(LastRunStatus::LimitReached));
}

#[tokio::test]
async fn uncounted_runs_are_limited_too() {
    let (world, scene) = used_up(1, 0).await;
    world.git.fail(Some(app::ports::GitFailure::NotFound));
    for _ in 0..20 {
        start_manual(&world, &scene).await;
        world.drain().await;
    }
    let window = Window::new(epoch(), epoch() + Duration::hours(1)).unwrap();
    let refused = world.deployment.start_manual_run().start(scene.user(), scene.configuration.id, window, None).await;
    assert!(matches!(refused, Err(app::runs::StartError::UncountedReached { bound: 20, .. })), "{refused:?}");
    let shown = world.deployment.read_usage().current(scene.user()).await.unwrap();
    assert_eq!((shown.admission, shown.remaining, shown.startable), (Admission::UncountedReached, 0, 0));
    let forecast = world.deployment.forecast_usage().month(scene.user()).await.unwrap();
    assert_eq!((forecast.admission, forecast.month.fitting), (Admission::UncountedReached, 0));
    assert_eq!(forecast.month.limit_reached_at, Some(forecast.as_of));
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    assert_eq!(world.counter(scene.user()).await.blocked_runs, 1, "a due report is blocked");
    let notice = world.receiver.notices().pop().expect("a notice");
    assert!(notice.contains("20 report runs of 2026-01 did not count"), "{notice}");
    let tested =
        world.deployment.test_report().run(scene.user(), scene.configuration.id, false, world.soon(), None).await;
    assert!(matches!(tested, Err(app::runs::TestError::NotAdmitted { .. })), "{tested:?}");
}

#[tokio::test]
async fn tests_do_not_count_by_default() {
    let (mut world, scene) = used_up(50, 0).await;
    let tested = world
        .deployment
        .test_report()
        .run(scene.user(), scene.configuration.id, true, world.soon(), None)
        .await
        .unwrap();
    assert_eq!(tested.run.status(), Status::Success);
    assert!(tested.text.unwrap().contains("The first"));
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.test_runs, counter.total_runs, counter.counted_runs, counter.slots_used), (1, 1, 0, 0));
    world.deployment.test_runs_count = true;
    world.deployment.test_report().run(scene.user(), scene.configuration.id, true, world.soon(), None).await.unwrap();
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.test_runs, counter.total_runs, counter.counted_runs, counter.slots_used), (2, 2, 1, 1));
    let runs = world.deployment.store.runs_between(scene.user(), epoch(), world.soon()).await.unwrap();
    assert!(runs.iter().all(|run| run.trigger.is_test()));
    assert_eq!(world.receiver.reports().len(), 2);
}
