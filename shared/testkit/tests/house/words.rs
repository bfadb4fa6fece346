//! Expressions that this repository does not use: `words.tsv` lists them, with what to write instead.

use crate::tree::{PLAIN_FOLDERS, assert_none, texts};
use regex::{Regex, RegexBuilder};
use std::path::Path;

const LIST: &str = include_str!("words.tsv");

/// A pattern that no text contains.
struct Refused {
    written: &'static str,
    pattern: Regex,
    instead: &'static str,
}

/// Files that may contain a pattern.
struct Allowed {
    path: &'static str,
    written: &'static str,
}

fn list() -> (Vec<Refused>, Vec<Allowed>) {
    let (mut refused, mut allowed) = (Vec::new(), Vec::new());
    for line in LIST.lines().filter(|line| !line.starts_with('#')) {
        match *line.split('\t').collect::<Vec<_>>().as_slice() {
            ["refuse", written, instead] => {
                let pattern = RegexBuilder::new(written).case_insensitive(true).multi_line(true).build();
                refused.push(Refused { written, pattern: pattern.expect("a pattern"), instead });
            }
            ["allow", path, written, _reason] => allowed.push(Allowed { path, written }),
            _ => panic!("words.tsv: '{line}' has another form than the head of the file describes"),
        }
    }
    (refused, allowed)
}

/// The text in which words are searched. Of a patch, only the description counts: the rest is code of other files.
fn searched(path: &str, text: &str) -> String {
    let is_patch = Path::new(path).extension().is_some_and(|extension| extension == "patch");
    let text = if is_patch { text.split("\ndiff --git").next().unwrap_or_default() } else { text };
    text.replace('_', " ")
}

#[test]
fn only_plain_words_are_used() {
    let (refused, allowed) = list();
    let mut breaches = Vec::new();
    for source in texts(&PLAIN_FOLDERS) {
        let text = searched(&source.path, &source.text);
        for Refused { written, pattern, instead } in &refused {
            let matches =
                |rule: &&Allowed| source.path.starts_with(rule.path) && ["*", *written].contains(&rule.written);
            if allowed.iter().any(|rule| matches(&rule)) {
                continue;
            }
            breaches.extend(pattern.find_iter(&text).map(|found| {
                let line = text[..found.start()].matches('\n').count() + 1;
                format!("{}:{line}: '{}': write instead: {instead}", source.path, found.as_str().trim())
            }));
        }
    }
    assert_none("an expression that is not plain", &breaches);
}

#[test]
fn every_exception_is_needed() {
    let (refused, allowed) = list();
    let texts = texts(&PLAIN_FOLDERS);
    let needed = |rule: &Allowed| {
        let mut patterns = refused.iter().filter(|refused| ["*", refused.written].contains(&rule.written));
        patterns.any(|refused| {
            let files = texts.iter().filter(|source| source.path.starts_with(rule.path));
            files.into_iter().any(|source| refused.pattern.is_match(&searched(&source.path, &source.text)))
        })
    };
    let own = |rule: &&Allowed| rule.path.ends_with("house/words.tsv");
    let unneeded = allowed.iter().filter(|rule| !own(rule) && !needed(rule));
    assert_none("an exception that nothing needs", &unneeded.map(|rule| rule.path.to_owned()).collect::<Vec<_>>());
}

#[test]
fn patterns_refuse_what_they_are_for_and_no_ordinary_use() {
    let (refused, _) = list();
    let is_refused = |text: &str| refused.iter().any(|refused| refused.pattern.is_match(text));
    for text in [
        "the caller is told so",
        "counted anew",
        "the text stands in the item",
        "there are none",
        "a date that does not read",
        "it reads as nothing",
        "the fire is left out",
        "once an hour at the most",
        "the run is no more.",
    ] {
        assert!(is_refused(text), "{text}");
    }
    for text in [
        "value is None",
        "if wait.is none() {",
        "there are no more pages",
        "at most once",
        "the function does not read the file",
        "it applies to standards",
        "the layout of a page",
    ] {
        assert!(!is_refused(text), "{text}");
    }
}
