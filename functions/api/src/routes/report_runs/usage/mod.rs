//! Usage: this month, month by month, day by day, what it is divided into, and the forecast.

mod breakdown;
mod current;
mod daily;
mod forecast;
mod history;

use crate::routes::prelude::{Api, Arc, OpenApiRouter, routes};

/// The operations of this folder. One that is not here is neither served nor documented.
pub(crate) fn operations() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(current::usage))
        .routes(routes!(history::history))
        .routes(routes!(daily::daily))
        .routes(routes!(breakdown::breakdown))
        .routes(routes!(forecast::forecast))
}
