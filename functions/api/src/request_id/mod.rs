//! The outermost layer of every request: its id, its size, its time limit (`time_limit`), and the final form of its
//! answer.

pub(crate) mod time_limit;

use crate::Api;
use crate::problem::{Code, Problem};
use crate::representation::{Asked, hex, represented};
use crate::request::BODY_BYTES_MAX;
use adapters::tenants;
use app::ports::Entropy;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use std::sync::Arc;
use tracing::Instrument;

/// The header with a request's id.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A year of https only (RFC 6797). Subdomains are not included, because they are not ours to decide.
const HTTPS_ONLY: &str = "max-age=31536000";

/// Gives the request its id, refuses bodies that are too large for any route, writes the bodies of problems, and logs
/// one line for each request.
pub(crate) async fn outermost(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let id = request_id(&request, api.entropy.as_ref());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let method = known(request.method());
    // The user is recorded when the token has been verified. A query may contain what no log should.
    let span = tracing::error_span!("request", request_id = id, method, route, user = tracing::field::Empty);
    let began = api.clock.now();
    let answered = async {
        let (answer, problem) = answered(&api, &id, request, next).await;
        log(answer.status(), problem.as_ref(), (api.clock.now() - began).num_milliseconds());
        answer
    };
    tenants::isolated(answered).instrument(span).await
}

/// The answer, and the problem that it shows.
async fn answered(api: &Api, id: &str, request: Request, next: Next) -> (Response, Option<Problem>) {
    let asked = Asked::of(&request);
    let base = api.settings.base_path.as_str();
    let too_large = usize::try_from(request.body().size_hint().lower()).is_ok_and(|bytes| bytes > BODY_BYTES_MAX);
    let answer = if too_large {
        Problem::new(Code::PayloadTooLarge, "Send at most 256 KiB.").into_response()
    } else {
        next.run(request).await
    };
    let (answer, mut problem) = with_problem_body(answer, base, id);
    let mut answer = match represented(answer, &asked).await {
        Ok(answer) => answer,
        Err(failure) => {
            let (answer, failure) = with_problem_body(failure.into_response(), base, id);
            problem = failure;
            answer
        }
    };
    let headers = answer.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HTTPS_ONLY));
    prefix_paths(base, headers);
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(X_REQUEST_ID, value);
    }
    (answer, problem)
}

/// A method by its name, if it is one of HTTP's own: a caller can invent any other.
fn known(method: &Method) -> &'static str {
    const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
    METHODS.into_iter().find(|name| *name == method.as_str()).unwrap_or("other")
}

/// Logs the answer. A git host or a model that fails is no fault of the service.
fn log(status: StatusCode, problem: Option<&Problem>, duration_ms: i64) {
    let status = status.as_u16();
    let Some(problem) = problem else {
        tracing::info!(status, duration_ms, "request answered");
        return;
    };
    let (code, cause) = (problem.code().as_str(), problem.cause());
    match problem.code() {
        Code::Internal | Code::ServiceUnavailable => {
            tracing::error!(status, duration_ms, code, cause, "request failed");
        }
        Code::LlmUnavailable => tracing::warn!(status, duration_ms, code, cause, "request failed"),
        _ => tracing::info!(status, duration_ms, code, cause, "request refused"),
    }
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

/// Writes the body of a problem, and returns the problem too.
fn with_problem_body(mut answer: Response, base: &str, id: &str) -> (Response, Option<Problem>) {
    let status = answer.status();
    let problem = answer
        .extensions_mut()
        .remove::<Problem>()
        .or_else(|| (status.is_client_error() || status.is_server_error()).then(|| Problem::of_status(status)));
    let Some(problem) = problem else {
        return (answer, None);
    };
    let (mut parts, _) = answer.into_parts();
    parts.status = problem.code().status();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    (Response::from_parts(parts, Body::from(problem.body(id, base))), Some(problem))
}
