//! A stored value that this system never writes makes an answer lack its own line, and never fail.

use crate::support::stack::ANN;
use crate::support::test_api::TestApi;
use serde_json::{Value, json};
use testkit::partition::AttributeValue;

fn text() -> AttributeValue {
    AttributeValue::S("a text".to_owned())
}

#[tokio::test]
async fn unreadable_run_is_skipped_in_lists_and_exports() {
    let api = TestApi::new().await;
    let (first, broken, last) = (api.report("1").await, api.report("2").await, api.report("3").await);
    api.damage(&format!("RUN#{broken}"), "started_at", text()).await;
    let kept = [last.to_string(), first.to_string()];
    let ids = |list: &Value| -> Vec<String> {
        list["data"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned()).collect()
    };
    for query in ["", "?status=success", "?limit=2", "?from=2026-01-01T00:00:00.000Z"] {
        let listed = api.get(ANN, &format!("/report-runs{query}")).await.expect(200);
        assert_eq!((ids(&listed), &listed["pagination"]["has_more"]), (kept.to_vec(), &json!(false)), "{query}");
    }
    let page = api.get(ANN, "/report-runs?limit=1").await.expect(200);
    let cursor = page["pagination"]["next_cursor"].as_str().unwrap().to_owned();
    let page = api.get(ANN, &format!("/report-runs?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(ids(&page), [first.to_string()]);
    let days = api.get(ANN, "/report-runs/usage/daily").await.expect(200);
    let runs: u64 = days["data"].as_array().unwrap().iter().map(|day| day["total_runs"].as_u64().unwrap()).sum();
    assert_eq!(runs, 3, "the days are sums that changed with the run");
    for format in ["csv", "ndjson"] {
        let export = api.get(ANN, &format!("/report-runs/export?format={format}")).await;
        assert_eq!(export.status, 200);
        assert!(kept.iter().all(|id| export.text.contains(id)) && !export.text.contains(&broken.to_string()));
    }
    api.get(ANN, &format!("/report-runs/{broken}")).await.expect_problem("INTERNAL");
    assert!(api.store.unreadable_records() > 0);
}

#[tokio::test]
async fn unreadable_counter_is_answered_from_its_runs() {
    let api = TestApi::new().await;
    api.report("1").await;
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    for (name, value) in [
        ("counted_runs", text()),
        ("t_prompt", AttributeValue::Null(true)),
        ("cost_micros", AttributeValue::N("-1".to_owned())),
    ] {
        api.damage("USAGE#2026-01", name, value).await;
    }
    assert_eq!(api.get(ANN, "/report-runs/usage").await.expect(200), usage);
    let history = api.get(ANN, "/report-runs/usage/history?months=1").await.expect(200);
    assert_eq!(history["data"][0], usage["monthlyUsage"]);
    assert_eq!(api.get(ANN, "/report-runs/usage/forecast").await.expect(200)["runs_used"], 1);
}

#[tokio::test]
async fn too_large_count_is_the_greatest_exact_json_number() {
    let api = TestApi::new().await;
    let run = api.report("1").await;
    for sk in ["USAGE#2026-01".to_owned(), format!("RUN#{run}")] {
        api.damage(&sk, "t_prompt", AttributeValue::N("36893488147419103232".to_owned())).await;
    }
    let greatest = json!(9_007_199_254_740_991_u64);
    let usage = api.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["monthlyUsage"]["total_tokens"], greatest);
    let list = api.get(ANN, "/report-runs").await.expect(200);
    assert_eq!(list["data"][0]["prompt_tokens"], greatest);
    let days = api.get(ANN, "/report-runs/usage/daily").await.expect(200).to_string();
    assert!(days.contains("9007199254740991"), "{days}");
}

#[tokio::test]
async fn run_with_an_unreadable_text_is_answered_without_it() {
    let api = TestApi::new().await;
    let run = api.report("1").await;
    let whole = api.get(ANN, &format!("/report-runs/{run}")).await.expect(200);
    api.damage(&format!("CONTENT#{run}"), "text", text()).await;
    let mut shown = api.get(ANN, &format!("/report-runs/{run}")).await.expect(200);
    assert_eq!((&shown["report_content"], &shown["report_content_expired"]), (&Value::Null, &json!(false)));
    shown["report_content"] = whole["report_content"].clone();
    assert_eq!(shown, whole);
}

#[tokio::test]
async fn unreadable_configuration_is_skipped_in_list_and_forecast() {
    let api = TestApi::new().await;
    let body = json!({"repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "@daily"});
    let made = api.create(ANN, "/report-configurations", &body).await.expect(201);
    api.damage(&format!("CONFIG#{}", api.configuration.id), "schedule", AttributeValue::Null(true)).await;
    let list = api.get(ANN, "/report-configurations").await.expect(200);
    assert_eq!((list["data"].as_array().unwrap().len(), &list["data"][0]["id"]), (1, &made["id"]));
    let forecast = api.get(ANN, "/report-runs/usage/forecast").await.expect(200);
    assert_eq!(forecast["reports"].as_array().unwrap().len(), 1);
}
