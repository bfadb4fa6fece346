//! Hosts of addresses by their names alone: those that can't exist, and those that are local wherever they are
//! resolved.
//!
//! No name is resolved here, so a name that passes can still lead into a private network.

use std::fmt;
use url::{Host, Url};

/// The longest label of a name, in bytes (RFC 1035, section 2.3.4).
const LABEL_BYTES_MAX: usize = 63;
/// The longest name without the root's dot, in bytes: 255 with the lengths of the labels.
const NAME_BYTES_MAX: usize = 253;
/// The most characters of a host that an error repeats.
const SHOWN_CHARS_MAX: usize = 80;

/// Names of this machine: alone, and with any name before them (RFC 6761, section 6.3, and `/etc/hosts` of Debian).
const LOOPBACK_NAMES: [&str; 4] = ["localhost", "localdomain", "ip6-localhost", "ip6-loopback"];
/// Names of a local network: alone, and with any name before them. `local` is multicast DNS (RFC 6762), `internal` is
/// reserved for private use and has the metadata of clouds, `home.arpa` is for homes (RFC 8375).
const NETWORK_NAMES: [&str; 3] = ["local", "internal", "home.arpa"];

/// Why an address can't be that of a public server. The texts name the part that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    #[error("the port of the address is 0, which no server has")]
    Port,
    #[error("the host of the address is only dots")]
    Empty,
    #[error("the host '{0}' has two dots in a row or begins with a dot")]
    EmptyLabel(Shown),
    #[error("the part '{label}' of the host contains '{letter}': a host has letters, digits and hyphens")]
    Letter { label: Shown, letter: char },
    #[error("the part '{0}' of the host begins or ends with a hyphen")]
    Hyphen(Shown),
    #[error("the part '{0}' of the host is longer than {LABEL_BYTES_MAX} characters")]
    LongLabel(Shown),
    #[error("the host '{0}' is longer than {NAME_BYTES_MAX} characters")]
    LongName(Shown),
    #[error("the host '{0}' is a name of the machine itself")]
    Loopback(Shown),
    #[error("the host '{0}' is a name of a local network")]
    LocalNetwork(Shown),
}

/// The beginning of a text, for an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown(String);

impl Shown {
    fn of(text: &str) -> Self {
        let mut letters = text.chars();
        let mut shown: String = letters.by_ref().take(SHOWN_CHARS_MAX).collect();
        if letters.next().is_some() {
            shown.push('…');
        }
        Self(shown)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Rejects an address whose port or host can't be those of a public server. With `loopback`, names of this machine are
/// accepted: in the local stack. Literal addresses are accepted; which of them may be reached is another question.
pub fn check(url: &Url, loopback: bool) -> Result<(), HostError> {
    if url.port() == Some(0) {
        return Err(HostError::Port);
    }
    let Some(Host::Domain(host)) = url.host() else { return Ok(()) };
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    exists(&name)?;
    if is_or_is_below(&name, &LOOPBACK_NAMES) && !loopback {
        return Err(HostError::Loopback(Shown::of(host)));
    }
    if is_or_is_below(&name, &NETWORK_NAMES) {
        return Err(HostError::LocalNetwork(Shown::of(host)));
    }
    Ok(())
}

/// Whether a text without the root's dot can be the name of a host.
pub(crate) fn is_name(text: &str) -> bool {
    exists(text).is_ok()
}

/// Whether a name can exist. An underscore is accepted, because names with one are resolved in practice.
fn exists(name: &str) -> Result<(), HostError> {
    if name.bytes().all(|byte| byte == b'.') {
        return Err(HostError::Empty);
    }
    if name.len() > NAME_BYTES_MAX {
        return Err(HostError::LongName(Shown::of(name)));
    }
    for label in name.split('.') {
        if label.is_empty() {
            return Err(HostError::EmptyLabel(Shown::of(name)));
        }
        let is_known = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        if let Some(letter) = label.chars().find(|letter| !is_known(letter)) {
            return Err(HostError::Letter { label: Shown::of(label), letter });
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(HostError::Hyphen(Shown::of(label)));
        }
        if label.len() > LABEL_BYTES_MAX {
            return Err(HostError::LongLabel(Shown::of(label)));
        }
    }
    Ok(())
}

fn is_or_is_below(name: &str, domains: &[&str]) -> bool {
    domains.iter().any(|domain| name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}
