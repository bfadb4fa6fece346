//! The estimate of a report, before anything is spent.

use crate::support::call::{Answer, pointers};
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, WINDOW};
use app::ports::GitFailure;
use axum::http::Method;
use serde_json::{Value, json};
use testkit::builders::at;

async fn estimate(api: &TestApi, user: &str, path: &str) -> Answer {
    let window: Value = serde_json::from_str(WINDOW).unwrap();
    api.send(user, (Method::POST, path), &[("idempotency-key", "estimate")], Some(&window)).await
}

/// A configuration of Ann's whose reports a model writes, with two commits in the window.
async fn modelled(api: &TestApi) -> String {
    let body = json!({
        "repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "@daily", "model": "gpt-4o-mini",
    });
    let made = api.create(ANN, "/report-configurations", &body).await.expect(201);
    api.stack.outside.git.push(at("2026-01-13T10:00:00Z"), "feat: one");
    api.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: two");
    format!("/report-configurations/{}/run", made["id"].as_str().unwrap())
}

#[tokio::test]
async fn estimate_has_commits_tokens_and_cost_and_stores_nothing() {
    let api = TestApi::new().await;
    let path = modelled(&api).await;
    let before = api.items().await;
    for path in [path.clone(), path.replace("/run", "/manual-trigger")] {
        let answer = estimate(&api, ANN, &format!("{path}?estimate=true")).await;
        let estimate_body = answer.expect(200);
        assert_eq!(
            (&estimate_body["commits"], &estimate_body["model"], &estimate_body["would_count"]),
            (&json!(2), &json!("gpt-4o-mini"), &json!(true))
        );
        assert_eq!(estimate_body["range"], serde_json::from_str::<Value>(WINDOW).unwrap());
        let prompt = estimate_body["estimated_prompt_tokens"].as_u64().unwrap();
        // An answer with a fault is asked for once more.
        assert!((200..4_000).contains(&prompt), "{estimate_body}");
        assert_eq!(estimate_body["estimated_completion_tokens"], 2 * 8_192);
        let micros = (prompt * 150_000 + 2 * 8_192 * 600_000 + 500_000) / 1_000_000;
        assert_eq!(estimate_body["estimated_cost_usd"].to_string(), format!("0.{micros:06}").trim_end_matches('0'));
        assert_eq!(estimate_body["rates"]["input_usd_per_million"].to_string(), "0.15");
        let quota = json!({"plan": "free", "limit": 50, "used": 0, "remaining": 50, "can_run": true,
            "blocked_reason": null, "resets_at": "2026-02-01T00:00:00.000Z"});
        assert_eq!(estimate_body["quota"], quota);
        assert_eq!((answer.header("ratelimit-remaining"), answer.header("location")), (Some("50"), None));
    }
    assert_eq!(api.items().await, before);
    assert!(api.stack.queue.take_due().is_empty());
    // The key has not been used: a start with it is accepted.
    estimate(&api, ANN, &path).await.expect(202);
}

#[tokio::test]
async fn plain_report_costs_nothing() {
    let api = TestApi::new().await;
    api.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: one");
    let estimate_body = estimate(&api, ANN, &format!("{}?estimate=true", api.run_path())).await.expect(200);
    let tokens = (&estimate_body["estimated_prompt_tokens"], &estimate_body["estimated_completion_tokens"]);
    assert_eq!((tokens, &estimate_body["estimated_cost_usd"]), ((&json!(0), &json!(0)), &json!(0)));
    assert_eq!((&estimate_body["model"], &estimate_body["rates"]), (&json!("plain"), &Value::Null));
}

#[tokio::test]
async fn refusal_of_the_git_host_has_its_code() {
    let api = TestApi::new().await;
    let path = format!("{}?estimate=true", modelled(&api).await);
    let minute = std::time::Duration::from_mins(1);
    for (failure, code, retry_after) in [
        (GitFailure::NotFound, "REPOSITORY_NOT_FOUND", None),
        (GitFailure::TokenInvalid, "TOKEN_INVALID", None),
        (GitFailure::RateLimited { retry_after: minute }, "GIT_RATE_LIMITED", Some("60")),
        (GitFailure::Unavailable, "REPOSITORY_UNREACHABLE", None),
        (GitFailure::Forbidden, "REPOSITORY_UNREACHABLE", None),
    ] {
        api.stack.outside.git.fail(Some(failure));
        let answer = estimate(&api, ANN, &path).await;
        answer.expect_problem(code);
        assert_eq!(answer.header("retry-after"), retry_after, "{code}");
    }
}

#[tokio::test]
async fn range_is_checked_like_that_of_a_run() {
    let api = TestApi::new().await;
    let path = format!("{}?estimate=true", api.run_path());
    let long = json!({"from": "2026-01-01T00:00:00Z", "to": "2026-02-02T00:00:00Z"});
    let problem = api.create(ANN, &path, &long).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&problem), ["/from"]);
    for wrong in ["estimate=maybe", "estimated=true", "estimate=true&estimate=false"] {
        let answer = estimate(&api, ANN, &format!("{}?{wrong}", api.run_path())).await;
        answer.expect_problem("VALIDATION_FAILED");
    }
    assert!(api.stack.queue.take_due().is_empty());
    estimate(&api, ANN, &format!("{}?estimate=false", api.run_path())).await.expect(202);
}

#[tokio::test]
async fn estimate_of_a_used_up_month_is_answered() {
    let api = TestApi::new().await;
    api.limit(0).await;
    let estimate_body = estimate(&api, ANN, &format!("{}?estimate=true", api.run_path())).await.expect(200);
    assert_eq!((&estimate_body["quota"]["can_run"], &estimate_body["quota"]["remaining"]), (&json!(false), &json!(0)));
}

#[tokio::test]
async fn configuration_of_another_user_is_not_found() {
    let api = TestApi::new().await;
    estimate(&api, BOB, &format!("{}?estimate=true", api.run_path())).await.expect_problem("NOT_FOUND");
}
