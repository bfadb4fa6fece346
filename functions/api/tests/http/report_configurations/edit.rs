//! Edits of configurations: what they change, and what they keep.

use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, user};
use app::ports::{Accounts, Configurations, Repositories};
use axum::http::Method;
use domain::configuration::Configuration;
use domain::instant::Duration;
use serde_json::{Value, json};
use testkit::builders::{self, at};

fn path(api: &TestApi) -> String {
    format!("/report-configurations/{}", api.configuration.id)
}

fn hourly(api: &TestApi) -> Value {
    json!({"repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "0 * * * *"})
}

async fn stored(api: &TestApi) -> Configuration {
    api.store.configuration(user(ANN), api.configuration.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn edit_of_a_name_keeps_fire_and_coverage() {
    let api = TestApi::new().await;
    let mut body = hourly(&api);
    body["name"] = json!("Renamed");
    let answer = api.put(ANN, &path(&api), &body).await;
    let edited = answer.expect(200);
    assert_eq!((&edited["name"], &edited["version"]), (&json!("Renamed"), &json!(2)));
    assert!(answer.header("etag").unwrap().starts_with("\"2-"));
    let after = stored(&api).await;
    assert_eq!(after.progress, api.configuration.progress, "the fire that is due stays due");
    assert_eq!(after.secrets, api.configuration.secrets);
}

#[tokio::test]
async fn changed_schedule_waits_for_its_next_fire() {
    let api = TestApi::new().await;
    let mut body = hourly(&api);
    body["schedule"] = json!("0 9 * * *");
    let edited = api.put(ANN, &path(&api), &body).await.expect(200);
    assert_eq!(edited["next_run_at"], "2026-01-16T09:00:00.000Z");
    let after = stored(&api).await.progress;
    assert_eq!((after.due_at, after.next_run_at), (after.next_run_at, Some(at("2026-01-16T09:00:00Z"))));
    assert_eq!(after.coverage, api.configuration.progress.coverage);
}

#[tokio::test]
async fn fire_with_an_existing_run_is_not_set() {
    let api = TestApi::new().await;
    let fire = at("2026-01-15T12:00:00Z");
    let mut running = api.configuration.clone();
    // A scheduler whose clock is ahead has begun the run of a fire that is in the future here.
    running.progress.active_run = Some(domain::id::RunId::scheduled(running.id, fire));
    running.progress.next_run_at = Some(at("2026-01-15T13:00:00Z"));
    api.store.put_configuration(&running).await.unwrap();
    let mut body = hourly(&api);
    body["schedule"] = json!("0 */2 * * *");
    assert_eq!(api.put(ANN, &path(&api), &body).await.expect(200)["next_run_at"], "2026-01-15T14:00:00.000Z");
    assert_eq!(stored(&api).await.progress.active_run, running.progress.active_run);
}

#[tokio::test]
async fn disabled_configuration_is_not_due_and_enabled_again_waits_for_the_next_fire() {
    let api = TestApi::new().await;
    let mut body = hourly(&api);
    body["enabled"] = json!(false);
    let off = api.put(ANN, &path(&api), &body).await.expect(200);
    assert_eq!((&off["enabled"], &off["next_run_at"]), (&json!(false), &Value::Null));
    assert_eq!(stored(&api).await.progress.due_at, None);
    api.stack.pass(Duration::hours(5));
    body["enabled"] = json!(true);
    let on = api.put(ANN, &path(&api), &body).await.expect(200);
    assert_eq!(on["next_run_at"], "2026-01-15T16:00:00.000Z");
    assert_eq!(stored(&api).await.progress.due_at, Some(at("2026-01-15T16:00:00Z")));
}

#[tokio::test]
async fn changed_branch_or_repository_restarts_coverage() {
    let api = TestApi::new().await;
    let mut covered = api.configuration.clone();
    covered.progress.coverage.covered_until = Some(at("2026-01-15T10:00:00Z"));
    api.store.put_configuration(&covered).await.unwrap();
    let mut body = hourly(&api);
    body["branch"] = json!("next");
    assert_eq!(api.put(ANN, &path(&api), &body).await.expect(200)["covered_until"], Value::Null);
    assert_eq!(stored(&api).await.progress.coverage.generation, 1);
    let other = builders::repository(user(ANN), 9);
    api.store.put_repository(&other).await.unwrap();
    body["repository_id"] = json!(other.id.to_string());
    api.put(ANN, &path(&api), &body).await.expect(200);
    assert_eq!(stored(&api).await.progress.coverage.generation, 2);
}

#[tokio::test]
async fn stale_edit_is_refused() {
    let api = TestApi::new().await;
    let body = hourly(&api);
    let place = path(&api);
    let put = async |tag: &str| api.send(ANN, (Method::PUT, &place), &[("if-match", tag)], Some(&body)).await;
    put("\"1\"").await.expect(200);
    put("\"1\"").await.expect_problem("PRECONDITION_FAILED");
    for (method, path) in [(Method::DELETE, place.clone()), (Method::POST, format!("{place}/rotate-secret"))] {
        let answer = api.send(ANN, (method, &path), &[("if-match", "\"1\"")], None).await;
        answer.expect_problem("PRECONDITION_FAILED");
    }
    assert_eq!(stored(&api).await.version, 2);
}

#[tokio::test]
async fn concurrent_edits_are_all_applied() {
    let api = TestApi::new().await;
    let (body, place) = (hourly(&api), path(&api));
    let answers = futures::future::join_all((0..8).map(|_| api.put(ANN, &place, &body))).await;
    for answer in &answers {
        answer.expect(200);
    }
    assert_eq!(stored(&api).await.version, 9);
}

#[tokio::test]
async fn smaller_plan_keeps_existing_settings_and_refuses_new_ones() {
    let api = TestApi::new().await;
    let mut dense = api.configuration.clone();
    dense.settings.schedule = domain::schedule::Schedule::parse("*/5 * * * *", "UTC").unwrap();
    api.store.put_configuration(&dense).await.unwrap();
    let mut body = hourly(&api);
    body["schedule"] = json!("*/5 * * * *");
    api.put(ANN, &path(&api), &body).await.expect(200);
    body["schedule"] = json!("*/6 * * * *");
    api.put(ANN, &path(&api), &body).await.expect_problem("PLAN_LIMIT_REACHED");
}

#[tokio::test]
async fn deletion_frees_the_place_and_a_running_run_still_ends() {
    let api = TestApi::new().await;
    let made = api.create(ANN, "/report-configurations", &hourly(&api)).await.expect(201);
    let place = format!("/report-configurations/{}", made["id"].as_str().unwrap());
    assert_eq!(api.delete(ANN, &place).await.status, 204);
    assert_eq!(api.store.account(user(ANN)).await.unwrap().configurations, 0);

    let run = api.started().await;
    let place = path(&api);
    assert_eq!(api.delete(ANN, &place).await.status, 204);
    let content = api.write(run, 0, "All is well.").await;
    api.end(run, domain::run::Outcome::Success(content.findings()), Some(&content)).await;
    let tombstone = stored(&api).await;
    assert!(tombstone.deleted_at.is_some());
    assert_eq!((tombstone.progress.next_run_at, tombstone.progress.due_at), (None, None));
    assert_eq!(api.get(ANN, "/report-runs/usage").await.expect(200)["runsUsed"], 1);
    api.get(ANN, &place).await.expect_problem("NOT_FOUND");
    api.put(ANN, &place, &hourly(&api)).await.expect_problem("NOT_FOUND");
    api.delete(ANN, &place).await.expect_problem("NOT_FOUND");
    assert_eq!(api.get(ANN, "/report-configurations").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn configuration_of_another_user_is_not_found_and_unchanged() {
    let api = TestApi::new().await;
    let place = path(&api);
    api.get(BOB, &place).await.expect_problem("NOT_FOUND");
    api.get(BOB, &format!("{place}/scheduling-info")).await.expect_problem("NOT_FOUND");
    let mut body = hourly(&api);
    body["repository_id"] = json!(api.bobs.settings.repository.to_string());
    api.put(BOB, &place, &body).await.expect_problem("NOT_FOUND");
    api.delete(BOB, &place).await.expect_problem("NOT_FOUND");
    for last in ["test", "test-webhook", "rotate-secret"] {
        api.post(BOB, &format!("{place}/{last}")).await.expect_problem("NOT_FOUND");
    }
    assert_eq!(stored(&api).await, api.configuration);
    assert_eq!(api.get(BOB, "/report-configurations").await.expect(200)["data"].as_array().unwrap().len(), 1);
}
