//! The address that an answer points to next.
//!
//! A host behind a proxy often gives its internal address: another host name, plain http, no port, or without the path
//! that it is below. Of such an address the path and the query are taken, on the server that was asked. No other
//! server is ever asked, so that the token stays at its own.

use reqwest::header::{HeaderMap, LINK, LOCATION};
use url::Url;

/// The number of the next page, at GitLab: for where a proxy removes the long `Link` header
/// (<https://docs.gitlab.com/api/rest/#pagination>).
const NEXT_PAGE: &str = "x-next-page";

/// The server that is asked, and where its API is.
#[derive(Clone, Copy)]
pub(super) struct Server<'a> {
    /// The API's address.
    pub(super) base: &'a Url,
    /// The API's path on a server; the base has more before it where the server is below a path.
    pub(super) api_path: &'a str,
}

impl Server<'_> {
    /// The page after an answer: the `rel="next"` of its `Link` headers (RFC 8288), on this server. `None` if that
    /// is the page that was read.
    pub(super) fn next(self, headers: &HeaderMap, from: &Url) -> Option<Url> {
        let linked = || headers.get_all(LINK).iter().find_map(|header| rel_next(header.to_str().ok()?));
        let next = match linked() {
            Some(target) => self.here(&from.join(target).ok()?),
            None => numbered(from, headers.get(NEXT_PAGE)?.to_str().ok()?)?,
        };
        Some(next).filter(|next| next != from)
    }

    /// The target of a redirect. Another scheme or port of the same host is read as this server; another host is kept,
    /// because the repository has moved there.
    pub(super) fn location(self, headers: &HeaderMap, from: &Url) -> Option<Url> {
        let target = from.join(headers.get(LOCATION)?.to_str().ok()?).ok()?;
        let same_host = target.host() == self.base.host();
        Some(if same_host { self.here(&target) } else { target })
    }

    /// Whether an address is on this server: same scheme, host and port.
    pub(super) fn has(self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    /// The path and the query of an address, on this server.
    fn here(self, target: &Url) -> Url {
        let mut url = self.base.clone();
        let below = self.base.path().strip_suffix(self.api_path).unwrap_or_default();
        let path = target.path();
        if !below.is_empty() && path.starts_with(self.api_path) {
            url.set_path(&format!("{below}{path}"));
        } else {
            url.set_path(path);
        }
        url.set_query(target.query());
        url
    }
}

/// The target of the link whose relation is `next`.
fn rel_next(header: &str) -> Option<&str> {
    // An address can contain commas and semicolons, so links are separated at the angle brackets.
    let mut links = header.split('<').filter_map(|link| link.split_once('>'));
    let (target, _) = links.find(|(_, parameters)| {
        let mut parameters = parameters.split([';', ',']);
        parameters.any(|parameter| matches!(parameter.trim(), "rel=\"next\"" | "rel=next"))
    })?;
    Some(target)
}

/// The same address with another page number.
fn numbered(from: &Url, page: &str) -> Option<Url> {
    let page: u32 = page.trim().parse().ok()?;
    let others: Vec<_> = from.query_pairs().filter(|(name, _)| name != "page").collect();
    let mut next = from.clone();
    next.query_pairs_mut().clear().extend_pairs(others).append_pair("page", &page.to_string());
    Some(next)
}
