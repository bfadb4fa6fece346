//! How the stack is operated: versions behind an alias, schedules, alarms with runbooks, and documented parameters.

use super::file::{at, property};
use super::function;
use adapters::boot::Role;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const PARAMETERS: &str = include_str!("../../../../../docs/PARAMETERS.md");
const SAM: &str = include_str!("../../../../../samconfig.toml");
/// The pages of the runbooks, by their names without `.md`.
const RUNBOOKS: [(&str, &str); 7] = [
    ("api", include_str!("../../../../../docs/runbooks/api.md")),
    ("scheduler", include_str!("../../../../../docs/runbooks/scheduler.md")),
    ("runs", include_str!("../../../../../docs/runbooks/runs.md")),
    ("deliveries", include_str!("../../../../../docs/runbooks/deliveries.md")),
    ("metering", include_str!("../../../../../docs/runbooks/metering.md")),
    ("table", include_str!("../../../../../docs/runbooks/table.md")),
    ("deployment", include_str!("../../../../../docs/runbooks/deployment.md")),
];
const PARTS: [&str; 4] = ["**It means** ", "**Look at** ", "**Do** ", "**Test it** "];

#[test]
fn everything_calls_the_alias() {
    assert_eq!(*at("/Globals/Function/AutoPublishAlias"), "live");
    let alias = json!({"Ref": "ApiFunction.Alias"});
    assert_eq!(*property("HttpApiIntegration", "IntegrationUri"), alias);
    assert_eq!(*property("HttpApiPermission", "FunctionName"), alias);
    for role in Role::ALL {
        assert_eq!(*property(function(role), "AutoPublishAliasAllProperties"), true, "{role:?}");
        assert_eq!(*property(function(role), "AutoPublishCodeSha256"), json!({"Ref": "NoCodeHash"}), "{role:?}");
    }
    assert_eq!(*at("/Parameters/NoCodeHash/AllowedValues"), json!([""]), "a value would hide changes of the code");
}

fn parameter(name: &str) -> Option<String> {
    at("/Parameters").get(name).map(|_| name.to_owned())
}

/// The parameters that a part of the template refers to, also through conditions and in texts.
fn parameters_in(part: &Value, found: &mut BTreeSet<String>) {
    match part {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| match (name.as_str(), value) {
            ("Ref", Value::String(name)) => found.extend(parameter(name)),
            ("Fn::Sub", Value::String(text)) => {
                let names = text.split("${").skip(1).filter_map(|rest| rest.split('}').next());
                found.extend(names.filter_map(parameter));
            }
            ("Condition", Value::String(name)) => parameters_in(at(&format!("/Conditions/{name}")), found),
            ("Fn::If", Value::Array(branches)) => {
                parameters_in(&json!({"Condition": branches[0]}), found);
                branches[1..].iter().for_each(|branch| parameters_in(branch, found));
            }
            _ => parameters_in(value, found),
        }),
        Value::Array(list) => list.iter().for_each(|item| parameters_in(item, found)),
        _ => {}
    }
}

/// SAM publishes a version only if the description, as it is written with the values of its parameters, has changed.
#[test]
fn description_has_every_parameter_that_changes_the_function_and_no_other() {
    for role in Role::ALL {
        let mut expected = BTreeSet::new();
        for part in ["Environment", "Architectures", "Tracing"] {
            parameters_in(at(&format!("/Globals/Function/{part}")), &mut expected);
        }
        let properties = at(&format!("/Resources/{}/Properties", function(role))).as_object().expect("properties");
        // What is no property of a version.
        let other = ["Description", "Role", "ReservedConcurrentExecutions", "DeploymentPreference", "Events"];
        for (_, value) in properties.iter().filter(|(name, _)| !other.contains(&name.as_str())) {
            parameters_in(value, &mut expected);
        }
        expected.remove("NoCodeHash");
        let description = property(function(role), "Description/Fn::Select");
        assert_eq!(description[0], 0, "{role:?}: the text is the first of the list");
        let listed = description[1].as_array().expect("a list")[1..].iter();
        let listed: BTreeSet<String> =
            listed.map(|item| item["Ref"].as_str().expect("a parameter").to_owned()).collect();
        assert_eq!(listed, expected, "{role:?}");
    }
}

#[test]
fn scheduler_recounts_every_hour() {
    let event = property("ReportSchedulerFunction", "Events/EveryHour/Properties");
    let input: Value = serde_json::from_str(event["Input"].as_str().expect("a text")).expect("JSON");
    assert_eq!(input, json!({"job": "recount"}));
    assert_eq!(event["Schedule"], "rate(1 hour)");
}

#[test]
fn access_log_is_json_without_queries() {
    let format = property("HttpApiStage", "AccessLogSettings/Format").as_str().expect("a text");
    let fields: BTreeMap<String, String> = serde_json::from_str(format).expect("JSON");
    for expected in ["$context.requestId", "$context.status", "$context.responseLatency", "$context.routeKey"] {
        assert!(fields.values().any(|value| value == expected), "{expected}");
    }
    assert!(!format.to_lowercase().contains("query"), "{format}");
}

/// `sam build` resolves `CodeUri` below another folder, where the same path leads to the crate.
#[test]
fn sam_finds_the_crates_of_the_code_folders() {
    let base = "infra/cloud/crates";
    assert_eq!(SAM.matches(&format!("base_dir = \"{base}\"")).count(), 3, "for each stage of samconfig.toml");
    for role in Role::ALL {
        let folder = property(function(role), "CodeUri").as_str().expect("a folder");
        let manifest = format!("{}/../../{base}/{folder}Cargo.toml", env!("CARGO_MANIFEST_DIR"));
        let manifest = std::fs::read_to_string(&manifest).unwrap_or_else(|error| panic!("{manifest}: {error}"));
        assert!(manifest.contains(&format!("name = \"{}\"", role.package())), "{folder}");
        let build = at(&format!("/Resources/{}/Metadata", function(role)));
        let expected = json!({"BuildMethod": "rust-cargolambda", "BuildProperties": {"Binary": role.package()}});
        assert_eq!(*build, expected, "{role:?}");
    }
}

/// Each alarm, by the name that follows the stack's.
fn alarms() -> BTreeMap<&'static str, &'static Value> {
    let resources = at("/Resources").as_object().expect("resources").values();
    let alarms = resources.filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm");
    alarms
        .map(|alarm| {
            let name = alarm["Properties"]["AlarmName"]["Fn::Sub"].as_str().expect("a name");
            (name.strip_prefix("${AWS::StackName}-").expect("the stack's name first"), &alarm["Properties"])
        })
        .collect()
}

#[test]
fn each_alarm_notifies_and_decides_what_missing_data_means() {
    let alarms = alarms();
    assert!(alarms.len() > 20, "{}", alarms.len());
    for (name, alarm) in alarms {
        let actions = format!("{}{}", alarm["AlarmActions"], alarm["InsufficientDataActions"]);
        assert!(actions.contains("AlarmTopic"), "{name}");
        assert!(alarm["TreatMissingData"].is_string(), "{name}");
    }
}

#[test]
fn each_alarm_has_a_runbook_with_a_test_and_each_runbook_has_an_alarm() {
    let mut described = BTreeSet::new();
    for (page, text) in RUNBOOKS {
        for section in text.split("\n## ").skip(1) {
            let (name, body) = section.split_once('\n').expect("a heading");
            let places: Vec<Option<usize>> = PARTS.iter().map(|part| body.find(part)).collect();
            assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{page}.md, {name}: {places:?}");
            let test = body.split(PARTS[3]).nth(1).expect("a test");
            let commands = test.split("```sh\n").nth(1).unwrap_or_else(|| panic!("{name} has no command"));
            let lines = commands.split("```").next().expect("a command");
            let changes = ["aws ", "datapoint ", "invoke ", "infra/cloud/rehearse "];
            assert!(changes.iter().any(|command| lines.contains(command)), "{name}: {lines}");
            assert!(described.insert((page, name)), "{name} is described twice");
        }
    }
    let named: BTreeSet<(&str, &str)> = alarms()
        .into_iter()
        .map(|(name, alarm)| {
            let description = alarm["AlarmDescription"].as_str().expect("a text");
            assert!(description.len() <= 1024, "{name}");
            let link = description.split("Runbook: docs/runbooks/").nth(1).expect("a link");
            let (page, section) = link.trim_end().split_once(".md#").expect("a page and a section");
            assert_eq!(section, name);
            (page, section)
        })
        .collect();
    assert_eq!(named, described);
}

#[test]
fn page_of_parameters_has_each_with_its_default() {
    let parameters = at("/Parameters").as_object().expect("parameters");
    assert!(parameters.len() <= 200, "CloudFormation's limit");
    let expected: BTreeMap<String, String> = parameters
        .iter()
        .map(|(name, parameter)| {
            assert!(parameter["Description"].is_string(), "{name} has no description");
            let default = match parameter.get("Default") {
                None => "required".to_owned(),
                Some(Value::String(text)) if text.is_empty() => "empty".to_owned(),
                Some(Value::String(text)) => format!("`{text}`"),
                Some(other) => format!("`{other}`"),
            };
            (name.clone(), default)
        })
        .collect();
    let rows = PARAMETERS.lines().filter_map(|line| line.strip_prefix("| `"));
    let shown: Vec<(String, String)> = rows
        .map(|row| {
            let mut cells = row.split(" | ");
            let name = cells.next().expect("a name").trim_end_matches('`');
            (name.to_owned(), cells.next().expect("a default").to_owned())
        })
        .collect();
    assert_eq!(shown.len(), expected.len(), "a parameter has two rows, or none");
    assert_eq!(shown.into_iter().collect::<BTreeMap<_, _>>(), expected);
}
