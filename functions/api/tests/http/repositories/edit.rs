//! An edit replaces what its user set, of what its user saw.

use crate::support::call::pointers;
use crate::support::house::{House, user};
use crate::support::stack::{ANN, BOB};
use app::ports::{Accounts, Repositories};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn an_edit_moves_the_version_and_the_token_is_kept_removed_or_set() {
    let house = House::new().await;
    let path = format!("/repositories/{}", house.repository.id);
    let url = "https://github.com/octocat/renamed";
    let answer = house.put(ANN, &path, &json!({"url": url, "name": "Mine", "token": "a"})).await;
    let edited = answer.expect(200);
    assert_eq!((&edited["name"], &edited["url"], &edited["has_token"]), (&json!("Mine"), &json!(url), &json!(true)));
    assert_eq!(&edited["version"], &json!(2));
    assert!(answer.header("etag").unwrap().starts_with("\"2-"));
    let kept = house.put(ANN, &path, &json!({"url": url})).await.expect(200);
    assert_eq!((&kept["name"], &kept["has_token"]), (&json!("octocat/renamed"), &json!(true)));
    let gone = house.put(ANN, &path, &json!({"url": url, "token": null})).await.expect(200);
    assert_eq!((&gone["has_token"], &gone["version"]), (&json!(false), &json!(4)));
}

#[tokio::test]
async fn a_token_never_moves_to_another_host() {
    let house = House::new().await;
    let path = format!("/repositories/{}", house.repository.id);
    let here = json!({"url": "https://github.com/octocat/hello-world", "token": "a"});
    house.put(ANN, &path, &here).await.expect(200);
    let there = json!({"url": "https://github.example.com/octocat/hello-world", "provider": "github"});
    let problem = house.put(ANN, &path, &there).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&problem), ["/token"]);
    assert_eq!(house.get(ANN, &path).await.expect(200)["version"], 2);
}

#[tokio::test]
async fn a_host_that_leads_inside_is_refused_when_it_is_made_and_when_it_is_set() {
    let house = House::new().await;
    let before = json!({"url": "https://git.example.com/a/b", "provider": "gitea"});
    let key = [("idempotency-key", "one")];
    let made = house.send(ANN, (Method::POST, "/repositories"), &key, Some(&before)).await.expect(201);
    house.stack.outside.names.lead_inside("git.example.com");

    let refused = house.create(ANN, "/repositories", &before).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&refused), ["/url"]);
    assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("leads inside"), "{refused}");
    let path = format!("/repositories/{}", house.repository.id);
    let refused = house.put(ANN, &path, &before).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&refused), ["/url"]);
    let kept = house.store.repository(user(ANN), house.repository.id).await.unwrap().unwrap();
    assert_eq!(kept, house.repository);
    assert_eq!(house.store.account(user(ANN)).await.unwrap().repositories, 1);

    // What was made before is answered as it is, and another user's repository is none to ask about.
    let again = house.send(ANN, (Method::POST, "/repositories"), &key, Some(&before)).await.expect(201);
    assert_eq!(again, made);
    house.put(BOB, &path, &before).await.expect_problem("NOT_FOUND");
}

#[tokio::test]
async fn a_lost_update_is_refused() {
    let house = House::new().await;
    let path = format!("/repositories/{}", house.repository.id);
    let body = json!({"url": "https://github.com/octocat/hello-world"});
    let put = async |tag: &str| house.send(ANN, (Method::PUT, &path), &[("if-match", tag)], Some(&body)).await;
    put("\"1\"").await.expect(200);
    for stale in ["\"1\"", "W/\"2\"", "2", "\"x\""] {
        put(stale).await.expect_problem("PRECONDITION_FAILED");
    }
    put("\"7\", \"2\"").await.expect(200);
    put("*").await.expect(200);
    house
        .send(ANN, (Method::DELETE, &path), &[("if-match", "\"1\"")], None)
        .await
        .expect_problem("PRECONDITION_FAILED");
    assert_eq!(house.get(ANN, &path).await.expect(200)["version"], 4);
}

#[tokio::test]
async fn what_is_of_another_does_not_exist_and_stays_as_it_is() {
    let house = House::new().await;
    let path = format!("/repositories/{}", house.repository.id);
    let body = json!({"url": "https://github.com/octocat/taken"});
    house.get(BOB, &path).await.expect_problem("NOT_FOUND");
    house.put(BOB, &path, &body).await.expect_problem("NOT_FOUND");
    house.delete(BOB, &path).await.expect_problem("NOT_FOUND");
    let stored = house.store.repository(user(ANN), house.repository.id).await.unwrap().unwrap();
    assert_eq!(stored, house.repository);
}
