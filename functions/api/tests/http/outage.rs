//! A table that fails: the number of its requests for one request of a caller, and the time until the answer.

use crate::support::call::Answer;
use crate::support::stack::ANN;
use crate::support::test_api::TestApi;
use axum::http::Method;
use futures::stream::{self, StreamExt};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::builders::at;
use testkit::engine::Engine;
use testkit::faults::{Asked, Failing, FaultPlan, Faults, Outage, Requests};

/// Writes that one request may make while the table fails.
const WRITES_MAX: u64 = 6;
/// Conflicts that one request may meet.
const CONFLICTS_MAX: u64 = 12;
/// The time after which API Gateway gives up.
const GATEWAY: Duration = Duration::from_secs(29);

struct FailingTable {
    api: TestApi,
    outage: Outage,
    _engine: Engine,
}

impl FailingTable {
    async fn new() -> Self {
        let (engine, outage) = (Engine::memory().await.unwrap(), Outage::default());
        let api = TestApi::on(Arc::new(engine.store_behind(&outage))).await;
        Self { api, outage, _engine: engine }
    }

    /// The answer of one request during the outage, the requests to the table, and the duration.
    async fn during(
        &self,
        failing: Failing,
        requests: Requests,
        ask: impl Future<Output = Answer>,
    ) -> (Asked, Duration) {
        self.outage.begin(failing, requests);
        let _ = self.outage.take_asked();
        let began = Instant::now();
        let answer = ask.await;
        let took = began.elapsed();
        self.outage.end();
        answer.expect_problem("SERVICE_UNAVAILABLE");
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "Retry-After: {wait}");
        (self.outage.take_asked(), took)
    }
}

#[tokio::test]
async fn start_during_failing_writes_makes_six_writes_and_is_503() {
    for failing in [Failing::ServerError, Failing::Throttled, Failing::InProgress] {
        let table = FailingTable::new().await;
        let (asked, took) = table.during(failing, Requests::Writes, table.api.start()).await;
        assert_eq!(asked.writes, WRITES_MAX, "{failing:?}");
        assert!(asked.reads <= 20, "{failing:?}: {asked:?}");
        assert!(took < Duration::from_secs(10), "{failing:?}: {took:?}");
        assert_eq!(table.api.get(ANN, "/report-runs").await.expect(200)["data"], json!([]), "no run was created");
        table.api.start().await.expect(202);
    }
}

#[tokio::test]
async fn every_write_route_stays_within_the_budget_while_writes_fail() {
    let table = FailingTable::new().await;
    let api = &table.api;
    let run = api.started().await;
    let (repository, configuration) = (api.repository.id.to_string(), api.configuration.id.to_string());
    let repository_body = json!({"url": "https://github.com/octocat/other"});
    let body = json!({"repository_id": repository, "branch": "main", "schedule": "@daily"});
    for (method, path, body) in [
        (Method::POST, "/repositories".to_owned(), Some(&repository_body)),
        (Method::PUT, format!("/repositories/{repository}"), Some(&repository_body)),
        (Method::DELETE, format!("/repositories/{repository}"), None),
        (Method::POST, "/report-configurations".to_owned(), Some(&body)),
        (Method::PUT, format!("/report-configurations/{configuration}"), Some(&body)),
        (Method::DELETE, format!("/report-configurations/{configuration}"), None),
        (Method::POST, format!("/report-configurations/{configuration}/rotate-secret"), None),
        (Method::POST, format!("/report-configurations/{configuration}/test-webhook"), None),
        (Method::POST, format!("/report-runs/{run}/cancel"), None),
        (Method::PUT, "/users/profile".to_owned(), Some(&json!({}))),
        (Method::DELETE, "/users/profile".to_owned(), None),
    ] {
        let ask = api.send(ANN, (method.clone(), &path), &[("if-match", "*")], body);
        let (asked, _) = table.during(Failing::ServerError, Requests::Writes, ask).await;
        assert!((1..=WRITES_MAX).contains(&asked.writes), "{method} {path}: {asked:?}");
        assert!(asked.reads <= 30, "{method} {path}: {asked:?}");
    }
}

#[tokio::test]
async fn reads_give_up_after_three_tries_each() {
    let table = FailingTable::new().await;
    for failing in [Failing::ServerError, Failing::Throttled] {
        for path in ["/report-runs", "/report-runs/usage", "/repositories", "/users/profile", "/report-configurations"]
        {
            let (asked, took) = table.during(failing, Requests::All, table.api.get(ANN, path)).await;
            // Two records may be read at once.
            assert!((3..=6).contains(&asked.reads) && asked.writes == 0, "{failing:?} {path}: {asked:?}");
            assert!(took < Duration::from_secs(3), "{failing:?} {path}: {took:?}");
        }
    }
}

#[tokio::test]
async fn hanging_table_is_503_before_the_gateway_gives_up() {
    let table = FailingTable::new().await;
    for requests in [Requests::All, Requests::Writes] {
        let (asked, took) = table.during(Failing::Hanging, requests, table.api.start()).await;
        assert!(asked.writes <= WRITES_MAX, "{requests:?}: {asked:?}");
        assert!(took < GATEWAY, "{requests:?}: {took:?}");
    }
}

#[tokio::test]
async fn start_with_permanent_conflicts_is_503() {
    let table = FailingTable::new().await;
    let (asked, took) = table.during(Failing::Conflict, Requests::Writes, table.api.start()).await;
    assert_eq!(asked.writes, CONFLICTS_MAX);
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[tokio::test]
async fn start_with_lost_answers_is_found_and_made_once() {
    let table = FailingTable::new().await;
    table.outage.begin(Failing::AnswerLost, Requests::Writes);
    let run = table.api.start().await.expect(202);
    table.outage.end();
    let runs = table.api.get(ANN, "/report-runs").await.expect(200);
    assert_eq!(runs["data"].as_array().unwrap().len(), 1);
    assert_eq!(runs["data"][0]["id"], run["id"]);
}

/// A lost race between callers is not a failure: the answers are 202 and 429, and no caller gets the error of a
/// failing table.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_starts_under_conflicts_admit_fifty_without_a_503() {
    let engine = Engine::memory().await.unwrap();
    let plan = FaultPlan { transaction_conflict_percent: 30, ..FaultPlan::default() };
    let faults = Faults::new(11, FaultPlan::default());
    let api = TestApi::on(Arc::new(engine.store_with(&faults))).await;
    faults.set_plan(plan);
    let starts = (0..200).map(|_| api.start());
    let answers: Vec<Answer> = stream::iter(starts).buffer_unordered(200).collect().await;
    let with = |status: u16| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((with(202), with(429), with(503)), (50, 150, 0));
    faults.set_plan(FaultPlan::default());
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["runsInFlight"], 50);
    assert!(faults.counts().transaction_conflicts > 50);
}

/// The text of a synchronous test is paid for and can't be stored: the rest of the budget ends the run, with its cost.
#[tokio::test]
async fn test_whose_text_cannot_be_stored_records_its_cost() {
    for failing in [Failing::ServerError, Failing::Throttled] {
        let FailingTable { api, outage, _engine } = FailingTable::new().await;
        let body = json!({
            "repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "@daily",
            "model": "gpt-4o-mini",
        });
        let made = api.create(ANN, "/report-configurations", &body).await.expect(201);
        let test = format!("/report-configurations/{}/test-webhook", made["id"].as_str().unwrap());
        api.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: one");
        api.stack.outside.git.hang(true);
        let begin = async {
            while api.get(ANN, "/report-runs").await.expect(200)["data"] == json!([]) {
                tokio::task::yield_now().await;
            }
            let _ = outage.take_asked();
            outage.begin(failing, Requests::Puts);
            api.stack.outside.git.hang(false);
        };
        let (tested, ()) = futures::future::join(api.post(ANN, &test), begin).await;
        outage.end();
        tested.expect_problem("INTERNAL");
        let runs = api.get(ANN, "/report-runs").await.expect(200);
        let run = &runs["data"][0];
        assert_eq!((&run["status"], &run["error_code"]), (&json!("failed"), &json!("INTERNAL")), "{run}");
        assert_eq!((&run["tokens_used"], run["cost_usd"].to_string().as_str()), (&json!(1_100), "0.000195"));
        assert!(outage.take_asked().writes <= WRITES_MAX);
        let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
        assert_eq!(usage["monthlyUsage"]["total_tokens"], 1_100);
    }
}
