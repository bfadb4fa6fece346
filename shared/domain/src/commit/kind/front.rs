//! The front of a text, where prefixes are.

/// The longest scope or path that is taken as one. It also limits how far each step looks.
pub(super) const LENGTH_MAX: usize = 80;

/// As much of a text as one prefix can have.
pub(super) fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LENGTH_MAX)).unwrap_or(text)
}

/// What follows a dash, or a bar, and a space.
pub(super) fn after_dash(text: &str) -> Option<&str> {
    ["- ", "– ", "— ", "| "].iter().find_map(|dash| text.strip_prefix(dash))
}

/// The text in brackets at the beginning, and what follows.
pub(super) fn in_brackets(text: &str) -> Option<(&str, &str)> {
    let pairs = [('[', ']'), ('(', ')'), ('【', '】'), ('（', '）')];
    let (inner, close) = pairs.iter().find_map(|(open, close)| Some((text.strip_prefix(*open)?, *close)))?;
    let end = inner.char_indices().take(LENGTH_MAX).find(|(_, letter)| *letter == close)?.0;
    let rest = inner.get(end..)?.strip_prefix(close)?;
    Some((inner.get(..end)?, rest))
}
