//! Report runs.

mod body;
mod cancel;
mod deliveries;
mod export;
mod facts;
mod get;
mod list;
mod of_configuration;
mod range;
mod redeliver;
mod usage;

pub(crate) use body::{FailedRepositoryBody, RatesBody, RunBody};
pub(crate) use deliveries::DeliveryBody;

use crate::routes::prelude::{Api, Arc, OpenApiRouter, routes};

/// The operations of this folder. One that is not here is neither served nor documented.
pub(crate) fn operations() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .merge(usage::operations())
        .routes(routes!(export::export))
        .routes(routes!(get::get))
        .routes(routes!(cancel::cancel))
        .routes(routes!(deliveries::deliveries))
        .routes(routes!(of_configuration::deliveries_of_configuration))
        .routes(routes!(redeliver::redeliver))
}
