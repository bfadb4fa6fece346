//! What is before the words of a subject: marks, tickets, types with scopes, gitmoji, paths.

use super::advisory::names_advisory;
use super::conventional::{self, Type};
use super::front::{LENGTH_MAX, after_dash, beginning, in_brackets};
use super::named::Kind;
use super::{gitmoji, marks, tickets};
use std::borrow::Cow;

/// The most prefixes that are taken off; people write about five. It keeps the time linear in the subject.
const PREFIXES_MAX: usize = 40;

/// The most scopes that are taken off; what is behind them stays with the words.
const SCOPES_MAX: usize = 5;

/// What separates prefixes, beside dashes, from each other and from the words. At the beginning of a subject they are
/// part of its text.
const SEPARATORS: [&str; 3] = ["* ", ": ", "："];

/// A subject without what is before its words.
#[derive(Clone, Debug)]
pub(super) struct Prefix<'a> {
    /// The subject itself, without marks at its end that ask to skip CI.
    pub(super) whole: &'a str,
    /// By a type.
    pub(super) kind: Option<Kind>,
    pub(super) gitmoji: Option<Kind>,
    /// In their order, each once.
    pub(super) scopes: Vec<&'a str>,
    /// The scope, if it was written as a path or component before a colon.
    pub(super) path: Option<&'a str>,
    pub(super) is_breaking: bool,
    /// Whether a mark or a count states that the work is not done.
    pub(super) is_unfinished: bool,
    /// In their order, each once.
    pub(super) tickets: Vec<&'a str>,
    /// The words.
    pub(super) text: &'a str,
    /// The words with the count of a series in front of them, if nothing is between.
    pub(super) counted: Option<&'a str>,
    has_type: bool,
}

impl<'a> Prefix<'a> {
    /// Parses a subject. At least one word remains, so a subject that consists of prefixes keeps the last one.
    pub(super) fn of(subject: &'a str) -> Self {
        let whole = marks::without_skip_at_end(subject.trim());
        let mut prefix = Self {
            whole,
            kind: None,
            gitmoji: None,
            scopes: Vec::new(),
            path: None,
            is_breaking: false,
            is_unfinished: false,
            tickets: Vec::new(),
            text: whole,
            counted: None,
            has_type: false,
        };
        for _ in 0..PREFIXES_MAX {
            let Some(next) = prefix.without_one() else { break };
            prefix = next;
        }
        prefix.is_unfinished |= marks::is_unfinished(prefix.text);
        prefix
    }

    /// Without the first of the remaining prefixes.
    fn without_one(&self) -> Option<Self> {
        let steps = [
            Self::without_mark,
            Self::without_brackets,
            Self::without_tickets,
            Self::without_emoji,
            Self::without_type,
            Self::without_path,
        ];
        steps.iter().find_map(|step| step(self)).and_then(|next| {
            let text = next.text.trim();
            let taken = self.text.strip_suffix(text).unwrap_or_default();
            let is_word = taken.chars().any(char::is_alphanumeric);
            let counted = next.counted.filter(|counted| counted.len() == self.text.len() || !is_word);
            (!text.is_empty()).then_some(Self { text, counted, ..next })
        })
    }

    /// All scopes as one: `api, web`.
    pub(super) fn scope(&self) -> Option<Cow<'a, str>> {
        match self.scopes.as_slice() {
            [] => None,
            [scope] => Some(Cow::Borrowed(*scope)),
            scopes => Some(Cow::Owned(scopes.join(", "))),
        }
    }

    /// With more scopes, of which those that are tickets are taken as such: `ABC-1, api`. `None` if they are too many.
    fn with_scope(&self, scope: &'a str) -> Option<Self> {
        let parts = || scope.split(',').map(str::trim).filter(|part| !part.is_empty());
        let mut found = self.clone();
        for keys in parts().filter_map(tickets::all) {
            found = found.with_tickets(keys)?;
        }
        let has_ticket = parts().any(|part| tickets::all(part).is_some());
        let others: Vec<&str> =
            if has_ticket { parts().filter(|part| tickets::all(part).is_none()).collect() } else { vec![scope] };
        for other in others {
            if !found.scopes.contains(&other) {
                found.scopes.push(other);
            }
        }
        (found.scopes.len() <= SCOPES_MAX).then_some(found)
    }

    /// As [`Self::with_scope`], where there is one.
    fn with_scopes(&self, scopes: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        scopes.into_iter().try_fold(self.clone(), |found, scope| found.with_scope(scope))
    }

    fn without_mark(&self) -> Option<Self> {
        if let Some(found) = marks::take(self.text) {
            let is_breaking = self.is_breaking || found.is_breaking;
            let is_unfinished = self.is_unfinished || found.is_unfinished;
            let counted = found.is_count.then_some(self.text);
            return Some(Self { text: found.rest, is_breaking, is_unfinished, counted, ..self.clone() });
        }
        let is_first = self.text.len() == self.whole.len();
        // `ABC-1(api)!: …`
        if let Some(text) = self.text.strip_prefix("!: ").filter(|_| !is_first) {
            return Some(Self { text, is_breaking: true, ..self.clone() });
        }
        let separator = || SEPARATORS.iter().find_map(|separator| self.text.strip_prefix(separator));
        let text = after_dash(self.text).or_else(separator)?;
        (!is_first).then(|| Self { text, ..self.clone() })
    }

    /// `[ABC-1] `, `[fix] `, `(api) `: tickets, a type, or else a scope.
    fn without_brackets(&self) -> Option<Self> {
        let (inner, rest) = in_brackets(self.text)?;
        let text = rest.trim_start();
        if let Some(keys) = tickets::all(inner) {
            return self.with_tickets(keys).map(|found| Self { text, ..found });
        }
        if marks::is_of_unfinished(inner) {
            return Some(Self { text, is_unfinished: true, ..self.clone() });
        }
        if marks::is_part(inner) {
            return Some(Self { text, counted: Some(self.text), ..self.clone() });
        }
        if marks::is_skip(inner) || marks::is_patch(inner) {
            return Some(Self { text, ..self.clone() });
        }
        // `(a, b) => …` and `[x](address)` are no prefixes, and `[16/9]` is about a thing.
        if (text.starts_with(['(', '=', '-']) && !text.starts_with("- ")) || marks::is_ratio(inner) {
            return None;
        }
        match conventional::meaning(inner) {
            Some(Type::Of(kind)) if !self.has_type => {
                Some(Self { text, kind: Some(kind), has_type: true, ..self.clone() })
            }
            Some(Type::Unspecific) => Some(Self { text, ..self.clone() }),
            _ if is_scope(inner) => self.with_scope(inner).map(|found| Self { text, ..found }),
            _ => None,
        }
    }

    /// `ABC-1: `, `ABC-1; `, `ABC-1 `, `#12 `, and lists such as `ABC-1, ABC-2: `.
    fn without_tickets(&self) -> Option<Self> {
        let (keys, text) = tickets::take(self.text, tickets::KEYS_MAX.saturating_sub(self.tickets.len()))?;
        self.with_tickets(keys).map(|found| Self { text, ..found })
    }

    /// With more tickets; `None` if they are too many.
    fn with_tickets(&self, keys: Vec<&'a str>) -> Option<Self> {
        let mut found = self.clone();
        for key in keys {
            if !found.tickets.contains(&key) {
                found.tickets.push(key);
            }
        }
        (found.tickets.len() <= tickets::KEYS_MAX).then_some(found)
    }

    fn without_emoji(&self) -> Option<Self> {
        let found = gitmoji::take(self.text)?;
        let is_breaking = self.is_breaking || found.is_breaking;
        let is_unfinished = self.is_unfinished || found.is_unfinished;
        let gitmoji = self.gitmoji.or(found.kind);
        Some(Self { text: found.rest, gitmoji, is_breaking, is_unfinished, ..self.clone() })
    }

    /// `feat: `, `Feat(api)! : `, `feat!(api): `, `docs - `, and `feat(ABC-1): ` with a ticket in place of a scope. A
    /// colon needs no space behind it here.
    fn without_type(&self) -> Option<Self> {
        if self.has_type {
            return None;
        }
        let head = Head::of(self.text)?;
        let kind = match conventional::meaning(head.word)? {
            Type::Of(kind) => Some(kind),
            Type::Unspecific => None,
        };
        let with_tickets = head.scope.and_then(tickets::all).and_then(|keys| self.with_tickets(keys));
        let found = with_tickets.or_else(|| self.with_scopes(head.scope))?;
        let is_breaking = self.is_breaking || head.is_breaking;
        let is_unfinished = self.is_unfinished || marks::is_of_unfinished(head.word);
        Some(Self { text: head.rest, kind, is_breaking, is_unfinished, has_type: kind.is_some(), ..found })
    }

    /// `net/http: `, `parser: `, `a/b, c: `, `tool - `.
    fn without_path(&self) -> Option<Self> {
        if self.has_type || self.path.is_some() {
            return None;
        }
        if let Some(head) =
            Head::of(self.text).filter(|head| head.is_spaced && is_path(head.word) && !names_advisory(head.word))
        {
            let is_breaking = self.is_breaking || head.is_breaking;
            // `ABC-1!: …`
            if let Some(found) = tickets::all(head.word).and_then(|keys| self.with_tickets(keys)) {
                return Some(Self { text: head.rest, is_breaking, ..found.with_scopes(head.scope)? });
            }
            let found = self.with_scopes(std::iter::once(head.word).chain(head.scope))?;
            return Some(Self { text: head.rest, path: Some(head.word), is_breaking, ..found });
        }
        let (paths, text) = self.text.split_at_checked(beginning(self.text).find(": ")?)?;
        let text = text.strip_prefix(": ")?;
        let is_list = paths.contains(", ") && paths.split(", ").all(is_path);
        let found = self.with_scope(paths).filter(|_| is_list)?;
        Some(Self { text, path: Some(paths), ..found })
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
        let is_end = |letter: char| letter.is_whitespace() || matches!(letter, '(' | '（' | '[' | '!' | ':' | '：');
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
        let rest = after_dash(rest)?;
        Some(Self { word, scope, is_breaking, is_spaced: true, rest })
    }
}

/// Takes a `!`, with the spaces around it.
fn without_exclamation(text: &str) -> (bool, &str) {
    let text = text.trim_start();
    text.strip_prefix('!').map_or((false, text), |rest| (true, rest.trim_start()))
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
