//! One run, with its text.

use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;
use app::ports::RunLedger;
use domain::id::RunId;
use domain::instant::Duration;
use domain::run::{ErrorCode, Failure, Findings, Outcome};
use serde_json::{Value, json};

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The repository in the list of a run.
fn repository(api: &TestApi) -> Value {
    json!({
        "repository_id": api.repository.id.to_string(),
        "repository_name": "octocat/hello-world",
        "repository_url": "https://github.com/octocat/hello-world",
        "branch": "main",
        "include_paths": [],
        "exclude_paths": [],
    })
}

/// The members of a run that ended with a report, besides what it used.
fn state(api: &TestApi, id: RunId) -> Value {
    json!({
        "id": id.to_string(),
        "user_id": ANN,
        "repository_id": api.repository.id.to_string(),
        "repositories": [repository(api)],
        "failed_repositories": [],
        "report_configuration_id": api.configuration.id.to_string(),
        "started_at": "2026-01-15T10:30:00.000Z",
        "completed_at": "2026-01-15T10:30:00.000Z",
        "status": "success",
        "waiting_until": null,
        "configuration_snapshot": snapshot(),
        "headline": "Two people made three changes.",
        "report_facts": null,
        "commits_processed": 3,
        "commits_at_least": false,
        "range_from": "2026-01-08T00:00:00.000Z",
        "range_to": "2026-01-15T00:00:00.000Z",
        "commit_range_from": null,
        "commit_range_to": "ab".repeat(20),
        "report_content": "# Report\n\nThree commits.",
        "report_format": "markdown",
        "report_content_expired": false,
        "error_message": null,
        "error_code": null,
        "webhook_delivered": false,
        "webhook_delivery_attempts": 0,
        "webhook_last_attempt_at": null,
        "webhook_response_status": null,
        "delivery": {
            "state": "none", "attempts": 0, "in_flight": false, "last_status": null, "next_attempt_at": null,
        },
        "created_at": "2026-01-15T10:30:00.000Z",
        "updated_at": "2026-01-15T10:30:00.000Z",
        "trigger": "manual",
        "attempt": 0,
        "degraded": false,
        "degraded_reason": null,
    })
}

fn snapshot() -> Value {
    json!({
        "version": 1,
        "name": "Hourly report",
        "repository_name": "octocat/hello-world",
        "repository_url": "https://github.com/octocat/hello-world",
        "branch": "main",
        "include_paths": [],
        "exclude_paths": [],
        "schedule": "0 * * * *",
        "timezone": "UTC",
        "report_style": "Standard",
        "tone_of_voice": "Professional",
        "author_display": "name",
        "link_to_commits": true,
        "if_no_updates": "skip",
        "include_diffs": false,
        "sources": ["commits"],
        "instructions": "",
        "language": "English",
        "model": "plain",
        "own_model": false,
        "webhook_format": null,
        "webhook_host": null,
    })
}

/// The members with what a run used.
fn used() -> Value {
    json!({
        "tokens_used": 1_540,
        "model_used": "gpt-4o-mini",
        "cost_usd": number("0.000369"),
        "known_cost_usd": number("0.000369"),
        "usage_month": "2026-01-01T00:00:00.000Z",
        "prompt_tokens": 1_200,
        "cached_prompt_tokens": 200,
        "cache_write_prompt_tokens": 0,
        "completion_tokens": 340,
        "reasoning_tokens": 40,
        "usage_source": "api",
        "rates": {
            "input_usd_per_million": number("0.15"),
            "cached_input_usd_per_million": number("0.075"),
            "cache_write_usd_per_million": number("0.15"),
            "output_usd_per_million": number("0.6"),
        },
        "quota": {
            "counted": true,
            "reason": "report",
            "month": "2026-01-01T00:00:00.000Z",
            "limit": 50,
            "plan": "free",
        },
    })
}

#[tokio::test]
async fn run_has_every_column() {
    let api = TestApi::new().await;
    let id = api.report("# Report\n\nThree commits.").await;
    let body = api.get(ANN, &format!("/report-runs/{id}")).await.expect(200);
    let mut expected = state(&api, id);
    expected.as_object_mut().unwrap().extend(used().as_object().unwrap().clone());
    assert_eq!(body, expected);
}

#[tokio::test]
async fn failed_run_has_its_reason() {
    let api = TestApi::new().await;
    let id = api.started().await;
    api.end(id, Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "The token was refused.")), None).await;
    let body = api.get(ANN, &format!("/report-runs/{id}")).await.expect(200);
    assert_eq!(body["status"], "failed");
    assert_eq!(body["error_code"], "TOKEN_INVALID");
    assert_eq!(body["error_message"], "The token was refused.");
    assert_eq!(body["quota"]["counted"], false);
    assert_eq!(body["report_content"], Value::Null);
}

#[tokio::test]
async fn waiting_run_has_its_instant_in_every_answer() {
    let api = TestApi::new().await;
    let id = api.started().await;
    let path = format!("/report-runs/{id}");
    assert_eq!(api.get(ANN, &path).await.expect(200)["waiting_until"], Value::Null);
    let (owner, now) = (testkit::builders::owner(1), api.stack.clock_now());
    let begun = api.run(id).await;
    let held = begun.clone().claim(owner, now, Duration::minutes(4)).unwrap();
    api.store.claim(&begun, &held).await.unwrap();
    let waiting = held.wait(owner, Some(Duration::hours(2)), now).unwrap();
    api.store.wait(owner, &waiting).await.unwrap();

    let body = api.get(ANN, &path).await.expect(200);
    let until = json!("2026-01-15T12:30:00.000Z");
    assert_eq!((&body["status"], &body["waiting_until"], &body["attempt"]), (&json!("running"), &until, &json!(1)));
    assert_eq!(body["quota"]["reason"], "running");
    let list = api.get(ANN, "/report-runs?status=running").await.expect(200);
    assert_eq!(list["data"][0]["waiting_until"], until);
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["runsInFlight"], 1);
    let cancelled = api.post(ANN, &format!("{path}/cancel")).await.expect(200);
    assert_eq!((&cancelled["status"], &cancelled["waiting_until"]), (&json!("cancelled"), &Value::Null));
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["runsInFlight"], 0);
}

#[tokio::test]
async fn text_of_another_attempt_is_not_returned() {
    let api = TestApi::new().await;
    let path = |id| format!("/report-runs/{id}");
    let running = api.started().await;
    api.write(running, 0, "not yet").await;
    assert_eq!(api.get(ANN, &path(running)).await.expect(200)["report_content"], Value::Null);

    let content = api.write(running, 0, "ignored").await;
    assert_eq!(content.text, "not yet");
    let other = Findings { content_attempt: Some(1), ..content.findings() };
    api.end(running, Outcome::Success(other), Some(&content)).await;
    let body = api.get(ANN, &path(running)).await.expect(200);
    assert_eq!((&body["status"], &body["report_content"]), (&"success".into(), &Value::Null));

    let cancelled = api.started().await;
    api.write(cancelled, 0, "never shown").await;
    api.post(ANN, &format!("/report-runs/{cancelled}/cancel")).await.expect(200);
    assert_eq!(api.get(ANN, &path(cancelled)).await.expect(200)["report_content"], Value::Null);
}

#[tokio::test]
async fn run_of_another_user_is_not_found() {
    let api = TestApi::new().await;
    let id = api.report("Ann's.").await;
    let missing = "018d0000-0000-7000-8000-000000000001";
    let mut bodies = Vec::new();
    for path in [format!("/report-runs/{id}"), format!("/report-runs/{missing}")] {
        let mut problem = api.get(BOB, &path).await.expect_problem("NOT_FOUND");
        problem.as_object_mut().unwrap().remove("request_id");
        bodies.push(problem);
    }
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(api.get(BOB, "/report-runs").await.expect(200)["data"], json!([]));
}
