//! The life of runs. Each move is one transaction: run, counter, configuration, account, notices and events.

mod block;
mod finish;
mod hold;
mod pay;
mod reserve;

use super::item::flag;
use super::{Change, DynamoStore, Key, Write, WriteError, attribute, event, notice, run};
use app::ports::{Block, Finish, LimitSeen, Part, Refusal, Reservation, RunLedger, StoreError, TransactionError};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::event::Event;
use domain::id::{OwnerId, UserId};
use domain::instant::Instant;
use domain::notice::Notice;
use domain::run::{Payment, Run};
use domain::usage::Mark;

#[async_trait]
impl RunLedger for DynamoStore {
    async fn reserve(&self, reservation: &Reservation) -> Result<(), TransactionError> {
        self.transact(reserve::writes(&self.table, reservation)?).await
    }

    async fn claim(&self, before: &Run, after: &Run) -> Result<(), Refusal> {
        let claimed = self.update(&hold::claim(before, after), Key::run(before.user, before.id)).await;
        unless_done(claimed, |stored| hold::is_claimed_as(stored, after))
    }

    async fn wait(&self, owner: OwnerId, after: &Run) -> Result<(), Refusal> {
        let begun = self.update(&hold::wait(owner, after), Key::run(after.user, after.id)).await;
        // Only the owner of an attempt can let it wait, and it does so once.
        unless_done(begun, |stored| stored.waits_as(after))
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

/// A write that was refused because it had happened already (its first answer was lost) has worked.
fn unless_done(written: Result<(), WriteError>, is_done: impl FnOnce(&Run) -> bool) -> Result<(), Refusal> {
    match written {
        Err(WriteError::Refused(Some(item))) if run::from_item(&item).is_ok_and(|stored| is_done(&stored)) => Ok(()),
        other => Ok(other?),
    }
}

/// Condition: the account's limits are those that were read.
pub(crate) fn limit_check(table: &str, user: UserId, limit: LimitSeen) -> Result<Write, StoreError> {
    let as_read = Change::default().if_figure(attribute::LIMITS_VERSION, limit.version);
    as_read.into_check(Part::Account, table, Key::account(user))
}

/// A notice, on the condition that it does not exist yet.
pub(crate) fn new_notice(table: &str, notice: &Notice) -> Result<Write, StoreError> {
    Change::if_absent().into_put(Part::Notice, table, notice::to_item(notice))
}

/// An event, on the condition that it does not exist yet.
pub(crate) fn new_event(table: &str, event: &Event) -> Result<Write, StoreError> {
    Change::if_absent().into_put(Part::Event, table, event::to_item(event))
}

/// Marks thresholds on a counter, on the condition that none of them is marked yet.
pub(crate) fn alert<'a>(change: Change, marks: impl IntoIterator<Item = &'a Mark>) -> Change {
    let marks: Vec<String> = marks.into_iter().map(ToString::to_string).collect();
    if marks.is_empty() {
        return change;
    }
    let unmarked =
        |change: Change, mark: &String| change.unless_contains(attribute::ALERTED, AttributeValue::S(mark.clone()));
    marks.iter().fold(change, unmarked).add(attribute::ALERTED, AttributeValue::Ss(marks))
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
