//! `POST /report-configurations/{id}/run` (also `/manual-trigger`): a report now, over a range of up to 31 days. It
//! counts. 202 with the run, which a worker executes. With `?estimate=true` nothing is started: see
//! [`super::estimate`].

use super::estimate::{EstimateBody, estimate};
use crate::openapi::parameters::Estimate;
use crate::representation::etag::accepted;
use crate::routes::prelude::{
    Answer, Api, Call, Caller, Code, ConfigurationId, ConfigurationPath, FieldError, HeaderMap, Id, IdempotencyKey,
    Instant, IntoResponse, Json, JsonBody, Parameters, Problem, Quota, QuotaExtras, Uri, closed, examples, idempotency,
    instant, request_body,
};
use crate::routes::report_runs::RunBody;
use app::runs::StartError;
use domain::run::{Run, Window, WindowError};

request_body! {
    /// The request body.
    pub(crate) struct RunRequestBody {
        /// Start of the range, inclusive.
        from: Instant,
        /// End of the range, exclusive. At most 31 days after `from`.
        to: Instant,
    }
    example: examples::run_request();
}

impl RunRequestBody {
    /// The range, if it has begun and is not too long.
    fn window(&self, now: Instant) -> Answer<Window> {
        Window::new(self.from, self.to).and_then(|window| window.begun(now)).map_err(|error| {
            let field = match error {
                WindowError::Empty => "to",
                WindowError::TooLong | WindowError::Future => "from",
            };
            Problem::validation(vec![FieldError::at(field, error.to_string())])
        })
    }
}

/// Runs a report now, over a range of at most 31 days.
///
/// The run counts against the monthly limit; without a free slot the response is 429. With `estimate=true` nothing is
/// started, and the response states what the run would use and cost.
#[utoipa::path(
    post,
    path = "/report-configurations/{id}/run",
    operation_id = "startRun",
    params(ConfigurationPath, Estimate, IdempotencyKey),
    request_body(content = RunRequestBody, content_type = "application/json"),
    responses(
        (status = 200, description = "Estimated usage and cost, with `estimate=true`.", body = EstimateBody),
        (
            status = 202,
            description = "The run that was started.",
            body = RunBody,
            headers(("Location" = String, description = "The path of the run.")),
        ),
    ),
    extensions(("x-problems" = json!([
        "FORBIDDEN", "IDEMPOTENCY_RESULT_DELETED", "WEBHOOK_DISABLED", "USAGE_LIMIT_EXCEEDED",
        "UNCOUNTED_RUNS_EXCEEDED", "SLOTS_IN_USE", "REPOSITORY_NOT_FOUND", "TOKEN_INVALID", "GIT_RATE_LIMITED",
        "REPOSITORY_UNREACHABLE",
    ]))),
)]
pub(crate) async fn run(
    Call(api, caller): Call,
    Id(configuration): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
    JsonBody { value: request, .. }: JsonBody<RunRequestBody>,
) -> Answer {
    let mut parameters = Parameters::of(&uri);
    let estimated = parameters.value("estimate", "true or false", |text| text.parse::<bool>().ok()).unwrap_or(false);
    // Checked before anything starts: an unknown parameter could have been meant to prevent it.
    parameters.finish()?;
    let now = api.clock.now();
    let window = request.window(now)?;
    let key = idempotency::key(
        &headers,
        &[
            "POST /report-configurations/{id}/run",
            &configuration.to_string(),
            &instant::text(window.from),
            &instant::text(window.to),
        ],
    )?;
    if estimated {
        return estimate(&api, caller, configuration, window).await;
    }
    let started = api.verbs.start_manual_run.start(caller.user, configuration, window, key).await;
    let quota = quota(&api, caller, &started).await;
    let mut answer = match started {
        Ok(run) => accepted(Json(RunBody::of(&run)), &format!("/report-runs/{}", run.id)),
        Err(error) => refused(&api, error).into_response(),
    };
    if let Some(quota) = quota {
        quota.write(answer.headers_mut(), api.clock.now());
    }
    Ok(answer)
}

/// The month's remaining quota. A refusal contains it; after a start it is read, and if that fails the answer has no
/// quota headers, because the run has begun.
async fn quota(api: &Api, caller: Caller, started: &Result<Run, StartError>) -> Option<Quota> {
    match started {
        Ok(_) => match api.verbs.read_usage.current(caller.user).await {
            Ok(usage) => Some(Quota::from(&usage)),
            Err(error) => {
                tracing::warn!(%error, "no quota headers");
                None
            }
        },
        Err(
            StartError::LimitReached { limit, resets_at, .. }
            | StartError::UncountedReached { limit, resets_at, .. }
            | StartError::SlotsInUse { limit, resets_at, .. },
        ) => Some(Quota { limit: *limit, remaining: 0, resets_at: *resets_at }),
        Err(_) => None,
    }
}

/// The error's own text is written for people, so it becomes the detail.
fn refused(api: &Api, error: StartError) -> Problem {
    let detail = error.to_string();
    match error {
        StartError::AccountClosed => closed(detail),
        StartError::NoConfiguration => Problem::not_found("report configuration"),
        StartError::NoRepository => Problem::new(Code::RepositoryNotFound, detail),
        StartError::WebhookDisabled => Problem::new(Code::WebhookDisabled, detail),
        StartError::LimitReached { limit, used, resets_at } => {
            Problem::usage_limit(QuotaExtras { limit, used, resets_at }, api.clock.now(), detail)
        }
        StartError::UncountedReached { bound: limit, used, resets_at, .. } => {
            Problem::uncounted_limit(QuotaExtras { limit, used, resets_at }, api.clock.now(), detail)
        }
        StartError::SlotsInUse { .. } => Problem::slots_in_use(detail),
        StartError::MadeAndDeleted => Problem::new(Code::IdempotencyResultDeleted, detail),
        StartError::KeyReused => Problem::new(Code::IdempotencyKeyReused, detail),
        StartError::Store(error) => error.into(),
    }
}
