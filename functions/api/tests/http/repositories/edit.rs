//! Edits of repositories.

use crate::support::call::pointers;
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, user};
use app::ports::{Accounts, Repositories};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn edit_raises_the_version_and_keeps_removes_or_sets_the_token() {
    let api = TestApi::new().await;
    let path = format!("/repositories/{}", api.repository.id);
    let url = "https://github.com/octocat/renamed";
    let answer = api.put(ANN, &path, &json!({"url": url, "name": "Mine", "token": "a"})).await;
    let edited = answer.expect(200);
    assert_eq!((&edited["name"], &edited["url"], &edited["has_token"]), (&json!("Mine"), &json!(url), &json!(true)));
    assert_eq!(&edited["version"], &json!(2));
    assert!(answer.header("etag").unwrap().starts_with("\"2-"));
    let kept = api.put(ANN, &path, &json!({"url": url})).await.expect(200);
    assert_eq!((&kept["name"], &kept["has_token"]), (&json!("octocat/renamed"), &json!(true)));
    let removed = api.put(ANN, &path, &json!({"url": url, "token": null})).await.expect(200);
    assert_eq!((&removed["has_token"], &removed["version"]), (&json!(false), &json!(4)));
}

#[tokio::test]
async fn token_never_moves_to_another_host() {
    let api = TestApi::new().await;
    let path = format!("/repositories/{}", api.repository.id);
    let here = json!({"url": "https://github.com/octocat/hello-world", "token": "a"});
    api.put(ANN, &path, &here).await.expect(200);
    let there = json!({"url": "https://github.example.com/octocat/hello-world", "provider": "github"});
    let problem = api.put(ANN, &path, &there).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&problem), ["/token"]);
    assert_eq!(api.get(ANN, &path).await.expect(200)["version"], 2);
}

#[tokio::test]
async fn host_in_a_private_network_is_refused_on_creation_and_edit() {
    let api = TestApi::new().await;
    let before = json!({"url": "https://git.example.com/a/b", "provider": "gitea"});
    let key = [("idempotency-key", "one")];
    let made = api.send(ANN, (Method::POST, "/repositories"), &key, Some(&before)).await.expect(201);
    api.stack.outside.names.resolve_privately("git.example.com");

    let refused = api.create(ANN, "/repositories", &before).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&refused), ["/url"]);
    assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("resolves to a private network"), "{refused}");
    let path = format!("/repositories/{}", api.repository.id);
    let refused = api.put(ANN, &path, &before).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&refused), ["/url"]);
    let kept = api.store.repository(user(ANN), api.repository.id).await.unwrap().unwrap();
    assert_eq!(kept, api.repository);
    assert_eq!(api.store.account(user(ANN)).await.unwrap().repositories, 1);

    // A repeated key returns what was created before, and another user's repository is not found before any check.
    let again = api.send(ANN, (Method::POST, "/repositories"), &key, Some(&before)).await.expect(201);
    assert_eq!(again, made);
    api.put(BOB, &path, &before).await.expect_problem("NOT_FOUND");
}

#[tokio::test]
async fn stale_edit_is_refused() {
    let api = TestApi::new().await;
    let path = format!("/repositories/{}", api.repository.id);
    let body = json!({"url": "https://github.com/octocat/hello-world"});
    let put = async |tag: &str| api.send(ANN, (Method::PUT, &path), &[("if-match", tag)], Some(&body)).await;
    put("\"1\"").await.expect(200);
    for stale in ["\"1\"", "W/\"2\"", "2", "\"x\""] {
        put(stale).await.expect_problem("PRECONDITION_FAILED");
    }
    put("\"7\", \"2\"").await.expect(200);
    put("*").await.expect(200);
    api.send(ANN, (Method::DELETE, &path), &[("if-match", "\"1\"")], None).await.expect_problem("PRECONDITION_FAILED");
    assert_eq!(api.get(ANN, &path).await.expect(200)["version"], 4);
}

#[tokio::test]
async fn repository_of_another_user_is_not_found_and_unchanged() {
    let api = TestApi::new().await;
    let path = format!("/repositories/{}", api.repository.id);
    let body = json!({"url": "https://github.com/octocat/taken"});
    api.get(BOB, &path).await.expect_problem("NOT_FOUND");
    api.put(BOB, &path, &body).await.expect_problem("NOT_FOUND");
    api.delete(BOB, &path).await.expect_problem("NOT_FOUND");
    let stored = api.store.repository(user(ANN), api.repository.id).await.unwrap().unwrap();
    assert_eq!(stored, api.repository);
}
