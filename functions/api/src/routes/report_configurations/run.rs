//! `POST /report-configurations/{id}/run` (also `/manual-trigger`): a report now, over a range of up to 31 days. It
//! counts. 202 with the run, which a worker takes up. With `?estimate=true` nothing begins: see [`super::estimate`].

use super::estimate::{EstimateBody, estimate};
use crate::auth::Caller;
use crate::body::{FromMembers, JsonBody, Members};
use crate::deletion::closed;
use crate::problem::{Code, FieldError, Problem, QuotaExtras};
use crate::query::Parameters;
use crate::quota::Quota;
use crate::representation::etag::accepted;
use crate::routes::Id;
use crate::routes::report_runs::RunBody;
use crate::{Api, idempotency};
use app::runs::StartError;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use domain::id::ConfigurationId;
use domain::instant;
use domain::run::{Run, Window, WindowError};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The request: `{"from": instant, "to": instant}`, the end excluded.
pub(crate) struct RunRequest {
    window: Window,
}

impl FromMembers for RunRequest {
    fn from_members(members: &mut Members) -> Option<Self> {
        let (from, to) = (members.instant("from"), members.instant("to"));
        match Window::new(from?, to?) {
            Ok(window) => Some(Self { window }),
            Err(error) => {
                let member = match error {
                    WindowError::Empty => "to",
                    WindowError::TooLong | WindowError::Future => "from",
                };
                members.wrong(member, error.to_string());
                None
            }
        }
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
    params(
        ("id" = String, Path, description = "The configuration's id.", example = "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b"),
        ("estimate" = Option<bool>, Query, description = "`true` starts nothing and returns the expected commits, tokens and cost.", example = false),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters. A repeat within 24 hours returns what the first request created, in its current state.", pattern = "^[!-~]{1,255}$", example = "5f2b7c0e"),
    ),
    request_body(content = RunRequestBody, content_type = "application/json"),
    responses(
        (status = 200, description = "Estimated usage and cost, with `estimate=true`.", body = EstimateBody),
        (status = 202, description = "The run that was started.", body = RunBody, headers(("Location" = String, description = "The path of the run."))),
    ),
    extensions(("x-problems" = json!(["FORBIDDEN", "IDEMPOTENCY_RESULT_DELETED", "USAGE_LIMIT_EXCEEDED", "UNCOUNTED_RUNS_EXCEEDED", "SLOTS_IN_USE", "REPOSITORY_NOT_FOUND", "TOKEN_INVALID", "GIT_RATE_LIMITED", "REPOSITORY_UNREACHABLE"]))),
)]
pub(crate) async fn run(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(configuration): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
    JsonBody(request): JsonBody<RunRequest>,
) -> Result<Response, Problem> {
    let mut parameters = Parameters::of(&uri);
    let estimated = parameters.value("estimate", "true or false", |text| text.parse::<bool>().ok()).unwrap_or(false);
    // One that would change what happens must not be passed over.
    parameters.finish()?;
    let now = api.clock.now();
    let window = request
        .window
        .begun(now)
        .map_err(|error| Problem::validation(vec![FieldError::at("from", error.to_string())]))?;
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
    let started = api.start_manual_run.start(caller.user, configuration, window, key).await;
    let quota = quota(&api, caller, &started).await;
    let mut answer = match started {
        Ok(run) => accepted(Json(RunBody::from(&run)), &format!("/report-runs/{}", run.id)),
        Err(error) => refused(&api, error).into_response(),
    };
    if let Some(quota) = quota {
        quota.write(answer.headers_mut(), api.clock.now());
    }
    Ok(answer)
}

/// Runs a report now (alias of `/run`).
#[utoipa::path(
    post,
    path = "/report-configurations/{id}/manual-trigger",
    operation_id = "triggerRun",
    params(
        ("id" = String, Path, description = "The configuration's id.", example = "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b"),
        ("estimate" = Option<bool>, Query, description = "`true` starts nothing and returns the expected commits, tokens and cost.", example = false),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters. A repeat within 24 hours returns what the first request created, in its current state.", pattern = "^[!-~]{1,255}$", example = "5f2b7c0e"),
    ),
    request_body(content = RunRequestBody, content_type = "application/json"),
    responses(
        (status = 200, description = "Estimated usage and cost, with `estimate=true`.", body = EstimateBody),
        (status = 202, description = "The run that was started.", body = RunBody, headers(("Location" = String, description = "The path of the run."))),
    ),
    extensions(("x-problems" = json!(["FORBIDDEN", "IDEMPOTENCY_RESULT_DELETED", "USAGE_LIMIT_EXCEEDED", "UNCOUNTED_RUNS_EXCEEDED", "SLOTS_IN_USE", "REPOSITORY_NOT_FOUND", "TOKEN_INVALID", "GIT_RATE_LIMITED", "REPOSITORY_UNREACHABLE"]))),
)]
pub(crate) async fn manual_trigger(
    state: State<Arc<Api>>,
    caller: Caller,
    id: Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody<RunRequest>,
) -> Result<Response, Problem> {
    run(state, caller, id, uri, headers, body).await
}

/// The request body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from": "2026-01-08T00:00:00.000Z", "to": "2026-01-15T00:00:00.000Z"}))]
#[expect(dead_code, reason = "bodies are read member by member; this is their description")]
struct RunRequestBody {
    /// Start of the range, inclusive.
    #[schema(format = DateTime)]
    from: String,
    /// End of the range, exclusive. At most 31 days after `from`.
    #[schema(format = DateTime)]
    to: String,
}

/// What is left of the month. A refusal says so itself; after a start it is read, and where that fails the answer goes
/// without: the run has begun.
async fn quota(api: &Api, caller: Caller, started: &Result<Run, StartError>) -> Option<Quota> {
    match started {
        Ok(_) => match api.read_usage.current(caller.user).await {
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

/// The verb's own sentence goes to the caller: it is written for people.
fn refused(api: &Api, error: StartError) -> Problem {
    let detail = error.to_string();
    match error {
        StartError::AccountClosed => closed(detail),
        StartError::NoConfiguration => Problem::not_found("report configuration"),
        StartError::NoRepository => Problem::new(Code::RepositoryNotFound, detail),
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
