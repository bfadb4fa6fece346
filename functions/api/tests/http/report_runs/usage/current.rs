//! The seed's usage answer, field for field.

use crate::support::house::{House, WINDOW};
use crate::support::stack::{ANN, BOB};
use domain::instant::Duration;
use domain::run::{ErrorCode, Failure, Outcome};
use serde_json::{Value, json};

/// The keys of the seed's example.
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
async fn a_new_user_has_used_nothing() {
    let house = House::new().await;
    let body = house.get(ANN, "/report-runs/usage").await.expect(200);
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
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn the_figures_are_those_of_the_runs() {
    let house = House::new().await;
    house.limit(4).await;
    house.report("One.").await;
    house.stack.pass(Duration::minutes(1));
    house.report("Two.").await;
    house.stack.pass(Duration::minutes(1));
    let failed = house.started().await;
    house.end(failed, Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "no")), None).await;
    let cancelled = house.started().await;
    house.post(ANN, &format!("/report-runs/{cancelled}/cancel")).await.expect(200);
    house.started().await;
    let answer = house.get(ANN, "/report-runs/usage").await;
    let body = answer.expect(200);
    for key in SEED {
        assert!(body.get(key).is_some(), "{key}");
    }
    let month = &body["monthlyUsage"];
    for key in SEED_MONTHLY {
        assert!(month.get(key).is_some(), "{key}");
    }
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
    assert_eq!(*month, expected);
    assert!(answer.text.contains(r#""total_cost_usd":0.000738,"#), "{}", answer.text);
    assert_eq!(body["runsUsed"], 2);
    assert_eq!(body["runsRemaining"], 2);
    assert_eq!(body["runsInFlight"], 1);
    assert_eq!(body["usagePercentage"], 50);
    assert_eq!(body["canRunMore"], true);
    assert_eq!(body["monthlyLimit"], 4);
    let bobs = house.get(BOB, "/report-runs/usage").await.expect(200);
    assert_eq!(bobs["monthlyUsage"]["total_runs"], 0, "nobody sees another's figures");
}

#[tokio::test]
async fn at_the_limit_on_uncounted_runs_every_answer_says_what_a_start_meets() {
    let house = House::new().await;
    house.limit(2).await;
    for _ in 0..40 {
        let failed = house.started().await;
        house.end(failed, Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "no")), None).await;
    }
    let usage = house.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!((&usage["canRunMore"], &usage["blockedReason"]), (&json!(false), &json!("uncounted_runs_reached")));
    assert_eq!((&usage["runsUsed"], &usage["runsRemaining"]), (&json!(0), &json!(0)));
    assert_eq!(usage["uncountedRuns"], json!({"used": 40, "limit": 40}));
    let forecast = house.get(ANN, "/report-runs/usage/forecast").await.expect(200);
    assert_eq!((&forecast["blocked_reason"], &forecast["runs_fitting"]), (&usage["blockedReason"], &json!(0)));
    assert_eq!(forecast["limit_reached_at"], forecast["as_of"]);
    let refused = house.start().await;
    let problem = refused.expect_problem("UNCOUNTED_RUNS_EXCEEDED");
    assert_eq!((&problem["limit"], &problem["used"]), (&json!(40), &json!(40)));
    assert_eq!(problem["resets_at"], "2026-02-01T00:00:00.000Z");
    assert!(problem["detail"].as_str().unwrap().contains("40 report runs of this month did not count"), "{problem}");
    assert!(refused.header("retry-after").is_some());
    assert_eq!((refused.header("ratelimit-limit"), refused.header("ratelimit-remaining")), (Some("2"), Some("0")));
    let test = format!("/report-configurations/{}/test-webhook", house.configuration.id);
    house.post(ANN, &test).await.expect_problem("UNCOUNTED_RUNS_EXCEEDED");
    let estimate = format!("{}?estimate=true", house.run_path());
    let estimate = house.start_once(ANN, &estimate, "key", WINDOW).await;
    let quota = estimate.expect(200)["quota"].clone();
    assert_eq!((&quota["can_run"], &quota["blocked_reason"]), (&json!(false), &usage["blockedReason"]));
    assert_eq!((&quota["remaining"], estimate.header("ratelimit-remaining")), (&json!(0), Some("0")));
}

#[tokio::test]
async fn while_running_runs_hold_the_last_slots_every_answer_says_so() {
    let house = House::new().await;
    house.limit(1).await;
    house.started().await;
    let usage = house.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!((&usage["canRunMore"], &usage["blockedReason"]), (&json!(false), &json!("slots_in_use")));
    assert_eq!((&usage["runsRemaining"], &usage["uncountedRuns"]["used"]), (&json!(1), &json!(1)));
    let forecast = house.get(ANN, "/report-runs/usage/forecast").await.expect(200);
    assert_eq!(forecast["blocked_reason"], "slots_in_use");
    house.start().await.expect_problem("SLOTS_IN_USE");
}

#[tokio::test]
async fn warnings_come_at_80_and_at_100_percent() {
    let house = House::new().await;
    house.limit(5).await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        house.report("Text.").await;
        let body = house.get(ANN, "/report-runs/usage").await.expect(200);
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
    house.stack.pass(Duration::days(17));
    let next = house.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(next["monthlyUsage"]["month"], "2026-02-01T00:00:00.000Z");
    assert_eq!((&next["runsUsed"], &next["canRunMore"]), (&0.into(), &true.into()));
}

#[tokio::test]
async fn another_months_usage_is_that_months() {
    let house = House::new().await;
    house.report("All is well.").await;
    house.stack.pass(Duration::days(30));
    let now = house.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!((&now["monthlyUsage"]["month"], &now["runsUsed"]), (&json!("2026-02-01T00:00:00.000Z"), &json!(0)));
    let before = house.get(ANN, "/report-runs/usage?month=2026-01").await.expect(200);
    assert_eq!(
        (&before["monthlyUsage"]["month"], &before["runsUsed"]),
        (&json!("2026-01-01T00:00:00.000Z"), &json!(1))
    );
    assert_eq!((&before["resetsAt"], &before["canRunMore"]), (&now["monthlyUsage"]["month"], &json!(false)));
    let named = house.get(ANN, "/report-runs/usage?month=2026-02").await.expect(200);
    assert_eq!(named, now, "this month by its name");
    for month in ["2026-13", "2026", "", "2026-01-01"] {
        let answer = house.get(ANN, &format!("/report-runs/usage?month={month}")).await;
        assert_eq!(crate::support::call::pointers(&answer.expect_problem("VALIDATION_FAILED")), ["/month"], "{month}");
    }
}
