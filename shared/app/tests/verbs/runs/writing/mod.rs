//! Tokens and cost are the provider's own and are added once for each attempt, and a failing model prevents no report.

mod answers;
mod injections;
mod windows;

use app::ports::{ModelError, RunRequest};
use domain::delivery::DeliveryState;
use domain::instant::Duration;
use domain::money::{Cost, UsageSource};
use domain::run::{CountReason, Outcome, Payment, Rollup, Run, Status, total};
use testkit::builders::at;
use testkit::outside::ScriptedModel;
use testkit::world::{Scene, Verbs, World};

/// 800 fresh and 200 cached prompt tokens and 100 completion tokens at 0.15, 0.075 and 0.60 USD a million.
const COST_MICROS: u64 = 195;

async fn world() -> (World, Scene) {
    world_of("gpt-4o-mini").await
}

async fn world_of(model: &str) -> (World, Scene) {
    let (world, scene) = World::with_scene(13, |scene| scene.write_with(model)).await;
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.clock.set(at("2026-01-01T01:00:10Z"));
    (world, scene)
}

/// The run of the due report, after it has ended.
async fn ran(world: &World, scene: &Scene) -> Run {
    world.tick().await;
    world.drain().await;
    world.runs(scene.user()).await.pop().unwrap()
}

/// Executes a run until its text is stored.
async fn execute_until_stored(world: &World, request: &RunRequest, execution: &mut (impl Future + Unpin)) {
    while world.deployment.store.content(request.user, request.run).await.unwrap().is_none() {
        let _ = futures::poll!(&mut *execution);
    }
}

#[tokio::test]
async fn report_is_metered_by_the_models_own_usage() {
    let (world, scene) = world().await;
    let run = ran(&world, &scene).await;
    assert_eq!(run.status(), Status::Success);
    assert_eq!(run.figures.tokens, ScriptedModel::usage());
    assert_eq!(run.figures.cost, Cost::from_micros(COST_MICROS));
    assert_eq!((run.figures.source, run.figures.model.as_deref()), (UsageSource::Api, Some("gpt-4o-mini")));
    assert!(run.figures.rates.is_some(), "the run records its prices");
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.tokens, counter.cost), (run.figures.tokens, run.figures.cost));
    assert_eq!((counter.counted_runs, counter.degraded_runs), (1, 0));
}

#[tokio::test]
async fn failing_model_gives_a_marked_plain_report_that_does_not_count() {
    let (world, scene) = world().await;
    world.model.fail(Some(ModelError::Unavailable { detail: "down".to_owned() }));
    let run = ran(&world, &scene).await;
    let Outcome::Success(findings) = &run.end().unwrap().outcome else { panic!("{run:?}") };
    assert!(findings.degraded && !run.end().unwrap().counted);
    assert_eq!((run.figures.cost, run.figures.source), (Cost::ZERO, UsageSource::None));
    assert_eq!(run.delivery.state(), DeliveryState::Delivered);
    let (_, text) = world.receiver.reports().pop().unwrap();
    assert!(text.contains("Apples") && text.contains("Written without the language model"), "{text}");
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.successful_runs, counter.degraded_runs, counter.counted_runs), (1, 1, 0));
    assert_eq!(counter.slots_used, 0);
}

#[tokio::test]
async fn answer_without_text_is_paid_and_the_report_does_not_count() {
    let (world, scene) = world().await;
    world.model.answer_empty(true);
    let run = ran(&world, &scene).await;
    assert_eq!(run.count_reason(), CountReason::Degraded);
    assert_eq!((run.figures.tokens, run.figures.cost), (ScriptedModel::usage(), Cost::from_micros(COST_MICROS)));
    assert_eq!(world.counter(scene.user()).await.cost, Cost::from_micros(COST_MICROS));
}

#[tokio::test]
async fn stored_text_is_used_and_no_model_is_paid_twice() {
    let (world, scene) = world().await;
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let verb = world.deployment.execute_run();
    let mut execution = Box::pin(verb.execute(&request, world.soon()));
    // The worker dies between the text and the end of the run.
    execute_until_stored(&world, &request, &mut execution).await;
    drop(execution);
    world.pass(Duration::minutes(6)).await;
    let run = world.run(scene.user(), request.run).await;
    assert_eq!((run.status(), run.attempt), (Status::Success, 2));
    assert_eq!(world.model.calls(), 1);
    assert_eq!(run.figures.cost, Cost::from_micros(COST_MICROS));
    assert_eq!(run.paid_attempts.iter().copied().collect::<Vec<_>>(), [1], "under the attempt that paid");
    assert_eq!(world.counter(scene.user()).await.cost, Cost::from_micros(COST_MICROS));
}

#[tokio::test]
async fn cancelled_run_adds_the_cost_of_its_text() {
    let (world, scene) = world().await;
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let verb = world.deployment.execute_run();
    let mut execution = Box::pin(verb.execute(&request, world.soon()));
    execute_until_stored(&world, &request, &mut execution).await;
    let cancelled = world.deployment.cancel_run().cancel(scene.user(), request.run).await;
    let _ = execution.await;
    let run = world.run(scene.user(), request.run).await;
    if cancelled.is_ok() {
        assert_eq!(run.status(), Status::Cancelled);
    }
    assert_eq!(run.figures.cost, Cost::from_micros(COST_MICROS));
    assert_eq!(world.counter(scene.user()).await.cost, Cost::from_micros(COST_MICROS), "added once");
}

#[tokio::test]
async fn tokens_of_a_late_worker_are_added_once() {
    let (world, scene) = world().await;
    let run = ran(&world, &scene).await;
    let content = world.deployment.store.content(scene.user(), run.id).await.unwrap().unwrap();
    let store = &world.deployment.store;
    let late = Payment { attempt: 2, priced: content.priced.clone() };
    store.pay(&run, &late, world.clock_at()).await.unwrap();
    assert!(store.pay(&run, &late, world.clock_at()).await.is_err(), "twice is refused");
    let paid = store.run(scene.user(), run.id).await.unwrap().unwrap();
    assert_eq!(paid.figures.cost, Cost::from_micros(2 * COST_MICROS));
    let counter = world.counter(scene.user()).await;
    assert_eq!(counter.cost, paid.figures.cost);
    let rollups = store.rollups(scene.user(), run.id.month()).await.unwrap();
    assert!(total(&rollups.iter().map(Rollup::total).collect::<Vec<_>>()).agree_with(&counter), "{rollups:?}");
}
