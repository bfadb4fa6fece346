//! Usage by month.

use crate::support::call::{get, pointers};
use crate::support::down::Down;
use crate::support::stack::{ANN, BOB, Stack};
use crate::support::test_api::TestApi;
use domain::instant::Duration;
use serde_json::Value;
use std::sync::Arc;

fn months(body: &Value) -> Vec<(String, u64)> {
    let data = body["data"].as_array().unwrap();
    data.iter()
        .map(|month| (month["month"].as_str().unwrap()[..7].to_owned(), month["total_runs"].as_u64().unwrap()))
        .collect()
}

#[tokio::test]
async fn months_without_runs_are_included() {
    let api = TestApi::new().await;
    api.report("January.").await;
    api.report("January again.").await;
    api.stack.pass(Duration::days(60));
    api.report("March.").await;
    let body = api.get(ANN, "/report-runs/usage/history?months=4").await.expect(200);
    let expected = [("2025-12", 0), ("2026-01", 2), ("2026-02", 0), ("2026-03", 1)];
    assert_eq!(months(&body), expected.map(|(month, runs)| (month.to_owned(), runs)));
    let current = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(body["data"][3], current["monthlyUsage"], "the same figures as the month's own answer");
    let default = api.get(ANN, "/report-runs/usage/history").await.expect(200);
    assert_eq!((months(&default).len(), months(&default)[0].0.as_str()), (12, "2025-04"));
    let longest = api.get(ANN, "/report-runs/usage/history?months=36").await.expect(200);
    assert_eq!(months(&longest).len(), 36);
    let single = api.get(ANN, "/report-runs/usage/history?months=1").await.expect(200);
    assert_eq!(months(&single), [("2026-03".to_owned(), 1)]);
    let bobs = api.get(BOB, "/report-runs/usage/history").await.expect(200);
    assert!(months(&bobs).iter().all(|(_, runs)| *runs == 0));
}

#[tokio::test]
async fn invalid_parameters_do_not_reach_the_store() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let token = stack.token(ANN);
    for (query, pointer) in [("months=0", "/months"), ("months=37", "/months"), ("months=x", "/months"), ("m=1", "/m")]
    {
        let answer = get(&stack.router, &format!("/report-runs/usage/history?{query}"), Some(&token)).await;
        assert_eq!(pointers(&answer.expect_problem("VALIDATION_FAILED")), [pointer], "{query}");
    }
    get(&stack.router, "/report-runs/usage/history", None).await.expect_problem("UNAUTHORIZED");
}
