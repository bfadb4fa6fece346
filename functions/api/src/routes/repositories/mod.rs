//! Git repositories. A token can be set and is never returned: `has_token` reports whether one is set.

mod body;
mod branches;
mod create;
mod delete;
mod get;
mod list;
mod replace;
mod request;

use crate::routes::prelude::{Api, Arc, OpenApiRouter, routes};

/// The operations of this folder. One that is not here is neither served nor documented.
pub(crate) fn operations() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(get::get, replace::replace, replace::update, delete::delete))
        .routes(routes!(branches::branches))
}
