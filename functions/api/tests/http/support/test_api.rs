//! The API on a real store: the embedded engine, with a repository and a configuration for Ann and for Bob.

use super::call::{Answer, get, post, post_json, request, send};
use super::stack::{ANN, BOB, Stack};
use adapters::dynamodb::DynamoStore;
use app::ports::{Accounts, Configurations, Contents, Deliveries, Fence, Repositories, Runs};
use app::runs::{Ended, Ending};
use axum::body::Body;
use axum::http::Method;
use domain::account::{Account, Overrides};
use domain::commit::Sha;
use domain::configuration::Configuration;
use domain::delivery::Delivery;
use domain::id::{RunId, UserId};
use domain::money::{Cost, Rates, TokenUsage, UsageSource};
use domain::repository::Repository;
use domain::run::{Content, Outcome, Priced, Run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use testkit::builders;
use testkit::engine::Engine;
use testkit::partition::{AttributeValue, damage};

pub(crate) const WINDOW: &str = r#"{"from": "2026-01-08T00:00:00.000Z", "to": "2026-01-15T00:00:00.000Z"}"#;

/// The whole API with its store and records.
pub(crate) struct TestApi {
    pub(crate) stack: Stack,
    pub(crate) store: Arc<DynamoStore>,
    pub(crate) repository: Repository,
    pub(crate) configuration: Configuration,
    pub(crate) bobs: Configuration,
    engine: Option<Engine>,
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::from_record(id).unwrap()
}

impl TestApi {
    pub(crate) async fn new() -> Self {
        let engine = Engine::memory().await.unwrap();
        let api = Self::on(Arc::new(engine.store())).await;
        Self { engine: Some(engine), ..api }
    }

    /// On a store of an engine that the caller keeps.
    pub(crate) async fn on(store: Arc<DynamoStore>) -> Self {
        let repository = builders::repository(user(ANN), 1);
        let configuration = builders::configuration(&repository, 1);
        let bobs_repository = builders::repository(user(BOB), 2);
        let bobs = builders::configuration(&bobs_repository, 2);
        for repository in [&repository, &bobs_repository] {
            store.put_repository(repository).await.unwrap();
        }
        for configuration in [&configuration, &bobs] {
            store.put_configuration(configuration).await.unwrap();
        }
        let stack = Stack::on(store.clone(), &[]);
        Self { stack, store, repository, configuration, bobs, engine: None }
    }

    /// Sets the monthly limit of Ann's account.
    pub(crate) async fn limit(&self, monthly_runs: u64) {
        let overrides = Overrides { monthly_runs: Some(monthly_runs), ..Overrides::default() };
        let account = Account { overrides, limits_version: 1, ..Account::free(user(ANN)) };
        self.store.put_account(&account).await.unwrap();
    }

    /// Sets an attribute of one of Ann's records to a value that the system never writes.
    pub(crate) async fn damage(&self, sk: &str, attribute: &str, value: AttributeValue) {
        damage(self.engine.as_ref().unwrap(), user(ANN), sk, attribute, Some(value)).await;
    }

    /// Everything in the table.
    pub(crate) async fn items(&self) -> Vec<String> {
        self.engine.as_ref().unwrap().items().await.unwrap()
    }

    pub(crate) async fn get(&self, user: &str, path: &str) -> Answer {
        get(&self.stack.router, path, Some(&self.stack.token(user))).await
    }

    pub(crate) async fn post(&self, user: &str, path: &str) -> Answer {
        post(&self.stack.router, path, Some(&self.stack.token(user))).await
    }

    /// A request with a body, and with headers.
    pub(crate) async fn send(
        &self,
        user: &str,
        (method, path): (Method, &str),
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut ask = request(method, path, Some(&self.stack.token(user)));
        for (name, value) in headers {
            ask = ask.header(*name, *value);
        }
        let body = match body {
            None => Body::empty(),
            Some(body) => {
                ask = ask.header("content-type", "application/json");
                Body::from(body.to_string())
            }
        };
        send(&self.stack.router, ask.body(body).unwrap()).await
    }

    pub(crate) async fn create(&self, user: &str, path: &str, body: &Value) -> Answer {
        self.send(user, (Method::POST, path), &[], Some(body)).await
    }

    pub(crate) async fn put(&self, user: &str, path: &str, body: &Value) -> Answer {
        self.send(user, (Method::PUT, path), &[], Some(body)).await
    }

    pub(crate) async fn delete(&self, user: &str, path: &str) -> Answer {
        self.send(user, (Method::DELETE, path), &[], None).await
    }

    pub(crate) fn run_path(&self) -> String {
        format!("/report-configurations/{}/run", self.configuration.id)
    }

    /// Ann starts a run.
    pub(crate) async fn start(&self) -> Answer {
        post_json(&self.stack.router, &self.run_path(), Some(&self.stack.token(ANN)), WINDOW).await
    }

    /// A user starts a run under an idempotency key.
    pub(crate) async fn start_once(&self, user: &str, path: &str, key: &str, body: &str) -> Answer {
        let token = self.stack.token(user);
        let ask = request(Method::POST, path, Some(&token))
            .header("content-type", "application/json")
            .header("idempotency-key", key);
        send(&self.stack.router, ask.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Ann starts a run, which must succeed.
    pub(crate) async fn started(&self) -> RunId {
        id_of(&self.start().await.expect(202))
    }

    pub(crate) async fn run(&self, id: RunId) -> Run {
        self.store.run(user(ANN), id).await.unwrap().unwrap()
    }

    /// Stores a text of an attempt.
    pub(crate) async fn write(&self, id: RunId, attempt: u32, text: &str) -> Content {
        let now = self.run(id).await.started_at;
        let content = Content {
            headline: Some("Two people made three changes.".to_owned()),
            facts: None,
            run: id,
            user: user(ANN),
            attempt,
            text: text.to_owned(),
            commits: 3,
            commits_at_least: false,
            range_from: None,
            head: Some(Sha::parse(&"ab".repeat(20)).unwrap()),
            was_reset: false,
            observed_at: now,
            covered_from: None,
            generation: 0,
            degraded: false,
            degraded_reason: None,
            priced: Priced {
                tokens: TokenUsage::new(1_200, 200, 340, 40),
                cost: Cost::from_micros(369),
                source: UsageSource::Api,
                model: Some("gpt-4o-mini".to_owned()),
                rates: Some(
                    Rates::new("0.15".parse().unwrap(), "0.075".parse().unwrap(), "0.60".parse().unwrap()).unwrap(),
                ),
            },
            reported: BTreeSet::new(),
            further: Vec::new(),
            paths: Vec::new(),
            failed: Vec::new(),
        };
        self.store.put_content(&content).await.unwrap()
    }

    pub(crate) async fn end(&self, id: RunId, outcome: Outcome, content: Option<&Content>) {
        let run = self.run(id).await;
        let ending = Ending {
            fence: Fence::Attempt(run.attempt),
            run,
            outcome,
            payments: content.map(Content::payment).into_iter().collect(),
            deliver: false,
            coverage: Vec::new(),
            configuration: None,
        };
        assert!(matches!(self.stack.end_run.end(ending).await.unwrap(), Ended::Done(_)));
    }

    /// A run of Ann's that counts.
    pub(crate) async fn report(&self, text: &str) -> RunId {
        let id = self.started().await;
        let content = self.write(id, 0, text).await;
        self.end(id, Outcome::Success(content.findings()), Some(&content)).await;
        id
    }

    /// A run of Ann's with this delivery, for which no message waits.
    pub(crate) async fn report_with(&self, delivery: Delivery) -> Run {
        let run = self.run(self.report("Text.").await).await;
        self.store.move_delivery(&builders::delivery_move(&run, delivery)).await.unwrap();
        let _ = self.stack.queue.take_due();
        run
    }
}

pub(crate) fn id_of(run: &Value) -> RunId {
    RunId::parse(run["id"].as_str().unwrap()).unwrap()
}
