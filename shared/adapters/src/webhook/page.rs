//! The page of a report, to which messages lead.

use domain::run::Run;
use url::Url;

/// The path of a run: below the address of this deployment its page, and in the API the run with its text.
const RUNS: &str = "report-runs";

/// The web address of a run below the address of this deployment.
pub(super) fn page(base: &Url, run: &Run) -> Option<String> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend([RUNS, run.id.to_string().as_str()]);
    Some(url.into())
}

/// The web address of a run, or else its path in the API: `/report-runs/{id}`. The functions don't know the API's host.
pub(super) fn address(base: Option<&Url>, run: &Run) -> String {
    base.and_then(|base| page(base, run)).unwrap_or_else(|| format!("/{RUNS}/{}", run.id))
}
