//! What a report is about, in answers.

use crate::routes::prelude::{answer_body, instant, words};
use domain::activity::{ActivityFacts, FactWaiting};
use domain::commit::Kind;
use domain::digest::{Area, FactChange, FactPerson, Facts, Period, Trend, Warning};

answer_body! {
    /// What a report is about, computed from its commits and not by the model. Texts and names are those of the
    /// commits: show them as plain text.
    pub(crate) struct FactsBody of(facts: &Facts) {
        /// Commits without merges.
        commits: u64 = facts.commits,
        merges: u64 = facts.merges,
        /// Lines of a report: commits that belong together are one.
        changes: u64 = facts.changes,
        people: u64 = facts.people,
        bots: u64 = facts.bots,
        /// Null if the source reports no sizes.
        additions: Option<u64> = facts.additions,
        deletions: Option<u64> = facts.deletions,
        /// The number of commits that update dependencies.
        dependency_updates: u64 = facts.dependency_updates,
        /// Changes that were made and taken back in the range.
        reverted: u64 = facts.reverted,
        breaking: u64 = facts.breaking,
        /// Kinds that no change has are omitted.
        kinds: Vec<KindBody> = facts.kinds.iter().map(KindBody::of).collect(),
        #[doc = "The directories, or else the scopes, that changed most; at most eight."]
        areas: Vec<AreaBody> = facts.areas.iter().map(AreaBody::of).collect(),
        /// At most 30, the most significant first.
        most_significant: Vec<FactChangeBody> = facts.most_significant.iter().map(FactChangeBody::of).collect(),
        /// At most 25, the busiest first; empty if the report hides authors.
        authors: Vec<FactPersonBody> = facts.authors.iter().map(FactPersonBody::of).collect(),
        /// The periods before; null for a run that its schedule did not start, if not all commits were read, and if
        /// nothing is known of earlier periods.
        trend: Option<TrendBody> = facts.trend.as_ref().filter(|trend| !trend.before.is_empty()).map(TrendBody::of),
        /// What is unusual, as far as the commits prove it.
        warnings: Vec<WarningBody> = facts.warnings.iter().map(WarningBody::of).collect(),
        /// What happened beside commits; null if the report does not cover it.
        activity: Option<ActivityBody> = facts.activity.as_ref().map(ActivityBody::of),
    }

    /// What the periods before a scheduled report had.
    struct TrendBody of(trend: &Trend) {
        /// The periods directly before that are about as long, newest first, at most five.
        comparable: Vec<PeriodBody> = trend.comparable().iter().map(PeriodBody::of).collect(),
        /// The mean of their commits, to the nearest whole number; null for less than two.
        mean_commits: Option<u64> = trend.mean_commits(),
        /// The number of periods without commits directly before.
        quiet_before: u64 = trend.quiet_before,
        /// Whether `quiet_before` is a minimum, because earlier periods are unknown.
        quiet_at_least: bool = trend.quiet_at_least,
    }

    /// What was counted in a period.
    struct PeriodBody of(period: &Period) {
        #[schema(format = DateTime)]
        from: String = instant::text(period.from),
        /// Excluded.
        #[schema(format = DateTime)]
        to: String = instant::text(period.to),
        /// Without merges.
        commits: u64 = period.commits,
        people: u64 = period.people,
        bots: u64 = period.bots,
        /// Null unless the size of every commit is known.
        additions: Option<u64> = period.lines.map(|(additions, _)| additions),
        deletions: Option<u64> = period.lines.map(|(_, deletions)| deletions),
    }

    /// Something that is unusual.
    struct WarningBody of(warning: &Warning) {
        kind: &'static str as words::WarningKind = warning.kind().as_str(),
        /// The fixes, or the people that changed the file; null for a revert.
        count: Option<u64> = match warning {
            Warning::MostlyFixes { fixes, .. } => Some(*fixes),
            Warning::ChangedByAll { people, .. } => Some(*people),
            Warning::RevertOfRevert { .. } => None,
        },
        /// All changes, of which so many are fixes; null for other kinds.
        total: Option<u64> = match warning {
            Warning::MostlyFixes { changes, .. } => Some(*changes),
            Warning::ChangedByAll { .. } | Warning::RevertOfRevert { .. } => None,
        },
        /// The file, or the subject of the commit that takes a revert back; null for fixes.
        text: Option<String> = match warning {
            Warning::RevertOfRevert { text, .. } => Some(text.clone()),
            Warning::ChangedByAll { path, .. } => Some(path.clone()),
            Warning::MostlyFixes { .. } => None,
        },
        /// The short id of that commit.
        commit: Option<String> = match warning {
            Warning::RevertOfRevert { commit, .. } => Some(commit.clone()),
            Warning::ChangedByAll { .. } | Warning::MostlyFixes { .. } => None,
        },
    }

    /// What happened beside commits: pull requests (at GitLab merge requests), issues and releases.
    struct ActivityBody of(activity: &ActivityFacts) {
        merged_pull_requests: u64 = activity.merged_pull_requests,
        closed_issues: u64 = activity.closed_issues,
        /// Without those that were closed in the same range.
        opened_issues: u64 = activity.opened_issues,
        /// With tags that no release names.
        releases: u64 = activity.releases,
        /// The pull requests that have been open longest, at most ten; empty for a report about several repositories.
        waiting: Vec<WaitingBody> = activity.waiting.iter().map(WaitingBody::of).collect(),
    }

    /// A pull request that waits.
    struct WaitingBody of(waiting: &FactWaiting) {
        number: u64 = waiting.number,
        title: String = waiting.title.clone(),
        #[schema(format = DateTime)]
        opened_at: String = instant::text(waiting.opened_at),
        /// Null if the reviews were not read.
        reviewed: Option<bool> = waiting.is_reviewed,
    }

    /// The number of changes of a kind.
    struct KindBody of(kind: &(Kind, u64)) {
        kind: &'static str as words::ChangeKind = kind.0.as_str(),
        changes: u64 = kind.1,
    }

    /// A part of the repository.
    struct AreaBody of(area: &Area) {
        /// A directory, a scope, or `top level`.
        name: String = area.name.clone(),
        changes: u64 = area.changes,
        /// 0 for a scope.
        files: u64 = area.files,
        additions: u64 = area.additions,
        deletions: u64 = area.deletions,
    }

    /// A change.
    struct FactChangeBody of(change: &FactChange) {
        kind: &'static str as words::ChangeKind = change.kind.as_str(),
        /// Which rule chose the kind.
        rule: &'static str as words::KindRule = change.rule.as_str(),
        breaking: bool = change.breaking,
        scope: Option<String> = change.scope.clone(),
        text: String = change.text.clone(),
        /// Short ids, newest first, at most five.
        commits: Vec<String> = change.commits.clone(),
        commits_total: u64 = change.commits_total,
        /// Numbers of pull requests and issues, at most five.
        references: Vec<u64> = change.references.clone(),
    }

    /// Someone who took part.
    struct FactPersonBody of(person: &FactPerson) {
        name: String = person.name.clone(),
        bot: bool = person.is_bot,
        /// Whether their first commits are in the report; false also where that is unknown.
        first_time: bool = person.is_new,
        commits: u64 = person.authored,
        /// Commits as a co-author.
        co_authored: u64 = person.helped,
    }
}
