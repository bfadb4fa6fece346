//! Where GitHub points next.

use reqwest::header::{HeaderMap, LINK, LOCATION};
use url::Url;

/// The `rel="next"` of a `Link` header (RFC 8288).
pub(super) fn next(headers: &HeaderMap, from: &Url) -> Option<Url> {
    let header = headers.get(LINK)?.to_str().ok()?;
    let target = header.split(',').find_map(|part| {
        let (target, parameters) = part.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = parameters.split(';').any(|parameter| matches!(parameter.trim(), "rel=\"next\"" | "rel=next"));
        is_next.then_some(target)
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
