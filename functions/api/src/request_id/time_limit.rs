//! The time limit of a request, and its budget for a table that fails.

use crate::Api;
use crate::problem::Problem;
use adapters::boot::{Role, deadline};
use adapters::dynamodb::{Allowance, Budget};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lambda_http::RequestExt;
use std::sync::Arc;
use std::time::Duration;

/// What an answer needs of the invocation's time.
const ANSWER_RESERVE: Duration = Duration::from_secs(2);
/// When a request is answered at the latest: before the function ends, and so before API Gateway gives up.
const ANSWER_WITHIN: Duration = Role::Api.timeout().saturating_sub(ANSWER_RESERVE);

/// Gives the request its budget for the table, and answers 503 before the gateway gives up, whatever hangs. The work
/// under way is then dropped at its next step, as if the process had died: every step is safe against that.
pub(crate) async fn time_limit(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let limit = ANSWER_WITHIN.min(time_left(&api, &request));
    let budget = Budget::new(Allowance::REQUEST, Some(limit));
    match tokio::time::timeout(limit, budget.within(next.run(request))).await {
        Ok(answer) => answer,
        Err(_) => Problem::unavailable("the request took too long").into_response(),
    }
}

/// The rest of the invocation's time without the reserve; outside of Lambda, more than the limit.
fn time_left(api: &Api, request: &Request) -> Duration {
    let Some(context) = request.lambda_context_ref() else { return ANSWER_WITHIN };
    let now = api.clock.now();
    let left = (deadline(context.deadline, now, Role::Api.timeout()) - now).to_std().unwrap_or_default();
    left.saturating_sub(ANSWER_RESERVE)
}
