//! What runs of an earlier system show about their configuration.

use super::{End, Outcome, Run};
use crate::configuration::{Configuration, Progress};

/// The progress of a configuration once runs of an earlier system, which have ended, are imported: their number, how
/// the last one ended, and up to which commit they have reported. What later runs have set stays.
pub fn progress_after(configuration: &Configuration, imported: &[&Run]) -> Progress {
    let mut after = configuration.progress.clone();
    after.total_runs = after.total_runs.saturating_add(u64::try_from(imported.len()).unwrap_or(u64::MAX));
    if let Some((_, end)) = last(imported, |_, _| true)
        && after.last_run_at.is_none_or(|at| at < end.at)
    {
        after.last_run_at = Some(end.at);
        after.last_run_status = Some(end.outcome.last_run_status());
    }
    let coverage = &mut after.coverage;
    // An edit of the branch or the repository begins another generation, of which these runs show nothing.
    if coverage.generation == 0
        && let Some((_, end)) = last(imported, |run, end| reports_on(run, end, configuration))
        && coverage.covered_until.is_none_or(|until| until < end.at)
    {
        coverage.covered_until = Some(end.at);
        coverage.last_head = match &end.outcome {
            Outcome::Success(findings) => findings.range_to.clone(),
            Outcome::Failed(_) | Outcome::Cancelled => None,
        };
    }
    after
}

/// The run that ended last, of those that are wanted.
fn last<'a>(imported: &[&'a Run], is_wanted: impl Fn(&Run, &End) -> bool) -> Option<(&'a Run, &'a End)> {
    let ended = imported.iter().filter_map(|run| Some((*run, run.end()?)));
    ended.filter(|(run, end)| is_wanted(run, end)).max_by_key(|(run, end)| (end.at, run.id))
}

/// Whether a run has reported up to a known commit of the branch that the configuration has now.
fn reports_on(run: &Run, end: &End, configuration: &Configuration) -> bool {
    let settings = &configuration.settings;
    let has_head = matches!(&end.outcome, Outcome::Success(findings) if findings.range_to.is_some());
    has_head && run.repository == settings.repository && run.snapshot.branch == settings.branch
}
