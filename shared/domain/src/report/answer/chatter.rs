//! What models write around a report: that here it is, and what else they could do.

use super::recognise::is_heading;

/// The longest such text, in bytes: a longer one is a part of the report.
const BYTES_MAX: usize = 300;

/// How it begins before a report, in lower case.
const BEFORE: [&str; 21] = [
    "sure",
    "certainly",
    "of course",
    "absolutely",
    "okay",
    "ok,",
    "here is",
    "here's",
    "here are",
    "below is",
    "this is the",
    "i've written",
    "i have written",
    "gerne",
    "hier ist",
    "natürlich",
    "bien sûr",
    "voici",
    "claro",
    "aquí",
    "ecco",
];

/// How it begins behind a report, in lower case.
const BEHIND: [&str; 14] = [
    "let me know",
    "please let me know",
    "would you like",
    "do you want me",
    "shall i",
    "should i",
    "i hope this",
    "hope this helps",
    "feel free",
    "if you need",
    "if you would like",
    "if you'd like",
    "lass mich wissen",
    "n'hésitez pas",
];

/// The text without small talk before its first heading and behind its last paragraph.
pub(super) fn removed(text: &str) -> &str {
    without_end(without_beginning(text.trim()))
}

fn without_beginning(text: &str) -> &str {
    let heading = text.match_indices('\n').map(|(place, _)| place + 1);
    let heading = heading.take_while(|place| *place <= BYTES_MAX).find(|place| {
        text.get(*place..).and_then(|rest| rest.lines().next()).is_some_and(|line| is_heading(line.trim()))
    });
    let parts = heading.and_then(|place| text.split_at_checked(place));
    match parts {
        Some((before, report)) if begins(before, &BEFORE) => report,
        _ => text,
    }
}

fn without_end(text: &str) -> &str {
    match text.rsplit_once("\n\n") {
        Some((report, last)) if last.len() <= BYTES_MAX && begins(last, &BEHIND) => {
            // A line often separates it.
            report.trim_end().trim_end_matches(['-', '*', '_']).trim_end()
        }
        _ => text,
    }
}

fn begins(text: &str, known: &[&str]) -> bool {
    let words = text.trim_start_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase().replace('’', "'");
    let is_end = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    known.iter().any(|known| words.strip_prefix(known).is_some_and(is_end))
}
