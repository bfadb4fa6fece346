//! Tests of a configuration: each ends its own run in any case, and is one run for each key.

use app::ports::IdempotencyKey;
use app::runs::{TestError, Tested};
use domain::delivery::DeliveryState;
use domain::instant::Duration;
use domain::run::{ErrorCode, Outcome, Run, Status};
use testkit::builders::at;
use testkit::crash::Calls;
use testkit::invariants::{assert_none, check_at_rest};
use testkit::world::{Scene, Verbs, World};

async fn world() -> (World, Scene) {
    let (world, scene) = World::with_scene(31, |scene| scene.write_with("gpt-4o-mini")).await;
    world.git.push(at("2026-01-01T00:10:00Z"), "feat: apples");
    world.clock.set(at("2026-01-01T00:20:00Z"));
    (world, scene)
}

fn key(key: u8, request: u8) -> IdempotencyKey {
    IdempotencyKey { key_hash: [key; 32], request_hash: [request; 32] }
}

/// The run has failed with this code, and nothing is due.
async fn assert_over(world: &World, scene: &Scene, run: &Run, code: ErrorCode) {
    let stored = world.run(scene.user(), run.id).await;
    assert_eq!(stored, *run);
    let Some(Outcome::Failed(failure)) = stored.end().map(|end| &end.outcome) else { panic!("{run:?}") };
    assert_eq!(failure.code, code);
    assert!(failure.message.contains("in time"), "{}", failure.message);
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.test_runs, counter.failed_runs, counter.slots_used), (1, 1, 0));
    world.clock.advance(Duration::minutes(5));
    let (_, sweep) = world.tick().await;
    assert_eq!((sweep.runs_requested, sweep.runs_abandoned), (0, 0));
    assert_none("a test that took too long", &check_at_rest(world, scene.user()).await);
}

#[tokio::test]
async fn silent_git_host_fails_the_test_in_time() {
    let (world, scene) = world().await;
    world.git.hang(true);
    // No time is left for the fetch.
    let deadline = world.clock_at() + Duration::seconds(3);
    let verb = world.deployment.test_report();
    let tested = verb.run(scene.user(), scene.configuration.id, true, deadline, None).await.unwrap();
    assert_eq!((tested.delivery, tested.text), (None, None));
    assert_over(&world, &scene, &tested.run, ErrorCode::GitUnavailable).await;
}

#[tokio::test]
async fn hanging_test_ends_its_own_run() {
    for hanging in ["content", "put_content"] {
        let (world, scene) = world().await;
        let calls = Calls::default();
        let deployment = calls.around(&world.deployment);
        let _closed = calls.gate_at(hanging);
        // The time left for the fetch is this minus three seconds.
        let deadline = world.clock_at() + Duration::milliseconds(if hanging == "put_content" { 4_000 } else { 50 });
        let verb = deployment.test_report();
        let tested = verb.run(scene.user(), scene.configuration.id, true, deadline, None).await.unwrap();
        assert_eq!(tested.run.status(), Status::Failed, "{hanging}");
        assert_over(&world, &scene, &tested.run, ErrorCode::RunAbandoned).await;
    }
}

#[tokio::test]
async fn end_at_the_last_moment_stays() {
    let (world, scene) = world().await;
    let calls = Calls::default();
    let deployment = calls.around(&world.deployment);
    let verb = deployment.test_report();
    let gate = calls.gate_at("finish");
    let deadline = world.clock_at() + Duration::seconds(4);
    let test = verb.run(scene.user(), scene.configuration.id, false, deadline, None);
    let other = async {
        gate.reached().await;
        let run = world.runs(scene.user()).await.pop().unwrap();
        world.deployment.cancel_run().cancel(scene.user(), run.id).await.unwrap()
    };
    let (tested, cancelled) = futures::join!(test, other);
    assert_eq!(tested.unwrap().run, cancelled);
    assert_eq!(world.counter(scene.user()).await.cancelled_runs, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_key_makes_one_test() {
    let (world, scene) = world().await;
    let verb = world.deployment.test_report();
    let test = |key| verb.run(scene.user(), scene.configuration.id, true, world.soon(), Some(key));
    let answers = futures::future::join_all((0..16).map(|_| test(key(1, 1)))).await;
    let (tests, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    let tests: Vec<Tested> = tests.into_iter().map(Result::unwrap).collect();
    let first = &tests[0].run;
    assert!(tests.iter().all(|tested| tested.run.id == first.id));
    assert!(!refused.is_empty() && refused.iter().all(|refused| matches!(refused, Err(TestError::InProgress))));
    assert_eq!(tests.iter().filter(|tested| !tested.made_before).count(), 1);
    let again = test(key(1, 1)).await.unwrap();
    assert_eq!((again.run.status(), again.text.is_some()), (Status::Success, true));
    assert_eq!(again.delivery.unwrap().state(), DeliveryState::Delivered);
    assert!(matches!(test(key(1, 2)).await, Err(TestError::KeyReused)));
    assert_eq!((world.receiver.reports().len(), world.model.calls()), (1, 1));
    assert_eq!(world.counter(scene.user()).await.test_runs, 1);
    world.clock.advance(Duration::hours(25));
    assert_ne!(test(key(1, 1)).await.unwrap().run.id, again.run.id, "a day later the key is forgotten");
}
