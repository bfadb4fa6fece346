//! The accounts with usage, the usage of all of them, and the changes of one.

use super::set;
use crate::support::call::{Answer, get, pointers};
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;
use crate::support::token;
use app::usage::FoldFleet;
use domain::instant::Duration;
use domain::run::{ErrorCode, Failure, Outcome};
use serde_json::{Value, json};
use std::sync::Arc;

async fn as_admin(api: &TestApi, path: &str) -> Answer {
    let mut claims = token::claims(BOB, api.stack.seconds());
    claims["app_metadata"] = json!({"role": "admin"});
    get(&api.stack.router, path, Some(&token::with(&claims))).await
}

/// A tick sums up the accounts.
async fn fold(api: &TestApi) {
    api.stack.pass(Duration::minutes(1));
    let fold = FoldFleet { clock: Arc::new(api.stack.clock.clone()), fleet: api.store.clone() };
    fold.run(api.stack.clock_now() + Duration::minutes(1)).await.unwrap();
}

#[tokio::test]
async fn accounts_with_usage_are_listed_after_a_tick() {
    let api = TestApi::new().await;
    api.limit(2).await;
    api.report("One.").await;
    let failed = api.started().await;
    api.end(failed, Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "no")), None).await;
    let before = as_admin(&api, "/admin/accounts").await.expect(200);
    assert_eq!((&before["data"], &before["as_of"]), (&json!([]), &Value::Null));
    fold(&api).await;
    let body = as_admin(&api, "/admin/accounts").await.expect(200);
    assert_eq!(body["as_of"], "2026-01-15T10:31:00.000Z");
    let last_run_at = api.get(ANN, "/report-runs/usage").await.expect(200)["monthlyUsage"]["last_run_at"].clone();
    let expected = json!([{
        "user_id": ANN, "plan": "free", "monthly_runs_limit": 2, "counted_runs": 1, "usage_percentage": 50,
        "successful_runs": 1, "failed_runs": 1, "test_runs": 0, "blocked_runs": 0, "runs_in_flight": 0,
        "total_tokens": 1_540, "cost_usd": serde_json::from_str::<Value>("0.000369").unwrap(),
        "last_run_at": last_run_at, "warning": "none",
    }]);
    assert_eq!(body["data"], expected);
    let pages = json!({"limit": 50, "offset": 0, "has_more": false, "next_cursor": null});
    assert_eq!(body["pagination"], pages);
    for (query, found) in [
        ("near_limit=true", 0),
        ("near_limit=false&sort=user", 1),
        ("search=0D9C5E0E", 1),
        (&format!("search={ANN}"), 1),
        ("search=1", 0),
        ("offset=1", 0),
    ] {
        let body = as_admin(&api, &format!("/admin/accounts?{query}")).await.expect(200);
        assert_eq!(body["data"].as_array().unwrap().len(), found, "{query}");
    }
    api.report("Two.").await;
    fold(&api).await;
    let near = as_admin(&api, "/admin/accounts?near_limit=true").await.expect(200);
    assert_eq!((&near["data"][0]["warning"], &near["data"][0]["usage_percentage"]), (&json!("reached"), &json!(100)));
}

#[tokio::test]
async fn usage_of_all_accounts_is_summed_up() {
    let api = TestApi::new().await;
    api.report("One.").await;
    let failed = api.started().await;
    api.end(failed, Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "no")), None).await;
    fold(&api).await;
    let body = as_admin(&api, "/admin/usage").await.expect(200);
    let cost: Value = serde_json::from_str("0.000369").unwrap();
    assert_eq!((&body["month"], &body["accounts"]), (&json!("2026-01-01T00:00:00.000Z"), &json!(1)));
    assert_eq!(
        body["totals"],
        json!({
            "runs": 2, "successful_runs": 1, "failed_runs": 1, "cancelled_runs": 0, "counted_runs": 1,
            "degraded_runs": 0, "test_runs": 0, "blocked_runs": 0, "unpriced_runs": 0, "total_tokens": 1_540,
            "cost_usd": cost,
        })
    );
    let days = body["days"].as_array().unwrap();
    assert_eq!((days.len(), &days[14]["day"], &days[14]["failed_runs"]), (31, &json!("2026-01-15"), &json!(1)));
    assert_eq!(days[13]["successful_runs"], 0);
    assert_eq!(body["error_codes"], json!([{"code": "TOKEN_INVALID", "runs": 1}]));
    let models = json!([
        {"model": "gpt-4o-mini", "runs": 1, "total_tokens": 1_540, "cost_usd": cost},
        {"model": "none", "runs": 1, "total_tokens": 0, "cost_usd": 0},
    ]);
    assert_eq!(body["models"], models);
    let february = as_admin(&api, "/admin/usage?month=2026-02").await.expect(200);
    assert_eq!((&february["as_of"], &february["accounts"]), (&Value::Null, &json!(0)));
}

#[tokio::test]
async fn sums_are_for_administrators() {
    let api = TestApi::new().await;
    for path in ["/admin/accounts", "/admin/usage", "/admin/accounts?sort=x"] {
        api.get(ANN, path).await.expect_problem("FORBIDDEN");
    }
    let refused = as_admin(&api, "/admin/accounts?sort=x&search=xyz&near_limit=1").await;
    assert_eq!(pointers(&refused.expect_problem("VALIDATION_FAILED")), ["/sort", "/search", "/near_limit"]);
}

#[tokio::test]
async fn changes_of_an_account_are_listed_newest_first() {
    let api = TestApi::new().await;
    let path = format!("/admin/accounts/{ANN}");
    assert_eq!(as_admin(&api, &path).await.expect(200)["audit"], json!([]));
    let answer = set(&api, ANN, &json!({"plan": "pro", "monthly_runs_limit": 800})).await.expect(200);
    let first = json!({
        "at": "2026-01-15T10:30:00.000Z", "by": BOB, "change": "plan: free → pro, runs per month: by plan → 800",
    });
    assert_eq!(answer["audit"], json!([first]));
    api.stack.pass(Duration::minutes(1));
    for reports in 1..=20 {
        set(&api, ANN, &json!({"plan": "pro", "monthly_runs_limit": 800, "max_reports": reports})).await.expect(200);
        api.stack.pass(Duration::seconds(1));
    }
    let account = as_admin(&api, &path).await.expect(200);
    let audit = account["audit"].as_array().unwrap();
    assert_eq!((audit.len(), &audit[0]["change"]), (20, &json!("reports: 19 → 20")));
    assert_eq!(audit[19]["change"], "reports: by plan → 1", "the first change is not among the last 20");
    let again = set(&api, ANN, &account).await.expect(200);
    assert_eq!(again["audit"], account["audit"], "what a GET returns can be sent back");
}
