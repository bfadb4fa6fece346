//! The text around a report in a message: a title if the report has none, and a line below it.

use super::{Findings, Outcome, Run};
use crate::report::{count, is_invisible, paths_in_title, paths_in_words};
use crate::repository::{PathFilter, RepositoryPath};

/// The text around a report. It is plain text; the layout of a message makes it safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The configuration's name, the repository and the paths in it: `Weekly: acme/shop (packages/api)`.
    pub title: String,
    /// The source and the writer: `acme/shop, branch main · 3 commits · written by gpt-6-luna`.
    pub byline: String,
}

impl Caption {
    /// The caption of a run's report.
    pub fn of(run: &Run) -> Self {
        let snapshot = &run.snapshot;
        let repository = &snapshot.repositories();
        let shown = |path: &RepositoryPath| path.as_str().chars().filter(|letter| !is_invisible(*letter)).collect();
        let paths = if snapshot.further.is_empty() { &snapshot.paths } else { PathFilter::whole() };
        let place = format!("{repository}{}", paths_in_title(paths, shown));
        let title = match &snapshot.name {
            Some(name) => format!("{name}: {place}"),
            None => place,
        };
        let none = Findings::default();
        let findings = match run.end().map(|end| &end.outcome) {
            Some(Outcome::Success(findings)) => findings,
            _ => &none,
        };
        let at_least = if findings.commits_at_least { "at least " } else { "" };
        let commits = count(findings.commits, "commit", "commits");
        let place = match snapshot.further.len() {
            0 => {
                format!("{repository}, branch {}{}", snapshot.branch, paths_in_words(paths, shown))
            }
            further => count(u64::try_from(further).unwrap_or(u64::MAX).saturating_add(1), "branch", "branches"),
        };
        let mut parts = vec![place, format!("{at_least}{commits}")];
        if !findings.failed.is_empty() {
            parts.push(format!("{} not read", findings.failed.len()));
        }
        parts.push(match &run.figures.model {
            _ if findings.degraded => "written without the model".to_owned(),
            Some(model) => format!("written by {model}"),
            None => "written without a model".to_owned(),
        });
        if run.trigger.is_test() {
            parts.push("a test".to_owned());
        }
        Self { title, byline: parts.join(" · ") }
    }
}
