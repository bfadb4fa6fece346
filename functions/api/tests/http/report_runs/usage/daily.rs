//! Usage by day.

use crate::support::call::{get, pointers};
use crate::support::down::Down;
use crate::support::stack::{ANN, BOB, Stack};
use crate::support::test_api::TestApi;
use domain::instant::Duration;
use domain::run::{ErrorCode, Failure, Outcome};
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn month_is_returned_day_by_day() {
    let api = TestApi::new().await;
    api.report("The 15th.").await;
    let failed = api.started().await;
    api.end(failed, Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "no")), None).await;
    api.stack.pass(Duration::hours(14));
    api.report("The 16th.").await;
    let running = api.started().await;
    let body = api.get(ANN, "/report-runs/usage/daily?month=2026-01").await.expect(200);
    let days = body["data"].as_array().unwrap();
    assert_eq!(days.len(), 31);
    let expected = json!({
        "date": "2026-01-15", "total_runs": 2, "counted_runs": 1, "successful_runs": 1, "failed_runs": 1,
        "cancelled_runs": 0, "unpriced_runs": 0, "total_tokens": 1_540, "prompt_tokens": 1_200,
            "completion_tokens": 340,
        "total_cost_usd": serde_json::from_str::<serde_json::Value>("0.000369").unwrap(),
    });
    assert_eq!(days[14], expected);
    assert_eq!((&days[15]["date"], &days[15]["total_runs"]), (&"2026-01-16".into(), &2.into()), "{running} too");
    let runs: u64 = days.iter().map(|day| day["total_runs"].as_u64().unwrap()).sum();
    assert_eq!(runs, 4);
    assert_eq!(api.get(ANN, "/report-runs/usage/daily").await.expect(200), body, "this month, if none is named");
    let february = api.get(ANN, "/report-runs/usage/daily?month=2024-02").await.expect(200);
    assert_eq!(february["data"].as_array().unwrap().len(), 29);
    let bobs = api.get(BOB, "/report-runs/usage/daily").await.expect(200);
    assert_eq!(bobs["data"][14]["total_runs"], 0);
}

#[tokio::test]
async fn invalid_month_is_refused() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let token = stack.token(ANN);
    for month in ["2026", "2026-13", "2026-1", "2026-01-01", "+026-01", "26-01-0", "january", "9999-12"] {
        let answer = get(&stack.router, &format!("/report-runs/usage/daily?month={month}"), Some(&token)).await;
        assert_eq!(pointers(&answer.expect_problem("VALIDATION_FAILED")), ["/month"], "{month}");
    }
    let api = TestApi::new().await;
    for month in ["0000-01", "1969-12", "9999-11"] {
        api.get(ANN, &format!("/report-runs/usage/daily?month={month}")).await.expect(200);
    }
}
