//! The page of a report, to which messages lead.

use domain::run::Run;
use url::Url;

/// The web address of a run below the address of this deployment.
pub(super) fn page(base: &Url, run: &Run) -> Option<String> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(["report-runs", run.id.to_string().as_str()]);
    Some(url.into())
}
