//! Words that a renderer or a chat service can take for an address, although no one marked them as a link.
//!
//! Renderers find `https://…`, `//host`, `www.…` and mail addresses in plain text, and some find names such as
//! `evil.com` by the top-level domain, which can be the ending of a file as well (`main.rs`). No renderer looks into
//! code, so such words are written as code.

use std::ops::Range;

/// Characters that are in no address, so that words end at them.
const SEPARATORS: &[char] = &['(', ')', '[', ']', '{', '}', '<', '>', '"', '\'', '`', '|', '\\', ','];
/// Characters that are a part of an address within it, and belong to the text around it at its edges.
const EDGES: &[char] = &['*', '_', '~', '.', ';', ':', '!', '?', '…'];

/// The domains without a country that finders of links know.
const DOMAINS: [&str; 31] = [
    "aero", "app", "asia", "biz", "click", "cloud", "com", "coop", "dev", "edu", "gov", "info", "link", "live", "mil",
    "mov", "museum", "name", "net", "online", "org", "page", "pro", "shop", "site", "store", "top", "web", "xxx",
    "xyz", "zip",
];

/// The second letters of the domains of countries, by the first.
const COUNTRIES: [(char, &str); 26] = [
    ('a', "cdefgilmnoqrstuwxz"),
    ('b', "abdefghijmnorstvwyz"),
    ('c', "acdfghiklmnorsuvwxyz"),
    ('d', "ejkmoz"),
    ('e', "cegrstu"),
    ('f', "ijkmor"),
    ('g', "abdefghilmnpqrstuwy"),
    ('h', "kmnrtu"),
    ('i', "delmnoqrst"),
    ('j', "emop"),
    ('k', "eghimnprwyz"),
    ('l', "abcikrstuvy"),
    ('m', "acdeghklmnopqrstuvwxyz"),
    ('n', "acefgilopruz"),
    ('o', "m"),
    ('p', "aefghklmnrstwy"),
    ('q', "a"),
    ('r', "eosuw"),
    ('s', "abcdeghijklmnortuvxyz"),
    ('t', "cdfghjklmnortvwz"),
    ('u', "agksyz"),
    ('v', "aceginu"),
    ('w', "fs"),
    ('x', ""),
    ('y', "et"),
    ('z', "amw"),
];

/// The places of such words in a text, in bytes and in order.
pub(super) fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut close = |start: usize, end: usize| {
        let word = text.get(start..end).unwrap_or_default();
        let begun = word.trim_start_matches(EDGES);
        let core = begun.trim_end_matches(EDGES);
        if is_address(core) {
            let start = end - begun.len();
            found.push(start..start + core.len());
        }
    };
    for (place, letter) in text.char_indices() {
        if letter.is_whitespace() || SEPARATORS.contains(&letter) {
            close(start, place);
            start = place + letter.len_utf8();
        }
    }
    close(start, text.len());
    found
}

/// Whether a text contains a word that looks like an address.
#[must_use]
pub fn looks_like_address(text: &str) -> bool {
    !addresses(text).is_empty()
}

fn is_address(word: &str) -> bool {
    let has_name = word.chars().any(char::is_alphanumeric);
    let has_www = || word.to_ascii_lowercase().contains("www.");
    has_name && (word.contains("//") || is_mail(word) || has_domain(word) || has_www())
}

fn is_mail(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| {
        name.ends_with(is_of_name) && host.starts_with(is_of_name) && host.trim_end_matches(EDGES).contains('.')
    })
}

/// Whether a dot is between a name and a top-level domain.
fn has_domain(word: &str) -> bool {
    let mut before = None;
    word.char_indices().any(|(place, letter)| {
        let follows_name = before.replace(letter).is_some_and(is_of_name);
        letter == '.' && follows_name && word.get(place + 1..).is_some_and(begins_with_domain)
    })
}

fn begins_with_domain(text: &str) -> bool {
    let end = text.find(|letter| !is_of_name(letter)).unwrap_or(text.len());
    let label = text.get(..end).unwrap_or_default();
    let is_known = |label: &str| DOMAINS.contains(&label) || label == "рф" || label == "xn" || is_country(label);
    label.len() <= 8 && is_known(&label.to_lowercase())
}

fn is_country(label: &str) -> bool {
    let mut letters = label.chars();
    let (Some(first), Some(second), None) = (letters.next(), letters.next(), letters.next()) else { return false };
    COUNTRIES.iter().any(|(letter, seconds)| *letter == first && seconds.contains(second))
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric()
}
