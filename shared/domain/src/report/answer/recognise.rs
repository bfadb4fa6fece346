//! Recognises a report.

use crate::commit::Commit;
use std::collections::BTreeMap;

/// The fewest digits by which a text names a commit.
const SHA_DIGITS_MIN: usize = 7;
/// The shortest subject by which a text names a commit, in characters: shorter ones are common words.
const SUBJECT_CHARS_MIN: usize = 12;
/// The most subjects that are searched for, so that the search in a long text is fast.
const SUBJECTS_MAX: usize = 500;

/// The longest refusal that names a commit, in bytes; a longer text that does is a report.
const REFUSAL_BYTES_MAX: usize = 400;
/// What a refusal that names a commit refuses.
const REFUSED: [&str; 4] = ["this report", "the report", "this request", "that request"];

/// The fewest words of a heading that is a report by itself: `All is well`.
const HEADING_WORDS_MIN: usize = 3;

/// How models begin a refusal, ask for more data or greet, in lower case. A report does not speak of its writer.
const REFUSALS: [&str; 61] = [
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
    "i will not",
    "i must decline",
    "i have to decline",
    "i need to decline",
    "i need more",
    "as an ai",
    "as a language model",
    "unfortunately, i ",
    "please provide",
    "could you please provide",
    "can you provide",
    "you haven't provided",
    "you have not provided",
    "it looks like you",
    "it seems you",
    "it seems that you",
    "no commits were provided",
    "no commit data",
    "no data was provided",
    "the requested report",
    "the report cannot be",
    "the report can't be",
    "this report cannot be",
    "hello! how can",
    "hi! how can",
    "how can i help",
    "[insert",
    "es tut mir leid",
    "ich kann ",
    "leider kann ich",
    "leider bin ich",
    "je suis désolé",
    "je ne peux pas",
    "désolé",
    "malheureusement, je",
    "lo siento",
    "no puedo ",
    "desculpe",
    "não posso",
    "mi dispiace",
    "non posso ",
    "извините",
    "я не могу",
    "к сожалению, я",
    "抱歉",
    "很抱歉",
    "申し訳",
];

/// Whether a text is a report: it has words besides headings, and a heading, or names one of its commits by its id or
/// its whole subject. A refusal and small talk are no reports.
pub(super) fn is_report(text: &str, commits: &[Commit]) -> bool {
    let names_commit = || names_id(text, commits) || names_subject(text, commits);
    if is_refusal(text) {
        let refuses = || REFUSED.iter().any(|words| text.to_lowercase().contains(words));
        return names_commit() && (text.len() > REFUSAL_BYTES_MAX || !refuses());
    }
    has_words(text) && has_heading(text) || names_commit()
}

/// Whether some line is no heading and has a word, or is a heading of several words.
fn has_words(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let underlined = lines.iter().skip(1).map(|line| is_rule(line)).chain([false]);
    let says_something = |line: &str| {
        line.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count() >= HEADING_WORDS_MIN
    };
    let mut words = lines.iter().zip(underlined).filter(|(line, is_underlined)| {
        let is_heading = *is_underlined || is_heading(line);
        !is_heading || says_something(line)
    });
    words.any(|(line, _)| line.contains(char::is_alphanumeric))
}

/// Whether a text begins with a refusal: in a heading, in a line all in bold, or in the first line below them.
pub(super) fn is_refusal(text: &str) -> bool {
    let is_mark = |letter: char| letter.is_ascii_punctuation() || letter.is_whitespace();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.chars().all(is_mark)).take(4).collect();
    // The first line can be a heading by a line under it, too.
    let headings = lines.iter().take_while(|line| is_heading(line)).count().max(1);
    lines.iter().take(headings + 1).any(|line| {
        let begins = |line: &str| {
            let words: String = line.chars().take(40).collect();
            let words = words.to_lowercase().replace('’', "'");
            REFUSALS.iter().any(|refusal| words.starts_with(refusal))
        };
        begins(line) || begins(line.trim_start_matches(is_mark))
    })
}

/// Whether a line is a heading by its marks, or by being all in bold, which some models write instead.
pub(super) fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    let by_marks =
        (1..=6).contains(&(line.len() - rest.len())) && rest.starts_with([' ', '\t']) && !rest.trim().is_empty();
    let bold = line.strip_prefix("**").and_then(|line| line.strip_suffix("**"));
    by_marks || bold.is_some_and(|words| !words.trim().is_empty() && !words.contains("**"))
}

/// Whether a line under another one makes it a heading.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

/// Whether there is a Markdown heading.
fn has_heading(text: &str) -> bool {
    let mut before = "";
    text.lines().map(str::trim).any(|line| {
        let is_under_text = is_rule(line) && !before.is_empty();
        before = line;
        is_heading(line) || is_under_text
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
