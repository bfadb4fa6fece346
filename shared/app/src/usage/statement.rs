//! One month's usage under the limits in force.

use crate::ports::{Accounts, Clock, Runs, StoreError, UsageCounters};
use domain::account::{Account, Limits};
use domain::id::UserId;
use domain::instant::Instant;
use domain::month::Month;
use domain::usage::{Admission, UsageCounter, Warning, admission, percentage, remaining, startable, warning};
use std::sync::Arc;

/// Reads usage: two items, however many runs there are.
#[derive(Clone)]
pub struct ReadUsage {
    pub clock: Arc<dyn Clock>,
    pub accounts: Arc<dyn Accounts>,
    pub usage: Arc<dyn UsageCounters>,
    pub runs: Arc<dyn Runs>,
}

/// A month's usage under the limits in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageStatement {
    pub account: Account,
    /// Whether it is the current month. Nothing starts in another one.
    pub is_current: bool,
    pub limits: Limits,
    pub counter: UsageCounter,
    /// Whether one more run may start now.
    pub admission: Admission,
    /// Runs that may still count in this month.
    pub remaining: u64,
    /// Runs that may start now at the same time.
    pub startable: u64,
    pub warning: Warning,
    /// Counted runs in whole percent of the limit.
    pub percentage: u64,
    /// When the limit resets.
    pub resets_at: Instant,
}

impl ReadUsage {
    /// Returns the usage of a month.
    pub async fn current(&self, user: UserId) -> Result<UsageStatement, StoreError> {
        self.month(user, Month::of(self.clock.now())).await
    }

    /// A month's usage, under the limits in force now. Nothing starts in another month than this one.
    pub async fn month(&self, user: UserId, month: Month) -> Result<UsageStatement, StoreError> {
        let (account, counter) = futures::try_join!(self.accounts.account(user), self.usage.usage(user, month))?;
        let counter = sound(counter, self.runs.as_ref()).await?;
        let limits = account.limits();
        Ok(UsageStatement {
            is_current: month == Month::of(self.clock.now()),
            admission: admission(&account, &counter, true),
            remaining: remaining(&account, &counter),
            startable: startable(&account, &counter),
            warning: warning(counter.counted_runs, limits.monthly_runs),
            percentage: percentage(counter.counted_runs, limits.monthly_runs),
            resets_at: month.resets_at(),
            account,
            limits,
            counter,
        })
    }
}

/// The counter as it is, or as the month's runs make it where figures of it can't be read: the runs are read only then.
pub(super) async fn sound(counter: UsageCounter, runs: &dyn Runs) -> Result<UsageCounter, StoreError> {
    if counter.unreadable.is_empty() || counter.outlives_runs {
        return Ok(counter);
    }
    let (from, to) = (counter.month.first_instant(), counter.month.resets_at());
    let found = runs.runs_from(counter.user, from, to, usize::MAX, None).await?;
    Ok(counter.of_runs(&found.items))
}
