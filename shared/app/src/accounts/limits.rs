//! The plan and the limits of an account.

use crate::holdings::access::{self, change_listed};
use crate::holdings::{Expected, KeepError};
use crate::optimistic::{self, Step};
use crate::ports::{
    AccountChanges, Accounts, Clock, Configurations, Entropy, ReachedAlready, Repositories, StoreError, UsageCounters,
};
use domain::account::{Account, LimitsChange, Overrides, Plan};
use domain::id::{EventId, NoticeId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::{ReachedThreshold, Recipient};
use domain::usage::{UsageCounter, admission, reached};
use std::sync::Arc;

/// Sets plan and overrides of accounts, for administrators.
#[derive(Clone)]
pub struct SetLimits {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub accounts: Arc<dyn Accounts>,
    pub changes: Arc<dyn AccountChanges>,
    pub usage: Arc<dyn UsageCounters>,
    pub configurations: Arc<dyn Configurations>,
    pub repositories: Arc<dyn Repositories>,
}

/// The limits were not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitsError {
    #[error("the account is closed: its plan can't be changed")]
    AccountClosed,
    #[error(transparent)]
    Changed(KeepError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SetLimits {
    /// Sets an account's plan and overrides. A higher limit wakes blocked configurations at once; a lower limit that is
    /// already reached is reported. The same values again change nothing and wake configurations that are still
    /// blocked, so that an interrupted call can be repeated.
    pub async fn set(
        &self,
        by: UserId,
        user: UserId,
        (plan, overrides): (Plan, Overrides),
        expected: &Expected,
    ) -> Result<Account, LimitsError> {
        let now = self.clock.now();
        let id = EventId::at(now, self.entropy.randomness());
        let account = optimistic::update(
            ("the change of the limits of account", user),
            |_| async move {
                match self.accounts.account(user).await? {
                    before if before.standing.is_open() => Ok(before),
                    _ => Err(LimitsError::AccountClosed),
                }
            },
            |found: &Account, sent: &Account| (limits_of(found) == limits_of(sent)).then(|| found.clone()),
            |before| async move {
                expected.check(before.limits_version).map_err(LimitsError::Changed)?;
                if (before.plan, before.overrides) == (plan, overrides) {
                    return Ok(Step::Done(before));
                }
                let limits_version = before.limits_version.saturating_add(1);
                let after = Account { plan, overrides, limits_version, ..before.clone() };
                let audit = LimitsChange {
                    id,
                    user,
                    by,
                    at: now,
                    before: (before.plan, before.overrides),
                    after: (plan, overrides),
                };
                let reached = self.reached(&after, now).await?;
                let changed = self.changes.change_limits(&before, &after, &audit, reached.as_ref()).await;
                Ok(Step::of(changed, after)?)
            },
        )
        .await?;
        self.wake(&account, now).await?;
        Ok(account)
    }

    /// Thresholds of the new limit that this month has reached and that are not reported yet.
    async fn reached(&self, account: &Account, now: Instant) -> Result<Option<ReachedAlready>, StoreError> {
        let month = Month::of(now);
        let usage = self.usage.usage(account.user, month).await?;
        let marks = reached(&usage, account.limits().monthly_runs);
        let Some(mark) = marks.last().copied() else { return Ok(None) };
        let used = usage.counted_runs;
        let about = self.configurations.configurations(account.user).await?.into_iter().next();
        let recipient = match &about {
            None => None,
            Some(about) => {
                let named = access::named(self.repositories.as_ref(), about).await?;
                Some(Recipient::of(account, named, Some(about)))
            }
        };
        let ids = (NoticeId::at(now, self.entropy.randomness()), EventId::at(now, self.entropy.randomness()));
        let reached = ReachedThreshold { user: account.user, mark, used, month };
        let (notice, event) = reached.announce(recipient.as_ref(), ids, now);
        Ok(Some(ReachedAlready { month, marks, counted_is: used, notice, event }))
    }

    /// Wakes blocked configurations, if the limit is no longer reached.
    async fn wake(&self, account: &Account, now: Instant) -> Result<(), StoreError> {
        let usage: UsageCounter = self.usage.usage(account.user, Month::of(now)).await?;
        if !admission(account, &usage, true).leaves_runs() {
            return Ok(());
        }
        for configuration in self.configurations.configurations(account.user).await? {
            let what = "the waking of configuration";
            change_listed(self.configurations.as_ref(), what, configuration, |found| found.woken(now)).await?;
        }
        Ok(())
    }
}

/// The values that identify a change of limits.
fn limits_of(account: &Account) -> (u64, Plan, Overrides) {
    (account.limits_version, account.plan, account.overrides)
}
