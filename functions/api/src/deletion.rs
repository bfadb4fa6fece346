//! The answer to a request to delete an account: its progress, and what is kept.

use crate::Api;
use crate::answer::{Answer, answer_body};
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

/// The records that are kept of a deleted account.
const KEPT: [&str; 2] = ["usage", "audit"];

answer_body! {
    /// Progress of an account's deletion. Repeat the request to see whether it has finished.
    #[schema(example = json!(examples::deletion()))]
    pub(crate) struct DeletionBody of(user: UserId, standing: Standing) {
        user_id: String = user.to_string(),
        /// `deleting` until the account's last record is deleted, then `deleted`.
        status: &'static str as words::DeletionStatus =
            if standing.deleted_at().is_some() { "deleted" } else { "deleting" },
        /// Nothing new has started since this instant.
        closed_at: Option<String> = standing.closed_at().map(instant::text),
        /// When the last record was deleted. Null until then.
        deleted_at: Option<String> = standing.deleted_at().map(instant::text),
        /// What is kept: monthly usage and audit entries.
        kept: [&'static str; 2] as Vec<words::KeptRecords> = KEPT,
    }
}

/// 202 with the progress. `place` is the path of the account.
pub(crate) fn accepted(user: UserId, standing: Standing, place: &str) -> Response {
    etag::accepted(Json(DeletionBody::of(user, standing)), place)
}

/// Refuses an edit of a closed account with 403, before its record is looked up, which would be 404.
pub(crate) async fn require_open(api: &Api, caller: Caller) -> Answer<()> {
    if api.accounts.account(caller.user).await?.standing.is_open() {
        return Ok(());
    }
    Err(refused("account", KeepError::AccountClosed))
}

/// The refusal of a closed account. It is permanent, so it is no conflict.
pub(crate) fn closed(detail: impl Into<String>) -> Problem {
    Problem::new(Code::Forbidden, detail)
}
