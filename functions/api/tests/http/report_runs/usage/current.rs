//! The usage of a month, field by field.

use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, WINDOW};
use domain::instant::Duration;
use domain::run::{ErrorCode, Failure, Outcome};
use serde_json::{Value, json};

/// The keys that the answer must have.
const SEED: [&str; 3] = ["monthlyUsage", "canRunMore", "monthlyLimit"];
const SEED_MONTHLY: [&str; 8] = [
    "user_id",
    "month",
    "total_runs",
    "successful_runs",
    "failed_runs",
    "total_tokens",
    "total_cost_usd",
    "last_run_at",
];

#[tokio::test]
async fn new_user_has_used_nothing() {
    let api = TestApi::new().await;
    let body = api.get(ANN, "/report-runs/usage").await.expect(200);
    let expected = json!({
        "monthlyUsage": {
            "user_id": ANN,
            "month": "2026-01-01T00:00:00.000Z",
            "total_runs": 0,
            "successful_runs": 0,
            "failed_runs": 0,
            "total_tokens": 0,
            "total_cost_usd": 0,
            "last_run_at": null,
            "counted_runs": 0,
            "cancelled_runs": 0,
            "degraded_runs": 0,
            "test_runs": 0,
            "blocked_runs": 0,
            "unpriced_runs": 0,
            "prompt_tokens": 0,
            "completion_tokens": 0,
        },
        "canRunMore": true,
        "blockedReason": null,
        "monthlyLimit": 50,
        "runsUsed": 0,
        "runsRemaining": 50,
        "runsInFlight": 0,
        "uncountedRuns": {"used": 0, "limit": 1_000},
        "usagePercentage": 0,
        "warning": "none",
        "resetsAt": "2026-02-01T00:00:00.000Z",
        "limits": {"plan_name": "free", "monthly_runs_limit": 50, "max_repositories": 5, "max_reports": 10},
        "currentRepositories": 0,
        "currentReports": 0,
        "revision": 0,
        "as_of": "2026-01-15T10:30:00.000Z",
    });
    assert_eq!(body, expected);
}

/// Ann's month with two reports, a failure, a cancelled run and a running one, of four that may count.
async fn busy_month() -> TestApi {
    let api = TestApi::new().await;
    api.limit(4).await;
    api.report("One.").await;
    api.stack.pass(Duration::minutes(1));
    api.report("Two.").await;
    api.stack.pass(Duration::minutes(1));
    let failed = api.started().await;
    api.end(failed, Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "no")), None).await;
    let cancelled = api.started().await;
    api.post(ANN, &format!("/report-runs/{cancelled}/cancel")).await.expect(200);
    api.started().await;
    api
}

#[tokio::test]
async fn usage_has_every_member_of_the_seed() {
    let body = busy_month().await.get(ANN, "/report-runs/usage").await.expect(200);
    for key in SEED {
        assert!(body.get(key).is_some(), "{key}");
    }
    let month = &body["monthlyUsage"];
    for key in SEED_MONTHLY {
        assert!(month.get(key).is_some(), "{key}");
    }
}

#[tokio::test]
async fn figures_are_those_of_the_runs() {
    let api = busy_month().await;
    let answer = api.get(ANN, "/report-runs/usage").await;
    let body = answer.expect(200);
    let expected = json!({
        "user_id": ANN,
        "month": "2026-01-01T00:00:00.000Z",
        "total_runs": 5,
        "successful_runs": 2,
        "failed_runs": 1,
        "total_tokens": 3_080,
        "total_cost_usd": serde_json::from_str::<Value>("0.000738").unwrap(),
        "last_run_at": "2026-01-15T10:32:00.000Z",
        "counted_runs": 2,
        "cancelled_runs": 1,
        "degraded_runs": 0,
        "test_runs": 0,
        "blocked_runs": 0,
        "unpriced_runs": 0,
        "prompt_tokens": 2_400,
        "completion_tokens": 680,
    });
    assert_eq!(body["monthlyUsage"], expected);
    assert!(answer.text.contains(r#""total_cost_usd":0.000738,"#), "{}", answer.text);
    assert_eq!(body["runsUsed"], 2);
    assert_eq!(body["runsRemaining"], 2);
    assert_eq!(body["runsInFlight"], 1);
    assert_eq!(body["usagePercentage"], 50);
    assert_eq!(body["canRunMore"], true);
    assert_eq!(body["monthlyLimit"], 4);
    let bobs = api.get(BOB, "/report-runs/usage").await.expect(200);
    assert_eq!(bobs["monthlyUsage"]["total_runs"], 0, "each user has their own figures");
}

#[tokio::test]
async fn limit_on_uncounted_runs_is_in_every_answer() {
    let api = TestApi::new().await;
    api.limit(2).await;
    for _ in 0..40 {
        let failed = api.started().await;
        api.end(failed, Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "no")), None).await;
    }
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!((&usage["canRunMore"], &usage["blockedReason"]), (&json!(false), &json!("uncounted_runs_reached")));
    assert_eq!((&usage["runsUsed"], &usage["runsRemaining"]), (&json!(0), &json!(0)));
    assert_eq!(usage["uncountedRuns"], json!({"used": 40, "limit": 40}));
    let forecast = api.get(ANN, "/report-runs/usage/forecast").await.expect(200);
    assert_eq!((&forecast["blocked_reason"], &forecast["runs_fitting"]), (&usage["blockedReason"], &json!(0)));
    assert_eq!(forecast["limit_reached_at"], forecast["as_of"]);
    let refused = api.start().await;
    let problem = refused.expect_problem("UNCOUNTED_RUNS_EXCEEDED");
    assert_eq!((&problem["limit"], &problem["used"]), (&json!(40), &json!(40)));
    assert_eq!(problem["resets_at"], "2026-02-01T00:00:00.000Z");
    assert!(problem["detail"].as_str().unwrap().contains("40 report runs of this month did not count"), "{problem}");
    assert!(refused.header("retry-after").is_some());
    assert_eq!((refused.header("ratelimit-limit"), refused.header("ratelimit-remaining")), (Some("2"), Some("0")));
    let test = format!("/report-configurations/{}/test-webhook", api.configuration.id);
    api.post(ANN, &test).await.expect_problem("UNCOUNTED_RUNS_EXCEEDED");
    let estimate = format!("{}?estimate=true", api.run_path());
    let estimate = api.start_once(ANN, &estimate, "key", WINDOW).await;
    let quota = estimate.expect(200)["quota"].clone();
    assert_eq!((&quota["can_run"], &quota["blocked_reason"]), (&json!(false), &usage["blockedReason"]));
    assert_eq!((&quota["remaining"], estimate.header("ratelimit-remaining")), (&json!(0), Some("0")));
}

#[tokio::test]
async fn slots_in_use_are_in_every_answer() {
    let api = TestApi::new().await;
    api.limit(1).await;
    api.started().await;
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!((&usage["canRunMore"], &usage["blockedReason"]), (&json!(false), &json!("slots_in_use")));
    assert_eq!((&usage["runsRemaining"], &usage["uncountedRuns"]["used"]), (&json!(1), &json!(1)));
    let forecast = api.get(ANN, "/report-runs/usage/forecast").await.expect(200);
    assert_eq!(forecast["blocked_reason"], "slots_in_use");
    api.start().await.expect_problem("SLOTS_IN_USE");
}

#[tokio::test]
async fn warnings_begin_at_80_and_100_percent() {
    let api = TestApi::new().await;
    api.limit(5).await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        api.report("Text.").await;
        let body = api.get(ANN, "/report-runs/usage").await.expect(200);
        seen.push((body["usagePercentage"].to_string(), body["warning"].clone(), body["canRunMore"].clone()));
    }
    let expected = [
        ("20", "none", true),
        ("40", "none", true),
        ("60", "none", true),
        ("80", "approaching", true),
        ("100", "reached", false),
    ];
    let expected: Vec<_> =
        expected.map(|(percent, warning, more)| (percent.to_owned(), Value::from(warning), Value::from(more))).into();
    assert_eq!(seen, expected);
    api.stack.pass(Duration::days(17));
    let next = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(next["monthlyUsage"]["month"], "2026-02-01T00:00:00.000Z");
    assert_eq!((&next["runsUsed"], &next["canRunMore"]), (&0.into(), &true.into()));
}

#[tokio::test]
async fn usage_of_another_month_is_returned() {
    let api = TestApi::new().await;
    api.report("All is well.").await;
    api.stack.pass(Duration::days(30));
    let now = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!((&now["monthlyUsage"]["month"], &now["runsUsed"]), (&json!("2026-02-01T00:00:00.000Z"), &json!(0)));
    let before = api.get(ANN, "/report-runs/usage?month=2026-01").await.expect(200);
    assert_eq!(
        (&before["monthlyUsage"]["month"], &before["runsUsed"]),
        (&json!("2026-01-01T00:00:00.000Z"), &json!(1))
    );
    assert_eq!((&before["resetsAt"], &before["canRunMore"]), (&now["monthlyUsage"]["month"], &json!(false)));
    let named = api.get(ANN, "/report-runs/usage?month=2026-02").await.expect(200);
    assert_eq!(named, now, "this month by its name");
    let last = api.get(ANN, "/report-runs/usage?month=9999-11").await.expect(200);
    assert_eq!(last["resetsAt"], "9999-12-01T00:00:00.000Z");
    let beyond = api.get(ANN, "/report-runs/usage?month=9999-12").await;
    assert_eq!(beyond.status, 422);
    assert!(beyond.text.contains("from 0000-01 to 9999-11"), "{}", beyond.text);
    for month in ["2026-13", "2026", "", "2026-01-01", "9999-12"] {
        let answer = api.get(ANN, &format!("/report-runs/usage?month={month}")).await;
        assert_eq!(crate::support::call::pointers(&answer.expect_problem("VALIDATION_FAILED")), ["/month"], "{month}");
    }
}
