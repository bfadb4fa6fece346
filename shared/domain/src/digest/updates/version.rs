//! Versions, as messages have them: numbers with dots, requirements, and digests.

/// Whether a word is like a version, a requirement or a digest: `1.2`, `v4`, `^0.11`, `>=2.1,<6`, `1e60479`.
pub(super) fn is_version(word: &str) -> bool {
    let bare = without_operator(word);
    let numbers = bare.strip_prefix(['v', 'V']).unwrap_or(bare);
    let is_plain = numbers.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+_,<>=~^*:/@!".contains(&byte));
    let is_number = numbers.starts_with(|letter: char| letter.is_ascii_digit()) && !is_ordinal(numbers);
    is_plain && (is_number || is_digest(bare) || (has_word(bare) && bare.bytes().any(|byte| byte.is_ascii_digit())))
}

/// Whether a word can be the version after `from` or `to`, where another one is on the other side: also `latest`,
/// `bookworm` and `main`, which are tags and branches.
pub(super) fn is_version_or_tag(word: &str) -> bool {
    let is_of_tag = |byte: u8| byte.is_ascii_alphanumeric() || b".-+_,<>=~^*:/@!|".contains(&byte);
    !word.is_empty() && word.bytes().all(is_of_tag)
}

/// Tags with a name in front of their number: `release-1.2`, `jdk-21`.
fn has_word(text: &str) -> bool {
    ["release-", "release/", "RELEASE.", "rel-", "jdk-", "version-"].iter().any(|word| text.starts_with(word))
}

/// `1st`, `2nd`, `3x` and their like are no versions.
fn is_ordinal(text: &str) -> bool {
    let end = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    matches!(
        end,
        "st" | "nd" | "rd" | "th" | "%" | "ms" | "s" | "min" | "h" | "d" | "mb" | "MB" | "gb" | "GB" | "kb" | "KB"
    )
}

/// At least seven hexadecimal digits, as commits and images have them.
pub(super) fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    digits.len() >= 7
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        && digits.bytes().any(|byte| byte.is_ascii_digit())
}

fn without_operator(text: &str) -> &str {
    text.trim_start_matches(['^', '~', '>', '<', '=', '!', ' '])
}

/// Whether two texts are the same version. A `v` in front makes no difference.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

fn plain(text: &str) -> &str {
    let rest = text.strip_prefix(['v', 'V']).unwrap_or(text);
    if rest.starts_with(|letter: char| letter.is_ascii_digit()) { rest } else { text }
}

/// The leading numbers of one version; `None` for a digest, a tag and a requirement of several parts.
pub(super) fn numbers(text: &str) -> Option<Vec<u64>> {
    let text = plain(without_operator(text.trim()));
    if text.contains([',', ' ', '|', '<', '>']) || (is_digest(text) && !text.contains('.')) {
        return None;
    }
    let mut found = Vec::new();
    for part in text.split(['.', '-', '+', '_']).take(4) {
        let Ok(number) = part.parse() else { break };
        found.push(number);
    }
    (!found.is_empty()).then_some(found)
}

/// Whether the step between two versions can break its users, by the usual rule of semantic versioning: the first
/// number that is not zero differs (`1.9` → `2.0`, `0.3` → `0.4`, `0.0.1` → `0.0.2`), which is also Cargo's and npm's
/// rule (<https://doc.rust-lang.org/cargo/reference/semver.html>). `None` where a side is not a version with numbers.
/// Versions that begin with a year (`2024.1` → `2025.1`, `22.04` → `24.04`) promise nothing about it: `Some(false)`.
pub fn is_breaking(from: &str, to: &str) -> Option<bool> {
    let (one, other) = (numbers(from)?, numbers(to)?);
    if is_calendar(from, &one) && is_calendar(to, &other) {
        return Some(false);
    }
    for place in 0..3 {
        // What is not written is open: `0` contains `0.4`.
        let (Some(before), Some(after)) = (one.get(place), other.get(place)) else { return Some(false) };
        if before != after {
            return Some(true);
        }
        if *before != 0 {
            return Some(false);
        }
    }
    Some(false)
}

fn is_calendar(text: &str, numbers: &[u64]) -> bool {
    let year = numbers.first().copied().unwrap_or_default();
    let mut parts = plain(without_operator(text)).split('.').skip(1);
    // A month with a zero in front, as in 22.04.
    let has_month = parts.next().is_some_and(|month| month.len() == 2 && month.starts_with('0') && month != "00");
    (1990..=2999).contains(&year) || (has_month && (10..=99).contains(&year))
}

/// Whether a step is to a lower version; `None` where that is unknown.
pub(super) fn is_lower(from: &str, to: &str) -> Option<bool> {
    Some(numbers(to)? < numbers(from)?)
}
