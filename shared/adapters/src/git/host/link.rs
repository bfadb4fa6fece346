//! Where a host points next.

use reqwest::header::{HeaderMap, LINK, LOCATION};
use url::Url;

/// The `rel="next"` of a `Link` header (RFC 8288).
pub(super) fn next(headers: &HeaderMap, from: &Url) -> Option<Url> {
    let header = headers.get(LINK)?.to_str().ok()?;
    // An address can hold commas and semicolons, so the angle brackets are what parts the links.
    let mut links = header.split('<').filter_map(|link| link.split_once('>'));
    let (target, _) = links.find(|(_, parameters)| {
        let mut parameters = parameters.split([';', ',']);
        parameters.any(|parameter| matches!(parameter.trim(), "rel=\"next\"" | "rel=next"))
    })?;
    from.join(target).ok()
}

/// The target of a redirect.
pub(super) fn location(headers: &HeaderMap, from: &Url) -> Option<Url> {
    from.join(headers.get(LOCATION)?.to_str().ok()?).ok()
}

/// Whether both are of one server: scheme, host and port.
pub(super) fn same_server(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}
