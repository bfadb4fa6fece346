//! Reports by an account's own model: where it is asked, with which key, and at which cost.

use adapters::vault::LocalVault;
use app::ports::{ModelProvider, ModelRequest, SecretContext};
use domain::account::{Account, BaseUrl, ModelName, OwnModel, Plan};
use domain::configuration::{Writer, WriterChoice};
use domain::money::{Cost, Rates};
use domain::repository::{AccessToken, Sealed};
use domain::run::{CountReason, Run, Status, Window};
use std::sync::Arc;
use testkit::builders::{at, epoch};
use testkit::outside::ScriptedModel;
use testkit::world::{Scene, Verbs, World};

const BASE: &str = "https://models.example.com/v1";

/// A Pro account with its own model at these prices.
async fn world(model: &str, rates: Option<Rates>) -> (World, Scene) {
    let mut world = World::new(17).await.unwrap();
    world.deployment.default_writer = Writer::Model("gpt-4o-mini".to_owned());
    let mut scene = world.scene(1).await;
    scene.configuration.settings.writer = WriterChoice::Deployment;
    scene.account.plan = Plan::Pro;
    scene.account.own_model = Some(OwnModel {
        base_url: BaseUrl::parse(BASE).unwrap(),
        key: Some(sealed(&world, &scene).await),
        model: ModelName::parse(model).unwrap(),
        rates,
    });
    world.store(&scene).await;
    world.git.push(at("2026-01-01T00:10:00Z"), "feat: apples");
    world.clock.set(at("2026-01-01T00:30:00Z"));
    (world, scene)
}

async fn sealed(world: &World, scene: &Scene) -> Sealed {
    world.deployment.vault.seal(SecretContext::of_account(scene.user()), b"sk-own").await.unwrap()
}

async fn begun(world: &World, scene: &Scene) -> Run {
    let window = Window::new(epoch(), at("2026-01-01T00:20:00Z")).unwrap();
    let verb = world.deployment.start_manual_run();
    verb.start(scene.user(), scene.configuration.id, window, None).await.unwrap()
}

/// A run from its start to its end.
async fn run(world: &World, scene: &Scene) -> Run {
    let begun = begun(world, scene).await;
    world.drain().await;
    world.run(scene.user(), begun.id).await
}

fn last_request(world: &World) -> ModelRequest {
    world.model.requests().pop().expect("a model was asked")
}

fn asked_own(request: &ModelRequest) -> Option<(&str, Option<&str>)> {
    match &request.provider {
        ModelProvider::Own { base_url, key } => Some((base_url.as_str(), key.as_ref().map(AccessToken::expose))),
        ModelProvider::Deployment => None,
    }
}

fn rates(input: &str, cached: &str, output: &str) -> Rates {
    Rates::new(input.parse().unwrap(), cached.parse().unwrap(), output.parse().unwrap()).unwrap()
}

async fn downgrade(world: &World, scene: &Scene) {
    let account = Account { plan: Plan::Free, limits_version: 1, ..scene.account.clone() };
    world.deployment.store.put_account(&account).await.unwrap();
}

#[tokio::test]
async fn own_model_is_asked_at_its_address_with_its_key_and_counts() {
    let (world, scene) = world("llama-3", None).await;
    let run = run(&world, &scene).await;
    let request = last_request(&world);
    assert_eq!((request.model.as_str(), asked_own(&request)), ("llama-3", Some((BASE, Some("sk-own")))));
    assert!(run.snapshot.own_model && run.end().unwrap().counted);
    assert_eq!(run.figures.model.as_deref(), Some("llama-3"));
    assert_eq!(world.counter(scene.user()).await.tokens, ScriptedModel::usage());
}

#[tokio::test]
async fn own_model_has_the_users_prices_or_the_lists_or_none() {
    // 800 fresh and 200 cached prompt tokens and 100 completion tokens.
    for (model, said, expected, micros) in [
        ("llama-3", Some(rates("1", "0.5", "2")), Some(rates("1", "0.5", "2")), 1_100),
        ("llama-3", Some(Rates::ZERO), Some(Rates::ZERO), 0),
        ("gpt-4o-mini", Some(rates("1", "0.5", "2")), Some(rates("1", "0.5", "2")), 1_100),
        ("gpt-4o-mini", None, Some(rates("0.15", "0.075", "0.6")), 195),
        ("llama-3", None, None, 0),
    ] {
        let (world, scene) = world(model, said).await;
        let run = run(&world, &scene).await;
        assert_eq!((run.figures.rates, run.figures.cost), (expected, Cost::from_micros(micros)), "{model}");
        assert_eq!(run.figures.total_cost(), expected.map(|_| Cost::from_micros(micros)), "{model}");
        let counter = world.counter(scene.user()).await;
        let unpriced = u64::from(expected.is_none());
        assert_eq!((counter.cost, counter.unpriced_runs), (Cost::from_micros(micros), unpriced), "{model}");
    }
}

#[tokio::test]
async fn model_of_the_configuration_is_asked_and_plain_stays_plain() {
    let (world, mut scene) = world("llama-3", None).await;
    scene.write_with("llama-4");
    world.store(&scene).await;
    run(&world, &scene).await;
    let request = last_request(&world);
    assert_eq!((request.model.as_str(), asked_own(&request).is_some()), ("llama-4", true));
    scene.configuration.settings.writer = WriterChoice::Chosen(Writer::Plain);
    world.store(&scene).await;
    let plain = run(&world, &scene).await;
    assert!(!plain.snapshot.own_model && plain.figures.model.is_none());
    assert_eq!(world.model.requests().len(), 1);
}

#[tokio::test]
async fn downgraded_account_uses_the_deployments_model() {
    let (world, scene) = world("llama-3", None).await;
    downgrade(&world, &scene).await;
    let run = run(&world, &scene).await;
    let request = last_request(&world);
    assert_eq!((request.model.as_str(), asked_own(&request)), ("gpt-4o-mini", None));
    assert!(!run.snapshot.own_model);
    assert_eq!(run.figures.cost, Cost::from_micros(195));
}

#[tokio::test]
async fn downgrade_during_a_run_asks_the_deployments_model() {
    let (world, scene) = world("llama-3", None).await;
    let begun = begun(&world, &scene).await;
    assert_eq!(begun.snapshot.writer, Writer::Model("llama-3".to_owned()));
    downgrade(&world, &scene).await;
    world.drain().await;
    let run = world.run(scene.user(), begun.id).await;
    let request = last_request(&world);
    assert_eq!((request.model.as_str(), asked_own(&request)), ("gpt-4o-mini", None));
    assert_eq!((run.status(), run.figures.model.as_deref()), (Status::Success, Some("gpt-4o-mini")));
}

#[tokio::test]
async fn undecryptable_key_asks_no_model_and_the_report_does_not_count() {
    let (mut world, scene) = world("llama-3", None).await;
    let begun = begun(&world, &scene).await;
    world.deployment.vault = Arc::new(LocalVault::from_base64(&LocalVault::generate()).unwrap());
    world.drain().await;
    let run = world.run(scene.user(), begun.id).await;
    assert_eq!((run.status(), run.count_reason()), (Status::Success, CountReason::Degraded));
    assert!(world.model.requests().is_empty());
}

#[tokio::test]
async fn own_model_server_needs_no_key() {
    let (world, mut scene) = world("llama-3", None).await;
    scene.account.own_model.as_mut().unwrap().key = None;
    world.store(&scene).await;
    run(&world, &scene).await;
    assert_eq!(asked_own(&last_request(&world)), Some((BASE, None)));
}
