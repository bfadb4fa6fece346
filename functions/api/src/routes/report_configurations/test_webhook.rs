//! `POST /report-configurations/{id}/test-webhook` (also `/test`): a report over the last 7 days, now, sent once to the
//! webhook. It does not count. `?deliver=false` sends nothing. A test that takes too long is ended as failed in time.

use super::ANSWER_WITHIN;
use crate::auth::Caller;
use crate::deletion::closed;
use crate::openapi::words;
use crate::problem::{Code, Problem, QuotaExtras};
use crate::query::Parameters;
use crate::routes::Id;
use crate::routes::report_runs::RunBody;
use crate::{Api, idempotency};
use app::test_report::{TestError, Tested};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use domain::delivery::{Delivery, DeliveryState};
use domain::id::ConfigurationId;
use domain::instant::{Duration, Instant};
use domain::run::{ErrorCode, Failure, Outcome};
use domain::usage::Admission;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Until when the text must be written: a webhook may take 15 s, and 10 s of the rest are kept for ending the run.
const WRITE_WITHIN_SECONDS: i64 = 20;

/// The run, with its text, what each step took, and how the webhook took it.
#[derive(Serialize, ToSchema)]
#[schema(as = TestedRun)]
pub(crate) struct TestedBody {
    #[serde(flatten)]
    run: RunBody,
    report_content: Option<String>,
    timings: TimingsBody,
    webhook: Option<WebhookBody>,
}

/// Milliseconds; null for a step that was not taken, and all of them where a repeated key answers an earlier test.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "a member's unit stands in its name")]
struct TimingsBody {
    fetch_ms: Option<u64>,
    write_ms: Option<u64>,
    deliver_ms: Option<u64>,
    total_ms: Option<u64>,
}

/// How the webhook took the report.
#[derive(Serialize, ToSchema)]
#[schema(as = TestDelivery)]
struct WebhookBody {
    delivered: bool,
    status: Option<u16>,
    #[schema(value_type = words::DeliveryState)]
    state: &'static str,
}

/// A test report now, over the last 7 days.
///
/// It is sent once to the webhook, and does not count. It is recorded as a run with the trigger `test`.
#[utoipa::path(
    post,
    path = "/report-configurations/{id}/test-webhook",
    operation_id = "testWebhook",
    params(
        ("id" = String, Path, description = "The configuration's id.", example = "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b"),
        ("deliver" = Option<bool>, Query, description = "Whether the report is sent to the webhook; `false` shows it alone.", example = false),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters. A repeat within 24 h answers what the first request made, as it is now.", pattern = "^[!-~]{1,255}$", example = "5f2b7c0e"),
    ),
    responses((status = 200, description = "The run, its text, and how the webhook took it.", body = TestedBody)),
    extensions(("x-problems" = json!(["FORBIDDEN", "IDEMPOTENCY_KEY_IN_USE", "IDEMPOTENCY_RESULT_DELETED", "USAGE_LIMIT_EXCEEDED", "UNCOUNTED_RUNS_EXCEEDED", "SLOTS_IN_USE", "REPOSITORY_NOT_FOUND", "TOKEN_INVALID", "GIT_RATE_LIMITED", "REPOSITORY_UNREACHABLE", "LLM_UNAVAILABLE", "WEBHOOK_DELIVERY_FAILED"]))),
)]
pub(crate) async fn test_webhook(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<TestedBody>, Problem> {
    let mut parameters = Parameters::of(&uri);
    let deliver = parameters.value("deliver", "true or false", |text| text.parse::<bool>().ok()).unwrap_or(true);
    parameters.finish()?;
    let route = "POST /report-configurations/{id}/test-webhook";
    let key = idempotency::key(&headers, &[route, &id.to_string(), &deliver.to_string()])?;
    let began_at = api.clock.now();
    let deadline = began_at + Duration::seconds(WRITE_WITHIN_SECONDS);
    let test = api.test_report.run(caller.user, id, deliver, deadline, key);
    let tested = tokio::time::timeout(ANSWER_WITHIN, test)
        .await
        .map_err(|_| Problem::unavailable("a test report took longer than its caller waits"))?
        .map_err(|error| refused(&api, error))?;
    if let Some(problem) = failure(&tested) {
        return Err(problem);
    }
    Ok(Json(body(tested, began_at, api.clock.now())))
}

/// A test report now: another name of `/test-webhook`.
#[utoipa::path(
    post,
    path = "/report-configurations/{id}/test",
    operation_id = "testReport",
    params(
        ("id" = String, Path, description = "The configuration's id.", example = "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b"),
        ("deliver" = Option<bool>, Query, description = "Whether the report is sent to the webhook; `false` shows it alone.", example = false),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters. A repeat within 24 h answers what the first request made, as it is now.", pattern = "^[!-~]{1,255}$", example = "5f2b7c0e"),
    ),
    responses((status = 200, description = "The run, its text, and how the webhook took it.", body = TestedBody)),
    extensions(("x-problems" = json!(["FORBIDDEN", "IDEMPOTENCY_KEY_IN_USE", "IDEMPOTENCY_RESULT_DELETED", "USAGE_LIMIT_EXCEEDED", "UNCOUNTED_RUNS_EXCEEDED", "SLOTS_IN_USE", "REPOSITORY_NOT_FOUND", "TOKEN_INVALID", "GIT_RATE_LIMITED", "REPOSITORY_UNREACHABLE", "LLM_UNAVAILABLE", "WEBHOOK_DELIVERY_FAILED"]))),
)]
pub(crate) async fn test(
    state: State<Arc<Api>>,
    caller: Caller,
    id: Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<TestedBody>, Problem> {
    test_webhook(state, caller, id, uri, headers).await
}

fn body(tested: Tested, began_at: Instant, now: Instant) -> TestedBody {
    TestedBody {
        run: RunBody::from(&tested.run),
        report_content: tested.text,
        timings: TimingsBody {
            fetch_ms: tested.times.fetch_ms,
            write_ms: tested.times.write_ms,
            deliver_ms: tested.deliver_ms,
            total_ms: u64::try_from((now - began_at).num_milliseconds()).ok().filter(|_| !tested.made_before),
        },
        webhook: tested.delivery.as_ref().map(|delivery| WebhookBody {
            delivered: delivery.state == DeliveryState::Delivered,
            status: delivery.response_status,
            state: delivery.state.as_str(),
        }),
    }
}

/// What a test is made to find out: the run failed, or the webhook did not take the message.
fn failure(tested: &Tested) -> Option<Problem> {
    if let Some(Outcome::Failed(failure)) = tested.run.end().map(|end| &end.outcome) {
        return Some(run_failed(failure));
    }
    let delivery = tested.delivery.as_ref().filter(|delivery| delivery.state != DeliveryState::Delivered)?;
    if tested.made_before && delivery.state == DeliveryState::Pending {
        // The first request has not come to its end: nothing is known to be wrong yet.
        return None;
    }
    Some(Problem::new(Code::WebhookDeliveryFailed, undelivered(delivery, &tested.run.id.to_string())))
}

fn undelivered(delivery: &Delivery, run: &str) -> String {
    let answer = match delivery.response_status {
        None => "gave no answer".to_owned(),
        // An old connector of Teams says 200 whatever became of the message.
        Some(status @ 200..=299) => format!("answered with status {status} and words that say it did not take it"),
        Some(status) => format!("answered with status {status}"),
    };
    format!("The report was written, but the webhook {answer}. It is kept as run {run}.")
}

fn run_failed(failure: &Failure) -> Problem {
    let code = match failure.code {
        ErrorCode::RepositoryNotFound => Code::RepositoryNotFound,
        ErrorCode::TokenInvalid => Code::TokenInvalid,
        ErrorCode::GitRateLimited => Code::GitRateLimited,
        ErrorCode::GitUnavailable => Code::RepositoryUnreachable,
        ErrorCode::LlmUnavailable | ErrorCode::LlmRejected => Code::LlmUnavailable,
        ErrorCode::RunAbandoned => {
            return Problem::new(Code::ServiceUnavailable, failure.message.clone()).with_retry();
        }
        ErrorCode::Internal => return Problem::internal(&failure.message),
    };
    Problem::new(code, failure.message.clone())
}

fn refused(api: &Api, error: TestError) -> Problem {
    let detail = error.to_string();
    match error {
        TestError::AccountClosed => closed(detail),
        TestError::NoConfiguration => Problem::not_found("report configuration"),
        TestError::NoRepository => Problem::new(Code::RepositoryNotFound, detail),
        TestError::NotAdmitted { admission: Admission::SlotsInUse, .. } => Problem::slots_in_use(detail),
        TestError::NotAdmitted { admission: Admission::UncountedReached, resets_at, limit, used } => {
            Problem::uncounted_limit(QuotaExtras { limit, used, resets_at }, api.clock.now(), detail)
        }
        TestError::NotAdmitted { resets_at, limit, used, .. } => {
            Problem::usage_limit(QuotaExtras { limit, used, resets_at }, api.clock.now(), detail)
        }
        TestError::InProgress => Problem::new(Code::IdempotencyKeyInUse, detail).with_retry(),
        TestError::MadeAndDeleted => Problem::new(Code::IdempotencyResultDeleted, detail),
        TestError::KeyReused => Problem::new(Code::IdempotencyKeyReused, detail),
        TestError::Store(error) => error.into(),
    }
}
