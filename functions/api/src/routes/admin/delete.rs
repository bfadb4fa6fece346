//! `DELETE /admin/accounts/{user_id}`: an administrator deletes a user's account, with an audit entry.

use super::accounts::Named;
use crate::Api;
use crate::auth::Caller;
use crate::deletion::{DeletionBody, accepted};
use crate::openapi::parameters::UserPath;
use crate::problem::Problem;
use crate::query::Parameters;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use std::sync::Arc;

/// Deletes a user's account.
///
/// Requires the admin role. The deletion is recorded in an audit entry. Monthly usage and audit entries are kept, as
/// when a user deletes the account. Repeat the request to see the progress.
#[utoipa::path(
    delete,
    path = "/admin/accounts/{user_id}",
    operation_id = "deleteAccount",
    params(UserPath),
    responses((
        status = 202,
        description = "The account is closed and its data is being deleted or has been deleted.",
        body = DeletionBody,
        headers(("Location" = String, description = "The path of the account.")),
    )),
    extensions(("x-problems" = json!(["FORBIDDEN", "VALIDATION_FAILED"]))),
)]
pub(crate) async fn delete_account(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(user): Named,
    uri: Uri,
) -> Result<Response, Problem> {
    Parameters::of(&uri).finish()?;
    let standing = api.verbs.close_account.close(caller.user, user).await?;
    Ok(accepted(user, standing, &format!("/admin/accounts/{user}")))
}
