//! Answers of many models and servers: each is paid for, and none is requested twice.

use super::{KEY, asked, completion, ok, refused, request, writer};
use crate::server::{NO_WAIT, loopback};
use adapters::model::OpenAiCompatible;
use adapters::secrets::Secret;
use app::ports::{ModelError, ModelText, ReportWriter};
use domain::money::ReportedUsage;
use domain::report::answer::AnswerEnd;
use domain::repository::AccessToken;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(super) fn used() -> Value {
    json!({"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000})
}

pub(super) const REPORTED: Option<ReportedUsage> = Some(ReportedUsage {
    prompt: Some(900),
    completion: Some(100),
    total: Some(1000),
    cached_prompt: None,
    cache_write: None,
    reasoning: None,
});

/// The answer, which is requested once.
pub(super) async fn answer(body: ResponseTemplate) -> ModelText {
    let (result, times) = asked(vec![body]).await;
    assert_eq!(times, 1, "{result:?}");
    result.unwrap()
}

async fn message(message: Value, end: Option<&str>) -> (String, AnswerEnd) {
    let body = json!({"choices": [{"message": message, "finish_reason": end}], "usage": used()});
    let answer = answer(ok(&body)).await;
    assert_eq!(answer.usage, REPORTED);
    (answer.text, answer.end)
}

#[tokio::test]
async fn text_in_typed_parts_is_read() {
    let text = |content: Value| async move { message(json!({"content": content}), Some("stop")).await.0 };
    assert_eq!(text(json!([{"type": "text", "text": "# A\n"}, {"type": "text", "text": "b"}])).await, "# A\nb");
    assert_eq!(text(json!([{"type": "output_text", "text": "# A"}, {"text": "b"}, "c"])).await, "# Abc");
    assert_eq!(text(json!({"type": "text", "text": {"value": "# A", "annotations": []}})).await, "# A");
    let thinking = json!({"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]});
    assert_eq!(text(json!([thinking, {"type": "text", "text": "# A"}])).await, "# A");
    for none in [json!([]), json!(null), json!(7), json!([{"type": "image_url", "image_url": {"url": "x"}}, null])] {
        assert_eq!(text(none).await, "");
    }
}

#[tokio::test]
async fn text_in_an_older_place_or_a_later_choice_is_read() {
    let older = answer(ok(&json!({"choices": [{"text": "# A"}]}))).await;
    assert_eq!((older.text.as_str(), older.model), ("# A", None));
    let later =
        json!({"choices": [{"message": {"content": ""}}, {"message": {"content": "# B"}, "finish_reason": "length"}]});
    let later = answer(ok(&later)).await;
    assert_eq!((later.text.as_str(), later.end), ("# B", AnswerEnd::Length));
}

#[tokio::test]
async fn end_of_an_answer_is_read_in_every_providers_words() {
    let end = |word: Option<&'static str>| async move { message(json!({"content": "half"}), word).await.1 };
    for word in ["length", "MAX_TOKENS", "model_length"] {
        assert_eq!(end(Some(word)).await, AnswerEnd::Length, "{word}");
    }
    for word in ["content_filter", "SAFETY", "sensitive"] {
        assert_eq!(end(Some(word)).await, AnswerEnd::Filtered, "{word}");
    }
    for word in ["insufficient_system_resource", "error"] {
        assert_eq!(end(Some(word)).await, AnswerEnd::BrokenOff, "{word}");
    }
    for word in [Some("stop"), Some("eos"), Some(""), None] {
        assert_eq!(end(word).await, AnswerEnd::Whole, "{word:?}");
    }
}

#[tokio::test]
async fn refusals_and_tool_calls_are_answers_without_text() {
    let call = json!([{"id": "1", "type": "function", "function": {"name": "list", "arguments": "{}"}}]);
    let cases = [
        (json!({"content": null, "refusal": "I can't assist with that."}), "stop", AnswerEnd::Refused),
        (json!({"content": [{"type": "refusal", "refusal": "No."}]}), "stop", AnswerEnd::Refused),
        (json!({"content": null, "tool_calls": call}), "tool_calls", AnswerEnd::ToolCall),
        (json!({"tool_calls": call}), "stop", AnswerEnd::ToolCall),
        (json!({"content": null, "function_call": {"name": "list"}}), "function_call", AnswerEnd::ToolCall),
        (json!({"content": null, "reasoning_content": "Hm."}), "stop", AnswerEnd::Whole),
        (json!({"content": " \n", "refusal": null, "tool_calls": []}), "stop", AnswerEnd::Whole),
    ];
    for (body, word, wanted) in cases {
        let (text, end) = message(body.clone(), Some(word)).await;
        assert_eq!((text.trim(), end), ("", wanted), "{body}");
    }
}

#[tokio::test]
async fn answer_without_text_and_usage_is_an_answer() {
    for body in [
        json!({"choices": [{"message": {"content": " \n"}, "finish_reason": "stop"}]}),
        json!({"choices": [{"message": {"content": null}}]}),
        json!({"choices": [{}]}),
        json!({"choices": [null]}),
    ] {
        let answer = answer(ok(&body)).await;
        assert_eq!((answer.text.trim(), answer.usage), ("", None), "{body}");
    }
}

#[tokio::test]
async fn answer_that_is_not_a_models_is_an_error() {
    let page = ResponseTemplate::new(200).set_body_string("<html>Sign in</html>");
    let bodies = [json!({"choices": []}), json!({}), json!("text"), json!([]), json!({"error": null})];
    for body in bodies.iter().map(ok).chain([page, ResponseTemplate::new(200)]) {
        let (result, times) = asked(vec![body]).await;
        assert!(matches!(result, Err(ModelError::Unreadable { .. })), "{result:?}");
        assert_eq!(times, 1);
    }
}

#[tokio::test]
async fn error_under_a_success_status_is_an_error() {
    let limited = json!({"error": {"code": 429, "message": "slow down"}});
    let (result, times) = asked(vec![ok(&limited), ok(&completion(&Value::Null))]).await;
    assert_eq!((result.is_ok(), times), (true, 2), "it is asked again, because nothing was paid for");
    let refusal = ok(&json!({"error": {"code": 401, "message": "no"}}));
    assert!(matches!(asked(vec![refusal]).await, (Err(ModelError::Rejected { .. }), 1)));
    let spent = ok(&json!({"error": {"type": "insufficient_quota", "message": "no"}}));
    assert!(matches!(asked(vec![spent]).await, (Err(ModelError::Rejected { .. }), 1)));
}

#[tokio::test]
async fn error_with_usage_was_paid_for() {
    let body = json!({"error": {"message": "the upstream broke off", "code": 502}, "usage": used(), "model": "m"});
    for status in [502, 400, 200] {
        let answer = answer(ResponseTemplate::new(status).set_body_json(&body)).await;
        assert_eq!((answer.text.as_str(), answer.usage), ("", REPORTED), "{status}");
    }
    let unpaid = json!({"error": {"message": "no"}, "usage": {"prompt_tokens": 0, "completion_tokens": 0}});
    let (result, times) = asked(vec![ResponseTemplate::new(500).set_body_json(&unpaid)]).await;
    assert!(result.is_err() && times == 3);
    assert!(asked(vec![refused(500, "x", "")]).await.0.is_err());
}

#[tokio::test]
async fn damaged_json_is_read() {
    let whole = completion(&used()).to_string();
    let with = |text: &str| whole.replace("# Report\\n", text);
    let cases = [
        (format!("\u{feff}\n\n{whole}\n[DONE]"), "# Report"),
        (with("# A \\ud83d\\ude80 \\ud83d\\nb \\udc00"), "# A 🚀 \u{fffd}\nb \u{fffd}"),
        (with("# A\tb\u{1}c"), "# A b c"),
        (with("# A \\\"b\\\" \\\\"), "# A \"b\" \\"),
        (whole.replace("\"index\":0", "\"index\":NaN,\"logprobs\":[-Infinity,Infinity,-1]"), "# Report"),
    ];
    for (body, wanted) in cases {
        let answer = answer(ResponseTemplate::new(200).set_body_string(&body)).await;
        assert_eq!((answer.text.trim(), answer.usage), (wanted, REPORTED), "{body}");
    }
    let mut bytes = with("# A ~").into_bytes();
    let place = bytes.iter().position(|byte| *byte == b'~').unwrap();
    bytes[place] = 0xff;
    let answer = answer(ResponseTemplate::new(200).set_body_bytes(bytes)).await;
    assert_eq!((answer.text.as_str(), answer.usage), ("# A \u{fffd}", REPORTED));
}

#[tokio::test]
async fn unrequested_stream_is_assembled() {
    let events = [
        json!({"model": "m", "choices": [{"delta": {"role": "assistant", "content": "# A"}}]}),
        json!({"model": "m", "choices": [{"delta": {"content": "\nb"}, "finish_reason": "length"}]}),
        json!({"model": "m", "choices": [], "usage": used()}),
    ];
    let lines: Vec<String> = events.iter().map(|event| format!("data: {event}\r\n\r\n")).collect();
    let body = format!(": hello\r\n\r\n{}data: [DONE]\r\n\r\n", lines.concat());
    let answer = answer(ResponseTemplate::new(200).set_body_string(body)).await;
    assert_eq!((answer.text.as_str(), answer.end), ("# A\nb", AnswerEnd::Length));
    assert_eq!((answer.usage, answer.model.as_deref()), (REPORTED, Some("m")));
}

#[tokio::test]
async fn stream_of_one_whole_answer_is_read() {
    let body = format!("data: {}\n\ndata: [DONE]\n\n", completion(&used()));
    let answer = answer(ResponseTemplate::new(200).set_body_string(body)).await;
    assert_eq!((answer.text.trim(), answer.usage), ("# Report", REPORTED));
}

#[tokio::test]
async fn usage_at_the_end_of_an_oversized_body_is_read() {
    let long = "x\\n".repeat(3 * 1024 * 1024);
    let body = completion(&used()).to_string().replace("# Report\\n", &long);
    assert!(body.len() > 9_000_000);
    let answer = answer(ResponseTemplate::new(200).set_body_string(body)).await;
    assert_eq!((answer.end, answer.usage), (AnswerEnd::BrokenOff, REPORTED));
    assert!(answer.text.trim_end().replace("x\n", "") == "x", "the text that arrived is kept");
    assert!(answer.text.len() > 2_700_000 && answer.unread_bytes > 5_000_000, "{}", answer.unread_bytes);
    assert_eq!(answer.model.as_deref(), Some("gpt-4o-mini-2024-07-18"));
}

/// A server that answers each request with these bytes, closes the connection, and counts the requests.
pub(super) fn breaking(answer: &str) -> (OpenAiCompatible, std::sync::mpsc::Receiver<()>) {
    breaking_with("200 OK", answer)
}

/// The same with a status.
pub(super) fn breaking_with(status: &'static str, answer: &str) -> (OpenAiCompatible, std::sync::mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap()).parse().unwrap();
    let (asked, times) = std::sync::mpsc::channel();
    let answer = answer.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let head = "content-type: application/json\r\ncontent-length: 100000\r\n\r\n";
            let _ = stream.write_all(format!("HTTP/1.1 {status}\r\n{head}{answer}").as_bytes());
            if asked.send(()).is_err() {
                return;
            }
        }
    });
    let key = Some(Secret::fixed(AccessToken::new(KEY.to_owned())));
    (OpenAiCompatible::new(loopback(), base, key).with_first_wait(NO_WAIT), times)
}

#[tokio::test]
async fn body_that_ends_early_was_paid_for() {
    let whole = completion(&used()).to_string();
    let (report, nothing) = (("# Report\n", AnswerEnd::Whole), ("", AnswerEnd::BrokenOff));
    for (body, wanted, usage) in [
        (&whole[..whole.len() - 1], report, REPORTED),
        (&whole[..whole.find("\"usage\"").unwrap() + 20], report, None),
        (&whole[..40], nothing, None),
        ("\n\n{", nothing, None),
    ] {
        let (writer, times) = breaking(body);
        let answer = writer.write(&request()).await.unwrap();
        assert_eq!(((answer.text.as_str(), answer.end), answer.usage), (wanted, usage), "{body}");
        assert_eq!(times.iter().take(1).count() + times.try_iter().count(), 1, "{body}");
    }
    let unclosed = r#"{"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 15"#;
    let (writer, _times) = breaking(unclosed);
    let usage = writer.write(&request()).await.unwrap().usage.unwrap();
    assert_eq!((usage.prompt, usage.completion, usage.total), (Some(100), Some(50), None), "a cut value is not read");
    let (writer, _times) = breaking(&whole);
    let answer = writer.write(&request()).await.unwrap();
    assert_eq!((answer.text.trim(), answer.usage), ("# Report", REPORTED), "the whole answer arrived");
}

#[tokio::test]
async fn answer_that_ends_before_its_body_is_requested_again() {
    for body in ["", "\n\n\n", ": processing\n\n: proc"] {
        let (writer, times) = breaking(body);
        assert!(matches!(writer.write(&request()).await, Err(ModelError::Unavailable { .. })));
        assert_eq!(times.try_iter().count(), 3);
    }
}

#[tokio::test]
async fn long_text_and_long_model_name_are_passed_on() {
    let server = MockServer::start().await;
    let text = "# Report\n".repeat(70_000);
    let body = json!({"model": "m".repeat(900), "choices": [{"message": {"content": text}}], "usage": used()});
    Mock::given(any()).respond_with(ok(&body)).mount(&server).await;
    let answer = writer(&server).write(&request()).await.unwrap();
    assert_eq!((answer.text.len(), answer.usage), (630_000, REPORTED));
}
