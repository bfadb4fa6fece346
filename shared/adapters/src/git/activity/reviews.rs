//! Who reviewed the pull requests that a report lists: one request for each, several at the same time. What can't be
//! read is unknown, and is no failure.

use super::walk::elements;
use super::wire::{Account, ReviewItem};
use crate::git::host::{Api, REQUESTS_AT_ONCE, spare_requests};
use app::ports::{GitError, GitFailure};
use domain::activity::{Activity, PullRequest};
use domain::commit::Author;
use domain::report::plain::GROUP_LINES_MAX;
use domain::repository::Provider;
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio::time::timeout;

/// All of them together.
const TIME_MAX: Duration = Duration::from_secs(5);

/// The most reviews of one pull request that are read.
const REVIEWS_MAX: usize = 50;

/// Adds the reviewers of those merged pull requests that a report lists, and of those that wait.
pub(super) async fn add(api: &Api<'_>, activity: &mut Activity) {
    let listed = activity.merged.iter_mut().take(GROUP_LINES_MAX);
    let mut wanted: Vec<&mut PullRequest> = activity.waiting.iter_mut().chain(listed).collect();
    let numbers: Vec<(u64, Option<String>)> = wanted.iter().map(|one| (one.number, one.author.login.clone())).collect();
    let mut found: Vec<Option<Vec<Author>>> = Vec::new();
    // What was read within the time is kept.
    let _ = timeout(TIME_MAX, read(api, &numbers, &mut found)).await;
    for (one, reviewers) in wanted.iter_mut().zip(found) {
        one.reviewers = reviewers;
    }
}

/// The reviewers of each; the first answer says how many further requests are allowed.
async fn read(api: &Api<'_>, all: &[(u64, Option<String>)], found: &mut Vec<Option<Vec<Author>>>) {
    let Some((first, others)) = all.split_first() else { return };
    let Ok((of_first, remaining)) = reviewers(api, first).await else { return };
    found.push(of_first);
    let others: Vec<_> = others.iter().take(spare_requests(remaining)).map(|one| reviewers(api, one)).collect();
    let mut others = stream::iter(others).buffered(REQUESTS_AT_ONCE);
    while let Some(result) = others.next().await {
        match result {
            Ok((reviewers, _)) => found.push(reviewers),
            Err(error) => {
                tracing::info!(%error, "the reviews of a pull request can't be read: the report has none of it");
                if matches!(error.failure, GitFailure::RateLimited { .. } | GitFailure::TokenInvalid) {
                    return;
                }
                found.push(None);
            }
        }
    }
}

/// The reviewers of one pull request, without its author and machines, and the number of requests that the host still
/// allows. `None` where the host does not have reviews.
async fn reviewers(
    api: &Api<'_>,
    (number, author): &(u64, Option<String>),
) -> Result<(Option<Vec<Author>>, Option<u64>), GitError> {
    let number = number.to_string();
    let path: &[&str] = match api.dialect.provider {
        Provider::GitHub | Provider::Gitea => &["pulls", &number, "reviews"],
        Provider::GitLab => &["merge_requests", &number, "reviewers"],
    };
    let url = api.resource_list_url(path, REVIEWS_MAX, &[]);
    let Some((items, _, remaining)) = elements::<ReviewItem>(api, url).await? else { return Ok((None, None)) };
    let mut people: Vec<Author> = Vec::new();
    for person in items.into_iter().filter(is_review).filter_map(|item| item.user).map(Account::into_author) {
        let is_own = author.is_some() && person.login == *author;
        if !is_own && !person.is_bot && !people.contains(&person) {
            people.push(person);
        }
    }
    Ok((Some(people), remaining))
}

/// Whether someone has reviewed, and was not only asked to.
fn is_review(item: &ReviewItem) -> bool {
    const NOT_YET: [&str; 4] = ["pending", "request_review", "unreviewed", "review_started"];
    let state = item.state.as_deref().unwrap_or_default().to_ascii_lowercase();
    !state.is_empty() && !NOT_YET.contains(&state.as_str())
}
