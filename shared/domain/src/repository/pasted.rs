//! What is around an address that was pasted: quotes, angle brackets, a command.

/// The commands that are followed by an address, as git hosts show them.
const COMMANDS: [&[&str]; 4] =
    [&["git", "clone"], &["gh", "repo", "clone"], &["glab", "repo", "clone"], &["git", "remote", "add"]];

/// The options of these commands whose value is the next word.
const OPTIONS_WITH_A_VALUE: [&str; 22] = [
    "-b",
    "--branch",
    "-c",
    "--config",
    "-o",
    "--origin",
    "-u",
    "--upload-pack",
    "-j",
    "--jobs",
    "-t",
    "-m",
    "--depth",
    "--filter",
    "--reference",
    "--reference-if-able",
    "--revision",
    "--separate-git-dir",
    "--server-option",
    "--shallow-exclude",
    "--shallow-since",
    "--template",
];

/// What an address can be enclosed in.
const PAIRS: [(char, char); 5] = [('<', '>'), ('"', '"'), ('\'', '\''), ('`', '`'), ('(', ')')];

/// The address in a pasted text; the text itself if it contains nothing else.
pub(super) fn bare(text: &str) -> &str {
    let text = unquoted(text);
    let prompt = text.strip_prefix("$ ").unwrap_or(text);
    COMMANDS.iter().find_map(|command| after(prompt, command)).and_then(address).unwrap_or(text)
}

/// The text without spaces, quotes and brackets around it.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = PAIRS.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    inner.map_or(text, str::trim)
}

/// What follows a command.
fn after<'a>(text: &'a str, command: &[&str]) -> Option<&'a str> {
    command.iter().try_fold(text, |rest, word| {
        let rest = rest.trim_start().strip_prefix(word)?;
        rest.starts_with(char::is_whitespace).then_some(rest)
    })
}

/// The address among the arguments: the first with a scheme or a user, otherwise the first with a '/'. The values of
/// options, such as a branch, are skipped.
fn address(arguments: &str) -> Option<&str> {
    let mut is_value = false;
    let words: Vec<&str> = arguments
        .split_whitespace()
        .filter(|word| {
            let is_argument = !is_value && !word.starts_with('-');
            is_value = OPTIONS_WITH_A_VALUE.contains(word);
            is_argument
        })
        .map(unquoted)
        .collect();
    let is_whole = |word: &&&str| word.contains("://") || (word.contains('@') && word.contains(':'));
    words.iter().find(is_whole).or_else(|| words.iter().find(|word| word.contains('/'))).copied()
}
