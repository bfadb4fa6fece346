//! What a report would come to, asked before anything is spent.

use crate::support::call::{Answer, pointers};
use crate::support::house::{House, WINDOW};
use crate::support::stack::{ANN, BOB};
use app::ports::GitFailure;
use axum::http::Method;
use serde_json::{Value, json};
use testkit::builders::at;

async fn estimate(house: &House, user: &str, path: &str) -> Answer {
    let window: Value = serde_json::from_str(WINDOW).unwrap();
    house.send(user, (Method::POST, path), &[("idempotency-key", "estimate")], Some(&window)).await
}

/// A configuration of Ann's whose reports a model writes, with two commits in the window.
async fn modelled(house: &House) -> String {
    let body = json!({
        "repository_id": house.repository.id.to_string(), "branch": "main", "schedule": "@daily", "model": "gpt-4o-mini",
    });
    let made = house.create(ANN, "/report-configurations", &body).await.expect(201);
    house.stack.outside.git.push(at("2026-01-13T10:00:00Z"), "feat: one");
    house.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: two");
    format!("/report-configurations/{}/run", made["id"].as_str().unwrap())
}

#[tokio::test]
async fn commits_tokens_and_cost_are_told_and_nothing_is_kept() {
    let house = House::new().await;
    let path = modelled(&house).await;
    let before = house.items().await;
    for path in [path.clone(), path.replace("/run", "/manual-trigger")] {
        let answer = estimate(&house, ANN, &format!("{path}?estimate=true")).await;
        let told = answer.expect(200);
        assert_eq!(
            (&told["commits"], &told["model"], &told["would_count"]),
            (&json!(2), &json!("gpt-4o-mini"), &json!(true))
        );
        assert_eq!(told["range"], serde_json::from_str::<Value>(WINDOW).unwrap());
        let prompt = told["estimated_prompt_tokens"].as_u64().unwrap();
        assert!((100..2_000).contains(&prompt), "{told}");
        assert_eq!(told["estimated_completion_tokens"], 8_192);
        let micros = (prompt * 150_000 + 8_192 * 600_000 + 500_000) / 1_000_000;
        assert_eq!(told["estimated_cost_usd"].to_string(), format!("0.{micros:06}").trim_end_matches('0'));
        assert_eq!(told["rates"]["input_usd_per_million"].to_string(), "0.15");
        let quota = json!({"plan": "free", "limit": 50, "used": 0, "remaining": 50, "can_run": true, "blocked_reason": null, "resets_at": "2026-02-01T00:00:00.000Z"});
        assert_eq!(told["quota"], quota);
        assert_eq!((answer.header("ratelimit-remaining"), answer.header("location")), (Some("50"), None));
    }
    assert_eq!(house.items().await, before);
    assert!(house.stack.queue.take_due().is_empty());
    // Its key is as good as new.
    estimate(&house, ANN, &path).await.expect(202);
}

#[tokio::test]
async fn with_the_plain_writer_it_costs_nothing() {
    let house = House::new().await;
    house.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: one");
    let told = estimate(&house, ANN, &format!("{}?estimate=true", house.run_path())).await.expect(200);
    let tokens = (&told["estimated_prompt_tokens"], &told["estimated_completion_tokens"]);
    assert_eq!((tokens, &told["estimated_cost_usd"]), ((&json!(0), &json!(0)), &json!(0)));
    assert_eq!((&told["model"], &told["rates"]), (&json!("plain"), &Value::Null));
}

#[tokio::test]
async fn what_the_git_host_refuses_is_told_by_its_code() {
    let house = House::new().await;
    let path = format!("{}?estimate=true", modelled(&house).await);
    let minute = std::time::Duration::from_mins(1);
    for (failure, code, retry_after) in [
        (GitFailure::NotFound, "REPOSITORY_NOT_FOUND", None),
        (GitFailure::TokenInvalid, "TOKEN_INVALID", None),
        (GitFailure::RateLimited { retry_after: minute }, "GIT_RATE_LIMITED", Some("60")),
        (GitFailure::Unavailable, "REPOSITORY_UNREACHABLE", None),
        (GitFailure::Forbidden, "REPOSITORY_UNREACHABLE", None),
    ] {
        house.stack.outside.git.fail(Some(failure));
        let answer = estimate(&house, ANN, &path).await;
        answer.expect_problem(code);
        assert_eq!(answer.header("retry-after"), retry_after, "{code}");
    }
}

#[tokio::test]
async fn the_range_is_judged_as_that_of_a_run() {
    let house = House::new().await;
    let path = format!("{}?estimate=true", house.run_path());
    let long = json!({"from": "2026-01-01T00:00:00Z", "to": "2026-02-02T00:00:00Z"});
    let problem = house.create(ANN, &path, &long).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&problem), ["/from"]);
    for wrong in ["estimate=maybe", "estimated=true", "estimate=true&estimate=false"] {
        let answer = estimate(&house, ANN, &format!("{}?{wrong}", house.run_path())).await;
        answer.expect_problem("VALIDATION_FAILED");
    }
    assert!(house.stack.queue.take_due().is_empty());
    estimate(&house, ANN, &format!("{}?estimate=false", house.run_path())).await.expect(202);
}

#[tokio::test]
async fn a_used_up_month_is_told_and_not_refused() {
    let house = House::new().await;
    house.limit(0).await;
    let told = estimate(&house, ANN, &format!("{}?estimate=true", house.run_path())).await.expect(200);
    assert_eq!((&told["quota"]["can_run"], &told["quota"]["remaining"]), (&json!(false), &json!(0)));
}

#[tokio::test]
async fn of_another_nothing_is_told() {
    let house = House::new().await;
    estimate(&house, BOB, &format!("{}?estimate=true", house.run_path())).await.expect_problem("NOT_FOUND");
}
