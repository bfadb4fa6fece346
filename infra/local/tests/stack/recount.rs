//! `git-report recount`, while the system runs and while it is stopped.

use crate::program::{Place, System};
use serde_json::json;
use std::process::Output;

const DEMO_USER: &str = "d0000000-0000-4000-8000-000000000001";

/// The printed text and the exit code.
fn result(output: &Output) -> (String, Option<i32>) {
    (String::from_utf8(output.stdout.clone()).unwrap(), output.status.code())
}

/// Overwrites figures of the counter, as a bug would.
async fn corrupt(system: &System, month: &str) {
    let request = json!({
        "TableName": "git-report",
        "Key": {"pk": {"S": format!("USER#{DEMO_USER}")}, "sk": {"S": format!("USAGE#{month}")}},
        "UpdateExpression": "SET slots_used = :slots, total_runs = :runs",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeValues": {":slots": {"N": "12"}, ":runs": {"N": "0"}},
    });
    system.dynamodb("UpdateItem", &request).await;
}

#[tokio::test]
async fn differing_counter_is_reported_and_repaired() {
    let place = Place::with_repository();
    let system = place.start(&[], &[]).await;
    system.settled().await;
    let usage = system.get("/report-runs/usage").await;
    let month = usage["monthlyUsage"]["month"].as_str().unwrap()[..7].to_owned();
    let recount = |more: &[&str]| result(&place.run(&[&["recount", "--month", &month], more].concat(), &[]));
    let right = format!("{month} of {DEMO_USER}: the counter agrees with its runs (1).\n");
    assert_eq!(recount(&[]), (right.clone(), Some(0)));
    corrupt(&system, &month).await;
    let table = "field       counter  runs\nslots_used       12     1\ntotal_runs        0     1\n";
    let (printed, code) = recount(&["--account", DEMO_USER]);
    assert!(printed.ends_with(table), "{printed}");
    assert_eq!(code, Some(1));
    assert_eq!(system.get("/report-runs/usage").await["monthlyUsage"]["total_runs"], 0, "nothing was changed");
    let (printed, code) = recount(&["--repair"]);
    assert!(printed.contains(table) && printed.ends_with("\n\nThe counter was repaired.\n"), "{printed}");
    assert_eq!(code, Some(0));
    assert_eq!(system.get("/report-runs/usage").await["monthlyUsage"]["total_runs"], 1);
    assert_eq!(system.interrupt().await, Some(0));
    assert_eq!(recount(&["--repair"]), (right, Some(0)), "from the file, once the system has stopped");
}

#[tokio::test]
async fn month_without_runs_agrees() {
    let place = Place::with_repository();
    let system = place.start(&["--no-report"], &[]).await;
    let (printed, code) = result(&place.run(&["recount", "--month", "2020-02"], &[]));
    assert!(printed.contains("2020-02") && printed.contains("its runs (0)"), "{printed}");
    assert_eq!(code, Some(0));
    drop(system);
}
