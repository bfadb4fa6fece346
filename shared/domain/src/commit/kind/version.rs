//! Versions: of the repository itself, which are releases, and of its dependencies.

use super::named::Kind;
use super::words::{Words, is_one_of};

/// What a release is of, where it isn't named: `bump package version`.
const OWN: &str = "our crate crates package packages project app application library module major minor patch \
    snapshot development dev next new pre prerelease post release number numbers";

/// Whether a subject states a version: [`Kind::Release`], [`Kind::Dependencies`], or `None`.
pub(super) fn kind(text: &str, words: &Words) -> Option<Kind> {
    let text = without_reference(text);
    if is_release(text, words) {
        return Some(Kind::Release);
    }
    updates_dependency(text, words).then_some(Kind::Dependencies)
}

/// `4.20.0`, `Release 1.2`, `Prepare the 1.0 release`, `Bump version to 2`, `Version Packages`.
fn is_release(text: &str, words: &Words) -> bool {
    let has_version = text.split_whitespace().take(12).any(is_version);
    let first = text.split_whitespace().next().unwrap_or_default();
    if is_version(first) && !first.contains('@') {
        let is_alone = text.split_whitespace().count() == 1;
        return words.all().len() <= 8 && (is_alone || words.mention("release, final, version"));
    }
    if words.mention("release note, changelog") {
        return false;
    }
    let is_short = text.split_whitespace().count() <= 2;
    publishes(words, has_version, is_short)
        .or_else(|| prepares(words, has_version))
        .or_else(|| bumps_itself(words, has_version))
        .unwrap_or_else(|| has_version && words.all().last().is_some_and(|last| last == "release"))
}

/// `Release 1.2`, `Version Packages`; `None` if the words begin with another verb.
fn publishes(words: &Words, has_version: bool, is_short: bool) -> Option<bool> {
    let is_named = || is_short && words.mention("release, publish, version");
    let begins = words.begin_with("release publish tag cut version");
    begins.then(|| has_version || is_named() || words.mention("version package"))
}

/// `Prepare the 1.0 release`.
fn prepares(words: &Words, has_version: bool) -> Option<bool> {
    let is_next = || words.are_about("release, next version, next development, development iteration");
    let begins = words.begin_with("prepare start begin finish finalize finalise");
    begins.then(|| is_next() || (has_version && words.mention("release, for, version, development")))
}

/// `Bump version to 2`, `Bump to 0.3.6`.
fn bumps_itself(words: &Words, has_version: bool) -> Option<bool> {
    if !words.begin_with("bump set update change increment increase") {
        return None;
    }
    let all = words.all();
    let word = |place: usize| all.get(place).map_or("", String::as_str);
    let is_of_own =
        matches!(word(1), "version" | "versions") || (is_one_of(word(1), OWN) && word(2).starts_with("version"));
    let is_to_version = word(1) == "to" && has_version && all.len() <= 6;
    Some(is_of_own || (words.begin_with("bump") && (is_version(word(1)) || is_to_version)))
}

/// What people and the usual machines write: `Bump x from 1 to 2`, `Update dependency x to v2`, `name@1.2.3`.
fn updates_dependency(text: &str, words: &Words) -> bool {
    if words.begin_with("bump upgrade downgrade") {
        return words.mention(UPGRADED) || names_software(text);
    }
    if words.begin_with("update pin unpin renovate refresh relock") || words.are_about("lock file maintenance") {
        return (words.are_about(
            "dependency, dependencies, dep, crate, lockfile, lock file, submodule, requirement, cargo lock, yarn lock, \
             package lock, monorepo, digest, packages",
        ) && !words.describe(DEPENDENCY, DESCRIBED))
            || moves_to_version(text);
    }
    if words.begin_with("add remove drop delete") {
        return words.are_about("dependency, dependencies, dep") && !words.describe(DEPENDENCY, DESCRIBED);
    }
    let mut parts = text.split_whitespace();
    let (name, more) = (parts.next().unwrap_or_default(), parts.next());
    more.is_none()
        && name.rsplit_once('@').is_some_and(|(name, version)| !name.is_empty() && begins_as_version(version))
}

/// Whether what is bumped has a name as software has: one word, names joined by "and", a name in capitals or with a
/// mark or a digit, or a version. `Bump font size` and `Upgrade button on a page` are about the software itself.
fn names_software(text: &str) -> bool {
    let mut words = text.split_whitespace().skip(1).filter(|word| !word.eq_ignore_ascii_case("the")).peekable();
    let is_preposition = |word: &str| is_one_of(&word.to_lowercase(), "in for to from with across of on by at");
    let mut named: Vec<&str> = Vec::new();
    while let Some(word) = words.next_if(|word| !is_preposition(word) && !word.starts_with(['(', '['])) {
        named.push(word);
    }
    let is_of_thing = words.peek().is_some_and(|word| is_one_of(&word.to_lowercase(), "of on by at"));
    let is_marked = |word: &&str| {
        word.chars().any(|letter| letter.is_ascii_digit() || matches!(letter, '/' | '@' | '_' | '-' | '.' | '`' | '+'))
    };
    let is_joined = named.iter().skip(1).step_by(2).all(|word| matches!(*word, "and" | "&" | "+"));
    let in_capitals = named.iter().all(|word| word.starts_with(char::is_uppercase));
    moves_to_version(text)
        || named.iter().any(is_marked)
        || (!is_of_thing && (named.len() <= 1 || (is_joined && named.len() % 2 == 1) || in_capitals))
}

/// Words for software that others make, or for its version.
const UPGRADED: &str = "dependency, dependencies, dep, deps, version, crate, package, module, plugin, action, image, \
    submodule, toolchain, sdk, library, libraries, lib, requirement, gem, msrv, lockfile, wrapper, runtime, compiler, \
    framework, vendor, edition";

const DEPENDENCY: &str = "dependency dependencies dep deps";

/// Things that are named after dependencies: `Add dependency graph view`.
const DESCRIBED: &str = "analysis analyzer audit cache check checker checks command commands cycle cycles detection \
    detector diagram dialog graph graphs injection inspection inspector list lists loop loops management manager map \
    order ordering page pages panel report reports resolution resolver rule rules scan scanner scanning screen support \
    tab table tracking tree trees view viewer views walker";

/// Whether a version follows "to": `Update x to v2.1`. A whole number must be marked as a version.
fn moves_to_version(text: &str) -> bool {
    let mut parts = text.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("to")).skip(1);
    parts.next().is_some_and(|word| is_version(word) || (word.starts_with('v') && begins_as_version(word)))
}

/// Without the number of a pull request at the end: `4.20.0 (#12)`.
pub(super) fn without_reference(text: &str) -> &str {
    let text = text.trim_end();
    match text.rsplit_once(" (#") {
        Some((before, number)) if number.strip_suffix(')').is_some_and(|number| number.parse::<u64>().is_ok()) => {
            before.trim_end()
        }
        _ => text,
    }
}

/// `1.2`, `v1.2.3`, `1.2.3-rc.1`, `2.0.x`, `v2`, also behind a name and `@` or `-`: `api-v1.2.3`.
fn is_version(word: &str) -> bool {
    let word =
        word.trim_matches(|letter: char| matches!(letter, '.' | ',' | ':' | ';' | '"' | '\'' | '`' | '(' | ')' | '*'));
    let bare = word.rsplit_once('@').map_or(word, |(_, version)| version);
    let digits = bare.strip_prefix(['v', 'V']).unwrap_or(bare);
    let is_marked = digits.len() < bare.len();
    let mut parts = digits.split(['.', '-', '+']);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let first = parts.next().is_some_and(is_number);
    let second = parts.next();
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '+' | '_' | '~');
    let has_dot = digits.contains('.') && second.is_some_and(|part| is_number(part) || part.eq_ignore_ascii_case("x"));
    first && digits.len() <= 40 && digits.chars().all(is_allowed) && (has_dot || (is_marked && second.is_none()))
}

/// `^2.2.0`, `~1.2`, `18`, `latest`.
fn begins_as_version(text: &str) -> bool {
    let text = text.trim_start_matches(['^', '~', '>', '<', '=', 'v']);
    text.starts_with(|letter: char| letter.is_ascii_digit()) || matches!(text, "latest" | "next")
}
