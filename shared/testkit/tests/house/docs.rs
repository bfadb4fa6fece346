//! Which items of product code have a doc comment: every `pub` or `pub(crate)` struct, enum and trait, and every `pub`
//! function but `new`, whose type has one. A `pub(crate)` function needs none, because its callers are in one crate: it
//! has one where its name and signature are not enough. And whether the commands that documents name are valid.

use crate::tree::{PLAIN_FOLDERS, Source, assert_none, sources, texts};

/// Code outside of tests: integration tests are skipped, and so is everything below a file's own tests.
fn product_lines(source: &Source) -> Vec<&str> {
    let lines = source.text.lines().collect::<Vec<_>>();
    let tests = lines.iter().position(|line| line.starts_with("mod tests {")).unwrap_or(lines.len());
    lines[..tests].to_vec()
}

/// Whether a line begins an item that must have a doc comment.
fn must_be_documented(line: &str) -> bool {
    let line = line.trim_start();
    let (item, is_exported) = match (line.strip_prefix("pub "), line.strip_prefix("pub(crate) ")) {
        (Some(item), _) => (item, true),
        (_, Some(item)) => (item, false),
        _ => return false,
    };
    let mut words = item.split_whitespace().skip_while(|word| ["const", "async", "unsafe"].contains(word));
    match words.next() {
        Some("struct" | "enum" | "trait") => true,
        Some("fn") => is_exported && !words.next().is_some_and(|name| name.starts_with("new(")),
        _ => false,
    }
}

/// Whether a doc comment is above an item, and attributes at most between them.
fn is_documented(above: &[&str]) -> bool {
    let mut is_in_attribute = false;
    for line in above.iter().rev().map(|line| line.trim()) {
        if line.starts_with("///") || line.starts_with("#[doc") || line.starts_with("$(#[") {
            return true;
        }
        if line.starts_with("#[") {
            is_in_attribute = false;
        } else if line.ends_with(")]") {
            is_in_attribute = true;
        } else if !is_in_attribute && !line.starts_with("//") {
            return false;
        }
    }
    false
}

#[test]
fn types_traits_and_exported_functions_have_a_doc_comment() {
    let mut breaches = Vec::new();
    let checked =
        |source: &Source| PLAIN_FOLDERS.iter().any(|folder| source.path.starts_with(folder)) && !source.is_test();
    for source in sources().into_iter().filter(checked) {
        let lines = product_lines(&source);
        for (index, line) in lines.iter().enumerate() {
            if must_be_documented(line) && !is_documented(&lines[..index]) {
                breaches.push(format!("{}:{}: {}", source.path, index + 1, line.trim()));
            }
        }
    }
    assert_none("an item without a doc comment", &breaches);
}

#[test]
fn doc_comments_are_found_above_attributes_only() {
    assert!(is_documented(&["/// A limit.", "#[must_use]"]));
    assert!(is_documented(&["/// An error.", "#[error(", "    \"{0}\"", ")]"]));
    assert!(!is_documented(&["/// A field.", "    pub name: String,", "}", "", "#[derive(Debug)]"]));
}

#[test]
fn types_and_exported_functions_must_be_documented() {
    for line in [
        "pub struct A;",
        "    pub(crate) enum B {",
        "pub(crate) trait C {",
        "    pub const fn d() {",
        "pub async fn e() {",
    ] {
        assert!(must_be_documented(line), "{line}");
    }
    for line in [
        "    pub(crate) async fn read(&self) {",
        "    pub const fn new() -> Self {",
        "    pub fn new(name: &str) -> Self {",
        "    pub name: String,",
        "pub const MAX: usize = 1;",
        "struct Own;",
    ] {
        assert!(!must_be_documented(line), "{line}");
    }
}

/// The commands in a document that give several filters to `cargo test`, which takes one: the others follow `--`.
fn commands_with_several_filters(text: &str) -> Vec<&str> {
    let tests = text.split('`').filter(|code| code.starts_with("cargo test "));
    let is_refused = |command: &&str| {
        let own = command.split(" -- ").next().unwrap_or_default();
        let mut words = own.split_whitespace().skip(2);
        let mut filters = 0;
        while let Some(word) = words.next() {
            match word {
                "-p" | "--package" | "--test" | "--features" | "--profile" | "--example" => drop(words.next()),
                option if option.starts_with('-') => {}
                _ => filters += 1,
            }
        }
        filters > 1
    };
    tests.filter(is_refused).collect()
}

#[test]
fn commands_of_documents_have_one_filter() {
    let breaches: Vec<String> = texts(&["docs"])
        .into_iter()
        .flat_map(|source| {
            let found = commands_with_several_filters(&source.text).into_iter().map(str::to_owned).collect::<Vec<_>>();
            found.into_iter().map(move |command| format!("{}: {command}", source.path))
        })
        .collect();
    assert_none("cargo test takes one filter: write others after `--`", &breaches);
}

#[test]
fn second_filter_is_found_unless_it_follows_the_dashes() {
    let text = "`cargo test -p app --test verbs one two` and `cargo test --workspace --test laws one -- --nocapture`";
    assert_eq!(commands_with_several_filters(text), ["cargo test -p app --test verbs one two"]);
    assert!(commands_with_several_filters("`cargo test -p app --test verbs -- one two`").is_empty());
}
