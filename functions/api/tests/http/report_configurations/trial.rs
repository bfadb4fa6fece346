//! A test report, the next fires, and a new signing secret.

use crate::support::stack::ANN;
use crate::support::test_api::{TestApi, user};
use app::ports::{Configurations, GitFailure};
use axum::http::Method;
use domain::delivery::{Answer, Forbidden, NoAnswer};
use serde_json::{Value, json};
use testkit::builders::at;

async fn made(api: &TestApi) -> String {
    let body = json!({
        "repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "30 2 * * *",
        "timezone": "America/New_York", "webhook_url": "https://receiver.example.com/hook", "model": "gpt-4o-mini",
    });
    let made = api.create(ANN, "/report-configurations", &body).await.expect(201);
    format!("/report-configurations/{}", made["id"].as_str().unwrap())
}

#[tokio::test]
async fn test_has_tokens_cost_and_the_result_of_the_webhook() {
    let api = TestApi::new().await;
    let place = made(&api).await;
    api.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: one");
    let tested = api.post(ANN, &format!("{place}/test-webhook")).await.expect(200);
    assert_eq!(
        (&tested["trigger"], &tested["status"], &tested["commits_processed"]),
        (&json!("test"), &json!("success"), &json!(1))
    );
    assert_eq!(tested["tokens_used"], 1_100);
    assert_eq!(tested["cost_usd"].to_string(), "0.000195");
    assert!(tested["report_content"].as_str().unwrap().contains("Text 1"), "{tested}");
    assert_eq!(
        tested["webhook"],
        json!({"delivered": true, "status": 200, "state": "delivered", "error_class": null, "response_excerpt": null})
    );
    for step in ["fetch_ms", "write_ms", "deliver_ms", "total_ms"] {
        assert!(tested["timings"][step].is_u64(), "{step}: {tested}");
    }
    assert_eq!(api.stack.outside.receiver.reports().len(), 1);
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!((&usage["runsUsed"], &usage["monthlyUsage"]["test_runs"]), (&json!(0), &json!(1)));
    assert_eq!(usage["monthlyUsage"]["total_tokens"], 1_100);
}

#[tokio::test]
async fn preview_sends_nothing() {
    let api = TestApi::new().await;
    let place = made(&api).await;
    api.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: one");
    let tested = api.post(ANN, &format!("{place}/test?deliver=false")).await.expect(200);
    assert_eq!((&tested["webhook"], &tested["timings"]["deliver_ms"]), (&Value::Null, &Value::Null));
    assert!(api.stack.outside.receiver.received().is_empty());
    api.post(ANN, &format!("{place}/test?deliver=maybe")).await.expect_problem("VALIDATION_FAILED");
    api.post(ANN, &format!("{place}/test?delivery=false")).await.expect_problem("VALIDATION_FAILED");
}

#[tokio::test]
async fn repeated_key_is_one_test_in_its_current_state() {
    let api = TestApi::new().await;
    let place = made(&api).await;
    api.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: one");
    let once = api.start_once(ANN, &format!("{place}/test-webhook"), "key", "").await.expect(200);
    for alias in ["test-webhook", "test"] {
        let again = api.start_once(ANN, &format!("{place}/{alias}"), "key", "").await.expect(200);
        assert_eq!((&again["id"], &again["report_content"]), (&once["id"], &once["report_content"]));
        assert_eq!((&again["webhook"], &again["timings"]["total_ms"]), (&once["webhook"], &Value::Null));
    }
    let shown = api.start_once(ANN, &format!("{place}/test?deliver=false"), "key", "").await;
    shown.expect_problem("IDEMPOTENCY_KEY_REUSED");
    assert_eq!(api.stack.outside.receiver.reports().len(), 1);
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["monthlyUsage"]["test_runs"], 1);
}

#[tokio::test]
async fn failed_test_is_answered_again_for_its_key() {
    let api = TestApi::new().await;
    let place = format!("{}/test", made(&api).await);
    api.stack.outside.git.fail(Some(GitFailure::TokenInvalid));
    api.start_once(ANN, &place, "key", "").await.expect_problem("TOKEN_INVALID");
    api.stack.outside.git.fail(None);
    api.start_once(ANN, &place, "key", "").await.expect_problem("TOKEN_INVALID");
    api.start_once(ANN, &place, "another-key", "").await.expect(200);
}

#[tokio::test]
async fn failure_of_an_outside_service_has_its_code() {
    let api = TestApi::new().await;
    let place = format!("{}/test-webhook", made(&api).await);
    api.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: one");
    let minute = std::time::Duration::from_mins(1);
    for (failure, code) in [
        (GitFailure::NotFound, "REPOSITORY_NOT_FOUND"),
        (GitFailure::TokenInvalid, "TOKEN_INVALID"),
        (GitFailure::RateLimited { retry_after: minute }, "GIT_RATE_LIMITED"),
        (GitFailure::Unavailable, "REPOSITORY_UNREACHABLE"),
    ] {
        api.stack.outside.git.fail(Some(failure));
        api.post(ANN, &place).await.expect_problem(code);
    }
    api.stack.outside.git.fail(None);
    api.limit(0).await;
    let problem = api.post(ANN, &place).await.expect_problem("USAGE_LIMIT_EXCEEDED");
    assert_eq!(problem["resets_at"], "2026-02-01T00:00:00.000Z");
}

#[tokio::test]
async fn refusal_of_the_receiver_is_the_result_of_the_test() {
    let api = TestApi::new().await;
    let place = format!("{}/test-webhook", made(&api).await);
    api.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: one");
    let cases = [
        (Answer::Status { status: 404, retry_after: None }, json!(404), "refused", "http_404"),
        (Answer::Status { status: 500, retry_after: None }, json!(500), "exhausted", "http_500"),
        (Answer::NotTaken { status: 200, retry_after: None }, json!(200), "exhausted", "not_taken"),
        (Answer::NoAnswer(NoAnswer::Timeout), Value::Null, "exhausted", "timeout"),
        (Answer::Forbidden(Forbidden::Address), Value::Null, "refused", "forbidden_address"),
    ];
    api.stack.outside.receiver.say("no such channel");
    for (answer, status, state, class) in cases {
        api.stack.outside.receiver.answer(answer);
        let tested = api.start_once(ANN, &place, class, "").await.expect(200);
        let webhook = json!({
            "delivered": false, "status": status, "state": state, "error_class": class,
            "response_excerpt": "no such channel",
        });
        assert_eq!(tested["webhook"], webhook);
        assert_eq!((&tested["tokens_used"], &tested["commits_processed"]), (&json!(1_100), &json!(1)));
        assert_eq!(tested["cost_usd"].to_string(), "0.000195");
        for step in ["fetch_ms", "write_ms", "deliver_ms", "total_ms"] {
            assert!(tested["timings"][step].is_u64(), "{step}: {tested}");
        }
        let again = api.start_once(ANN, &place, class, "").await.expect(200);
        assert_eq!((&again["id"], &again["webhook"]), (&tested["id"], &webhook));
        let path = format!("/report-runs/{}/deliveries", tested["id"].as_str().unwrap());
        let attempts = api.get(ANN, &path).await.expect(200);
        assert_eq!(attempts["data"][0]["response_excerpt"], "no such channel");
    }
}

#[tokio::test]
async fn parallel_repeats_of_a_test_are_refused_until_the_first_has_ended() {
    let api = TestApi::new().await;
    let place = format!("{}/test-webhook", made(&api).await);
    api.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: one");
    api.stack.outside.git.hang(true);
    let repeats = async {
        while api.get(ANN, "/report-runs").await.expect(200)["data"] == json!([]) {
            tokio::task::yield_now().await;
        }
        let repeats = (0..4).map(|_| api.start_once(ANN, &place, "key", ""));
        let repeats = futures::future::join_all(repeats).await;
        api.stack.outside.git.hang(false);
        repeats
    };
    let (first, repeats) = futures::future::join(api.start_once(ANN, &place, "key", ""), repeats).await;
    first.expect(200);
    for repeat in repeats {
        repeat.expect_problem("IDEMPOTENCY_KEY_IN_USE");
        assert!(repeat.header("retry-after").is_some());
    }
    api.start_once(ANN, &place, "key", "").await.expect(200);
    assert_eq!(api.stack.outside.receiver.reports().len(), 1);
}

#[tokio::test]
async fn next_five_fires_are_in_utc_and_local_time() {
    let api = TestApi::new().await;
    let place = made(&api).await;
    api.stack.clock.set(at("2026-03-07T00:00:00Z"));
    let info = api.get(ANN, &format!("{place}/scheduling-info")).await.expect(200);
    assert_eq!((&info["schedule"], &info["timezone"]), (&json!("30 2 * * *"), &json!("America/New_York")));
    assert_eq!(info["description"], "At 02:30, every day, on the clock of America/New_York.");
    let fires = info["next_runs"].as_array().unwrap();
    assert_eq!(fires.len(), 5);
    assert_eq!(fires[0], json!({"utc": "2026-03-07T07:30:00.000Z", "local": "2026-03-07T02:30:00.000-05:00"}));
    // Local time skips half past two.
    assert_eq!(fires[1], json!({"utc": "2026-03-08T07:00:00.000Z", "local": "2026-03-08T03:00:00.000-04:00"}));
}

#[tokio::test]
async fn zone_in_lower_case_is_stored_in_its_own_spelling() {
    let api = TestApi::new().await;
    let body = json!({
        "repository_id": api.repository.id.to_string(), "branch": "main",
        "schedule": "0 9 ? * SAT-SUN", "timezone": "america/port-au-prince",
    });
    let made = api.create(ANN, "/report-configurations", &body).await.expect(201);
    assert_eq!(made["timezone"], "America/Port-au-Prince");
    let place = format!("/report-configurations/{}", made["id"].as_str().unwrap());
    assert_eq!(api.get(ANN, &place).await.expect(200)["timezone"], "America/Port-au-Prince");
    let info = api.get(ANN, &format!("{place}/scheduling-info")).await.expect(200);
    assert_eq!(info["description"], "At 09:00, on Sunday or Saturday, on the clock of America/Port-au-Prince.");
}

#[tokio::test]
async fn new_secret_signs_beside_the_old_one_for_a_day() {
    let api = TestApi::new().await;
    let body = json!({"repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "@daily"});
    let made = api.create(ANN, "/report-configurations", &body).await.expect(201);
    let place = format!("/report-configurations/{}", made["id"].as_str().unwrap());
    let answer = api.post(ANN, &format!("{place}/rotate-secret")).await;
    let rotated = answer.expect(200);
    assert_ne!(rotated["signing_secret"], made["signing_secret"]);
    assert!(rotated["signing_secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!(rotated["previous_secret_until"], "2026-01-16T10:30:00.000Z");
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let id = domain::id::ConfigurationId::parse(made["id"].as_str().unwrap()).unwrap();
    let stored = api.store.configuration(user(ANN), id).await.unwrap().unwrap();
    assert_eq!(stored.secrets.previous_until(), Some(at("2026-01-16T10:30:00Z")));
    assert!(api.get(ANN, &place).await.expect(200).get("signing_secret").is_none());
}

#[tokio::test]
async fn repeated_key_makes_one_new_secret_shown_once() {
    let api = TestApi::new().await;
    let place = format!("{}/rotate-secret", made(&api).await);
    let rotate = async |key| {
        let headers = [("idempotency-key", key), ("if-match", "\"1\"")];
        api.send(ANN, (Method::POST, &place), &headers, None).await
    };
    let answers = futures::future::join_all((0..8).map(|_| rotate("key"))).await;
    let shown = answers.iter().filter(|answer| answer.expect(200).get("signing_secret").is_some()).count();
    assert_eq!(shown, 1);
    let again = rotate("key").await;
    assert_eq!((again.expect(200)["version"].as_u64(), again.header("etag")), (Some(2), Some("\"2\"")));
    assert!(again.json().get("signing_secret").is_none());
    assert_eq!(again.json()["previous_secret_until"], "2026-01-16T10:30:00.000Z");
    rotate("another-key").await.expect_problem("PRECONDITION_FAILED");
    let other = format!("/report-configurations/{}/rotate-secret", api.configuration.id);
    api.start_once(ANN, &other, "key", "").await.expect_problem("IDEMPOTENCY_KEY_REUSED");
    api.stack.pass(domain::instant::Duration::hours(25));
    let later = api.start_once(ANN, &place, "key", "").await.expect(200);
    assert!(later.get("signing_secret").is_some(), "a day later the key is forgotten");
}
