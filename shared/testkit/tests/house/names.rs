//! Names that are not used, and names that are used in some folders only.

use crate::tree::{Source, assert_none, sources};

const BANNED_FILES: [&str; 7] = ["utils", "util", "common", "types", "helpers", "helper", "manager"];

fn product_sources() -> impl Iterator<Item = Source> {
    // This folder names what it bans.
    sources().into_iter().filter(|source| !source.path.starts_with("shared/testkit/tests/house"))
}

/// The lines outside of `folders` that contain one of `words`.
fn used_outside(words: &[&str], folders: &[&str], tests_too: bool) -> Vec<String> {
    product_sources()
        .filter(|source| tests_too || !source.is_test())
        .filter(|source| !folders.iter().any(|folder| source.path.starts_with(folder)))
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
fn no_file_has_a_generic_name() {
    let breaches: Vec<String> = sources()
        .into_iter()
        .map(|source| source.path)
        .filter(|path| path.split('/').any(|part| BANNED_FILES.contains(&part.trim_end_matches(".rs"))))
        .collect();
    assert_none("a file with a generic name", &breaches);
}

#[test]
fn no_type_has_a_generic_name() {
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
    assert_none("a type with a generic name", &breaches);
}

#[test]
fn every_file_begins_with_a_description() {
    let breaches: Vec<String> =
        product_sources().filter(|source| !source.text.starts_with("//!")).map(|source| source.path).collect();
    assert_none("a file without a description in its first line", &breaches);
}

#[test]
fn user_ids_are_created_from_tokens_or_records_only() {
    assert_none(
        "a user id is created elsewhere",
        &used_outside(&["from_verified_subject("], &["functions/api/src/auth", "shared/domain/src/id.rs"], false),
    );
    let folders = [
        "shared/adapters/src/dynamodb",
        "shared/adapters/src/sqs",
        "shared/domain/src/id.rs",
        "shared/testkit",
        "infra/local",
    ];
    assert_none("a user id is created elsewhere", &used_outside(&["UserId::from_record("], &folders, false));
}

#[test]
fn vendors_are_named_in_the_adapters_only() {
    let folders = ["shared/adapters", "shared/testkit", "infra/local"];
    assert_none(
        "a vendor's name outside the adapters",
        &used_outside(&["aws_sdk_", "reqwest::"], &[&folders[..], &["functions/api/src/auth"]].concat(), false),
    );
}

#[test]
fn no_code_is_unfinished_ignored_or_sleeping() {
    let words = ["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "thread::sleep", "#[allow("];
    assert_none("unfinished or ignored code, or a sleep instead of an event", &used_outside(&words, &[], true));
}
