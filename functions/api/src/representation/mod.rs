//! How an answer is sent: its tag, `304` if the caller has the same body already, and compression (RFC 9110,
//! sections 8.4, 8.8.3 and 13.1.2).
//!
//! A tag is `"VERSION-HASH"`, or `"HASH"` without a version; the hash is that of the body, so a body that changed
//! without an edit has another tag. A compressed body is another representation, whose tag ends with `-gz`.

pub(crate) mod etag;

use crate::problem::Problem;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;

/// Bodies below this size, in bytes, are not compressed: they fit into one packet anyway.
pub const COMPRESSED_BYTES_MIN: usize = 1_024;
/// The largest body of an answer, in bytes: the limit of Lambda. A page of an export has at most 4 MB.
const BODY_BYTES_MAX: usize = 6 * 1024 * 1024;
/// Bytes of a body's hash in its tag.
const HASH_BYTES: usize = 12;
/// The end of a compressed body's tag.
const COMPRESSED: &str = "-gz";

/// The parts of a request that decide how its answer is sent.
#[derive(Debug)]
pub(crate) struct Asked {
    reads: bool,
    /// Whether it changes a record and has the same answer as a read.
    edits: bool,
    accepts_gzip: bool,
    known: Vec<String>,
}

impl Asked {
    pub(crate) fn of(request: &Request) -> Self {
        let (method, headers) = (request.method(), request.headers());
        Self {
            reads: *method == Method::GET || *method == Method::HEAD,
            edits: *method == Method::PUT || *method == Method::PATCH,
            accepts_gzip: accepts_gzip(headers),
            known: items(headers, &header::IF_NONE_MATCH),
        }
    }

    fn knows(&self, tag: &str) -> bool {
        self.known.iter().any(|known| known == "*" || plain(known) == Some(tag))
    }
}

/// The elements of a header's lists.
fn items(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|list| list.split(',')).map(|item| item.trim().to_owned()).collect()
}

/// The text of a tag, weak or not, compressed or not, because If-None-Match compares weakly.
fn plain(tag: &str) -> Option<&str> {
    let text = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
    Some(text.strip_suffix(COMPRESSED).unwrap_or(text))
}

/// Whether `gzip` or `*` has a quality that is not 0; a named coding has precedence over `*`.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let quality = |wanted: &str| {
        items(headers, &header::ACCEPT_ENCODING).iter().find_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let coding = parts.next().unwrap_or_default().to_ascii_lowercase();
            let is_wanted = coding == wanted || (wanted == "gzip" && coding == "x-gzip");
            let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            is_wanted.then(|| quality.is_none_or(|quality| quality.bytes().any(|byte| (b'1'..=b'9').contains(&byte))))
        })
    };
    quality("gzip").or_else(|| quality("*")).unwrap_or(false)
}

/// The answer as it is sent.
pub(crate) async fn represented(answer: Response, asked: &Asked) -> Result<Response, Problem> {
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_BYTES_MAX).await else {
        return Err(Problem::internal("an answer is larger than Lambda lets through"));
    };
    let tag = tag(&parts, &bytes, asked);
    if tag.is_some() {
        parts.headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    }
    let mut sent = bytes;
    let mut ending = "";
    if is_text(&parts.headers) && sent.len() >= COMPRESSED_BYTES_MIN {
        parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(compressed) = asked.accepts_gzip.then(|| compressed(&sent)).flatten() {
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            parts.headers.remove(header::CONTENT_LENGTH);
            (sent, ending) = (compressed, COMPRESSED);
        }
    }
    let Some(tag) = tag else { return Ok(Response::from_parts(parts, Body::from(sent))) };
    if let Ok(value) = HeaderValue::from_str(&format!("\"{tag}{ending}\"")) {
        parts.headers.insert(header::ETAG, value);
    }
    Ok(if asked.reads && asked.knows(&tag) {
        not_modified(parts, sent.len())
    } else {
        Response::from_parts(parts, Body::from(sent))
    })
}

/// The tag of a body that was read, or of an edit's answer. The version is the handler's.
fn tag(parts: &Parts, bytes: &Bytes, asked: &Asked) -> Option<String> {
    let version = parts.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).and_then(plain);
    let is_tagged = parts.status == StatusCode::OK && (asked.reads || (asked.edits && version.is_some()));
    is_tagged.then(|| {
        let hash = hex(Sha256::digest(bytes).iter().take(HASH_BYTES));
        version.map_or_else(|| hash.clone(), |version| format!("{version}-{hash}"))
    })
}

/// Two hexadecimal digits for each byte.
pub(crate) fn hex<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    bytes.into_iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// 304, with the headers that 200 would have and no body.
fn not_modified(mut parts: Parts, length: usize) -> Response {
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Response::from_parts(parts, Body::empty())
}

/// Whether the body is text: all bodies of this API are.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    !headers.contains_key(header::CONTENT_ENCODING) && (kind.starts_with("text/") || kind.contains("json"))
}

/// The fastest level: a Lambda of 256 MB has a seventh of a core, and even at this level JSON becomes six times
/// smaller.
fn compressed(bytes: &Bytes) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::{accepts_gzip, plain};
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn gzip_is_used_if_accepted() {
        for (accepted, expected) in [
            ("gzip", true),
            ("deflate, GZIP;q=0.5, br", true),
            ("*", true),
            ("x-gzip", true),
            ("gzip;q=0.001", true),
            ("br", false),
            ("identity", false),
            ("gzip;q=0", false),
            ("gzip; q=0.000, *", false),
            ("*;q=0", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(accepts_gzip(&headers), expected, "{accepted}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn tags_are_compared_weakly() {
        for tag in ["\"3-ab\"", "W/\"3-ab\"", "\"3-ab-gz\"", "W/\"3-ab-gz\""] {
            assert_eq!(plain(tag), Some("3-ab"));
        }
        assert_eq!(plain("3-ab"), None);
    }
}
