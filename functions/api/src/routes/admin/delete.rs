//! `DELETE /admin/accounts/{user_id}`: an administrator deletes a user's account, with an audit entry.

use super::accounts::Named;
use crate::deletion::{DeletionBody, accepted};
use crate::routes::prelude::{Answer, Call, NoParameters, UserPath};

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
pub(crate) async fn delete_account(Call(api, caller): Call, Named(user): Named, _: NoParameters) -> Answer {
    let standing = api.verbs.close_account.close(caller.user, user).await?;
    Ok(accepted(user, standing, &format!("/admin/accounts/{user}")))
}
