//! The sentence of a subject that updates something: a verb, what is updated, and the versions.

use super::ecosystem::{self, Ecosystem};
use super::names::{Target, is_in, name};
use super::update::{Update, UpdateScope};
use super::version::{is_version, is_version_or_tag};
use crate::commit::ChangedFile;

/// The most words that are read.
const WORDS_MAX: usize = 60;

/// Verbs that are mostly about dependencies; `update` and `pin` can be about anything.
const STRONG: &str = "bump bumps bumped bumping upgrade upgrades upgraded upgrading downgrade downgrades downgraded";
const WEAK: &str = "update updates updated updating pin pins pinned";

/// Words that can follow what is updated without changing what that is.
const AFTER: &str = "in across with for due because to and via by on until as so since - – —";

/// What is known besides the words.
pub(super) struct Evidence<'a> {
    /// Whether a prefix names dependencies, as in `chore(deps): `.
    pub(super) is_scoped: bool,
    /// Empty where they are unknown.
    pub(super) files: &'a [ChangedFile],
}

/// What a subject updates.
pub(super) struct Sentence {
    updates: Vec<Update>,
    pub(super) ecosystem: Option<Ecosystem>,
}

/// One part of a sentence: what is updated, and the versions.
struct Clause<'w, 't> {
    target: Target,
    from: Option<String>,
    to: Option<String>,
    rest: &'w [&'t str],
}

/// Whether a text begins as a sentence about an update does.
pub(super) fn is_start(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    is_in(first, STRONG) || is_in(first, WEAK)
}

impl Sentence {
    pub(super) fn of(text: &str, evidence: &Evidence<'_>) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().take(WORDS_MAX).collect();
        if let Some(found) = fixed(&words) {
            return Some(found);
        }
        let words = match words.as_slice() {
            [first, rest @ ..] if is_in(first, "security") => rest,
            words => words,
        };
        let (first, after) = words.split_first()?;
        let is_strong = is_in(first, STRONG);
        let has_verb = is_strong || is_in(first, WEAK);
        let mut rest = if has_verb { after } else { words };
        let mut updates = Vec::new();
        let mut found = None;
        while let Some(clause) = Clause::of(rest) {
            let is_accepted =
                evidence.accepts(&clause, is_strong) && (has_verb || evidence.is_scoped && clause.to.is_some());
            // A further clause counts with its version only: `Bump a to 1 and b to 2`.
            if !is_accepted || (!updates.is_empty() && clause.to.is_none()) {
                break;
            }
            found = found.or(clause.target.ecosystem);
            updates.extend(clause.updates());
            let Some(others) = clause.next_in(rest) else { break };
            rest = others;
        }
        (!updates.is_empty()).then_some(Self { updates, ecosystem: found })
    }

    /// Whether the subject says as much as a body that lists so many members.
    pub(super) fn is_complete(&self, members: usize) -> bool {
        let has_versions = self.updates.iter().all(|update| update.from.is_some() && update.to.is_some());
        let is_lock = self.updates.iter().all(|update| update.scope == UpdateScope::LockFile);
        is_lock || (has_versions && self.updates.len() == members)
    }

    pub(super) fn into_updates(self) -> Vec<Update> {
        self.updates
    }

    fn whole(package: &str, scope: UpdateScope, ecosystem: Option<Ecosystem>) -> Self {
        let update = Update { package: package.to_owned(), scope, from: None, to: None, ecosystem };
        Self { updates: vec![update], ecosystem }
    }
}

/// Sentences that are always the same.
fn fixed(words: &[&str]) -> Option<Sentence> {
    let begins = |known: &str| {
        let mut known = known.split(' ');
        let count = known.clone().count();
        words.len() >= count
            && words.iter().take(count).all(|word| known.next().is_some_and(|known| is_in(word, known)))
    };
    if begins("lock file maintenance") || begins("lockfile maintenance") {
        return Some(Sentence::whole("lock file", UpdateScope::LockFile, None));
    }
    if begins("pre-commit autoupdate") || begins("update pre-commit hooks") || begins("pre-commit auto-update") {
        return Some(Sentence::whole("pre-commit hooks", UpdateScope::Several, Some(Ecosystem::PreCommit)));
    }
    if words.len() == 2 && begins("cargo update") {
        return Some(Sentence::whole("Cargo.lock", UpdateScope::LockFile, Some(Ecosystem::Cargo)));
    }
    let is_scheduled = begins("scheduled") && words.iter().take(5).any(|word| is_in(word, "dependency"));
    is_scheduled.then(|| Sentence::whole("dependencies", UpdateScope::Several, None))
}

impl<'w, 't> Clause<'w, 't> {
    /// Reads the words after the verb.
    fn of(words: &'w [&'t str]) -> Option<Self> {
        let words = match words {
            // `Upgrade to tokio 1.2`.
            ["to", rest @ ..] if rest.len() > 1 || rest.first().is_some_and(|word| word.contains('@')) => rest,
            words => words,
        };
        // What follows is where and why, with numbers of its own: `across 2 directories`.
        let end = words.iter().position(|word| is_in(word, "in across with for of")).unwrap_or(words.len());
        let (versions, place) = (0..end)
            .find_map(|place| Some((Versions::at(words, place)?, place)))
            .map_or((None, None), |(versions, place)| (Some(versions), Some(place)));
        if let (Some(versions), Some(place)) = (versions, place) {
            let target = match versions.name {
                Some(name) => Target { names: vec![name], scope: Some(UpdateScope::Package), ..Target::default() },
                None => target(words.get(..place)?)?,
            };
            let rest = words.get(versions.end..).unwrap_or_default();
            return Some(Self { target, from: versions.from, to: Some(versions.to), rest });
        }
        let is_end =
            |word: &&str| is_in(word, "in across with to for") || word.starts_with(['(', '[']) && !word.contains("](");
        let end = words.iter().position(is_end).unwrap_or(words.len());
        let target = Target::of(words.get(..end)?)?;
        Some(Self { target, from: None, to: None, rest: words.get(end..).unwrap_or_default() })
    }

    /// The words of the next clause: behind "and", or behind a comma at the end of this one, which begins the words.
    fn next_in(&self, words: &'w [&'t str]) -> Option<&'w [&'t str]> {
        let read = words.len().saturating_sub(self.rest.len());
        match self.rest {
            ["and" | "&" | "+", others @ ..] => Some(others),
            others => words.get(..read)?.last()?.ends_with(',').then_some(others),
        }
    }

    fn updates(self: &Clause<'w, 't>) -> Vec<Update> {
        let scope = self.target.scope.unwrap_or(UpdateScope::Package);
        let update = |package: &String| Update {
            package: package.clone(),
            scope,
            // The versions of several packages in one clause: the one after is theirs, the one before need not be.
            from: self.from.clone().filter(|_| self.target.names.len() == 1),
            to: self.to.clone(),
            ecosystem: self.target.ecosystem,
        };
        self.target.names.iter().map(update).collect()
    }
}

/// The target before its versions, of which the last word may have a colon: `x: 1.0 → 2.0`.
fn target(words: &[&str]) -> Option<Target> {
    let (last, before) = words.split_last()?;
    let mut all = before.to_vec();
    all.push(last.strip_suffix(':').unwrap_or(last));
    Target::of(&all)
}

/// Versions at a place of a sentence.
struct Versions {
    /// Where the name is in the same word: `x@1.2`.
    name: Option<String>,
    from: Option<String>,
    to: String,
    /// The place after them.
    end: usize,
}

impl Versions {
    fn at(words: &[&str], place: usize) -> Option<Self> {
        let word = *words.get(place)?;
        if word.eq_ignore_ascii_case("from") {
            return Self::from_to(words, place);
        }
        if word.eq_ignore_ascii_case("to") {
            let start = match words.get(place + 1).copied() {
                Some("version" | "Version" | "release") => place + 2,
                _ => place + 1,
            };
            let (to, end) = span(words, start)?;
            return Some(Self { name: None, from: None, to, end });
        }
        if let Some((name, to)) = place.eq(&0).then(|| named(word)).flatten() {
            return Some(Self { name: Some(name), from: None, to, end: place + 1 });
        }
        if place == 0 || !is_version(bare(word)) {
            return None;
        }
        let (one, end) = span(words, place)?;
        if words.get(end).is_some_and(|word| is_arrow(word)) {
            let (to, end) = span(words, end + 1)?;
            return Some(Self { name: None, from: Some(one), to, end });
        }
        Some(Self { name: None, from: None, to: one, end })
    }

    /// `from A to B`: one of them is a version, the other can be a tag.
    fn from_to(words: &[&str], place: usize) -> Option<Self> {
        let to = words.iter().skip(place + 1).position(|word| is_in(word, "to"))? + place + 1;
        let before = words.get(place + 1..to).filter(|before| !before.is_empty())?;
        let from = match span(words, place + 1) {
            Some((from, end)) if end == to => Some(from),
            _ => None,
        };
        let after = span(words, to + 1);
        let tag = |words: &[&str]| match words {
            [word] => Some(bare(word).to_owned()).filter(|word| is_version_or_tag(word)),
            _ => None,
        };
        let (from, (to, end)) = match (from, after) {
            (Some(from), Some(after)) => (from, after),
            (Some(from), None) => (from, (tag(words.get(to + 1..to + 2)?)?, to + 2)),
            (None, Some(after)) => (tag(before)?, after),
            (None, None) => return None,
        };
        Some(Self { name: None, from: Some(from), to, end })
    }
}

/// A version of one or more words, and the place after it: `>=1.0, <2` is one.
fn span(words: &[&str], start: usize) -> Option<(String, usize)> {
    let is_part = |word: &str| is_version(bare(word)) || matches!(word, "||" | "|");
    let mut end = start;
    while let Some(word) = words.get(end).filter(|word| is_part(word)) {
        let is_last = end > start && !joins(words.get(end - 1).copied().unwrap_or_default(), word);
        if is_last {
            break;
        }
        end += 1;
    }
    let parts: Vec<&str> = words.get(start..end).unwrap_or_default().to_vec();
    let text = parts.join(" ");
    (end > start).then(|| (bare(&text).to_owned(), end))
}

/// Whether two words are parts of one requirement.
fn joins(one: &str, other: &str) -> bool {
    matches!(one, "||" | "|") || matches!(other, "||" | "|") || other.starts_with(['<', '>', '=', '!', '~', '^'])
}

/// A word without the marks around it.
fn bare(word: &str) -> &str {
    word.trim_matches(['`', '"', '\'', '(', ')', ',', '.', ';', ':'])
}

pub(super) fn is_arrow(word: &str) -> bool {
    matches!(word, "→" | "->" | "=>" | "⇒" | "➔")
}

/// `x@1.2` and `@scope/x@^1.2`.
fn named(word: &str) -> Option<(String, String)> {
    let (package, version) = bare(word).rsplit_once('@')?;
    Some((name(package)?, Some(version).filter(|version| is_version(version))?.to_owned()))
}

/// Whether what follows `Update dependencies` is a place of them, or what they are for: `in /web`, `for 1.2`, `across 2
/// directories`. In `Update requirements for loans`, they are no dependencies.
fn is_place_of_several(rest: &[&str]) -> bool {
    const PLACES: &str = "all ci client crate crates docs documentation example examples frontend backend packages \
                          release security server submodules tests web website workspace";
    let [first, after @ ..] = rest else { return true };
    if !is_in(first, "in for of") {
        return true;
    }
    let thing = after.iter().find(|word| !is_in(word, "the a our all"));
    let is_path =
        |word: &str| word.starts_with(|letter: char| letter.is_ascii_digit()) || word.contains(['/', '.', '`']);
    thing.is_some_and(|word| is_path(word) || is_in(word, PLACES))
        || after.iter().take(4).any(|word| is_in(bare(word), "directory directories group groups"))
}

/// What the changed files show.
#[derive(Clone, Copy)]
struct Shown {
    is_known: bool,
    /// Whether some of them, or all, state dependencies.
    by_some: bool,
    by_all: bool,
}

impl Evidence<'_> {
    /// Whether a clause is about dependencies, by its words and by the changed files.
    fn accepts(&self, clause: &Clause<'_, '_>, is_strong: bool) -> bool {
        let shown = self.shown();
        let target = &clause.target;
        let is_sure = target.is_certain || self.is_scoped || shown.by_all;
        if target.is_phrase && (clause.to.is_none() || !is_sure) {
            return false;
        }
        match (target.scope, &clause.to) {
            (Some(UpdateScope::LockFile), _) => true,
            (Some(UpdateScope::Several), _) => self.is_scoped || shown.by_some || is_place_of_several(clause.rest),
            (Some(UpdateScope::Group), _) => is_strong || self.is_scoped,
            (_, Some(to)) => self.accepts_version(clause, to, is_strong, shown),
            (_, None) => self.accepts_name(clause, is_strong, shown),
        }
    }

    fn shown(&self) -> Shown {
        let states = |file: &ChangedFile| ecosystem::of_file(&file.path).is_some();
        let is_known = !self.files.is_empty();
        Shown { is_known, by_some: self.files.iter().any(states), by_all: is_known && self.files.iter().all(states) }
    }

    fn accepts_version(&self, clause: &Clause<'_, '_>, to: &str, is_strong: bool, shown: Shown) -> bool {
        let is_exact = to.contains('.') || super::version::is_digest(to);
        let is_fit = clause.rest.first().is_none_or(|word| is_in(word, AFTER) || word.starts_with(['(', '[', ',']));
        if clause.target.is_certain || self.is_scoped {
            return true;
        }
        let is_shown = shown.by_some && (is_exact || shown.by_all || is_strong);
        let is_likely = if is_strong { is_exact || !shown.is_known } else { is_exact && !shown.is_known };
        is_fit && (is_shown || is_likely)
    }

    fn accepts_name(&self, clause: &Clause<'_, '_>, is_strong: bool, shown: Shown) -> bool {
        let next = clause.rest.first();
        let is_end = next.is_none_or(|word| is_in(word, "in across with") || word.starts_with(['(', '[']));
        let is_likely = is_strong && (shown.by_some || !shown.is_known);
        is_end && (self.is_scoped || shown.by_all || clause.target.is_dependency || is_likely)
    }
}
