//! What a report is written from, and whether a model is asked for it.

use super::observe::Observed;
use domain::configuration::Writer;
use domain::report::Brief;
use domain::run::{Run, Trigger};
use url::Url;

/// What a report about these commits is written from.
pub(crate) fn brief<'a>(run: &'a Run, observed: &'a Observed, public_url: Option<&'a Url>) -> Brief<'a> {
    let snapshot = &run.snapshot;
    let to = match &run.trigger {
        Trigger::Manual(window) | Trigger::Test(window) => window.to,
        Trigger::Schedule { .. } => observed.at,
    };
    Brief {
        repository: &snapshot.repository_name,
        repository_url: &snapshot.repository_url,
        public_url,
        branch: snapshot.branch.as_str(),
        from: observed.from,
        to,
        commits: &observed.list.commits,
        omitted: observed.list.omitted,
        at_least: observed.list.at_least,
        unread_before: observed.list.unread_before.as_ref(),
        mailmap: &observed.list.mailmap,
        writing: snapshot.writing.clone(),
    }
}

/// The model that is asked for the report; `None` if the report is written without one.
pub(crate) fn model_asked<'a>(run: &'a Run, observed: &Observed) -> Option<&'a str> {
    match &run.snapshot.writer {
        Writer::Model(model) if !observed.list.commits.is_empty() => Some(model),
        Writer::Model(_) | Writer::Plain => None,
    }
}
