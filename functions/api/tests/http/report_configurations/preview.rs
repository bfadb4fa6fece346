//! What a configuration would lead to, before it is saved.

use crate::support::call::pointers;
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, user};
use app::ports::Accounts;
use domain::account::Overrides;
use serde_json::{Value, json};

const PREVIEW: &str = "/report-configurations/preview";

async fn preview(api: &TestApi, body: &Value) -> Value {
    api.create(ANN, PREVIEW, body).await.expect(200)
}

fn problems(preview: &Value) -> Vec<String> {
    pointers(&json!({"errors": preview["problems"]}))
}

/// Nothing of Ann's saved report is due any more this month.
async fn stopped(api: &TestApi) {
    let path = format!("/report-configurations/{}", api.configuration.id);
    api.send(ANN, (axum::http::Method::PATCH, &path), &[], Some(&json!({"enabled": false}))).await.expect(200);
}

#[tokio::test]
async fn schedule_impact_and_forecast_are_returned() {
    let api = TestApi::new().await;
    stopped(&api).await;
    api.limit(5).await;
    api.report("Counted.").await;
    let body =
        json!({"schedule": "0 9 * * *", "timezone": "europe/berlin", "repository_id": api.repository.id.to_string()});
    let found = preview(&api, &body).await;
    let schedule = &found["schedule"];
    assert_eq!((&schedule["expression"], &schedule["timezone"]), (&json!("0 9 * * *"), &json!("Europe/Berlin")));
    assert_eq!(schedule["words"], "At 09:00, every day, on the clock of Europe/Berlin.");
    let first = json!({"at": "2026-01-16T08:00:00.000Z", "local": "2026-01-16T09:00:00.000+01:00"});
    assert_eq!((schedule["next_fires"].as_array().unwrap().len(), &schedule["next_fires"][0]), (5, &first));
    let impact = json!({"runs_this_month": 16, "runs_per_month": 28, "monthly_limit": 5, "exceeds_limit": true});
    assert_eq!(found["quota_impact"], impact);
    let forecast = json!({
        "monthly_runs_limit": 5, "used": 1, "expected_runs": 17, "limit_reached_at": "2026-01-19T08:00:00.000Z",
        "reports_that_do_not_fit": 12,
    });
    assert_eq!((&found["forecast"], &found["problems"]), (&forecast, &json!([])));
    let disabled = preview(&api, &json!({"schedule": "0 9 * * *", "enabled": false})).await;
    assert_eq!(
        (&disabled["quota_impact"]["runs_this_month"], &disabled["forecast"]["expected_runs"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(disabled["schedule"]["next_fires"].as_array().unwrap().len(), 5);
    let listed = api.get(ANN, "/report-configurations").await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 1, "nothing is saved");
}

#[tokio::test]
async fn saved_configuration_gives_the_defaults_and_its_share_is_replaced() {
    let api = TestApi::new().await;
    let id = api.configuration.id.to_string();
    let saved = preview(&api, &json!({"id": id})).await;
    assert_eq!(saved["schedule"]["expression"], "0 * * * *");
    let due = api.get(ANN, "/report-runs/usage/forecast").await.expect(200)["runs_due"].clone();
    assert_eq!(saved["forecast"]["expected_runs"], due, "as it is saved");
    let rarer = preview(&api, &json!({"id": id, "schedule": "0 9 * * *"})).await;
    assert_eq!(rarer["forecast"]["expected_runs"], 16, "instead of the hourly runs");
    let second = preview(&api, &json!({"schedule": "0 9 * * *"})).await;
    let both = second["forecast"]["expected_runs"].as_u64().unwrap();
    assert_eq!(both, 16 + due.as_u64().unwrap(), "beside them");
    let foreign = api.create(BOB, PREVIEW, &json!({"id": id, "schedule": "0 9 * * *"})).await.expect(200);
    assert_eq!(problems(&foreign), ["/id"]);
}

#[tokio::test]
async fn invalid_fields_are_problems_and_the_others_are_used() {
    let api = TestApi::new().await;
    for (body, pointed) in [
        (json!({}), vec![]),
        (json!({"schedule": "0 25 * * *"}), vec!["/schedule"]),
        (json!({"schedule": "0 9 * * *", "timezone": "Mars"}), vec!["/timezone"]),
        (json!({"schedule": 5, "webhook_url": "x", "enabled": "yes"}), vec!["/schedule", "/webhook_url", "/enabled"]),
        (
            json!({"schedule": "0 9 * * *", "repository_id": api.bobs.settings.repository.to_string()}),
            vec!["/repository_id"],
        ),
        (json!({"schedule": "*/5 * * * *"}), vec!["/schedule"]),
        (json!({"webhook_url": "http://example.com/hook"}), vec!["/webhook_url"]),
        (json!({"report_style": "Loud", "language": ""}), vec!["/report_style", "/language"]),
    ] {
        let found = preview(&api, &body).await;
        assert_eq!(problems(&found), pointed, "{body}: {found}");
        let details = found["problems"].as_array().unwrap().iter();
        assert!(details.clone().all(|problem| !problem["detail"].as_str().unwrap().is_empty()), "{found}");
    }
    let often = preview(&api, &json!({"schedule": "*/5 * * * *"})).await;
    assert_eq!(often["schedule"]["expression"], "*/5 * * * *", "valid, but not in the plan");
    let zone = preview(&api, &json!({"schedule": "0 9 * * *", "timezone": "Mars"})).await;
    assert_eq!((&zone["schedule"], &zone["forecast"]), (&Value::Null, &Value::Null));
    let unknown = api.create(ANN, PREVIEW, &json!({"cron": "0 9 * * *"})).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&unknown), ["/cron"]);
}

#[tokio::test]
async fn full_plan_is_a_problem_of_a_new_configuration_only() {
    let api = TestApi::new().await;
    api.limit(50).await;
    for _ in 0..10 {
        let body = json!({"repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "@daily"});
        api.create(ANN, "/report-configurations", &body).await.expect(201);
    }
    let new = preview(&api, &json!({"schedule": "@daily"})).await;
    assert_eq!(problems(&new), [""], "{new}");
    let saved = preview(&api, &json!({"id": api.configuration.id.to_string(), "schedule": "@daily"})).await;
    assert_eq!(problems(&saved), Vec::<String>::new());
}

/// What is saved already stays allowed, also after the plan has become smaller.
#[tokio::test]
async fn saved_schedule_that_the_plan_no_longer_allows_is_no_problem() {
    let api = TestApi::new().await;
    let id = api.configuration.id.to_string();
    let mut account = api.store.account(user(ANN)).await.unwrap();
    account.overrides = Overrides { shortest_interval_minutes: Some(1_440), ..Overrides::default() };
    api.store.put_account(&account).await.unwrap();
    assert_eq!(problems(&preview(&api, &json!({"id": id, "name": "Hourly"})).await), [""; 0]);
    assert_eq!(problems(&preview(&api, &json!({"id": id, "schedule": "30 * * * *"})).await), ["/schedule"]);
    assert_eq!(problems(&preview(&api, &json!({"schedule": "0 * * * *"})).await), ["/schedule"]);
}
