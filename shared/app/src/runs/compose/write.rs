//! From commits to a text: by the model, or without it.

use super::Composer;
use super::branches::Observations;
use super::brief::{briefs, model_asked};
use super::earlier::Earlier;
use crate::ports::{ModelError, StoreError};
use domain::activity::ActivityFacts;
use domain::commit::{Commit, Sha};
use domain::digest::{Digest, Facts, Range, Trend};
use domain::instant::Instant;
use domain::report::answer::bounded;
use domain::report::plain::plain_report_of;
use domain::report::several::{Section, Unread, several_reports};
use domain::report::{Brief, DegradedReason, Report, headline_of, headline_of_several};
use domain::repository::PathFilter;
use domain::run::{Priced, Run};

/// A text and what it cost.
pub(super) struct Written {
    pub(super) text: String,
    /// The sentence that can be read alone.
    pub(super) headline: String,
    pub(super) facts: Box<Facts>,
    /// Why it was written without the chosen model.
    pub(super) degraded_reason: Option<DegradedReason>,
    pub(super) priced: Priced,
}

/// A branch with its facts.
struct Part<'a> {
    brief: Brief<'a>,
    digest: Digest<'a>,
}

/// What is said of all branches.
struct Whole<'a> {
    /// Of the commits of all branches together: so people are counted once. `None` for a report about one branch.
    digest: Option<Digest<'a>>,
    trend: Option<Trend>,
}

impl Composer {
    /// Writes the text of a run: of one branch, or a section for each of several. Every answer of a model is paid for:
    /// its tokens are part of the result, also if the text is written without the model.
    pub(super) async fn write(
        &self,
        run: &Run,
        observed: &Observations,
        earlier: Option<Earlier>,
        deadline: Instant,
    ) -> Result<Written, StoreError> {
        let briefs = briefs(run, observed, self.public_url.as_ref());
        let all = together(run, &briefs);
        let parts = briefs.into_iter().map(|brief| Part { digest: Digest::of(&brief.range()), brief });
        let parts: Vec<Part<'_>> = parts.collect();
        let whole = Whole::of(&parts, all.as_ref(), earlier);
        let parts = whole.compared(parts);
        let asked = match model_asked(run, observed) {
            Some(model) => self.choice.of(run, model).await?,
            None => None,
        };
        let Some(asked) = asked else {
            let reports: Vec<Report> = parts.iter().map(Part::plain).collect();
            return Ok(written(run, observed, (&parts, &whole), &reports, (None, Priced::default())));
        };
        let mut conversation = self.converse(run, &asked, deadline);
        let (mut reports, mut degraded_reason) = (Vec::new(), None);
        for part in &parts {
            // Nothing is asked about a branch without commits, and nothing more once the model has failed.
            if part.brief.commits.is_empty() || degraded_reason.is_some() {
                reports.push(part.plain());
                continue;
            }
            match Box::pin(conversation.report(&part.brief, &part.digest)).await {
                Ok(report) => reports.push(report),
                Err(reason) => {
                    degraded_reason = Some(reason);
                    reports.push(part.plain());
                }
            }
        }
        let priced = self.priced(run, &asked, conversation.answers());
        let written = written(run, observed, (&parts, &whole), &reports, (degraded_reason, priced));
        Ok(match degraded_reason {
            Some(reason) => Written { text: bounded(reason.note(&asked.model) + &written.text), ..written },
            None => written,
        })
    }
}

impl Part<'_> {
    fn plain(&self) -> Report {
        let text = plain_report_of(&self.brief, &self.digest);
        Report { text, headline: headline_of(&self.brief, &self.digest) }
    }

    fn activity(&self) -> Option<ActivityFacts> {
        self.brief.activity.map(ActivityFacts::of)
    }
}

/// What all branches have together.
struct Together {
    commits: Vec<Commit>,
    newcomers: Vec<Sha>,
}

/// What all branches have together; `None` for a report about one branch.
fn together(run: &Run, briefs: &[Brief<'_>]) -> Option<Together> {
    let is_alone = briefs.len() == 1 && run.snapshot.further.is_empty();
    (!is_alone).then(|| Together {
        commits: briefs.iter().flat_map(|brief| brief.commits.iter().cloned()).collect(),
        newcomers: briefs.iter().flat_map(|brief| brief.newcomers.iter().cloned()).collect(),
    })
}

impl<'a> Whole<'a> {
    fn of(parts: &[Part<'a>], all: Option<&'a Together>, earlier: Option<Earlier>) -> Self {
        let first = parts.first();
        let digest = all.zip(first).map(|(Together { commits, newcomers }, first)| {
            Digest::of(&Range { commits, newcomers, paths: PathFilter::whole(), ..first.brief.range() })
        });
        let all = digest.as_ref().or(first.map(|first| &first.digest));
        let trend = earlier.zip(all).map(|(earlier, digest)| earlier.trend(digest));
        Self { digest, trend }
    }

    /// The only branch with the trend. Of several branches each says nothing of it.
    fn compared<'b>(&'b self, parts: Vec<Part<'b>>) -> Vec<Part<'b>> {
        let trend = self.trend.as_ref().filter(|_| self.digest.is_none());
        parts.into_iter().map(|part| Part { brief: Brief { trend, ..part.brief }, ..part }).collect()
    }
}

/// One report, or several below one title.
fn written(
    run: &Run,
    observed: &Observations,
    (parts, whole): (&[Part<'_>], &Whole<'_>),
    reports: &[Report],
    (degraded_reason, priced): (Option<DegradedReason>, Priced),
) -> Written {
    let trend = whole.trend.clone();
    let Some(digest) = &whole.digest else {
        let alone = parts.iter().zip(reports).next();
        let facts = |part: &Part<'_>| Facts { activity: part.activity(), ..part.digest.facts() };
        let (Report { text, headline }, facts) =
            alone.map(|(part, report)| (report.clone(), facts(part))).unwrap_or_default();
        return Written { text, headline, facts: Box::new(Facts { trend, ..facts }), degraded_reason, priced };
    };
    let branches = run.branches();
    let name = |id| branches.iter().find(|branch| branch.repository == id).map(|found| &found.repository_name);
    let unread: Vec<Unread<'_>> = observed
        .failed
        .iter()
        .filter_map(|failed| {
            let (repository, branch) = (name(failed.repository)?, failed.branch.as_str());
            Some(Unread { repository, branch, why: &failed.failure.message })
        })
        .collect();
    let sections: Vec<Section<'_>> =
        parts.iter().zip(reports).map(|(part, report)| Section { brief: &part.brief, report: &report.text }).collect();
    // Directories of several repositories have no common meaning.
    let mut facts = Facts { areas: Vec::new(), trend, ..digest.facts() };
    // Those of the sections: each is about one branch.
    facts.warnings = parts.iter().flat_map(|part| part.digest.warnings.clone()).collect();
    facts.activity = ActivityFacts::together(parts.iter().filter_map(Part::activity));
    let briefs: Vec<&Brief<'_>> = parts.iter().map(|part| &part.brief).collect();
    let headline = headline_of_several(digest, &briefs);
    let title = run.snapshot.name.clone().unwrap_or_else(|| run.snapshot.repositories());
    let text =
        several_reports(&title, (&headline, facts.trend.as_ref()), &sections, (&unread, run.trigger.is_scheduled()));
    Written { text, headline, facts: Box::new(facts), degraded_reason, priced }
}

/// The reason for a report without the model, by the model's error.
pub(super) fn degraded(error: &ModelError) -> DegradedReason {
    match error {
        ModelError::Unavailable { .. } => DegradedReason::LlmUnavailable,
        ModelError::Rejected { .. } => DegradedReason::LlmRejected,
        ModelError::PromptTooLong { .. } => DegradedReason::PromptTooLong,
        ModelError::Unreadable { .. } => DegradedReason::UnreadableAnswer,
    }
}
