//! An answer that is a stream of events although none was asked for: some gateways send no other form.

use super::salvage;
use serde_json::{Value, json};

/// The events put together as one chat completion; `None` if the body is no stream of them.
pub(super) fn assembled(body: &[u8]) -> Option<Value> {
    let body = String::from_utf8_lossy(body);
    let events = body.lines().filter_map(|line| salvage::value(line.trim().strip_prefix("data:")?.as_bytes()));
    let (mut text, mut whole) = (String::new(), json!({"choices": []}));
    let (mut is_stream, mut end) = (false, Value::Null);
    for event in events {
        is_stream |= event.get("choices").is_some();
        let written = ["/choices/0/delta/content", "/choices/0/message/content"];
        text.push_str(written.iter().find_map(|place| event.pointer(place)?.as_str()).unwrap_or_default());
        if let Some(reason) = event.pointer("/choices/0/finish_reason").filter(|reason| reason.is_string()) {
            end = reason.clone();
        }
        let members = whole.as_object_mut()?;
        for key in ["model", "usage"] {
            if let Some(value) = event.get(key).filter(|value| !value.is_null()) {
                members.insert(key.to_owned(), value.clone());
            }
        }
    }
    let choice = json!({"message": {"content": text}, "finish_reason": end});
    whole.as_object_mut()?.insert("choices".to_owned(), json!([choice]));
    is_stream.then_some(whole)
}
