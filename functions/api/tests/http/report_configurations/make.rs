//! Creation of configurations: their first fire, their secret, which is shown once, and the plan's limits.

use crate::support::call::pointers;
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, user};
use app::ports::{Accounts, Configurations, SecretContext, Vault};
use axum::http::Method;
use domain::account::{Account, Overrides, Plan};
use domain::delivery::SigningSecret;
use domain::id::ConfigurationId;
use domain::instant::Duration;
use serde_json::{Value, json};

const PATH: &str = "/report-configurations";

fn minimal(api: &TestApi) -> Value {
    json!({"repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "0 9 * * *"})
}

fn with(api: &TestApi, name: &str, value: Value) -> Value {
    let mut body = minimal(api);
    body[name] = value;
    body
}

#[tokio::test]
async fn minimal_configuration_has_defaults_a_first_fire_and_a_secret_shown_once() {
    let api = TestApi::new().await;
    let answer = api.create(ANN, PATH, &minimal(&api)).await;
    let mut made = answer.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    let path = format!("{PATH}/{id}");
    assert_eq!((answer.header("location"), answer.header("etag")), (Some(path.as_str()), Some("\"1\"")));
    let secret = made.as_object_mut().unwrap().remove("signing_secret").unwrap();
    let secret = SigningSecret::parse(secret.as_str().unwrap()).unwrap();
    assert_eq!(
        made,
        json!({
            "id": id, "name": null, "repository_id": api.repository.id.to_string(), "branch": "main",
            "include_paths": [], "exclude_paths": [],
            "repositories": [{
                "repository_id": api.repository.id.to_string(), "branch": "main", "include_paths": [],
                "exclude_paths": [],
            }],
            "coverage": [{"repository_id": api.repository.id.to_string(), "branch": "main", "covered_until": null}],
            "schedule": "0 9 * * *", "timezone": "UTC", "webhook_url": null, "webhook_format": "auto",
            "webhook_headers": {}, "enabled": true,
            "report_style": "Standard", "tone_of_voice": "Professional", "author_display": "name",
            "link_to_commits": true, "if_no_updates": "skip", "include_diffs": false, "instructions": "",
            "sources": ["commits"],
            "language": "English",
            "model": null, "model_retirement": null, "last_run_at": null, "last_run_status": null,
                "next_run_at": "2026-01-16T09:00:00.000Z",
            "delivery_health": {"state": "healthy", "since": null, "reason": null, "response_status": null},
            "covered_until": null, "total_runs": 0,
            "quota_impact": {"runs_this_month": 16, "runs_per_month": 28, "monthly_limit": 50, "exceeds_limit": false},
            "version": 1, "created_at": "2026-01-15T10:30:00.000Z",
        })
    );
    let shown = api.get(ANN, &path).await;
    assert_eq!(shown.expect(200), made, "without the secret");
    let stored = api.store.configuration(user(ANN), ConfigurationId::parse(&id).unwrap()).await.unwrap().unwrap();
    assert_eq!(stored.progress.due_at, stored.progress.next_run_at);
    let context = SecretContext::of_configuration(user(ANN), stored.id);
    let opened = api.stack.outside.vault.open(context, stored.secrets.current()).await.unwrap();
    assert_eq!(opened.len(), 32);
    assert_eq!(SigningSecret::from_bytes(opened).unwrap().expose(), secret.expose());
}

#[tokio::test]
async fn all_settings_are_returned() {
    let api = TestApi::new().await;
    let set = json!({
        "name": "Weekly", "repository_id": api.repository.id.to_string(), "branch": "release/1.2",
        "schedule": "30 17 * * FRI", "timezone": "Europe/Berlin",
            "webhook_url": "https://hooks.slack.com/services/T/B/x",
        "webhook_format": "slack", "enabled": false, "report_style": "Changelog",
        "tone_of_voice": "Friendly & Casual", "author_display": "hidden", "link_to_commits": false,
        "sources": ["commits", "pull_requests", "releases"],
        "if_no_updates": "notify", "include_diffs": true, "language": "Deutsch", "model": "plain",
    });
    let made = api.create(ANN, PATH, &set).await.expect(201);
    for (name, value) in set.as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    assert_eq!(made["next_run_at"], Value::Null);
    assert_eq!(made["quota_impact"]["runs_per_month"], 0);
}

#[tokio::test]
async fn all_invalid_members_are_reported_at_once() {
    let api = TestApi::new().await;
    let body = json!({
        "name": "", "repository_id": "x", "branch": "a..b", "schedule": "* * *", "timezone": "Mars/Base",
        "webhook_url": "ftp://x/y", "webhook_format": "fax", "enabled": "yes", "report_style": "standard",
        "tone_of_voice": 3, "author_display": "all", "link_to_commits": 1, "if_no_updates": "", "include_diffs": [],
        "language": "\n", "model": {}, "version": 3, "sources": ["issues"],
    });
    let problem = api.create(ANN, PATH, &body).await.expect_problem("VALIDATION_FAILED");
    let mut wrong = pointers(&problem);
    wrong.sort();
    let mut expected: Vec<String> = body.as_object().unwrap().keys().map(|name| format!("/{name}")).collect();
    expected.sort();
    assert_eq!(wrong, expected);
    for (name, value) in [
        ("schedule", json!("*/90 * * * *")),
        ("schedule", json!("0 0 30 2 *")),
        ("webhook_url", json!("http://127.0.0.1/hook")),
        ("repository_id", json!("018d0000-0000-7000-8000-000000000001")),
        ("repository_id", json!(api.bobs.settings.repository.to_string())),
    ] {
        let body = with(&api, name, value);
        let problem = api.create(ANN, PATH, &body).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), [format!("/{name}")], "{body}");
    }
    let problem = api.create(ANN, PATH, &json!({})).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&problem).len(), 3);
    assert_eq!(api.store.account(user(ANN)).await.unwrap().configurations, 0);
}

#[tokio::test]
async fn sources_are_a_list_that_contains_commits() {
    let api = TestApi::new().await;
    let made =
        api.create(ANN, PATH, &with(&api, "sources", json!(["releases", "commits", "issues"]))).await.expect(201);
    assert_eq!(made["sources"], json!(["commits", "issues", "releases"]), "in one order");
    let place = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let patch = async |body: Value| api.send(ANN, (Method::PATCH, &place), &[], Some(&body)).await.expect(200);
    let edited = patch(json!({"sources": ["commits", "pull_requests"]})).await;
    assert_eq!(edited["sources"], json!(["commits", "pull_requests"]));
    let reset = patch(json!({"sources": null})).await;
    assert_eq!(reset["sources"], json!(["commits"]));
    for (value, pointer, detail) in [
        (json!([]), "/sources", "1 to 4 different sources are expected"),
        (json!(["issues"]), "/sources", "every report covers \"commits\": add it"),
        (json!(["commits", "wikis"]), "/sources/1", "must be one of: 'commits', 'pull_requests'"),
        (json!(["commits", "issues", "issues"]), "/sources/2", "is in the list already"),
        (json!(vec!["commits"; 500]), "/sources", "1 to 4"),
        (json!("commits"), "/sources", "a list is expected"),
        (json!([["commits"]]), "/sources/0", ""),
    ] {
        let problem = api.create(ANN, PATH, &with(&api, "sources", value.clone())).await;
        let problem = problem.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), [pointer], "{value}");
        assert!(problem.to_string().replace("\\\"", "\"").contains(detail), "{problem}");
    }
}

#[tokio::test]
async fn webhook_in_a_private_network_is_refused() {
    let api = TestApi::new().await;
    api.stack.outside.names.resolve_privately("intranet.example.com");
    let made = api.create(ANN, PATH, &minimal(&api)).await.expect(201);
    let place = format!("{PATH}/{}", made["id"].as_str().unwrap());
    for url in [
        "https://127.0.0.1/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1/hook",
        "https://2130706433/hook",
        "https://[::1]/hook",
        "https://[::ffff:10.0.0.1]/hook",
        "https://localhost/hook",
        "https://intranet.example.com/hook",
    ] {
        let body = with(&api, "webhook_url", json!(url));
        for answer in [api.create(ANN, PATH, &body).await, api.put(ANN, &place, &body).await] {
            let problem = answer.expect_problem("VALIDATION_FAILED");
            assert_eq!(pointers(&problem), ["/webhook_url"], "{url}");
        }
    }
    assert_eq!(api.get(ANN, &place).await.expect(200)["webhook_url"], Value::Null);
    // A name that does not resolve today may do so at the first attempt.
    let unknown = with(&api, "webhook_url", json!("https://no-such-name.invalid/hook"));
    api.create(ANN, PATH, &unknown).await.expect(201);
}

#[tokio::test]
async fn format_is_in_every_answer_with_a_configuration() {
    let api = TestApi::new().await;
    let url = json!("https://receiver.example.com/hook");
    let body = |format: Option<&str>| {
        let mut body = with(&api, "webhook_url", url.clone());
        if let Some(format) = format {
            body["webhook_format"] = json!(format);
        }
        body
    };
    let made = api.create(ANN, PATH, &body(None)).await.expect(201);
    assert_eq!(made["webhook_format"], "auto");
    let place = format!("{PATH}/{}", made["id"].as_str().unwrap());
    for format in ["generic", "slack", "discord", "teams", "google_chat", "mattermost", "auto"] {
        assert_eq!(api.create(ANN, PATH, &body(Some(format))).await.expect(201)["webhook_format"], format);
        assert_eq!(api.put(ANN, &place, &body(Some(format))).await.expect(200)["webhook_format"], format);
        assert_eq!(api.get(ANN, &place).await.expect(200)["webhook_format"], format);
        let listed = api.get(ANN, PATH).await.expect(200);
        let listed = listed["data"].as_array().unwrap().iter().find(|one| one["id"] == made["id"]).unwrap();
        assert_eq!(listed["webhook_format"], format);
    }
}

#[tokio::test]
async fn schedule_more_frequent_than_the_plan_allows_is_refused() {
    let api = TestApi::new().await;
    let often = with(&api, "schedule", json!("*/30 * * * *"));
    let problem = api.create(ANN, PATH, &often).await.expect_problem("PLAN_LIMIT_REACHED");
    assert!(problem["detail"].as_str().unwrap().contains("60 minutes"), "{problem}");
    api.create(ANN, PATH, &with(&api, "schedule", json!("@hourly"))).await.expect(201);
    let pro = Account { plan: Plan::Pro, limits_version: 1, ..api.store.account(user(ANN)).await.unwrap() };
    api.store.put_account(&pro).await.unwrap();
    api.create(ANN, PATH, &often).await.expect(201);
}

#[tokio::test]
async fn two_hundred_concurrent_requests_create_ten_configurations() {
    let api = TestApi::new().await;
    let body = minimal(&api);
    let answers = futures::future::join_all((0..200).map(|_| api.create(ANN, PATH, &body))).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status.as_u16() == 201);
    assert_eq!((made.len(), refused.len()), (10, 190));
    for answer in refused {
        answer.expect_problem("PLAN_LIMIT_REACHED");
    }
    assert_eq!(api.store.account(user(ANN)).await.unwrap().configurations, 10);
    // And the one that the test's records have, which is not counted.
    assert_eq!(api.store.configurations(user(ANN)).await.unwrap().len(), 11);
    api.create(BOB, PATH, &with(&api, "repository_id", json!(api.bobs.settings.repository.to_string())))
        .await
        .expect(201);
}

#[tokio::test]
async fn limit_of_zero_refuses_every_configuration() {
    let api = TestApi::new().await;
    let overrides = Overrides { configurations: Some(0), ..Overrides::default() };
    let account = Account { overrides, limits_version: 1, ..Account::free(user(ANN)) };
    api.store.put_account(&account).await.unwrap();
    api.create(ANN, PATH, &minimal(&api)).await.expect_problem("PLAN_LIMIT_REACHED");
}

#[tokio::test]
async fn idempotency_key_creates_one_configuration_and_shows_its_secret_once() {
    let api = TestApi::new().await;
    let body = minimal(&api);
    let ask = |body: Value| {
        let api = &api;
        async move { api.send(ANN, (Method::POST, PATH), &[("idempotency-key", "k")], Some(&body)).await }
    };
    let answers = futures::future::join_all((0..12).map(|_| ask(body.clone()))).await;
    let secrets = answers.iter().filter(|answer| answer.expect(201).get("signing_secret").is_some()).count();
    assert_eq!(secrets, 1);
    let mut ids: Vec<String> = answers.iter().map(|answer| answer.json()["id"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(api.store.account(user(ANN)).await.unwrap().configurations, 1);
    ask(with(&api, "branch", json!("other"))).await.expect_problem("IDEMPOTENCY_KEY_REUSED");
    api.stack.pass(Duration::hours(24));
    let later = ask(body).await.expect(201);
    assert!(later.get("signing_secret").is_some(), "after a day the key is free");
}
