//! What is logged of a request: one line, with its user and without what a log must not contain.

use crate::support::call::get;
use crate::support::stack::ANN;
use crate::support::test_api::TestApi;
use serde_json::{Value, json};
use testkit::logs::Logs;
use tracing::Level;

fn span(line: &Value) -> &Value {
    &line["spans"][0]
}

#[tokio::test]
async fn every_request_is_one_line_with_its_user_status_and_duration() {
    let api = TestApi::new().await;
    let logs = Logs::of(Level::INFO);
    let answer = api.get(ANN, "/report-runs/usage").await;
    let lines = logs.lines("request answered");
    let [line] = &lines[..] else { panic!("{}", logs.text()) };
    assert_eq!(logs.text().lines().count(), 1, "{}", logs.text());
    assert_eq!((&line["level"], &line["status"], line["duration_ms"].is_u64()), (&json!("INFO"), &json!(200), true));
    let expected = json!({"name": "request", "request_id": answer.header("x-request-id"), "method": "GET",
        "route": "/report-runs/usage", "user": ANN});
    assert_eq!(span(line), &expected);
}

#[tokio::test]
async fn refusal_is_logged_with_its_code_and_without_query_and_token() {
    let api = TestApi::new().await;
    let logs = Logs::of(Level::DEBUG);
    api.get(ANN, "/report-runs?cursor=secret-in-a-query").await.expect_problem("INVALID_CURSOR");
    get(&api.stack.router, "/report-runs/usage", Some("secret-token")).await.expect_problem("UNAUTHORIZED");
    let lines = logs.lines("request refused");
    let codes: Vec<_> = lines.iter().map(|line| (line["code"].as_str(), span(line)["user"].as_str())).collect();
    assert_eq!(codes, [(Some("INVALID_CURSOR"), Some(ANN)), (Some("UNAUTHORIZED"), None)]);
    let text = logs.text();
    assert!(!text.contains("secret-"), "{text}");
}
