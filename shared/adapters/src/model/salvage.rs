//! Parses damaged JSON: the answer was paid for, so every part that can be parsed is used.

use serde::de::Deserialize;
use serde_json::{Deserializer, Value};
use std::borrow::Cow;

/// The first JSON value of a body, whatever follows it. Where it can't be parsed as it is, these are repaired: bytes
/// that are not UTF-8, halves of surrogate pairs (a model's emoji cut at its length limit), bare control characters in
/// a text, and `NaN` or `Infinity` for a number.
pub(super) fn value(body: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    first(text).or_else(|| first(&repaired(text)))
}

/// The last object under a key in a body that is not complete.
pub(super) fn object(body: &[u8], key: &str) -> Option<Value> {
    let body = String::from_utf8_lossy(body);
    under(&body, key).filter(Value::is_object).last().or_else(|| unclosed(&body, key))
}

/// An object that the end of the body cuts off, without its last member, whose value may be cut too.
fn unclosed(body: &str, key: &str) -> Option<Value> {
    let (before, after) = body.rsplit_once(&format!("\"{key}\""))?;
    let object = after.trim_start().strip_prefix(':').filter(|_| !before.ends_with('\\'))?;
    let (members, _) = object.rsplit_once(',')?;
    let depth = members.matches('{').count().checked_sub(members.matches('}').count())?;
    first(&format!("{members}{}", "}".repeat(depth))).filter(Value::is_object)
}

/// The first text under a key.
pub(super) fn text(body: &[u8], key: &str) -> Option<String> {
    under(&String::from_utf8_lossy(body), key).find_map(|value| value.as_str().map(str::to_owned))
}

/// The values under a key. Where a text of the body contains the same words, a backslash precedes each quote.
fn under<'a>(body: &'a str, key: &str) -> impl Iterator<Item = Value> + 'a {
    let quoted = format!("\"{key}\"");
    let length = quoted.len();
    let places: Vec<usize> = body.match_indices(&quoted).map(|(at, _)| at).collect();
    places.into_iter().filter_map(move |at| {
        let is_key = body.get(..at).is_some_and(|before| !before.ends_with('\\'));
        let after = body.get(at + length..).filter(|_| is_key)?;
        first(after.trim_start().strip_prefix(':')?)
    })
}

fn first(text: &str) -> Option<Value> {
    Value::deserialize(&mut Deserializer::from_str(text)).ok()
}

fn repaired(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_text = false;
    while let Some(letter) = rest.chars().next() {
        let (piece, taken) = match letter {
            '\\' if in_text => escape(rest),
            _ if in_text && letter.is_control() => (Cow::from(" "), letter.len_utf8()),
            'N' | 'I' | '-' if !in_text => number(rest),
            _ => (Cow::from(rest.get(..letter.len_utf8()).unwrap_or_default()), letter.len_utf8()),
        };
        in_text ^= letter == '"';
        repaired.push_str(&piece);
        rest = rest.get(taken..).unwrap_or_default();
    }
    repaired
}

/// An escape at the beginning of a text, and its length; half of a surrogate pair becomes the replacement character.
fn escape(rest: &str) -> (Cow<'_, str>, usize) {
    let whole = |bytes: usize| (Cow::from(rest.get(..bytes).unwrap_or(rest)), bytes.min(rest.len()));
    match surrogate(rest) {
        Some(0xd800..=0xdbff) if matches!(rest.get(6..).and_then(surrogate), Some(0xdc00..=0xdfff)) => whole(12),
        Some(0xd800..=0xdfff) => (Cow::from("\\ufffd"), 6),
        _ => whole(1 + rest.chars().nth(1).map_or(0, char::len_utf8)),
    }
}

fn surrogate(rest: &str) -> Option<u32> {
    u32::from_str_radix(rest.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// `NaN` or an infinity, which JSON does not allow; any other text is unchanged.
fn number(rest: &str) -> (Cow<'_, str>, usize) {
    let word = ["NaN", "Infinity", "-Infinity"].into_iter().find(|word| rest.starts_with(word));
    word.map_or_else(|| (Cow::from(rest.get(..1).unwrap_or_default()), 1), |word| (Cow::from("null"), word.len()))
}
