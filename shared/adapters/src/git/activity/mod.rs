//! What happened at a host beside commits.
//!
//! 1. `walk` reads the issues and pull requests that changed since the beginning of the period, so that what changes
//!    meanwhile makes none of them missing.
//! 2. `releases` reads releases, and tags that no release names.
//! 3. `reviews` reads who reviewed the pull requests that a report lists.
//! 4. `wire` has the hosts' answers. Bodies of issues and pull requests are not kept.
//! 5. This file puts each item into its place, by its instant.
//!
//! A failure that may pass is an error, so that the run waits and nothing is missing. What a host refuses for good is a
//! gap of the result.

mod releases;
mod reviews;
mod walk;
mod wire;

use super::host::Api;
use app::ports::{ActivityQuery, GitError};
use domain::activity::{Activity, Gap, Issue, PullRequest, Source};
use domain::repository::Provider;
use walk::{Kind, Read};
use wire::Listed;

/// What happened in the period of a query.
pub(super) async fn of(api: &Api<'_>, query: &ActivityQuery) -> Result<Activity, GitError> {
    let mut activity = Activity::default();
    for kind in kinds(api.dialect.provider, query) {
        let sources = kind.sources(query.sources);
        match walk::changed(api, kind, query.period.from).await? {
            Read::Refused => activity.gaps.extend(sources.into_iter().map(Gap::Refused)),
            Read::Items { items, is_whole } => {
                if !is_whole {
                    activity.gaps.extend(sources.into_iter().map(Gap::TooMany));
                }
                for item in items {
                    put(&mut activity, item, query);
                }
            }
        }
    }
    if query.sources.releases {
        releases::add(api, query, &mut activity).await?;
    }
    if query.sources.pull_requests && query.with_waiting {
        match waiting(api, query).await? {
            Some(waiting) => activity.waiting = waiting,
            None => {
                activity.gaps.insert(Gap::Refused(Source::PullRequests));
            }
        }
    }
    let mut activity = activity.sorted();
    reviews::add(api, &mut activity).await;
    Ok(activity)
}

/// The lists that have what the query asks for.
fn kinds(provider: Provider, query: &ActivityQuery) -> Vec<Kind> {
    let (requests, issues) = (query.sources.pull_requests, query.sources.issues);
    match provider {
        // One list has both.
        Provider::GitHub | Provider::Gitea => (requests || issues).then_some(Kind::Both).into_iter().collect(),
        Provider::GitLab => {
            requests.then_some(Kind::Requests).into_iter().chain(issues.then_some(Kind::Issues)).collect()
        }
    }
}

/// Puts an item where its instants place it: an issue that was opened and closed in the period is closed.
fn put(activity: &mut Activity, item: Listed, query: &ActivityQuery) {
    let is_in = |at: Option<domain::instant::Instant>| at.is_some_and(|at| query.period.has(at));
    if item.is_request {
        if query.sources.pull_requests && is_in(item.merged_at) {
            activity.merged.push(item.into_request());
        }
        return;
    }
    if !query.sources.issues {
        return;
    }
    let (is_closed, is_opened) = (is_in(item.closed_at), is_in(Some(item.opened_at)));
    let issue = item.into_issue();
    if is_closed {
        activity.closed.push(issue);
    } else if is_opened {
        activity.opened.push(issue);
    }
}

/// The pull requests that have been open longest, without drafts; `None` if the host refuses the list.
async fn waiting(api: &Api<'_>, query: &ActivityQuery) -> Result<Option<Vec<PullRequest>>, GitError> {
    let Read::Items { items, .. } = walk::oldest_open(api).await? else { return Ok(None) };
    let waits = |item: &Listed| !item.is_draft && item.opened_at < query.period.to;
    let waiting = items.into_iter().filter(waits);
    Ok(Some(waiting.map(|item| PullRequest { merged_at: None, ..item.into_request() }).collect()))
}

impl Kind {
    /// What of the query such a list has.
    fn sources(self, asked: domain::activity::Sources) -> Vec<Source> {
        let has = |source: Source| match (self, source) {
            (_, Source::Commits | Source::Releases)
            | (Self::Requests, Source::Issues)
            | (Self::Issues, Source::PullRequests) => false,
            (Self::Both | Self::Requests, Source::PullRequests) | (Self::Both | Self::Issues, Source::Issues) => true,
        };
        asked.list().into_iter().filter(|source| has(*source)).collect()
    }
}

impl Listed {
    fn into_request(self) -> PullRequest {
        PullRequest {
            number: self.number,
            title: self.title,
            author: self.author,
            labels: self.labels,
            opened_at: self.opened_at,
            merged_at: self.merged_at,
            reviewers: self.reviewers,
        }
    }

    fn into_issue(self) -> Issue {
        Issue {
            number: self.number,
            title: self.title,
            author: self.author,
            labels: self.labels,
            opened_at: self.opened_at,
            closed_at: self.closed_at,
        }
    }
}
