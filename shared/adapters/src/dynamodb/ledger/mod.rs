//! The life of runs. Each move is one transaction: the run first, then the counter, the configuration, the account,
//! and the notices and events.

mod block;
mod claim;
mod finish;
mod pay;
mod reserve;
mod wait;

use super::expression::Change;
use super::item::flag;
use super::key::Key;
use super::{DynamoStore, attribute, event, notice};
use app::ports::{Block, Finish, LimitSeen, Part, Refusal, Reservation, RunLedger, StoreError, TransactionError};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::event::Event;
use domain::id::{OwnerId, UserId};
use domain::instant::Instant;
use domain::notice::Notice;
use domain::run::{Payment, Run};

/// A part of a transaction, with its name.
pub(crate) type Write = (Part, TransactWriteItem);

#[async_trait]
impl RunLedger for DynamoStore {
    async fn reserve(&self, reservation: &Reservation) -> Result<(), TransactionError> {
        self.transact(reserve::writes(&self.table, reservation)?).await
    }

    async fn claim(&self, before: &Run, after: &Run) -> Result<(), Refusal> {
        let error = match self.update(&claim::change(before, after), Key::run(before.user, before.id)).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        if claim::is_mine(&error, after) { Ok(()) } else { Err(error.into()) }
    }

    async fn wait(&self, owner: OwnerId, after: &Run) -> Result<(), Refusal> {
        let error = match self.update(&wait::change(owner, after), Key::run(after.user, after.id)).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        if wait::has_begun(&error, after) { Ok(()) } else { Err(error.into()) }
    }

    async fn finish(&self, finish: &Finish) -> Result<(), TransactionError> {
        self.transact(finish::writes(&self.table, finish)?).await
    }

    async fn block(&self, block: &Block) -> Result<(), TransactionError> {
        self.transact(block::writes(&self.table, block)?).await
    }

    async fn pay(&self, run: &Run, payment: &Payment, now: Instant) -> Result<(), TransactionError> {
        self.transact(pay::writes(&self.table, run, payment, now)?).await
    }
}

/// Condition: the account's limits are those that were read.
pub(crate) fn limit_check(table: &str, user: UserId, limit: LimitSeen) -> Result<Write, StoreError> {
    let check =
        Change::default().if_figure(attribute::LIMITS_VERSION, limit.version).into_check(table, Key::account(user))?;
    Ok((Part::Account, check))
}

/// A notice, on the condition that it does not exist yet.
pub(crate) fn new_notice(table: &str, notice: &Notice) -> Result<Write, StoreError> {
    let put = Change::if_absent().into_put(table, notice::to_item(notice))?;
    Ok((Part::Notice, put))
}

/// An event, on the condition that it does not exist yet.
pub(crate) fn new_event(table: &str, event: &Event) -> Result<Write, StoreError> {
    let put = Change::if_absent().into_put(table, event::to_item(event))?;
    Ok((Part::Event, put))
}

/// Marks a run as one whose price is unknown, on the condition that it is not marked yet.
///
/// Two workers of one run that both paid without a price have each read it unmarked. Without the condition both writes
/// would add the run to the counter's `unpriced_runs`; with it the second is refused, reads the run again, and adds
/// its tokens only.
fn unpriced_once(change: Change) -> Change {
    change.unless_there(attribute::UNPRICED).set(attribute::UNPRICED, flag(true))
}

/// An attempt's number, once as a member to look for and once as a set to add.
fn paid(attempt: u32) -> (AttributeValue, AttributeValue) {
    let digits = attempt.to_string();
    (AttributeValue::N(digits.clone()), AttributeValue::Ns(vec![digits]))
}
