//! Usage by configuration, repository and model.

use crate::support::call::pointers;
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;
use domain::instant::Duration;
use domain::run::{ErrorCode, Failure, Outcome};
use serde_json::{Value, json};

const BREAKDOWN: &str = "/report-runs/usage/breakdown";

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn month_is_divided_by_configuration_repository_and_model() {
    let api = TestApi::new().await;
    let first = api.report("The 15th.").await;
    let failed = api.started().await;
    api.end(failed, Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "no")), None).await;
    api.stack.pass(Duration::hours(14));
    let last = api.report("The 16th.").await;
    api.started().await;
    let last_run_at = api.get(ANN, &format!("/report-runs/{last}")).await.expect(200)["started_at"].clone();
    let body = api.get(ANN, BREAKDOWN).await.expect(200);
    let share = json!({
        "id": api.configuration.id.to_string(), "name": "Hourly report", "runs": 3, "successful_runs": 2,
        "failed_runs": 1, "counted_runs": 2, "test_runs": 0, "total_tokens": 3_080, "cost_usd": number("0.000738"),
        "last_run_at": last_run_at,
    });
    assert_eq!(body, json!({"month": "2026-01-01T00:00:00.000Z", "by": "configuration", "data": [share]}), "{first}");
    let by_repository = api.get(ANN, &format!("{BREAKDOWN}?by=repository&month=2026-01")).await.expect(200);
    let mut expected = share.clone();
    expected["id"] = json!(api.repository.id.to_string());
    expected["name"] = json!("octocat/hello-world");
    assert_eq!(by_repository["data"], json!([expected]));
    let by_model = api.get(ANN, &format!("{BREAKDOWN}?by=model")).await.expect(200);
    let models: Vec<(&Value, &Value, &Value)> =
        by_model["data"].as_array().unwrap().iter().map(|one| (&one["id"], &one["name"], &one["runs"])).collect();
    let (used, none) = (json!("gpt-4o-mini"), json!("none"));
    assert_eq!(
        models,
        [(&used, &Value::Null, &json!(2)), (&none, &Value::Null, &json!(1))],
        "the failed run paid none"
    );
    assert_eq!(api.get(BOB, BREAKDOWN).await.expect(200)["data"], json!([]));
    assert_eq!(api.get(ANN, &format!("{BREAKDOWN}?month=2025-12")).await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn unknown_division_is_refused() {
    let api = TestApi::new().await;
    let refused = api.get(ANN, &format!("{BREAKDOWN}?by=user&month=1")).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&refused), ["/month", "/by"]);
}
