//! `POST /report-configurations/{id}/recover`: after a receiver's outage, sends every report again that failed since
//! an instant, each under its own `webhook-id`. 202 with their number.

use crate::auth::Caller;
use crate::deletion::closed;
use crate::openapi::examples;
use crate::openapi::parameters::{ConfigurationPath, IdempotencyKey};
use crate::problem::{Code, FieldError, Problem};
use crate::query::Parameters;
use crate::representation::etag::accepted;
use crate::request::{JsonBody, request_body};
use crate::routes::Id;
use crate::{Api, idempotency};
use app::deliveries::RecoverError;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use domain::id::{ConfigurationId, RunId};
use domain::instant::{self, Instant};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

request_body! {
    /// The request body.
    pub(crate) struct RecoverRequestBody {
        /// Runs that were due or started at or after this instant.
        since: Instant,
        /// Continue after this run: the `next_after` of the previous response.
        after: Option<RunId>,
    }
    example: examples::recover_request();
}

/// What to send again.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::recovered()))]
pub(crate) struct RecoveredBody {
    /// Number of reports sent again by this request, or by an earlier request with the same key.
    redeliveries: usize,
    /// True if not everything was examined: repeat the request with `after`.
    has_more: bool,
    /// The last run that was examined. Null at the end.
    #[schema(format = "uuid")]
    next_after: Option<String>,
}

/// Sends every report again whose delivery failed.
///
/// Covers deliveries that failed permanently or used up their attempts since an instant, at most 50 per request.
/// Delivered and pending ones are unchanged.
#[utoipa::path(
    post,
    path = "/report-configurations/{id}/recover",
    operation_id = "recoverDeliveries",
    params(ConfigurationPath, IdempotencyKey),
    request_body(content = RecoverRequestBody, content_type = "application/json"),
    responses((
        status = 202,
        description = "Number of reports that are sent again.",
        body = RecoveredBody,
        headers(("Location" = String, description = "The path of the configuration's runs.")),
    )),
    extensions(("x-problems" = json!(["FORBIDDEN", "RATE_LIMITED"]))),
)]
pub(crate) async fn recover(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(configuration): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
    JsonBody { value: RecoverRequestBody { since, after }, .. }: JsonBody<RecoverRequestBody>,
) -> Result<Response, Problem> {
    Parameters::of(&uri).finish()?;
    if since > api.clock.now() {
        let error = FieldError::at("since", "the instant is in the future: use an instant before now");
        return Err(Problem::validation(vec![error]));
    }
    let behind = after.map(|after| after.to_string()).unwrap_or_default();
    let route = "POST /report-configurations/{id}/recover";
    let key = idempotency::key(&headers, &[route, &configuration.to_string(), &instant::text(since), &behind])?;
    let recovered = api.verbs.recover.recover(caller.user, configuration, (since, after), key.as_ref()).await;
    let recovered = recovered.map_err(refused)?;
    let body = RecoveredBody {
        redeliveries: recovered.redeliveries,
        has_more: recovered.next.is_some(),
        next_after: recovered.next.map(|next| next.to_string()),
    };
    Ok(accepted(Json(body), &format!("/report-runs?configuration_id={configuration}")))
}

fn refused(error: RecoverError) -> Problem {
    let detail = error.to_string();
    match error {
        RecoverError::AccountClosed => closed(detail),
        RecoverError::NoConfiguration => Problem::not_found("report configuration"),
        RecoverError::KeyReused => Problem::new(Code::IdempotencyKeyReused, detail),
        RecoverError::TooMany(error) => Problem::rate_limited(error),
        RecoverError::Store(error) => error.into(),
    }
}
