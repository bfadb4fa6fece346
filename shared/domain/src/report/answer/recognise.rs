//! Recognises a report.

use crate::commit::Commit;
use std::collections::BTreeMap;

/// The fewest digits by which a text names a commit.
const SHA_DIGITS_MIN: usize = 7;
/// The shortest subject by which a text names a commit, in characters: shorter ones are common words.
const SUBJECT_CHARS_MIN: usize = 12;
/// The most subjects that are searched for, so that the search in a long text is fast.
const SUBJECTS_MAX: usize = 500;

/// Whether a text is a report: it has a heading, or names one of its commits by its id or its whole subject. A refusal
/// and small talk do neither.
pub(super) fn is_report(text: &str, commits: &[Commit]) -> bool {
    has_heading(text) || names_id(text, commits) || names_subject(text, commits)
}

/// Whether there is a Markdown heading: `# x`, a line under it, or a line all in bold, which some models write instead.
fn has_heading(text: &str) -> bool {
    let mut before = "";
    text.lines().map(str::trim).any(|line| {
        let rest = line.trim_start_matches('#');
        let marks = line.len() - rest.len();
        let by_marks = (1..=6).contains(&marks) && rest.starts_with([' ', '\t']) && !rest.trim().is_empty();
        let rule = line.len() >= 3 && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'));
        let by_line = rule && !before.is_empty();
        let bold = line.strip_prefix("**").and_then(|line| line.strip_suffix("**"));
        let by_bold = bold.is_some_and(|words| !words.trim().is_empty() && !words.contains("**"));
        before = line;
        by_marks || by_line || by_bold
    })
}

fn names_id(text: &str, commits: &[Commit]) -> bool {
    let ids: BTreeMap<&str, &str> = commits
        .iter()
        .filter_map(|commit| Some((commit.sha.as_str().get(..SHA_DIGITS_MIN)?, commit.sha.as_str())))
        .collect();
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| word.len() >= SHA_DIGITS_MIN && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(str::to_ascii_lowercase)
        .any(|word| {
            word.get(..SHA_DIGITS_MIN).and_then(|begun| ids.get(begun)).is_some_and(|id| id.starts_with(word.as_str()))
        })
}

fn names_subject(text: &str, commits: &[Commit]) -> bool {
    commits
        .iter()
        .map(Commit::subject)
        .filter(|subject| subject.chars().count() >= SUBJECT_CHARS_MIN)
        .take(SUBJECTS_MAX)
        .any(|subject| text.contains(subject))
}
