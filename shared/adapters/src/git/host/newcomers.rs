//! Which authors have no commit before another one, by a host's filter of lists: a request or a few for each.

use super::{Api, REQUESTS_AT_ONCE, spare_requests};
use app::ports::{GitError, GitFailure};
use domain::commit::Sha;
use domain::digest::AuthorLookup;
use futures::{StreamExt, stream};
use serde::de::IgnoredAny;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The most requests for one author.
const FILTERS_MAX: usize = 4;

/// A commit of each author who has none that is reachable from `base`. The first answer says how many further requests
/// are allowed.
pub(in crate::git) async fn of(api: &Api<'_>, base: &Sha, authors: &[AuthorLookup], within: Duration) -> Vec<Sha> {
    let search = Search { api, base, until: Instant::now() + within, is_over: AtomicBool::new(false) };
    let wanted = authors.iter().filter_map(|author| Some((author, crate::git::author_filters(api, author)?)));
    let mut wanted = wanted.filter(|(_, filters)| (1..=FILTERS_MAX).contains(&filters.len()));
    let Some((author, filters)) = wanted.next() else { return Vec::new() };
    let Some((is_new, remaining)) = search.is_new(&filters).await else { return Vec::new() };
    let mut found: Vec<Sha> = is_new.then(|| author.commit.clone()).into_iter().collect();
    let requests = spare_requests(remaining);
    let mut planned = 0_usize;
    let allowed = wanted.take_while(|(_, filters)| {
        planned = planned.saturating_add(filters.len());
        planned <= requests
    });
    let others = allowed.map(|(author, filters)| {
        let search = &search;
        async move {
            let (is_new, _) = search.is_new(&filters).await?;
            is_new.then(|| author.commit.clone())
        }
    });
    let others: Vec<_> = others.collect();
    let others: Vec<Option<Sha>> = stream::iter(others).buffered(REQUESTS_AT_ONCE).collect().await;
    found.extend(others.into_iter().flatten());
    found
}

struct Search<'a> {
    api: &'a Api<'a>,
    base: &'a Sha,
    until: Instant,
    /// Whether the host refuses further requests.
    is_over: AtomicBool,
}

impl Search<'_> {
    /// Whether none of an author's names and addresses has a commit, and how many requests the host still allows;
    /// `None` if that is unknown.
    async fn is_new(&self, filters: &[String]) -> Option<(bool, Option<u64>)> {
        let mut left = None;
        for filter in filters {
            if self.is_over.load(Ordering::Relaxed) {
                return None;
            }
            let (is_empty, remaining) =
                timeout_at(self.until, self.is_empty(filter)).await.ok()?.map_err(|error| self.note(&error)).ok()?;
            if !is_empty {
                return Some((false, remaining));
            }
            left = remaining;
        }
        Some((true, left))
    }

    async fn is_empty(&self, author: &str) -> Result<(bool, Option<u64>), GitError> {
        let query = [(self.api.dialect.history, self.base.as_str()), ("author", author)];
        let answer = self.api.get(self.api.list_url(&["commits"], 1, &query)).await?;
        let listed: Vec<IgnoredAny> = self.api.read(&answer)?;
        Ok((listed.is_empty(), answer.remaining))
    }

    fn note(&self, error: &GitError) {
        tracing::info!(%error, "earlier commits of an author can't be searched");
        if matches!(error.failure, GitFailure::RateLimited { .. } | GitFailure::TokenInvalid) {
            self.is_over.store(true, Ordering::Relaxed);
        }
    }
}
