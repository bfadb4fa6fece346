//! Recounting the counters of all accounts, as a scheduled job.

use super::recount::{Recount, Recounted};
use crate::limits::{RECOUNTS_AT_ONCE, TICK_RESERVE_SECONDS};
use crate::metrics;
use crate::ports::{Clock, Fleet, StoreError};
use domain::id::UserId;
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::run::FLEET_SHARDS;
use futures::stream::{self, StreamExt};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Spreads the accounts at which visits begin: an odd number far from a power of two.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Compares the counters of all accounts with their runs and corrects those that differ, part by part: each hour
/// another part of the accounts, in two rounds a day for the current month and one for the month before, whose last
/// runs may end late. So nothing needs to be stored about what was recounted.
#[derive(Clone)]
pub struct RecountAll {
    pub clock: Arc<dyn Clock>,
    pub fleet: Arc<dyn Fleet>,
    pub recount: Recount,
}

/// The result of a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecountReport {
    /// Counters that were compared with their runs.
    pub compared: usize,
    /// Counters that differed.
    pub drifted: usize,
    /// Those of them that are corrected.
    pub corrected: usize,
    /// Counters that could not be compared or corrected.
    pub failed: usize,
    /// It stopped at its deadline with counters left.
    pub stopped_early: bool,
}

impl RecountAll {
    /// Recounts the part of this hour, until shortly before `deadline`.
    pub async fn run(&self, deadline: Instant) -> Result<RecountReport, StoreError> {
        let deadline = deadline - Duration::seconds(TICK_RESERVE_SECONDS);
        let (month, shard) = part(self.clock.now());
        let users = self.users(month, shard).await?;
        let mut report = RecountReport::default();
        self.recount_users(users, month, deadline, &mut report).await;
        metrics::recounted(report.compared, report.drifted);
        Ok(report)
    }

    /// The accounts of a part. Each visit begins at another one, so that none is always the one that the time is too
    /// short for.
    async fn users(&self, month: Month, shard: u8) -> Result<Vec<UserId>, StoreError> {
        let (mut users, mut after) = (BTreeSet::new(), None);
        loop {
            let page = self.fleet.fleet_rollups(month, shard, after.as_ref()).await?;
            users.extend(page.rollups.iter().map(|rollup| rollup.user));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let mut users: Vec<UserId> = users.into_iter().collect();
        // The upper half, because the lower bits of a product repeat with those of the hour, which the part depends on.
        let visit = hour(self.clock.now()).unsigned_abs().wrapping_mul(SPREAD) >> 32;
        let count = u64::try_from(users.len()).unwrap_or(1).max(1);
        users.rotate_left(usize::try_from(visit % count).unwrap_or_default());
        Ok(users)
    }

    async fn recount_users(&self, users: Vec<UserId>, month: Month, deadline: Instant, report: &mut RecountReport) {
        let mut recounted = stream::iter(users)
            .map(|user| async move {
                if self.clock.now() >= deadline {
                    return None;
                }
                Some((user, self.recount_one(user, month).await))
            })
            .buffer_unordered(RECOUNTS_AT_ONCE);
        while let Some(result) = recounted.next().await {
            match result {
                Some((user, Ok(found))) => {
                    report.compared += 1;
                    report.drifted += usize::from(found.corrected || !found.drift.is_empty());
                    report.corrected += usize::from(found.corrected);
                    if found.unreadable_runs > 0 {
                        let runs = found.unreadable_runs;
                        tracing::error!(%user, %month, runs, "a counter was not corrected: runs of it can't be read");
                        report.failed += 1;
                    }
                }
                Some((user, Err(error))) => {
                    tracing::error!(%user, %month, %error, "a counter could not be recounted");
                    report.failed += 1;
                }
                None => report.stopped_early = true,
            }
        }
    }

    /// A counter some of whose runs can't be read stays as it is: these runs may count.
    async fn recount_one(&self, user: UserId, month: Month) -> Result<Recounted, StoreError> {
        let found = self.recount.compare(user, month).await?;
        let is_right = found.drift.is_empty() || found.unreadable_runs > 0;
        if is_right { Ok(found) } else { self.recount.correct(user, month).await }
    }
}

fn hour(now: Instant) -> i64 {
    now.timestamp().div_euclid(3_600)
}

/// The month and the part of the accounts that an hour recounts.
fn part(now: Instant) -> (Month, u8) {
    let hour = hour(now);
    let shards = i64::from(FLEET_SHARDS);
    let shard = u8::try_from(hour.rem_euclid(shards)).unwrap_or_default();
    let this = Month::of(now);
    let is_earlier = hour.div_euclid(shards).rem_euclid(3) == 1;
    (if is_earlier { this.previous() } else { this }, shard)
}
