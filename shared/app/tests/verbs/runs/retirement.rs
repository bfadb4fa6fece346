//! A user gets one notice that a report's model will be retired.

use domain::account::Plan;
use domain::instant::Duration;
use domain::money::PriceTable;
use std::sync::Arc;
use testkit::builders::at;
use testkit::world::{Scene, World};

/// Prices of a model that is retired on a day.
fn ending(on: &str) -> Arc<PriceTable> {
    let model = format!(
        r#"{{"model": "fading", "provider": "p", "input": "1", "output": "2", "retired_on": "{on}",
            "hosted_names": ["cloud/fading"]}}"#
    );
    let list = format!(r#"{{"as_of": "2026-01-01", "unit": "USD per million tokens", "models": [{model}]}}"#);
    Arc::new(PriceTable::parse(&list).unwrap())
}

async fn world(model: &str, on: &str) -> (World, Scene) {
    let mut world = World::new(17).await.unwrap();
    world.deployment.prices = ending(on);
    let mut scene = world.scene(1).await;
    scene.account.plan = Plan::Pro;
    scene.write_with(model);
    world.store(&scene).await;
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.clock.set(at("2026-01-01T01:00:10Z"));
    (world, scene)
}

/// Lets so many reports be due and end, each with a commit.
async fn reports(world: &World, scene: &Scene, count: usize) {
    for _ in 0..count {
        world.tick().await;
        world.drain().await;
        world.tick().await;
        world.drain().await;
        world.pass(Duration::minutes(60)).await;
    }
    assert!(world.runs(scene.user()).await.len() >= count);
}

#[tokio::test]
async fn retirement_is_announced_once_for_a_configuration() {
    let (world, scene) = world("fading", "2026-03-31").await;
    reports(&world, &scene, 3).await;
    let notices = world.receiver.notices();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(
        notices[0].starts_with(
            "The model fading, which writes the report \"Hourly report\" (octocat/hello-world), ends on 31"
        ),
        "{notices:?}"
    );
}

#[tokio::test]
async fn past_retirement_is_announced_too() {
    let (world, scene) = world("fading", "2026-01-01").await;
    reports(&world, &scene, 1).await;
    let notices = world.receiver.notices();
    assert!(notices.len() == 1 && notices[0].contains("ended on 1 January 2026"), "{notices:?}");
}

#[tokio::test]
async fn distant_retirement_and_cloud_hosted_models_are_not_announced() {
    for (model, on) in [("fading", "2026-04-30"), ("cloud/fading", "2026-01-31"), ("other", "2026-01-31")] {
        let (world, scene) = world(model, on).await;
        reports(&world, &scene, 1).await;
        assert_eq!(world.receiver.notices(), [""; 0], "{model}");
    }
}
