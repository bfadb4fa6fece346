//! The local stack and `template.yaml` have the same queues, time-outs, schedules and variables. What differs is listed
//! here, with the reason.

#[path = "../../../../../shared/adapters/tests/edges/template/file.rs"]
mod file;

use adapters::boot::{Role, SetBy, VARIABLES};
use file::{at, number, property};
use git_report::stack::foundation::PASSED_ON;
use git_report::stack::queues::{ALL, RECEIVES_MAX};
use git_report::stack::ticker::SCHEDULES;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Resources of a type, by their names.
fn resources(kind: &str) -> BTreeMap<&'static str, &'static Value> {
    let all = at("/Resources").as_object().expect("resources");
    let of_kind = all.iter().filter(|(_, resource)| resource["Type"] == kind);
    of_kind.map(|(name, resource)| (name.as_str(), resource)).collect()
}

fn function(role: Role) -> &'static str {
    match role {
        Role::Api => "ApiFunction",
        Role::Scheduler => "ReportSchedulerFunction",
        Role::Runner => "ReportRunnerFunction",
        Role::Delivery => "WebhookDeliveryFunction",
    }
}

/// The queue of the template and the event of its function, by the name of the local queue.
fn counterpart(local: &str) -> (&'static str, &'static str) {
    match local {
        "report-runs" => ("RunQueue", "RunRequests"),
        "webhook-deliveries" => ("DeliveryQueue", "DeliveryRequests"),
        "slow-webhook-deliveries" => ("SlowDeliveryQueue", "SlowDeliveryRequests"),
        other => panic!("{other} has no counterpart in the template"),
    }
}

#[test]
fn queues_have_the_same_time_outs_and_dead_letter_queues() {
    let queues = resources("AWS::SQS::Queue");
    let redriven: BTreeSet<&str> = queues
        .iter()
        .filter(|(_, queue)| queue.pointer("/Properties/RedrivePolicy").is_some())
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(redriven, ALL.iter().map(|queue| counterpart(queue.name).0).collect());
    assert_eq!(queues.len(), 2 * ALL.len(), "each has a dead-letter queue");
    for queue in ALL {
        let (name, event) = counterpart(queue.name);
        let visibility = number(property(name, "VisibilityTimeout"));
        assert_eq!(u64::try_from(visibility), Ok(queue.reader.visibility_seconds()), "{name}");
        let receives = number(property(name, "RedrivePolicy/maxReceiveCount"));
        assert_eq!(u32::try_from(receives), Ok(RECEIVES_MAX), "{name}");
        let source = format!("Events/{event}/Properties");
        let batch = number(property(function(queue.reader), &format!("{source}/BatchSize")));
        assert_eq!(i32::try_from(batch), Ok(queue.batch_size), "{name}");
    }
}

#[test]
fn workers_are_those_of_the_parameters_except_where_one_machine_has_less() {
    let default = |name: &str| number(at(&format!("/Parameters/{name}/Default")));
    let workers: BTreeMap<&str, i64> =
        ALL.iter().map(|queue| (queue.name, i64::try_from(queue.concurrency).expect("a small number"))).collect();
    assert_eq!(workers["webhook-deliveries"], default("DeliveryConcurrency"));
    assert_eq!(workers["slow-webhook-deliveries"], default("SlowDeliveryConcurrency"));
    // Reports are written by the CPU and memory of one machine here, and by ten functions there.
    assert!(workers["report-runs"] < default("RunnerConcurrency"));
}

#[test]
fn functions_have_the_same_time_outs() {
    let functions = resources("AWS::Serverless::Function");
    assert_eq!(functions.len(), Role::ALL.len());
    for role in Role::ALL {
        // The local stack has no limit of memory: its functions share one process.
        assert!(number(property(function(role), "MemorySize")) >= 128);
        let timeout = number(property(function(role), "Timeout"));
        assert_eq!(u64::try_from(timeout), Ok(role.timeout_seconds()), "{role:?}");
    }
}

#[test]
fn schedules_have_the_same_periods_and_events() {
    let events = property("ReportSchedulerFunction", "Events").as_object().expect("events");
    let of_template: BTreeSet<(String, Option<String>)> = events
        .values()
        .map(|event| {
            let input = event.pointer("/Properties/Input").and_then(Value::as_str);
            let rate = event.pointer("/Properties/Schedule").and_then(Value::as_str).expect("a rate");
            (rate.to_owned(), input.map(|input| serde_json::from_str::<Value>(input).expect("JSON").to_string()))
        })
        .collect();
    let rate = |seconds| match seconds {
        60 => "rate(1 minute)".to_owned(),
        3_600 => "rate(1 hour)".to_owned(),
        other => format!("rate({other} s)"),
    };
    let here: BTreeSet<(String, Option<String>)> = SCHEDULES
        .iter()
        .map(|schedule| (rate(schedule.period.as_secs()), schedule.input().map(|input| input.to_string())))
        .collect();
    assert_eq!(here, of_template);
}

/// Variables of the template that the local stack has no use for.
const NOT_HERE: [&str; 11] = [
    // Its keys are in its folder.
    "SECRETS_KEY_ARN",
    "OPENAI_API_KEY_ARN",
    "JWT_SECRET_ARN",
    "JWT_JWKS_URL",
    "KMS_KEY_ID",
    // It has no gateway, no IAM, no CloudWatch, and no issuer: it signs its demo user in.
    "API_BASE_PATH",
    "TENANT_ROLE_ARN",
    "METRICS_NAMESPACE",
    "DASHBOARD_OIDC_ISSUER",
    "DASHBOARD_OIDC_CLIENT_ID",
    "DASHBOARD_OIDC_SCOPE",
];
/// E-mail is shown in its log.
const MAIL: &str = "NOTIFICATION_EMAIL_FROM";

#[test]
fn every_variable_of_the_template_can_be_set_here_or_has_no_use_here() {
    let of_template = VARIABLES.iter().filter(|variable| variable.set_by == SetBy::Template);
    let of_template: BTreeSet<&str> = of_template.map(|variable| variable.name).collect();
    let own = ["TABLE_NAME", "RUN_QUEUE_URL", "DELIVERY_QUEUE_URL", "DELIVERY_SLOW_QUEUE_URL", "EVENT_BUS_NAME"];
    let own = own.into_iter().chain(["JWT_ISSUER", "JWT_AUDIENCE"]);
    let here: BTreeSet<&str> = own.chain(PASSED_ON).chain(NOT_HERE).chain([MAIL]).collect();
    let only_here: BTreeSet<&str> = here.difference(&of_template).copied().collect();
    assert_eq!(of_template.difference(&here).collect::<Vec<_>>(), Vec::<&&str>::new());
    // The provider's key is a secret of the deployment there.
    assert_eq!(only_here, BTreeSet::from(["OPENAI_API_KEY"]));
}
