//! The door of every request: its id, its size, and the last look at its answer.

use crate::Api;
use crate::body::BODY_BYTES_MAX;
use crate::problem::{Code, Problem};
use app::ports::Entropy;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use std::fmt::Write;
use std::sync::Arc;

/// The header that carries a request's id.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request its id, refuses bodies that are too large whatever the route, turns problems into bodies, and
/// logs what went wrong, once.
pub(crate) async fn door(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let id = request_id(&request, api.entropy.as_ref());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let too_large = usize::try_from(request.body().size_hint().lower()).is_ok_and(|bytes| bytes > BODY_BYTES_MAX);
    let answer = if too_large {
        Problem::new(Code::PayloadTooLarge, "Send at most 256 KiB.").into_response()
    } else {
        next.run(request).await
    };
    let mut answer = with_problem_body(answer, &method, route.as_deref(), &id);
    let headers = answer.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(X_REQUEST_ID, value);
    }
    answer
}

/// The id under which Lambda or API Gateway know the request, else a new one. A caller's own `X-Request-Id` is not
/// taken: the logs must not be led astray.
fn request_id(request: &Request, entropy: &dyn Entropy) -> String {
    let lambda = request.lambda_context_ref().map(|context| context.request_id.clone());
    let gateway = || match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    lambda
        .filter(|id| is_header_text(id))
        .or_else(|| gateway().filter(|id| is_header_text(id)))
        .unwrap_or_else(|| made_up(entropy))
}

fn is_header_text(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic())
}

fn made_up(entropy: &dyn Entropy) -> String {
    entropy.randomness().iter().fold(String::new(), |mut text, byte| {
        // Writing to a text can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn with_problem_body(mut answer: Response, method: &Method, route: Option<&str>, id: &str) -> Response {
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
    let body = if *method == Method::HEAD { Body::empty() } else { Body::from(problem.body(id)) };
    Response::from_parts(parts, body)
}
