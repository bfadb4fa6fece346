//! Report configurations.

mod body;
pub(crate) mod create;
pub(crate) mod delete;
mod estimate;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod recover;
pub(crate) mod replace;
mod request;
pub(crate) mod rotate_secret;
pub(crate) mod run;
pub(crate) mod scheduling_info;
pub(crate) mod test_webhook;
mod writing;

pub(crate) use body::RetirementBody;
pub(crate) use writing::WritingPart;

use crate::Api;
use crate::auth::Caller;
use crate::problem::Problem;
use domain::configuration::Configuration;
use domain::id::ConfigurationId;
use std::time::Duration;

/// The longest that a caller waits for synchronous work: API Gateway gives up after 30 s.
const ANSWER_WITHIN: Duration = Duration::from_secs(25);

/// The caller's configuration, unless it is deleted.
async fn found(api: &Api, caller: Caller, id: ConfigurationId) -> Result<Configuration, Problem> {
    let found = api.configurations.configuration(caller.user, id).await?;
    found.filter(|found| found.deleted_at.is_none()).ok_or_else(|| Problem::not_found("report configuration"))
}
