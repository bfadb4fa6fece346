//! The beginning of a receiver's answer in one line, for the webhook's owner, without the secrets of the request.
//!
//! A receiver may repeat anything of the request: its address (which is a credential for chat services), its
//! signature, or the secret that it checks the signature with.

use app::ports::{EXCERPT_BYTES_MAX, WebhookTarget};
use domain::report::is_invisible;
use std::collections::BTreeSet;
use std::ops::Range;
use url::Url;

/// The shortest part of an address' path that counts as a secret, in characters.
const PATH_PART_CHARS_MIN: usize = 6;
/// The shortest text that counts as a secret at all, in characters: a shorter one is in ordinary words.
const SECRET_CHARS_MIN: usize = 3;
/// The fewest letters and digits by which a secret is recognised in another spelling.
const SPELLED_CHARS_MIN: usize = 8;

/// The end of an excerpt that was cut.
const ELLIPSIS: &str = "…";
const REDACTED: &str = "[redacted]";

/// Everything of a request that an excerpt must not show, in lower case, without repetitions, the longest first.
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// The secrets of a request to this target with these signatures.
    pub(super) fn of(target: &WebhookTarget, signatures: &str) -> Self {
        let mut secrets = of_address(&target.url);
        for secret in &target.secrets {
            let text = secret.expose();
            secrets.extend(text.split_once('_').map(|(_, encoded)| encoded.to_owned()));
            secrets.push(text);
        }
        for (_, value) in target.headers.all() {
            let parts = value.expose().split(' ').filter(|part| part.len() >= PATH_PART_CHARS_MIN);
            secrets.extend(parts.chain([value.expose()]).map(str::to_owned));
        }
        for signature in signatures.split_whitespace() {
            secrets.extend(signature.split_once(',').map(|(_, tag)| tag.to_owned()));
            secrets.push(signature.to_owned());
        }
        let folded = secrets.iter().filter(|secret| secret.chars().count() >= SECRET_CHARS_MIN);
        let folded: BTreeSet<String> = folded.map(|secret| secret.to_ascii_lowercase()).collect();
        let mut secrets: Vec<String> = folded.into_iter().collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets)
    }

    /// The beginning of an answer. `whole` is false if more follows: then the end is dropped, because it may be the
    /// beginning of a secret. The result is `None` if the text still contains a secret in another spelling.
    pub(super) fn excerpt(&self, words: &[u8], whole: bool) -> Option<String> {
        let text = String::from_utf8_lossy(words).replace("\\/", "/");
        let longest = self.0.first().map_or(0, String::len);
        let kept = if whole { text.len() } else { text.len().saturating_sub(longest) };
        let text = text.get(..text.floor_char_boundary(kept)).unwrap_or_default();
        let visible = self.redacted(text).replace(is_invisible, "");
        let line = visible.split(|letter: char| letter.is_whitespace() || letter.is_control());
        let line = line.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        if line.is_empty() || self.is_spelled_in(&line) {
            return None;
        }
        if line.len() <= EXCERPT_BYTES_MAX {
            return Some(line);
        }
        let end = line.floor_char_boundary(EXCERPT_BYTES_MAX.saturating_sub(ELLIPSIS.len()));
        Some(format!("{}{ELLIPSIS}", line.get(..end).unwrap_or_default().trim_end()))
    }

    /// The text without the secrets, whose case is ignored. All are found in the text as it was received, so that none
    /// is found in what replaces another, and the result is at most four times as long.
    fn redacted(&self, text: &str) -> String {
        let lower = text.to_ascii_lowercase();
        let found = self.0.iter().flat_map(|secret| lower.match_indices(secret.as_str()));
        let mut ranges: Vec<Range<usize>> = found.map(|(at, part)| at..at + part.len()).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        let mut result = String::with_capacity(text.len());
        let mut shown_until = None;
        for range in ranges {
            if shown_until.is_none_or(|until| until < range.start) {
                result.push_str(text.get(shown_until.unwrap_or(0)..range.start).unwrap_or_default());
                result.push_str(REDACTED);
            }
            shown_until = shown_until.max(Some(range.end));
        }
        result.push_str(text.get(shown_until.unwrap_or(0)..).unwrap_or_default());
        result
    }

    /// Whether a secret is in a text when only the letters and digits of both are compared.
    fn is_spelled_in(&self, text: &str) -> bool {
        let text = spelled(text);
        let mut secrets = self.0.iter().map(|secret| spelled(secret));
        secrets.any(|secret| secret.len() >= SPELLED_CHARS_MIN && text.contains(&secret))
    }
}

fn spelled(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The parts of an address that may be credentials.
fn of_address(url: &Url) -> Vec<String> {
    let mut secrets = vec![url.to_string()];
    let path: Vec<&str> = url.path_segments().into_iter().flatten().collect();
    secrets.extend(path.iter().filter(|part| part.len() >= PATH_PART_CHARS_MIN).map(|part| (*part).to_owned()));
    if path.iter().any(|part| !part.is_empty()) {
        secrets.push(url.path().to_owned());
    }
    secrets.extend(url.query_pairs().map(|(_, value)| value.into_owned()));
    let pairs = url.query().into_iter().flat_map(|query| query.split('&'));
    let values = pairs.flat_map(|pair| [Some(pair), pair.split_once('=').map(|(_, value)| value)]);
    let others = [url.query(), url.password(), Some(url.username()), url.fragment()];
    secrets.extend(values.chain(others).flatten().map(str::to_owned));
    secrets
}
