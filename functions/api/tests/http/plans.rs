//! `GET /plans`.

use crate::support::call::get;
use crate::support::down::Down;
use crate::support::stack::Stack;
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn plans_and_limits_are_public() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let body = get(&stack.router, "/plans", None).await.expect(200);
    let models = body["models"].as_array().unwrap();
    let named = |name: &str| models.iter().find(|model| model["model"] == name);
    let rates = &named("gpt-6-luna").unwrap()["rates"];
    assert_eq!(
        (rates["input_usd_per_million"].to_string(), rates["output_usd_per_million"].to_string()),
        ("0.1".into(), "0.5".into())
    );
    assert_eq!(named("gpt-4o-mini").unwrap()["retired_on"], "2027-01-14");
    assert_eq!(named("gpt-4o-mini").unwrap()["context_tokens"], 128_000);
    assert_eq!(named("gpt-4o-mini").unwrap()["retirement"], json!(null), "a year before");
    assert!(named("us.anthropic.claude-haiku-4-5-20251001-v1:0").is_none());
    let expected = json!({
        "data": [
            {"plan_name": "free", "monthly_runs_limit": 50, "max_repositories": 5, "max_reports": 10,
             "shortest_interval_minutes": 60, "own_model": false},
            {"plan_name": "pro", "monthly_runs_limit": 500, "max_repositories": 9_999, "max_reports": 9_999,
             "shortest_interval_minutes": 5, "own_model": true},
        ],
        "pagination": {"limit": 2, "offset": 0, "has_more": false, "next_cursor": null},
    });
    assert_eq!((&body["data"], &body["pagination"]), (&expected["data"], &expected["pagination"]));
}
