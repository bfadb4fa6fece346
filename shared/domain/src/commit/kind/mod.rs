//! What kind of change a commit is, and the parts of its subject.
//!
//! [`classify`] reads one subject: `prefix` takes off what is before the words (`tickets`, `marks`, types, gitmoji,
//! paths), and the first rule that applies chooses the kind:
//!
//! 1. an advisory or another sign of a vulnerability (`security`, by `advisory`),
//! 2. a Conventional Commits type, which its scope or words can refine (`conventional`), or a gitmoji (`gitmoji`),
//! 3. a version of the repository itself, or of one of its dependencies (`version`),
//! 4. the first words: in English (`verbs`) or in another language (`languages`),
//! 5. the changed files (`files`), then words anywhere in the subject.
//!
//! All tables are data of general habits; no project has a row of its own. The text is not trusted and has no limit:
//! each function takes time linear in it.

mod advisory;
mod conventional;
mod files;
mod front;
mod gitmoji;
mod languages;
mod marks;
mod named;
mod prefix;
mod security;
mod tickets;
mod verbs;
mod version;
mod words;

use super::lines::subject_and_body;
use super::{ChangedFile, Commit};
pub use named::{Kind, Rule};
use std::borrow::Cow;

use prefix::Prefix;
use verbs::Found;
use words::Words;

/// A longer text before a colon is a sentence.
const COMPONENT_WORDS_MAX: usize = 4;

/// A subject in its parts, with its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    pub kind: Kind,
    pub rule: Rule,
    /// What part of the product it is about: `api` in `feat(api): add tags`, `net/http` in `net/http: fix a race`;
    /// several parts are separated by commas: `api, web` in `[api][web] Add tags`.
    pub scope: Option<Cow<'a, str>>,
    /// The words: `add tags`, without ticket, marks, type, gitmoji and scope. The count of a series stays in front of
    /// them: `[1/3] add tags`. Empty only if the subject is.
    pub text: &'a str,
    /// Whether a mark before the words states a breaking change: `!`, `BREAKING:` or a gitmoji.
    pub is_breaking: bool,
    /// Whether a mark (`WIP`, `[draft]`, 🚧) or a count (`part 1 of 3`) states that the work is not done.
    pub is_unfinished: bool,
    /// The tickets in front of the words, `ABC-1` or `#12`, in their order and each once.
    pub tickets: Vec<&'a str>,
}

impl<'a> Subject<'a> {
    /// The parts and the kind of a commit's subject, which can have several lines.
    pub fn of(commit: &'a Commit) -> Self {
        let (subject, body) = subject_and_body(&commit.message);
        classify(subject, body, &commit.files)
    }
}

/// The kind of a commit.
pub fn kind(commit: &Commit) -> Kind {
    Subject::of(commit).kind
}

/// Whether a subject states a breaking change before its words.
pub(super) fn is_marked_breaking(subject: &str) -> bool {
    Prefix::of(subject).is_breaking
}

/// The tickets in front of a subject, as in [`Subject::tickets`].
pub(crate) fn tickets_in_front(subject: &str) -> Vec<&str> {
    Prefix::of(subject).tickets
}

/// The tickets that a text begins with, without brackets, and the words behind them.
pub(crate) fn split_tickets(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = tickets::take(text, tickets::KEYS_MAX)?;
    let front = text.get(..text.len().checked_sub(rest.len())?)?;
    Some((front.trim_end(), rest))
}

/// Classifies a subject, which can also be the title of a pull request. The body only shows whether a fix is one of a
/// vulnerability. Without changed files, the words decide alone.
pub fn classify<'a>(subject: &'a str, body: &str, files: &[ChangedFile]) -> Subject<'a> {
    let prefix = Prefix::of(subject);
    let text = marks::without_skips(prefix.text);
    let words = Words::of(&text);
    let chosen = choose(&prefix, &text, &words, files);
    let (kind, rule) =
        if security::concerns(&prefix, chosen.0, body) { (Kind::Security, Rule::Security) } else { chosen };
    let scope = prefix.scope();
    let Prefix { text, counted, is_breaking, is_unfinished, tickets, .. } = prefix;
    let text = counted.unwrap_or(text);
    Subject { kind, rule, scope, text, is_breaking, is_unfinished, tickets }
}

fn choose(prefix: &Prefix<'_>, text: &str, words: &Words, files: &[ChangedFile]) -> (Kind, Rule) {
    let declared = prefix.kind.map(|kind| (kind, Rule::Conventional));
    let declared = declared.or_else(|| prefix.gitmoji.map(|kind| (kind, Rule::Gitmoji)));
    let declared = declared.map(|(kind, rule)| (conventional::by_scope(kind, &prefix.scopes), rule));
    let version = || version::kind(text, words);
    match declared {
        // Machines and people declare these for versions too.
        Some((Kind::Chore | Kind::Build, rule)) => version().map_or(declared, |kind| Some((kind, rule))),
        Some(_) => declared,
        None => conventional::of_scope_alone(&prefix.scopes)
            .map(|kind| (kind, Rule::Conventional))
            .or_else(|| version().map(|kind| (kind, Rule::Version))),
    }
    .unwrap_or_else(|| by_words(prefix, words, files))
}

/// The kind by the words and the files. An English verb is about its files: what changes only tests is not a fix of the
/// product, whatever it is called.
fn by_words(prefix: &Prefix<'_>, words: &Words, files: &[ChangedFile]) -> (Kind, Rule) {
    let of_paths = files::kind(files.iter().map(|file| file.path.as_str()));
    let of_paths = of_paths.map(|kind| (kind, Rule::ChangedFiles));
    if let Some(kind) = prefix.path.and_then(|path| files::kind([path])) {
        return (kind, Rule::PathPrefix);
    }
    let rule = if prefix.path.is_some() { Rule::PathPrefix } else { Rule::FirstWord };
    let first = verbs::by_first_word(words).or_else(|| behind_component(prefix.text));
    match (first, of_paths) {
        (Some(Found::Verb(_)), Some((kind, rule))) if files::outranks_verb(kind) => (kind, rule),
        (Some(Found::Verb(Kind::Other)), _) => (Kind::Other, Rule::None),
        (Some(Found::Verb(kind) | Found::Topic(kind)), _) => (kind, rule),
        (None, _) => languages::kind(prefix.text)
            .map(|kind| (kind, Rule::OtherLanguage))
            .or(of_paths)
            .or_else(|| verbs::by_any_word(words).map(|kind| (kind, Rule::AnyWord)))
            .unwrap_or((Kind::Other, Rule::None)),
    }
}

/// The first word after a component of several words: `the parser: fix a data race`.
fn behind_component(text: &str) -> Option<Found> {
    let (component, rest) = text.split_once(": ").or_else(|| text.split_once(" - "))?;
    let is_component = component.split_whitespace().take(COMPONENT_WORDS_MAX + 1).count() <= COMPONENT_WORDS_MAX;
    is_component.then(|| verbs::by_first_word(&Words::of(rest))).flatten()
}
