//! Standard output: results, and nothing else. What happens on the way goes to standard error, see `progress`.

use serde_json::Value;
use std::io::Write;

/// Writes a text and ends its line. A reader that has gone away is no failure: it has seen what it wanted.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _gone = writeln!(out, "{}", text.trim_end_matches('\n')).and_then(|()| out.flush());
}

/// Writes a value as JSON for people.
pub fn say_json(value: &Value) {
    say(&pretty(value));
}

/// A value as JSON for people.
#[must_use]
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
