//! Recognises a report.

use crate::commit::Commit;
use std::collections::BTreeMap;

/// The fewest digits by which a text names a commit.
const SHA_DIGITS_MIN: usize = 7;
/// The shortest subject by which a text names a commit, in characters: shorter ones are common words.
const SUBJECT_CHARS_MIN: usize = 12;
/// The most subjects that are searched for, so that the search in a long text is fast.
const SUBJECTS_MAX: usize = 500;

/// How models begin a refusal, or ask for more data, in lower case. A report does not speak of its writer.
const REFUSALS: [&str; 27] = [
    "i'm sorry",
    "i am sorry",
    "i apologi",
    "sorry,",
    "i can't",
    "i cannot",
    "i can not",
    "i'm not able",
    "i am not able",
    "i'm unable",
    "i am unable",
    "i don't have",
    "i do not have",
    "i won't",
    "as an ai",
    "as a language model",
    "unfortunately, i ",
    "please provide",
    "es tut mir leid",
    "ich kann ",
    "je suis désolé",
    "je ne peux pas",
    "lo siento",
    "no puedo ",
    "抱歉",
    "很抱歉",
    "申し訳",
];

/// Whether a text is a report: it has a heading and does not begin with a refusal below it, or names one of its commits
/// by its id or its whole subject. A refusal and small talk do neither.
pub(super) fn is_report(text: &str, commits: &[Commit]) -> bool {
    (has_heading(text) && !is_refusal(text)) || names_id(text, commits) || names_subject(text, commits)
}

/// Whether a text begins with a refusal: in a heading, in a line all in bold, or in the first line below them.
pub(super) fn is_refusal(text: &str) -> bool {
    let is_mark = |letter: char| letter.is_ascii_punctuation() || letter.is_whitespace();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.chars().all(is_mark)).take(4).collect();
    let is_heading = |line: &&&str| line.starts_with('#') || (line.starts_with("**") && line.ends_with("**"));
    // The first line can be a heading by a line under it, too.
    let headings = lines.iter().take_while(is_heading).count().max(1);
    lines.iter().take(headings + 1).any(|line| {
        let words: String = line.trim_start_matches(is_mark).chars().take(40).collect();
        let words = words.to_lowercase().replace('’', "'");
        REFUSALS.iter().any(|refusal| words.starts_with(refusal))
    })
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
