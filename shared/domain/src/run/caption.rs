//! The text around a report in a message: a title if the report has none, and a line below it.

use super::{Findings, Outcome, Run};
use crate::report::{count, is_invisible, paths_in_words};

/// The text around a report. It is plain text; the layout of a message makes it safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The configuration's name and the repository: `Weekly: acme/shop`.
    pub title: String,
    /// The source and the writer: `acme/shop, branch main · 3 commits · written by gpt-6-luna`.
    pub byline: String,
}

impl Caption {
    /// The caption of a run's report.
    pub fn of(run: &Run) -> Self {
        let snapshot = &run.snapshot;
        let repository = &snapshot.repositories();
        let title = match &snapshot.name {
            Some(name) => format!("{name}: {repository}"),
            None => repository.clone(),
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
                let paths = paths_in_words(&snapshot.paths, |path| {
                    path.as_str().chars().filter(|letter| !is_invisible(*letter)).collect()
                });
                format!("{repository}, branch {}{paths}", snapshot.branch)
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
