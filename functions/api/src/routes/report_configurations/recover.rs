//! `POST /report-configurations/{id}/recover`: after a receiver's outage, sends every report again that failed since
//! an instant, each under its own `webhook-id`. 202 with their number.

use crate::representation::etag::accepted;
use crate::routes::prelude::{
    Answer, Call, Code, ConfigurationId, ConfigurationPath, FieldError, HeaderMap, Id, IdempotencyKey, Instant, Json,
    JsonBody, Parameters, Problem, RunId, Uri, answer_body, closed, examples, idempotency, instant, request_body,
};
use app::deliveries::{RecoverError, Recovered};

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

answer_body! {
    /// What to send again.
    #[schema(example = json!(examples::recovered()))]
    pub(crate) struct RecoveredBody of(recovered: Recovered) {
        /// Number of reports sent again by this request, or by an earlier request with the same key.
        redeliveries: usize = recovered.redeliveries,
        /// True if not everything was examined: repeat the request with `after`.
        has_more: bool = recovered.next.is_some(),
        /// The last run that was examined. Null at the end.
        #[schema(format = "uuid")]
        next_after: Option<String> = recovered.next.map(|next| next.to_string()),
    }
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
    extensions(("x-problems" = json!(["FORBIDDEN", "WEBHOOK_DISABLED", "RATE_LIMITED"]))),
)]
pub(crate) async fn recover(
    Call(api, caller): Call,
    Id(configuration): Id<ConfigurationId>,
    uri: Uri,
    headers: HeaderMap,
    JsonBody { value: RecoverRequestBody { since, after }, .. }: JsonBody<RecoverRequestBody>,
) -> Answer {
    Parameters::of(&uri).finish()?;
    if since > api.clock.now() {
        let error = FieldError::at("since", "the instant is in the future: use an instant before now");
        return Err(Problem::validation(vec![error]));
    }
    let behind = after.map(|after| after.to_string()).unwrap_or_default();
    let route = "POST /report-configurations/{id}/recover";
    let key = idempotency::key(&headers, &[route, &configuration.to_string(), &instant::text(since), &behind])?;
    let recovered = api.verbs.recover.recover(caller.user, configuration, (since, after), key.as_ref()).await;
    let body = RecoveredBody::of(recovered.map_err(refused)?);
    Ok(accepted(Json(body), &format!("/report-runs?configuration_id={configuration}")))
}

fn refused(error: RecoverError) -> Problem {
    let detail = error.to_string();
    match error {
        RecoverError::AccountClosed => closed(detail),
        RecoverError::NoConfiguration => Problem::not_found("report configuration"),
        RecoverError::Disabled => Problem::new(Code::WebhookDisabled, detail),
        RecoverError::KeyReused => Problem::new(Code::IdempotencyKeyReused, detail),
        RecoverError::TooMany(error) => Problem::rate_limited(error),
        RecoverError::Store(error) => error.into(),
    }
}
