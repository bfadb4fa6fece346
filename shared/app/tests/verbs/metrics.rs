//! What happens to runs, deliveries and webhooks is in the metrics, once each.

use app::metrics::METRICS;
use app::ports::GitFailure;
use domain::delivery::{Answer, NoAnswer};
use domain::instant::Duration;
use domain::money::{Cost, Rates, TokenUsage, UsageSource};
use domain::run::{Payment, Priced, Run, Window};
use domain::schedule::Schedule;
use std::collections::BTreeMap;
use testkit::builders::{at, epoch};
use testkit::logs::Logs;
use testkit::world::{Scene, Verbs, World};

type Sums = BTreeMap<(String, Option<String>), f64>;

/// The sum of each metric, by its dimension's value.
fn sums(logs: &Logs) -> Sums {
    let mut values: BTreeMap<(String, Option<String>), Vec<f64>> = BTreeMap::new();
    for (name, value, number) in logs.metrics() {
        assert!(METRICS.iter().any(|metric| metric.name == name), "{name} is not in the catalogue");
        values.entry((name, value)).or_default().push(number);
    }
    values.into_iter().map(|(metric, numbers)| (metric, numbers.iter().sum())).collect()
}

fn sum(sums: &Sums, name: &str, value: &str) -> f64 {
    let value = Some(value.to_owned()).filter(|value| !value.is_empty());
    sums.get(&(name.to_owned(), value)).copied().unwrap_or_default()
}

/// A world with an hourly report whose first fire is at one o'clock.
async fn hourly(change: impl FnOnce(&mut Scene)) -> (World, Scene) {
    let (world, scene) = World::with_scene(31, |scene| {
        scene.write_with("gpt-4o-mini");
        change(scene);
    })
    .await;
    world.git.push(at("2026-01-01T00:20:00Z"), "feat: sell apples");
    (world, scene)
}

async fn runs(world: &World, scene: &Scene) -> Vec<Run> {
    world.runs(scene.user()).await
}

#[tokio::test]
async fn ended_runs_are_counted_by_status_and_code_with_their_tokens_and_cost() {
    let (world, scene) = hourly(|_| {}).await;
    let logs = Logs::of_metrics();
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    world.git.fail(Some(GitFailure::NotFound));
    world.jump_to(at("2026-01-01T02:00:10Z")).await;
    world.git.fail(None);
    let window = Window::new(epoch(), epoch() + Duration::hours(12)).unwrap();
    let manual = world.deployment.start_manual_run();
    let started = manual.start(scene.user(), scene.configuration.id, window, None).await.unwrap();
    world.deployment.cancel_run().cancel(scene.user(), started.id).await.unwrap();
    world.drain().await;

    let (sums, runs) = (sums(&logs), runs(&world, &scene).await);
    assert_eq!(runs.len(), 3);
    let ended = ["success", "failed", "cancelled"].map(|status| sum(&sums, "Runs", status).to_string());
    assert_eq!(ended, ["1", "1", "1"]);
    assert_eq!(sum(&sums, "RunFailures", "REPOSITORY_NOT_FOUND").to_string(), "1");
    let tokens: u64 = runs.iter().map(|run| run.figures.tokens.total()).sum();
    let cost: f64 = runs.iter().map(|run| run.figures.cost.dollars()).sum();
    assert!(tokens > 0);
    let figures = (sum(&sums, "Tokens", "").to_string(), sum(&sums, "ModelCost", "").to_string());
    assert_eq!(figures, (tokens.to_string(), cost.to_string()));
}

#[tokio::test]
async fn refused_reports_are_counted_whether_they_are_scheduled_or_manual() {
    let (world, scene) = hourly(|scene| scene.limit_runs(0)).await;
    let logs = Logs::of_metrics();
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    let window = Window::new(epoch(), epoch() + Duration::hours(12)).unwrap();
    let manual = world.deployment.start_manual_run();
    manual.start(scene.user(), scene.configuration.id, window, None).await.unwrap_err();
    assert_eq!(sum(&sums(&logs), "BlockedRuns", "").to_string(), "2");
}

#[tokio::test]
async fn run_of_a_lost_worker_is_counted_when_it_is_taken_over() {
    let (world, scene) = hourly(|_| {}).await;
    world.clock.set(at("2026-01-01T01:00:10Z"));
    world.tick().await;
    let request = world.queue.take_runs()[0];
    world.git.fail(Some(GitFailure::NotFound));
    let verb = world.deployment.execute_run();
    let logs = Logs::of_metrics();
    let mut execution = Box::pin(verb.execute(&request, world.soon()));
    loop {
        tokio::select! {
            biased;
            run = world.deployment.store.run(request.user, request.run) => if run.unwrap().is_some() { break },
            _ = &mut execution => panic!("the worker ended"),
        }
    }
    drop(execution);
    world.git.fail(None);
    assert_eq!(sum(&sums(&logs), "LeasesTakenOver", "").to_string(), "0");
    world.pass(Duration::minutes(6)).await;
    assert_eq!(runs(&world, &scene).await[0].attempt, 2);
    assert_eq!(sum(&sums(&logs), "LeasesTakenOver", "").to_string(), "1");
}

#[tokio::test]
async fn attempts_are_counted_by_outcome_and_changes_of_health_by_state() {
    let (world, _) = hourly(|scene| {
        scene.configuration.settings.schedule = Schedule::parse("0 1 1 * *", "UTC").unwrap();
    })
    .await;
    let logs = Logs::of_metrics();
    world.receiver.answer_status(500);
    world.receiver.answer(Answer::NoAnswer(NoAnswer::Timeout));
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    world.pass(Duration::minutes(3)).await;
    let delivered = sums(&logs);
    let outcomes = ["retried", "delivered", "exhausted", "refused"].map(|word| sum(&delivered, "Deliveries", word));
    assert_eq!(outcomes.map(|count| count.to_string()), ["2", "1", "0", "0"]);
    let latencies = logs.metrics().into_iter().filter(|metric| metric.0 == "DeliveryLatency").count();
    assert_eq!(latencies, 3);
    let states = ["failing", "disabled", "healthy"].map(|word| sum(&delivered, "EndpointChanges", word));
    assert_eq!(states.map(|count| count.to_string()), ["1", "0", "1"]);
}

#[tokio::test]
async fn refused_delivery_and_disabled_webhook_are_counted_once() {
    let (world, _) = hourly(|scene| {
        scene.configuration.settings.schedule = Schedule::parse("0 1 1 * *", "UTC").unwrap();
    })
    .await;
    let logs = Logs::of_metrics();
    world.receiver.always(Some(Answer::Status { status: 410, retry_after: None }));
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    let sums = sums(&logs);
    assert_eq!(sum(&sums, "Deliveries", "refused").to_string(), "1");
    assert_eq!(sum(&sums, "EndpointChanges", "disabled").to_string(), "1");
}

#[tokio::test]
async fn exhausted_delivery_is_counted_once_with_its_retries() {
    let (world, _) = hourly(|scene| {
        scene.configuration.settings.schedule = Schedule::parse("0 1 1 * *", "UTC").unwrap();
    })
    .await;
    let logs = Logs::of_metrics();
    world.receiver.always(Some(Answer::Status { status: 503, retry_after: None }));
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    world.pass(Duration::hours(60)).await;
    let sums = sums(&logs);
    let outcomes = ["retried", "exhausted"].map(|outcome| sum(&sums, "Deliveries", outcome).to_string());
    assert_eq!(outcomes, ["10", "1"]);
}

/// A worker whose run was ended by its user meanwhile pays for what it asked for.
#[tokio::test]
async fn tokens_paid_after_the_end_of_a_run_are_counted_once() {
    let (world, scene) = hourly(|_| {}).await;
    let window = Window::new(epoch(), epoch() + Duration::hours(12)).unwrap();
    let manual = world.deployment.start_manual_run();
    let started = manual.start(scene.user(), scene.configuration.id, window, None).await.unwrap();
    let logs = Logs::of_metrics();
    world.deployment.cancel_run().cancel(scene.user(), started.id).await.unwrap();
    let ended = world.run(scene.user(), started.id).await;
    let priced = Priced {
        tokens: TokenUsage::new(700, 0, 50, 0),
        cost: Cost::ZERO,
        source: UsageSource::Api,
        model: Some("gpt-4o-mini".to_owned()),
        rates: Some(Rates::ZERO),
    };
    let late = Payment { attempt: 1, priced };
    let end_run = world.deployment.end_run();
    for _ in 0..2 {
        end_run.pay(&ended, &late, world.clock_at()).await.unwrap();
    }
    assert_eq!(sum(&sums(&logs), "Tokens", "").to_string(), "750");
}
