//! Manual runs: the run, its quota, and repeated requests.

use crate::support::call::post_json;
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, WINDOW, id_of, user};
use app::ports::{Configurations, Repositories};
use domain::configuration::Configuration;
use domain::instant::Duration;
use domain::repository::Repository;
use domain::run::{ErrorCode, Failure, Outcome};

const OTHER_WINDOW: &str = r#"{"from": "2026-01-09T00:00:00.000Z", "to": "2026-01-15T00:00:00.000Z"}"#;

#[tokio::test]
async fn start_is_202_with_the_run_its_path_and_the_quota() {
    let api = TestApi::new().await;
    let answer = api.start().await;
    let run = answer.expect(202);
    assert_eq!(run["status"], "running");
    assert_eq!(run["trigger"], "manual");
    assert_eq!(run["quota"]["reason"], "running");
    assert_eq!(answer.header("location"), Some(format!("/report-runs/{}", run["id"].as_str().unwrap()).as_str()));
    assert_eq!(answer.header("ratelimit-limit"), Some("50"));
    assert_eq!(answer.header("ratelimit-remaining"), Some("49"));
    // From 2026-01-15 10:30 to 2026-02-01.
    assert_eq!(answer.header("ratelimit-reset"), Some((16 * 86_400 + 13 * 3_600 + 1_800).to_string().as_str()));
    let requests = api.stack.queue.take_runs();
    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].run, requests[0].user), (id_of(&run), user(ANN)));
}

#[tokio::test]
async fn alias_starts_a_run() {
    let api = TestApi::new().await;
    let path = format!("/report-configurations/{}/manual-trigger", api.configuration.id);
    let run = post_json(&api.stack.router, &path, Some(&api.stack.token(ANN)), WINDOW).await.expect(202);
    assert_eq!(api.get(ANN, &format!("/report-runs/{}", id_of(&run))).await.expect(200)["status"], "running");
}

#[tokio::test]
async fn repeated_key_starts_one_run() {
    let api = TestApi::new().await;
    let path = api.run_path();
    let first = api.start_once(ANN, &path, "key-1", WINDOW).await.expect(202);
    api.stack.pass(Duration::hours(23));
    let spaced = r#"{"to": "2026-01-15T00:00:00Z",   "from": "2026-01-08T00:00:00Z"}"#;
    for (path, body) in [(path.clone(), WINDOW), (path.replace("/run", "/manual-trigger"), spaced)] {
        let again = api.start_once(ANN, &path, "key-1", body).await.expect(202);
        assert_eq!(again["id"], first["id"]);
    }
    api.end(id_of(&first), Outcome::Cancelled, None).await;
    let ended = api.start_once(ANN, &path, "key-1", WINDOW).await.expect(202);
    assert_eq!((&ended["id"], &ended["status"]), (&first["id"], &"cancelled".into()), "the run as it is now");
    api.start_once(ANN, &path, "key-1", OTHER_WINDOW).await.expect_problem("IDEMPOTENCY_KEY_REUSED");
    let other = api.start_once(ANN, &path, "key-2", WINDOW).await.expect(202);
    assert_ne!(other["id"], first["id"]);
    api.stack.pass(Duration::hours(1));
    let later = api.start_once(ANN, &path, "key-1", OTHER_WINDOW).await.expect(202);
    assert_ne!(later["id"], first["id"], "after a day the key is free");
}

#[tokio::test]
async fn key_belongs_to_its_user() {
    let api = TestApi::new().await;
    let bobs = format!("/report-configurations/{}/run", api.bobs.id);
    let ann = api.start_once(ANN, &api.run_path(), "key", WINDOW).await.expect(202);
    let bob = api.start_once(BOB, &bobs, "key", WINDOW).await.expect(202);
    assert_ne!(ann["id"], bob["id"]);
    assert_eq!(bob["user_id"], BOB);
}

#[tokio::test]
async fn twenty_concurrent_requests_with_one_key_start_one_run() {
    let api = TestApi::new().await;
    let path = api.run_path();
    let asks = (0..20).map(|_| api.start_once(ANN, &path, "key", WINDOW));
    let answers = futures::future::join_all(asks).await;
    let mut ids: Vec<String> = answers.iter().map(|answer| answer.expect(202)["id"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(api.get(ANN, "/report-runs/usage").await.expect(200)["monthlyUsage"]["total_runs"], 1);
}

#[tokio::test]
async fn twenty_concurrent_requests_keep_the_limit() {
    let api = TestApi::new().await;
    api.limit(3).await;
    let answers = futures::future::join_all((0..20).map(|_| api.start())).await;
    let started = answers.iter().filter(|answer| answer.status.as_u16() == 202).count();
    assert_eq!(started, 3);
    for answer in answers.iter().filter(|answer| answer.status.as_u16() != 202) {
        answer.expect_problem("SLOTS_IN_USE");
    }
}

#[tokio::test]
async fn slots_in_use_are_released_and_a_reached_limit_is_not() {
    let api = TestApi::new().await;
    api.limit(1).await;
    let held = api.started().await;
    let answer = api.start().await;
    let problem = answer.expect_problem("SLOTS_IN_USE");
    assert_eq!(answer.header("retry-after"), Some("60"));
    assert_eq!(answer.header("ratelimit-remaining"), Some("0"));
    assert!(problem.get("limit").is_none());

    api.end(held, Outcome::Failed(Failure::new(ErrorCode::Internal, "no luck")), None).await;
    api.report("All is well.").await;
    let answer = api.start().await;
    let problem = answer.expect_problem("USAGE_LIMIT_EXCEEDED");
    assert_eq!(problem["limit"], 1);
    assert_eq!(problem["used"], 1);
    assert_eq!(problem["resets_at"], "2026-02-01T00:00:00.000Z");
    assert_eq!(answer.header("ratelimit-limit"), Some("1"));
    let wait: i64 = answer.header("retry-after").unwrap().parse().unwrap();
    api.stack.pass(Duration::seconds(wait));
    api.started().await;
}

#[tokio::test]
async fn limit_of_zero_is_reached() {
    let api = TestApi::new().await;
    api.limit(0).await;
    let problem = api.start().await.expect_problem("USAGE_LIMIT_EXCEEDED");
    assert_eq!((&problem["limit"], &problem["used"]), (&0.into(), &0.into()));
}

#[tokio::test]
async fn configuration_of_another_user_is_not_found() {
    let api = TestApi::new().await;
    let token = api.stack.token(ANN);
    let bobs = format!("/report-configurations/{}/run", api.bobs.id);
    let missing = "/report-configurations/018d0000-0000-7000-8000-000000000001/run";
    let mut bodies = Vec::new();
    for path in [bobs.as_str(), missing] {
        let mut problem = post_json(&api.stack.router, path, Some(&token), WINDOW).await.expect_problem("NOT_FOUND");
        problem.as_object_mut().unwrap().remove("request_id");
        bodies.push(problem);
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn deleted_repository_or_configuration_starts_no_run() {
    let api = TestApi::new().await;
    let deleted_at = Some(api.repository.created_at);
    let repository = Repository { deleted_at, ..api.repository.clone() };
    api.store.put_repository(&repository).await.unwrap();
    api.start().await.expect_problem("REPOSITORY_NOT_FOUND");
    let configuration = Configuration { deleted_at, ..api.configuration.clone() };
    api.store.put_configuration(&configuration).await.unwrap();
    api.start().await.expect_problem("NOT_FOUND");
    assert_eq!(api.get(ANN, "/report-runs/usage").await.expect(200)["monthlyUsage"]["total_runs"], 0);
}

#[tokio::test]
async fn range_in_the_future_is_refused() {
    let api = TestApi::new().await;
    for (from, to) in [
        ("2026-01-15T10:30:00.000Z", "2026-01-16T00:00:00.000Z"),
        ("2027-01-01T00:00:00.000Z", "2027-01-02T00:00:00.000Z"),
    ] {
        let body = format!(r#"{{"from": "{from}", "to": "{to}"}}"#);
        for query in ["", "?estimate=true"] {
            let path = format!("{}{query}", api.run_path());
            let problem = api.start_once(ANN, &path, "key", &body).await.expect_problem("VALIDATION_FAILED");
            assert_eq!(problem["errors"][0]["pointer"], "/from", "{problem}");
        }
    }
    let body = r#"{"from": "2026-01-15T10:29:59.999Z", "to": "2026-01-16T00:00:00.000Z"}"#;
    let run = api.start_once(ANN, &api.run_path(), "another", body).await.expect(202);
    assert_eq!(
        (&run["range_from"], &run["range_to"]),
        (&"2026-01-15T10:29:59.999Z".into(), &"2026-01-16T00:00:00.000Z".into())
    );
}
