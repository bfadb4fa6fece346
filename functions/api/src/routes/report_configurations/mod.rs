//! Report configurations.

mod body;
mod create;
mod delete;
mod get;
mod list;
mod replace;
mod request;
mod rotate_secret;
pub(crate) mod run;
mod scheduling_info;
mod test_webhook;

pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use replace::replace;
pub(crate) use rotate_secret::rotate_secret;
pub(crate) use scheduling_info::scheduling_info;
pub(crate) use test_webhook::test_webhook;

use crate::Api;
use crate::auth::Caller;
use crate::problem::Problem;
use domain::configuration::Configuration;
use domain::id::ConfigurationId;

/// The caller's configuration, unless it is deleted.
async fn found(api: &Api, caller: Caller, id: ConfigurationId) -> Result<Configuration, Problem> {
    let found = api.configurations.configuration(caller.user, id).await?;
    found.filter(|found| found.deleted_at.is_none()).ok_or_else(|| Problem::not_found("report configuration"))
}
