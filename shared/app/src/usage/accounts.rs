//! The accounts with usage in the current month, for administrators.

use crate::ports::{Accounts, Clock, Fleet, StoreError, UsageCounters};
use domain::account::Account;
use domain::id::UserId;
use domain::instant::Instant;
use domain::month::Month;
use domain::run::{FLEET_SHARDS, RankedAccount};
use domain::usage::{UsageCounter, Warning, warning};
use futures::stream::{self, StreamExt, TryStreamExt};
use std::cmp::Reverse;
use std::sync::Arc;
use uuid::Uuid;

/// Accounts of a page that are read at the same time.
const READS_AT_ONCE: usize = 16;

/// Lists accounts. Their order is that of the sums that each tick makes; their figures are read from their counters.
#[derive(Clone)]
pub struct ListAccounts {
    pub clock: Arc<dyn Clock>,
    pub fleet: Arc<dyn Fleet>,
    pub accounts: Arc<dyn Accounts>,
    pub usage: Arc<dyn UsageCounters>,
}

/// The order of the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountSort {
    /// Most counted runs first.
    Usage,
    /// By user id.
    User,
}

/// Which accounts are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountsQuery {
    pub sort: AccountSort,
    /// Only users whose id begins with this text.
    pub search: Option<String>,
    /// Only accounts that have used 80 % of their limit or more.
    pub near_limit: bool,
    pub limit: usize,
    pub offset: usize,
    /// The last account of the page before.
    pub after: Option<Uuid>,
}

/// An account and its month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountUsage {
    pub account: Account,
    pub counter: UsageCounter,
}

impl AccountUsage {
    /// How near its current limit the account is.
    pub fn warning(&self) -> Warning {
        warning(self.counter.counted_runs, self.account.limits().monthly_runs)
    }
}

/// A page of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountsPage {
    pub accounts: Vec<AccountUsage>,
    /// The last account of this page, if there are more.
    pub next: Option<Uuid>,
    /// When the oldest part of the list was made; `None` if no account has used anything, as far as is known.
    pub as_of: Option<Instant>,
}

impl ListAccounts {
    /// A page. With `near_limit` it may have fewer accounts than requested: those whose limit was raised since their
    /// last run are removed.
    pub async fn page(&self, query: &AccountsQuery) -> Result<AccountsPage, StoreError> {
        let month = Month::of(self.clock.now());
        let (as_of, mut listed) = self.listed(month).await?;
        // Also if that account is near its limit no more.
        let last = listed.iter().find(|account| Some(account.user.uuid()) == query.after).copied();
        listed.retain(|account| matches(account, query));
        match query.sort {
            AccountSort::Usage => listed.sort_by_key(by_usage),
            AccountSort::User => listed.sort_by_key(|account| account.user),
        }
        let from = query.offset.saturating_add(start(&listed, query, last));
        let left = listed.len().saturating_sub(from);
        let page: Vec<UserId> = listed.iter().skip(from).take(query.limit).map(|account| account.user).collect();
        let next = page.last().filter(|_| left > page.len()).map(|user| user.uuid());
        let mut accounts: Vec<AccountUsage> = stream::iter(page)
            .map(|user| async move {
                let (account, counter) =
                    futures::try_join!(self.accounts.account(user), self.usage.usage(user, month))?;
                Ok::<_, StoreError>(AccountUsage { account, counter })
            })
            .buffered(READS_AT_ONCE)
            .try_collect()
            .await?;
        accounts.retain(|found| !query.near_limit || found.warning() != Warning::None);
        Ok(AccountsPage { accounts, next, as_of })
    }

    /// All accounts that the tick has listed.
    async fn listed(&self, month: Month) -> Result<(Option<Instant>, Vec<RankedAccount>), StoreError> {
        let parts = (0..FLEET_SHARDS).map(|shard| self.fleet.fleet_accounts(month, shard));
        let parts: Vec<_> = futures::future::try_join_all(parts).await?.into_iter().flatten().collect();
        let as_of = parts.iter().map(|(as_of, _)| *as_of).min();
        Ok((as_of, parts.into_iter().flat_map(|(_, accounts)| accounts).collect()))
    }
}

fn matches(account: &RankedAccount, query: &AccountsQuery) -> bool {
    let is_near = !query.near_limit || warning(account.counted_runs, account.limit) != Warning::None;
    let is_found = query.search.as_ref().is_none_or(|search| account.user.to_string().starts_with(search.as_str()));
    is_near && is_found
}

/// The place after the last account of the page before, `last`. By usage, this is the end if it is not in the month's
/// list any more.
fn start(listed: &[RankedAccount], query: &AccountsQuery, last: Option<RankedAccount>) -> usize {
    let Some(after) = query.after else { return 0 };
    match (query.sort, last) {
        (AccountSort::User, _) => listed.partition_point(|account| account.user.uuid() <= after),
        (AccountSort::Usage, Some(last)) => listed.partition_point(|account| by_usage(account) <= by_usage(&last)),
        (AccountSort::Usage, None) => listed.len(),
    }
}

fn by_usage(account: &RankedAccount) -> (Reverse<u64>, UserId) {
    (Reverse(account.counted_runs), account.user)
}
