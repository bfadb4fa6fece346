//! The deployment template agrees with the code: the variables, the table, and the time limits.

use adapters::boot::{SetBy, VARIABLES};
use adapters::dynamodb::table_definition;
use app::limits;
use std::collections::BTreeSet;

const TEMPLATE: &str = include_str!("../../../../template.yaml");
const DEPLOYING: &str = include_str!("../../../../docs/DEPLOYING.md");

/// Variables that only the API reads, in addition to those of every function.
const API_VARIABLES: [&str; 6] =
    ["JWT_ISSUER", "JWT_AUDIENCE", "JWT_JWKS_URL", "JWT_SECRET", "CORS_ORIGINS", "API_BASE_PATH"];
const FUNCTIONS: [&str; 4] =
    ["ApiFunction", "ReportSchedulerFunction", "ReportRunnerFunction", "WebhookDeliveryFunction"];

/// The lines of the block that the line `start` opens: those that are indented deeper than it.
fn block<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
    let mut lines = text.lines().skip_while(|line| line.trim() != start);
    let opening = lines.next().unwrap_or_else(|| panic!("the template has no line '{start}'"));
    let depth = indentation(opening);
    lines.take_while(|line| line.trim().is_empty() || indentation(line) > depth).collect()
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The names of the variables in a block that has one `Variables:`.
fn variables(lines: &[&str]) -> BTreeSet<String> {
    let text = lines.join("\n");
    let variables = block(&text, "Variables:");
    let depth = indentation(variables[0]);
    let names =
        variables.iter().filter(|line| indentation(line) == depth).filter_map(|line| line.trim().split_once(':'));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// The variables of a function, those of every function included.
fn given(function: &str) -> BTreeSet<String> {
    let mut names = variables(&block(TEMPLATE, "Globals:"));
    names.extend(variables(&block(TEMPLATE, &format!("{function}:"))));
    names
}

/// The number in the only line `name: number` of a block.
fn number(block_name: &str, name: &str) -> i64 {
    let prefix = format!("{name}: ");
    let lines = block(TEMPLATE, &format!("{block_name}:"));
    let mut values = lines.iter().filter_map(|line| line.trim().strip_prefix(&prefix));
    let value = values.next().unwrap_or_else(|| panic!("{block_name} has no {name}"));
    assert_eq!(values.next(), None, "{block_name} has {name} twice");
    // Variables are strings, so a number among them is quoted.
    value.trim_matches('\'').parse().unwrap_or_else(|_| panic!("{block_name}'s {name} is '{value}'"))
}

#[test]
fn template_has_exactly_the_variables_of_the_settings() {
    let in_template: BTreeSet<String> = FUNCTIONS.iter().flat_map(|function| given(function)).collect();
    let of_settings = VARIABLES.iter().filter(|variable| variable.set_by == SetBy::Template).map(|one| one.name);
    let expected: BTreeSet<String> = of_settings.chain(API_VARIABLES).map(str::to_owned).collect();
    assert_eq!(in_template, expected);
}

#[test]
fn each_function_has_its_required_variables_and_no_other_secret() {
    for function in FUNCTIONS {
        let given = given(function);
        for name in ["TABLE_NAME", "RUN_QUEUE_URL", "DELIVERY_QUEUE_URL", "FUNCTION_TIMEOUT_SECONDS", "LOG_LEVEL"] {
            assert!(given.contains(name), "{function} lacks {name}");
        }
        let has = |name: &str| given.contains(name);
        for name in ["SECRETS_KEY", "KMS_KEY_ID"] {
            assert_eq!(has(name), function != "ReportSchedulerFunction", "{function}: {name}");
        }
        let asks_models = matches!(function, "ApiFunction" | "ReportRunnerFunction");
        for name in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "DEFAULT_MODEL"] {
            assert_eq!(has(name), asks_models, "{function}: {name}");
        }
        for name in API_VARIABLES {
            assert_eq!(has(name), function == "ApiFunction", "{function}: {name}");
        }
    }
}

#[test]
fn table_of_the_template_is_the_definition_of_the_store() {
    let definition = table_definition("any").expect("it builds");
    let mut lines = Vec::new();
    for attribute in definition.get_attribute_definitions().as_deref().unwrap_or_default() {
        let kind = attribute.attribute_type().as_str();
        lines.push(format!("- {{ AttributeName: {}, AttributeType: {kind} }}", attribute.attribute_name()));
    }
    for key in definition.get_key_schema().as_deref().unwrap_or_default() {
        lines.push(format!("- {{ AttributeName: {}, KeyType: {} }}", key.attribute_name(), key.key_type().as_str()));
    }
    let indexes = definition.get_global_secondary_indexes().as_deref().unwrap_or_default();
    for index in indexes {
        lines.push(format!("- IndexName: {}", index.index_name()));
        for key in index.key_schema() {
            let name = key.attribute_name();
            lines.push(format!("- {{ AttributeName: {name}, KeyType: {} }}", key.key_type().as_str()));
        }
        let projection = index.projection().expect("an index has a projection");
        let kind = projection.projection_type().expect("a projection has a type").as_str();
        lines.push(format!("ProjectionType: {kind}"));
        lines.push(format!("NonKeyAttributes: [{}]", projection.non_key_attributes().join(", ")));
    }
    let table = block(TEMPLATE, "Table:").join("\n");
    let properties = block(&table, "AttributeDefinitions:");
    let after = table.lines().skip_while(|line| line.trim() != "AttributeDefinitions:").skip(1);
    let in_template: Vec<_> = after
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter(|line| !matches!(*line, "KeySchema:" | "GlobalSecondaryIndexes:" | "Projection:"))
        .collect();
    assert_eq!(in_template, lines);
    assert_eq!(properties.len(), 4);
    let mode = definition.get_billing_mode().as_ref().expect("it has one").as_str();
    assert!(table.contains(&format!("BillingMode: {mode}")), "{table}");
    for kept in ["DeletionPolicy: Retain", "DeletionProtectionEnabled: true", "PointInTimeRecoveryEnabled: true"] {
        assert!(table.contains(kept), "{kept}");
    }
}

#[test]
fn each_role_may_decrypt_only_the_secrets_that_its_function_needs() {
    for (role, actions, keys) in [
        ("ApiRole", "[kms:GenerateDataKey, kms:Decrypt]", "user, repository, configuration, account"),
        ("ReportRunnerRole", "kms:Decrypt", "user, repository, account"),
        ("WebhookDeliveryRole", "kms:Decrypt", "user, configuration"),
    ] {
        let role_block = block(TEMPLATE, &format!("{role}:")).join("\n");
        assert_eq!(role_block.matches("kms:").count() - actions.matches("kms:").count(), 2, "{role}: {role_block}");
        for line in [
            format!("Action: {actions}"),
            "Resource: !GetAtt SecretsKmsKey.Arn".to_owned(),
            "'Null': { 'kms:EncryptionContext:user': 'false' }".to_owned(),
            format!("ForAllValues:StringEquals: {{ 'kms:EncryptionContextKeys': [{keys}] }}"),
        ] {
            assert!(role_block.lines().any(|found| found.trim() == line), "{role} lacks '{line}'");
        }
    }
    assert!(!block(TEMPLATE, "ReportSchedulerRole:").join("\n").contains("kms:"));
    let key = block(TEMPLATE, "SecretsKmsKey:").join("\n");
    for kept in ["EnableKeyRotation: true", "DeletionPolicy: Retain", "UpdateReplacePolicy: Retain"] {
        assert!(key.contains(kept), "{kept}");
    }
}

#[test]
fn time_limits_fit_together() {
    for function in FUNCTIONS {
        assert_eq!(number(function, "Timeout"), number(function, "FUNCTION_TIMEOUT_SECONDS"), "{function}");
    }
    for (queue, function) in [("RunQueue", "ReportRunnerFunction"), ("DeliveryQueue", "WebhookDeliveryFunction")] {
        assert!(number(queue, "VisibilityTimeout") >= 6 * number(function, "Timeout"), "{queue}");
        assert!(number(queue, "maxReceiveCount") >= 5, "{queue}");
    }
    assert!(number("ApiFunction", "Timeout") < 30, "API Gateway gives up after 30 s");
    assert!(number("ReportSchedulerFunction", "Timeout") < 60, "a tick ends before the next begins");
    assert!(number("ReportRunnerFunction", "Timeout") < limits::LEASE_SECONDS, "a live lease means a live worker");
    let delivery = number("WebhookDeliveryFunction", "Timeout");
    assert!(delivery < limits::DELIVERY_CLAIM_SECONDS, "a claim outlives its function");
    let attempt = i64::try_from(limits::WEBHOOK_TIMEOUT_SECONDS).expect("small");
    assert!(attempt < delivery, "a receiver has its whole timeout");
}

#[test]
fn default_retention_of_the_template_is_that_of_the_settings() {
    use adapters::dynamodb::{ATTEMPT_RETENTION_DAYS_DEFAULT, RETENTION_DAYS_MAX, TEXT_RETENTION_DAYS_DEFAULT};
    for (name, default) in [
        ("ReportTextRetentionDays", TEXT_RETENTION_DAYS_DEFAULT),
        ("AttemptRetentionDays", ATTEMPT_RETENTION_DAYS_DEFAULT),
    ] {
        assert_eq!(number(name, "Default"), default);
        assert_eq!((number(name, "MinValue"), number(name, "MaxValue")), (0, RETENTION_DAYS_MAX));
    }
}

/// `cargo lambda build` writes `target/lambda/<package>/bootstrap`, and `sam` zips the folder that `CodeUri` names.
/// With a zip in that folder, or another folder, no function of the stack would start.
#[test]
fn deploy_lines_and_code_folders_agree() {
    let packages = ["api", "report-scheduler", "report-runner", "webhook-delivery"];
    for (function, package) in FUNCTIONS.into_iter().zip(packages) {
        let folder = format!("CodeUri: target/lambda/{package}/");
        assert!(block(TEMPLATE, &format!("{function}:")).iter().any(|line| line.trim() == folder), "{function}");
    }
    let build = format!("cargo lambda build --release --arm64 -p {}", packages.join(" -p "));
    let header: Vec<&str> = TEMPLATE.lines().take_while(|line| line.starts_with('#')).collect();
    for line in [build.as_str(), "sam deploy --guided --capabilities CAPABILITY_IAM"] {
        assert!(DEPLOYING.lines().any(|other| other == line), "docs/DEPLOYING.md: {line}");
        assert!(header.iter().any(|other| other.trim_start_matches("#   ") == line), "template.yaml: {line}");
    }
}
