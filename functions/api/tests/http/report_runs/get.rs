//! One run, with its text.

use crate::support::house::House;
use crate::support::stack::{ANN, BOB};
use app::ports::RunLedger;
use domain::instant::Duration;
use domain::run::{ErrorCode, Failure, Findings, Outcome};
use serde_json::{Value, json};

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn every_column_of_the_seed_and_the_extras() {
    let house = House::new().await;
    let id = house.report("# Report\n\nThree commits.").await;
    let body = house.get(ANN, &format!("/report-runs/{id}")).await.expect(200);
    let mut expected = json!({
        "id": id.to_string(),
        "user_id": ANN,
        "repository_id": house.repository.id.to_string(),
        "report_configuration_id": house.configuration.id.to_string(),
        "started_at": "2026-01-15T10:30:00.000Z",
        "completed_at": "2026-01-15T10:30:00.000Z",
        "status": "success",
        "configuration_snapshot": {
            "version": 1,
            "name": "Hourly report",
            "repository_name": "octocat/hello-world",
            "repository_url": "https://github.com/octocat/hello-world",
            "branch": "main",
            "schedule": "0 * * * *",
            "timezone": "UTC",
            "report_style": "Standard",
            "tone_of_voice": "Professional",
            "author_display": "name",
            "link_to_commits": true,
            "if_no_updates": "skip",
            "include_diffs": false,
            "language": "English",
            "model": "plain",
            "own_model": false,
            "webhook_format": null,
            "webhook_host": null,
        },
        "tokens_used": 1_540,
        "model_used": "gpt-4o-mini",
        "cost_usd": number("0.000369"),
        "known_cost_usd": number("0.000369"),
        "commits_processed": 3,
        "commits_at_least": false,
        "range_from": "2026-01-08T00:00:00.000Z",
        "range_to": "2026-01-15T00:00:00.000Z",
        "commit_range_from": null,
        "commit_range_to": "ab".repeat(20),
        "report_content": "# Report\n\nThree commits.",
        "report_format": "markdown",
        "error_message": null,
        "error_code": null,
        "webhook_delivered": false,
        "webhook_delivery_attempts": 0,
        "webhook_last_attempt_at": null,
        "webhook_response_status": null,
        "created_at": "2026-01-15T10:30:00.000Z",
        "updated_at": "2026-01-15T10:30:00.000Z",
        "trigger": "manual",
        "usage_month": "2026-01-01T00:00:00.000Z",
        "attempt": 0,
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
        "degraded": false,
        "quota": {
            "counted": true,
            "reason": "report",
            "month": "2026-01-01T00:00:00.000Z",
            "limit": 50,
            "plan": "free",
        },
    });
    expected["report_content_expired"] = json!(false);
    expected["waiting_until"] = Value::Null;
    expected["degraded_reason"] = json!(null);
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_failed_run_says_why() {
    let house = House::new().await;
    let id = house.started().await;
    house.end(id, Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "The token was refused.")), None).await;
    let body = house.get(ANN, &format!("/report-runs/{id}")).await.expect(200);
    assert_eq!(body["status"], "failed");
    assert_eq!(body["error_code"], "TOKEN_INVALID");
    assert_eq!(body["error_message"], "The token was refused.");
    assert_eq!(body["quota"]["counted"], false);
    assert_eq!(body["report_content"], Value::Null);
}

#[tokio::test]
async fn a_run_that_waits_for_its_git_host_says_until_when_in_every_answer() {
    let house = House::new().await;
    let id = house.started().await;
    let path = format!("/report-runs/{id}");
    assert_eq!(house.get(ANN, &path).await.expect(200)["waiting_until"], Value::Null);
    let (owner, now) = (testkit::builders::owner(1), house.stack.clock_now());
    let begun = house.run(id).await;
    let held = begun.clone().claim(owner, now, Duration::minutes(4)).unwrap();
    house.store.claim(&begun, &held).await.unwrap();
    let waiting = held.wait(owner, Some(Duration::hours(2)), now).unwrap();
    house.store.wait(owner, &waiting).await.unwrap();

    let body = house.get(ANN, &path).await.expect(200);
    let until = json!("2026-01-15T12:30:00.000Z");
    assert_eq!((&body["status"], &body["waiting_until"], &body["attempt"]), (&json!("running"), &until, &json!(1)));
    assert_eq!(body["quota"]["reason"], "running");
    let list = house.get(ANN, "/report-runs?status=running").await.expect(200);
    assert_eq!(list["data"][0]["waiting_until"], until);
    let usage = house.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["runsInFlight"], 1);
    let cancelled = house.post(ANN, &format!("{path}/cancel")).await.expect(200);
    assert_eq!((&cancelled["status"], &cancelled["waiting_until"]), (&json!("cancelled"), &Value::Null));
    let usage = house.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["runsInFlight"], 0);
}

#[tokio::test]
async fn a_text_is_shown_only_by_the_run_that_names_its_attempt() {
    let house = House::new().await;
    let path = |id| format!("/report-runs/{id}");
    let running = house.started().await;
    house.write(running, 0, "not yet").await;
    assert_eq!(house.get(ANN, &path(running)).await.expect(200)["report_content"], Value::Null);

    let content = house.write(running, 0, "ignored").await;
    assert_eq!(content.text, "not yet");
    let other = Findings { content_attempt: Some(1), ..content.findings() };
    house.end(running, Outcome::Success(other), Some(&content)).await;
    let body = house.get(ANN, &path(running)).await.expect(200);
    assert_eq!((&body["status"], &body["report_content"]), (&"success".into(), &Value::Null));

    let cancelled = house.started().await;
    house.write(cancelled, 0, "never shown").await;
    house.post(ANN, &format!("/report-runs/{cancelled}/cancel")).await.expect(200);
    assert_eq!(house.get(ANN, &path(cancelled)).await.expect(200)["report_content"], Value::Null);
}

#[tokio::test]
async fn another_users_run_is_answered_as_one_that_does_not_exist() {
    let house = House::new().await;
    let id = house.report("Ann's.").await;
    let missing = "018d0000-0000-7000-8000-000000000001";
    let mut bodies = Vec::new();
    for path in [format!("/report-runs/{id}"), format!("/report-runs/{missing}")] {
        let mut problem = house.get(BOB, &path).await.expect_problem("NOT_FOUND");
        problem.as_object_mut().unwrap().remove("request_id");
        bodies.push(problem);
    }
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(house.get(BOB, "/report-runs").await.expect(200)["data"], json!([]));
}
