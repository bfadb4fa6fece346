//! The metrics that the functions write are those of the alarms, of the dashboard and of docs/METRICS.md.

use super::file::{TEXT, at};
use app::metrics::{METRICS, Metric};
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../../../docs/METRICS.md");
/// The first property of a metric of ours, in the template's own form and in that of the dashboard.
const STACK_NAME: &str = "AWS::StackName";

fn names() -> BTreeSet<String> {
    METRICS.iter().map(|metric| metric.name.to_owned()).collect()
}

/// The names of metrics in our namespace that an alarm has, at any depth.
fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let is_ours = fields.get("Namespace").is_some_and(|namespace| namespace.to_string().contains(STACK_NAME));
            if let Some(name) = fields.get("MetricName").and_then(Value::as_str).filter(|_| is_ours) {
                found.insert(name.to_owned());
            }
            fields.values().for_each(|field| collect(field, found));
        }
        Value::Array(list) => list.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// The metrics of our namespace in the alarms.
fn of_alarms() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(at("/Resources"), &mut found);
    found
}

/// Those in the dashboard, whose text is JSON with `["${AWS::StackName}", "Name", …` and searches for all values of a
/// dimension, `SEARCH('{"${AWS::StackName}",Code} MetricName="Name"', …`.
fn of_dashboard() -> BTreeSet<String> {
    let listed = Regex::new(r#""\$\{AWS::StackName\}",\s*"(\w+)""#).expect("a pattern");
    let searched = Regex::new(r#"\$\{AWS::StackName\}[\\"]*,\w+\} MetricName=[\\"]*(\w+)"#).expect("a pattern");
    let found = listed.captures_iter(TEXT).chain(searched.captures_iter(TEXT));
    found.map(|captures| captures[1].to_owned()).collect()
}

#[test]
fn alarms_and_dashboard_name_metrics_that_exist_and_each_metric_is_in_one_of_them() {
    let (alarms, dashboard) = (of_alarms(), of_dashboard());
    assert!(alarms.len() >= 8 && dashboard.len() >= 8, "{alarms:?} {dashboard:?}");
    let used: BTreeSet<String> = alarms.union(&dashboard).cloned().collect();
    assert_eq!(used, names());
}

#[test]
fn page_has_the_catalogue() {
    let row = |Metric { name, unit, dimension, meaning }: &Metric| {
        let dimension = dimension.map(|dimension| format!(" `{dimension}`")).unwrap_or_default();
        format!("| `{name}` | {} |{dimension} | {meaning} |", unit.as_str())
    };
    let rows: Vec<String> = METRICS.iter().map(row).collect();
    let shown: Vec<&str> = PAGE.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(shown, rows);
}

#[test]
fn names_are_used_once() {
    assert_eq!(names().len(), METRICS.len());
}
