//! The deliveries of one configuration: filters, pages, and how much a page reads.

use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;
use app::ports::{Attempt, Deliveries};
use domain::delivery::{AttemptResult, Delivery, NoAnswer, Stage};
use domain::event::DeliverySubject;
use domain::id::RunId;
use domain::instant::Duration;
use serde_json::{Value, json};

/// A report of Ann's whose delivery ended with this attempt, a minute after the one before.
async fn delivered(api: &TestApi, stage: Stage, result: AttemptResult) -> RunId {
    api.stack.pass(Duration::minutes(1));
    let delivery = Delivery { stage, attempts: 2, response_status: result.status(), ..Delivery::none() };
    let run = api.report_with(delivery).await;
    for (number, result) in [(1, AttemptResult::NoAnswer(NoAnswer::Dns)), (2, result)] {
        let attempt = Attempt {
            user: run.user,
            subject: DeliverySubject::Run(run.id),
            number,
            at: run.updated_at,
            duration_ms: Some(20),
            result,
            response_excerpt: Some(format!("answer {number}")),
            next_attempt_at: None,
        };
        api.store.put_attempt(&attempt).await.unwrap();
    }
    run.id
}

fn path(api: &TestApi, query: &str) -> String {
    format!("/report-configurations/{}/deliveries{query}", api.configuration.id)
}

fn runs(body: &Value) -> Vec<&str> {
    body["data"].as_array().unwrap().iter().map(|one| one["run_id"].as_str().unwrap()).collect()
}

/// Reports, the newest first: delivered, reset, 500, and one that was not delivered anywhere.
async fn four(api: &TestApi) -> [String; 3] {
    api.report("No webhook.").await;
    let failed = delivered(api, Stage::Exhausted, AttemptResult::Status(500)).await;
    let reset = delivered(api, Stage::Exhausted, AttemptResult::NoAnswer(NoAnswer::Reset)).await;
    let good = delivered(api, Stage::Delivered, AttemptResult::Status(200)).await;
    [good, reset, failed].map(|id| id.to_string())
}

/// Reports that are not delivered anywhere are listed if they are asked for, and only then.
#[tokio::test]
async fn state_none_lists_the_reports_that_are_not_delivered() {
    let api = TestApi::new().await;
    let [good, reset, failed] = four(&api).await;
    let all = api.get(ANN, &path(&api, "")).await.expect(200);
    let none = api.get(ANN, &path(&api, "?state=none")).await.expect(200);
    assert_eq!((runs(&all).len(), runs(&none).len()), (3, 1));
    assert!(![&good, &reset, &failed].contains(&&runs(&none)[0].to_owned()), "{none}");
}

#[tokio::test]
async fn deliveries_are_listed_newest_first_with_their_last_attempt() {
    let api = TestApi::new().await;
    let [good, reset, failed] = four(&api).await;
    let body = api.get(ANN, &path(&api, "")).await.expect(200);
    assert_eq!(runs(&body), [&good, &reset, &failed]);
    let first = &body["data"][0];
    assert_eq!((&first["delivery"]["state"], &first["trigger"]), (&json!("delivered"), &json!("manual")));
    let attempt = &first["last_attempt"];
    assert_eq!((&attempt["number"], &attempt["response_excerpt"]), (&json!(2), &json!("answer 2")));
    assert_eq!(body["pagination"], json!({"limit": 50, "offset": 0, "has_more": false, "next_cursor": null}));
    let others = api.get(BOB, &format!("/report-configurations/{}/deliveries", api.bobs.id)).await.expect(200);
    assert_eq!(runs(&others), [""; 0]);
    api.get(BOB, &path(&api, "")).await.expect_problem("NOT_FOUND");
}

#[tokio::test]
async fn filters_select_by_state_last_attempt_and_time() {
    let api = TestApi::new().await;
    let [good, reset, failed] = four(&api).await;
    for (query, expected) in [
        ("?state=exhausted", vec![&reset, &failed]),
        ("?state=delivered", vec![&good]),
        ("?state=pending", vec![]),
        ("?error_class=reset", vec![&reset]),
        ("?error_class=http_500", vec![&failed]),
        ("?error_class=dns", vec![]),
        ("?response_status=500", vec![&failed]),
        ("?response_status=200", vec![&good]),
        ("?response_status=500&error_class=reset", vec![]),
        ("?state=exhausted&response_status=500", vec![&failed]),
        ("?from=2026-01-15T10:32:00Z", vec![&good, &reset]),
        ("?to=2026-01-15T10:32:00Z", vec![&failed]),
        ("?from=2026-01-15T10:32:00Z&to=2026-01-15T10:33:00Z", vec![&reset]),
    ] {
        let body = api.get(ANN, &path(&api, query)).await.expect(200);
        assert_eq!(runs(&body), expected, "{query}");
    }
}

#[tokio::test]
async fn pages_follow_their_cursor_and_end_exactly() {
    let api = TestApi::new().await;
    let [good, reset, failed] = four(&api).await;
    for filter in ["", "&error_class=http_500"] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = api.get(ANN, &path(&api, &format!("?limit=1{filter}{cursor}"))).await.expect(200);
            seen.extend(runs(&page).into_iter().map(str::to_owned));
            let Some(next) = page["pagination"]["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let expected = if filter.is_empty() { vec![&good, &reset, &failed] } else { vec![&failed] };
        assert_eq!(seen.iter().collect::<Vec<_>>(), expected, "{filter}");
    }
    let page = api.get(ANN, &path(&api, "?limit=1")).await.expect(200);
    let cursor = page["pagination"]["next_cursor"].as_str().unwrap();
    let other = path(&api, &format!("?state=delivered&cursor={cursor}"));
    api.get(ANN, &other).await.expect_problem("INVALID_CURSOR");
    let two = api.get(ANN, &path(&api, "?limit=2&offset=1")).await.expect(200);
    assert_eq!(runs(&two), [&reset, &failed]);
}

#[tokio::test]
async fn invalid_filters_are_refused() {
    let api = TestApi::new().await;
    for query in [
        "?state=lost",
        "?error_class=Reset",
        "?error_class=",
        "?response_status=99",
        "?response_status=600",
        "?response_status=x",
        "?from=yesterday",
        "?from=2026-01-15T10:32:00Z&to=2026-01-15T10:32:00Z",
        "?status=500",
    ] {
        api.get(ANN, &path(&api, query)).await.expect_problem("VALIDATION_FAILED");
    }
    api.get(ANN, "/report-configurations/none/deliveries").await.expect_problem("NOT_FOUND");
}
