//! The usage of all accounts: summed up each minute, and read as sums.

use crate::limits::{FLEET_FRESH_MINUTES, FLEET_ROLLUPS_MAX, TICK_RESERVE_SECONDS};
use crate::ports::{Clock, Fleet, StoreError};
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::run::{FLEET_SHARDS, FleetShard, FleetSum, FleetTotals};
use std::sync::Arc;

/// Every fifth tick sums up an earlier month instead of the current one: in turn the month before, because its last
/// runs may end later, and one of the [`OLDER_MONTHS`], because accounts may have been deleted.
const EARLIER_MONTH_EVERY: i64 = 5;

/// Months before the previous one that are still summed up.
const OLDER_MONTHS: i64 = 12;

/// Sums up the rollups of all accounts, part by part. A part is computed again from its rollups, so two ticks at the
/// same time do no harm, and a lost one costs a minute.
#[derive(Clone)]
pub struct FoldFleet {
    pub clock: Arc<dyn Clock>,
    pub fleet: Arc<dyn Fleet>,
}

/// The result of a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FoldReport {
    /// Parts whose rollups were read.
    pub read: usize,
    /// Parts whose sums were stored.
    pub stored: usize,
    /// It stopped at its deadline within a part.
    pub stopped_early: bool,
}

impl FoldFleet {
    /// Sums up parts, at least one, until `FLEET_ROLLUPS_MAX` rollups are read or shortly before `deadline`. Each tick
    /// begins with the next part, so that each is summed up every ten minutes at the latest, however many accounts
    /// there are.
    pub async fn run(&self, deadline: Instant) -> Result<FoldReport, StoreError> {
        let now = self.clock.now();
        let deadline = deadline - Duration::seconds(TICK_RESERVE_SECONDS);
        let tick = now.timestamp().div_euclid(60);
        let (month, turn) = turn(tick, Month::of(now));
        let first = u8::try_from(turn.rem_euclid(i64::from(FLEET_SHARDS))).unwrap_or(0);
        let mut report = FoldReport::default();
        let mut rollups = 0;
        for next in 0..FLEET_SHARDS {
            if rollups >= FLEET_ROLLUPS_MAX || self.clock.now() >= deadline {
                break;
            }
            let shard = (first + next) % FLEET_SHARDS;
            let Some((found, read)) = self.sum(month, shard, deadline).await? else {
                report.stopped_early = true;
                break;
            };
            rollups += read;
            report.read += 1;
            report.stored += usize::from(self.store(&found).await?);
        }
        Ok(report)
    }

    /// The sums of a part, and how many rollups were read; `None` at the deadline.
    async fn sum(&self, month: Month, shard: u8, deadline: Instant) -> Result<Option<(FleetShard, usize)>, StoreError> {
        let as_of = self.clock.now();
        let (mut sum, mut read, mut after) = (FleetSum::default(), 0, None);
        loop {
            let page = self.fleet.fleet_rollups(month, shard, after.as_ref()).await?;
            for rollup in &page.rollups {
                sum.add(rollup);
            }
            read += page.rollups.len();
            after = page.next;
            if after.is_none() {
                return Ok(Some((sum.into_shard(month, shard, as_of), read)));
            }
            if self.clock.now() >= deadline {
                return Ok(None);
            }
        }
    }

    /// Stores sums that have changed, or that are stored with an instant that is too old. Returns whether it did.
    async fn store(&self, found: &FleetShard) -> Result<bool, StoreError> {
        let stored = self.fleet.fleet_totals(found.month, found.shard).await?;
        let needed = match stored {
            None => found.totals != FleetTotals::default(),
            Some((as_of, totals)) => {
                totals != found.totals || found.as_of - as_of >= Duration::minutes(FLEET_FRESH_MINUTES)
            }
        };
        if needed {
            self.fleet.put_fleet_shard(found).await?;
        }
        Ok(needed)
    }
}

/// The month that a tick sums up, and the number of the turn, which says where it begins.
fn turn(tick: i64, this: Month) -> (Month, i64) {
    let earlier = tick.div_euclid(EARLIER_MONTH_EVERY);
    if tick.rem_euclid(EARLIER_MONTH_EVERY) != 0 {
        return (this, tick - earlier);
    }
    let turn = earlier.div_euclid(2);
    if earlier.rem_euclid(2) == 0 {
        return (this.previous(), turn);
    }
    // All parts of a month, then the next month.
    let back = turn.div_euclid(i64::from(FLEET_SHARDS)).rem_euclid(OLDER_MONTHS);
    ((0..=back).fold(this.previous(), |month, _| month.previous()), turn)
}

/// Reads the usage of all accounts: always one record for each part.
#[derive(Clone)]
pub struct ReadFleet {
    pub clock: Arc<dyn Clock>,
    pub fleet: Arc<dyn Fleet>,
}

/// The usage of all accounts in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetUsage {
    pub month: Month,
    /// When the oldest part was summed up; `None` if no account has used anything, as far as is known.
    pub as_of: Option<Instant>,
    pub totals: FleetTotals,
}

impl ReadFleet {
    /// The usage of a month; by default the current month.
    pub async fn month(&self, month: Option<Month>) -> Result<FleetUsage, StoreError> {
        let month = month.unwrap_or_else(|| Month::of(self.clock.now()));
        let parts = (0..FLEET_SHARDS).map(|shard| self.fleet.fleet_totals(month, shard));
        let mut usage = FleetUsage { month, as_of: None, totals: FleetTotals::default() };
        for (as_of, totals) in futures::future::try_join_all(parts).await?.into_iter().flatten() {
            usage.as_of = Some(usage.as_of.map_or(as_of, |oldest| oldest.min(as_of)));
            usage.totals.merge(totals);
        }
        Ok(usage)
    }
}
