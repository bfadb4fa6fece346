//! What happened beside commits, in words: for the plain report, for the figures above a model's text, and as data for
//! a model.

use super::markdown::{count, grouped, one_line};
use super::wording::listed;
use super::{Brief, Style};
use crate::activity::{Activity, Gap, Issue, PullRequest, Source};
use crate::commit::redaction::redacted;
use crate::commit::{Author, without_addresses};
use crate::count::total;
use crate::digest::Reference;
use crate::digest::references::ReferenceKind;
use crate::instant::{Duration, Instant};
use crate::repository::Provider;
use url::Url;

/// The most reviewers that are named.
const REVIEWERS_MAX: usize = 3;
/// The most labels that are shown.
const LABELS_SHOWN_MAX: usize = 3;
const LABEL_CHARS_MAX: usize = 24;
const TITLE_CHARS_MAX: usize = 160;
const NAME_CHARS_MAX: usize = 60;
const TAG_CHARS_MAX: usize = 60;

/// What one pull request and several are called at a host.
pub(super) type Nouns = (&'static str, &'static str);

/// What pull requests are called at a host; `None` means several hosts.
pub(super) fn nouns_of(provider: Option<Provider>) -> Nouns {
    match provider {
        Some(Provider::GitLab) => ("merge request", "merge requests"),
        Some(Provider::GitHub | Provider::Gitea) | None => ("pull request", "pull requests"),
    }
}

/// `3 pull requests were merged, 2 issues were closed and 1 issue was opened.`; `None` if nothing happened.
pub(super) fn happened(all: &[&Activity], (one, many): Nouns) -> Option<String> {
    let sum = |of: fn(&Activity) -> usize| total(all.iter().copied().map(of).sum());
    let clauses = [
        (sum(|activity| activity.merged.len()), one, many, "merged"),
        (sum(|activity| activity.closed.len()), "issue", "issues", "closed"),
        (sum(|activity| activity.opened.len()), "issue", "issues", "opened"),
        (
            sum(|activity| activity.releases.iter().filter(|one| one.at.is_some()).count()),
            "release",
            "releases",
            "published",
        ),
        (sum(|activity| activity.releases.iter().filter(|one| one.at.is_none()).count()), "tag", "tags", "set"),
    ];
    let clauses: Vec<String> = clauses
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many, done)| {
            format!("{} {} {done}", count(number, one, many), if number == 1 { "was" } else { "were" })
        })
        .collect();
    (!clauses.is_empty()).then(|| format!("{}.", listed(&clauses)))
}

/// The sentence about what happened, for the figures of a report. Managers get other words.
pub(super) fn figures_beside(brief: &Brief<'_>) -> Option<String> {
    let is_for_team = brief.writing.style != Style::Executive;
    let beside = brief.activity.filter(|_| is_for_team);
    happened(beside.as_slice(), nouns_of(brief.provider))
}

/// How long something took, in its largest unit: `3 days`, `5 hours`, `12 minutes`.
pub(super) fn span(time: Duration) -> String {
    let number = |number: i64| u64::try_from(number).unwrap_or_default();
    match (number(time.num_days()), number(time.num_hours()), number(time.num_minutes())) {
        (0, 0, minutes) => count(minutes, "minute", "minutes"),
        (0, hours, _) => count(hours, "hour", "hours"),
        (days, ..) => count(days, "day", "days"),
    }
}

/// The reference of a pull request.
pub(super) fn pull_request(number: u64, provider: Option<Provider>) -> Reference {
    let kind = match provider {
        Some(Provider::GitLab) => ReferenceKind::MergeRequest,
        Some(Provider::GitHub | Provider::Gitea) | None => ReferenceKind::PullRequest,
    };
    Reference { number, kind, repository: None, host: None, closes: false }
}

/// The reference of an issue.
pub(super) fn issue(number: u64) -> Reference {
    Reference { number, kind: ReferenceKind::Issue, repository: None, host: None, closes: false }
}

/// Every pull request and issue of a brief.
pub(super) fn references(brief: &Brief<'_>) -> Vec<Reference> {
    let Some(activity) = brief.activity else { return Vec::new() };
    let merged = activity.merged.iter().chain(&activity.waiting);
    let issues = activity.closed.iter().chain(&activity.opened);
    merged.map(|one| pull_request(one.number, brief.provider)).chain(issues.map(|one| issue(one.number))).collect()
}

/// The number of different people who wrote or reviewed pull requests, or wrote issues.
pub(super) fn people(activity: &Activity) -> u64 {
    let requests = activity.merged.iter().chain(&activity.waiting);
    let issues = activity.closed.iter().chain(&activity.opened);
    let reviewers = requests.clone().flat_map(|one| one.reviewers.iter().flatten());
    let authors = requests.map(|one| &one.author).chain(issues.map(|one| &one.author));
    let names: std::collections::BTreeSet<&str> = authors.chain(reviewers).map(|one| one.name.as_str()).collect();
    total(names.len())
}

/// The page of a release, below the repository.
pub(super) fn release_page(brief: &Brief<'_>, tag: &str) -> Option<Url> {
    let mut page = Url::parse(brief.repository_url).ok()?;
    let parts: &[&str] = match brief.provider? {
        Provider::GitHub | Provider::Gitea => &["releases", "tag"],
        Provider::GitLab => &["-", "releases"],
    };
    // A tag of only dots would lead above the repository.
    if tag.split('/').any(|part| part.is_empty() || part.bytes().all(|byte| byte == b'.')) {
        return None;
    }
    page.path_segments_mut().ok()?.pop_if_empty().extend(parts).extend(tag.split('/'));
    Some(page)
}

/// Sentences about what could not be read.
pub(super) fn gaps(brief: &Brief<'_>) -> Vec<String> {
    let what = |source: Source| match source {
        Source::Commits => "Commits",
        Source::PullRequests if brief.provider == Some(Provider::GitLab) => "Merge requests",
        Source::PullRequests => "Pull requests",
        Source::Issues => "Issues",
        Source::Releases => "Releases",
    };
    let sentence = |gap: &Gap| match gap {
        Gap::Refused(source) => format!(
            "{} could not all be read: the repository has none, or its access token may not read them.",
            what(*source)
        ),
        Gap::TooMany(source) => format!("{} were too many to read all: some are not covered.", what(*source)),
    };
    brief.activity.iter().flat_map(|activity| activity.gaps.iter().map(sentence)).collect()
}

/// A text from outside on one line, made safe for its reader.
pub(super) type Shown = fn(&str, usize) -> String;

/// What is known of a pull request beside its title and its number: people, time, labels.
pub(super) fn about_request(brief: &Brief<'_>, one: &PullRequest, shown: Shown) -> Vec<String> {
    let mut parts: Vec<String> = author(brief, &one.author, shown).into_iter().collect();
    parts.extend(reviewed(brief, one, shown));
    parts.push(match one.time_open() {
        Some(time) => format!("open {}", span(time)),
        None => format!("open {}", waited(brief, one.opened_at)),
    });
    parts.extend(labels(&one.labels, shown));
    parts
}

/// The same of an issue.
pub(super) fn about_issue(brief: &Brief<'_>, one: &Issue, shown: Shown) -> Vec<String> {
    let mut parts: Vec<String> = author(brief, &one.author, shown).into_iter().collect();
    parts.extend(one.closed_at.map(|at| format!("open {}", span(at - one.opened_at))));
    parts.extend(labels(&one.labels, shown));
    parts
}

/// How long something that waits has been open at the end of the range.
pub(super) fn waited(brief: &Brief<'_>, opened_at: Instant) -> String {
    span(brief.to - opened_at)
}

fn author(brief: &Brief<'_>, author: &Author, shown: Shown) -> Option<String> {
    let name = brief.writing.author_display.shown(author)?;
    Some(shown(name, NAME_CHARS_MAX)).filter(|name| !name.is_empty())
}

fn reviewed(brief: &Brief<'_>, one: &PullRequest, shown: Shown) -> Option<String> {
    let reviewers = one.reviewers.as_ref()?;
    if reviewers.is_empty() {
        return Some("no review".to_owned());
    }
    let names = reviewers.iter().take(REVIEWERS_MAX).filter_map(|reviewer| author(brief, reviewer, shown));
    let mut names: Vec<String> = names.collect();
    if names.is_empty() {
        return Some(count(total(reviewers.len()), "reviewer", "reviewers"));
    }
    let others = reviewers.len().saturating_sub(REVIEWERS_MAX);
    names.extend((others > 0).then(|| format!("{} more", grouped(total(others)))));
    Some(format!("reviewed by {}", listed(&names)))
}

fn labels(labels: &[String], shown: Shown) -> Option<String> {
    let words = labels.iter().take(LABELS_SHOWN_MAX).map(|label| shown(&without_addresses(label), LABEL_CHARS_MAX));
    let words: Vec<String> = words.filter(|label| !label.is_empty()).collect();
    (!words.is_empty()).then(|| format!("labels: {}", words.join(" · ")))
}

/// The name of a release and its tag, once if they are the same.
pub(super) fn release_words(tag: &str, name: Option<&str>, shown: Shown) -> (String, Option<String>) {
    let tag = shown(tag, TAG_CHARS_MAX);
    let name = name.map(|name| shown(&without_addresses(name), TITLE_CHARS_MAX));
    let name = name.filter(|name| !name.is_empty() && *name != tag);
    (tag, name)
}

/// Everything as data for a model: one group of lines for each kind, with the titles of the groups.
pub(super) fn data(brief: &Brief<'_>) -> Vec<(&'static str, Vec<String>)> {
    let Some(activity) = brief.activity else { return Vec::new() };
    let mark = |reference: &Reference| super::wording::reference_text(reference);
    let title = |text: &str| one_line(&redacted(&without_addresses(text)), TITLE_CHARS_MAX);
    let put = |number: String, words: String, about: Vec<String>| format!("{number} {words} ({})", about.join(", "));
    let request = |one: &PullRequest| {
        put(mark(&pull_request(one.number, brief.provider)), title(&one.title), about_request(brief, one, one_line))
    };
    let of_issue = |one: &Issue| put(mark(&issue(one.number)), title(&one.title), about_issue(brief, one, one_line));
    let release = |one: &crate::activity::Release| {
        let (tag, name) = release_words(&one.tag, one.name.as_deref(), one_line);
        name.map_or(tag.clone(), |name| format!("{tag} {name}"))
    };
    vec![
        ("Merged pull requests:\n", activity.merged.iter().map(request).collect()),
        ("Closed issues:\n", activity.closed.iter().map(of_issue).collect()),
        ("Opened issues:\n", activity.opened.iter().map(of_issue).collect()),
        ("Published releases:\n", activity.releases.iter().map(release).collect()),
        ("Pull requests that wait longest:\n", activity.waiting.iter().map(request).collect()),
    ]
}
