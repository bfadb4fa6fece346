//! The answer to a chat completion, in the forms in which servers write it. No part is required: the answer was paid
//! for, so every part that can be parsed is used.

use super::{salvage, stream, usage};
use crate::guard::Body;
use app::ports::ModelText;
use domain::money::ReportedUsage;
use domain::report::answer::AnswerEnd;
use serde_json::Value;

/// Parses a success. `None` if nothing shows that a model answered: a page of a proxy, an empty body, an error
/// under a status of success.
pub(super) fn read(body: &Body) -> Option<ModelText> {
    let begun = body.begun.trim_ascii_start();
    if let Some(answer) = salvage::value(begun) {
        return of_value(&answer);
    }
    if let Some(answer) = stream::assembled(begun) {
        let answer = of_value(&answer)?;
        if body.is_whole() {
            return Some(answer);
        }
        // The last event of a stream has the usage.
        let last = || salvage::object(&body.last, "usage").as_ref().and_then(usage::read);
        return Some(ModelText { end: AnswerEnd::BrokenOff, usage: answer.usage.or_else(last), ..answer });
    }
    let rest = begun.strip_prefix(b"{")?.trim_ascii_start();
    if rest.starts_with(b"\"error\"") {
        return None;
    }
    tracing::warn!(bytes = begun.len(), cause = ?body.cut, "a model's answer is no whole chat completion");
    let parts = [&body.last, &body.begun];
    let usage = parts.into_iter().find_map(|part| salvage::object(part, "usage"));
    Some(ModelText {
        text: String::new(),
        model: parts.into_iter().rev().find_map(|part| salvage::text(part, "model")),
        usage: usage.as_ref().and_then(usage::read),
        end: AnswerEnd::BrokenOff,
    })
}

/// The tokens that a refusal reports, if any: some gateways answer an error for text that was written and paid
/// for.
pub(super) fn paid(body: &[u8]) -> Option<ModelText> {
    let answer = salvage::value(body)?;
    let usage = reported(&answer)?;
    let is_paid = [usage.prompt, usage.completion, usage.total].into_iter().flatten().any(|count| count > 0);
    is_paid.then(|| ModelText {
        text: String::new(),
        model: model(&answer),
        usage: Some(usage),
        end: AnswerEnd::BrokenOff,
    })
}

fn of_value(answer: &Value) -> Option<ModelText> {
    let choices = answer.get("choices").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let usage = reported(answer);
    if choices.is_empty() && usage.is_none() {
        return None;
    }
    let texts = choices.iter().map(|choice| (choice, choice_text(choice)));
    let chosen = texts.clone().find(|(_, text)| !text.trim().is_empty()).or_else(|| texts.clone().next());
    let (end, text) = chosen.map_or((AnswerEnd::Whole, String::new()), |(choice, text)| (end(choice), text));
    Some(ModelText { text, model: model(answer), usage, end })
}

fn model(answer: &Value) -> Option<String> {
    answer.get("model").and_then(Value::as_str).map(str::to_owned)
}

/// Moonshot reports the usage with the choice.
fn reported(answer: &Value) -> Option<ReportedUsage> {
    ["/usage", "/choices/0/usage"].into_iter().find_map(|place| usage::read(answer.pointer(place)?))
}

/// The message's text, or that of an older completion.
fn choice_text(choice: &Value) -> String {
    let places = ["/message/content", "/delta/content", "/text"];
    places
        .into_iter()
        .filter_map(|place| choice.pointer(place))
        .map(text)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// A text, or the texts of typed parts. Parts with reasoning, refusals or images are skipped.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text).collect::<Vec<_>>().concat(),
        Value::Object(part) => {
            let kind = part.get("type").and_then(Value::as_str).unwrap_or("text");
            let value = part.get("text").filter(|_| matches!(kind, "text" | "output_text"));
            value.map(|value| text(value.get("value").unwrap_or(value))).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// How a choice ended: OpenAI's words, and those of Gemini, Anthropic, Mistral, `DeepSeek`, Zhipu and vLLM that their
/// compatible servers pass on. An unknown word is a normal end.
fn end(choice: &Value) -> AnswerEnd {
    let word = choice.get("finish_reason").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let message = choice.get("message");
    let holds = |key: &str| {
        message.and_then(|message| message.get(key)).is_some_and(|value| match value {
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(items) => !items.is_empty(),
            other => other.is_object(),
        })
    };
    match word.as_str() {
        "length" | "max_tokens" | "model_length" | "max_output_tokens" => AnswerEnd::Length,
        "content_filter" | "safety" | "recitation" | "prohibited_content" | "blocklist" | "spii" | "sensitive" => {
            AnswerEnd::Filtered
        }
        "insufficient_system_resource" | "network_error" | "error" | "abort" => AnswerEnd::BrokenOff,
        "refusal" => AnswerEnd::Refused,
        _ if holds("refusal") || refuses_in_parts(message) => AnswerEnd::Refused,
        "tool_calls" | "function_call" | "tool_use" => AnswerEnd::ToolCall,
        _ if holds("tool_calls") || holds("function_call") => AnswerEnd::ToolCall,
        _ => AnswerEnd::Whole,
    }
}

fn refuses_in_parts(message: Option<&Value>) -> bool {
    let parts = message.and_then(|message| message.get("content")).and_then(Value::as_array);
    parts.is_some_and(|parts| parts.iter().any(|part| part.get("type").and_then(Value::as_str) == Some("refusal")))
}
