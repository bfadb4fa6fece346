//! The deployment template agrees with the code: the variables, the table, and the time limits.

pub(crate) mod file;
mod metrics;
mod operation;
mod roles;

use self::file::{TEXT, at, number, property};
use adapters::boot::{Role, SetBy, VARIABLES, Variable};
use adapters::dynamodb::table_definition;
use app::limits;
use domain::account::{EMAIL_BYTES_MAX, EmailAddress};
use regex::Regex;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DEPLOYING: &str = include_str!("../../../../../docs/DEPLOYING.md");

fn function(role: Role) -> &'static str {
    match role {
        Role::Api => "ApiFunction",
        Role::Scheduler => "ReportSchedulerFunction",
        Role::Runner => "ReportRunnerFunction",
        Role::Delivery => "WebhookDeliveryFunction",
    }
}

/// What a function is given, the variables of every function included.
fn given(role: Role) -> BTreeSet<&'static str> {
    let every = at("/Globals/Function/Environment/Variables");
    let own = property(function(role), "Environment/Variables");
    [every, own]
        .into_iter()
        .flat_map(|variables| variables.as_object().expect("variables").keys())
        .map(String::as_str)
        .collect()
}

fn timeout(role: Role) -> i64 {
    number(property(function(role), "Timeout"))
}

#[test]
fn each_function_is_given_the_variables_that_it_reads_and_no_other() {
    for role in Role::ALL {
        let is_read = |variable: &&Variable| variable.set_by == SetBy::Template && variable.is_read_by(role);
        let read: BTreeSet<&str> = VARIABLES.iter().filter(is_read).map(|variable| variable.name).collect();
        assert_eq!(given(role), read, "{role:?}");
    }
}

#[test]
fn no_function_is_given_a_secret_that_it_does_not_open() {
    for role in Role::ALL {
        let given = given(role);
        for name in [
            "TABLE_NAME",
            "RUN_QUEUE_URL",
            "DELIVERY_QUEUE_URL",
            "FUNCTION_TIMEOUT_SECONDS",
            "LOG_LEVEL",
            "METRICS_NAMESPACE",
        ] {
            assert!(given.contains(name), "{role:?} lacks {name}");
        }
        for name in ["SECRETS_KEY_ARN", "KMS_KEY_ID"] {
            assert_eq!(given.contains(name), role != Role::Scheduler, "{role:?}: {name}");
        }
        for name in ["OPENAI_API_KEY_ARN", "OPENAI_BASE_URL", "DEFAULT_MODEL"] {
            assert_eq!(given.contains(name), matches!(role, Role::Api | Role::Runner), "{role:?}: {name}");
        }
        assert_eq!(given.contains("NOTIFICATION_EMAIL_FROM"), matches!(role, Role::Api | Role::Delivery), "{role:?}");
        for name in [
            "JWT_ISSUER",
            "JWT_AUDIENCE",
            "JWT_JWKS_URL",
            "JWT_SECRET_ARN",
            "CORS_ORIGINS",
            "API_BASE_PATH",
            "DASHBOARD_OIDC_ISSUER",
        ] {
            assert_eq!(given.contains(name), role == Role::Api, "{role:?}: {name}");
        }
    }
}

#[test]
fn table_of_the_template_is_the_definition_of_the_store() {
    let definition = table_definition("any").expect("it builds");
    let attributes = definition.get_attribute_definitions().as_deref().unwrap_or_default().iter().map(|attribute| {
        let (name, kind) = (attribute.attribute_name(), attribute.attribute_type().as_str());
        json!({"AttributeName": name, "AttributeType": kind})
    });
    let schema = |keys: &[aws_sdk_dynamodb::types::KeySchemaElement]| -> Value {
        keys.iter()
            .map(|key| json!({"AttributeName": key.attribute_name(), "KeyType": key.key_type().as_str()}))
            .collect()
    };
    let indexes = definition.get_global_secondary_indexes().as_deref().unwrap_or_default().iter().map(|index| {
        let projection = index.projection().expect("an index has a projection");
        let mut projected = json!({"ProjectionType": projection.projection_type().expect("a type").as_str()});
        if !projection.non_key_attributes().is_empty() {
            projected["NonKeyAttributes"] = json!(projection.non_key_attributes());
        }
        json!({
            "IndexName": index.index_name(),
            "KeySchema": schema(index.key_schema()),
            "Projection": projected,
        })
    });
    assert_eq!(*property("Table", "AttributeDefinitions"), attributes.collect::<Value>());
    assert_eq!(*property("Table", "KeySchema"), schema(definition.get_key_schema().as_deref().unwrap_or_default()));
    assert_eq!(*property("Table", "GlobalSecondaryIndexes"), indexes.collect::<Value>());
    let mode = definition.get_billing_mode().as_ref().expect("it has one").as_str();
    assert_eq!(*property("Table", "BillingMode"), mode);
    assert_eq!(*at("/Resources/Table/DeletionPolicy"), "Retain");
    assert_eq!(*property("Table", "DeletionProtectionEnabled"), true);
    assert_eq!(*property("Table", "PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled"), true);
}

/// The roles compare the address as it is written, so that one which the functions would write in another way, or would
/// refuse, is refused when the stack is deployed.
#[test]
fn address_of_the_parameter_is_used_as_it_is_written() {
    let parameter = at("/Parameters/NotificationEmailFrom");
    let pattern = Regex::new(parameter["AllowedPattern"].as_str().expect("a pattern")).expect("a pattern");
    for (address, is_allowed) in [
        ("reports@example.com", true),
        ("Git.Reports+daily@mail-1.example.co", true),
        ("reports@Example.com", false),
        ("a@b", false),
        ("a@b.1", false),
        ("a..b@example.com", false),
        (".a@example.com", false),
        ("a@-example.com", false),
        ("a@example-.com", false),
        ("a b@example.com", false),
        ("Ann <a@example.com>", false),
    ] {
        assert_eq!(pattern.is_match(address), is_allowed, "{address}");
        let parsed = EmailAddress::parse(address);
        assert!(!is_allowed || parsed.is_ok_and(|parsed| parsed.as_str() == address), "{address}");
    }
    assert!(pattern.is_match(parameter["Default"].as_str().expect("a text")));
    assert_eq!(number(&parameter["MaxLength"]), i64::try_from(EMAIL_BYTES_MAX).expect("a length"));
}

#[test]
fn time_outs_are_those_of_the_code_and_fit_together() {
    for role in Role::ALL {
        let variable = property(function(role), "Environment/Variables/FUNCTION_TIMEOUT_SECONDS");
        let in_code = i64::try_from(role.timeout_seconds()).expect("small");
        assert_eq!((timeout(role), number(variable)), (in_code, in_code), "{role:?}");
    }
    let queues = [("RunQueue", Role::Runner), ("DeliveryQueue", Role::Delivery), ("SlowDeliveryQueue", Role::Delivery)];
    for (queue, role) in queues {
        let visibility = number(property(queue, "VisibilityTimeout"));
        assert_eq!(visibility, i64::try_from(role.visibility_seconds()).expect("small"), "{queue}");
        assert!(visibility >= 6 * timeout(role), "{queue}");
        assert!(number(property(queue, "RedrivePolicy/maxReceiveCount")) >= 5, "{queue}");
    }
    assert!(timeout(Role::Api) < 30, "API Gateway gives up after 30 s");
    assert!(timeout(Role::Scheduler) < 60, "a tick ends before the next begins");
    assert!(timeout(Role::Runner) < limits::LEASE_SECONDS, "a live lease means a live worker");
    assert!(timeout(Role::Delivery) < limits::DELIVERY_CLAIM_SECONDS, "a claim outlives its function");
    let attempt = i64::try_from(limits::WEBHOOK_TIMEOUT_SECONDS).expect("small");
    assert!(attempt < timeout(Role::Delivery), "a receiver has its whole time");
}

#[test]
fn events_have_at_most_the_messages_that_their_function_carries_out_at_once() {
    let size = |function, events| number(property(function, &format!("Events/{events}/Properties/BatchSize")));
    let at_once = i64::try_from(limits::DELIVERIES_AT_ONCE).expect("small");
    assert_eq!(size("ReportRunnerFunction", "RunRequests"), 1);
    for lane in ["DeliveryRequests", "SlowDeliveryRequests"] {
        assert_eq!(size("WebhookDeliveryFunction", lane), at_once, "{lane}");
    }
}

#[test]
fn retention_of_the_template_is_what_the_functions_accept() {
    use adapters::dynamodb::{ATTEMPT_RETENTION_DAYS_DEFAULT, Kept, TEXT_RETENTION_DAYS_DEFAULT};
    let agrees = |name: &str, default: i64, accepts: fn(&str) -> Option<Kept>| {
        let parameter = at(&format!("/Parameters/{name}"));
        assert_eq!(parameter["Default"], default.to_string());
        let pattern = Regex::new(parameter["AllowedPattern"].as_str().expect("a pattern")).expect("it is valid");
        let numbers = (-1..50_000).map(|days| days.to_string());
        let others = ["", "99.5", "1e3", "all"].map(str::to_owned);
        for days in numbers.chain(others) {
            assert_eq!(pattern.is_match(&days), accepts(&days).is_some(), "{name}: {days}");
        }
    };
    agrees("ReportTextRetentionDays", TEXT_RETENTION_DAYS_DEFAULT, Kept::texts);
    agrees("AttemptRetentionDays", ATTEMPT_RETENTION_DAYS_DEFAULT, Kept::attempts);
}

/// A test is answered when it has ended, so that it takes one of the account's executions for up to 25 s.
#[test]
fn routes_of_tests_have_a_throttle_of_their_own_at_the_gateway() {
    let throttles = property("HttpApiStage", "RouteSettings").as_object().expect("routes");
    let routes: BTreeSet<&str> = ["HttpApiTestRoute", "HttpApiTestWebhookRoute"]
        .map(|name| property(name, "RouteKey").as_str().expect("a key"))
        .into();
    assert_eq!(throttles.keys().map(String::as_str).collect::<BTreeSet<_>>(), routes);
    let openapi: Value = serde_json::from_str(include_str!("../../../../../functions/api/openapi.json")).expect("JSON");
    for route in routes {
        let (method, path) = route.split_once(' ').expect("a method and a path");
        let operation = &openapi["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "{route} is no route of the API");
    }
}

/// `cargo lambda build` writes `target/lambda/<package>/bootstrap`, and `sam` zips the folder that `CodeUri` names.
/// With a zip in that folder, or another folder, no function of the stack would start.
#[test]
fn deploy_lines_and_code_folders_agree() {
    for role in Role::ALL {
        let folder = format!("target/lambda/{}/", role.package());
        assert_eq!(*property(function(role), "CodeUri"), folder, "{role:?}");
    }
    let build = format!("cargo lambda build --release --arm64 -p {}", Role::ALL.map(Role::package).join(" -p "));
    let header: Vec<&str> = TEXT.lines().take_while(|line| line.starts_with('#')).collect();
    for line in [build.as_str(), "sam deploy --guided --capabilities CAPABILITY_IAM"] {
        assert!(DEPLOYING.lines().any(|other| other == line), "docs/DEPLOYING.md: {line}");
        assert!(header.iter().any(|other| other.trim_start_matches("#   ") == line), "template.yaml: {line}");
    }
}
