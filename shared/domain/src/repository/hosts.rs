//! Git hosts by name, and the pages of a repository at its host: people paste the address that their browser shows.

use super::Provider;
use super::provider::UNSUPPORTED;

/// Where an owner's or a group's repository can begin to have pages: below the owner and the name.
const FIRST_PAGE: usize = 2;

/// The name of a host that is stored: one host has one.
pub(super) fn official_name(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let host = host.trim_end_matches('.');
    let by_ssh = Provider::ALL.map(Provider::kind).into_iter().find(|kind| kind.ssh_host == Some(host));
    if let Some(main) = by_ssh.and_then(|kind| kind.main_host) {
        return main.to_owned();
    }
    match host.strip_prefix("www.") {
        Some(bare) if known(bare).is_some() => bare.to_owned(),
        _ => host.to_owned(),
    }
}

/// The provider of a public host.
pub(super) fn known(host: &str) -> Option<Provider> {
    Provider::ALL.into_iter().find(|provider| {
        let kind = provider.kind();
        kind.main_host == Some(host) || kind.other_hosts.contains(&host)
    })
}

/// The name of a host's kind, where that is not supported.
pub(super) fn unsupported(host: &str) -> Option<&'static str> {
    let is_below = |name: &str| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    UNSUPPORTED.iter().find(|(name, _)| is_below(name)).map(|(_, kind)| *kind)
}

/// The path up to the page in it.
pub(super) fn without_page<'p>(parts: &'p [&'p str], provider: Provider, is_known: bool) -> &'p [&'p str] {
    let kind = provider.kind();
    let is_page = |place: &usize| {
        let part = parts.get(*place).copied().unwrap_or_default();
        let next = parts.get(place + 1).copied().unwrap_or_default();
        let is_in = |words: &str| words.split_ascii_whitespace().any(|word| word == part);
        is_in(kind.pages) || (is_in(kind.numbered_pages) && next.parse::<u64>().is_ok())
    };
    let mut places = FIRST_PAGE..parts.len();
    let end = if kind.owners.may_be_longer(is_known) { places.find(is_page) } else { places.next().filter(is_page) };
    parts.get(..end.unwrap_or(parts.len())).unwrap_or(parts)
}
