//! `GET /report-runs/{id}/deliveries`: the state of a report's delivery, and every attempt.

use crate::Api;
use crate::auth::Caller;
use crate::openapi::parameters::RunPath;
use crate::openapi::{examples, words};
use crate::page::{ListBody, Pagination};
use crate::problem::Problem;
use crate::query::NoParameters;
use crate::routes::Id;
use app::ports::Attempt;
use axum::Json;
use axum::extract::State;
use domain::delivery::Delivery;
use domain::event::DeliverySubject;
use domain::id::RunId;
use domain::instant;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The delivery's state and its attempts. An attempt in progress has no record yet; attempts are kept for 90 days.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::deliveries()))]
pub(crate) struct DeliveriesBody {
    delivery: DeliveryBody,
    data: Vec<AttemptBody>,
    pagination: Pagination,
}

/// State of the delivery.
#[derive(Serialize, ToSchema)]
pub(super) struct DeliveryBody {
    #[schema(value_type = words::DeliveryState)]
    state: &'static str,
    attempts: u32,
    in_flight: bool,
    next_attempt_at: Option<String>,
}

/// One delivery attempt.
#[derive(Serialize, ToSchema)]
pub(super) struct AttemptBody {
    number: u32,
    attempted_at: String,
    response_status: Option<u16>,
    duration_ms: Option<u64>,
    error_class: Option<String>,
    /// Start of the receiver's response on one line, at most 1,000 bytes, with the request's secrets removed. Null if
    /// it had no text.
    #[schema(max_length = 1000)]
    response_excerpt: Option<String>,
    next_attempt_at: Option<String>,
}

/// Returns the state of a report's delivery and every attempt.
///
/// Oldest attempt first. An attempt in progress has no record yet; attempts are kept for 90 days.
#[utoipa::path(
    get,
    path = "/report-runs/{id}/deliveries",
    operation_id = "listDeliveries",
    params(RunPath),
    responses((status = 200, description = "The delivery.", body = DeliveriesBody)),
)]
pub(crate) async fn deliveries(
    State(api): State<Arc<Api>>,
    caller: Caller,
    _: NoParameters,
    Id(id): Id<RunId>,
) -> Result<Json<DeliveriesBody>, Problem> {
    let run = api.runs.run(caller.user, id).await?.ok_or_else(|| Problem::not_found("report run"))?;
    let attempts = api.deliveries.attempts(caller.user, DeliverySubject::Run(id)).await?;
    let ListBody { data, pagination } = ListBody::whole(attempts.iter().map(AttemptBody::from).collect());
    Ok(Json(DeliveriesBody { delivery: DeliveryBody::from(&run.delivery), data, pagination }))
}

impl From<&Delivery> for DeliveryBody {
    fn from(delivery: &Delivery) -> Self {
        Self {
            state: delivery.state().as_str(),
            attempts: delivery.attempts,
            in_flight: delivery.is_in_flight(),
            next_attempt_at: delivery.next_attempt_at().map(instant::text),
        }
    }
}

impl From<&Attempt> for AttemptBody {
    fn from(attempt: &Attempt) -> Self {
        Self {
            number: attempt.number,
            attempted_at: instant::text(attempt.at),
            response_status: attempt.result.status(),
            duration_ms: attempt.duration_ms,
            error_class: attempt.result.error_class(),
            response_excerpt: attempt.response_excerpt.clone(),
            next_attempt_at: attempt.next_attempt_at.map(instant::text),
        }
    }
}
