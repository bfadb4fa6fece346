//! Names of packages in the words of a sentence, with what is written around them.

use super::ecosystem::{self, Ecosystem};
use super::update::UpdateScope;

const NAME_BYTES_MAX: usize = 200;
/// The most words of a phrase for several packages, such as `all non-major frontend dependencies`.
const PHRASE_WORDS_MAX: usize = 6;

/// What a phrase names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) names: Vec<String>,
    pub(super) scope: Option<UpdateScope>,
    pub(super) ecosystem: Option<Ecosystem>,
    /// Whether words show that this is a dependency: `dependency x`, `x action`.
    pub(super) is_certain: bool,
    /// Whether they show it also without a version.
    pub(super) is_dependency: bool,
    /// Whether the name has several words: such a one can be part of any sentence.
    pub(super) is_phrase: bool,
}

/// Words for a kind of dependency, in lower case, and the ecosystem that they show.
type Kind = (&'static str, Option<Ecosystem>);

/// Words before a name, in lower case, and the ecosystem that they show.
const BEFORE: [Kind; 24] = [
    ("rust crate", Some(Ecosystem::Cargo)),
    ("crate", Some(Ecosystem::Cargo)),
    ("npm package", Some(Ecosystem::Npm)),
    ("npm dependency", Some(Ecosystem::Npm)),
    ("python package", Some(Ecosystem::Python)),
    ("go module", Some(Ecosystem::Go)),
    ("module", Some(Ecosystem::Go)),
    ("gem", Some(Ecosystem::Ruby)),
    ("docker image", Some(Ecosystem::Docker)),
    ("docker tag", Some(Ecosystem::Docker)),
    ("helm release", Some(Ecosystem::Helm)),
    ("helm chart", Some(Ecosystem::Helm)),
    ("terraform", Some(Ecosystem::Terraform)),
    ("github action", Some(Ecosystem::GitHubActions)),
    ("github actions", Some(Ecosystem::GitHubActions)),
    ("pre-commit hook", Some(Ecosystem::PreCommit)),
    ("git submodule", Some(Ecosystem::Submodules)),
    ("submodule", Some(Ecosystem::Submodules)),
    ("dev dependency", None),
    ("dependency", None),
    ("dependencies", None),
    ("package", None),
    ("packages", None),
    ("plugin", None),
];

/// Words after a name.
const AFTER: [Kind; 22] = [
    ("github action", Some(Ecosystem::GitHubActions)),
    ("action", Some(Ecosystem::GitHubActions)),
    ("docker tag", Some(Ecosystem::Docker)),
    ("docker digest", Some(Ecosystem::Docker)),
    ("docker image", Some(Ecosystem::Docker)),
    ("helm release", Some(Ecosystem::Helm)),
    ("pre-commit hook", Some(Ecosystem::PreCommit)),
    ("crate", Some(Ecosystem::Cargo)),
    ("crates", Some(Ecosystem::Cargo)),
    ("gem", Some(Ecosystem::Ruby)),
    ("commit hash", None),
    ("digest", None),
    ("monorepo", None),
    ("requirement", None),
    ("packages", None),
    ("package", None),
    ("dependency", None),
    ("dependencies", None),
    ("dep", None),
    ("minimum", None),
    ("libs", None),
    ("libraries", None),
];

/// The kinds that are only written about dependencies.
const OF_DEPENDENCIES: &str = "dependency dependencies rust action tag monorepo";

/// What one word can't name: the project's own version, its documents, and what is not code.
const NOT_NAMES: &str = "version versions release releases changelog changelogs readme license copyright year msrv \
                         documentation docs doc tests test example examples comment comments code config \
                         configuration translations screenshots snapshots logo authors contributors workflow \
                         workflows ci build everything it this that all a an the to from in of for and with by on \
                         minimum maximum limit timeout protocol schema api spec schedule lint";

/// Files whose update is one of what they lock.
const LOCK_FILES: &str = "cargo.lock package-lock.json yarn.lock pnpm-lock.yaml poetry.lock uv.lock pdm.lock \
                          pipfile.lock go.sum gemfile.lock composer.lock flake.lock mix.lock pubspec.lock bun.lock \
                          bun.lockb podfile.lock";

impl Target {
    /// Reads the words between the verb and the versions.
    pub(super) fn of(words: &[&str]) -> Option<Self> {
        let words = match words {
            [first, rest @ ..] if is_in(first, "the our a") => rest,
            words => words,
        };
        if let Some(lock) = lock_file(words).or_else(|| group(words)).or_else(|| several(words)) {
            return Some(lock);
        }
        let (inner, before) = without_kind(words, &BEFORE, true);
        let (inner, after) = without_kind(inner, &AFTER, false);
        let ecosystem = before.or(after).and_then(|(_, ecosystem)| *ecosystem);
        let is_certain = before.is_some() || after.is_some();
        let exact = names(inner, is_certain);
        let is_phrase = exact.is_none();
        let names = exact.or_else(|| phrase(inner))?;
        let is_dependency = is_certain && words.iter().any(|word| is_in(word, OF_DEPENDENCIES));
        Some(Self { names, scope: Some(UpdateScope::Package), ecosystem, is_certain, is_dependency, is_phrase })
    }

    fn whole(name: String, scope: UpdateScope, ecosystem: Option<Ecosystem>) -> Self {
        Self {
            names: vec![name],
            scope: Some(scope),
            ecosystem,
            is_certain: true,
            is_dependency: true,
            is_phrase: false,
        }
    }
}

/// Whether a word is among others, which are separated by spaces, without regard to case.
pub(super) fn is_in(word: &str, words: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

/// `Cargo.lock`, `lockfile`, `Cargo lockfiles`, `lock file`.
fn lock_file(words: &[&str]) -> Option<Target> {
    let (last, before) = words.split_last()?;
    let last = last.trim_matches('`');
    let is_lock = is_in(last, "lockfile lockfiles lock-file lock-files")
        || is_in(last.rsplit('/').next().unwrap_or(last), LOCK_FILES)
        || (is_in(last, "file files") && before.last().is_some_and(|word| is_in(word, "lock")));
    let words: Vec<&str> = words.iter().map(|word| word.trim_matches('`')).collect();
    let found = words.iter().find_map(|word| ecosystem::of_file(word).or_else(|| ecosystem::of_words(word)));
    (is_lock && words.len() <= 3).then(|| Target::whole(words.join(" "), UpdateScope::LockFile, found))
}

/// `G group`: only the first `group` ends the name.
fn group(words: &[&str]) -> Option<Target> {
    let end = words.iter().position(|word| is_in(word, "group"))?;
    let name = words.get(..end).filter(|name| !name.is_empty() && name.len() <= PHRASE_WORDS_MAX)?;
    let rest = words.get(end + 1..).unwrap_or_default();
    let is_end = rest.first().is_none_or(|word| is_in(word, "across with in"));
    is_end.then(|| Target::whole(name.join(" "), UpdateScope::Group, None))
}

/// `all non-major dependencies`, `deps`, `some crates`.
fn several(words: &[&str]) -> Option<Target> {
    let (last, before) = words.split_last()?;
    let kinds = "dependencies dependency deps dev-deps dev-dependencies requirements crates gems submodules";
    let is_several = is_in(last, kinds) && (before.is_empty() || !is_in(last, "dependency"));
    let is_phrase = before.len() < PHRASE_WORDS_MAX
        && before
            .iter()
            .all(|word| !is_in(word, "about for on with of in from to as that which") && !word.contains(':'));
    let joined = words.join(" ");
    // Marked as code, or with commas between them, they are names.
    let is_marked = before.iter().any(|word| word.contains('`'));
    let is_names = is_marked || names(before, true).is_some_and(|names| names.len() > 1);
    let found = ecosystem::of_words(&joined);
    (is_several && is_phrase && !is_names).then(|| Target::whole(joined, UpdateScope::Several, found))
}

/// The words without those of a kind before or after the name; and the kind's ecosystem.
fn without_kind<'w, 't, 'k>(
    words: &'w [&'t str],
    kinds: &'k [Kind],
    is_before: bool,
) -> (&'w [&'t str], Option<&'k Kind>) {
    for found in kinds {
        let kind: Vec<&str> = found.0.split(' ').collect();
        let Some(rest) = words.len().checked_sub(kind.len()).filter(|rest| *rest > 0) else { continue };
        let (at, others) = if is_before {
            (words.get(..kind.len()), words.get(kind.len()..))
        } else {
            (words.get(rest..), words.get(..rest))
        };
        let (at, others) = (at.unwrap_or_default(), others.unwrap_or_default());
        if at.iter().zip(&kind).all(|(word, known)| word.eq_ignore_ascii_case(known)) {
            return (others, Some(found));
        }
    }
    (words, None)
}

/// One name, or several with commas and `and` between them; `None` if there are other words.
fn names(words: &[&str], is_certain: bool) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut is_expected = true;
    for word in words {
        if matches!(*word, "and" | "&" | "+") {
            is_expected = true;
            continue;
        }
        let bare = word.trim_end_matches(',');
        if !is_expected || found.len() > PHRASE_WORDS_MAX {
            return None;
        }
        found.push(name(bare).filter(|name| is_certain || !is_in(name, NOT_NAMES))?);
        is_expected = bare.len() < word.len();
    }
    (!found.is_empty()).then_some(found)
}

/// A name of two or three words.
fn phrase(words: &[&str]) -> Option<Vec<String>> {
    let is_part = |word: &&str| name(word).is_some_and(|name| !is_in(&name, NOT_NAMES));
    let is_short = (2..=3).contains(&words.len());
    (is_short && words.iter().all(is_part)).then(|| vec![words.join(" ")])
}

/// The name that a word is, without backticks, quotes or the address of a Markdown link.
pub(super) fn name(word: &str) -> Option<String> {
    let word = word.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(word);
    let name = word.trim_matches(['`', '"', '\'', '*']);
    let is_of_name = |letter: char| letter.is_alphanumeric() || "@/._-:+~[]".contains(letter);
    let is_name = name.len() <= NAME_BYTES_MAX
        && name.chars().all(is_of_name)
        && name.chars().any(char::is_alphabetic)
        && !name.ends_with(':')
        && !name.contains("://");
    let is_file = name.rsplit_once('.').is_some_and(|(_, end)| is_in(end, "md rst txt yml yaml html"));
    (is_name && !is_file && ecosystem::of_file(name).is_none()).then(|| name.to_owned())
}
