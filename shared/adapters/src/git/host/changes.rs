//! What commits change, one request for each, several at the same time.

use super::{Api, REQUESTS_AT_ONCE, spare_requests};
use app::ports::{GitError, GitFailure};
use domain::commit::{Patch, PatchLimits, Sha};
use futures::{StreamExt, stream};
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::time::{Instant, timeout_at};

/// Those that could be read, in the order of the ids. The first answer says how many further requests are allowed.
pub(in crate::git) async fn of(api: &Api<'_>, ids: &[Sha], limits: &PatchLimits) -> Vec<Patch> {
    let reading = Reading { api, limits, until: Instant::now() + limits.within, is_over: AtomicBool::new(false) };
    let mut ids = ids.iter().take(limits.commits);
    let Some((first, remaining)) = first(&reading, &mut ids).await else { return Vec::new() };
    let others: Vec<_> = ids.take(spare_requests(remaining)).map(|id| reading.one(id)).collect();
    let mut others = stream::iter(others).buffered(REQUESTS_AT_ONCE);
    let mut patches = vec![first];
    while let Some(found) = others.next().await {
        patches.extend(found.map(|(patch, _)| patch));
    }
    Patch::fit(&mut patches, limits.bytes);
    patches
}

/// The first commit that can be read. A host that answers nothing is not asked for all.
async fn first<'s>(reading: &Reading<'_>, ids: &mut impl Iterator<Item = &'s Sha>) -> Option<(Patch, Option<u64>)> {
    for id in ids.take(2) {
        if let Some(found) = reading.one(id).await {
            return Some(found);
        }
    }
    None
}

struct Reading<'a> {
    api: &'a Api<'a>,
    limits: &'a PatchLimits,
    until: Instant,
    /// Whether the host refuses further requests.
    is_over: AtomicBool,
}

impl Reading<'_> {
    async fn one(&self, id: &Sha) -> Option<(Patch, Option<u64>)> {
        if self.is_over.load(Ordering::Relaxed) {
            return None;
        }
        match timeout_at(self.until, crate::git::change(self.api, id, self.limits)).await {
            Ok(Ok(found)) => Some(found),
            Ok(Err(error)) => {
                self.note(id, &error);
                None
            }
            Err(_) => None,
        }
    }

    fn note(&self, id: &Sha, error: &GitError) {
        tracing::info!(%id, %error, "the changes of a commit can't be read: the report has none of it");
        if matches!(error.failure, GitFailure::RateLimited { .. } | GitFailure::TokenInvalid) {
            self.is_over.store(true, Ordering::Relaxed);
        }
    }
}
