//! Operations that require the admin role.

mod accounts;
mod delete;
mod list;
mod usage;

use crate::routes::prelude::{Api, Arc, OpenApiRouter, routes};

/// The operations of this folder. One that is not here is neither served nor documented.
pub(crate) fn operations() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(accounts::get_account, accounts::set_account, accounts::update_account, delete::delete_account))
        .routes(routes!(list::list_accounts))
        .routes(routes!(usage::fleet_usage))
}
