//! A recount finds drift, corrects it, and loses no concurrent change.

mod all;
mod damage;

use domain::instant::Duration;
use domain::month::Month;
use domain::run::{Drift, Window};
use domain::usage::UsageCounter;
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::builders::at;
use testkit::faults::FaultPlan;
use testkit::invariants::{assert_none, check_at_rest};
use testkit::queue::Queued;
use testkit::world::{Scene, Verbs, World};

fn january() -> Month {
    Month::parse("2026-01").unwrap()
}

/// A month with a report, a failure and a test.
async fn lived() -> (World, Scene) {
    let (world, scene) = World::with_scene(23, |scene| scene.write_with("gpt-4o-mini")).await;
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    world.git.fail(Some(app::ports::GitFailure::NotFound));
    world.jump_to(at("2026-01-01T02:00:10Z")).await;
    world.git.fail(None);
    let test = world.deployment.test_report();
    Box::pin(test.run(scene.user(), scene.configuration.id, false, world.soon(), None)).await.unwrap();
    (world, scene)
}

/// Overwrites the stored counter, like a fault.
async fn spoil(world: &World, scene: &Scene, change: impl FnOnce(&mut UsageCounter)) -> UsageCounter {
    let before = world.counter(scene.user()).await;
    let mut after = before.clone();
    change(&mut after);
    world.deployment.store.correct(&before, &after).await.unwrap();
    before
}

#[tokio::test]
async fn counter_of_normal_traffic_has_no_drift() {
    let (world, scene) = lived().await;
    let found = world.deployment.recount().compare(scene.user(), january()).await.unwrap();
    assert_eq!((found.drift, found.counter.total_runs, found.corrected), (vec![], 3, false));
    let empty = world.deployment.recount().correct(scene.user(), january().previous()).await.unwrap();
    assert_eq!((empty.drift, empty.corrected), (vec![], false));
}

#[tokio::test]
async fn drift_is_reported_and_corrected_once() {
    let (world, scene) = lived().await;
    let right = spoil(&world, &scene, |counter| {
        counter.slots_used += 2;
        counter.failed_runs = 0;
        counter.cost = domain::money::Cost::ZERO;
    })
    .await;
    let recount = world.deployment.recount();
    let found = recount.compare(scene.user(), january()).await.unwrap();
    let cost = Drift { figure: "cost_micros", counted: Some(0), runs: right.cost.micros() };
    let expected = [
        Drift { figure: "slots_used", counted: Some(3), runs: 1 },
        Drift { figure: "failed_runs", counted: Some(0), runs: 1 },
        cost,
    ];
    assert_eq!(found.drift, expected);
    assert!(right.cost.micros() > 0);
    assert_eq!(world.counter(scene.user()).await, found.counter, "a comparison changes nothing");

    let repaired = recount.correct(scene.user(), january()).await.unwrap();
    assert_eq!((repaired.drift.as_slice(), repaired.corrected), (&expected[..], true));
    let after = world.counter(scene.user()).await;
    assert_eq!(after, UsageCounter { revision: right.revision + 2, ..right });
    let again = recount.correct(scene.user(), january()).await.unwrap();
    assert_eq!((again.drift, again.corrected), (vec![], false));
}

#[tokio::test]
async fn correction_with_lost_answer_is_reported() {
    let (world, scene) = lived().await;
    let right = spoil(&world, &scene, |counter| counter.total_runs = 9).await;
    world.faults.set_plan(FaultPlan { lost_write_answer_percent: 100, ..FaultPlan::default() });
    let repaired = world.deployment.recount().correct(scene.user(), january()).await.unwrap();
    world.faults.set_plan(FaultPlan::default());
    assert!(world.faults.counts().lost_write_answers > 0);
    assert!(repaired.corrected);
    assert_eq!(world.counter(scene.user()).await, UsageCounter { revision: right.revision + 2, ..right });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recount_during_traffic_loses_nothing() {
    let (world, scene) = lived().await;
    let before = world.counter(scene.user()).await;
    let window = Window::new(at("2026-01-01T00:00:00Z"), at("2026-01-01T02:00:00Z")).unwrap();
    let finished = AtomicBool::new(false);
    let traffic = async {
        for _ in 0..12 {
            let start = world.deployment.start_manual_run();
            start.start(scene.user(), scene.configuration.id, window, None).await.unwrap();
            world.clock.advance(Duration::seconds(1));
            for request in world.queue.take_runs() {
                world.handle(Queued::Run(request)).await;
            }
        }
        finished.store(true, Ordering::Relaxed);
    };
    let recounts = async {
        let mut corrected = 0;
        while !finished.load(Ordering::Relaxed) {
            let standing = world.counter(scene.user()).await;
            let wrong = UsageCounter { slots_used: standing.slots_used + 1, failed_runs: 40, ..standing.clone() };
            // Refused if a run changed in between: then there is nothing to correct.
            let _ = world.deployment.store.correct(&standing, &wrong).await;
            if let Ok(found) = world.deployment.recount().correct(scene.user(), january()).await {
                corrected += usize::from(found.corrected);
            }
        }
        corrected
    };
    let ((), corrected) = tokio::join!(traffic, recounts);
    assert!(corrected > 0, "a recount met the traffic");
    let last = world.deployment.recount().correct(scene.user(), january()).await.unwrap();
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.total_runs, counter.counted_runs), (before.total_runs + 12, before.counted_runs + 12));
    assert_eq!(last.runs.counted_runs, counter.counted_runs);
    world.pass(Duration::minutes(2)).await;
    assert_none("at rest", &check_at_rest(&world, scene.user()).await);
}
