//! Which items of product code have a doc comment: types, traits and functions that other modules use.

use crate::tree::{PLAIN_FOLDERS, Source, assert_none, sources};

/// Code outside of tests: integration tests are skipped, and so is everything below a file's own tests.
fn product_lines(source: &Source) -> Vec<&str> {
    let lines = source.text.lines().collect::<Vec<_>>();
    let tests = lines.iter().position(|line| line.starts_with("mod tests {")).unwrap_or(lines.len());
    lines[..tests].to_vec()
}

/// Whether a line begins a type, a trait or a function that other modules can use.
fn is_public_item(line: &str) -> bool {
    let line = line.trim_start();
    let Some(item) = line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) ")) else { return false };
    let words = item.split_whitespace().find(|word| !["const", "async", "unsafe"].contains(word));
    words.is_some_and(|word| ["struct", "enum", "trait", "fn"].contains(&word))
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
fn every_public_item_has_a_doc_comment() {
    let mut breaches = Vec::new();
    let checked =
        |source: &Source| PLAIN_FOLDERS.iter().any(|folder| source.path.starts_with(folder)) && !source.is_test();
    for source in sources().into_iter().filter(checked) {
        let lines = product_lines(&source);
        for (index, line) in lines.iter().enumerate() {
            if is_public_item(line) && !is_documented(&lines[..index]) {
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
    assert!(is_public_item("    pub(crate) async fn read(&self) {"));
    assert!(!is_public_item("    pub name: String,") && !is_public_item("pub const MAX: usize = 1;"));
}
