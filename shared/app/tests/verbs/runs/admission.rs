//! Exactly the limit is admitted, however many start at once and whatever the store answers.

use adapters::wiring::Deployment;
use app::ports::IdempotencyKey;
use app::runs::StartError;
use domain::instant::Duration;
use domain::run::{Run, Window};
use futures::stream::{self, StreamExt};
use std::sync::Arc;
use testkit::builders::epoch;
use testkit::crash::Calls;
use testkit::entropy::SeededEntropy;
use testkit::faults::FaultPlan;
use testkit::world::{Scene, Verbs, World};

/// 30 % of the transactions meet a conflict, and 5 % of the answers are lost after they took effect.
const FAULTS: FaultPlan = FaultPlan {
    transaction_conflict_percent: 30,
    lost_answer_percent: 5,
    lost_write_answer_percent: 5,
    throttle_percent: 0,
};

fn window() -> Window {
    Window::new(epoch() - Duration::days(1), epoch()).unwrap()
}

async fn faulty_world(seed: u64) -> (World, Scene) {
    let (world, scene) = World::with_scene(seed, |_| {}).await;
    world.git.push(epoch() - Duration::hours(1), "feat: something to count");
    world.faults.set_plan(FAULTS);
    (world, scene)
}

/// `tries` starts, `at_once` at a time.
async fn start_many(world: &World, scene: &Scene, tries: usize, at_once: usize) -> Vec<Result<Run, StartError>> {
    let verb = world.deployment.start_manual_run();
    let starts = (0..tries).map(|_| {
        let verb = verb.clone();
        let (user, configuration) = (scene.user(), scene.configuration.id);
        tokio::spawn(async move {
            // If the store stays busy the caller repeats the request, like a client after 503.
            loop {
                match verb.start(user, configuration, window(), None).await {
                    Err(StartError::Store(error)) if error.is_transient() => {}
                    answer => return answer,
                }
            }
        })
    });
    stream::iter(starts).buffer_unordered(at_once).map(|joined| joined.unwrap()).collect().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_starts_admit_exactly_fifty() {
    for seed in [1, 2] {
        let (world, scene) = faulty_world(seed).await;
        let mut answers = start_many(&world, &scene, 64, 64).await;
        answers.extend(start_many(&world, &scene, 136, 64).await);
        let admitted = answers.iter().filter(|answer| answer.is_ok()).count();
        let refused = answers.iter().filter(|answer| matches!(answer, Err(StartError::SlotsInUse { .. }))).count();
        assert_eq!((admitted, refused), (50, 150), "{:?}", answers.iter().find_map(|answer| answer.as_ref().err()));
        let runs = world.runs(scene.user()).await;
        let counter = world.counter(scene.user()).await;
        assert_eq!(runs.len(), 50);
        assert_eq!((counter.slots_used, counter.total_runs, counter.counted_runs), (50, 50, 0));
        let counts = world.faults.counts();
        assert!(counts.transaction_conflicts > 30 && counts.lost_answers > 2, "{counts:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slots_released_by_failures_are_used_again_up_to_the_limit() {
    let (world, scene) = faulty_world(3).await;
    let mut tried = 0;
    let mut failing = true;
    let mut admitted = 0;
    while world.counter(scene.user()).await.counted_runs < 50 {
        let answers = start_many(&world, &scene, 40, 20).await;
        tried += answers.len();
        admitted += answers.iter().filter(|answer| answer.is_ok()).count();
        // Every other round of runs fails and releases its slots.
        world.git.fail(failing.then_some(app::ports::GitFailure::NotFound));
        failing = !failing;
        end_all(&world, &scene).await;
        assert!(tried <= 800, "the limit is never met: {:?}", world.counter(scene.user()).await);
    }
    let answers = start_many(&world, &scene, 20, 20).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(StartError::LimitReached { limit: 50, used: 50, .. }))));
    let runs = world.runs(scene.user()).await;
    let counter = world.counter(scene.user()).await;
    let reported = runs.iter().filter(|run| run.end().is_some_and(|end| end.counted)).count();
    assert_eq!((reported, counter.counted_runs, counter.slots_used), (50, 50, 50));
    assert_eq!((runs.len(), counter.total_runs), (admitted, u64::try_from(admitted).unwrap()));
    assert!(counter.failed_runs >= 40, "{counter:?}");
    assert_eq!(counter.total_runs, counter.successful_runs + counter.failed_runs);
}

/// Two starts for the last slot. The first one wins it after the second has read and before the second reserves.
/// Returns the answers of both.
async fn last_slot_lost(first_seed: u64, key: Option<IdempotencyKey>) -> [Run; 2] {
    let (world, scene) = World::with_scene(4, |scene| scene.limit_runs(1)).await;
    let client = |seed| Deployment { entropy: Arc::new(SeededEntropy::new(seed)), ..world.deployment.clone() };
    let (calls, first) = (Calls::default(), client(first_seed).start_manual_run());
    let second = calls.around(&client(4)).start_manual_run();
    let gate = calls.gate_at("reserve");
    let (user, configuration) = (scene.user(), scene.configuration.id);
    let answers = tokio::join!(second.start(user, configuration, window(), key.clone()), async {
        gate.reached().await;
        let answer = first.start(user, configuration, window(), key.clone()).await;
        gate.open();
        answer
    });
    assert_eq!(world.counter(user).await.slots_used, 1);
    [answers.0.expect("the slot was lost to the same request"), answers.1.unwrap()]
}

#[tokio::test]
async fn earlier_try_that_arrives_late_and_takes_the_last_slot_is_the_started_run() {
    // The same seed draws the same id, as if the first request were an earlier try of the second.
    let [second, first] = last_slot_lost(4, None).await;
    assert_eq!(second.id, first.id);
}

#[tokio::test]
async fn last_slot_taken_with_the_same_key_is_not_a_refusal() {
    let key = IdempotencyKey { key_hash: [1; 32], request_hash: [1; 32] };
    let [second, first] = last_slot_lost(5, Some(key)).await;
    assert_eq!(second.id, first.id);
}

/// Executes every running run to its end. A failed message is received again.
async fn end_all(world: &World, scene: &Scene) {
    for _ in 0..200 {
        world.drain().await;
        let runs =
            world.deployment.store.runs_between(scene.user(), epoch(), epoch() + Duration::days(30)).await.unwrap();
        if runs.iter().all(|run| run.end().is_some()) {
            return;
        }
        world.clock.advance(Duration::minutes(5));
        world.deployment.sweep().run(world.soon()).await;
    }
    panic!("runs are left running");
}
