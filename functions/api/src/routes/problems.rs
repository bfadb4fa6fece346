//! `GET /problems/{code}`: the page to which the `type` of a problem leads: what happened and what to do.

use crate::Api;
use crate::problem::{Code, Problem};
use crate::query::NoParameters;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The page loads no resource and runs no script.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What a kind of problem means, and what to do about it.
///
/// The `type` of every problem leads to its page.
#[utoipa::path(
    get,
    path = "/problems/{code}",
    operation_id = "explainProblem",
    security(()),
    params(("code" = String, Path, description = "The last part of a problem's `type`.",
        example = "usage-limit-exceeded")),
    responses((status = 200, description = "A page for people.", body = String, content_type = "text/html")),
)]
pub(crate) async fn problem(
    State(api): State<Arc<Api>>,
    _: NoParameters,
    path: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<Response, Problem> {
    let wanted = path.map(|Path(text)| format!("/problems/{text}")).unwrap_or_default();
    let code = Code::ALL.iter().copied().find(|code| code.path() == wanted);
    let code = code.ok_or_else(|| Problem::not_found("kind of problem"))?;
    let mut answer = page(code, &api.settings.base_path).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(answer)
}

/// The page contains no text of a caller.
fn page(code: Code, base: &str) -> String {
    let (title, name, status) = (code.title(), code.as_str(), code.status().as_u16());
    let (meaning, remedy) = explanation(code);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} ({name})</title>\n\
         <style>body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }}\
         </style>\n\
         </head>\n<body>\n<h1>{title}</h1>\n<p><code>{name}</code>, HTTP status {status}</p>\n\
         <h2>What it means</h2>\n<p>{meaning}</p>\n<h2>What to do</h2>\n<p>{remedy}</p>\n\
         <p>The answer's <code>detail</code> describes the case, and its <code>request_id</code> finds it in the \
         logs. All problems: <a href=\"{base}/openapi.json\">openapi.json</a>.</p>\n</body>\n</html>\n"
    )
}

/// What happened, and what to do.
fn explanation(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::Unauthorized => (
            "The request has no access token, or one that is expired or invalid.",
            "Sign in again and send the new token as 'Authorization: Bearer …'. The header WWW-Authenticate states \
                what is wrong with the token.",
        ),
        Code::Forbidden => (
            "The token is valid, but its user may not do this: it is for administrators, or the account is closed.",
            "Ask an administrator.",
        ),
        Code::NotFound => {
            ("The record does not exist, was deleted, or belongs to another user.", "Check the id or the path.")
        }
        Code::ValidationFailed => (
            "One or more values of the body, the query or the headers are missing, unknown or wrong.",
            "Correct the values that 'errors' names by their pointers, and send the request again.",
        ),
        Code::MalformedJson => {
            ("The body is not valid JSON.", "Correct the body. No key may appear twice in an object.")
        }
        Code::InvalidCursor => (
            "The cursor was changed, or comes from a list with other filters.",
            "Send the 'next_cursor' of a page as it is and with the same filters, or start again without a cursor.",
        ),
        Code::PayloadTooLarge => ("The body has more than 256 KiB.", "Send a smaller body."),
        Code::UnsupportedMediaType => (
            "The body is not declared as JSON, or it is compressed.",
            "Send JSON with 'Content-Type: application/json' and without 'Content-Encoding'.",
        ),
        Code::MethodNotAllowed => {
            ("The path exists, but not with this method.", "Use a method that the header Allow names.")
        }
        Code::Conflict => (
            "The record's state doesn't allow this: for example, a run that has ended can't be cancelled.",
            "Read the record, and decide again.",
        ),
        Code::RepositoryExists => (
            "The account has this repository already, under the same address.",
            "Use the repository that exists: 'detail' names it.",
        ),
        Code::IdempotencyKeyReused => (
            "The Idempotency-Key was used within 24 hours for a request with another path or body.",
            "Use a new key for each new request, and the same key only to repeat one.",
        ),
        Code::IdempotencyResultDeleted => {
            ("The Idempotency-Key repeats a request whose result was deleted since.", "Use a new key to make it again.")
        }
        Code::IdempotencyKeyInUse => (
            "The first request with this Idempotency-Key has not ended.",
            "Wait for its answer, or repeat this request with the same key later.",
        ),
        Code::UncountedRunsExceeded => (
            "Too many runs of this month ended without a counted report: tests, failures, and reports without the \
                model.",
            "Wait until 'resets_at', or ask for a larger plan. Look for what makes the runs fail.",
        ),
        Code::UsageLimitExceeded => (
            "The plan's reports of this month are used up.",
            "Wait until 'resets_at', or ask for a larger plan. Scheduled reports continue by themselves then, and \
                nothing is lost.",
        ),
        Code::SlotsInUse => (
            "Reports that are being written hold the last places of this month's limit.",
            "Try again after 'Retry-After' seconds.",
        ),
        Code::PlanLimitReached => (
            "The plan allows no more records of this kind, or no schedule that is this frequent.",
            "Delete a record, choose a less frequent schedule, or ask for a larger plan.",
        ),
        Code::PreconditionFailed => (
            "The record was changed since it was read: its version is not the one that If-Match names.",
            "Read it again, and repeat the change.",
        ),
        Code::RepositoryUnreachable => (
            "The git host can't be reached, or refuses access.",
            "Try again later. If it persists, check the address, the token and the host's status page.",
        ),
        Code::RepositoryNotFound => (
            "The git host does not know the repository, or the token may not read it.",
            "Check the address of the repository, and the token's access.",
        ),
        Code::TokenInvalid => (
            "The git host refused the repository's access token.",
            "Create a token that may read the repository, and set it on the repository.",
        ),
        Code::GitRateLimited => (
            "The git host limits requests and asks to wait.",
            "Try again after 'Retry-After' seconds. A repository with a token has a higher limit.",
        ),
        Code::LlmUnavailable => ("The language model is unavailable.", "Try again later."),
        Code::ServiceUnavailable => (
            "Something that the service needs does not answer.",
            "Try again after 'Retry-After' seconds, with the same Idempotency-Key.",
        ),
        Code::Internal => ("The service has a fault.", "Try again. If it persists, report the 'request_id'."),
    }
}
