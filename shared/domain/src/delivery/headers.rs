//! Headers that a user adds to every request to a webhook, such as the credentials of a gateway before the receiver.
//!
//! Names can be shown. Values are secrets: they are stored encrypted, in one text with their names, and never shown
//! again.

use crate::repository::Sealed;
use std::fmt;

/// The most headers of one webhook.
pub const HEADERS_MAX: usize = 10;
/// The longest name, in bytes.
pub const HEADER_NAME_BYTES_MAX: usize = 64;
/// The longest value, in bytes: a long bearer token. Ten of them are within the 8 kB that servers accept as headers.
pub const HEADER_VALUE_BYTES_MAX: usize = 700;

/// Names that describe the message or the connection, and so are the service's own (RFC 9110, sections 7.6.1 and 8).
const RESERVED: [&str; 12] = [
    "host",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "accept-encoding",
];
/// The beginnings of the names of Standard Webhooks, whose values are signed, and of those that describe the content.
const RESERVED_PREFIXES: [&str; 2] = ["webhook-", "content-"];
/// The only one of them that the service does not need to know.
const ALLOWED: &str = "content-language";
/// The letters of a token beside those of ASCII and digits (RFC 9110, section 5.6.2).
const TOKEN_MARKS: &str = "!#$%&'*+-.^_`|~";

const BETWEEN: &str = ": ";

/// The name of a header, as its user wrote it. Names are compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderName(String);

/// Why a text is not the name of a header that can be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderNameError {
    #[error("the name of a header has 1 to {HEADER_NAME_BYTES_MAX} characters")]
    Length,
    #[error("'{0}' is not the name of a header: it has letters, digits and {TOKEN_MARKS} only")]
    NotAToken(String),
    #[error("the header '{0}' is set by the service itself: choose another name")]
    Reserved(String),
}

impl HeaderName {
    /// Parses a token of RFC 9110 that is not reserved.
    pub fn parse(text: &str) -> Result<Self, HeaderNameError> {
        if text.is_empty() || text.len() > HEADER_NAME_BYTES_MAX {
            return Err(HeaderNameError::Length);
        }
        if !text.chars().all(|letter| letter.is_ascii_alphanumeric() || TOKEN_MARKS.contains(letter)) {
            return Err(HeaderNameError::NotAToken(text.to_owned()));
        }
        let lower = text.to_ascii_lowercase();
        let is_of_message = RESERVED_PREFIXES.iter().any(|prefix| lower.starts_with(prefix)) && lower != ALLOWED;
        if RESERVED.contains(&lower.as_str()) || is_of_message {
            return Err(HeaderNameError::Reserved(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are names of one header.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The value of a header. It is a secret: it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderValue(String);

/// Why a text is not the value of a header. It never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the value of a header has 1 to {HEADER_VALUE_BYTES_MAX} visible ASCII characters, with spaces between them only"
)]
pub struct HeaderValueError;

impl HeaderValue {
    /// Parses a field value of RFC 9110 without characters that are not ASCII. Spaces around it are dropped.
    pub fn parse(text: &str) -> Result<Self, HeaderValueError> {
        let text = text.trim_matches([' ', '\t']);
        let is_value = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        let fits = (1..=HEADER_VALUE_BYTES_MAX).contains(&text.len()) && is_value;
        if fits { Ok(Self(text.to_owned())) } else { Err(HeaderValueError) }
    }

    /// The value itself, for a request, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for HeaderValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HeaderValue(…)")
    }
}

/// Headers in the clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomHeaders(Vec<(HeaderName, HeaderValue)>);

impl CustomHeaders {
    /// These headers.
    #[must_use]
    pub fn new(headers: Vec<(HeaderName, HeaderValue)>) -> Self {
        Self(headers)
    }

    /// The headers, in order.
    #[must_use]
    pub fn all(&self) -> &[(HeaderName, HeaderValue)] {
        &self.0
    }

    /// The value of a header.
    #[must_use]
    pub fn value(&self, name: &HeaderName) -> Option<&HeaderValue> {
        self.0.iter().find(|(known, _)| known.is_same(name)).map(|(_, value)| value)
    }

    /// What the vault encrypts: a line for each header.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let lines = self.0.iter().map(|(name, value)| format!("{name}{BETWEEN}{}", value.expose()));
        lines.collect::<Vec<_>>().join("\n").into_bytes()
    }

    /// Reads what [`CustomHeaders::to_bytes`] wrote; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let header = |line: &str| {
            let (name, value) = line.split_once(BETWEEN)?;
            Some((HeaderName::parse(name).ok()?, HeaderValue::parse(value).ok()?))
        };
        std::str::from_utf8(bytes).ok()?.split('\n').map(header).collect::<Option<Vec<_>>>().map(Self)
    }
}

/// Headers as the store keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedHeaders {
    /// To be shown.
    pub names: Vec<HeaderName>,
    /// Names and values, for the vault.
    pub sealed: Sealed,
}

/// What an edit does with one header. A header that it does not name is removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderChange {
    /// It keeps its value.
    Keep,
    Set(HeaderValue),
}
