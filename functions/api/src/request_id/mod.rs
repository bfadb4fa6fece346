//! The outermost layer of every request: its id, its size, its time limit (`time_limit`), and the final form of its
//! answer.

pub(crate) mod time_limit;

use crate::Api;
use crate::problem::{Code, Problem};
use crate::representation::{Asked, hex, represented};
use crate::request::BODY_BYTES_MAX;
use app::ports::Entropy;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use std::sync::Arc;

/// The header with a request's id.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A year of https only (RFC 6797). Subdomains are not included, because they are not ours to decide.
const HTTPS_ONLY: &str = "max-age=31536000";

/// Gives the request its id, refuses bodies that are too large for any route, writes the bodies of problems, and logs
/// each error once.
pub(crate) async fn outermost(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let id = request_id(&request, api.entropy.as_ref());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let asked = Asked::of(&request);
    let base = api.settings.base_path.as_str();
    let too_large = usize::try_from(request.body().size_hint().lower()).is_ok_and(|bytes| bytes > BODY_BYTES_MAX);
    let answer = if too_large {
        Problem::new(Code::PayloadTooLarge, "Send at most 256 KiB.").into_response()
    } else {
        next.run(request).await
    };
    let place = (route.as_deref(), base);
    let answer = with_problem_body(answer, &method, place, &id);
    let mut answer = match represented(answer, &asked).await {
        Ok(answer) => answer,
        Err(problem) => with_problem_body(problem.into_response(), &method, place, &id),
    };
    let headers = answer.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HTTPS_ONLY));
    prefix_paths(base, headers);
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(X_REQUEST_ID, value);
    }
    answer
}

/// The id of the request in Lambda or API Gateway, else a new one. A caller's own `X-Request-Id` is ignored, because
/// it could make the logs misleading.
fn request_id(request: &Request, entropy: &dyn Entropy) -> String {
    let lambda = request.lambda_context_ref().map(|context| context.request_id.clone());
    let gateway = || match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    lambda
        .filter(|id| is_header_text(id))
        .or_else(|| gateway().filter(|id| is_header_text(id)))
        .unwrap_or_else(|| hex(&entropy.randomness()))
}

fn is_header_text(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Puts the API's path at the gateway before our paths in the headers.
fn prefix_paths(base: &str, headers: &mut HeaderMap) {
    if base.is_empty() {
        return;
    }
    for (name, opening) in [(header::LOCATION, "/"), (header::LINK, "</")] {
        let value = headers.get(&name).and_then(|value| value.to_str().ok());
        let rest = value.and_then(|value| value.strip_prefix(opening)).unwrap_or_default();
        let start = opening.trim_end_matches('/');
        if let Some(value) = HeaderValue::from_str(&format!("{start}{base}/{rest}")).ok().filter(|_| !rest.is_empty()) {
            headers.insert(name, value);
        }
    }
}

fn with_problem_body(mut answer: Response, method: &Method, (route, base): (Option<&str>, &str), id: &str) -> Response {
    let status = answer.status();
    let problem = answer
        .extensions_mut()
        .remove::<Problem>()
        .or_else(|| (status.is_client_error() || status.is_server_error()).then(|| Problem::of_status(status)));
    let Some(problem) = problem else {
        return answer;
    };
    let (code, cause) = (problem.code().as_str(), problem.cause().unwrap_or_default());
    if problem.code().status().is_server_error() {
        tracing::error!(request_id = id, %method, route, code, cause, "request failed");
    } else {
        tracing::info!(request_id = id, %method, route, code, cause, "request refused");
    }
    let (mut parts, _) = answer.into_parts();
    parts.status = problem.code().status();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Response::from_parts(parts, Body::from(problem.body(id, base)))
}
