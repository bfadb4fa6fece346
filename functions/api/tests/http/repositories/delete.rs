//! Deletion of repositories, which stops their schedules.

use crate::support::stack::ANN;
use crate::support::test_api::{TestApi, user};
use app::ports::{Accounts, Clock, Configurations, DueIndex, DueKind, Repositories};
use domain::id::shard;
use domain::instant::Duration;
use serde_json::json;

#[tokio::test]
async fn deletion_stops_schedules_frees_the_place_and_keeps_the_history() {
    let api = TestApi::new().await;
    let run = api.report("All is well.").await;
    let made = api.create(ANN, "/repositories", &json!({"url": "https://github.com/octocat/x"})).await.expect(201);
    let path = format!("/repositories/{}", made["id"].as_str().unwrap());
    assert_eq!(api.delete(ANN, &path).await.status, 204);
    api.get(ANN, &path).await.expect_problem("NOT_FOUND");
    api.delete(ANN, &path).await.expect_problem("NOT_FOUND");
    assert_eq!(api.store.account(user(ANN)).await.unwrap().repositories, 0);

    // The first one was put without being counted.
    let path = format!("/repositories/{}", api.repository.id);
    assert_eq!(api.delete(ANN, &path).await.status, 204);
    assert_eq!(api.store.account(user(ANN)).await.unwrap().repositories, 0);
    let tombstone = api.store.repository(user(ANN), api.repository.id).await.unwrap().unwrap();
    assert!(tombstone.deleted_at.is_some() && tombstone.token.is_none());
    let stopped = api.store.configuration(user(ANN), api.configuration.id).await.unwrap().unwrap();
    assert!(!stopped.settings.enabled);
    assert_eq!((stopped.progress.next_run_at, stopped.progress.due_at), (None, None));
    assert_eq!(stopped.progress.total_runs, 1);
    let later = api.stack.clock.now() + Duration::days(400);
    let due = api.store.due(DueKind::Fire, shard(stopped.id.uuid()), later, 10).await.unwrap();
    assert!(due.iter().all(|due| due.user != user(ANN)), "{due:?}");
    assert_eq!(api.get(ANN, &format!("/report-runs/{run}")).await.expect(200)["status"], "success");
    assert_eq!(api.get(ANN, "/report-runs/usage").await.expect(200)["runsUsed"], 1);
    assert_eq!(api.get(ANN, "/repositories").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn repeated_key_of_a_deleted_record_is_a_conflict() {
    let api = TestApi::new().await;
    let body = json!({"url": "https://github.com/octocat/x"}).to_string();
    let made = api.start_once(ANN, "/repositories", "key", &body).await.expect(201);
    let path = format!("/repositories/{}", made["id"].as_str().unwrap());
    assert_eq!(api.delete(ANN, &path).await.status, 204);
    api.start_once(ANN, "/repositories", "key", &body).await.expect_problem("IDEMPOTENCY_RESULT_DELETED");
    let other = json!({"url": "https://github.com/octocat/y"}).to_string();
    api.start_once(ANN, "/repositories", "key", &other).await.expect_problem("IDEMPOTENCY_KEY_REUSED");

    let repository = api.repository.id.to_string();
    let body = json!({"repository_id": repository, "branch": "main", "schedule": "@daily"}).to_string();
    let made = api.start_once(ANN, "/report-configurations", "another", &body).await.expect(201);
    let path = format!("/report-configurations/{}", made["id"].as_str().unwrap());
    assert_eq!(api.delete(ANN, &path).await.status, 204);
    let again = api.start_once(ANN, "/report-configurations", "another", &body).await;
    again.expect_problem("IDEMPOTENCY_RESULT_DELETED");
    api.start_once(ANN, "/report-configurations", "a-new-key", &body).await.expect(201);
}

#[tokio::test]
async fn interrupted_deletion_continues_when_repeated() {
    let api = TestApi::new().await;
    let mut tombstone = api.repository.clone();
    tombstone.deleted_at = Some(api.stack.clock.now());
    api.store.put_repository(&tombstone).await.unwrap();
    api.delete(ANN, &format!("/repositories/{}", api.repository.id)).await.expect_problem("NOT_FOUND");
    let stopped = api.store.configuration(user(ANN), api.configuration.id).await.unwrap().unwrap();
    assert_eq!((stopped.settings.enabled, stopped.progress.next_run_at), (false, None));
}
