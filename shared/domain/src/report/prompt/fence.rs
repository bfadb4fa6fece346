//! The fence around data and instructions.

/// Text that can't end or open a block of data or instructions: `<` before such a word becomes `‹`.
pub(super) fn defused(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (place, letter) in text.char_indices() {
        let opens = letter == '<' && opens_block(text.get(place + 1..).unwrap_or(""));
        safe.push(if opens { '‹' } else { letter });
    }
    safe
}

fn opens_block(rest: &str) -> bool {
    let word = rest.trim_start_matches(|letter: char| letter == '/' || letter.is_whitespace());
    ["commit", "instruction"]
        .iter()
        .any(|block| word.get(..block.len()).is_some_and(|word| word.eq_ignore_ascii_case(block)))
}
