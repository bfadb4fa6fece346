//! Servers that reject a part of what OpenAI takes are asked without it, and the next time at once.

use super::{asked, completion, ok, request, writer};
use crate::server::{at, loopback, requests};
use adapters::model::{NoModel, Providers};
use app::ports::{ModelError, ModelProvider, ModelRequest, ReportWriter};
use serde_json::{Value, json};
use std::sync::Arc;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// A server that answers what it accepts, and `refusal` to everything else.
async fn server(status: u16, refusal: Value, accepts: fn(&Value) -> bool) -> MockServer {
    let server = MockServer::start().await;
    let answer = move |request: &Request| {
        let body: Value = request.body_json().unwrap();
        if accepts(&body) {
            ok(&completion(&Value::Null))
        } else {
            ResponseTemplate::new(status).set_body_json(&refusal)
        }
    };
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

async fn bodies(server: &MockServer) -> Vec<Value> {
    requests(server).await.iter().map(|request| request.body_json().unwrap()).collect()
}

fn only_max_tokens(body: &Value) -> bool {
    body.get("max_completion_tokens").is_none() && body["max_tokens"].is_number()
}

fn no_system_role(body: &Value) -> bool {
    body["messages"].as_array().unwrap().iter().all(|message| message["role"] == "user")
}

#[tokio::test]
async fn server_that_rejects_max_completion_tokens_gets_max_tokens_and_is_remembered() {
    let mistral = json!({"object": "error", "type": "invalid_request_error", "message": {"detail": [
        {"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"], "msg": "Extra inputs are not permitted"},
    ]}});
    let unnamed = json!({"detail": "Unprocessable"});
    let named = json!({"error": {"message": "Unrecognized request argument supplied: max_completion_tokens"}});
    for (status, refusal) in [(422, mistral), (422, unnamed), (400, named)] {
        let server = server(status, refusal, only_max_tokens).await;
        let writer = writer(&server);
        writer.write(&request()).await.unwrap();
        writer.write(&request()).await.unwrap();
        let bodies = bodies(&server).await;
        assert_eq!(bodies.len(), 3, "the second text takes one request");
        assert_eq!((&bodies[0]["max_completion_tokens"], &bodies[1]["max_tokens"]), (&json!(8192), &json!(8192)));
        // Another model of the same server may accept it.
        let other = ModelRequest { model: "other".to_owned(), ..request() };
        writer.write(&other).await.unwrap();
        assert_eq!(requests(&server).await.len(), 5);
    }
}

#[tokio::test]
async fn server_without_a_system_role_gets_the_instructions_before_the_text() {
    let refusals = [
        (400, json!({"error": {"code": 400, "message": "System role not supported"}})),
        (500, json!({"error": {"message": "Jinja exception: System role not supported"}})),
        (400, json!({"message": "Conversation roles must alternate user/assistant/user/assistant/..."})),
        (400, json!([{"error": {"message": "Developer instruction is not enabled for models/gemma-3-27b-it"}}])),
        (400, json!({"error": {"param": "messages[0].role", "message": "does not support 'system' with this model."}})),
    ];
    for (status, refusal) in refusals {
        let server = server(status, refusal, no_system_role).await;
        let writer = writer(&server);
        writer.write(&request()).await.unwrap();
        writer.write(&request()).await.unwrap();
        let bodies = bodies(&server).await;
        assert_eq!(bodies.len(), 3);
        let wanted = json!([{"role": "user", "content": "Write a report.\n\ncommits"}]);
        assert_eq!((&bodies[1]["messages"], &bodies[2]["messages"]), (&wanted, &wanted));
    }
}

#[tokio::test]
async fn server_may_reject_both() {
    let refusal = json!({"detail": [{"loc": ["body"], "msg": "no"}]});
    let both = |body: &Value| only_max_tokens(body) && no_system_role(body);
    let server = server(422, refusal, both).await;
    let result = writer(&server).write(&request()).await;
    assert!(
        matches!(result, Err(ModelError::Rejected { .. })),
        "a refusal without a name counts as one of the limit only"
    );
    let server = MockServer::start().await;
    let answer = move |request: &Request| {
        let body: Value = request.body_json().unwrap();
        match (only_max_tokens(&body), no_system_role(&body)) {
            (true, true) => ok(&completion(&Value::Null)),
            (false, _) => ResponseTemplate::new(422),
            (true, false) => ResponseTemplate::new(400).set_body_json(json!({"message": "System role not supported"})),
        }
    };
    Mock::given(any()).respond_with(answer).mount(&server).await;
    writer(&server).write(&request()).await.unwrap();
    assert_eq!(requests(&server).await.len(), 3);
}

#[tokio::test]
async fn limit_above_the_models_is_lowered() {
    for message in [
        "max_tokens is too large: 8192. This model supports at most 4096 completion tokens.",
        "'max_tokens' or 'max_completion_tokens' is too large: 8192. The model's maximum context length is 4096.",
    ] {
        let refusal = json!({"error": {"message": message, "code": 400}});
        let server = server(400, refusal, |body| body["max_completion_tokens"].as_u64() <= Some(4096)).await;
        writer(&server).write(&request()).await.unwrap();
        assert_eq!(bodies(&server).await[1]["max_completion_tokens"], 2048);
    }
}

#[tokio::test]
async fn variant_that_is_no_longer_accepted_is_changed_back() {
    let server = MockServer::start().await;
    let named = json!({"error": {"message": "Use 'max_completion_tokens' instead of 'max_tokens'."}});
    let answers =
        [ResponseTemplate::new(422), ok(&completion(&Value::Null)), ResponseTemplate::new(400).set_body_json(named)];
    for answer in answers {
        Mock::given(any()).respond_with(answer).up_to_n_times(1).mount(&server).await;
    }
    Mock::given(any()).respond_with(ok(&completion(&Value::Null))).mount(&server).await;
    let writer = writer(&server);
    writer.write(&request()).await.unwrap();
    writer.write(&request()).await.unwrap();
    let bodies = bodies(&server).await;
    assert_eq!((bodies.len(), &bodies[3]["max_completion_tokens"]), (4, &json!(8192)));
}

#[tokio::test]
async fn server_that_rejects_everything_is_asked_a_bounded_number_of_times() {
    for words in ["max_completion_tokens", "max_tokens is too large", "System role not supported", "?"] {
        for status in [400, 422, 500] {
            let refusal = ResponseTemplate::new(status).set_body_json(json!({"error": {"message": words}}));
            let (result, times) = asked(vec![refusal]).await;
            assert!(result.is_err());
            assert!(times <= 3, "{status} {words}: {times}");
        }
    }
}

#[tokio::test]
async fn variants_of_own_providers_are_remembered() {
    let server = server(422, json!({}), only_max_tokens).await;
    let providers = Providers::new(Arc::new(NoModel), loopback());
    let own = ModelRequest { provider: ModelProvider::Own { base_url: at(&server, "/v1"), key: None }, ..request() };
    providers.write(&own).await.unwrap();
    providers.write(&own).await.unwrap();
    assert_eq!(requests(&server).await.len(), 3);
}
