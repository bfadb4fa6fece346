//! The caller's account: its settings and its deletion.

mod delete;
mod email;
mod own_model;
mod profile;

use crate::routes::prelude::{Api, Arc, OpenApiRouter, routes};

/// The operations of this folder. One that is not here is neither served nor documented.
pub(crate) fn operations() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(profile::profile, profile::replace_profile, profile::update_profile, delete::delete_account))
        .routes(routes!(profile::enable_webhook))
        .routes(routes!(email::send_code))
        .routes(routes!(email::confirm))
}
