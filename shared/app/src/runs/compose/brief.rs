//! What a report is written from, and whether a model is asked for it.

use super::branches::Observations;
use super::observe::Observed;
use domain::configuration::Writer;
use domain::report::Brief;
use domain::run::{Run, Trigger};
use url::Url;

/// What a report is written from: one brief for each branch that was read.
pub(crate) fn briefs<'a>(run: &'a Run, observed: &'a Observations, public_url: Option<&'a Url>) -> Vec<Brief<'a>> {
    observed.read.iter().map(|branch| brief(run, branch, public_url)).collect()
}

/// What a report about the commits of one branch is written from.
fn brief<'a>(run: &'a Run, observed: &'a Observed, public_url: Option<&'a Url>) -> Brief<'a> {
    let snapshot = &run.snapshot;
    let to = match &run.trigger {
        Trigger::Manual(window) | Trigger::Test(window) => window.to,
        Trigger::Schedule { .. } => observed.at,
    };
    Brief {
        repository: &observed.branch.repository_name,
        repository_url: &observed.branch.repository_url,
        provider: observed.access.location.provider(),
        public_url,
        branch: observed.branch.branch.as_str(),
        paths: &observed.branch.paths,
        from: observed.from,
        to,
        commits: &observed.list.commits,
        elsewhere: observed.elsewhere,
        omitted: observed.list.omitted,
        at_least: observed.list.at_least,
        unread_before: observed.list.unread_before.as_ref(),
        mailmap: &observed.list.mailmap,
        last_commit: observed.last_commit.as_ref(),
        patches: &observed.patches,
        trend: None,
        newcomers: &observed.newcomers,
        activity: observed.activity.as_ref(),
        writing: snapshot.writing.clone(),
    }
}

/// The model that is asked for the report; `None` if the report is written without one.
pub(crate) fn model_asked<'a>(run: &'a Run, observed: &Observations) -> Option<&'a str> {
    match &run.snapshot.writer {
        Writer::Model(model) if !observed.is_empty() => Some(model),
        Writer::Model(_) | Writer::Plain => None,
    }
}
