//! Usage of past months.

use super::statement::sound;
use crate::ports::{Clock, Rollups, Runs, StoreError, UsageCounters};
use domain::id::UserId;
use domain::month::Month;
use domain::run::{Breakdown, DailyUsage, DayFigures, Rollup, RollupsOfRuns, Run, Share, breakdown, total};
use domain::usage::UsageCounter;
use std::sync::Arc;

/// Months that one call returns at most: one query of 36 items of half a kilobyte.
pub const HISTORY_MONTHS_MAX: usize = 36;

/// Runs that are read at a time to sum up a month: they are never all in memory.
const FOLD_PAGE_RUNS: usize = 500;

/// How often rollups are read while runs end between the two reads.
const READS_MAX: usize = 3;

/// Reads usage of months.
#[derive(Clone)]
pub struct ReadHistory {
    pub clock: Arc<dyn Clock>,
    pub usage: Arc<dyn UsageCounters>,
    pub rollups: Arc<dyn Rollups>,
    pub runs: Arc<dyn Runs>,
}

/// What a month's usage is divided into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthShares {
    pub month: Month,
    pub by: Breakdown,
    /// The most expensive first.
    pub shares: Vec<Share>,
}

impl ReadHistory {
    /// The last months including the current one, oldest first, at most [`HISTORY_MONTHS_MAX`]. A month in which
    /// nothing happened has an empty counter.
    pub async fn months(&self, user: UserId, count: usize) -> Result<Vec<UsageCounter>, StoreError> {
        let this = Month::of(self.clock.now());
        let count = count.clamp(1, HISTORY_MONTHS_MAX);
        let mut months: Vec<Month> =
            std::iter::successors(Some(this), |month| Some(month.previous())).take(count).collect();
        months.reverse();
        let from = months.first().copied().unwrap_or(this);
        let mut found = self.usage.usage_between(user, from, this).await?.into_iter().peekable();
        let mut counters = Vec::with_capacity(months.len());
        for month in months {
            let counter = found.next_if(|counter| counter.month == month);
            let counter = counter.unwrap_or_else(|| UsageCounter::empty(user, month));
            counters.push(sound(counter, self.runs.as_ref()).await?);
        }
        Ok(counters)
    }

    /// A month day by day; by default the current month.
    pub async fn days(&self, user: UserId, month: Option<Month>) -> Result<DailyUsage, StoreError> {
        let month = month.unwrap_or_else(|| Month::of(self.clock.now()));
        if let Some((counter, rollups)) = self.rollups_of(user, month).await? {
            return Ok(DailyUsage::of_rollups(&counter, &rollups));
        }
        let mut days = DailyUsage::empty(month);
        self.for_each_run(user, month, |run| days.add(run)).await?;
        Ok(days)
    }

    /// A month by configuration, repository or model; by default the current month.
    pub async fn shares(&self, user: UserId, month: Option<Month>, by: Breakdown) -> Result<MonthShares, StoreError> {
        let month = month.unwrap_or_else(|| Month::of(self.clock.now()));
        let rollups = if let Some((_, rollups)) = self.rollups_of(user, month).await? {
            rollups
        } else {
            let mut sums = RollupsOfRuns::default();
            self.for_each_run(user, month, |run| sums.add(run)).await?;
            sums.into_rollups()
        };
        Ok(MonthShares { month, by, shares: breakdown(&rollups, by) })
    }

    /// The counter of a month and its rollups; `None` if they don't add up to it: its runs ended before there were
    /// rollups, or a record is damaged. A run that ends between the two reads changes the counter's revision.
    async fn rollups_of(&self, user: UserId, month: Month) -> Result<Option<(UsageCounter, Vec<Rollup>)>, StoreError> {
        let (mut counter, mut rollups) =
            futures::try_join!(self.usage.usage(user, month), self.rollups.rollups(user, month))?;
        for _ in 1..READS_MAX {
            if agree(&rollups, &counter) {
                return Ok(Some((counter, rollups)));
            }
            let again = self.usage.usage(user, month).await?;
            let found = self.rollups.rollups(user, month).await?;
            let is_still = again.revision == counter.revision && found == rollups;
            (counter, rollups) = (again, found);
            if is_still {
                return Ok(None);
            }
        }
        Ok(agree(&rollups, &counter).then_some((counter, rollups)))
    }

    /// Reads the runs of a month, page by page.
    async fn for_each_run(
        &self,
        user: UserId,
        month: Month,
        mut each: impl FnMut(&Run) + Send,
    ) -> Result<(), StoreError> {
        let (from, to) = (month.first_instant(), month.resets_at());
        let mut after = None;
        loop {
            let page = self.runs.runs_from(user, from, to, FOLD_PAGE_RUNS, after.as_ref()).await?;
            page.items.iter().for_each(&mut each);
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

/// Whether rollups add up to the counter.
fn agree(rollups: &[Rollup], counter: &UsageCounter) -> bool {
    let totals: Vec<DayFigures> = rollups.iter().map(Rollup::total).collect();
    total(&totals).agree_with(counter)
}
