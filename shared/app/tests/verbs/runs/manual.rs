//! Manual runs: one report for each key, over the requested range.

use app::ports::IdempotencyKey;
use app::runs::StartError;
use domain::id::ConfigurationId;
use domain::instant::Duration;
use domain::run::{Outcome, Status, Window};
use testkit::builders::{at, epoch, user};
use testkit::world::{Scene, Verbs, World};

async fn world() -> (World, Scene) {
    let (world, scene) = World::with_scene(9, |_| {}).await;
    world.git.push(at("2026-01-01T00:10:00Z"), "feat: inside");
    world.git.push(at("2026-01-01T00:20:00Z"), "feat: outside");
    world.clock.set(at("2026-01-01T00:30:00Z"));
    (world, scene)
}

fn window() -> Window {
    Window::new(epoch(), at("2026-01-01T00:20:00Z")).unwrap()
}

fn key(key: u8, request: u8) -> IdempotencyKey {
    IdempotencyKey { key_hash: [key; 32], request_hash: [request; 32] }
}

#[tokio::test]
async fn manual_run_reports_its_range_and_does_not_move_coverage() {
    let (world, scene) = world().await;
    let started =
        world.deployment.start_manual_run().start(scene.user(), scene.configuration.id, window(), None).await.unwrap();
    assert_eq!((started.status(), started.attempt), (Status::Running, 0));
    let before = world.configuration(&scene).await.progress.coverage;
    world.drain().await;
    let run = world.run(scene.user(), started.id).await;
    assert_eq!((run.status(), run.attempt), (Status::Success, 1));
    let text = world.deployment.store.content(scene.user(), run.id).await.unwrap().unwrap().text;
    assert!(text.contains("Inside") && !text.contains("Outside"), "{text}");
    assert_eq!(world.configuration(&scene).await.progress.coverage, before);
    assert_eq!(world.receiver.reports().len(), 1);
}

#[tokio::test]
async fn run_with_lost_message_is_found_within_a_minute() {
    let (world, scene) = world().await;
    let verb = world.deployment.start_manual_run();
    world.queue.refuse(true);
    let started = verb.start(scene.user(), scene.configuration.id, window(), None).await.unwrap();
    world.queue.refuse(false);
    world.pass(Duration::minutes(1)).await;
    assert_eq!(world.run(scene.user(), started.id).await.status(), Status::Success);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_key_starts_one_run() {
    let (world, scene) = world().await;
    let verb = world.deployment.start_manual_run();
    let start = |key| verb.start(scene.user(), scene.configuration.id, window(), Some(key));
    let first = start(key(1, 1)).await.unwrap();
    assert_eq!(start(key(1, 1)).await.unwrap().id, first.id);
    assert_eq!(start(key(1, 2)).await, Err(StartError::KeyReused));
    assert_ne!(start(key(2, 1)).await.unwrap().id, first.id);
    let answers = futures::future::join_all((0..16).map(|_| start(key(3, 1)))).await;
    let ids: std::collections::BTreeSet<_> = answers.iter().map(|answer| answer.as_ref().unwrap().id).collect();
    assert_eq!(ids.len(), 1, "also in parallel");
    assert_eq!(world.counter(scene.user()).await.total_runs, 3);
    world.clock.advance(Duration::hours(25));
    assert_ne!(start(key(1, 1)).await.unwrap().id, first.id, "a day later the key is forgotten");
}

#[tokio::test]
async fn foreign_configuration_starts_no_run() {
    let (world, scene) = world().await;
    let verb = world.deployment.start_manual_run();
    let other = verb.start(user(2), scene.configuration.id, window(), None).await;
    assert_eq!(other, Err(StartError::NoConfiguration));
    let unknown = ConfigurationId::at(epoch(), [9; 10]);
    assert_eq!(verb.start(scene.user(), unknown, window(), None).await, Err(StartError::NoConfiguration));
    assert_eq!(world.counter(user(2)).await.total_runs, 0);
    assert_eq!(world.counter(scene.user()).await.total_runs, 0);
}

#[tokio::test]
async fn range_without_commits_is_an_uncounted_success() {
    let (world, scene) = world().await;
    let empty = Window::new(epoch() - Duration::days(2), epoch() - Duration::days(1)).unwrap();
    let started =
        world.deployment.start_manual_run().start(scene.user(), scene.configuration.id, empty, None).await.unwrap();
    world.drain().await;
    let run = world.run(scene.user(), started.id).await;
    let Outcome::Success(findings) = &run.end().unwrap().outcome else { panic!("{run:?}") };
    assert_eq!((findings.commits, run.end().unwrap().counted), (0, false));
    assert_eq!(world.counter(scene.user()).await.slots_used, 0);
    assert_eq!(world.receiver.reports().len(), 1, "the user asked, so the answer is sent");
}
