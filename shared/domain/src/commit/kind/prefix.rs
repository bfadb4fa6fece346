//! What is before the words of a subject: marks, tickets, types with scopes, gitmoji, paths.

use super::advisory::names_advisory;
use super::conventional::{self, Type};
use super::gitmoji;
use super::named::Kind;

/// The longest scope, path or ticket that is taken as one. It also limits how far each step looks.
const LENGTH_MAX: usize = 80;

/// The most prefixes that are taken off; people write about five. It keeps the time linear in the subject.
const PREFIXES_MAX: usize = 40;

/// Marks of commits that wait to be squashed, of drafts, and of messages that skip CI.
const MARKS: [&str; 14] = [
    "fixup! ",
    "squash! ",
    "amend! ",
    "wip: ",
    "draft: ",
    "[wip]",
    "(wip)",
    "[draft]",
    "[skip ci]",
    "[ci skip]",
    "[no ci]",
    "[skip actions]",
    "[rfc]",
    "wip ",
];

/// Marks of small commits, as some teams write them without a colon. In other capitals they are words.
const SMALL_MARKS: [&str; 3] = ["MINOR ", "TRIVIAL ", "NIT "];

/// What separates prefixes from each other and from the words. At the beginning of a subject they are part of its text.
const SEPARATORS: [&str; 6] = ["- ", "– ", "| ", "* ", ": ", "："];

const BREAKING_MARKS: [&str; 6] =
    ["breaking change: ", "breaking changes: ", "breaking: ", "[breaking]", "[breaking change]", "(breaking)"];

/// Names with the form of a ticket: standards, algorithms and others.
const NO_TICKETS: &str = "AES BASE COVID CVE ES GHSA GMT GPT HTTP IPV ISO MD PEP PKCS RFC RSA RUSTSEC SHA TLS UTC UTF";

/// A subject without what is before its words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prefix<'a> {
    /// The subject itself.
    pub(super) whole: &'a str,
    /// By a type.
    pub(super) kind: Option<Kind>,
    pub(super) gitmoji: Option<Kind>,
    pub(super) scope: Option<&'a str>,
    /// The scope, if it was written as a path or component before a colon.
    pub(super) path: Option<&'a str>,
    pub(super) is_breaking: bool,
    pub(super) ticket: Option<&'a str>,
    /// The words.
    pub(super) text: &'a str,
    has_type: bool,
}

impl<'a> Prefix<'a> {
    /// Parses a subject. At least one word remains, so a subject that consists of prefixes keeps the last one.
    pub(super) fn of(subject: &'a str) -> Self {
        let whole = subject.trim();
        let mut prefix = Self {
            whole,
            kind: None,
            gitmoji: None,
            scope: None,
            path: None,
            is_breaking: false,
            ticket: None,
            text: whole,
            has_type: false,
        };
        for _ in 0..PREFIXES_MAX {
            let Some(next) = prefix.without_one() else { break };
            prefix = next;
        }
        prefix
    }

    /// Without the first of the remaining prefixes.
    fn without_one(self) -> Option<Self> {
        let steps = [
            Self::without_mark,
            Self::without_brackets,
            Self::without_ticket,
            Self::without_emoji,
            Self::without_type,
            Self::without_path,
        ];
        steps.iter().find_map(|step| step(self)).and_then(|next| {
            let text = next.text.trim();
            (!text.is_empty()).then_some(Self { text, ..next })
        })
    }

    fn without_mark(self) -> Option<Self> {
        let is_breaking = BREAKING_MARKS.iter().find_map(|mark| strip(self.text, mark));
        if let Some(text) = is_breaking {
            return Some(Self { text, is_breaking: true, ..self });
        }
        let text = MARKS.iter().find_map(|mark| strip(self.text, mark));
        let text = text.or_else(|| SMALL_MARKS.iter().find_map(|mark| self.text.strip_prefix(mark)));
        let text = text.or_else(|| after_reference(self.text)).or_else(|| after_part(self.text));
        let separated = || SEPARATORS.iter().find_map(|separator| self.text.strip_prefix(separator));
        let text = text.or_else(|| (self.text.len() < self.whole.len()).then(separated).flatten())?;
        Some(Self { text, ..self })
    }

    /// `[ABC-1] `, `[fix] `, `(api) `: a ticket, a type, or else a scope.
    fn without_brackets(self) -> Option<Self> {
        let (inner, rest) = in_brackets(self.text)?;
        let text = rest.trim_start();
        if is_ticket(inner) || is_number(inner) {
            return Some(Self { text, ticket: self.ticket.or(Some(inner)), ..self });
        }
        if is_part(inner) {
            return Some(Self { text, ..self });
        }
        // `(a, b) => …` and `[x](address)` are no prefixes.
        if text.starts_with(['(', '=', '-']) && !text.starts_with("- ") {
            return None;
        }
        match conventional::meaning(inner) {
            Some(Type::Of(kind)) if !self.has_type => Some(Self { text, kind: Some(kind), has_type: true, ..self }),
            Some(Type::Unspecific) => Some(Self { text, ..self }),
            _ if is_scope(inner) => Some(Self { text, scope: self.scope.or(Some(inner)), ..self }),
            _ => None,
        }
    }

    /// `ABC-1: `, `ABC-1; `, `ABC-1 `, `#12 `, and lists such as `ABC-1, ABC-2: `.
    fn without_ticket(self) -> Option<Self> {
        let mut found: Option<(usize, &'a str)> = None;
        let mut rest = self.text;
        while let Some((ticket, mark, after)) = first_ticket(rest) {
            let begin = self.text.len() - rest.len();
            found = Some((begin + ticket.len(), after));
            rest = after.trim_start();
            if mark != "," {
                break;
            }
        }
        let (end, text) = found?;
        let tickets = self.text.get(..end);
        Some(Self { text, ticket: self.ticket.or(tickets), ..self })
    }

    fn without_emoji(self) -> Option<Self> {
        let found = gitmoji::take(self.text)?;
        let is_breaking = self.is_breaking || found.is_breaking;
        Some(Self { text: found.rest, gitmoji: self.gitmoji.or(found.kind), is_breaking, ..self })
    }

    /// `feat: `, `Feat(api)! : `, `feat!(api): `, `docs - `. A colon needs no space behind it here.
    fn without_type(self) -> Option<Self> {
        if self.has_type {
            return None;
        }
        let head = Head::of(self.text)?;
        let kind = match conventional::meaning(head.word)? {
            Type::Of(kind) => Some(kind),
            Type::Unspecific => None,
        };
        let is_breaking = self.is_breaking || head.is_breaking;
        let scope = head.scope.or(self.scope);
        Some(Self { text: head.rest, kind, scope, is_breaking, has_type: kind.is_some(), ..self })
    }

    /// `net/http: `, `parser: `, `a/b, c: `, `tool - `.
    fn without_path(self) -> Option<Self> {
        if self.has_type || self.path.is_some() {
            return None;
        }
        if let Some(head) =
            Head::of(self.text).filter(|head| head.is_spaced && is_path(head.word) && !names_advisory(head.word))
        {
            let is_breaking = self.is_breaking || head.is_breaking;
            let path = Some(head.word);
            return Some(Self { text: head.rest, scope: head.scope.or(path), path, is_breaking, ..self });
        }
        let (paths, text) = self.text.split_at_checked(beginning(self.text).find(": ")?)?;
        let text = text.strip_prefix(": ")?;
        let is_list = paths.contains(", ") && paths.split(", ").all(is_path);
        is_list.then_some(Self { text, scope: Some(paths), path: Some(paths), ..self })
    }
}

/// A word, a scope, a mark and a colon.
struct Head<'a> {
    word: &'a str,
    scope: Option<&'a str>,
    is_breaking: bool,
    /// Whether a space follows the colon, or the colon is a full-width one, which needs none.
    is_spaced: bool,
    rest: &'a str,
}

impl<'a> Head<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let is_end = |letter: char| letter.is_whitespace() || matches!(letter, '(' | '[' | '!' | ':' | '：');
        let (word, rest) = text.split_at_checked(beginning(text).find(is_end)?).filter(|(word, _)| !word.is_empty())?;
        let (first_mark, rest) = without_exclamation(rest);
        let (scope, rest) =
            in_brackets(rest).map_or((None, rest), |(scope, rest)| (Some(scope.trim()), rest.trim_start()));
        let (second_mark, rest) = without_exclamation(rest);
        let scope = scope.filter(|scope| !scope.is_empty());
        let is_breaking = first_mark || second_mark;
        if let Some(rest) = rest.strip_prefix('：') {
            return Some(Self { word, scope, is_breaking, is_spaced: true, rest });
        }
        if let Some(rest) = rest.strip_prefix(':') {
            let is_address = rest.starts_with([':', '/']);
            let is_spaced = rest.starts_with(char::is_whitespace);
            return (!is_address).then_some(Self { word, scope, is_breaking, is_spaced, rest });
        }
        let rest = ["- ", "– ", "— ", "| "].iter().find_map(|dash| rest.strip_prefix(dash))?;
        Some(Self { word, scope, is_breaking, is_spaced: true, rest })
    }
}

/// As much of a text as one prefix can have.
fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LENGTH_MAX)).unwrap_or(text)
}

/// Takes a `!`, with the spaces around it.
fn without_exclamation(text: &str) -> (bool, &str) {
    let text = text.trim_start();
    text.strip_prefix('!').map_or((false, text), |rest| (true, rest.trim_start()))
}

/// Takes a beginning, in any capitals.
fn strip<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(beginning.len())?;
    head.eq_ignore_ascii_case(beginning).then_some(rest)
}

/// `Merged PR 12: `, as Azure DevOps writes it, and `Backport #12: `. The number is a reference, not a ticket.
fn after_reference(text: &str) -> Option<&str> {
    let rest = ["merged pr ", "pr #", "backport #"].iter().find_map(|beginning| strip(text, beginning))?;
    let text = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    text.strip_prefix(':').filter(|_| text.len() < rest.len())
}

/// The ticket that a text begins with, the punctuation after it, and what follows.
fn first_ticket(text: &str) -> Option<(&str, &str, &str)> {
    let (word, rest) = text.split_at_checked(beginning(text).find(char::is_whitespace)?)?;
    let ticket = word.strip_suffix([':', '.', ';', ',']).unwrap_or(word);
    let is_known = NO_TICKETS.split(' ').any(|name| ticket.strip_prefix(name).is_some_and(|end| end.starts_with('-')));
    let is_found = is_number(ticket) || (!is_known && is_ticket(ticket));
    is_found.then(|| (ticket, word.get(ticket.len()..).unwrap_or_default(), rest))
}

/// The text in brackets at the beginning, and what follows.
fn in_brackets(text: &str) -> Option<(&str, &str)> {
    let (inner, close) = match text.strip_prefix('[') {
        Some(inner) => (inner, ']'),
        None => (
            text.strip_prefix('(').or_else(|| text.strip_prefix('【'))?,
            if text.starts_with('(') { ')' } else { '】' },
        ),
    };
    let end = inner.char_indices().take(LENGTH_MAX).find(|(_, letter)| *letter == close)?.0;
    let rest = inner.get(end..)?.strip_prefix(close)?;
    Some((inner.get(..end)?, rest))
}

/// `3/5: `, which counts the commits of a series.
fn after_part(text: &str) -> Option<&str> {
    let (part, rest) = beginning(text).find(": ").and_then(|end| text.split_at_checked(end))?;
    rest.strip_prefix(": ").filter(|_| is_part(part))
}

/// `3/5`, or `3/n` where the last number is not known yet.
fn is_part(text: &str) -> bool {
    let is_all = |all: &str| is_digits(all) || matches!(all, "n" | "N" | "x" | "X");
    text.trim().split_once('/').is_some_and(|(number, all)| is_digits(number) && is_all(all))
}

/// `ABC-123`: a key of capitals, a hyphen and a number; also `ABC-123-2`, a part of it.
fn is_ticket(text: &str) -> bool {
    let Some((key, number)) = text.trim().split_once('-') else { return false };
    let number = number.split_once('-').filter(|(_, part)| is_digits(part)).map_or(number, |(number, _)| number);
    let is_key = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let has_key = key.len() >= 2 && key.len() <= 12 && key.bytes().all(is_key);
    has_key && key.starts_with(|letter: char| letter.is_ascii_uppercase()) && is_digits(number)
}

/// `#12`, `GH-12`, `!12`.
fn is_number(text: &str) -> bool {
    let number = text.strip_prefix('#').or_else(|| text.strip_prefix("GH-")).or_else(|| text.strip_prefix('!'));
    number.is_some_and(is_digits)
}

fn is_digits(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What people write in brackets in front: one or a few words.
fn is_scope(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (1..=3).contains(&words) && text.len() <= LENGTH_MAX && text.chars().any(char::is_alphanumeric)
}

/// A path or the name of a component: no spaces, and a letter in it.
fn is_path(text: &str) -> bool {
    let is_allowed = |letter: char| letter.is_alphanumeric() || "/._-+*{},@#&~$<>=".contains(letter);
    text.len() <= LENGTH_MAX && text.chars().all(is_allowed) && text.chars().any(char::is_alphabetic)
}
