//! The health of a webhook, and the operations that depend on it.

use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, user};
use app::ports::Configurations;
use domain::delivery::{DisabledReason, Health};
use domain::id::ConfigurationId;
use domain::instant::Duration;
use serde_json::json;

const PATH: &str = "/report-configurations";

/// Ann's configuration with a webhook that was disabled.
async fn disabled() -> (TestApi, String) {
    let api = TestApi::new().await;
    let body = json!({
        "repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "0 9 * * *",
        "webhook_url": "https://receiver.example.com/hook",
    });
    let made = api.create(ANN, PATH, &body).await.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    let found = api.store.configuration(user(ANN), ConfigurationId::parse(&id).unwrap()).await.unwrap().unwrap();
    let since = found.created_at + Duration::days(6);
    let health = Health::Disabled { since, reason: DisabledReason::Gone, status: Some(410) };
    api.store.put_configuration(&found.with_delivery_health(health, since)).await.unwrap();
    (api, id)
}

#[tokio::test]
async fn disabled_webhook_is_shown_with_its_reason_and_pauses_the_schedule() {
    let (api, id) = disabled().await;
    let shown = api.get(ANN, &format!("{PATH}/{id}")).await.expect(200);
    assert_eq!(
        shown["delivery_health"],
        json!({
            "state": "disabled", "since": "2026-01-21T10:30:00.000Z", "reason": "gone", "response_status": 410,
        })
    );
    assert_eq!((&shown["next_run_at"], &shown["enabled"]), (&json!(null), &json!(true)));
    assert_eq!(shown["quota_impact"]["runs_per_month"], 0);
}

#[tokio::test]
async fn enabled_webhook_continues_its_schedule() {
    let (api, id) = disabled().await;
    let path = format!("{PATH}/{id}/enable");
    let enabled = api.post(ANN, &path).await.expect(200);
    assert_eq!(enabled["delivery_health"]["state"], "healthy");
    assert_eq!(enabled["next_run_at"], "2026-01-16T09:00:00.000Z");
    assert_eq!(api.post(ANN, &path).await.expect(200), enabled, "a repetition changes nothing");
    api.post(BOB, &path).await.expect_problem("NOT_FOUND");
    let notices = api.get(ANN, "/notices").await.expect(200);
    assert_eq!(notices["data"][0]["type"], "endpoint.enabled");
}

#[tokio::test]
async fn report_for_a_disabled_webhook_is_refused_and_does_not_count() {
    let (api, id) = disabled().await;
    let range = json!({"from": "2026-01-14T00:00:00Z", "to": "2026-01-15T00:00:00Z"});
    let start = format!("{PATH}/{id}/run");
    api.create(ANN, &start, &range).await.expect_problem("WEBHOOK_DISABLED");
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["runsInFlight"], 0);
    api.post(ANN, &format!("{PATH}/{id}/enable")).await.expect(200);
    api.create(ANN, &start, &range).await.expect(202);
}

#[tokio::test]
async fn failed_reports_are_not_recovered_while_the_webhook_is_disabled() {
    let (api, id) = disabled().await;
    let recover = format!("{PATH}/{id}/recover");
    let since = json!({"since": "2026-01-01T00:00:00Z"});
    api.create(ANN, &recover, &since).await.expect_problem("WEBHOOK_DISABLED");
    api.post(ANN, &format!("{PATH}/{id}/enable")).await.expect(200);
    api.create(ANN, &recover, &since).await.expect(202);
}
