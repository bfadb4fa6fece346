//! Similar names.

use domain::similar::similar_names;

const KNOWN: [&str; 6] =
    ["gpt-6-luna", "gpt-6-sol", "openai/gpt-6-luna", "claude-haiku-4-5", "gemini-2.5-flash", "grok-4.3"];

#[test]
fn most_similar_names_are_first_and_others_are_omitted() {
    let similar = similar_names("gtp-6-luna", KNOWN);
    assert_eq!(similar[..2], ["gpt-6-luna", "openai/gpt-6-luna"]);
    assert!(!similar.contains(&"claude-haiku-4-5".to_owned()));
    assert_eq!(similar_names("Claude-Haiku-45", KNOWN), ["claude-haiku-4-5"]);
    assert_eq!(similar_names("zzzz", KNOWN), [""; 0]);
    assert_eq!(similar_names("", KNOWN), [""; 0]);
}

#[test]
fn at_most_five_names_are_suggested_and_long_ones_are_not_compared() {
    let many: Vec<String> = (0..50).map(|number| format!("model-{number:02}")).collect();
    assert_eq!(similar_names("model-x", many.iter().map(String::as_str)).len(), 5);
    let long = "ä".repeat(10_000);
    assert_eq!(similar_names(&long, [long.clone() + "x"].iter().map(String::as_str)), [""; 0]);
}
