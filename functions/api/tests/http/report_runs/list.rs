//! Pages of runs.

use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;
use domain::instant::Duration;
use domain::run::Outcome;
use serde_json::{Value, json};

/// Runs of Ann's, a minute apart; every third is cancelled. Newest first.
async fn with_runs(count: usize) -> (TestApi, Vec<String>) {
    let api = TestApi::new().await;
    api.limit(10_000).await;
    let mut ids = Vec::new();
    for number in 0..count {
        let id = api.started().await;
        if number % 3 == 0 {
            api.end(id, Outcome::Cancelled, None).await;
        }
        ids.push(id.to_string());
        api.stack.pass(Duration::minutes(1));
    }
    ids.reverse();
    (api, ids)
}

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned()).collect()
}

/// Follows cursors to the end and returns the sizes of the pages and all ids.
async fn walk(api: &TestApi, query: &str) -> (Vec<usize>, Vec<String>) {
    let (mut sizes, mut all, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page = api.get(ANN, &format!("/report-runs?{query}{cursor}")).await.expect(200);
        sizes.push(ids(&page).len());
        all.extend(ids(&page));
        let next = &page["pagination"]["next_cursor"];
        assert_eq!(page["pagination"]["has_more"], next.is_string());
        match next.as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (sizes, all),
        }
    }
}

#[tokio::test]
async fn empty_list_is_a_page() {
    let api = TestApi::new().await;
    let page = api.get(ANN, "/report-runs").await.expect(200);
    let pagination = json!({"limit": 50, "offset": 0, "has_more": false, "next_cursor": null});
    assert_eq!(page, json!({"data": [], "pagination": pagination}));
}

#[tokio::test]
async fn cursors_lead_through_every_run_once_newest_first() {
    let (api, all) = with_runs(20).await;
    for (limit, sizes) in [(7, vec![7, 7, 6]), (10, vec![10, 10]), (20, vec![20]), (100, vec![20])] {
        assert_eq!(walk(&api, &format!("limit={limit}")).await, (sizes, all.clone()), "limit {limit}");
    }
    let first = api.get(ANN, "/report-runs?limit=1").await.expect(200);
    assert!(first["data"][0].get("report_content").is_none(), "lists have no texts");
    assert_eq!(first["data"][0]["status"], "running");
}

#[tokio::test]
async fn offset_skips_runs() {
    let (api, all) = with_runs(8).await;
    let page = api.get(ANN, "/report-runs?limit=3&offset=3").await.expect(200);
    assert_eq!(ids(&page), all[3..6]);
    assert_eq!((&page["pagination"]["offset"], &page["pagination"]["has_more"]), (&3.into(), &true.into()));
    let next = page["pagination"]["next_cursor"].as_str().unwrap();
    assert_eq!(ids(&api.get(ANN, &format!("/report-runs?limit=3&cursor={next}")).await.expect(200)), all[6..]);
    for (query, rest) in [("limit=3&offset=5", &all[5..]), ("offset=8", &all[8..]), ("offset=1000", &all[8..])] {
        let page = api.get(ANN, &format!("/report-runs?{query}")).await.expect(200);
        assert_eq!((ids(&page).as_slice(), &page["pagination"]["has_more"]), (rest, &false.into()), "{query}");
    }
}

#[tokio::test]
async fn filters_select_runs() {
    let (api, all) = with_runs(9).await;
    // Every third run, from the oldest, was cancelled: of nine, newest first, those at 2, 5 and 8.
    let cancelled = [all[2].clone(), all[5].clone(), all[8].clone()];
    assert_eq!(walk(&api, "status=cancelled").await.1, cancelled);
    assert_eq!(walk(&api, "status=cancelled&limit=1").await, (vec![1, 1, 1], cancelled.to_vec()));
    assert_eq!(walk(&api, "status=running").await.1.len(), 6);
    assert_eq!(walk(&api, "status=failed").await, (vec![0], vec![]));
    assert_eq!(walk(&api, &format!("configuration_id={}", api.configuration.id)).await.1, all);
    assert_eq!(walk(&api, &format!("configuration_id={}", api.bobs.id)).await.1.len(), 0);
    assert_eq!(walk(&api, &format!("repository_id={}", api.repository.id)).await.1, all);
    // Runs began at 10:30 to 10:38; the end is excluded.
    let range = "from=2026-01-15T10:32:00Z&to=2026-01-15T10:36:00Z";
    assert_eq!(walk(&api, range).await.1, all[3..7]);
    assert_eq!(walk(&api, &format!("{range}&limit=3")).await, (vec![3, 1], all[3..7].to_vec()));
    assert_eq!(walk(&api, "to=2026-01-15T10:31:00Z").await.1, all[8..]);
    assert_eq!(walk(&api, "from=2026-01-15T10:38:00Z").await.1, all[..1]);
    assert_eq!(walk(&api, &format!("{range}&status=cancelled")).await.1, [all[5].clone()]);
}

#[tokio::test]
async fn cursor_is_bound_to_its_query_and_not_to_a_user() {
    let (api, all) = with_runs(6).await;
    let page = api.get(ANN, "/report-runs?limit=2&status=running").await.expect(200);
    let cursor = page["pagination"]["next_cursor"].as_str().unwrap().to_owned();
    for query in ["", "status=failed", "status=running&from=2026-01-15T10:30:00Z"] {
        let answer = api.get(ANN, &format!("/report-runs?{query}&cursor={cursor}")).await;
        answer.expect_problem("INVALID_CURSOR");
    }
    for query in ["status=running", "status=running&limit=1", "status=running&offset=0"] {
        api.get(ANN, &format!("/report-runs?{query}&cursor={cursor}")).await.expect(200);
    }
    let mut broken = cursor.clone().into_bytes();
    broken.swap(3, 9);
    let broken = String::from_utf8(broken).unwrap();
    api.get(ANN, &format!("/report-runs?status=running&cursor={broken}")).await.expect_problem("INVALID_CURSOR");
    // With another user's cursor the caller sees their own runs.
    let bobs = api.get(BOB, &format!("/report-runs?status=running&cursor={cursor}")).await.expect(200);
    assert_eq!(bobs["data"], json!([]));
    assert_eq!(all.len(), 6);
}

#[tokio::test]
async fn filtered_page_reads_at_most_a_thousand_runs() {
    let api = TestApi::new().await;
    api.limit(10_000).await;
    let oldest = api.started().await;
    api.end(oldest, Outcome::Cancelled, None).await;
    for _ in 0..1_050 {
        api.stack.pass(Duration::seconds(1));
        api.started().await;
    }
    let page = api.get(ANN, "/report-runs?status=cancelled").await.expect(200);
    assert_eq!((ids(&page).len(), &page["pagination"]["has_more"]), (0, &true.into()), "there is more to read");
    assert_eq!(walk(&api, "status=cancelled").await, (vec![0, 1], vec![oldest.to_string()]));
    let deep = api.get(ANN, "/report-runs?offset=1000&limit=100").await.expect(200);
    assert_eq!((ids(&deep).len(), &deep["pagination"]["has_more"]), (51, &false.into()));
}

#[tokio::test]
async fn ascending_order_has_the_same_runs_reversed() {
    let (api, mut all) = with_runs(9).await;
    all.reverse();
    for limit in [2, 3, 9, 50] {
        assert_eq!(walk(&api, &format!("order=asc&sort=started_at&limit={limit}")).await.1, all, "limit {limit}");
    }
    let range = "order=asc&from=2026-01-15T10:31:00.000Z&to=2026-01-15T10:34:00.000Z";
    assert_eq!(walk(&api, &format!("{range}&limit=2")).await.1, all[1..4]);
    assert_eq!(walk(&api, "order=asc&status=cancelled&limit=2").await.1, [&all[0], &all[3], &all[6]].map(Clone::clone));
    let first = api.get(ANN, "/report-runs?order=asc&limit=1").await.expect(200);
    let cursor = first["pagination"]["next_cursor"].as_str().unwrap();
    api.get(ANN, &format!("/report-runs?cursor={cursor}")).await.expect_problem("INVALID_CURSOR");
    for wrong in ["order=up", "sort=cost", "order="] {
        api.get(ANN, &format!("/report-runs?{wrong}")).await.expect_problem("VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn runs_are_filtered_by_trigger_and_delivery() {
    let api = TestApi::new().await;
    let manual = api.report("Text.").await.to_string();
    let configuration = json!({
        "repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "@daily",
        "webhook_url": "https://receiver.example.com/hook",
    });
    let made = api.create(ANN, "/report-configurations", &configuration).await.expect(201);
    let test = format!("/report-configurations/{}/test", made["id"].as_str().unwrap());
    api.stack.outside.git.push(testkit::builders::at("2026-01-14T10:00:00Z"), "feat: one");
    let mut tested = Vec::new();
    for status in [200, 404, 503] {
        api.stack.outside.receiver.answer_status(status);
        let run = api.post(ANN, &test).await.expect(200);
        tested.push(run["id"].as_str().unwrap().to_owned());
    }
    let listed = async |query: &str| {
        let mut listed = ids(&api.get(ANN, &format!("/report-runs?{query}")).await.expect(200));
        listed.sort();
        listed
    };
    let sorted = |found: &[&String]| {
        let mut found: Vec<String> = found.iter().map(|id| (*id).clone()).collect();
        found.sort();
        found
    };
    assert_eq!(listed("trigger=manual").await, vec![manual.clone()]);
    assert_eq!(listed("trigger=test").await, sorted(&[&tested[0], &tested[1], &tested[2]]));
    assert!(listed("trigger=schedule").await.is_empty());
    assert_eq!(listed("webhook_delivered=true").await, vec![tested[0].clone()]);
    assert_eq!(listed("webhook_delivered=false").await, sorted(&[&manual, &tested[1], &tested[2]]));
    for (state, expected) in
        [("none", &manual), ("delivered", &tested[0]), ("refused", &tested[1]), ("exhausted", &tested[2])]
    {
        assert_eq!(listed(&format!("delivery_state={state}")).await, vec![expected.clone()], "{state}");
    }
    assert_eq!(listed("delivery_state=refused&trigger=test&status=success").await, vec![tested[1].clone()]);
    for wrong in ["trigger=cron", "delivery_state=lost", "webhook_delivered=maybe"] {
        api.get(ANN, &format!("/report-runs?{wrong}")).await.expect_problem("VALIDATION_FAILED");
    }
}
