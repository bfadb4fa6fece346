//! Reports by a model: its usage is metered, and without an answer a plain report is written.

use crate::once::json_of;
use crate::program::Place;
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The usage in an answer.
pub(crate) struct Usage {
    pub(crate) prompt: u64,
    pub(crate) cached: u64,
    pub(crate) completion: u64,
}

/// An answer of an OpenAI-compatible server.
pub(crate) fn answer(text: &str, usage: &Usage) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": usage.prompt,
            "completion_tokens": usage.completion,
            "total_tokens": usage.prompt + usage.completion,
            "prompt_tokens_details": {"cached_tokens": usage.cached},
        },
    }))
}

#[tokio::test]
async fn tokens_and_cost_come_from_the_answer() {
    let model = MockServer::start().await;
    let usage = Usage { prompt: 1_234, cached: 234, completion: 567 };
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .respond_with(answer("# Two people counted", &usage))
        .expect(1)
        .mount(&model)
        .await;
    let place = Place::with_repository();
    let url = format!("{}/v1", model.uri());
    let output = place.run(&["report", ".", "--json", "--model", "gpt-4o-mini"], &[("OPENAI_BASE_URL", &url)]);
    let answer = json_of(&output);
    let report = answer["report"].as_str().unwrap();
    assert!(report.contains("\n\nTwo people counted\n\nBranch **"), "{report}");
    let run = &answer["run"];
    assert_eq!(run["tokens_used"], 1_801);
    assert_eq!((&run["prompt_tokens"], &run["cached_prompt_tokens"]), (&1_234.into(), &234.into()));
    assert_eq!(run["completion_tokens"], 567);
    assert_eq!(run["usage_source"], "api");
    assert_eq!(run["degraded"], false);
    // (1000 × 0.15 + 234 × 0.075 + 567 × 0.60) / 10⁶ = 0.00050775, half up.
    assert_eq!(run["cost_usd"].to_string(), "0.000508");
    assert_eq!(answer["usage"]["monthlyUsage"]["total_cost_usd"].to_string(), "0.000508");
    assert_eq!(answer["usage"]["monthlyUsage"]["counted_runs"], 1);
}

#[tokio::test]
async fn without_an_answer_the_report_is_degraded_and_does_not_count() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let place = Place::with_repository();
    let url = format!("http://{gone}/v1");
    let output = place.run(&["report", ".", "--json", "--model", "gpt-4o-mini"], &[("OPENAI_BASE_URL", &url)]);
    let answer = json_of(&output);
    let report = answer["report"].as_str().unwrap();
    assert!(report.contains("Written without the language model") && report.contains("does not count"), "{report}");
    assert!(report.contains("Round half up"), "{report}");
    assert_eq!(answer["run"]["degraded"], true);
    let reason = &answer["run"]["degraded_reason"];
    assert_eq!(reason["code"], "LLM_UNAVAILABLE");
    assert!(report.contains(reason["message"].as_str().unwrap()), "{report}");
    assert_eq!(answer["run"]["quota"]["counted"], false);
    assert_eq!(answer["run"]["tokens_used"], 0);
    let month = &answer["usage"]["monthlyUsage"];
    assert_eq!((&month["counted_runs"], &month["degraded_runs"]), (&0.into(), &1.into()));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("does not count"), "{said}");
}
