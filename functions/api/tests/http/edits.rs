//! PATCH, and PUT with the body of a GET, for every record that has both.

use crate::support::call::{Answer, pointers, request, send};
use crate::support::stack::ANN;
use crate::support::test_api::{TestApi, user};
use crate::support::token;
use app::ports::{Accounts, Repositories};
use axum::body::Body;
use axum::http::Method;
use domain::account::{Account, Plan};
use domain::repository::Location;
use serde_json::{Value, json};

/// Ann as an administrator, on the Pro plan.
struct Edits(TestApi);

impl Edits {
    async fn new() -> Self {
        let api = TestApi::new().await;
        let account = Account { plan: Plan::Pro, limits_version: 1, ..Account::free(user(ANN)) };
        api.store.put_account(&account).await.unwrap();
        Self(api)
    }

    fn paths(&self) -> [String; 4] {
        [
            format!("/report-configurations/{}", self.0.configuration.id),
            format!("/repositories/{}", self.0.repository.id),
            "/users/profile".to_owned(),
            format!("/admin/accounts/{ANN}"),
        ]
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut claims = token::claims(ANN, self.0.stack.seconds());
        claims["app_metadata"] = json!({"role": "admin"});
        let mut ask = request(method.clone(), path, Some(&token::with(&claims)));
        for (name, value) in headers {
            ask = ask.header(*name, *value);
        }
        let kind = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        send(&self.0.stack.router, ask.header("content-type", kind).body(body).unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], &Value::Null).await
    }

    async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, &[], body).await
    }

    async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, &[], body).await
    }
}

/// A body without the members that every edit changes.
fn set(body: &Value) -> Value {
    let mut body = body.clone();
    body.as_object_mut().unwrap().remove("version");
    body
}

#[tokio::test]
async fn body_of_a_get_can_be_put_back() {
    let edits = Edits::new().await;
    let model = json!({"base_url": "https://api.openai.com/v1", "api_key": "sk-1", "model": "gpt-4o-mini",
        "prices": {"input": 0.15, "cached_input": 0.075, "output": 0.6}});
    edits.patch("/users/profile", &json!({"timezone": "Europe/Berlin", "model": model})).await.expect(200);
    edits.0.report("Text.").await;
    for path in edits.paths() {
        let before = edits.get(&path).await.expect(200);
        let after = edits.put(&path, &before).await.expect(200);
        assert_eq!(set(&after), set(&before), "{path}");
        let patched = edits.patch(&path, &after).await.expect(200);
        assert_eq!(set(&patched), set(&before), "{path}, as a patch");
    }
    assert_eq!(edits.get("/users/profile").await.expect(200)["model"]["has_api_key"], true, "an absent key is kept");
}

#[tokio::test]
async fn body_of_a_get_can_be_put_back_after_a_run_ended() {
    let edits = Edits::new().await;
    let [configuration, _, _, account] = edits.paths();
    let before = edits.get(&configuration).await.expect(200);
    let report = edits.0.report("Text.").await;
    let after = edits.get(&configuration).await.expect(200);
    assert_ne!(after["total_runs"], before["total_runs"], "{report:?}");
    let edited = edits.put(&configuration, &before).await.expect(200);
    assert_eq!((&edited["total_runs"], &edited["version"]), (&after["total_runs"], &json!(2)));
    let stale = edits.put(&configuration, &before).await;
    assert_eq!(pointers(&stale.expect_problem("VALIDATION_FAILED")), ["/version"], "it was edited since");

    let before = edits.get(&account).await.expect(200);
    let other = json!({"url": "https://github.com/acme/other"});
    edits.send(Method::POST, "/repositories", &[], &other).await.expect(201);
    let edited = edits.put(&account, &before).await.expect(200);
    assert_ne!(edited["repositories"], before["repositories"]);
}

#[tokio::test]
async fn changed_read_only_member_is_refused() {
    let edits = Edits::new().await;
    for (path, members) in edits.paths().iter().zip([
        json!({"id": "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b", "created_at": null, "version": 9}),
        json!({"id": "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b", "has_token": "yes", "version": "1"}),
        json!({"user_id": "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b", "limits": {"plan_name": "gold"}}),
        json!({"user_id": null, "limits": null, "closed_at": "2026-01-01T00:00:00.000Z"}),
    ]) {
        let before = edits.get(path).await.expect(200);
        let mut wrong: Vec<String> = members.as_object().unwrap().keys().map(|name| format!("/{name}")).collect();
        wrong.sort();
        let mut whole = before.clone();
        whole.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        for answer in [edits.put(path, &whole).await, edits.patch(path, &members).await] {
            let problem = answer.expect_problem("VALIDATION_FAILED");
            let mut found = pointers(&problem);
            found.sort();
            assert_eq!(found, wrong, "{path}: {problem}");
            assert!(answer.text.contains("read-only"), "{}", answer.text);
        }
        let unknown = edits.patch(path, &json!({"nothing": null})).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&unknown), ["/nothing"]);
        assert_eq!(edits.get(path).await.expect(200), before);
    }
}

/// Members that follow from others.
const FOLLOWS: [&str; 8] =
    ["version", "audit", "limits", "overrides", "has_token", "has_notification_secret", "next_run_at", "quota_impact"];

#[tokio::test]
async fn patch_changes_only_its_members() {
    let edits = Edits::new().await;
    let [configuration, repository, profile, account] = edits.paths();
    for (path, patch, place, expected) in [
        (&configuration, json!({"report_style": "Summary"}), "/report_style", json!("Summary")),
        (&configuration, json!({"name": "Mine"}), "/name", json!("Mine")),
        (&configuration, json!({"name": null}), "/name", Value::Null),
        (&configuration, json!({"language": null}), "/language", json!("English")),
        (&configuration, json!({"enabled": false}), "/enabled", json!(false)),
        (&repository, json!({"name": "Mine"}), "/name", json!("Mine")),
        (&repository, json!({"token": "ghp_x"}), "/has_token", json!(true)),
        (&repository, json!({"name": "Ours"}), "/has_token", json!(true)),
        (&repository, json!({"token": null}), "/has_token", json!(false)),
        (&profile, json!({"timezone": "Asia/Kathmandu"}), "/timezone", json!("Asia/Kathmandu")),
        (
            &profile,
            json!({"notification_webhook_url": "https://hooks.example.com/a"}),
            "/timezone",
            json!("Asia/Kathmandu"),
        ),
        (&profile, json!({"timezone": null}), "/notification_webhook_url", json!("https://hooks.example.com/a")),
        (&account, json!({"monthly_runs_limit": 7}), "/overrides/monthly_runs_limit", json!(7)),
        (&account, json!({"overrides": {"max_reports": 3}}), "/overrides/max_reports", json!(3)),
        (&account, json!({"max_repositories": 4}), "/overrides/monthly_runs_limit", json!(7)),
        (&account, json!({"monthly_runs_limit": null}), "/overrides/monthly_runs_limit", Value::Null),
        (&account, json!({"plan": "free"}), "/overrides/max_reports", json!(3)),
    ] {
        let before = edits.get(path).await.expect(200);
        let after = edits.patch(path, &patch).await;
        assert_eq!(after.expect(200).pointer(place), Some(&expected), "{path} {patch}");
        let shown = edits.get(path).await;
        let mut changed = after.expect(200);
        let has_secret = changed.as_object_mut().unwrap().remove("notification_secret").is_some();
        assert!(has_secret || shown.header("etag") == after.header("etag"), "a secret is shown once");
        assert_eq!(shown.expect(200), changed, "{path} {patch}");
        for (name, value) in before.as_object().unwrap() {
            if patch.get(name).is_none() && !FOLLOWS.contains(&name.as_str()) {
                assert_eq!(&after.expect(200)[name], value, "{path} {patch}: {name} stays");
            }
        }
    }
    let problem = edits.patch(&configuration, &json!({"schedule": null, "branch": 7})).await;
    let mut wrong = pointers(&problem.expect_problem("VALIDATION_FAILED"));
    wrong.sort();
    assert_eq!(wrong, ["/branch", "/schedule"]);
}

#[tokio::test]
async fn patch_changes_a_member_of_the_model_and_its_key_stays_at_its_host() {
    let edits = Edits::new().await;
    let model = json!({"base_url": "https://api.openai.com/v1", "api_key": "sk-1", "model": "gpt-4o-mini"});
    edits.patch("/users/profile", &json!({"model": model})).await.expect(200);
    let other = edits.patch("/users/profile", &json!({"model": {"model": "gpt-4.1-mini"}})).await.expect(200);
    assert_eq!((&other["model"]["model"], &other["model"]["has_api_key"]), (&json!("gpt-4.1-mini"), &json!(true)));
    let moved = edits.patch("/users/profile", &json!({"model": {"base_url": "https://models.example.com/v1"}})).await;
    assert_eq!(pointers(&moved.expect_problem("VALIDATION_FAILED")), ["/model/api_key"]);
    let wrong = edits.patch("/users/profile", &json!({"model": {"has_api_key": false}})).await;
    assert_eq!(pointers(&wrong.expect_problem("VALIDATION_FAILED")), ["/model/has_api_key"]);
    let without = edits.patch("/users/profile", &json!({"model": {"api_key": null}})).await.expect(200);
    assert_eq!(without["model"]["has_api_key"], false);
    assert_eq!(edits.patch("/users/profile", &json!({"model": null})).await.expect(200)["model"], Value::Null);
}

#[tokio::test]
async fn edit_of_another_version_is_refused_for_every_method() {
    let edits = Edits::new().await;
    for (path, patch) in edits.paths().iter().zip([
        json!({"name": "Mine"}),
        json!({"name": "Mine"}),
        json!({"timezone": "Europe/Berlin"}),
        json!({"monthly_runs_limit": 7}),
    ]) {
        let before = edits.get(path).await;
        let stale = before.header("etag").unwrap().to_owned();
        edits.send(Method::PATCH, path, &[("if-match", &stale)], &patch).await.expect(200);
        for method in [Method::PATCH, Method::PUT] {
            let body = if method == Method::PATCH { patch.clone() } else { edits.get(path).await.expect(200) };
            for old in [&before.expect(200), &body] {
                let answer = edits.send(method.clone(), path, &[("if-match", &stale)], old).await;
                answer.expect_problem("PRECONDITION_FAILED");
            }
            edits.send(method, path, &[("if-match", "*")], &body).await.expect(200);
        }
    }
}

/// Concurrent patches of different members: none is lost.
#[tokio::test]
async fn concurrent_patches_are_all_applied() {
    let edits = Edits::new().await;
    let [configuration, repository, profile, account] = edits.paths();
    for (path, patches) in [
        (configuration, [json!({"name": "Mine"}), json!({"report_style": "Summary"})]),
        (repository, [json!({"name": "Mine"}), json!({"token": "ghp_x"})]),
        (profile, [json!({"timezone": "UTC"}), json!({"notification_webhook_url": "https://hooks.example.com/a"})]),
        (account, [json!({"monthly_runs_limit": 7}), json!({"max_reports": 8})]),
    ] {
        let answers = futures::future::join_all(patches.iter().map(|patch| edits.patch(&path, patch))).await;
        for answer in &answers {
            answer.expect(200);
        }
        let after = edits.get(&path).await.expect(200).to_string();
        for expected in ["Mine", "Summary", "UTC", "hooks.example.com", ":7", ":8"] {
            let wanted = patches.iter().any(|patch| patch.to_string().contains(expected));
            assert!(!wanted || after.contains(expected), "{path} lost {expected}: {after}");
        }
    }
}

/// The demo of the local stack has a folder, which no caller could choose: its other settings can be edited.
#[tokio::test]
async fn folder_is_kept_in_an_edit() {
    let edits = Edits::new().await;
    let mut folder = edits.0.repository.clone();
    folder.location = Location::Path("/srv/project".to_owned());
    edits.0.store.put_repository(&folder).await.unwrap();
    let path = format!("/repositories/{}", folder.id);
    let named = edits.patch(&path, &json!({"name": "Mine"})).await.expect(200);
    assert_eq!((&named["name"], &named["url"]), (&json!("Mine"), &json!("/srv/project")));
    edits.put(&path, &named).await.expect(200);
    let other = edits.patch(&path, &json!({"url": "/etc"})).await;
    assert_eq!(pointers(&other.expect_problem("VALIDATION_FAILED")), ["/url"]);
}

#[tokio::test]
async fn account_is_read_by_administrators_only() {
    let edits = Edits::new().await;
    let path = format!("/admin/accounts/{ANN}");
    let account = edits.get(&path).await.expect(200);
    assert_eq!((&account["plan"], &account["closed_at"]), (&json!("pro"), &Value::Null));
    edits.0.get(ANN, &path).await.expect_problem("FORBIDDEN");
    edits.get("/admin/accounts/x").await.expect_problem("NOT_FOUND");
    edits.0.delete(ANN, "/users/profile").await.expect(202);
    assert!(edits.get(&path).await.expect(200)["closed_at"].is_string());
    edits.patch(&path, &json!({"plan": "free"})).await.expect_problem("CONFLICT");
}
