//! The errors of the API: `application/problem+json` (RFC 9457). `code` lists the kinds.
//!
//! A handler returns a [`Problem`]. The outermost layer ([`crate::request_id`]) makes it a body, because the request's
//! id is known there. [`Problem::cause`] is for the log only and never reaches a body.

mod code;

pub use code::Code;

use crate::openapi::words;
use app::deliveries::TooManyRequests;
use app::ports::StoreError;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::instant::{self, Instant};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// The suggested wait for running runs to release their slots, in seconds.
const SLOTS_RETRY_SECONDS: i64 = 60;
/// The suggested wait for a store or a key server that does not answer, in seconds.
const UNAVAILABLE_RETRY_SECONDS: i64 = 2;
/// The most invalid values in one answer, so that it does not grow beyond its request.
const ERRORS_MAX: usize = 100;

/// The challenge to a caller without a valid token.
const CHALLENGE: &str = "Bearer realm=\"git-report\"";

/// An invalid field of the body (`pointer` is its JSON pointer, RFC 6901), or an invalid query parameter or header
/// (`pointer` is `/` and its name).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field, parameter or header.
    pub pointer: String,
    /// What is invalid, and what is expected.
    pub detail: String,
}

impl FieldError {
    /// An error at a member of the body, the query or the headers.
    pub fn at(name: &str, detail: impl Into<String>) -> Self {
        Self { pointer: format!("/{}", name.replace('~', "~0").replace('/', "~1")), detail: detail.into() }
    }

    /// An error at a member of a member of the body.
    pub fn within(outer: &str, name: &str, detail: impl Into<String>) -> Self {
        Self::at(name, detail).inside(outer)
    }

    /// The same error, where the body it is in is the member `outer` of another.
    #[must_use]
    pub fn inside(self, outer: &str) -> Self {
        let Self { pointer, detail } = Self::at(outer, self.detail);
        Self { pointer: pointer + &self.pointer, detail }
    }
}

/// The month's quota, for a caller who has used it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaExtras {
    pub limit: u64,
    pub used: u64,
    pub resets_at: Instant,
}

/// A problem before its body is written.
#[derive(Clone, Debug)]
pub struct Problem(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    quota: Option<QuotaExtras>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

impl Problem {
    /// A problem with a sentence for its caller.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let (errors, headers) = (Vec::new(), Vec::new());
        let detail = sentence(&detail.into());
        Self(Box::new(Parts { code, detail, errors, quota: None, headers, cause: None }))
    }

    /// A record that does not exist for this caller.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("The {what} is unknown."))
    }

    /// A missing token. The challenge has no error then (RFC 6750, section 3.1).
    #[must_use]
    pub fn unauthorized(cause: &str) -> Self {
        Self::new(Code::Unauthorized, "Send a valid access token as 'Authorization: Bearer …'.")
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE))
            .caused_by(cause)
    }

    /// A refused token. `description` is for its sender; only the log has the cause.
    #[must_use]
    pub fn invalid_token(description: &'static str, cause: &str) -> Self {
        Self::new(Code::Unauthorized, format!("{description} Send a valid one as 'Authorization: Bearer …'."))
            .challenging("invalid_token", description)
            .caused_by(cause)
    }

    /// A valid token without the claim that the operation needs.
    #[must_use]
    pub fn insufficient_scope(description: &'static str) -> Self {
        Self::new(Code::Forbidden, description).challenging("insufficient_scope", description)
    }

    /// Adds the challenge of RFC 6750. The description is ASCII without quotes, as its grammar demands.
    fn challenging(self, error: &str, description: &str) -> Self {
        let challenge = format!("{CHALLENGE}, error=\"{error}\", error_description=\"{description}\"");
        match HeaderValue::from_str(&challenge) {
            Ok(challenge) => self.with_header(header::WWW_AUTHENTICATE, challenge),
            Err(_) => self,
        }
    }

    /// Invalid values, of which the first 100 are listed.
    #[must_use]
    pub fn validation(mut errors: Vec<FieldError>) -> Self {
        let detail = match errors.len() {
            0..=ERRORS_MAX => "See 'errors' for every invalid value.".to_owned(),
            found => format!("See 'errors' for the first {ERRORS_MAX} of {found} invalid values."),
        };
        errors.truncate(ERRORS_MAX);
        let mut problem = Self::new(Code::ValidationFailed, detail);
        problem.0.errors = errors;
        problem
    }

    /// The month's runs are used up until `quota.resets_at`.
    #[must_use]
    pub fn usage_limit(quota: QuotaExtras, now: Instant, detail: impl Into<String>) -> Self {
        let wait = (quota.resets_at - now).num_seconds().saturating_add(1).max(1);
        let mut problem = Self::new(Code::UsageLimitExceeded, detail).retry_after(wait);
        problem.0.quota = Some(quota);
        problem
    }

    /// Too many of the month's runs did not count: `quota` is the limit on those.
    #[must_use]
    pub fn uncounted_limit(quota: QuotaExtras, now: Instant, detail: impl Into<String>) -> Self {
        let mut problem = Self::usage_limit(quota, now, detail);
        problem.0.code = Code::UncountedRunsExceeded;
        problem
    }

    /// The account's codes for e-mail addresses are used up until `at`.
    #[must_use]
    pub fn email_codes_exceeded(at: Instant, now: Instant, detail: impl Into<String>) -> Self {
        Self::new(Code::EmailCodesExceeded, detail).retry_after((at - now).num_seconds().saturating_add(1).max(1))
    }

    /// Running runs hold the last slots.
    #[must_use]
    pub fn slots_in_use(detail: impl Into<String>) -> Self {
        Self::new(Code::SlotsInUse, detail).retry_after(SLOTS_RETRY_SECONDS)
    }

    /// The account asks for too many deliveries and tests.
    #[must_use]
    pub fn rate_limited(error: TooManyRequests) -> Self {
        Self::new(Code::RateLimited, error.to_string()).retry_after(error.retry_after_seconds)
    }

    /// The git host asks to retry later.
    #[must_use]
    pub fn git_rate_limited(detail: impl Into<String>, retry_after: Duration) -> Self {
        let seconds = i64::try_from(retry_after.as_secs()).unwrap_or(i64::MAX).max(1);
        Self::new(Code::GitRateLimited, detail).retry_after(seconds)
    }

    /// A service that we need does not answer.
    #[must_use]
    pub fn unavailable(cause: &str) -> Self {
        Self::new(Code::ServiceUnavailable, "Try again in a moment.").with_retry().caused_by(cause)
    }

    /// Adds the suggested wait for a service that does not answer.
    #[must_use]
    pub(crate) fn with_retry(self) -> Self {
        self.retry_after(UNAVAILABLE_RETRY_SECONDS)
    }

    /// A fault of this service.
    #[must_use]
    pub fn internal(cause: &str) -> Self {
        Self::new(Code::Internal, "The error is logged under this request's id.").caused_by(cause)
    }

    /// The problem of a bare status, for requests that the framework refused.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::new(Code::NotFound, "No route has this path."),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(Code::MethodNotAllowed, "The Allow header lists the methods of this path.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(Code::PayloadTooLarge, "Send at most 256 KiB."),
            other => Self::internal(&format!("an answer with status {other} and no problem")),
        }
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Adds a cause for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: &str) -> Self {
        self.0.cause = Some(cause.to_owned());
        self
    }

    fn retry_after(self, seconds: i64) -> Self {
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// The problem's code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The cause for the log.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The body as text. `base` is the path of the API at the gateway.
    pub(crate) fn body(&self, request_id: &str, base: &str) -> String {
        let kind = format!("{base}{}", self.0.code.path());
        let body = ProblemBody {
            kind: &kind,
            title: self.0.code.title(),
            status: self.0.code.status().as_u16(),
            detail: &self.0.detail,
            code: self.0.code.as_str(),
            request_id,
            errors: &self.0.errors,
            limit: self.0.quota.map(|quota| quota.limit),
            used: self.0.quota.map(|quota| quota.used),
            resets_at: self.0.quota.map(|quota| instant::text(quota.resets_at)),
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// A text with a capital letter at its beginning and a full stop at its end.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let text = letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()));
    if text.ends_with('.') { text } else { text + "." }
}

/// A problem document (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(crate) struct ProblemBody<'a> {
    /// Stable path that identifies the kind of problem.
    #[serde(rename = "type")]
    kind: &'a str,
    /// Short description, the same for every problem with this code.
    title: &'a str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened, and what to do.
    detail: &'a str,
    /// Machine-readable code of the problem.
    #[schema(value_type = words::ProblemCode)]
    code: &'a str,
    /// Id of the request, as it appears in the logs.
    request_id: &'a str,
    /// Every invalid value, at most the first 100.
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    #[schema(value_type = Option<Vec<FieldError>>, nullable = false, max_items = 100)]
    errors: &'a [FieldError],
    /// Runs that the month allows, if all are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    limit: Option<u64>,
    /// Runs used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    used: Option<u64>,
    /// When the limit resets.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    resets_at: Option<String>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.code.status().into_response();
        for (name, value) in &self.0.headers {
            response.headers_mut().append(name, value.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Busy { retry_after, .. } => {
                let seconds = i64::try_from(retry_after.as_secs()).unwrap_or(SLOTS_RETRY_SECONDS).max(1);
                Self::new(Code::ServiceUnavailable, "Too many requests are in progress. Try again in a moment.")
                    .retry_after(seconds)
                    .caused_by(&error.to_string())
            }
            StoreError::Unavailable { .. } => Self::unavailable(&error.to_string()),
            StoreError::Broken { .. } | StoreError::Unreadable { .. } => Self::internal(&error.to_string()),
        }
    }
}
