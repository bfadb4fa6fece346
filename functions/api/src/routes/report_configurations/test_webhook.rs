//! `POST /report-configurations/{id}/test-webhook` (also `/test`): a report over the last 7 days, now, sent once to
//! the webhook. It does not count. `?deliver=false` sends nothing. A test that takes too long is ended as failed in
//! time. Any answer of the receiver is a part of the result.

use super::ANSWER_WITHIN;
use crate::openapi::parameters::Deliver;
use crate::routes::prelude::{
    Answer, Api, Call, Code, ConfigurationId, ConfigurationPath, HeaderMap, Id, IdempotencyKey, Json, Parameters,
    Problem, QuotaExtras, Uri, answer_body, closed, idempotency, words,
};
use crate::routes::report_runs::RunBody;
use app::ports::Attempt;
use app::runs::{TestError, Tested};
use domain::delivery::{Delivery, DeliveryState};
use domain::instant::Duration;
use domain::run::{ErrorCode, Failure, Outcome};
use domain::usage::Admission;

/// Time for writing the text, in seconds: a webhook may take 15 s, and 10 s of the rest are reserved for ending the
/// run.
const WRITE_WITHIN_SECONDS: i64 = 20;

answer_body! {
    /// The run with its text, the duration of each step, and the receiver's response.
    #[schema(as = TestedRun)]
    pub(crate) struct TestedBody of(tested: &Tested, total: Duration) {
        #[serde(flatten)]
        run: RunBody = RunBody::of(&tested.run),
        report_content: Option<String> = tested.text.clone(),
        timings: TimingsBody = TimingsBody::of(tested, total),
        webhook: Option<WebhookBody> =
            tested.delivery.as_ref().map(|delivery| WebhookBody::of(delivery, tested.attempt.as_ref())),
    }

    #[doc = "Milliseconds. Null for a step that was skipped; all are null if a repeated idempotency key returns an \
             earlier test."]
    #[expect(clippy::struct_field_names, reason = "each name ends with its unit")]
    struct TimingsBody of(tested: &Tested, total: Duration) {
        fetch_ms: Option<u64> = tested.times.fetch_ms,
        write_ms: Option<u64> = tested.times.write_ms,
        deliver_ms: Option<u64> = tested.deliver_ms,
        total_ms: Option<u64> = u64::try_from(total.num_milliseconds()).ok().filter(|_| !tested.made_before),
    }

    /// Result of the delivery. A receiver that rejects the report is a result of the test, not an error.
    #[schema(as = TestDelivery)]
    struct WebhookBody of(delivery: &Delivery, attempt: Option<&Attempt>) {
        /// The report was delivered.
        delivered: bool = delivery.state() == DeliveryState::Delivered,
        /// HTTP status of the response. Null if there was none.
        status: Option<u16> = delivery.response_status,
        /// `pending` if the result was not known in time; `GET /report-runs/{id}/deliveries` returns it later.
        state: &'static str as words::DeliveryState = delivery.state().as_str(),
        /// The class of failure, such as `http_404`, `timeout`, `connect_timeout`, `dns`, `refused`, `reset`, `tls`,
        /// `closed_early`, `not_http`, `forbidden_address` or `not_taken` (a success status with an error text). Null
        /// if the report was delivered.
        error_class: Option<String> = attempt.and_then(|attempt| attempt.result.error_class()),
        /// Start of the receiver's response on one line, at most 1,000 bytes, with the request's secrets removed. Null
        /// if it had no text.
        #[schema(max_length = 1000)]
        response_excerpt: Option<String> = attempt.and_then(|attempt| attempt.response_excerpt.clone()),
    }
}

/// Runs a test report now, over the last 7 days.
///
/// The report is sent once to the webhook and does not count. It is recorded as a run with the trigger `test`.
#[utoipa::path(
    post,
    path = "/report-configurations/{id}/test-webhook",
    operation_id = "testWebhook",
    params(ConfigurationPath, Deliver, IdempotencyKey),
    responses((status = 200, description = "The run, its text, and the receiver's response.", body = TestedBody)),
    extensions(("x-problems" = json!([
        "FORBIDDEN", "IDEMPOTENCY_KEY_IN_USE", "IDEMPOTENCY_RESULT_DELETED", "USAGE_LIMIT_EXCEEDED",
        "UNCOUNTED_RUNS_EXCEEDED", "SLOTS_IN_USE", "RATE_LIMITED", "REPOSITORY_NOT_FOUND", "TOKEN_INVALID",
        "GIT_RATE_LIMITED", "REPOSITORY_UNREACHABLE", "LLM_UNAVAILABLE",
    ]))),
)]
pub(crate) async fn test_webhook(
    Call(api, caller): Call,
    Id(id): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
) -> Answer<Json<TestedBody>> {
    let mut parameters = Parameters::of(&uri);
    let deliver = parameters.value("deliver", "true or false", |text| text.parse::<bool>().ok()).unwrap_or(true);
    parameters.finish()?;
    let route = "POST /report-configurations/{id}/test-webhook";
    let key = idempotency::key(&headers, &[route, &id.to_string(), &deliver.to_string()])?;
    let began_at = api.clock.now();
    let deadline = began_at + Duration::seconds(WRITE_WITHIN_SECONDS);
    let test = api.verbs.test_report.run(caller.user, id, deliver, deadline, key);
    let tested = tokio::time::timeout(ANSWER_WITHIN, test)
        .await
        .map_err(|_| Problem::unavailable("a test report took longer than its caller waits"))?
        .map_err(|error| refused(&api, error))?;
    if let Some(problem) = failure(&tested) {
        return Err(problem);
    }
    Ok(Json(TestedBody::of(&tested, api.clock.now() - began_at)))
}

/// The problem of a run that failed. A failed delivery is no problem but the requested result.
fn failure(tested: &Tested) -> Option<Problem> {
    match tested.run.end().map(|end| &end.outcome) {
        Some(Outcome::Failed(failure)) => Some(run_failed(failure)),
        _ => None,
    }
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
        TestError::WebhookDisabled => Problem::new(Code::WebhookDisabled, detail),
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
        TestError::TooMany(error) => Problem::rate_limited(error),
        TestError::Store(error) => error.into(),
    }
}
