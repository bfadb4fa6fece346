//! Repositories are created, listed and read; their tokens are never returned.

use crate::support::call::pointers;
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, user};
use app::ports::{Accounts, Repositories, SecretContext, Vault};
use axum::http::Method;
use domain::account::{Account, Overrides};
use domain::id::RepositoryId;
use serde_json::json;

#[tokio::test]
async fn created_repository_has_path_and_tag_and_a_sealed_token() {
    let api = TestApi::new().await;
    let body = json!({"url": "https://github.com/octocat/spoon-knife.git", "token": "ghp_secret"});
    let answer = api.create(ANN, "/repositories", &body).await;
    let made = answer.expect(201);
    let id = made["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(format!("/repositories/{id}").as_str()));
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!((&made["name"], &made["provider"]), (&json!("octocat/spoon-knife"), &json!("github")));
    assert_eq!(made["url"], "https://github.com/octocat/spoon-knife");
    assert_eq!(made["has_token"], true);
    assert!(!answer.text.contains("ghp_secret"));

    let shown = api.get(ANN, &format!("/repositories/{id}")).await;
    assert_eq!(shown.expect(200), made);
    assert!(shown.header("etag").unwrap().starts_with("\"1-"));
    let stored = api.store.repository(user(ANN), RepositoryId::parse(id).unwrap()).await.unwrap().unwrap();
    let sealed = stored.token.unwrap();
    assert!(!sealed.bytes().windows(10).any(|part| part == b"ghp_secret"));
    let context = SecretContext::of_repository(user(ANN), stored.id);
    assert_eq!(api.stack.outside.vault.open(context, &sealed).await.unwrap(), b"ghp_secret");
    assert_eq!(api.store.account(user(ANN)).await.unwrap().repositories, 1);
}

#[tokio::test]
async fn all_invalid_members_are_reported_at_once() {
    let api = TestApi::new().await;
    let body = json!({"url": "ftp://github.com/a/b", "provider": "svn", "name": " ", "token": "a b", "more": 1});
    let problem = api.create(ANN, "/repositories", &body).await.expect_problem("VALIDATION_FAILED");
    let mut wrong = pointers(&problem);
    wrong.sort();
    assert_eq!(wrong, ["/more", "/name", "/provider", "/token", "/url"]);
    for (body, at) in [
        (json!({}), "/url"),
        (json!({"url": 7}), "/url"),
        (json!({"url": "https://git.example.org/a/b"}), "/url"),
        (json!({"url": "https://github.com/a/b", "provider": "gitlab"}), "/url"),
        (json!({"url": "https://github.com/a//b"}), "/url"),
        (json!({"url": "https://github.com/a/b%20c"}), "/url"),
        (json!({"url": "git@bitbucket.org:a/b.git"}), "/url"),
        (json!({"url": "https://gitlab.com/a/b", "provider": "bitbucket"}), "/provider"),
        (json!({"url": "https://u:p@github.com/a/b"}), "/url"),
        (json!({"url": "https://github.com/a"}), "/url"),
    ] {
        let problem = api.create(ANN, "/repositories", &body).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), [at], "{body}");
    }
    assert_eq!(api.store.account(user(ANN)).await.unwrap().repositories, 0);
}

#[tokio::test]
async fn provider_follows_from_a_known_host_or_is_given() {
    let api = TestApi::new().await;
    for (body, provider, name) in [
        (json!({"url": "https://gitlab.com/group/part/name"}), "gitlab", "group/part/name"),
        (json!({"url": "https://codeberg.org/owner/name"}), "gitea", "owner/name"),
        (json!({"url": "https://git.example.org/a/b", "provider": "gitea"}), "gitea", "a/b"),
        (json!({"url": "https://git.example.org:8443/a/b/c", "provider": "gitlab"}), "gitlab", "a/b/c"),
        (json!({"url": "https://example.org/git/a/b", "provider": "gitea"}), "gitea", "a/b"),
    ] {
        let made = api.create(ANN, "/repositories", &body).await.expect(201);
        assert_eq!((&made["provider"], &made["name"]), (&json!(provider), &json!(name)), "{body}");
    }
}

#[tokio::test]
async fn pasted_address_is_returned_as_stored() {
    let api = TestApi::new().await;
    for (url, stored) in [
        ("git@github.com:octocat/one.git", "https://github.com/octocat/one"),
        ("octocat/two", "https://github.com/octocat/two"),
        ("http://gitlab.com/group/three/-/merge_requests/1?tab=x#y", "https://gitlab.com/group/three"),
    ] {
        let made = api.create(ANN, "/repositories", &json!({"url": url})).await.expect(201);
        assert_eq!(made["url"], stored, "{url}");
    }
}

#[tokio::test]
async fn list_is_paged_newest_first() {
    let api = TestApi::new().await;
    for number in 0..3 {
        let body = json!({"url": format!("https://github.com/octocat/r{number}")});
        api.stack.pass(domain::instant::Duration::seconds(1));
        api.create(ANN, "/repositories", &body).await.expect(201);
    }
    let first = api.get(ANN, "/repositories?limit=3").await.expect(200);
    let names: Vec<&str> = first["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["octocat/r2", "octocat/r1", "octocat/r0"]);
    assert_eq!(first["pagination"]["has_more"], true);
    let cursor = first["pagination"]["next_cursor"].as_str().unwrap();
    let rest = api.get(ANN, &format!("/repositories?cursor={cursor}")).await.expect(200);
    assert_eq!(rest["data"][0]["id"], api.repository.id.to_string());
    assert_eq!((&rest["data"].as_array().unwrap().len(), &rest["pagination"]["has_more"]), (&1, &json!(false)));
    api.get(ANN, "/repositories?cursor=x").await.expect_problem("INVALID_CURSOR");
    api.get(ANN, &format!("/report-configurations?cursor={cursor}")).await.expect_problem("INVALID_CURSOR");
    assert_eq!(api.get(BOB, "/repositories").await.expect(200)["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn two_hundred_concurrent_requests_create_ten_repositories() {
    let api = TestApi::new().await;
    let overrides = Overrides { repositories: Some(10), ..Overrides::default() };
    let account = Account { overrides, limits_version: 1, ..Account::free(user(ANN)) };
    api.store.put_account(&account).await.unwrap();
    let body = |number: usize| json!({"url": format!("https://github.com/octocat/r{number}")});
    let create = async |number| api.create(ANN, "/repositories", &body(number)).await;
    let answers = futures::future::join_all((0..200).map(create)).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status.as_u16() == 201);
    assert_eq!((made.len(), refused.len()), (10, 190));
    for answer in refused {
        answer.expect_problem("PLAN_LIMIT_REACHED");
    }
    assert_eq!(api.store.account(user(ANN)).await.unwrap().repositories, 10);
    // And the one that the test's records have, which is not counted.
    assert_eq!(api.store.repositories(user(ANN)).await.unwrap().len(), 11);
}

#[tokio::test]
async fn repository_that_exists_is_reported_with_its_id() {
    let api = TestApi::new().await;
    let made = api.create(ANN, "/repositories", &json!({"url": "https://github.com/octocat/one"})).await.expect(201);
    for url in ["https://github.com/octocat/one", "git@github.com:Octocat/One.git", "octocat/one/tree/main"] {
        let problem = api.create(ANN, "/repositories", &json!({"url": url})).await.expect_problem("REPOSITORY_EXISTS");
        assert_eq!(problem["status"], 409);
        assert!(problem["detail"].as_str().unwrap().contains(made["id"].as_str().unwrap()), "{problem}");
    }
    api.create(BOB, "/repositories", &json!({"url": "octocat/one"})).await.expect(201);
    // An edit can't create a duplicate either, and may keep its own address in another spelling.
    let other = api.create(ANN, "/repositories", &json!({"url": "octocat/two"})).await.expect(201);
    let path = format!("/repositories/{}", other["id"].as_str().unwrap());
    let put = async |url: &str| api.send(ANN, (Method::PUT, &path), &[], Some(&json!({"url": url}))).await;
    put("octocat/one").await.expect_problem("REPOSITORY_EXISTS");
    assert_eq!(put("octocat/TWO").await.expect(200)["url"], "https://github.com/octocat/TWO");
    // A deleted address can be used again at once.
    api.send(ANN, (Method::DELETE, &path), &[], None).await;
    api.create(ANN, "/repositories", &json!({"url": "octocat/two"})).await.expect(201);
}

#[tokio::test]
async fn fifty_concurrent_requests_create_one_repository() {
    let api = TestApi::new().await;
    let body = json!({"url": "https://github.com/octocat/one"});
    let answers = futures::future::join_all((0..50).map(|_| api.create(ANN, "/repositories", &body))).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status.as_u16() == 201);
    assert_eq!((made.len(), refused.len()), (1, 49));
    for answer in refused {
        answer.expect_problem("REPOSITORY_EXISTS");
    }
    assert_eq!(api.store.account(user(ANN)).await.unwrap().repositories, 1);
}

#[tokio::test]
async fn concurrent_requests_with_one_key_create_one_repository() {
    let api = TestApi::new().await;
    let body = json!({"url": "https://github.com/octocat/spoon-knife", "token": "t"});
    let ask = || api.send(ANN, (Method::POST, "/repositories"), &[("idempotency-key", "one")], Some(&body));
    let answers = futures::future::join_all((0..12).map(|_| ask())).await;
    let mut made: Vec<_> = answers.iter().map(|answer| answer.expect(201)).collect();
    made.dedup();
    assert_eq!(made.len(), 1);
    assert_eq!(api.store.account(user(ANN)).await.unwrap().repositories, 1);
    let other = json!({"url": "https://github.com/octocat/other"});
    let reused = api.send(ANN, (Method::POST, "/repositories"), &[("idempotency-key", "one")], Some(&other)).await;
    reused.expect_problem("IDEMPOTENCY_KEY_REUSED");
}
