//! The user has read the notices until an instant.

use super::ListNotices;
use crate::optimistic::{self, Step};
use crate::ports::{AccountChanges, Accounts, Clock, Refusal, StoreError};
use domain::account::Account;
use domain::id::UserId;
use domain::instant::Instant;
use std::sync::Arc;

/// Records which notices a user has read.
#[derive(Clone)]
pub struct MarkNoticesRead {
    pub clock: Arc<dyn Clock>,
    pub accounts: Arc<dyn Accounts>,
    pub changes: Arc<dyn AccountChanges>,
    pub list: ListNotices,
}

/// The notices were not marked as read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("the account is closed: its notices can't be marked as read")]
    AccountClosed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MarkNoticesRead {
    /// Marks the notices that were made until then as read. An instant that is to come counts as now: a notice that the
    /// user can't have seen stays unread. An earlier one than is recorded changes nothing. Returns the account, and how
    /// many notices are unread.
    pub async fn until(&self, user: UserId, until: Instant) -> Result<(Account, usize), ReadError> {
        let until = until.clamp(Instant::UNIX_EPOCH, self.clock.now());
        let account = optimistic::ensure(
            ("the reading of the notices of account", user),
            |_| async move {
                let account = self.accounts.account(user).await?;
                if account.standing.is_open() { Ok(account) } else { Err(ReadError::AccountClosed) }
            },
            |found| async move {
                if found.has_read(until) {
                    return Ok(Step::Done(found));
                }
                let after = Account { notices_read_until: Some(until), ..found };
                Ok(match self.changes.read_notices(user, until).await {
                    Ok(()) => Step::Done(after),
                    // A later instant was recorded, or the account was closed: the next read shows which.
                    Err(Refusal::MovedOn) => Step::Refused,
                    Err(Refusal::Store(error)) => Step::not_written(error, ())?,
                })
            },
        )
        .await?;
        let unread = self.list.unread(&account).await?;
        Ok((account, unread))
    }
}
