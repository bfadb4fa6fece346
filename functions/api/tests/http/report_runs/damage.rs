//! Stored values that nothing in this system writes cost their own line of an answer, and never the answer.

use crate::support::house::House;
use crate::support::stack::ANN;
use serde_json::{Value, json};
use testkit::partition::AttributeValue;

fn text() -> AttributeValue {
    AttributeValue::S("a text".to_owned())
}

#[tokio::test]
async fn a_run_that_cannot_be_read_costs_its_line_of_the_list_the_days_and_both_exports() {
    let house = House::new().await;
    let (first, broken, last) = (house.report("1").await, house.report("2").await, house.report("3").await);
    house.spoil(&format!("RUN#{broken}"), "started_at", text()).await;
    let kept = [last.to_string(), first.to_string()];
    let ids = |list: &Value| -> Vec<String> {
        list["data"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned()).collect()
    };
    for query in ["", "?status=success", "?limit=2", "?from=2026-01-01T00:00:00.000Z"] {
        let listed = house.get(ANN, &format!("/report-runs{query}")).await.expect(200);
        assert_eq!((ids(&listed), &listed["pagination"]["has_more"]), (kept.to_vec(), &json!(false)), "{query}");
    }
    let page = house.get(ANN, "/report-runs?limit=1").await.expect(200);
    let cursor = page["pagination"]["next_cursor"].as_str().unwrap().to_owned();
    let page = house.get(ANN, &format!("/report-runs?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(ids(&page), [first.to_string()]);
    let days = house.get(ANN, "/report-runs/usage/daily").await.expect(200);
    let runs: u64 = days["data"].as_array().unwrap().iter().map(|day| day["total_runs"].as_u64().unwrap()).sum();
    assert_eq!(runs, 2);
    for format in ["csv", "ndjson"] {
        let export = house.get(ANN, &format!("/report-runs/export?format={format}")).await;
        assert_eq!(export.status, 200);
        assert!(kept.iter().all(|id| export.text.contains(id)) && !export.text.contains(&broken.to_string()));
    }
    house.get(ANN, &format!("/report-runs/{broken}")).await.expect_problem("INTERNAL");
    assert!(house.store.unreadable_records() > 0);
}

#[tokio::test]
async fn a_counter_that_cannot_be_read_is_answered_from_its_runs() {
    let house = House::new().await;
    house.report("1").await;
    let usage = house.get(ANN, "/report-runs/usage").await.expect(200);
    for (name, value) in [
        ("counted_runs", text()),
        ("t_prompt", AttributeValue::Null(true)),
        ("cost_micros", AttributeValue::N("-1".to_owned())),
    ] {
        house.spoil("USAGE#2026-01", name, value).await;
    }
    assert_eq!(house.get(ANN, "/report-runs/usage").await.expect(200), usage);
    let history = house.get(ANN, "/report-runs/usage/history?months=1").await.expect(200);
    assert_eq!(history["data"][0], usage["monthlyUsage"]);
    assert_eq!(house.get(ANN, "/report-runs/usage/forecast").await.expect(200)["runs_used"], 1);
}

#[tokio::test]
async fn an_absurd_count_is_the_greatest_amount_that_json_readers_keep() {
    let house = House::new().await;
    let run = house.report("1").await;
    for sk in ["USAGE#2026-01".to_owned(), format!("RUN#{run}")] {
        house.spoil(&sk, "t_prompt", AttributeValue::N("36893488147419103232".to_owned())).await;
    }
    let greatest = json!(9_007_199_254_740_991_u64);
    let usage = house.get(ANN, "/report-runs/usage").await.expect(200);
    assert_eq!(usage["monthlyUsage"]["total_tokens"], greatest);
    let list = house.get(ANN, "/report-runs").await.expect(200);
    assert_eq!(list["data"][0]["prompt_tokens"], greatest);
    let days = house.get(ANN, "/report-runs/usage/daily").await.expect(200).to_string();
    assert!(days.contains("9007199254740991"), "{days}");
}

#[tokio::test]
async fn a_run_whose_text_cannot_be_read_is_answered_without_it() {
    let house = House::new().await;
    let run = house.report("1").await;
    let whole = house.get(ANN, &format!("/report-runs/{run}")).await.expect(200);
    house.spoil(&format!("CONTENT#{run}"), "text", text()).await;
    let mut shown = house.get(ANN, &format!("/report-runs/{run}")).await.expect(200);
    assert_eq!((&shown["report_content"], &shown["report_content_expired"]), (&Value::Null, &json!(false)));
    shown["report_content"] = whole["report_content"].clone();
    assert_eq!(shown, whole);
}

#[tokio::test]
async fn a_report_configuration_that_cannot_be_read_costs_its_line_of_the_list_and_the_forecast() {
    let house = House::new().await;
    let body = json!({"repository_id": house.repository.id.to_string(), "branch": "main", "schedule": "@daily"});
    let made = house.create(ANN, "/report-configurations", &body).await.expect(201);
    house.spoil(&format!("CONFIG#{}", house.configuration.id), "schedule", AttributeValue::Null(true)).await;
    let list = house.get(ANN, "/report-configurations").await.expect(200);
    assert_eq!((list["data"].as_array().unwrap().len(), &list["data"][0]["id"]), (1, &made["id"]));
    let forecast = house.get(ANN, "/report-runs/usage/forecast").await.expect(200);
    assert_eq!(forecast["reports"].as_array().unwrap().len(), 1);
}
