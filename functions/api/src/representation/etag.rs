//! `ETag` and `If-Match`: an edit applies only to the version that its caller has seen (RFC 9110, sections 8.8.3 and
//! 13.1.1).

use app::holdings::Expected;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The version that the caller expects. Without the header, or with `*`, any; a malformed or weak tag matches no
/// version.
pub(crate) fn expected(headers: &HeaderMap) -> Expected {
    let mut values = headers.get_all(header::IF_MATCH).iter().peekable();
    if values.peek().is_none() {
        return Expected::Any;
    }
    let tags: Vec<&str> = values.filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(',')).collect();
    if tags.iter().any(|tag| tag.trim() == "*") {
        return Expected::Any;
    }
    // The body's hash changes with every run; an edit compares the version only.
    let version = |tag: &&str| {
        let text = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
        text.split_once('-').map_or(text, |(version, _)| version).parse().ok()
    };
    Expected::Version(tags.iter().filter_map(version).collect())
}

/// The answer with the tag of a version, to which the body's hash is added: see [`crate::representation`].
pub(crate) fn tagged(answer: impl IntoResponse, version: u64) -> Response {
    let mut answer = answer.into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

/// 202 with the path at which the progress can be read.
pub(crate) fn accepted(body: impl IntoResponse, place: &str) -> Response {
    let mut answer = (StatusCode::ACCEPTED, body).into_response();
    if let Ok(place) = HeaderValue::from_str(place) {
        answer.headers_mut().insert(header::LOCATION, place);
    }
    answer
}

/// 201 with the tag of a version and the path of the new record.
pub(crate) fn created(body: impl IntoResponse, version: u64, place: &str) -> Response {
    let mut answer = tagged((StatusCode::CREATED, body), version);
    if let Ok(place) = HeaderValue::from_str(place) {
        answer.headers_mut().insert(header::LOCATION, place);
    }
    answer
}
