//! A closed account: from the answer that closed it on, every operation refuses or returns an empty account.

use crate::openapi::Ids;
use crate::support::call::{Answer, request, send};
use crate::support::stack::ANN;
use crate::support::test_api::TestApi;
use api::openapi::listed;
use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

/// A user without any record.
const NEW: &str = "0d9c5e0e-6c1b-4a53-9d2f-00000000ffff";

/// Reads of usage: the figures of each month are kept.
const USAGE: [&str; 3] = ["/report-runs/usage", "/report-runs/usage/history", "/report-runs/usage/forecast"];

async fn ask(api: &TestApi, user: &str, method: Method, path: &str, body: String) -> Answer {
    let ask = request(method, path, Some(&api.stack.token(user))).header("content-type", "application/json");
    send(&api.stack.router, ask.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn every_operation_refuses_or_returns_an_empty_account_at_once() {
    let api = TestApi::new().await;
    let ids = Ids::of(&api, api.report("Text.").await);
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["runsUsed"], 1);
    api.delete(ANN, "/users/profile").await.expect(202);
    let (mut empty, mut absent, mut refused) = (0, 0, 0);
    for (method, place, public) in listed() {
        if public || place.starts_with("/admin") || (method.as_str(), place.as_str()) == ("DELETE", "/users/profile") {
            continue;
        }
        let (verb, path) = ids.addressed(&method, &place);
        let answer = ask(&api, ANN, verb.clone(), &path, ids.body(&method, &place)).await;
        if method != "GET" {
            let problem = answer.expect_problem("FORBIDDEN");
            assert!(problem["detail"].to_string().contains("account is closed"), "{method} {path}: {problem}");
            refused += 1;
        } else if place.contains('{') {
            answer.expect_problem("NOT_FOUND");
            absent += 1;
        } else {
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            let new = ask(&api, NEW, verb, &path, String::new()).await;
            if USAGE.contains(&path.as_str()) {
                continue;
            }
            assert_eq!(answer.text.replace(ANN, NEW), new.text, "{path}");
            empty += 1;
        }
    }
    assert!(empty >= 5 && absent >= 6 && refused >= 15, "{empty} {absent} {refused}");
}

#[tokio::test]
async fn usage_of_a_closed_account_is_kept_and_no_run_starts() {
    let api = TestApi::new().await;
    api.report("Text.").await;
    let before = api.get(ANN, "/report-runs/usage").await.expect(200);
    let history = api.get(ANN, "/report-runs/usage/history").await.expect(200);
    api.delete(ANN, "/users/profile").await.expect(202);
    let after = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(after["monthlyUsage"], before["monthlyUsage"]);
    assert_eq!((&after["canRunMore"], &after["blockedReason"]), (&json!(false), &json!("account_closed")));
    assert_eq!((&after["runsRemaining"], &after["currentReports"]), (&json!(0), &json!(0)));
    assert_eq!(api.get(ANN, "/report-runs/usage/history").await.expect(200), history);
    let forecast = api.get(ANN, "/report-runs/usage/forecast").await.expect(200);
    assert_eq!((&forecast["blocked_reason"], &forecast["reports"]), (&json!("account_closed"), &json!([])));
    assert_eq!(forecast["runs_fitting"], 0);
}

#[tokio::test]
async fn repeated_key_of_a_closed_account_is_refused_like_a_new_one() {
    let api = TestApi::new().await;
    let repository = json!({"url": "https://github.com/octocat/other"}).to_string();
    let place = "/repositories";
    api.start_once(ANN, place, "key", &repository).await.expect(201);
    let run = api.start_once(ANN, &api.run_path(), "run", crate::support::test_api::WINDOW).await.expect(202);
    assert!(run["id"].is_string());
    api.delete(ANN, "/users/profile").await.expect(202);
    api.start_once(ANN, place, "key", &repository).await.expect_problem("FORBIDDEN");
    let again = api.start_once(ANN, &api.run_path(), "run", crate::support::test_api::WINDOW).await;
    again.expect_problem("FORBIDDEN");
    let cancel = format!("/report-runs/{}/cancel", run["id"].as_str().unwrap());
    let cancel: Value = api.post(ANN, &cancel).await.expect_problem("FORBIDDEN");
    assert!(cancel["detail"].as_str().unwrap().ends_with('.'));
}
