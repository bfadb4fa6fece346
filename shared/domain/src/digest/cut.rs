//! Texts as facts keep them.

/// The first characters of a text, with an ellipsis if there are more, and without control characters.
pub(super) fn cut(text: &str, chars_max: usize) -> String {
    let text = text.trim().chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let mut kept: String = text.clone().take(chars_max).collect();
    if text.count() > chars_max {
        kept.push('…');
    }
    kept
}
