//! Mentions in the languages of chat services and git hosts, and how they are broken: by a zero-width space after the
//! character that they begin with, which is invisible.

/// Makes the character before it plain text.
pub(super) const ZERO_WIDTH_SPACE: char = '\u{200B}';

/// The words of mentions of everyone, also where more letters follow.
const EVERYONE: [&str; 3] = ["everyone", "here", "channel"];

/// What follows the `<` of a mention, a link of a chat service, its emoji and its timestamps.
const TAGGED: [&str; 10] = ["!", "@", "#", "at>", "at ", "/at>", "t:", "a:", "id:", "users/"];

/// Whether a text that begins with `<` begins a mention of any service.
pub(super) fn is_tagged(text: &str) -> bool {
    let inside = text.get(1..).unwrap_or_default();
    let is_id = |id: &str| id.starts_with(|letter: char| letter.is_ascii_digit());
    let is_command = || {
        let command = inside.strip_prefix('/').and_then(|command| head(command).split_once(':'));
        command.is_some_and(|(_, id)| is_id(id))
    };
    let is_emoji = || inside.strip_prefix(':').is_some_and(|name| name.starts_with(char::is_alphanumeric));
    TAGGED.iter().any(|mark| begins(inside, mark)) || is_emoji() || is_command()
}

/// Code in which no service finds a mention. Annotations and the names of packages (`@Override`, `@types/node`) are not
/// changed: no service looks for the names of people in code.
pub(super) fn broken_in_code(code: &str) -> String {
    let mut safe = String::with_capacity(code.len());
    for (place, letter) in code.char_indices() {
        safe.push(letter);
        let rest = code.get(place + letter.len_utf8()..).unwrap_or_default();
        let is_mention = match letter {
            '@' => EVERYONE.iter().any(|word| begins(rest, word)) || begins_word(rest, "all"),
            '<' => is_mention_in_code(rest),
            _ => false,
        };
        if is_mention {
            safe.push(ZERO_WIDTH_SPACE);
        }
    }
    safe
}

/// Whether `<` before this text begins a mention, and not a tag, a comment or a comparison.
fn is_mention_in_code(rest: &str) -> bool {
    let named = rest
        .strip_prefix('!')
        .is_some_and(|name| EVERYONE.iter().chain(&["subteam", "date^"]).any(|word| begins(name, word)));
    let numbered = rest.strip_prefix(['@', '#']).is_some_and(|id| {
        id.starts_with(|letter: char| {
            matches!(letter, '!' | '&') || letter.is_ascii_digit() || letter.is_ascii_uppercase()
        })
    });
    named || numbered || ["at>", "at ", "/at>", "t:", "users/"].iter().any(|mark| begins(rest, mark))
}

fn begins_word(text: &str, word: &str) -> bool {
    begins(text, word) && !text.get(word.len()..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
}

fn begins(text: &str, mark: &str) -> bool {
    text.get(..mark.len()).is_some_and(|begun| begun.eq_ignore_ascii_case(mark))
}

/// The first characters of a text up to the end of a tag, enough for the name of a command.
fn head(text: &str) -> &str {
    let text = text.get(..text.floor_char_boundary(40)).unwrap_or_default();
    text.split(|letter: char| letter.is_whitespace() || letter == '>').next().unwrap_or_default()
}
