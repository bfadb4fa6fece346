//! The beginning of a receiver's answer in one line, for the webhook's owner, without the secrets of the request.
//!
//! A receiver may repeat anything of the request: its address (which is a credential for chat services), its
//! signature, or the secret that it checks the signature with.

use app::ports::{EXCERPT_BYTES_MAX, WebhookTarget};

/// The shortest part of an address' path that counts as a secret, in characters.
const PATH_PART_CHARS_MIN: usize = 6;
/// The shortest other part of an address that counts as a secret, in characters.
const VALUE_CHARS_MIN: usize = 3;
/// The fewest letters and digits by which a secret is recognised in another spelling.
const SPELLED_CHARS_MIN: usize = 8;

/// The end of an excerpt that was cut.
const ELLIPSIS: &str = "…";
const REDACTED: &str = "[redacted]";

/// Everything of a request that an excerpt must not show, the longest first.
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// The secrets of a request to this target with these signatures.
    pub(super) fn of(target: &WebhookTarget, signatures: &str) -> Self {
        let url = &target.url;
        let mut secrets = vec![url.to_string()];
        let path: Vec<&str> = url.path_segments().into_iter().flatten().collect();
        secrets.extend(path.iter().filter(|part| part.len() >= PATH_PART_CHARS_MIN).map(|part| (*part).to_owned()));
        if path.iter().any(|part| !part.is_empty()) {
            secrets.push(url.path().to_owned());
        }
        let mut values: Vec<String> = url.query_pairs().map(|(_, value)| value.into_owned()).collect();
        let pairs = url.query().into_iter().flat_map(|query| query.split('&'));
        values.extend(
            pairs
                .flat_map(|pair| [Some(pair), pair.split_once('=').map(|(_, value)| value)])
                .flatten()
                .map(str::to_owned),
        );
        values.extend(
            [url.query(), url.password(), Some(url.username()), url.fragment()]
                .into_iter()
                .flatten()
                .map(str::to_owned),
        );
        secrets.extend(values.into_iter().filter(|value| value.chars().count() >= VALUE_CHARS_MIN));
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
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Self(secrets)
    }

    /// The beginning of an answer. `whole` is false if more follows: then the end is dropped, because it may be the
    /// beginning of a secret. The result is `None` if the text still contains a secret in another spelling.
    pub(super) fn excerpt(&self, words: &[u8], whole: bool) -> Option<String> {
        let text = String::from_utf8_lossy(words).replace("\\/", "/");
        let longest = self.0.first().map_or(0, String::len);
        let kept = if whole { text.len() } else { text.len().saturating_sub(longest) };
        let text = text.get(..text.floor_char_boundary(kept)).unwrap_or_default();
        let redacted = self.0.iter().fold(text.to_owned(), |text, secret| replaced(&text, secret));
        let visible = redacted.replace(is_invisible, "");
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

    /// Whether a secret is in a text when only the letters and digits of both are compared.
    fn is_spelled_in(&self, text: &str) -> bool {
        let text = spelled(text);
        let mut secrets = self.0.iter().map(|secret| spelled(secret));
        secrets.any(|secret| secret.len() >= SPELLED_CHARS_MIN && text.contains(&secret))
    }
}

/// Characters that show nothing, or that change the direction of the text after them.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}')
}

fn spelled(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The text without a secret, whose case is ignored.
fn replaced(text: &str, secret: &str) -> String {
    let (lower, secret) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in lower.match_indices(&secret) {
        result.push_str(text.get(from..at).unwrap_or_default());
        result.push_str(REDACTED);
        from = at + found.len();
    }
    result.push_str(text.get(from..).unwrap_or_default());
    result
}
