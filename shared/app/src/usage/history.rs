//! Usage of past months.

use super::statement::sound;
use crate::ports::{Clock, Runs, StoreError, UsageCounters};
use domain::id::UserId;
use domain::month::Month;
use domain::run::DailyUsage;
use domain::usage::UsageCounter;
use std::sync::Arc;

/// Months that one call returns at most: one query of 36 items of half a kilobyte.
pub const HISTORY_MONTHS_MAX: usize = 36;

/// Runs that are read at a time to sum up a month: they are never all in memory.
const FOLD_PAGE_RUNS: usize = 500;

/// Reads usage of months.
#[derive(Clone)]
pub struct ReadHistory {
    pub clock: Arc<dyn Clock>,
    pub usage: Arc<dyn UsageCounters>,
    pub runs: Arc<dyn Runs>,
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

    /// A month day by day, from its runs; by default the current month.
    pub async fn days(&self, user: UserId, month: Option<Month>) -> Result<DailyUsage, StoreError> {
        let month = month.unwrap_or_else(|| Month::of(self.clock.now()));
        let mut days = DailyUsage::empty(month);
        let (from, to) = (month.first_instant(), month.resets_at());
        let mut after = None;
        loop {
            let page = self.runs.runs_from(user, from, to, FOLD_PAGE_RUNS, after.as_ref()).await?;
            page.items.iter().for_each(|run| days.add(run));
            after = page.next;
            if after.is_none() {
                return Ok(days);
            }
        }
    }
}
