//! The lines from which `CloudWatch` makes metrics.

use app::metrics::{TARGET, record_unreadable, sweep_found};
use domain::instant::Instant;
use serde_json::{Value, json};
use testkit::logs::Logs;
use tracing::Level;

fn lines(logs: &Logs) -> Vec<Value> {
    logs.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn line_has_the_embedded_metric_format() {
    let logs = Logs::of_metrics();
    sweep_found([("lost_run", 3), ("lost_delivery", 0), ("event", 1), ("deleted_account", 0)], 0);
    record_unreadable();
    let lines = lines(&logs);
    let [run, event, unreadable] = lines.as_slice() else { panic!("{lines:?}") };
    let directive = |dimensions: Value, name: &str| {
        let metrics = json!([{"Name": name, "Unit": "Count"}]);
        json!([{"Namespace": "git-report", "Dimensions": dimensions, "Metrics": metrics}])
    };
    assert_eq!(run["_aws"]["CloudWatchMetrics"], directive(json!([[], ["Kind"]]), "SweepFinds"));
    assert_eq!((&run["SweepFinds"], &run["Kind"]), (&json!(3), &json!("lost_run")));
    assert_eq!((&event["SweepFinds"], &event["Kind"]), (&json!(1), &json!("event")));
    assert_eq!(unreadable["_aws"]["CloudWatchMetrics"], directive(json!([[]]), "UnreadableRecords"));
    let at = run["_aws"]["Timestamp"].as_i64().and_then(Instant::from_timestamp_millis);
    assert!(at.is_some_and(|at| at.timestamp() > 1_700_000_000), "{at:?}");
}

#[test]
fn without_a_namespace_nothing_is_written() {
    let logs = Logs::of(Level::TRACE);
    record_unreadable();
    tracing::info!(target: TARGET, Runs = 1);
    assert_eq!(logs.text(), "");
}
