//! `POST /report-configurations/{id}/recover`: after a receiver's outage, every report that failed to arrive since then is
//! sent again, under its own `webhook-id`. 202 with their number.

use crate::auth::Caller;
use crate::body::{FromMembers, JsonBody, Members};
use crate::deletion::closed;
use crate::problem::{Code, FieldError, Problem};
use crate::query::Parameters;
use crate::representation::etag::accepted;
use crate::routes::Id;
use crate::{Api, idempotency};
use app::deliveries::RecoverError;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use domain::id::{ConfigurationId, RunId};
use domain::instant::{self, Instant};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// The request: `{"since": instant, "after"?: run}`.
pub(crate) struct RecoverRequest {
    since: Instant,
    after: Option<RunId>,
}

impl FromMembers for RecoverRequest {
    fn from_members(members: &mut Members) -> Option<Self> {
        let (since, after) = (members.instant("since"), members.optional("after", RunId::parse));
        Some(Self { since: since?, after: after? })
    }
}

/// The request body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"since": "2026-01-08T00:00:00.000Z"}))]
#[expect(dead_code, reason = "bodies are read member by member; this is their description")]
struct RecoverRequestBody {
    /// Runs that were due or started at or after this instant.
    #[schema(format = DateTime)]
    since: String,
    /// Continue after this run: the `next_after` of the previous response.
    #[schema(format = "uuid")]
    after: Option<String>,
}

/// What to send again.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"redeliveries": 3, "has_more": false, "next_after": null}))]
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
    params(
        ("id" = String, Path, description = "The configuration's id.", example = "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters. A repeat within 24 hours sends nothing twice and completes what an earlier request started.", pattern = "^[!-~]{1,255}$", example = "5f2b7c0e"),
    ),
    request_body(content = RecoverRequestBody, content_type = "application/json"),
    responses((status = 202, description = "Number of reports that are sent again.", body = RecoveredBody, headers(("Location" = String, description = "The path of the configuration's runs.")))),
    extensions(("x-problems" = json!(["FORBIDDEN"]))),
)]
pub(crate) async fn recover(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(configuration): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
    JsonBody(RecoverRequest { since, after }): JsonBody<RecoverRequest>,
) -> Result<Response, Problem> {
    Parameters::of(&uri).finish()?;
    if since > api.clock.now() {
        let error = FieldError::at("since", "the instant is in the future: use an instant before now");
        return Err(Problem::validation(vec![error]));
    }
    let behind = after.map(|after| after.to_string()).unwrap_or_default();
    let route = "POST /report-configurations/{id}/recover";
    let key = idempotency::key(&headers, &[route, &configuration.to_string(), &instant::text(since), &behind])?;
    let recovered = api.recover.recover(caller.user, configuration, (since, after), key.as_ref()).await;
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
        RecoverError::Store(error) => error.into(),
    }
}
