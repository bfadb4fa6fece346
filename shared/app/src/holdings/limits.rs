//! What an account may have.

use super::{Expected, KeepError, busy};
use crate::limits::RACES_MAX;
use crate::ports::{
    AccountChanges, Accounts, Clock, Configurations, Entropy, ReachedAlready, Refusal, StoreError, TransactionError,
    UsageCounters,
};
use domain::account::{Account, LimitsChange, Overrides, Plan};
use domain::configuration::Configuration;
use domain::id::{EventId, NoticeId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::{ReachedThreshold, Recipient};
use domain::usage::{UsageCounter, admission, reached};
use std::sync::Arc;

/// Sets plan and overrides of accounts: for administrators.
#[derive(Clone)]
pub struct SetLimits {
    /// Now.
    pub clock: Arc<dyn Clock>,
    /// Ids of audit entries, notices and events.
    pub entropy: Arc<dyn Entropy>,
    /// The account.
    pub accounts: Arc<dyn Accounts>,
    /// The change.
    pub changes: Arc<dyn AccountChanges>,
    /// Whether a new limit is reached already.
    pub usage: Arc<dyn UsageCounters>,
    /// What waits for a higher limit.
    pub configurations: Arc<dyn Configurations>,
}

/// The limits can't be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitsError {
    /// The account is being deleted, or was.
    #[error("the account is closed: its plan can't be changed")]
    AccountClosed,
    /// It has another version than its caller expected.
    #[error(transparent)]
    Changed(KeepError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SetLimits {
    /// Sets an account's plan and overrides. A higher limit wakes what waits for it at once; a lower one is told where
    /// it is reached already. The same values again change nothing but wake what still waits, so that a call that
    /// failed half-way can be made again.
    pub async fn set(
        &self,
        by: UserId,
        user: UserId,
        (plan, overrides): (Plan, Overrides),
        expected: &Expected,
    ) -> Result<Account, LimitsError> {
        let now = self.clock.now();
        let id = EventId::at(now, self.entropy.randomness());
        let mut failure = None;
        let mut sent = None;
        for _ in 0..RACES_MAX {
            let before = self.accounts.account(user).await?;
            if !before.standing.is_open() {
                return Err(LimitsError::AccountClosed);
            }
            // The answer was lost, and the change was made.
            let is_made = failure.is_some() && sent.as_ref().is_some_and(|sent| *sent == limits_of(&before));
            if !is_made {
                expected.check(before.limits_version).map_err(LimitsError::Changed)?;
            }
            if (before.plan, before.overrides) == (plan, overrides) {
                self.wake(&before, now).await?;
                return Ok(before);
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
            sent = Some(limits_of(&after));
            match self.changes.change_limits(&before, &after, &audit, reached.as_ref()).await {
                Ok(()) => {
                    self.wake(&after, now).await?;
                    return Ok(after);
                }
                Err(TransactionError::Store(error)) if !error.is_transient() => return Err(error.into()),
                Err(TransactionError::Store(error)) => failure = Some(error),
                Err(TransactionError::Refused(_)) => {}
            }
        }
        Err(failure.unwrap_or_else(|| busy("the change of account", user.uuid())).into())
    }

    /// Thresholds of the new limit that this month has reached and nobody was told of.
    async fn reached(&self, account: &Account, now: Instant) -> Result<Option<ReachedAlready>, StoreError> {
        let month = Month::of(now);
        let usage = self.usage.usage(account.user, month).await?;
        let marks = reached(&usage, account.limits().monthly_runs);
        let Some(mark) = marks.last().copied() else { return Ok(None) };
        let used = usage.counted_runs;
        let about = self.configurations.configurations(account.user).await?.into_iter().next();
        let recipient = about.map(|about| Recipient::of(account, &about));
        let ids = (NoticeId::at(now, self.entropy.randomness()), EventId::at(now, self.entropy.randomness()));
        let reached = ReachedThreshold { user: account.user, mark, used, month };
        let (notice, event) = reached.announce(recipient.as_ref(), ids, now);
        Ok(Some(ReachedAlready { month, marks, counted_is: used, notice, event }))
    }

    /// Wakes the configurations that were blocked, where the limit is not reached any more.
    async fn wake(&self, account: &Account, now: Instant) -> Result<(), StoreError> {
        let usage: UsageCounter = self.usage.usage(account.user, Month::of(now)).await?;
        if !admission(account, &usage, true).leaves_runs() {
            return Ok(());
        }
        for configuration in self.configurations.configurations(account.user).await? {
            self.wake_one(configuration, now).await?;
        }
        Ok(())
    }

    async fn wake_one(&self, configuration: Configuration, now: Instant) -> Result<(), StoreError> {
        let mut before = configuration;
        for _ in 0..RACES_MAX {
            let Some(after) = before.woken(now) else { return Ok(()) };
            match self.configurations.replace_configuration(&before, &after).await {
                Ok(()) => return Ok(()),
                Err(Refusal::Store(error)) if !error.is_transient() => return Err(error),
                Err(_) => {}
            }
            match self.configurations.configuration(before.user, before.id).await? {
                Some(found) => before = found,
                None => return Ok(()),
            }
        }
        Err(busy("the waking of configuration", before.id.uuid()))
    }
}

/// What a change of limits is known again by.
fn limits_of(account: &Account) -> (u64, Plan, Overrides) {
    (account.limits_version, account.plan, account.overrides)
}
