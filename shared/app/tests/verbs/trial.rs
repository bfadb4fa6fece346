//! Tests of a configuration: each is one run under its key.

use app::ports::IdempotencyKey;
use app::test_report::{TestError, Tested};
use domain::delivery::DeliveryState;
use domain::instant::Duration;
use domain::run::Status;
use testkit::builders::at;
use testkit::world::{Scene, World};

async fn world() -> (World, Scene) {
    let world = World::new(31).await.unwrap();
    let mut scene = world.scene(1).await;
    scene.write_with("gpt-4o-mini");
    world.store(&scene).await;
    world.git.push(at("2026-01-01T00:10:00Z"), "feat: apples");
    world.clock.set(at("2026-01-01T00:20:00Z"));
    (world, scene)
}

fn key(key: u8, request: u8) -> IdempotencyKey {
    IdempotencyKey { key_hash: [key; 32], request_hash: [request; 32] }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_key_is_one_test() {
    let (world, scene) = world().await;
    let verb = world.deployment.test_report();
    let test = |key| verb.run(scene.user(), scene.configuration.id, true, world.soon(), Some(key));
    let answers = futures::future::join_all((0..16).map(|_| test(key(1, 1)))).await;
    let tests: Vec<Tested> = answers.into_iter().map(Result::unwrap).collect();
    let first = &tests[0].run;
    assert!(tests.iter().all(|tested| tested.run.id == first.id));
    assert_eq!(tests.iter().filter(|tested| !tested.made_before).count(), 1);
    let again = test(key(1, 1)).await.unwrap();
    assert_eq!((again.run.status(), again.text.is_some()), (Status::Success, true));
    assert_eq!(again.delivery.unwrap().state, DeliveryState::Delivered);
    assert!(matches!(test(key(1, 2)).await, Err(TestError::KeyReused)));
    assert_eq!((world.receiver.reports().len(), world.model.calls()), (1, 1));
    assert_eq!(world.counter(scene.user()).await.test_runs, 1);
    world.clock.advance(Duration::hours(25));
    assert_ne!(test(key(1, 1)).await.unwrap().run.id, again.run.id, "a day later the key is forgotten");
}
