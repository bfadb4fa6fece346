//! An answer that is a stream of events although none was asked for: some gateways send no other form.

use super::{completion, cut, salvage};
use serde_json::{Deserializer, Value, json};

/// The events put together as one chat completion; `None` if the body is no stream of them. The last event counts as
/// far as it arrived.
pub(super) fn assembled(body: &[u8]) -> Option<Value> {
    let body = String::from_utf8_lossy(body);
    let mut whole = Whole::default();
    for event in events(&body) {
        whole.add(&event);
    }
    whole.is_stream.then(|| whole.completion())
}

/// Whether a value is an event of a stream of bare objects, as Ollama writes it: one that is not the last.
pub(super) fn is_event(value: &Value) -> bool {
    value.get("done") == Some(&Value::Bool(false))
        || value.get("object").and_then(Value::as_str) == Some("chat.completion.chunk")
}

fn events(body: &str) -> Vec<Value> {
    let body = body.trim_start_matches('\u{feff}').trim_start();
    if !body.starts_with('{') {
        return server_sent(body);
    }
    let mut values = Deserializer::from_str(body).into_iter::<Value>();
    let mut events: Vec<Value> = values.by_ref().map_while(Result::ok).collect();
    if !events.first().is_some_and(is_event) {
        return Vec::new();
    }
    let rest = body.get(values.byte_offset()..).unwrap_or_default();
    events.extend(cut::closed(rest.as_bytes()).map(|cut| cut.value));
    events
}

/// Server-sent events: their lines of data, joined by line breaks. Some servers omit the empty line between events, so
/// a line that is an object by itself is an event.
fn server_sent(body: &str) -> Vec<Value> {
    let body = body.replace("\r\n", "\n").replace('\r', "\n");
    let (mut events, mut data) = (Vec::new(), String::new());
    for line in body.lines() {
        if let Some(piece) = line.trim_start().strip_prefix("data:") {
            match salvage::value(piece.as_bytes()).filter(|value| data.is_empty() && value.is_object()) {
                Some(event) => events.push(event),
                None if piece.trim() == "[DONE]" => {}
                None if data.is_empty() => data.push_str(piece),
                None => data.extend(["\n", piece]),
            }
        } else if line.is_empty() {
            events.extend(salvage::value(std::mem::take(&mut data).as_bytes()));
        }
    }
    events.extend(cut::closed(data.as_bytes()).map(|cut| cut.value));
    events
}

#[derive(Default)]
struct Whole {
    is_stream: bool,
    text: String,
    reasoning: String,
    end: Option<String>,
    model: Option<String>,
    usage: Value,
    calls_tool: bool,
}

impl Whole {
    fn add(&mut self, event: &Value) {
        let choice = event.pointer("/choices/0").or_else(|| event.get("done").map(|_| event));
        self.is_stream |= choice.is_some() || event.get("choices").is_some();
        if let Some(choice) = choice {
            self.text.push_str(&completion::choice_text(choice));
            self.reasoning.push_str(&completion::reasoning(choice));
            let ended = completion::end_word(choice).map(str::to_owned);
            self.end = ended.or(self.end.take());
            let calls = choice.pointer("/delta/tool_calls").and_then(Value::as_array);
            self.calls_tool |= calls.is_some_and(|calls| !calls.is_empty());
        }
        if event.get("error").is_some_and(|error| !error.is_null()) {
            self.end.get_or_insert_with(|| "error".to_owned());
        }
        if let Some(model) = event.get("model").and_then(Value::as_str) {
            self.model = Some(model.to_owned());
        }
        for place in completion::USAGE_PLACES {
            if let Some(usage) = event.pointer(place).filter(|usage| usage.is_object()) {
                merge(&mut self.usage, usage);
            }
        }
        if event.get("eval_count").is_some() {
            merge(&mut self.usage, event);
        }
    }

    fn completion(self) -> Value {
        let calls = if self.calls_tool { json!([{}]) } else { Value::Null };
        let message = json!({"content": self.text, "reasoning": self.reasoning, "tool_calls": calls});
        json!({
            "model": self.model,
            "choices": [{"message": message, "finish_reason": self.end}],
            "usage": self.usage,
        })
    }
}

/// Adds the counts of an event to those of the events before it, which may be of fewer tokens. A count of 0 or `null`
/// replaces none.
fn merge(counts: &mut Value, later: &Value) {
    let Some(later) = later.as_object() else { return };
    if !counts.is_object() {
        *counts = json!({});
    }
    for (key, value) in later {
        let Some(slot) = counts.as_object_mut().map(|members| members.entry(key).or_insert(Value::Null)) else {
            return;
        };
        if value.is_object() {
            merge(slot, value);
        } else if slot.is_null() || !(value.is_null() || value.as_f64() == Some(0.0)) {
            *slot = value.clone();
        }
    }
}
