//! An OpenAI-compatible model and its refusals.

mod answers;
mod cut;
mod forms;
mod manners;
mod usage;

use crate::server::{NO_WAIT, at, loopback, requests};
use adapters::guard::{AddressPolicy, Guard};
use adapters::model::{NoModel, OpenAiCompatible, Providers};
use adapters::secrets::Secret;
use app::limits::COMPLETION_TOKENS_MAX;
use app::ports::{ModelError, ModelProvider, ModelRequest, ModelText, ReportWriter};
use domain::report::Prompt;
use domain::report::answer::AnswerEnd;
use domain::repository::AccessToken;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use wiremock::matchers::{any, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const KEY: &str = "sk-0123456789";

fn request() -> ModelRequest {
    ModelRequest {
        model: "gpt-4o-mini".to_owned(),
        provider: ModelProvider::Deployment,
        prompt: Prompt { system: "Write a report.".to_owned(), user: "commits".to_owned() },
        completion_tokens: COMPLETION_TOKENS_MAX,
        timeout: Duration::from_secs(30),
    }
}

fn completion(usage: &Value) -> Value {
    json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "# Report\n", "refusal": null},
            "finish_reason": "stop"}],
        "usage": usage,
    })
}

fn ok(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn refused(status: u16, kind: &str, code: &str) -> ResponseTemplate {
    let error = json!({"error": {"message": "from the provider", "type": kind, "param": null, "code": code}});
    ResponseTemplate::new(status).set_body_json(error)
}

fn writer(server: &MockServer) -> OpenAiCompatible {
    OpenAiCompatible::new(loopback(), at(server, "/v1"), Some(Secret::fixed(AccessToken::new(KEY.to_owned()))))
        .with_first_wait(NO_WAIT)
}

/// The result of these answers, the last of which is repeated, and how often the model was asked.
async fn asked(answers: Vec<ResponseTemplate>) -> (Result<ModelText, ModelError>, usize) {
    let server = MockServer::start().await;
    let last = answers.len() - 1;
    for (index, answer) in answers.into_iter().enumerate() {
        let mock = Mock::given(any()).respond_with(answer);
        let mock = if index == last { mock } else { mock.up_to_n_times(1) };
        mock.mount(&server).await;
    }
    let result = writer(&server).write(&request()).await;
    (result, requests(&server).await.len())
}

#[tokio::test]
async fn request_is_a_chat_completion() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .and(header("authorization", format!("Bearer {KEY}").as_str()))
        .respond_with(ok(&completion(&Value::Null)))
        .mount(&server)
        .await;
    let text = writer(&server).write(&request()).await.unwrap();
    assert_eq!((text.text.trim(), text.model.as_deref()), ("# Report", Some("gpt-4o-mini-2024-07-18")));
    assert_eq!(text.end, AnswerEnd::Whole);
    let body: Value = requests(&server).await[0].body_json().unwrap();
    let wanted = json!({
        "model": "gpt-4o-mini",
        "messages": [{"role": "system", "content": "Write a report."}, {"role": "user", "content": "commits"}],
        "max_completion_tokens": COMPLETION_TOKENS_MAX,
    });
    assert_eq!(body, wanted);
}

#[tokio::test]
async fn local_server_needs_no_key() {
    let server = MockServer::start().await;
    Mock::given(path("/chat/completions")).respond_with(ok(&completion(&Value::Null))).mount(&server).await;
    let writer = OpenAiCompatible::new(loopback(), at(&server, "/"), None);
    writer.write(&request()).await.unwrap();
    assert!(!requests(&server).await[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn account_without_credit_is_not_asked_again() {
    for (kind, code) in [
        ("insufficient_quota", "insufficient_quota"),
        ("invalid_request_error", "insufficient_quota"),
        ("credit_balance_exhausted", ""),
        ("project_spend_limit_exceeded", ""),
        ("organization_usage_limit_exceeded", ""),
    ] {
        let answer = refused(429, kind, code).insert_header("x-should-retry", "true");
        let (result, times) = asked(vec![answer, ok(&completion(&Value::Null))]).await;
        assert!(matches!(result, Err(ModelError::Rejected { .. })), "{kind} {code}");
        assert_eq!(times, 1);
    }
}

#[tokio::test]
async fn temporary_failure_is_tried_three_times() {
    for status in [408, 409, 429, 500, 503] {
        let (result, times) =
            asked(vec![refused(status, "rate_limit_exceeded", ""), ok(&completion(&Value::Null))]).await;
        assert!(result.is_ok(), "{status}");
        assert_eq!(times, 2, "{status}");
    }
    let (result, times) = asked(vec![ResponseTemplate::new(500)]).await;
    assert!(matches!(result, Err(ModelError::Unavailable { .. })));
    assert_eq!(times, 3);
}

#[tokio::test]
async fn retry_headers_of_the_server_are_obeyed() {
    let (result, times) = asked(vec![ResponseTemplate::new(500).insert_header("x-should-retry", "false")]).await;
    assert!(matches!(result, Err(ModelError::Unavailable { .. })));
    assert_eq!(times, 1);
    let odd = ResponseTemplate::new(418).insert_header("x-should-retry", "true");
    let (result, times) = asked(vec![odd, ok(&completion(&Value::Null))]).await;
    assert_eq!((result.is_ok(), times), (true, 2));
    // The request has half a minute: a longer wait is not begun, a shorter one is.
    let (result, times) = asked(vec![ResponseTemplate::new(429).insert_header("retry-after", "31")]).await;
    assert!(matches!(result, Err(ModelError::Unavailable { .. })));
    assert_eq!(times, 1);
    let at_once = ResponseTemplate::new(429).insert_header("retry-after", "0");
    assert_eq!(asked(vec![at_once]).await.1, 3);
}

#[tokio::test]
async fn prompt_that_is_too_long_is_recognised() {
    let openai = refused(400, "invalid_request_error", "context_length_exceeded");
    let llama =
        json!({"error": {"code": 400, "message": "too long", "type": "exceed_context_size_error", "n_ctx": 4096}});
    let llama = ResponseTemplate::new(400).set_body_json(llama);
    let vllm = json!({"object": "error", "message": "This model's maximum context length is 4096.", "code": 400});
    let gemini = json!([{"error": {"code": 400, "message": "The input token count (9) exceeds the maximum."}}]);
    let [vllm, gemini] = [vllm, gemini].map(|body| ResponseTemplate::new(400).set_body_json(body));
    let anthropic = json!({"type": "error", "error": {"type": "invalid_request_error",
        "message": "prompt is too long: 215000 tokens > 200000 maximum"}});
    let anthropic = ResponseTemplate::new(400).set_body_json(anthropic);
    let answers = [
        (openai, None),
        (llama, Some(4_096)),
        (ResponseTemplate::new(413), None),
        (vllm, Some(4_096)),
        (gemini, None),
        (anthropic, Some(200_000)),
    ];
    for (answer, window_tokens) in answers {
        let (result, times) = asked(vec![answer]).await;
        assert_eq!((result, times), (Err(ModelError::PromptTooLong { window_tokens }), 1));
    }
}

#[tokio::test]
async fn permanent_refusal_has_its_reason_and_never_the_key() {
    let repeated =
        json!({"error": {"message": format!("no such model for {KEY}"), "type": "x", "code": "model_not_found"}});
    let answers = [
        (refused(401, "x", "invalid_api_key"), "the key was refused"),
        (ResponseTemplate::new(404).set_body_json(repeated), "model_not_found"),
        (ResponseTemplate::new(400).set_body_json(json!({"error": "plain text"})), "plain text"),
        (ResponseTemplate::new(307).insert_header("location", "/elsewhere"), "redirect"),
        (ResponseTemplate::new(400), "status 400"),
    ];
    for (answer, wanted) in answers {
        let (result, times) = asked(vec![answer]).await;
        let Err(ModelError::Rejected { detail }) = result else {
            panic!("{wanted}: {result:?}");
        };
        assert!(detail.contains(wanted) && !detail.contains(KEY), "{detail}");
        assert_eq!(times, 1);
    }
    assert_eq!(format!("{:?}", AccessToken::new(KEY.to_owned())), "AccessToken(…)");
}

#[tokio::test]
async fn silent_model_ends_in_time() {
    // The kernel accepts its connections, but no one reads them.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", silent.local_addr().unwrap()).parse().unwrap();
    let writer = OpenAiCompatible::new(loopback(), base, None).with_first_wait(NO_WAIT);
    let hurried = ModelRequest { timeout: Duration::from_millis(60), ..request() };
    let started = std::time::Instant::now();
    let result = writer.write(&hurried).await;
    assert!(matches!(result, Err(ModelError::Unavailable { .. })), "{result:?}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn private_base_url_is_refused() {
    let guard = Arc::new(Guard::new(AddressPolicy::Public));
    let writer = OpenAiCompatible::new(guard, "https://169.254.169.254/v1".parse().unwrap(), None);
    assert!(matches!(writer.write(&request()).await, Err(ModelError::Rejected { .. })));
}

#[tokio::test]
async fn own_provider_gets_its_own_key_and_the_deployments_provider_does_not() {
    let (deployment, own) = (MockServer::start().await, MockServer::start().await);
    for server in [&deployment, &own] {
        Mock::given(any()).respond_with(ok(&completion(&Value::Null))).mount(server).await;
    }
    let providers = Providers::new(Arc::new(writer(&deployment)), loopback());
    let at_own = |key: Option<&str>| ModelRequest {
        provider: ModelProvider::Own {
            base_url: at(&own, "/v1"),
            key: key.map(|key| AccessToken::new(key.to_owned())),
        },
        ..request()
    };
    providers.write(&request()).await.unwrap();
    providers.write(&at_own(Some("sk-own"))).await.unwrap();
    providers.write(&at_own(None)).await.unwrap();
    let authorizations = |requests: Vec<wiremock::Request>| -> Vec<Option<String>> {
        let text = |request: &wiremock::Request| {
            request.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned())
        };
        requests.iter().map(text).collect()
    };
    assert_eq!(authorizations(requests(&deployment).await), [Some(format!("Bearer {KEY}"))]);
    assert_eq!(authorizations(requests(&own).await), [Some("Bearer sk-own".to_owned()), None]);
    assert!(!format!("{:?}", at_own(Some("sk-own"))).contains("sk-own"));
}

#[tokio::test]
async fn redirect_of_an_own_provider_is_not_followed() {
    let (own, elsewhere) = (MockServer::start().await, MockServer::start().await);
    let moved = ResponseTemplate::new(307).insert_header("location", at(&elsewhere, "/v1/chat/completions").as_str());
    Mock::given(any()).respond_with(moved).mount(&own).await;
    let providers = Providers::new(Arc::new(NoModel), loopback());
    let key = Some(AccessToken::new("sk-own".to_owned()));
    let provider = ModelProvider::Own { base_url: at(&own, "/v1"), key };
    let answer = providers.write(&ModelRequest { provider, ..request() }).await;
    assert!(matches!(answer, Err(ModelError::Rejected { .. })), "{answer:?}");
    assert!(requests(&elsewhere).await.is_empty());
}

#[tokio::test]
async fn private_own_provider_is_refused_at_each_request() {
    let own = MockServer::start().await;
    let providers = Providers::new(Arc::new(NoModel), Arc::new(Guard::new(AddressPolicy::Public)));
    for base in [at(&own, "/v1"), "https://127.0.0.1/v1".parse().unwrap(), "https://169.254.169.254".parse().unwrap()] {
        let provider = ModelProvider::Own { base_url: base.clone(), key: None };
        let answer = providers.write(&ModelRequest { provider, ..request() }).await;
        assert!(matches!(answer, Err(ModelError::Rejected { .. })), "{base}: {answer:?}");
    }
    assert!(requests(&own).await.is_empty());
}

#[tokio::test]
async fn deployment_without_a_model_is_an_error() {
    let error = NoModel.write(&request()).await.unwrap_err();
    assert!(error.to_string().contains("this deployment has no model"), "{error}");
}
