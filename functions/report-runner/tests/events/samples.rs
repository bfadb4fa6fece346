//! The sample events, handled as Lambda hands them over, against a real store.

use adapters::boot;
use adapters::sqs::{QueueFunction, parse_run_request};
use app::ports::{GitFailure, RunRequest};
use domain::id::RunId;
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::run::Status;
use report_runner::Runner;
use serde_json::{Value, json};
use std::error::Error;
use testkit::builders::{at, webhook};
use testkit::logs::Logs;
use testkit::surroundings::{Surroundings, Verbs};
use tracing::{Instrument, Level};

const SCHEDULED: &str = include_str!("../../../../events/report-runner/scheduled-run.json");
const MANUAL: &str = include_str!("../../../../events/report-runner/manual-run.json");
const MALFORMED: &str = include_str!("../../../../events/report-runner/malformed.json");

fn event(text: &str) -> Value {
    serde_json::from_str(text).expect("a sample is JSON")
}

fn message_id(event: &Value) -> Value {
    event["Records"][0]["messageId"].clone()
}

fn request(event: &Value) -> RunRequest {
    let body = event["Records"][0]["body"].as_str().expect("a message has a body");
    parse_run_request(body).expect("the sample is a run request")
}

/// One batch of the samples' messages.
fn batch(events: &[&Value]) -> Value {
    let records: Vec<_> = events.iter().map(|event| event["Records"][0].clone()).collect();
    json!({ "Records": records })
}

fn fire() -> Instant {
    request(&event(SCHEDULED)).fire.expect("the sample is a scheduled run")
}

/// What the function answers to an event, in the words that Lambda reads.
async fn handled(surroundings: &Surroundings, event: Value, seconds: i64) -> Result<Value, Box<dyn Error>> {
    let runner = Runner { verb: surroundings.deployment.execute_run(), stop: None, queues: None };
    let deadline = surroundings.deployment.clock.now() + Duration::seconds(seconds);
    Ok(serde_json::to_value(runner.handle(serde_json::from_value(event)?, deadline).await)?)
}

fn none() -> Value {
    json!({ "batchItemFailures": [] })
}

fn failures(events: &[&Value]) -> Value {
    let items: Vec<_> = events.iter().map(|event| json!({ "itemIdentifier": message_id(event) })).collect();
    json!({ "batchItemFailures": items })
}

#[test]
fn the_samples_run_is_the_one_of_its_fire() {
    let request = request(&event(SCHEDULED));
    assert_eq!(request.run, RunId::scheduled(request.configuration, fire()));
}

#[tokio::test]
async fn run_whose_message_is_repeated_is_written_once() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(fire() + Duration::seconds(1)).await?;
    let request = request(&event(SCHEDULED));
    surroundings
        .configuration_that_waits(request.user, request.configuration, fire(), |configuration| {
            configuration.settings.webhook = Some(webhook("https://hooks.example.com/reports"));
        })
        .await?;
    surroundings.branch.push(fire() - Duration::minutes(10), "feat: count every run");

    for _ in 0..2 {
        assert_eq!(handled(&surroundings, event(SCHEDULED), 180).await?, none());
    }

    let store = &surroundings.deployment.store;
    let run = store.run(request.user, request.run).await?.expect("the run is stored");
    assert_eq!(run.status(), Status::Success);
    let usage = store.usage(request.user, Month::of(fire())).await?;
    assert_eq!((usage.total_runs, usage.counted_runs, usage.slots_used), (1, 1, 1));
    let deliveries = surroundings.queue.take_deliveries();
    assert_eq!(deliveries.len(), 1, "the report is sent on its way once");
    Ok(())
}

#[tokio::test]
async fn message_of_a_waiting_run_is_acknowledged() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(fire() + Duration::seconds(1)).await?;
    let request = request(&event(SCHEDULED));
    surroundings.configuration_that_waits(request.user, request.configuration, fire(), |_| {}).await?;
    let hour = std::time::Duration::from_hours(1);
    surroundings.branch.fail(Some(GitFailure::RateLimited { retry_after: hour }));

    assert_eq!(handled(&surroundings, event(SCHEDULED), 180).await?, none());

    let run = surroundings.deployment.store.run(request.user, request.run).await?.expect("the run is stored");
    let until = surroundings.deployment.clock.now() + Duration::hours(1);
    assert_eq!((run.status(), run.waiting_until()), (Status::Running, Some(until)));
    Ok(())
}

#[tokio::test]
async fn message_of_an_unknown_run_is_acknowledged() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(fire()).await?;
    assert_eq!(handled(&surroundings, event(MANUAL), 180).await?, none());
    assert_eq!(handled(&surroundings, event(SCHEDULED), 180).await?, none());
    assert_eq!(
        surroundings.deployment.store.run(request(&event(MANUAL)).user, request(&event(MANUAL)).run).await?,
        None
    );
    Ok(())
}

#[tokio::test]
async fn only_the_invalid_message_is_returned_to_the_queue() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(fire()).await?;
    let (manual, malformed) = (event(MANUAL), event(MALFORMED));
    let answer = handled(&surroundings, batch(&[&manual, &malformed, &manual]), 180).await?;
    assert_eq!(answer, failures(&[&malformed]));
    Ok(())
}

#[tokio::test]
async fn message_without_a_body_is_returned_to_the_queue() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(fire()).await?;
    let answer = handled(&surroundings, json!({"Records": [{"messageId": "m1"}]}), 180).await?;
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "m1"}]}));
    Ok(())
}

#[tokio::test]
async fn run_without_enough_time_left_is_not_started_and_is_retried() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(fire()).await?;
    let request = request(&event(SCHEDULED));
    surroundings.configuration_that_waits(request.user, request.configuration, fire(), |_| {}).await?;

    let answer = handled(&surroundings, event(SCHEDULED), 10).await?;

    assert_eq!(answer, failures(&[&event(SCHEDULED)]));
    assert_eq!(surroundings.deployment.store.run(request.user, request.run).await?, None);
    Ok(())
}

#[tokio::test]
async fn message_is_returned_to_the_queue_if_the_store_does_not_answer() -> Result<(), Box<dyn Error>> {
    let mut surroundings = Surroundings::at(fire()).await?;
    let other = Surroundings::at(at("2026-01-01T00:00:00Z")).await?;
    // The store of an engine that is stopped.
    surroundings.deployment.store = other.deployment.store.clone();
    drop(other);
    assert_eq!(handled(&surroundings, event(MANUAL), 180).await?, failures(&[&event(MANUAL)]));
    Ok(())
}

#[tokio::test]
async fn event_that_is_not_from_sqs_is_an_error() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(fire()).await?;
    assert!(handled(&surroundings, json!({"source": "aws.events"}), 180).await.is_err());
    Ok(())
}

#[tokio::test]
async fn failed_run_is_logged_with_its_code_its_cause_and_whose_it_is() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(fire() + Duration::seconds(1)).await?;
    let request = request(&event(SCHEDULED));
    surroundings.configuration_that_waits(request.user, request.configuration, fire(), |_| {}).await?;
    surroundings.branch.fail(Some(GitFailure::NotFound));

    for (level, message) in [(Level::INFO, "the run has failed"), (Level::DEBUG, "nothing was to be done")] {
        let logs = Logs::of(level);
        surroundings.clock.advance(Duration::days(1));
        handled(&surroundings, event(MALFORMED), 180).await?;
        let invocation = boot::telemetry::invocation("8f5079b1");
        assert_eq!(handled(&surroundings, event(SCHEDULED), 180).instrument(invocation).await?, none());
        let lines = logs.lines(message);
        let [line] = &lines[..] else { panic!("{}", logs.text()) };
        let run = json!({"name": "run", "user": request.user.to_string(), "run": request.run.to_string(),
            "configuration": request.configuration.to_string()});
        assert_eq!(line["spans"], json!([{"name": "invocation", "request_id": "8f5079b1"}, run]));
        if level == Level::INFO {
            assert_eq!((&line["level"], &line["code"]), (&json!("INFO"), &json!("REPOSITORY_NOT_FOUND")), "{line}");
            assert!(line["cause"].as_str().is_some_and(|cause| cause.len() > 20), "{line}");
        }
        assert_eq!(logs.lines("a message can't be parsed").len(), 1);
    }
    Ok(())
}
