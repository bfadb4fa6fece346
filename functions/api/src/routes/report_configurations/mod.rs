//! Report configurations.

mod body;
mod create;
mod delete;
mod endpoint;
mod estimate;
mod get;
mod list;
mod preview;
mod recover;
mod replace;
mod request;
mod rotate_secret;
mod run;
mod scheduling_info;
mod test_webhook;
mod writing;

pub(crate) use body::{RetirementBody, path_texts};
pub(crate) use endpoint::{HealthBody, refused as not_enabled};
pub(crate) use rotate_secret::Rotation;
pub(crate) use writing::WritingPart;

use crate::router::{MANUAL_TRIGGER, TEST};
use crate::routes::prelude::{Answer, Api, Arc, Caller, ConfigurationId, OpenApiRouter, Problem, routes};
use axum::routing::post;
use domain::configuration::Configuration;
use std::time::Duration;

/// The longest that a caller waits for synchronous work: API Gateway gives up after 30 s.
const ANSWER_WITHIN: Duration = Duration::from_secs(25);

/// The operations of this folder. One that is not here is neither served nor documented.
pub(crate) fn operations() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(preview::preview))
        .routes(routes!(get::get, replace::replace, replace::update, delete::delete))
        .routes(routes!(test_webhook::test_webhook))
        .route(TEST.path, post(test_webhook::test_webhook))
        .routes(routes!(scheduling_info::scheduling_info))
        .routes(routes!(rotate_secret::rotate_secret))
        .routes(routes!(recover::recover))
        .routes(routes!(endpoint::enable))
        .routes(routes!(run::run))
        .route(MANUAL_TRIGGER.path, post(run::run))
}

/// The caller's configuration, unless it is deleted.
async fn found(api: &Api, caller: Caller, id: ConfigurationId) -> Answer<Configuration> {
    let found = api.configurations.configuration(caller.user, id).await?;
    found.filter(|found| found.deleted_at.is_none()).ok_or_else(|| Problem::not_found("report configuration"))
}
