//! The pages of this deployment's users, to which messages lead.

use domain::id::{ConfigurationId, RunId};
use url::Url;

/// The path of runs: below the address of this deployment their pages, and in the API the runs with their texts.
const RUNS: &str = "report-runs";
/// The path of report configurations.
const CONFIGURATIONS: &str = "report-configurations";

/// The web address of a run below the address of this deployment.
pub(crate) fn of_run(base: &Url, run: RunId) -> Option<String> {
    below(base, RUNS, &run.to_string())
}

/// The web address of a report configuration below the address of this deployment.
pub(crate) fn of_configuration(base: &Url, configuration: ConfigurationId) -> Option<String> {
    below(base, CONFIGURATIONS, &configuration.to_string())
}

/// The web address of a run, or else its path in the API: `/report-runs/{id}`. The functions don't know the API's host.
pub(crate) fn address_of_run(base: Option<&Url>, run: RunId) -> String {
    base.and_then(|base| of_run(base, run)).unwrap_or_else(|| format!("/{RUNS}/{run}"))
}

fn below(base: &Url, list: &str, id: &str) -> Option<String> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend([list, id]);
    Some(url.into())
}
