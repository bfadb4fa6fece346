//! An estimate has the commits of the run and at least its cost, and stores nothing.

use app::ports::{GitError, GitFailure};
use app::runs::{Estimate, EstimateError};
use domain::account::Overrides;
use domain::configuration::Writer;
use domain::instant::Duration;
use domain::money::{Cost, TokenUsage, UsageSource};
use domain::report::answer::FAULT_TOKENS_MAX;
use domain::run::{Run, Window};
use domain::usage::Admission;
use std::fmt::Write as _;
use testkit::builders::{at, epoch, user};
use testkit::world::{Scene, Verbs, World};

const MODEL: &str = "gpt-4o-mini";

async fn world(model: Option<&str>) -> (World, Scene) {
    let (world, scene) = World::with_scene(29, |scene| {
        if let Some(model) = model {
            scene.write_with(model);
        }
    })
    .await;
    world.git.push(at("2026-01-01T00:10:00Z"), "feat: apples");
    world.git.push(at("2026-01-01T00:20:00Z"), "fix: pears\n\nThey were sold as apples.");
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: outside");
    world.clock.set(at("2026-01-01T00:40:00Z"));
    (world, scene)
}

fn window() -> Window {
    Window::new(epoch(), at("2026-01-01T00:30:00Z")).unwrap()
}

async fn estimated(world: &World, scene: &Scene) -> Result<Estimate, EstimateError> {
    let verb = world.deployment.estimate_run();
    verb.estimate(scene.user(), scene.configuration.id, window(), world.soon()).await
}

/// The same range, as a run.
async fn run(world: &World, scene: &Scene) -> Run {
    let verb = world.deployment.start_manual_run();
    let started = verb.start(scene.user(), scene.configuration.id, window(), None).await.unwrap();
    world.drain().await;
    world.run(scene.user(), started.id).await
}

#[tokio::test]
async fn estimated_prompt_is_the_prompt_of_the_run() {
    let (world, scene) = world(Some(MODEL)).await;
    let estimate = estimated(&world, &scene).await.unwrap();
    assert_eq!(estimate.commits, 2, "the third is outside");
    assert_eq!(estimate.writer, Writer::Model(MODEL.to_owned()));
    // A model that reports no tokens is metered by the upper bound of its prompt.
    world.model.omit_usage(true);
    let run = run(&world, &scene).await;
    assert_eq!(run.figures.source, UsageSource::Estimate);
    // An answer with a fault would be asked for once more.
    assert_eq!(estimate.tokens.prompt(), 2 * run.figures.tokens.prompt() + FAULT_TOKENS_MAX);
    assert!(estimate.tokens.completion() >= run.figures.tokens.completion());
    assert!(estimate.cost.unwrap() >= run.figures.cost);
    assert_eq!((estimate.rates, estimate.would_count), (run.figures.rates, run.end().unwrap().counted));
}

#[tokio::test]
async fn cost_is_exact_in_decimals() {
    let (world, scene) = world(Some(MODEL)).await;
    let estimate = estimated(&world, &scene).await.unwrap();
    assert_eq!(estimate.tokens.completion(), 2 * 8_192);
    // 0.15 and 0.60 USD a million, rounded once, half up.
    let picos = estimate.tokens.prompt() * 150_000 + 2 * 8_192 * 600_000;
    assert_eq!(estimate.cost, Some(Cost::from_micros((picos + 500_000) / 1_000_000)));
}

#[tokio::test]
async fn run_meters_no_more_than_the_estimate_for_any_length_of_messages() {
    let (world, scene) = world(Some(MODEL)).await;
    world.model.omit_usage(true);
    // More than fits into a prompt: bodies and commits are omitted, in the estimate as in the run.
    for number in 0..600_u32 {
        let mut message = format!("feat: число {number}\n\n");
        for line in 0..number % 40 {
            writeln!(message, "{line}: 说明了为什么 and why not, with `code_{line}()` and 🙂.").unwrap();
        }
        world.git.push(at("2026-01-01T00:25:00Z"), &message);
    }
    let estimate = estimated(&world, &scene).await.unwrap();
    let run = run(&world, &scene).await;
    let twice = 2 * run.figures.tokens.prompt() + FAULT_TOKENS_MAX;
    assert_eq!((estimate.commits, estimate.tokens.prompt()), (602, twice));
    assert!(estimate.cost.unwrap() >= run.figures.cost);
}

#[tokio::test]
async fn estimate_changes_nothing() {
    let (world, scene) = world(Some(MODEL)).await;
    run(&world, &scene).await;
    let before = world.engine.items().await.unwrap();
    assert!(before.len() >= 5, "{before:?}");
    for failure in [None, Some(GitFailure::Unavailable)] {
        world.git.fail(failure);
        assert_eq!(estimated(&world, &scene).await.is_ok(), failure.is_none());
    }
    assert_eq!(world.engine.items().await.unwrap(), before);
    assert!(world.queue.take_due().is_empty());
    assert_eq!((world.model.calls(), world.receiver.reports().len()), (1, 1), "those of the run");
}

#[tokio::test]
async fn plain_writer_and_empty_range_cost_nothing() {
    let (world, scene) = world(None).await;
    let plain = estimated(&world, &scene).await.unwrap();
    assert_eq!((plain.commits, plain.tokens, plain.cost), (2, TokenUsage::ZERO, Some(Cost::ZERO)));
    assert_eq!((plain.writer, plain.rates, plain.would_count), (Writer::Plain, None, true));
    let mut modelled = scene.clone();
    modelled.write_with(MODEL);
    world.store(&modelled).await;
    let earlier = Window::new(epoch() - Duration::days(31), epoch()).unwrap();
    let verb = world.deployment.estimate_run();
    let empty = verb.estimate(scene.user(), scene.configuration.id, earlier, world.soon()).await.unwrap();
    assert_eq!((empty.commits, empty.tokens, empty.cost), (0, TokenUsage::ZERO, Some(Cost::ZERO)));
    assert!(!empty.would_count, "a report without commits is free");
}

#[tokio::test]
async fn model_without_price_has_no_cost() {
    let (world, scene) = world(Some("house-made")).await;
    let estimate = estimated(&world, &scene).await.unwrap();
    assert_eq!((estimate.rates, estimate.cost), (None, None));
    assert!(estimate.tokens.prompt() > 0);
}

#[tokio::test]
async fn estimate_is_made_at_the_limit() {
    let (world, mut scene) = world(Some(MODEL)).await;
    scene.account.overrides = Overrides { monthly_runs: Some(1), ..Overrides::default() };
    scene.account.limits_version = 1;
    world.store(&scene).await;
    assert_eq!(estimated(&world, &scene).await.unwrap().usage.admission, Admission::Admitted);
    run(&world, &scene).await;
    let estimate = estimated(&world, &scene).await.unwrap();
    assert_eq!((estimate.usage.admission, estimate.usage.counter.counted_runs), (Admission::LimitReached, 1));
    assert_eq!(estimate.commits, 2);
}

#[tokio::test]
async fn estimate_does_not_wait_for_a_silent_git_host() {
    let (world, scene) = world(Some(MODEL)).await;
    world.git.hang(true);
    let verb = world.deployment.estimate_run();
    let deadline = world.clock_at() + Duration::milliseconds(50);
    let answer = verb.estimate(scene.user(), scene.configuration.id, window(), deadline).await;
    let Err(EstimateError::Git(GitError { failure, message })) = answer else { panic!("{answer:?}") };
    assert_eq!(failure, GitFailure::Unavailable);
    assert!(message.contains("in time"), "{message}");
}

#[tokio::test]
async fn foreign_or_deleted_configuration_has_no_estimate() {
    let (world, scene) = world(Some(MODEL)).await;
    let verb = world.deployment.estimate_run();
    let other = verb.estimate(user(2), scene.configuration.id, window(), world.soon()).await;
    assert_eq!(other, Err(EstimateError::NoConfiguration));
    let mut gone = scene.clone();
    gone.repository.deleted_at = Some(world.clock_at());
    world.store(&gone).await;
    assert_eq!(estimated(&world, &scene).await, Err(EstimateError::NoRepository));
    gone.configuration.deleted_at = Some(world.clock_at());
    world.store(&gone).await;
    assert_eq!(estimated(&world, &scene).await, Err(EstimateError::NoConfiguration));
}
