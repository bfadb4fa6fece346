//! The process is killed and restarted five minutes later: no run is lost and none counts twice.

use crate::model::{Usage, answer};
use crate::program::{Place, System, eventually};
use serde_json::json;
use std::time::Duration;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Longer than a run's lease (240 s) and a delivery's claim (60 s).
const LATER: (&str, &str) = ("GIT_REPORT_CLOCK_OFFSET_SECONDS", "300");

/// Starts a report over the API and returns the run's id.
pub(crate) async fn started(system: &System) -> String {
    let configuration = "/report-configurations/d0000000-0000-4000-8000-000000000003/run";
    let range = json!({"from": "2026-05-01T00:00:00Z", "to": "2026-05-31T00:00:00Z"});
    let run = system.post(configuration, &range).await;
    run["id"].as_str().unwrap_or_else(|| panic!("no run: {run}")).to_owned()
}

/// A figure of the account's usage. It is that of two months, since a month can end before the restart.
async fn used(system: &System, figure: &str) -> u64 {
    let history = system.get("/report-runs/usage/history?months=2").await;
    history["data"].as_array().unwrap().iter().map(|month| month[figure].as_u64().unwrap()).sum()
}

#[tokio::test]
async fn run_survives_a_killed_process() {
    let model = MockServer::start().await;
    let never = ResponseTemplate::new(200).set_delay(Duration::from_hours(1));
    Mock::given(method("POST")).respond_with(never).up_to_n_times(1).with_priority(1).mount(&model).await;
    let usage = Usage { prompt: 1_000, cached: 0, completion: 100 };
    Mock::given(method("POST")).respond_with(answer("# All is well.", &usage)).with_priority(2).mount(&model).await;
    let url = format!("{}/v1", model.uri());
    let variables = [("OPENAI_BASE_URL", url.as_str()), ("DEFAULT_MODEL", "gpt-4o-mini")];

    let place = Place::with_repository();
    let system = place.start(&[], &variables).await;
    eventually("the model is asked", async || (model.received_requests().await.unwrap().len() == 1).then_some(()))
        .await;
    let runs = system.get("/report-runs").await;
    assert_eq!(runs["data"][0]["status"], "running");
    assert_eq!(system.get("/report-runs/usage").await["runsInFlight"], 1);
    let id = runs["data"][0]["id"].as_str().unwrap().to_owned();
    system.kill();

    let system = place.start(&[], &[variables.as_slice(), &[LATER]].concat()).await;
    let run = system.delivered(&id).await;
    assert_eq!(run["status"], "success");
    assert_eq!(run["attempt"], 2);
    assert!(run["report_content"].as_str().unwrap().ends_with("\n\nAll is well.\n"), "{run}");
    assert_eq!(run["tokens_used"], 1_100);
    assert_eq!(system.get("/report-runs/usage").await["runsInFlight"], 0);
    assert_eq!((used(&system, "counted_runs").await, used(&system, "total_tokens").await), (1, 1_100));
    eventually("the second start shows what the first began", async || {
        system.printed().contains("signature valid").then_some(())
    })
    .await;
}

#[tokio::test]
async fn delivery_survives_a_killed_process() {
    let place = Place::with_repository();
    let system = place.start(&["--no-report"], &[]).await;
    system.settled().await;
    system.set_receiver("/hold-next/1").await;
    let id = started(&system).await;
    let first = eventually("the message arrives", async || system.received().await.into_iter().next()).await;
    assert!(first["answered"].is_null());
    system.kill();

    let system = place.start(&[], &[LATER]).await;
    let run = system.delivered(&id).await;
    assert_eq!(run["webhook_delivery_attempts"], 2);
    let received = system.received().await;
    let [message] = received.as_slice() else { panic!("one message: {received:?}") };
    assert_eq!(message["signature"], "valid");
    assert_eq!(message["id"], first["id"], "all attempts carry the same id");
    assert_eq!(used(&system, "counted_runs").await, 1);
}
