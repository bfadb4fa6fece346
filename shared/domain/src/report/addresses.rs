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

/// What begins an address whatever follows: finders of links take separators and edges behind it for a part of it. The
/// host behind a scheme needs no dot.
const BEGINNINGS: [&str; 3] = ["mailto:", "xmpp:", "www."];

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
    for (place, letter) in text.char_indices() {
        if letter.is_whitespace() || SEPARATORS.contains(&letter) {
            found.extend(address(text, start..place));
            start = place + letter.len_utf8();
        }
    }
    found.extend(address(text, start..text.len()));
    found
}

/// The address that a word of a text is, without the edges of the word.
fn address(text: &str, place: Range<usize>) -> Option<Range<usize>> {
    let word = text.get(place.clone())?;
    let before = text.get(..place.start)?.chars().next_back();
    // A bar can be the first letter of a host.
    if word.ends_with("//") && text.get(place.end..)?.starts_with('|') {
        return Some(place);
    }
    let begin = word.len() - word.trim_start_matches(EDGES).len();
    let end = word.trim_end_matches(EDGES).len().max(end_of_beginning(word).unwrap_or_default());
    let domain = domain(word, before);
    let begin = domain.map_or(begin, |name| name.min(begin));
    let core = word.get(begin..end)?;
    let is_address = domain.is_some() || core.contains("//") || end_of_beginning(core).is_some() || is_mail(core);
    let is_of_host = |letter: char| letter.is_alphanumeric() || !letter.is_ascii();
    (is_address && core.chars().any(is_of_host)).then(|| place.start + begin..place.start + end)
}

/// Whether a text contains a word that looks like an address.
#[must_use]
pub fn looks_like_address(text: &str) -> bool {
    !addresses(text).is_empty()
}

/// The place behind the last beginning of an address in a word, in bytes.
fn end_of_beginning(word: &str) -> Option<usize> {
    let word = word.to_ascii_lowercase();
    BEGINNINGS.iter().filter_map(|known| word.rfind(known).map(|place| place + known.len())).max()
}

fn is_mail(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| {
        name.ends_with(is_of_name) && host.starts_with(is_of_name) && host.trim_end_matches(EDGES).contains('.')
    })
}

/// The place of the letter before a dot and a top-level domain, which ends a name; that of the dot if the letter is
/// `before` the word. Finders of links take symbols for letters of a name, and so the invisible space that is written
/// behind `@`.
fn domain(word: &str, before: Option<char>) -> Option<usize> {
    let ends_name = |letter: char| {
        is_of_name(letter) || "@+=^$~|".contains(letter) || (!letter.is_ascii() && !EDGES.contains(&letter))
    };
    let mut last = (0, before);
    word.char_indices().find_map(|(place, letter)| {
        let (name, before) = std::mem::replace(&mut last, (place, Some(letter)));
        let is_dot = letter == '.' && before.is_some_and(ends_name);
        is_dot.then_some(name).filter(|_| word.get(place + 1..).is_some_and(begins_with_domain))
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
