//! The forecast of a month.

use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;
use app::ports::Configurations;
use domain::instant::Duration;
use domain::schedule::Schedule;
use serde_json::json;
use testkit::builders;

/// Ann's report is daily, at nine; it is 10:30 on 15 January.
async fn api() -> TestApi {
    let api = TestApi::new().await;
    let mut configuration = api.configuration.clone();
    configuration.settings.schedule = Schedule::parse("0 9 * * *", "Europe/Berlin").unwrap();
    configuration.progress.next_run_at = Some(builders::at("2026-01-16T08:00:00Z"));
    api.store.put_configuration(&configuration).await.unwrap();
    let mut disabled = builders::configuration(&api.repository, 9);
    disabled.settings.enabled = false;
    disabled.progress.next_run_at = None;
    api.store.put_configuration(&disabled).await.unwrap();
    api
}

#[tokio::test]
async fn due_fires_are_counted_by_report() {
    let api = api().await;
    api.report("Counted.").await;
    api.started().await;
    let body = api.get(ANN, "/report-runs/usage/forecast").await.expect(200);
    let reports = body["reports"].clone();
    let expected = json!({
        "month": "2026-01-01T00:00:00.000Z", "as_of": "2026-01-15T10:30:00.000Z",
        "resets_at": "2026-02-01T00:00:00.000Z", "monthly_limit": 50, "runs_used": 1, "runs_in_flight": 1,
        "blocked_reason": null,
        "runs_due": 16, "runs_fitting": 16, "runs_over_limit": 0, "projected_runs": 18, "limit_reached_at": null,
        "complete": true, "reports": reports,
    });
    assert_eq!(body, expected);
    let daily = json!({
        "configuration_id": api.configuration.id.to_string(), "name": "Hourly report", "schedule": "0 9 * * *",
        "timezone": "Europe/Berlin", "enabled": true, "next_run_at": "2026-01-16T08:00:00.000Z",
        "runs_due": 16, "runs_fitting": 16, "runs_over_limit": 0,
    });
    assert_eq!(reports[0], daily);
    assert_eq!((&reports[1]["enabled"], &reports[1]["runs_due"]), (&false.into(), &0.into()));
    let bobs = api.get(BOB, "/report-runs/usage/forecast").await.expect(200);
    assert_eq!(bobs["reports"][0]["configuration_id"], api.bobs.id.to_string());
}

#[tokio::test]
async fn instant_at_which_the_limit_is_reached_is_returned() {
    let api = api().await;
    api.limit(5).await;
    api.report("Counted.").await;
    let body = api.get(ANN, "/report-runs/usage/forecast").await.expect(200);
    assert_eq!(body["limit_reached_at"], "2026-01-19T08:00:00.000Z");
    assert_eq!((&body["runs_fitting"], &body["runs_over_limit"]), (&4.into(), &12.into()));
    assert_eq!(body["reports"][0]["runs_over_limit"], 12);
    api.limit(1).await;
    let body = api.get(ANN, "/report-runs/usage/forecast").await.expect(200);
    assert_eq!((&body["limit_reached_at"], &body["runs_fitting"]), (&body["as_of"], &0.into()));
}

#[tokio::test]
async fn forecast_has_the_same_tag_within_a_minute() {
    let api = api().await;
    let tag = async || {
        let answer = api.get(ANN, "/report-runs/usage/forecast").await;
        answer.header("etag").unwrap().to_owned()
    };
    let first = tag().await;
    api.stack.clock.advance(Duration::seconds(59));
    assert_eq!(tag().await, first);
    api.stack.clock.advance(Duration::seconds(1));
    assert_ne!(tag().await, first);
}
