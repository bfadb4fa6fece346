//! Edits: what moves with them, and what never does.

use crate::support::house::{House, user};
use crate::support::stack::{ANN, BOB};
use app::ports::{Accounts, Configurations, Repositories};
use axum::http::Method;
use domain::configuration::Configuration;
use domain::instant::Duration;
use serde_json::{Value, json};
use testkit::builders::{self, at};

fn path(house: &House) -> String {
    format!("/report-configurations/{}", house.configuration.id)
}

fn hourly(house: &House) -> Value {
    json!({"repository_id": house.repository.id.to_string(), "branch": "main", "schedule": "0 * * * *"})
}

async fn stored(house: &House) -> Configuration {
    house.store.configuration(user(ANN), house.configuration.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_edit_of_a_name_loses_no_fire_and_no_coverage() {
    let house = House::new().await;
    let mut body = hourly(&house);
    body["name"] = json!("Renamed");
    let answer = house.put(ANN, &path(&house), &body).await;
    let edited = answer.expect(200);
    assert_eq!((&edited["name"], &edited["version"]), (&json!("Renamed"), &json!(2)));
    assert!(answer.header("etag").unwrap().starts_with("\"2-"));
    let after = stored(&house).await;
    assert_eq!(after.progress, house.configuration.progress, "the fire that is due stays due");
    assert_eq!(after.secret, house.configuration.secret);
}

#[tokio::test]
async fn another_schedule_waits_for_its_own_next_fire() {
    let house = House::new().await;
    let mut body = hourly(&house);
    body["schedule"] = json!("0 9 * * *");
    let edited = house.put(ANN, &path(&house), &body).await.expect(200);
    assert_eq!(edited["next_run_at"], "2026-01-16T09:00:00.000Z");
    let after = stored(&house).await.progress;
    assert_eq!((after.due_at, after.next_run_at), (after.next_run_at, Some(at("2026-01-16T09:00:00Z"))));
    assert_eq!(after.coverage, house.configuration.progress.coverage);
}

#[tokio::test]
async fn no_fire_is_set_whose_run_exists() {
    let house = House::new().await;
    let fire = at("2026-01-15T12:00:00Z");
    let mut running = house.configuration.clone();
    // A scheduler whose clock is ahead has begun the run of a fire that is still to come here.
    running.progress.active_run = Some(domain::id::RunId::scheduled(running.id, fire));
    running.progress.next_run_at = Some(at("2026-01-15T13:00:00Z"));
    house.store.put_configuration(&running).await.unwrap();
    let mut body = hourly(&house);
    body["schedule"] = json!("0 */2 * * *");
    assert_eq!(house.put(ANN, &path(&house), &body).await.expect(200)["next_run_at"], "2026-01-15T14:00:00.000Z");
    assert_eq!(stored(&house).await.progress.active_run, running.progress.active_run);
}

#[tokio::test]
async fn disabled_nothing_is_due_and_enabled_again_it_waits_for_the_next() {
    let house = House::new().await;
    let mut body = hourly(&house);
    body["enabled"] = json!(false);
    let off = house.put(ANN, &path(&house), &body).await.expect(200);
    assert_eq!((&off["enabled"], &off["next_run_at"]), (&json!(false), &Value::Null));
    assert_eq!(stored(&house).await.progress.due_at, None);
    house.stack.pass(Duration::hours(5));
    body["enabled"] = json!(true);
    let on = house.put(ANN, &path(&house), &body).await.expect(200);
    assert_eq!(on["next_run_at"], "2026-01-15T16:00:00.000Z");
    assert_eq!(stored(&house).await.progress.due_at, Some(at("2026-01-15T16:00:00Z")));
}

#[tokio::test]
async fn another_branch_or_repository_begins_coverage_anew() {
    let house = House::new().await;
    let mut covered = house.configuration.clone();
    covered.progress.coverage.covered_until = Some(at("2026-01-15T10:00:00Z"));
    house.store.put_configuration(&covered).await.unwrap();
    let mut body = hourly(&house);
    body["branch"] = json!("next");
    assert_eq!(house.put(ANN, &path(&house), &body).await.expect(200)["covered_until"], Value::Null);
    assert_eq!(stored(&house).await.progress.coverage.generation, 1);
    let other = builders::repository(user(ANN), 9);
    house.store.put_repository(&other).await.unwrap();
    body["repository_id"] = json!(other.id.to_string());
    house.put(ANN, &path(&house), &body).await.expect(200);
    assert_eq!(stored(&house).await.progress.coverage.generation, 2);
}

#[tokio::test]
async fn a_lost_update_is_refused() {
    let house = House::new().await;
    let body = hourly(&house);
    let place = path(&house);
    let put = async |tag: &str| house.send(ANN, (Method::PUT, &place), &[("if-match", tag)], Some(&body)).await;
    put("\"1\"").await.expect(200);
    put("\"1\"").await.expect_problem("PRECONDITION_FAILED");
    for (method, path) in [(Method::DELETE, place.clone()), (Method::POST, format!("{place}/rotate-secret"))] {
        let answer = house.send(ANN, (method, &path), &[("if-match", "\"1\"")], None).await;
        answer.expect_problem("PRECONDITION_FAILED");
    }
    assert_eq!(stored(&house).await.version, 2);
}

#[tokio::test]
async fn twenty_edits_at_once_all_happen_one_after_another() {
    let house = House::new().await;
    let (body, place) = (hourly(&house), path(&house));
    let answers = futures::future::join_all((0..8).map(|_| house.put(ANN, &place, &body))).await;
    for answer in &answers {
        answer.expect(200);
    }
    assert_eq!(stored(&house).await.version, 9);
}

#[tokio::test]
async fn a_plan_that_shrank_keeps_what_is_there_and_takes_no_more_of_it() {
    let house = House::new().await;
    let mut dense = house.configuration.clone();
    dense.settings.schedule = domain::schedule::Schedule::parse("*/5 * * * *", "UTC").unwrap();
    house.store.put_configuration(&dense).await.unwrap();
    let mut body = hourly(&house);
    body["schedule"] = json!("*/5 * * * *");
    house.put(ANN, &path(&house), &body).await.expect(200);
    body["schedule"] = json!("*/6 * * * *");
    house.put(ANN, &path(&house), &body).await.expect_problem("PLAN_LIMIT_REACHED");
}

#[tokio::test]
async fn a_deletion_gives_the_place_back_and_a_run_in_flight_still_ends() {
    let house = House::new().await;
    let made = house.create(ANN, "/report-configurations", &hourly(&house)).await.expect(201);
    let place = format!("/report-configurations/{}", made["id"].as_str().unwrap());
    assert_eq!(house.delete(ANN, &place).await.status, 204);
    assert_eq!(house.store.account(user(ANN)).await.unwrap().configurations, 0);

    let run = house.started().await;
    let place = path(&house);
    assert_eq!(house.delete(ANN, &place).await.status, 204);
    let content = house.write(run, 0, "All is well.").await;
    house.end(run, domain::run::Outcome::Success(content.findings()), Some(&content)).await;
    let tombstone = stored(&house).await;
    assert!(tombstone.deleted_at.is_some());
    assert_eq!((tombstone.progress.next_run_at, tombstone.progress.due_at), (None, None));
    assert_eq!(house.get(ANN, "/report-runs/usage").await.expect(200)["runsUsed"], 1);
    house.get(ANN, &place).await.expect_problem("NOT_FOUND");
    house.put(ANN, &place, &hourly(&house)).await.expect_problem("NOT_FOUND");
    house.delete(ANN, &place).await.expect_problem("NOT_FOUND");
    assert_eq!(house.get(ANN, "/report-configurations").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn what_is_of_another_does_not_exist_and_stays_as_it_is() {
    let house = House::new().await;
    let place = path(&house);
    house.get(BOB, &place).await.expect_problem("NOT_FOUND");
    house.get(BOB, &format!("{place}/scheduling-info")).await.expect_problem("NOT_FOUND");
    let mut body = hourly(&house);
    body["repository_id"] = json!(house.bobs.settings.repository.to_string());
    house.put(BOB, &place, &body).await.expect_problem("NOT_FOUND");
    house.delete(BOB, &place).await.expect_problem("NOT_FOUND");
    for last in ["test", "test-webhook", "rotate-secret"] {
        house.post(BOB, &format!("{place}/{last}")).await.expect_problem("NOT_FOUND");
    }
    assert_eq!(stored(&house).await, house.configuration);
    assert_eq!(house.get(BOB, "/report-configurations").await.expect(200)["data"].as_array().unwrap().len(), 1);
}
