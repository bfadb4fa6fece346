//! Answers in forms that no chat completion has: each was paid for.

use super::answers::{REPORTED, answer, used};
use super::{asked, completion, ok};
use app::ports::ModelText;
use domain::money::ReportedUsage;
use domain::report::answer::AnswerEnd;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::{Value, json};
use std::io::Write;
use wiremock::ResponseTemplate;

async fn bytes(body: impl Into<Vec<u8>>) -> ModelText {
    answer(ResponseTemplate::new(200).set_body_bytes(body)).await
}

/// The answer to events with this between them.
async fn events(events: &[Value], between: &str) -> ModelText {
    let lines: Vec<String> = events.iter().map(|event| format!("data: {event}{between}")).collect();
    bytes(lines.concat()).await
}

fn delta(content: &Value) -> Value {
    json!({"model": "m", "choices": [{"delta": {"content": content}}]})
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn whole_answer_in_another_form_is_read() {
    let whole = completion(&used()).to_string();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(whole.as_bytes()).unwrap();
    let utf16 = |unit: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
        format!("{mark}{whole}").encode_utf16().flat_map(unit).collect()
    };
    let data: String = serde_json::to_string_pretty(&completion(&used())).unwrap();
    let data: Vec<String> = data.lines().map(|line| format!("data: {line}\n")).collect();
    for body in [
        format!(": ping\n\n: ping\r\n{whole}").into_bytes(),
        gzip(whole.as_bytes()),
        zlib.finish().unwrap(),
        utf16(u16::to_le_bytes, "\u{feff}"),
        utf16(u16::to_be_bytes, "\u{feff}"),
        utf16(u16::to_le_bytes, ""),
        format!("[{whole}]").into_bytes(),
        format!("event: message\n{}\n", data.concat()).into_bytes(),
        format!("{}\r\n", data.concat().replace('\n', "\r\n")).into_bytes(),
    ] {
        let answer = bytes(body.clone()).await;
        let read = (answer.text.trim(), answer.end, answer.usage);
        assert_eq!(read, ("# Report", AnswerEnd::Whole, REPORTED), "{}", String::from_utf8_lossy(&body));
    }
}

#[tokio::test]
async fn compressed_answer_is_bounded_and_kept_when_cut() {
    let bomb = format!("{{\"choices\": [{{\"message\": {{\"content\": \"{}", "x".repeat(40_000_000));
    let read = bytes(gzip(bomb.as_bytes())).await;
    assert_eq!(read.end, AnswerEnd::BrokenOff);
    assert!((4_000_000..4_194_304).contains(&read.text.len()), "{}", read.text.len());
    let packed = gzip(completion(&used()).to_string().as_bytes());
    let read = bytes(&packed[..packed.len() - 40]).await;
    assert!(read.text.len() + read.unread_bytes > 0 && read.end != AnswerEnd::ToolCall, "{read:?}");
    let unknown = ResponseTemplate::new(200).insert_header("content-encoding", "br").set_body_bytes([1, 2, 3]);
    let read = answer(unknown).await;
    assert_eq!((read.text.as_str(), read.end, read.unread_bytes), ("", AnswerEnd::BrokenOff, 3));
    let packed = |body: &str| {
        ResponseTemplate::new(200).insert_header("content-encoding", "gzip").set_body_bytes(gzip(body.as_bytes()))
    };
    let (limited, whole) = (packed(r#"{"error": {"code": 429, "message": "slow down"}}"#), packed("<html></html>"));
    let (result, times) = asked(vec![limited, whole]).await;
    assert_eq!((result.is_err(), times), (true, 2), "what is no answer was not paid for: {result:?}");
}

#[tokio::test]
async fn stream_in_every_form_is_assembled() {
    let parts = json!([{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "# A"}]);
    let end = json!({"choices": [{"delta": {}, "finish_reason": "stop", "usage": used()}]});
    let zeros = json!({"choices": [], "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": null}});
    let text = json!({"choices": [{"text": "# A"}]});
    for (stream, between) in [
        (vec![delta(&json!("# A")), end.clone()], "\n\n"),
        (vec![delta(&json!("# A")), end.clone()], "\n"),
        (vec![delta(&json!("# A")), end.clone()], "\r\r"),
        (vec![delta(&parts), end.clone()], "\n\n"),
        (vec![text, end.clone()], "\r\n\r\n"),
        (vec![delta(&json!("# A")), end.clone(), zeros], "\n\n"),
    ] {
        let answer = events(&stream, between).await;
        assert_eq!((answer.text.as_str(), answer.end, answer.usage), ("# A", AnswerEnd::Whole, REPORTED));
    }
}

#[tokio::test]
async fn counts_of_a_stream_are_merged() {
    let with = |usage: Value| json!({"choices": [{"delta": {"content": "x"}}], "usage": usage});
    let stream = [
        with(json!({"prompt_tokens": 900, "completion_tokens": 0, "prompt_tokens_details": {"cached_tokens": 3}})),
        with(json!({"completion_tokens": 40, "prompt_tokens_details": null})),
        with(json!({"completion_tokens": 100})),
    ];
    let usage = events(&stream, "\n\n").await.usage.unwrap();
    let wanted = ReportedUsage { prompt: Some(900), completion: Some(100), ..ReportedUsage::default() };
    assert_eq!(usage, ReportedUsage { cached_prompt: Some(3), ..wanted });
}

#[tokio::test]
async fn error_in_a_stream_breaks_the_answer_off() {
    let stream = [delta(&json!("# A")), json!({"error": {"message": "overloaded", "code": 502}})];
    let answer = events(&stream, "\n\n").await;
    assert_eq!((answer.text.as_str(), answer.end), ("# A", AnswerEnd::BrokenOff));
}

#[tokio::test]
async fn native_answers_of_other_servers_are_read() {
    let counts = ReportedUsage { prompt: Some(900), completion: Some(100), ..ReportedUsage::default() };
    let ollama = json!({"message": {"role": "assistant", "content": "# A"}, "done": true, "done_reason": "length",
        "prompt_eval_count": 900, "eval_count": 100});
    let used = json!({"input_tokens": 900, "output_tokens": 100});
    let anthropic = json!({"type": "message", "content": [{"type": "text", "text": "# A"}],
        "stop_reason": "max_tokens", "usage": used});
    for body in [&ollama, &anthropic] {
        let answer = answer(ok(body)).await;
        assert_eq!((answer.text.as_str(), answer.end, answer.usage), ("# A", AnswerEnd::Length, Some(counts)));
    }
    let begun = json!({"message": {"content": "# "}, "done": false});
    let rest = json!({"message": {"content": "A"}, "done": false});
    let last = json!({"message": {"content": ""}, "done": true, "done_reason": "length",
        "prompt_eval_count": 900, "eval_count": 100});
    let read = bytes(format!("{begun}\n{rest}\n{last}\n")).await;
    assert_eq!((read.text.as_str(), read.end, read.usage), ("# A", AnswerEnd::Length, Some(counts)));
    let newer = json!({"output": [{"type": "reasoning", "summary": []},
        {"type": "message", "content": [{"type": "output_text", "text": "# A"}]}], "usage": used});
    let read = answer(ok(&newer)).await;
    assert_eq!((read.text.as_str(), read.usage), ("# A", Some(counts)));
}

#[tokio::test]
async fn reasoning_without_usage_is_counted() {
    let message = json!({"content": "# A", "reasoning_content": "Hm. Hm."});
    let read = answer(ok(&json!({"choices": [{"message": message}]}))).await;
    assert_eq!((read.text.as_str(), read.unread_bytes), ("# A", 7));
    let (result, _) = asked(vec![ok(&json!({"message": "no model", "detail": "x"}))]).await;
    assert!(result.is_err(), "{result:?}");
}
