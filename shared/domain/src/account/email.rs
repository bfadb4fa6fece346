//! The e-mail address for notices, and its confirmation.
//!
//! An address that a user sets is not used before its owner has confirmed it: a code is sent to it, and must be sent
//! back. So no one can make the service write to the address of another person, except for a few codes a day.

use crate::host;
use crate::id::{Randomness, UserId};
use crate::instant::{Duration, Instant};
use sha2::{Digest, Sha256};
use std::fmt;

/// The longest address, in bytes (RFC 5321, section 4.5.3.1.3, without the angle brackets).
pub const EMAIL_BYTES_MAX: usize = 254;
/// The longest part before the `@`, in bytes.
const LOCAL_BYTES_MAX: usize = 64;
/// How long a code is valid, in hours.
const CODE_HOURS: i64 = 1;
/// How often a code may be entered wrongly.
pub const CODE_TRIES_MAX: u32 = 5;
/// Codes that are sent for one account, whatever the addresses, in a day.
pub const CODES_MAX: u32 = 5;
/// From the first of them.
const CODES_WINDOW_HOURS: i64 = 24;

/// An e-mail address: printable ASCII, with a domain name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value is not an e-mail address such as ann@example.com, of at most {EMAIL_BYTES_MAX} characters")]
pub struct EmailError;

impl EmailAddress {
    /// Parses an address. Its domain is written in lower case.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        let is_valid = text.len() <= EMAIL_BYTES_MAX && is_local_part(local) && is_domain(domain);
        if is_valid { Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase()))) } else { Err(EmailError) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Atoms with dots between them (RFC 5322, section 3.2.3). Quoted texts are not accepted: no provider gives them.
fn is_local_part(local: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    local.len() <= LOCAL_BYTES_MAX && local.split('.').all(is_atom)
}

/// A host of at least two labels without an underscore. The last one is no number, so that it is no address of a
/// network.
fn is_domain(domain: &str) -> bool {
    let last = domain.rsplit_once('.').map(|(_, last)| last);
    host::is_name(domain)
        && !domain.contains('_')
        && last.is_some_and(|last| !last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The e-mail address of an account for notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationEmail {
    pub address: EmailAddress,
    /// Whether its owner has confirmed it. Nothing but codes is sent to it before.
    pub confirmed: bool,
    /// The code that was sent last, until the address is confirmed.
    pub code: Option<SentCode>,
}

/// A code that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentCode {
    /// See [`EmailCode::hash`].
    pub hash: [u8; 32],
    pub expires_at: Instant,
    pub wrong_tries: u32,
}

/// Codes that were sent for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodesSent {
    /// When the first of them was.
    pub since: Instant,
    pub count: u32,
}

/// A code that shows that its sender reads the mail of an address.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailCode(String);

impl fmt::Debug for EmailCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EmailCode(…)")
    }
}

/// Crockford's base32: no letter looks like a digit.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Digits of a code: 60 random bits.
const CODE_DIGITS: usize = 12;

impl EmailCode {
    /// A new code.
    #[must_use]
    pub fn new(randomness: Randomness) -> Self {
        let bits = randomness.iter().fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
        let digit = |place: usize| {
            let index = usize::try_from((bits >> (5 * place)) & 31).unwrap_or_default();
            DIGITS.get(index).copied().map_or('0', char::from)
        };
        Self((0..CODE_DIGITS).map(digit).collect())
    }

    /// A code as a person enters it: in lower case, with spaces or hyphens, or with an O for a 0.
    #[must_use]
    pub fn entered(text: &str) -> Self {
        let digits = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
        let digits = digits.map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
        Self(digits.collect())
    }

    /// The code in groups: `K7QF-2M9X-RT4D`.
    #[must_use]
    pub fn text(&self) -> String {
        let digits: Vec<char> = self.0.chars().collect();
        digits.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
    }

    /// What is stored: a SHA-256 of user, address and code.
    #[must_use]
    pub fn hash(&self, user: UserId, address: &EmailAddress) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in ["e-mail code", &user.to_string(), address.as_str(), &self.0] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().into()
    }
}

/// Why a code does not confirm an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("no code was sent to the address: ask for one")]
    NoCode,
    #[error("the code has expired: ask for another one")]
    Expired,
    #[error("a wrong code was entered {CODE_TRIES_MAX} times: ask for another one")]
    UsedUp,
    #[error("the code is not the one that was sent last")]
    Wrong,
}

impl NotificationEmail {
    /// An address that is not confirmed.
    #[must_use]
    pub fn new(address: EmailAddress) -> Self {
        Self { address, confirmed: false, code: None }
    }

    /// Checks a code at `now`.
    pub fn check(&self, user: UserId, code: &EmailCode, now: Instant) -> Result<(), CodeError> {
        let sent = self.code.as_ref().ok_or(CodeError::NoCode)?;
        if sent.wrong_tries >= CODE_TRIES_MAX {
            return Err(CodeError::UsedUp);
        }
        if sent.expires_at <= now {
            return Err(CodeError::Expired);
        }
        if code.hash(user, &self.address) == sent.hash { Ok(()) } else { Err(CodeError::Wrong) }
    }
}

impl SentCode {
    /// A code that is sent at `now`.
    #[must_use]
    pub fn new(hash: [u8; 32], now: Instant) -> Self {
        Self { hash, expires_at: now + Duration::hours(CODE_HOURS), wrong_tries: 0 }
    }
}

impl CodesSent {
    /// The count with one more code; otherwise when the next may be sent.
    pub fn one_more(sent: Option<Self>, now: Instant) -> Result<Self, Instant> {
        let window = Duration::hours(CODES_WINDOW_HOURS);
        match sent.filter(|sent| now < sent.since + window) {
            None => Ok(Self { since: now, count: 1 }),
            Some(sent) if sent.count < CODES_MAX => Ok(Self { count: sent.count.saturating_add(1), ..sent }),
            Some(sent) => Err(sent.since + window),
        }
    }

    /// The count without one of them, which was not sent after all.
    #[must_use]
    pub fn one_less(self) -> Option<Self> {
        let count = self.count.saturating_sub(1);
        (count > 0).then_some(Self { count, ..self })
    }
}
