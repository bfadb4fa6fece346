//! A small server that speaks the JSON protocol of SQS and EventBridge, and an environment whose endpoints are this
//! server.

use adapters::boot::{Environment, Role, Settings, aws_config};
use aws_types::SdkConfig;
use serde_json::Value;
use std::sync::Mutex;
use wiremock::matchers::{header, method};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

pub(crate) use testkit::scripted::SECRETS_KEY as KEY;

/// The variables that every deployment needs.
pub(crate) fn required_variables() -> Vec<(&'static str, String)> {
    [
        ("TABLE_NAME", "git-report"),
        ("RUN_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/runs"),
        ("DELIVERY_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/deliveries"),
        ("DELIVERY_SLOW_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/slow-deliveries"),
        ("SECRETS_KEY", KEY),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "secret-of-the-access-key"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

/// The required variables, with these added or replaced.
pub(crate) fn with(pairs: &[(&'static str, &str)]) -> Environment {
    let more = pairs.iter().map(|(name, value)| (*name, (*value).to_owned()));
    Environment::from_pairs(required_variables().into_iter().chain(more))
}

/// The required variables, without these.
pub(crate) fn without(names: &[&str]) -> Environment {
    Environment::from_pairs(required_variables().into_iter().filter(|(name, _)| !names.contains(name)))
}

/// The SDK's configuration of a deployment whose variable `endpoint` is this server.
pub(crate) fn sdk(server: &MockServer, endpoint: &'static str) -> SdkConfig {
    let settings = Settings::read(&with(&[(endpoint, &server.uri())]), Role::Runner);
    aws_config(&settings.expect("the settings are complete"))
}

/// Answers the calls of one operation, the nth (from 0) by `answer(n, its JSON)`: a status and a JSON body.
pub(crate) async fn answer_calls(
    server: &MockServer,
    target: &'static str,
    answer: impl Fn(usize, &Value) -> (u16, Value) + Send + Sync + 'static,
) {
    let calls = Mutex::new(0_usize);
    Mock::given(method("POST"))
        .and(header("x-amz-target", target))
        .respond_with(move |request: &Request| {
            let mut calls = calls.lock().expect("no answer panicked");
            let number = *calls;
            *calls += 1;
            let body = serde_json::from_slice(&request.body).expect("the SDK sends JSON");
            let (status, answer) = answer(number, &body);
            ResponseTemplate::new(status).set_body_raw(answer.to_string(), "application/x-amz-json-1.0")
        })
        .mount(server)
        .await;
}

/// The JSON bodies that the server was sent, in order.
pub(crate) async fn received(server: &MockServer) -> Vec<Value> {
    let requests = server.received_requests().await.expect("the server records");
    requests.iter().map(|request| serde_json::from_slice(&request.body).expect("the SDK sends JSON")).collect()
}
