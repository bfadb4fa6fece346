//! Bodies whose end is missing: what arrived is used, and the rest is estimated.

use super::answers::{REPORTED, breaking, breaking_with, used};
use super::{completion, request};
use app::ports::{ModelText, ReportWriter};
use domain::money::{ReportedUsage, TokenUsage, UsageSource};
use domain::report::answer::AnswerEnd;
use serde_json::json;

/// The answer to a request whose body ends after these bytes.
async fn cut(body: &str) -> ModelText {
    breaking(body).0.write(&request()).await.unwrap()
}

/// Written as most servers write it: the usage last.
const BODY: &str = r##"{"model": "m", "choices": [{"index": 0, "message": {"role": "assistant", "content":
    "# A \"b\" \u00e9\nEnd"}, "finish_reason": "length"}], "usage": {"total_tokens": 1000, "prompt_tokens": 900,
    "completion_tokens": 100}}"##;

#[tokio::test]
async fn text_that_arrived_whole_is_the_answer() {
    let text = "# A \"b\" é\nEnd";
    for (after, end) in [
        ("End\"", AnswerEnd::Whole),
        ("\"finish_reason\": \"len", AnswerEnd::Whole),
        ("\"finish_reason\": \"length\"", AnswerEnd::Length),
        ("\"usage\": {", AnswerEnd::Length),
    ] {
        let answer = cut(&BODY[..BODY.find(after).unwrap() + after.len()]).await;
        assert_eq!((answer.text.as_str(), answer.end, answer.usage), (text, end, None), "{after}");
        assert_eq!(answer.model.as_deref(), Some("m"));
    }
}

#[tokio::test]
async fn text_that_was_cut_is_kept_as_far_as_it_arrived() {
    for (after, text) in [
        ("# A", "# A"),
        ("b\\", "# A \"b"),
        ("\\u00", "# A \"b\" "),
        ("\\u00e9", "# A \"b\" é"),
        ("e9\\", "# A \"b\" é"),
        ("nEn", "# A \"b\" é\nEn"),
    ] {
        let answer = cut(&BODY[..BODY.find(after).unwrap() + after.len()]).await;
        assert_eq!((answer.text.as_str(), answer.end), (text, AnswerEnd::BrokenOff), "{after}");
    }
    let parts = r##"{"choices": [{"message": {"content": [{"type": "text", "text": "# A"}, {"type": "te"##;
    let answer = cut(parts).await;
    assert_eq!((answer.text.as_str(), answer.end), ("# A", AnswerEnd::BrokenOff));
}

#[tokio::test]
async fn every_beginning_of_an_answer_is_metered() {
    let estimate = |bytes: usize| TokenUsage::new(5_000, 0, u64::try_from(bytes).unwrap(), 0);
    for length in 3..BODY.len() {
        let body = BODY.get(..length).unwrap();
        let answer = cut(body).await;
        let written = answer.text.len() + answer.unread_bytes;
        assert!(written > 0, "{body}");
        let metered = answer.usage.unwrap_or_default().metered(estimate(written));
        assert!(metered.tokens.prompt() > 0 && metered.tokens.completion() > 0, "{body}");
        let is_complete =
            answer.usage.is_some_and(|usage| usage.prompt.is_some() && usage.completion.or(usage.total).is_some());
        assert_eq!(metered.source == UsageSource::Api, is_complete, "{body}");
    }
}

#[tokio::test]
async fn usage_without_a_completion_is_incomplete() {
    let body = r##"{"choices": [{"message": {"content": "# A"}}], "usage": {"prompt_tokens": 1000, "completion"##;
    let answer = cut(body).await;
    let prompt = ReportedUsage { prompt: Some(1000), ..ReportedUsage::default() };
    assert_eq!((answer.text.as_str(), answer.usage), ("# A", Some(prompt)));
    let first = r#"{"usage": {"prompt_tokens": 1000, "completion_tokens": 1"#;
    let answer = cut(first).await;
    assert_eq!((answer.usage, answer.unread_bytes), (Some(prompt), first.len()));
}

#[tokio::test]
async fn usage_in_a_text_is_not_the_usage() {
    let text = r#"# A\n\"usage\": {\"prompt_tokens\": 7, \"completion_tokens\": 9} and \"model\": \"zz\"."#;
    let body = format!(r#"{{"model": "m", "choices": [{{"message": {{"content": "{text}""#);
    let answer = cut(&body).await;
    assert_eq!((answer.usage, answer.model.as_deref()), (None, Some("m")));
    assert!(answer.text.ends_with("\"zz\"."), "{}", answer.text);
}

#[tokio::test]
async fn deep_members_hide_no_text() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let whole = format!("{{\"deep\": {deep},{}", &completion(&used()).to_string()[1..]);
    for body in [whole.as_str(), &whole[..whole.len() - 1]] {
        let answer = cut(body).await;
        assert_eq!((answer.text.trim(), answer.end, answer.usage), ("# Report", AnswerEnd::Whole, REPORTED));
    }
}

#[tokio::test]
async fn stream_that_is_cut_keeps_its_text() {
    let event = |content: &str, end: Option<&str>| {
        format!("data: {}\n\n", json!({"choices": [{"finish_reason": end, "delta": {"content": content}}]}))
    };
    let answer = cut(&event("# A", None)).await;
    assert_eq!((answer.text.as_str(), answer.end), ("# A", AnswerEnd::BrokenOff));
    let in_event = format!("{}{}", event("# A", None), "data: {\"choices\": [{\"delta\": {\"content\": \" and b");
    let answer = cut(&in_event).await;
    assert_eq!((answer.text.as_str(), answer.end), ("# A and b", AnswerEnd::BrokenOff));
    let begun = "data: {\"id\": \"x\", \"cho";
    let answer = cut(begun).await;
    assert_eq!((answer.text.as_str(), answer.end, answer.unread_bytes), ("", AnswerEnd::BrokenOff, begun.len()));
    let ended = format!("{}{}", event("# A", Some("stop")), "data: {\"usage\": {\"prompt_tokens\": 9, \"comp");
    let answer = cut(&ended).await;
    assert_eq!((answer.text.as_str(), answer.end), ("# A", AnswerEnd::Whole));
    assert_eq!(answer.usage.map(|usage| (usage.prompt, usage.completion)), Some((Some(9), None)));
}

#[tokio::test]
async fn error_with_usage_that_is_cut_was_paid_for() {
    let body = format!(r#"{{"error": "boom", "usage": {}, "trace": "abc"#, used());
    for status in ["400 Bad Request", "503 Service Unavailable"] {
        let answer = breaking_with(status, &body).0.write(&request()).await.unwrap();
        assert_eq!((answer.text.as_str(), answer.end, answer.usage), ("", AnswerEnd::BrokenOff, REPORTED));
    }
    let half = r#"{"error": "boom", "usage": {"prompt_tokens": 900, "completion_tok"#;
    let answer = breaking_with("503 Service Unavailable", half).0.write(&request()).await.unwrap();
    assert_eq!((answer.usage.unwrap().prompt, answer.unread_bytes), (Some(900), half.len()));
}
