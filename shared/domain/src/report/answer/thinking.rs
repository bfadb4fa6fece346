//! The reasoning that some models write before their answer.

/// How models mark it: the tags of `DeepSeek`, Qwen and others, Kimi's, Mistral's, and the channels of gpt-oss.
const MARKS: [(&str, &str); 7] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("◁think▷", "◁/think▷"),
    ("[THINK]", "[/THINK]"),
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
];

/// The text after the reasoning; empty where the reasoning never ends. Only reasoning at the beginning is removed: a
/// report may quote such a mark further down. Some templates put the first mark into the prompt, so that the answer has
/// only the second one; it counts if it has a line of its own.
pub(super) fn removed(text: &str) -> &str {
    let mut rest = text.trim();
    while let Some((opening, closing)) = MARKS.into_iter().find(|(opening, _)| starts_with(rest, opening)) {
        let inside = rest.get(opening.len()..).unwrap_or_default();
        rest = find(inside, closing).and_then(|at| inside.get(at + closing.len()..)).unwrap_or_default().trim();
    }
    after_unopened(rest).unwrap_or(rest)
}

/// What follows a line that holds a closing mark alone, outside of a block of code.
fn after_unopened(text: &str) -> Option<&str> {
    let (mut end, mut is_code) = (0, false);
    text.split_inclusive('\n').find_map(|line| {
        end += line.len();
        is_code ^= line.trim_start().starts_with("```");
        let is_mark = !is_code && MARKS.iter().any(|(_, closing)| line.trim().eq_ignore_ascii_case(closing));
        is_mark.then(|| text.get(end..).unwrap_or_default().trim())
    })
}

fn starts_with(text: &str, mark: &str) -> bool {
    text.get(..mark.len()).is_some_and(|begun| begun.eq_ignore_ascii_case(mark))
}

/// Where the mark is, in either case of its letters.
fn find(text: &str, mark: &str) -> Option<usize> {
    let first = mark.chars().next()?;
    text.match_indices(first).map(|(at, _)| at).find(|at| text.get(*at..).is_some_and(|rest| starts_with(rest, mark)))
}
