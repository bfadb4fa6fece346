//! Addresses on this machine.

use url::{Host, Url};

/// Whether the address names this machine: a loopback address, or `localhost`. No name is resolved, so any other name
/// is not on loopback, even if it resolves to it.
pub fn is_on_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
