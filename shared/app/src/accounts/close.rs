//! Closing an account: nothing new starts afterwards.

use super::erase::Budget;
use crate::limits::{STOPPED_AT_ONCE, STOPPED_AT_ONCE_SECONDS};
use crate::optimistic::{self, Step};
use crate::ports::{AccountChanges, Accounts, Clock, Configurations, Entropy, Holdings, StoreError};
use domain::account::{Closure, Standing};
use domain::configuration::Configuration;
use domain::id::{EventId, UserId};
use domain::instant::Duration;
use std::sync::Arc;

/// Closes accounts. A closed account stays in the due index until all its records are erased.
#[derive(Clone)]
pub struct CloseAccount {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub accounts: Arc<dyn Accounts>,
    pub changes: Arc<dyn AccountChanges>,
    pub configurations: Arc<dyn Configurations>,
    pub holdings: Arc<dyn Holdings>,
}

impl CloseAccount {
    /// Closes an account and returns its standing. An account that is already closed does not change.
    ///
    /// A bounded number of its configurations become tombstones before this returns: a reservation is conditional on
    /// its configuration, so that none of their runs starts afterwards. The tick stops the others.
    pub async fn close(&self, by: UserId, user: UserId) -> Result<Standing, StoreError> {
        let now = self.clock.now();
        let closure = &Closure { id: EventId::at(now, self.entropy.randomness()), user, by, at: now };
        let standing = optimistic::ensure(
            ("the closing of account", user),
            |_| async move { Ok(self.accounts.account(user).await?.standing) },
            |standing| async move {
                if !standing.is_open() {
                    return Ok(Step::Done(standing));
                }
                // Closed by this request or by another one: the next read shows when.
                Ok(match Step::of(self.changes.close_account(closure).await, ())? {
                    Step::Done(()) | Step::Refused => Step::Refused,
                    Step::Unknown((), failure) => Step::Unknown((), failure),
                })
            },
        )
        .await?;
        self.stop_at_once(standing, user).await;
        Ok(standing)
    }

    /// After a failure here the next tick continues: the account is already closed.
    async fn stop_at_once(&self, standing: Standing, user: UserId) {
        if standing.deleted_at().is_some() {
            return;
        }
        let deadline = self.clock.now() + Duration::seconds(STOPPED_AT_ONCE_SECONDS);
        if let Err(error) = self.stop_configurations(user, &mut Budget::new(STOPPED_AT_ONCE, deadline)).await {
            tracing::warn!(%user, %error, "the configurations of a closed account wait for the tick");
        }
    }

    /// Turns configurations into tombstones, so that none of their runs is scheduled. Returns whether none is left.
    pub(super) async fn stop_configurations(&self, user: UserId, budget: &mut Budget) -> Result<bool, StoreError> {
        for configuration in self.configurations.configurations(user).await? {
            if budget.is_spent(self.clock.now()) {
                return Ok(false);
            }
            self.stop(configuration).await?;
            budget.spend(1);
        }
        Ok(true)
    }

    async fn stop(&self, configuration: Configuration) -> Result<(), StoreError> {
        let now = self.clock.now();
        let (user, id, listed) = (configuration.user, configuration.id, &configuration);
        optimistic::ensure(
            ("the deletion, with its account, of configuration", id),
            |again| async move {
                if again { self.configurations.configuration(user, id).await } else { Ok(Some(listed.clone())) }
            },
            |found| async move {
                match found.filter(|found| found.deleted_at.is_none()) {
                    Some(found) => Step::of(self.holdings.remove_configuration(&found, &found.deleted(now)).await, ()),
                    None => Ok(Step::Done(())),
                }
            },
        )
        .await
    }
}
