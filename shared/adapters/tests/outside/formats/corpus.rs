//! Snapshots of the reports that are stored for the answers of models, and of the message with each in every format.

use super::laws::is_valid;
use super::made;
use domain::delivery::Shape;
use std::fmt::Write as _;
use testkit::answers::{PUBLIC_URL, answers, injections, message};

/// The most characters of a report or a body in a snapshot.
const SHOWN_CHARS_MAX: usize = 6_000;

fn shown(text: &str) -> String {
    // Invisible characters are shown by their numbers.
    let visible = text.chars().fold(String::new(), |mut shown, letter| {
        match letter {
            '\u{200B}' => shown.push_str("⟨ZWSP⟩"),
            _ => shown.push(letter),
        }
        shown
    });
    match visible.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}⟨… {} bytes⟩", &visible[..end], text.len()),
        None => visible,
    }
}

#[test]
fn stored_report_of_each_answer_matches_its_snapshot() {
    let answers = answers();
    assert!(answers.len() >= 60, "{}", answers.len());
    let mut all = String::new();
    for answer in &answers {
        writeln!(all, "════ {}\n{}", answer.name, shown(&answer.stored())).unwrap();
    }
    insta::assert_snapshot!("stored", all);
}

#[test]
fn message_of_each_answer_matches_its_snapshot() {
    let public_url = PUBLIC_URL.parse().unwrap();
    let messages: Vec<_> = answers().iter().map(|answer| (answer.name.clone(), message(&answer.stored()))).collect();
    for shape in Shape::ALL {
        let mut all = String::new();
        for (name, message) in &messages {
            let body = made(shape, message, Some(&public_url));
            writeln!(all, "════ {name}\n{}", shown(&format!("{body:#}"))).unwrap();
        }
        insta::assert_snapshot!(shape.as_str(), all);
    }
}

#[test]
fn nothing_of_a_stranger_is_live_in_the_report_of_a_model_that_obeys_a_commit() {
    for injection in injections() {
        let stored = injection.stored();
        is_valid(&stored).unwrap_or_else(|error| panic!("{}: {error}: {stored}", injection.name));
    }
}
