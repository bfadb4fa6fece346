//! The reasoning that some models write before their answer.

/// How models mark it: the tags of `DeepSeek`, Qwen and others, Kimi's, Mistral's, and the channels of gpt-oss.
const MARKS: [(&str, &str); 8] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("◁think▷", "◁/think▷"),
    ("[THINK]", "[/THINK]"),
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
    ("<|channel|>commentary<|message|>", "<|channel|>final<|message|>"),
];

/// The channels of gpt-oss, where a server has removed the marks around their names.
const BARE_CHANNELS: (&str, &str) = ("analysis", "assistantfinal");

/// What templates write before an answer.
const BEFORE: [&str; 4] =
    ["<|start|>assistant", "<|im_start|>assistant", "<start_of_turn>model", "<|channel|>final<|message|>"];
/// What templates write after an answer.
const AFTER: [&str; 6] = ["<|return|>", "<|end|>", "<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|endoftext|>"];

/// The longest list of attributes in an opening mark, such as `<think time="3">`, in bytes.
const ATTRIBUTES_BYTES_MAX: usize = 200;

/// The text after the reasoning; empty where the reasoning never ends. A thought may contain thoughts or quote a mark,
/// so it ends at the last closing mark of its kind; a mark in backticks is the report's. Reasoning is at the beginning,
/// or begins a line before the first heading: a report may quote a mark further down. Some templates put the first mark
/// into the prompt, so that the answer has only the second one.
pub(super) fn removed(text: &str) -> &str {
    let mut rest = trimmed(from_first_opening(text.trim()));
    while let Some((opening, closing)) = opened(rest) {
        let inside = rest.get(opening..).unwrap_or_default();
        rest = trimmed(last(inside, closing).and_then(|at| inside.get(at + closing.len()..)).unwrap_or_default());
    }
    trimmed(after_unopened(rest).unwrap_or(rest))
}

/// The text without the marks of a template around it.
fn trimmed(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(mark) = BEFORE.into_iter().find(|mark| starts_with(text, mark)) {
        text = text.get(mark.len()..).unwrap_or_default().trim();
    }
    while let Some(before) = AFTER.into_iter().find_map(|mark| text.strip_suffix(mark)) {
        text = before.trim();
    }
    text
}

/// The text from the first line on that opens a thought, if only words of the model are before it.
fn from_first_opening(text: &str) -> &str {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let begun = line.trim_start();
        if begun.starts_with('#') || begun.starts_with("```") {
            break;
        }
        if opened(trimmed(begun)).is_some() {
            return text.get(start..).unwrap_or(text);
        }
        start += line.len();
    }
    text
}

/// The length of the opening mark at the beginning, and the closing mark that belongs to it.
fn opened(text: &str) -> Option<(usize, &'static str)> {
    let (opening, closing) = BARE_CHANNELS;
    if starts_with(text, opening) && last(text, closing).is_some() {
        return Some((opening.len(), closing));
    }
    MARKS.into_iter().find_map(|(opening, closing)| {
        if starts_with(text, opening) {
            return Some((opening.len(), closing));
        }
        let name = opening.strip_suffix('>').filter(|name| starts_with(text, name) && !name.contains('|'))?;
        let attributes = text.get(name.len()..)?;
        let end = attributes.find('>').filter(|end| *end <= ATTRIBUTES_BYTES_MAX)?;
        attributes.starts_with(char::is_whitespace).then_some((name.len() + end + 1, closing))
    })
}

/// What follows the last closing mark without an opening one, if it ends its line or a heading follows it.
fn after_unopened(text: &str) -> Option<&str> {
    let (mut start, mut is_code, mut opened_in_code) = (0, false, false);
    let mut after = None;
    for line in text.split_inclusive('\n') {
        is_code ^= line.trim_start().starts_with("```");
        let closed = MARKS.iter().find_map(|(opening, closing)| {
            let at = last(line, closing)?;
            let end = at + closing.len();
            let rest = line.get(end..).unwrap_or_default().trim();
            let is_opened = line.get(..at).is_some_and(|before| last(before, opening).is_some());
            (!is_opened && (rest.is_empty() || rest.starts_with('#'))).then_some(end)
        });
        match closed {
            Some(_) if is_code && opened_in_code => opened_in_code = false,
            Some(end) => after = text.get(start + end..),
            None => opened_in_code = is_code && (opened_in_code || opened(line.trim()).is_some()),
        }
        start += line.len();
    }
    after.map(str::trim)
}

fn starts_with(text: &str, mark: &str) -> bool {
    text.get(..mark.len()).is_some_and(|begun| begun.eq_ignore_ascii_case(mark))
}

/// Where the mark is for the last time, in either case of its letters and not in backticks.
fn last(text: &str, mark: &str) -> Option<usize> {
    let first = mark.chars().next()?;
    text.rmatch_indices(first).map(|(at, _)| at).find(|at| {
        let is_mark = text.get(*at..).is_some_and(|rest| starts_with(rest, mark));
        let after = || text.get(at + mark.len()..).unwrap_or_default();
        let is_code = || text.get(..*at).is_some_and(|before| before.ends_with('`')) && after().starts_with('`');
        is_mark && !is_code()
    })
}
