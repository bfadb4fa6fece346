//! The usage of one month under the current limits.

use crate::ports::{Accounts, Clock, Runs, StoreError, UsageCounters};
use domain::account::{Account, Limits};
use domain::id::UserId;
use domain::instant::{self, Instant};
use domain::month::Month;
use domain::usage::{Admission, UsageCounter, Warning, admission, percentage, remaining, startable, warning};
use std::sync::Arc;

/// Reads usage: always two items.
#[derive(Clone)]
pub struct ReadUsage {
    pub clock: Arc<dyn Clock>,
    pub accounts: Arc<dyn Accounts>,
    pub usage: Arc<dyn UsageCounters>,
    pub runs: Arc<dyn Runs>,
}

/// The usage of a month under the current limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageStatement {
    /// The minute in which it was read. Statements of one minute are the same if nothing has changed.
    pub as_of: Instant,
    pub account: Account,
    /// Whether it is the current month. Nothing starts in another one.
    pub is_current: bool,
    pub limits: Limits,
    pub counter: UsageCounter,
    pub admission: Admission,
    /// Runs that may still count in this month.
    pub remaining: u64,
    /// Runs that may start now at the same time.
    pub startable: u64,
    pub warning: Warning,
    /// Counted runs in whole percent of the limit.
    pub percentage: u64,
    pub resets_at: Instant,
}

impl ReadUsage {
    /// The usage of the current month.
    pub async fn current(&self, user: UserId) -> Result<UsageStatement, StoreError> {
        self.month(user, Month::of(self.clock.now())).await
    }

    /// The usage of a month under the current limits. Runs start only in the current month.
    pub async fn month(&self, user: UserId, month: Month) -> Result<UsageStatement, StoreError> {
        let (account, counter) = futures::try_join!(self.accounts.account(user), self.usage.usage(user, month))?;
        let counter = sound(counter, self.runs.as_ref()).await?;
        let limits = account.limits();
        Ok(UsageStatement {
            as_of: instant::to_minute(self.clock.now()),
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

/// The counter; if figures of it can't be read, the sums of the month's runs, which are read only then.
pub(super) async fn sound(counter: UsageCounter, runs: &dyn Runs) -> Result<UsageCounter, StoreError> {
    if counter.unreadable.is_empty() || counter.outlives_runs {
        return Ok(counter);
    }
    let (from, to) = (counter.month.first_instant(), counter.month.resets_at());
    let found = runs.runs_from(counter.user, from, to, usize::MAX, None).await?;
    Ok(counter.of_runs(&found.items))
}
