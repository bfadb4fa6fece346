//! The network addresses that a request may reach.

use ipnet::{Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The network addresses that a request may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum AddressPolicy {
    #[default]
    Public,
    /// Public ones, and this machine's loopback over http or https: for the local stack and for tests.
    LoopbackToo,
}

impl AddressPolicy {
    /// Whether addresses of the scheme can be reached at all.
    pub(super) fn admits_scheme(self, scheme: &str) -> bool {
        scheme == "https" || (scheme == "http" && self == Self::LoopbackToo)
    }

    /// Whether the address may be reached under a scheme that was admitted by [`Self::admits_scheme`].
    pub(super) fn admits(self, scheme: &str, address: IpAddr) -> bool {
        // An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is reached over IPv4, so it is checked as such.
        let address = address.to_canonical();
        let loopback = self == Self::LoopbackToo && address.is_loopback();
        loopback || (scheme == "https" && is_public(address))
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !DENIED_V4.iter().any(|range| range.contains(&address)),
        IpAddr::V6(address) => GLOBAL_V6.contains(&address) && !DENIED_V6.iter().any(|range| range.contains(&address)),
    }
}

const fn v4(a: u8, b: u8, c: u8, prefix_length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), prefix_length)
}

const fn v6(a: u16, b: u16, prefix_length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix_length)
}

/// IANA's special-purpose IPv4 ranges that are not globally reachable, with multicast and the reserved class E.
const DENIED_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 8),       // this network
    v4(10, 0, 0, 8),      // private
    v4(100, 64, 0, 10),   // shared with carriers
    v4(127, 0, 0, 8),     // loopback
    v4(169, 254, 0, 16),  // link-local, where clouds keep their metadata
    v4(172, 16, 0, 12),   // private
    v4(192, 0, 0, 24),    // protocol assignments
    v4(192, 0, 2, 24),    // documentation
    v4(192, 88, 99, 24),  // relays from IPv6
    v4(192, 168, 0, 16),  // private
    v4(198, 18, 0, 15),   // benchmarks
    v4(198, 51, 100, 24), // documentation
    v4(203, 0, 113, 24),  // documentation
    v4(224, 0, 0, 4),     // multicast
    v4(240, 0, 0, 4),     // reserved, and broadcast
];

/// All of IPv6 for public use (RFC 4291): without loopback, link-local, unique local, multicast and NAT64.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 3);

/// Ranges within it that are not globally reachable, or that contain an IPv4 address to be checked too.
const DENIED_V6: [Ipv6Net; 4] = [
    v6(0x2001, 0, 23),     // protocol assignments, Teredo among them
    v6(0x2001, 0xdb8, 32), // documentation
    v6(0x2002, 0, 16),     // 6to4
    v6(0x3fff, 0, 20),     // documentation
];
