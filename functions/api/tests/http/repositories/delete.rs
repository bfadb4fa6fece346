//! A repository goes, and what is scheduled of it stops.

use crate::support::house::{House, user};
use crate::support::stack::ANN;
use app::ports::{Accounts, Clock, Configurations, DueIndex, DueKind, Repositories};
use domain::id::shard;
use domain::instant::Duration;
use serde_json::json;

#[tokio::test]
async fn a_deletion_stops_the_schedules_gives_the_place_back_and_keeps_the_history() {
    let house = House::new().await;
    let run = house.report("All is well.").await;
    let made = house.create(ANN, "/repositories", &json!({"url": "https://github.com/octocat/x"})).await.expect(201);
    let path = format!("/repositories/{}", made["id"].as_str().unwrap());
    assert_eq!(house.delete(ANN, &path).await.status, 204);
    house.get(ANN, &path).await.expect_problem("NOT_FOUND");
    house.delete(ANN, &path).await.expect_problem("NOT_FOUND");
    assert_eq!(house.store.account(user(ANN)).await.unwrap().repositories, 0);

    // The first one was put without being counted.
    let path = format!("/repositories/{}", house.repository.id);
    assert_eq!(house.delete(ANN, &path).await.status, 204);
    assert_eq!(house.store.account(user(ANN)).await.unwrap().repositories, 0);
    let tombstone = house.store.repository(user(ANN), house.repository.id).await.unwrap().unwrap();
    assert!(tombstone.deleted_at.is_some() && tombstone.token.is_none());
    let stopped = house.store.configuration(user(ANN), house.configuration.id).await.unwrap().unwrap();
    assert!(!stopped.settings.enabled);
    assert_eq!((stopped.progress.next_run_at, stopped.progress.due_at), (None, None));
    assert_eq!(stopped.progress.total_runs, 1);
    let later = house.stack.clock.now() + Duration::days(400);
    let due = house.store.due(DueKind::Fire, shard(stopped.id.uuid()), later, 10).await.unwrap();
    assert!(due.iter().all(|due| due.user != user(ANN)), "{due:?}");
    assert_eq!(house.get(ANN, &format!("/report-runs/{run}")).await.expect(200)["status"], "success");
    assert_eq!(house.get(ANN, "/report-runs/usage").await.expect(200)["runsUsed"], 1);
    assert_eq!(house.get(ANN, "/repositories").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn a_repeated_key_whose_repository_or_configuration_was_deleted_is_a_conflict() {
    let house = House::new().await;
    let body = json!({"url": "https://github.com/octocat/x"}).to_string();
    let made = house.start_once(ANN, "/repositories", "key", &body).await.expect(201);
    let path = format!("/repositories/{}", made["id"].as_str().unwrap());
    assert_eq!(house.delete(ANN, &path).await.status, 204);
    house.start_once(ANN, "/repositories", "key", &body).await.expect_problem("IDEMPOTENCY_RESULT_DELETED");
    let other = json!({"url": "https://github.com/octocat/y"}).to_string();
    house.start_once(ANN, "/repositories", "key", &other).await.expect_problem("IDEMPOTENCY_KEY_REUSED");

    let repository = house.repository.id.to_string();
    let body = json!({"repository_id": repository, "branch": "main", "schedule": "@daily"}).to_string();
    let made = house.start_once(ANN, "/report-configurations", "another", &body).await.expect(201);
    let path = format!("/report-configurations/{}", made["id"].as_str().unwrap());
    assert_eq!(house.delete(ANN, &path).await.status, 204);
    let again = house.start_once(ANN, "/report-configurations", "another", &body).await;
    again.expect_problem("IDEMPOTENCY_RESULT_DELETED");
    house.start_once(ANN, "/report-configurations", "a-new-key", &body).await.expect(201);
}

#[tokio::test]
async fn a_deletion_that_broke_off_goes_on_when_it_is_asked_again() {
    let house = House::new().await;
    let mut tombstone = house.repository.clone();
    tombstone.deleted_at = Some(house.stack.clock.now());
    house.store.put_repository(&tombstone).await.unwrap();
    house.delete(ANN, &format!("/repositories/{}", house.repository.id)).await.expect_problem("NOT_FOUND");
    let stopped = house.store.configuration(user(ANN), house.configuration.id).await.unwrap().unwrap();
    assert_eq!((stopped.settings.enabled, stopped.progress.next_run_at), (false, None));
}
