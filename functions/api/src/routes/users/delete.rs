//! `DELETE /users/profile`: deletes the caller's account, and everything of it except what an invoice needs.

use crate::deletion::{DeletionBody, accepted};
use crate::routes::prelude::{Answer, Call, NoParameters};

/// Deletes the caller's account.
///
/// Nothing new starts from this moment. Repositories, configurations, secrets, runs, reports and deliveries are deleted
/// within minutes. Monthly usage and audit entries are kept. Repeat the request to see the progress.
#[utoipa::path(
    delete,
    path = "/users/profile",
    operation_id = "deleteProfile",
    responses((
        status = 202,
        description = "The account is closed and its data is being deleted or has been deleted.",
        body = DeletionBody,
        headers(("Location" = String, description = "The path of the account.")),
    )),
    extensions(("x-problems" = json!(["VALIDATION_FAILED"]))),
)]
pub(crate) async fn delete_account(Call(api, caller): Call, _: NoParameters) -> Answer {
    let standing = api.verbs.close_account.close(caller.user, caller.user).await?;
    Ok(accepted(caller.user, standing, "/users/profile"))
}
