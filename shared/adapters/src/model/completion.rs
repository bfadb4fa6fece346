//! The answer to a chat completion, in the forms in which servers write it. No part is required: the answer was paid
//! for, so every part that can be parsed is used.

use super::cut::{self, Cut};
use super::{salvage, stream, usage};
use crate::guard::Body;
use app::ports::ModelText;
use domain::money::ReportedUsage;
use domain::report::answer::AnswerEnd;
use serde_json::Value;

/// Where the usage is: Moonshot reports it with the choice.
pub(super) const USAGE_PLACES: [&str; 2] = ["/usage", "/choices/0/usage"];

/// Parses a success. `None` if no model answered: a proxy's page, an empty body, an error under a success.
pub(super) fn read(body: &Body) -> Option<ModelText> {
    let begun = without_comments(&body.begun);
    let value = salvage::value(begun);
    if let Some(answer) = value.as_ref().filter(|value| !stream::is_event(value)) {
        return of_value(answer);
    }
    if let Some(answer) = stream::assembled(begun) {
        let has_end = end_word(answer.get("choices")?.get(0)?).is_some();
        let answer = of_value(&answer)?;
        if body.is_whole() {
            return Some(answer);
        }
        // The last event of a stream has the usage.
        let last = salvage::object(&body.last, "usage").as_ref().and_then(usage::read);
        let end = if has_end { answer.end } else { AnswerEnd::BrokenOff };
        let unread_bytes = answer.unread_bytes.saturating_add(body.over);
        return Some(ModelText { end, usage: last.or(answer.usage), unread_bytes, ..answer });
    }
    let cause = body.cut.as_ref().map(ToString::to_string);
    tracing::warn!(bytes = begun.len(), cause, "a model's answer is no whole chat completion");
    if let Some(answer) = cut::closed(begun).and_then(|cut| of_cut(&cut, body)) {
        return Some(answer);
    }
    let is_stream = !body.is_whole() && [b"data:".as_slice(), b"event:"].iter().any(|mark| begun.starts_with(mark));
    let is_object = || begun.strip_prefix(b"{").is_some_and(|rest| !rest.trim_ascii_start().starts_with(b"\"error\""));
    (is_stream || is_object()).then(|| unreadable(body))
}

/// An answer whose parts are found by their keys alone, if at all.
pub(super) fn unreadable(body: &Body) -> ModelText {
    let parts = [&body.last, &body.begun];
    let usage = parts.into_iter().find_map(|part| salvage::object(part, "usage"));
    let text = salvage::text(&body.begun, "content").unwrap_or_default();
    ModelText {
        unread_bytes: body.bytes().saturating_sub(text.len()),
        text,
        model: parts.into_iter().rev().find_map(|part| salvage::text(part, "model")),
        usage: usage.as_ref().and_then(usage::read),
        end: AnswerEnd::BrokenOff,
    }
}

/// The tokens that a refusal reports, if any: some gateways answer an error for text that was paid for.
pub(super) fn paid(body: &Body) -> Option<ModelText> {
    let whole = salvage::value(&body.begun);
    let unread_bytes = if whole.is_some() { 0 } else { body.bytes() };
    let answer = whole.or_else(|| cut::closed(&body.begun).map(|cut| cut.value))?;
    let last = || salvage::object(&body.last, "usage").as_ref().and_then(usage::read);
    let usage = reported(&answer).or_else(last)?;
    let is_paid = [usage.prompt, usage.completion, usage.total].into_iter().flatten().any(|count| count > 0);
    is_paid.then(|| ModelText {
        text: String::new(),
        model: model(&answer),
        usage: Some(usage),
        end: AnswerEnd::BrokenOff,
        unread_bytes,
    })
}

/// The body after comments of a stream, which gateways send before other bodies too, while these are written.
pub(super) fn without_comments(body: &[u8]) -> &[u8] {
    let mut rest = body.trim_ascii_start();
    while rest.starts_with(b":") {
        let line = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        rest = rest.get(line..).unwrap_or_default().trim_ascii_start();
    }
    rest
}

/// The answer of a body whose end is missing. A text that arrived whole has its own end.
fn of_cut(cut: &Cut, body: &Body) -> Option<ModelText> {
    let answer = of_value(&cut.value)?;
    let open = |keys: &[&str]| cut.open.iter().any(|key| keys.contains(&key.as_str()));
    let is_whole = !answer.text.trim().is_empty() && !open(&["content", "text", "parts"]);
    let last = salvage::object(&body.last, "usage").as_ref().and_then(usage::read);
    let usage = last.or(answer.usage).filter(|usage| *usage != ReportedUsage::default());
    let beside_text = answer.unread_bytes.saturating_add(body.over);
    let unread_bytes = if answer.text.is_empty() { body.bytes() } else { beside_text };
    let end = if is_whole || answer.end != AnswerEnd::Whole { answer.end } else { AnswerEnd::BrokenOff };
    let model = answer.model.or_else(|| salvage::text(&body.last, "model"));
    Some(ModelText { model, usage, unread_bytes, end, ..answer })
}

fn of_value(answer: &Value) -> Option<ModelText> {
    // Some gateways put the answer into a list.
    let answer = answer.as_array().map_or(Some(answer), |list| list.first())?;
    let choices = choices(answer);
    let usage = reported(answer);
    if choices.is_empty() && usage.is_none() {
        return None;
    }
    let texts = choices.iter().map(|choice| (choice, choice_text(choice)));
    let chosen = texts.clone().find(|(_, text)| !text.trim().is_empty()).or_else(|| texts.clone().next());
    let (end, text) = chosen.map_or((AnswerEnd::Whole, String::new()), |(choice, text)| (end(choice), text));
    let unread_bytes = choices.iter().map(|choice| reasoning(choice).len()).sum();
    Some(ModelText { text, model: model(answer), usage, end, unread_bytes })
}

/// The choices; the output of OpenAI's newer API; or the answer itself, as Ollama and Anthropic write it.
fn choices(answer: &Value) -> &[Value] {
    let list = |key| answer.get(key).and_then(Value::as_array).filter(|list| !list.is_empty());
    let is_choice = answer.get("message").is_some_and(Value::is_object) || list("content").is_some();
    match list("choices").or_else(|| list("output")) {
        Some(list) => list,
        None if is_choice => std::slice::from_ref(answer),
        None => &[],
    }
}

fn model(answer: &Value) -> Option<String> {
    answer.get("model").and_then(Value::as_str).map(str::to_owned)
}

/// The first usage that counts something, else the first. Ollama's counts are at the top.
fn reported(answer: &Value) -> Option<ReportedUsage> {
    let counts = |usage: &ReportedUsage| *usage != ReportedUsage::default();
    let found = USAGE_PLACES.into_iter().filter_map(|place| usage::read(answer.pointer(place)?));
    let at_top = usage::read(answer).filter(counts);
    found.clone().find(counts).or(at_top).or_else(|| found.clone().next())
}

/// The message's text, or that of an older completion.
pub(super) fn choice_text(choice: &Value) -> String {
    let places = ["/message/content", "/delta/content", "/content", "/text"];
    places
        .into_iter()
        .filter_map(|place| choice.pointer(place))
        .map(text)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// The reasoning beside the text, which is paid for too.
pub(super) fn reasoning(choice: &Value) -> String {
    let message = choice.get("message").or_else(|| choice.get("delta"));
    let keys = ["reasoning_content", "reasoning", "thinking"];
    let found = keys.into_iter().find_map(|key| message?.get(key)?.as_str());
    found.unwrap_or_default().to_owned()
}

/// How a choice ended, in its server's word.
pub(super) fn end_word(choice: &Value) -> Option<&str> {
    ["finish_reason", "stop_reason", "done_reason"].iter().find_map(|key| choice.get(key)?.as_str())
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
    let word = end_word(choice).unwrap_or_default().to_ascii_lowercase();
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
