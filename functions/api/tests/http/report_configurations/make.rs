//! Configurations are made: their first fire is set, their secret is shown once, and the plan is kept to.

use crate::support::call::pointers;
use crate::support::house::{House, user};
use crate::support::stack::{ANN, BOB};
use app::ports::{Accounts, Configurations, SecretContext, Vault};
use axum::http::Method;
use domain::account::{Account, Overrides, Plan};
use domain::delivery::SigningSecret;
use domain::id::ConfigurationId;
use domain::instant::Duration;
use serde_json::{Value, json};

const PATH: &str = "/report-configurations";

fn least(house: &House) -> Value {
    json!({"repository_id": house.repository.id.to_string(), "branch": "main", "schedule": "0 9 * * *"})
}

fn with(house: &House, name: &str, value: Value) -> Value {
    let mut body = least(house);
    body[name] = value;
    body
}

#[tokio::test]
async fn the_least_gets_defaults_a_first_fire_and_a_secret_that_is_shown_once() {
    let house = House::new().await;
    let answer = house.create(ANN, PATH, &least(&house)).await;
    let mut made = answer.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    let path = format!("{PATH}/{id}");
    assert_eq!((answer.header("location"), answer.header("etag")), (Some(path.as_str()), Some("\"1\"")));
    let secret = made.as_object_mut().unwrap().remove("signing_secret").unwrap();
    let secret = SigningSecret::parse(secret.as_str().unwrap()).unwrap();
    assert_eq!(
        made,
        json!({
            "id": id, "name": null, "repository_id": house.repository.id.to_string(), "branch": "main",
            "schedule": "0 9 * * *", "timezone": "UTC", "webhook_url": null, "webhook_format": "auto", "enabled": true,
            "report_style": "Standard", "tone_of_voice": "Professional", "author_display": "name",
            "link_to_commits": true, "if_no_updates": "skip", "include_diffs": false, "language": "English",
            "model": null, "model_retirement": null, "last_run_at": null, "last_run_status": null, "next_run_at": "2026-01-16T09:00:00.000Z",
            "covered_until": null, "total_runs": 0,
            "quota_impact": {"runs_this_month": 16, "runs_per_month": 28, "monthly_limit": 50, "exceeds_limit": false},
            "version": 1, "created_at": "2026-01-15T10:30:00.000Z",
        })
    );
    let shown = house.get(ANN, &path).await;
    assert_eq!(shown.expect(200), made, "without the secret");
    let stored = house.store.configuration(user(ANN), ConfigurationId::parse(&id).unwrap()).await.unwrap().unwrap();
    assert_eq!(stored.progress.due_at, stored.progress.next_run_at);
    let context = SecretContext::of_configuration(user(ANN), stored.id);
    let opened = house.stack.outside.vault.open(context, &stored.secret).await.unwrap();
    assert_eq!(opened.len(), 32);
    assert_eq!(SigningSecret::from_bytes(opened).unwrap().expose(), secret.expose());
}

#[tokio::test]
async fn everything_that_is_set_is_answered() {
    let house = House::new().await;
    let set = json!({
        "name": "Weekly", "repository_id": house.repository.id.to_string(), "branch": "release/1.2",
        "schedule": "30 17 * * FRI", "timezone": "Europe/Berlin", "webhook_url": "https://hooks.slack.com/services/T/B/x",
        "webhook_format": "slack", "enabled": false, "report_style": "Changelog",
        "tone_of_voice": "Friendly & Casual", "author_display": "hidden", "link_to_commits": false,
        "if_no_updates": "notify", "include_diffs": true, "language": "Deutsch", "model": "plain",
    });
    let made = house.create(ANN, PATH, &set).await.expect(201);
    for (name, value) in set.as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    assert_eq!(made["next_run_at"], Value::Null);
    assert_eq!(made["quota_impact"]["runs_per_month"], 0);
}

#[tokio::test]
async fn every_wrong_member_is_named_at_once() {
    let house = House::new().await;
    let body = json!({
        "name": "", "repository_id": "x", "branch": "a..b", "schedule": "* * *", "timezone": "Mars/Base",
        "webhook_url": "ftp://x/y", "webhook_format": "fax", "enabled": "yes", "report_style": "standard",
        "tone_of_voice": 3, "author_display": "all", "link_to_commits": 1, "if_no_updates": "", "include_diffs": [],
        "language": "\n", "model": {}, "version": 3,
    });
    let problem = house.create(ANN, PATH, &body).await.expect_problem("VALIDATION_FAILED");
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
        ("repository_id", json!(house.bobs.settings.repository.to_string())),
    ] {
        let body = with(&house, name, value);
        let problem = house.create(ANN, PATH, &body).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), [format!("/{name}")], "{body}");
    }
    let problem = house.create(ANN, PATH, &json!({})).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&problem).len(), 3);
    assert_eq!(house.store.account(user(ANN)).await.unwrap().configurations, 0);
}

#[tokio::test]
async fn a_webhook_that_leads_inside_is_refused() {
    let house = House::new().await;
    house.stack.outside.names.lead_inside("intranet.example.com");
    let made = house.create(ANN, PATH, &least(&house)).await.expect(201);
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
        let body = with(&house, "webhook_url", json!(url));
        for answer in [house.create(ANN, PATH, &body).await, house.put(ANN, &place, &body).await] {
            let problem = answer.expect_problem("VALIDATION_FAILED");
            assert_eq!(pointers(&problem), ["/webhook_url"], "{url}");
        }
    }
    assert_eq!(house.get(ANN, &place).await.expect(200)["webhook_url"], Value::Null);
    // A name that does not resolve today may do so at the first attempt.
    let unknown = with(&house, "webhook_url", json!("https://no-such-name.invalid/hook"));
    house.create(ANN, PATH, &unknown).await.expect(201);
}

#[tokio::test]
async fn the_format_is_answered_wherever_a_configuration_is() {
    let house = House::new().await;
    let url = json!("https://receiver.example.com/hook");
    let body = |format: Option<&str>| {
        let mut body = with(&house, "webhook_url", url.clone());
        if let Some(format) = format {
            body["webhook_format"] = json!(format);
        }
        body
    };
    let made = house.create(ANN, PATH, &body(None)).await.expect(201);
    assert_eq!(made["webhook_format"], "auto");
    let place = format!("{PATH}/{}", made["id"].as_str().unwrap());
    for format in ["generic", "slack", "discord", "teams", "auto"] {
        assert_eq!(house.create(ANN, PATH, &body(Some(format))).await.expect(201)["webhook_format"], format);
        assert_eq!(house.put(ANN, &place, &body(Some(format))).await.expect(200)["webhook_format"], format);
        assert_eq!(house.get(ANN, &place).await.expect(200)["webhook_format"], format);
        let listed = house.get(ANN, PATH).await.expect(200);
        let listed = listed["data"].as_array().unwrap().iter().find(|one| one["id"] == made["id"]).unwrap();
        assert_eq!(listed["webhook_format"], format);
    }
}

#[tokio::test]
async fn the_plan_says_how_often() {
    let house = House::new().await;
    let often = with(&house, "schedule", json!("*/30 * * * *"));
    let problem = house.create(ANN, PATH, &often).await.expect_problem("PLAN_LIMIT_REACHED");
    assert!(problem["detail"].as_str().unwrap().contains("60 minutes"), "{problem}");
    house.create(ANN, PATH, &with(&house, "schedule", json!("@hourly"))).await.expect(201);
    let pro = Account { plan: Plan::Pro, limits_version: 1, ..house.store.account(user(ANN)).await.unwrap() };
    house.store.put_account(&pro).await.unwrap();
    house.create(ANN, PATH, &often).await.expect(201);
}

#[tokio::test]
async fn two_hundred_at_once_fill_ten_places() {
    let house = House::new().await;
    let body = least(&house);
    let answers = futures::future::join_all((0..200).map(|_| house.create(ANN, PATH, &body))).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status.as_u16() == 201);
    assert_eq!((made.len(), refused.len()), (10, 190));
    for answer in refused {
        answer.expect_problem("PLAN_LIMIT_REACHED");
    }
    assert_eq!(house.store.account(user(ANN)).await.unwrap().configurations, 10);
    // And the one that was there before, uncounted.
    assert_eq!(house.store.configurations(user(ANN)).await.unwrap().len(), 11);
    house
        .create(BOB, PATH, &with(&house, "repository_id", json!(house.bobs.settings.repository.to_string())))
        .await
        .expect(201);
}

#[tokio::test]
async fn a_limit_of_nothing_makes_nothing() {
    let house = House::new().await;
    let overrides = Overrides { configurations: Some(0), ..Overrides::default() };
    let account = Account { overrides, limits_version: 1, ..Account::free(user(ANN)) };
    house.store.put_account(&account).await.unwrap();
    house.create(ANN, PATH, &least(&house)).await.expect_problem("PLAN_LIMIT_REACHED");
}

#[tokio::test]
async fn a_key_makes_one_and_its_secret_is_shown_once() {
    let house = House::new().await;
    let body = least(&house);
    let ask = |body: Value| {
        let house = &house;
        async move { house.send(ANN, (Method::POST, PATH), &[("idempotency-key", "k")], Some(&body)).await }
    };
    let answers = futures::future::join_all((0..12).map(|_| ask(body.clone()))).await;
    let secrets = answers.iter().filter(|answer| answer.expect(201).get("signing_secret").is_some()).count();
    assert_eq!(secrets, 1);
    let mut ids: Vec<String> = answers.iter().map(|answer| answer.json()["id"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(house.store.account(user(ANN)).await.unwrap().configurations, 1);
    ask(with(&house, "branch", json!("other"))).await.expect_problem("IDEMPOTENCY_KEY_REUSED");
    house.stack.pass(Duration::hours(24));
    let later = ask(body).await.expect(201);
    assert!(later.get("signing_secret").is_some(), "after a day the key is free");
}
