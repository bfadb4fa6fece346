//! The answer to a request to delete an account: its progress, and what is kept.

use crate::Api;
use crate::auth::Caller;
use crate::openapi::{examples, words};
use crate::problem::{Code, Problem};
use crate::refusal::refused;
use crate::representation::etag;
use app::holdings::KeepError;
use axum::Json;
use axum::response::Response;
use domain::account::Standing;
use domain::id::UserId;
use domain::instant;
use serde::Serialize;
use utoipa::ToSchema;

/// The records that are kept of a deleted account.
const KEPT: [&str; 2] = ["usage", "audit"];

/// Progress of an account's deletion. Repeat the request to see whether it has finished.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::deletion()))]
pub(crate) struct DeletionBody {
    user_id: String,
    /// `deleting` until the account's last record is deleted, then `deleted`.
    #[schema(value_type = words::DeletionStatus)]
    status: &'static str,
    /// Nothing new has started since this instant.
    closed_at: Option<String>,
    /// When the last record was deleted. Null until then.
    deleted_at: Option<String>,
    /// What is kept: monthly usage and audit entries.
    #[schema(value_type = Vec<words::KeptRecords>)]
    kept: [&'static str; 2],
}

impl DeletionBody {
    fn new(user: UserId, standing: Standing) -> Self {
        Self {
            user_id: user.to_string(),
            status: if standing.deleted_at().is_some() { "deleted" } else { "deleting" },
            closed_at: standing.closed_at().map(instant::text),
            deleted_at: standing.deleted_at().map(instant::text),
            kept: KEPT,
        }
    }
}

/// 202 with the progress. `place` is the path of the account.
pub(crate) fn accepted(user: UserId, standing: Standing, place: &str) -> Response {
    etag::accepted(Json(DeletionBody::new(user, standing)), place)
}

/// Refuses an edit of a closed account with 403, before its record is looked up, which would be 404.
pub(crate) async fn require_open(api: &Api, caller: Caller) -> Result<(), Problem> {
    if api.accounts.account(caller.user).await?.standing.is_open() {
        return Ok(());
    }
    Err(refused("account", KeepError::AccountClosed))
}

/// The refusal of a closed account. It is permanent, so it is no conflict.
pub(crate) fn closed(detail: impl Into<String>) -> Problem {
    Problem::new(Code::Forbidden, detail)
}
