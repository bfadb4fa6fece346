//! `GET /report-runs/{id}/deliveries`: the state of a report's delivery, and every attempt.

use crate::routes::prelude::{
    Answer, Call, Id, Json, ListBody, NoParameters, Pagination, Problem, RunId, RunPath, answer_body, examples,
    instant, words,
};
use app::ports::Attempt;
use domain::delivery::Delivery;
use domain::event::DeliverySubject;

answer_body! {
    /// The delivery's state and its attempts. An attempt in progress has no record yet; attempts are kept for 90 days.
    #[schema(example = json!(examples::deliveries()))]
    pub(crate) struct DeliveriesBody of(delivery: &Delivery, attempts: &[Attempt])
        let ListBody { data, pagination } = ListBody::whole(attempts.iter().map(AttemptBody::of).collect());
    {
        delivery: DeliveryBody = DeliveryBody::of(delivery),
        data: Vec<AttemptBody> = data,
        pagination: Pagination = pagination,
    }

    /// State of the delivery.
    pub(crate) struct DeliveryBody of(delivery: &Delivery) {
        state: &'static str as words::DeliveryState = delivery.state().as_str(),
        attempts: u32 = delivery.attempts,
        in_flight: bool = delivery.is_in_flight(),
        /// The receiver's status in the last attempt that got one.
        last_status: Option<u16> = delivery.response_status,
        next_attempt_at: Option<String> = delivery.next_attempt_at().map(instant::text),
    }

    /// One delivery attempt.
    pub(crate) struct AttemptBody of(attempt: &Attempt) {
        number: u32 = attempt.number,
        attempted_at: String = instant::text(attempt.at),
        response_status: Option<u16> = attempt.result.status(),
        duration_ms: Option<u64> = attempt.duration_ms,
        error_class: Option<String> = attempt.result.error_class(),
        /// Start of the receiver's response on one line, at most 1,000 bytes, with the request's secrets removed. Null
        /// if it had no text.
        #[schema(max_length = 1000)]
        response_excerpt: Option<String> = attempt.response_excerpt.clone(),
        next_attempt_at: Option<String> = attempt.next_attempt_at.map(instant::text),
    }
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
    Call(api, caller): Call,
    _: NoParameters,
    Id(id): Id<RunId>,
) -> Answer<Json<DeliveriesBody>> {
    let run = api.runs.run(caller.user, id).await?.ok_or_else(|| Problem::not_found("report run"))?;
    let attempts = api.deliveries.attempts(caller.user, DeliverySubject::Run(run.id)).await?;
    Ok(Json(DeliveriesBody::of(&run.delivery, &attempts)))
}
