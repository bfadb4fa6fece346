//! The types that a client generates.

use super::{operations, resolved};
use api::openapi::document;
use serde_json::{Value, json};

/// The ids of the operations.
const OPERATION_IDS: [(&str, &str); 57] = [
    ("delete /admin/accounts/{user_id}", "deleteAccount"),
    ("put /admin/accounts/{user_id}", "replaceAccount"),
    ("get /admin/accounts", "listAccounts"),
    ("get /admin/accounts/{user_id}", "getAccount"),
    ("get /admin/usage", "getFleetUsage"),
    ("get /report-runs/usage/breakdown", "getUsageBreakdown"),
    ("post /report-configurations/preview", "previewReportConfiguration"),
    ("patch /admin/accounts/{user_id}", "updateAccount"),
    ("patch /report-configurations/{id}", "updateReportConfiguration"),
    ("patch /repositories/{id}", "updateRepository"),
    ("patch /users/profile", "updateProfile"),
    ("get /config", "getConfig"),
    ("get /health", "getHealth"),
    ("get /notices", "listNotices"),
    ("put /notices/read", "markNoticesRead"),
    ("get /notices/types", "listNoticeTypes"),
    ("get /openapi.json", "getOpenapiDocument"),
    ("get /plans", "listPlans"),
    ("get /problems/{code}", "explainProblem"),
    ("get /ready", "getReadiness"),
    ("get /report-configurations", "listReportConfigurations"),
    ("post /report-configurations", "createReportConfiguration"),
    ("delete /report-configurations/{id}", "deleteReportConfiguration"),
    ("get /report-configurations/{id}", "getReportConfiguration"),
    ("put /report-configurations/{id}", "replaceReportConfiguration"),
    ("get /report-configurations/{id}/deliveries", "listConfigurationDeliveries"),
    ("post /report-configurations/{id}/manual-trigger", "triggerRun"),
    ("post /report-configurations/{id}/recover", "recoverDeliveries"),
    ("post /report-configurations/{id}/rotate-secret", "rotateSecret"),
    ("post /report-configurations/{id}/run", "startRun"),
    ("get /report-configurations/{id}/scheduling-info", "getSchedulingInfo"),
    ("post /report-configurations/{id}/test", "testReport"),
    ("post /report-configurations/{id}/test-webhook", "testWebhook"),
    ("get /report-runs", "listReportRuns"),
    ("get /report-runs/export", "exportReportRuns"),
    ("get /report-runs/usage", "getUsage"),
    ("get /report-runs/usage/daily", "getDailyUsage"),
    ("get /report-runs/usage/forecast", "getUsageForecast"),
    ("get /report-runs/usage/history", "getUsageHistory"),
    ("get /report-runs/{id}", "getReportRun"),
    ("post /report-runs/{id}/cancel", "cancelReportRun"),
    ("get /report-runs/{id}/deliveries", "listDeliveries"),
    ("post /report-runs/{id}/redeliver", "redeliverReport"),
    ("get /repositories", "listRepositories"),
    ("post /repositories", "createRepository"),
    ("delete /repositories/{id}", "deleteRepository"),
    ("get /repositories/{id}", "getRepository"),
    ("put /repositories/{id}", "replaceRepository"),
    ("get /repositories/{id}/branches", "listBranches"),
    ("post /users/profile/confirm-email", "confirmEmail"),
    ("post /users/profile/email-code", "sendEmailCode"),
    ("post /users/profile/enable", "enableNotificationWebhook"),
    ("post /report-configurations/{id}/enable", "enableWebhook"),
    ("delete /users/profile", "deleteProfile"),
    ("get /users/profile", "getProfile"),
    ("put /users/profile", "replaceProfile"),
    ("post /users/profile/rotate-notification-secret", "rotateNotificationSecret"),
];

/// Generated clients name their functions by these ids: a changed id breaks every caller.
#[test]
fn operation_ids_do_not_change() {
    let document = document();
    let found: Vec<(String, &str)> = operations(&document)
        .into_iter()
        .map(|(name, operation)| (name, operation["operationId"].as_str().unwrap()))
        .collect();
    for (name, id) in OPERATION_IDS {
        assert!(found.iter().any(|(known, found)| known == name && *found == id), "{name} is {id}");
    }
    for (name, id) in &found {
        let camel =
            id.chars().next().unwrap().is_ascii_lowercase() && id.chars().all(|letter| letter.is_ascii_alphanumeric());
        assert!(
            camel && id.chars().any(char::is_uppercase),
            "{name}: give it an `operation_id` such as `listPlans`, not '{id}'"
        );
        assert!(OPERATION_IDS.iter().any(|(known, _)| known == name), "{name} is missing in OPERATION_IDS");
    }
}

/// A client's types: a value of a few words is an enumeration, and an object has one name.
#[test]
fn words_are_enumerations_and_objects_are_references() {
    fn check(schema: &Value, place: &str) {
        let Some(members) = schema.as_object() else { return };
        let pattern = members.get("pattern").and_then(Value::as_str).unwrap_or_default();
        assert!(!pattern.starts_with("^("), "{place}: an enumeration, not a pattern: {pattern}");
        assert!(members.get("default").is_none(), "{place}: generators make a member with a default required");
        assert!(members.get("properties").is_none(), "{place}: an object inside another has no name");
        for (key, part) in members {
            match part {
                Value::Array(parts) if ["oneOf", "anyOf"].contains(&key.as_str()) => {
                    for part in parts {
                        check(part, place);
                    }
                }
                Value::Object(_) if key == "items" => check(part, place),
                _ => {}
            }
        }
    }
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        let parts = schema["allOf"].as_array().cloned().unwrap_or_else(|| vec![schema.clone()]);
        for (field, property) in parts.iter().flat_map(|part| part["properties"].as_object().into_iter().flatten()) {
            check(property, &format!("{name}.{field}"));
        }
    }
    for (name, schema) in [
        ("Run", "status"),
        ("Run", "trigger"),
        ("Run", "error_code"),
        ("Configuration", "report_style"),
        ("ConfigurationRequest", "webhook_format"),
        ("Usage", "warning"),
        ("Problem", "code"),
    ] {
        let property = &schemas[name]["properties"][schema];
        let property = if property["oneOf"].is_array() { &property["oneOf"][0] } else { property };
        assert!(
            resolved(&document, property)["enum"].as_array().is_some_and(|words| words.len() > 2),
            "{name}.{schema}"
        );
    }
    assert_eq!(schemas["RunList"]["properties"]["data"]["items"]["$ref"], "#/components/schemas/Run");
    assert_eq!(schemas["ConfigurationRequest"]["required"], json!(["repository_id", "branch", "schedule"]));
}

/// Error answers are written once, and a client finds the same under every operation.
#[test]
fn error_answers_are_shared() {
    let document = document();
    assert_eq!(document["servers"][0]["url"], "/");
    for (name, operation) in operations(&document) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let shared = response["$ref"].as_str().is_some_and(|to| to.starts_with("#/components/responses/"));
            assert_eq!(shared, status.as_str() >= "3", "{name} {status}");
        }
    }
}
