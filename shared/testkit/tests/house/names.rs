//! What nothing is called, and what only some rooms may say.

use crate::tree::{Source, assert_none, sources};

const BANNED_FILES: [&str; 7] = ["utils", "util", "common", "types", "helpers", "helper", "manager"];

fn product_sources() -> impl Iterator<Item = Source> {
    // This folder names what it bans.
    sources().into_iter().filter(|source| !source.path.starts_with("shared/testkit/tests/house"))
}

/// Places outside `rooms` whose text holds one of `words`.
fn said_outside(words: &[&str], rooms: &[&str], tests_too: bool) -> Vec<String> {
    product_sources()
        .filter(|source| tests_too || !source.is_test())
        .filter(|source| !rooms.iter().any(|room| source.path.starts_with(room)))
        .flat_map(|source| {
            let lines: Vec<String> = source
                .text
                .lines()
                .enumerate()
                .filter(|(_, line)| !line.trim_start().starts_with("//"))
                .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
                .map(|(number, line)| format!("{}:{}: {}", source.path, number + 1, line.trim()))
                .collect();
            lines
        })
        .collect()
}

#[test]
fn no_file_is_a_drawer() {
    let breaches: Vec<String> = sources()
        .into_iter()
        .map(|source| source.path)
        .filter(|path| path.split('/').any(|part| BANNED_FILES.contains(&part.trim_end_matches(".rs"))))
        .collect();
    assert_none("a name that says nothing", &breaches);
}

#[test]
fn no_type_is_a_manager() {
    let breaches: Vec<String> = product_sources()
        .flat_map(|source| {
            let path = source.path.clone();
            let lines: Vec<String> = source
                .text
                .lines()
                .filter(|line| ["struct ", "enum ", "trait "].iter().any(|word| line.contains(word)))
                .filter(|line| ["Manager", "Helper", "Util"].iter().any(|word| line.contains(word)))
                .map(|line| format!("{path}: {}", line.trim()))
                .collect();
            lines
        })
        .collect();
    assert_none("a type that says nothing", &breaches);
}

#[test]
fn every_file_says_what_it_is() {
    let breaches: Vec<String> =
        product_sources().filter(|source| !source.text.starts_with("//!")).map(|source| source.path).collect();
    assert_none("a file without a first line that says what is in it", &breaches);
}

#[test]
fn a_user_is_made_by_the_verifier_of_tokens_or_read_from_a_record() {
    assert_none(
        "a user is made up",
        &said_outside(&["from_verified_subject("], &["functions/api/src/auth", "shared/domain/src/id.rs"], false),
    );
    let rooms = [
        "shared/adapters/src/dynamodb",
        "shared/adapters/src/sqs",
        "shared/domain/src/id.rs",
        "shared/testkit",
        "infra/local",
    ];
    assert_none("a user is made up", &said_outside(&["UserId::from_record("], &rooms, false));
}

#[test]
fn vendors_stay_in_their_rooms() {
    let rooms = ["shared/adapters", "shared/testkit", "infra/local"];
    assert_none(
        "a vendor's name outside the adapters",
        &said_outside(&["aws_sdk_", "reqwest::"], &[&rooms[..], &["functions/api/src/auth"]].concat(), false),
    );
}

#[test]
fn nothing_is_left_undone_and_nothing_sleeps() {
    let words = ["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "thread::sleep", "#[allow("];
    assert_none("left undone, or a sleep in place of an event", &said_outside(&words, &[], true));
}
