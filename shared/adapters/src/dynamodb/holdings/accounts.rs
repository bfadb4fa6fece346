//! Changes of accounts' limits and profiles, their closure, and the audit entries of both.

use super::super::delivery::health;
use super::super::item::{instant, item, number_of, text};
use super::super::ledger::{alert, new_event, new_notice};
use super::super::{Attributes, Change, DynamoStore, Key, Write, account, account_email, attribute, idempotency};
use app::ports::{AccountChanges, IdempotencyKey, Part, ReachedAlready, Refusal, StoreError, TransactionError};
use async_trait::async_trait;
use domain::account::{Account, Closure, LimitsChange, Overrides, Plan};
use domain::id::UserId;
use domain::instant::Instant;
use std::iter;

const BY: &str = "by";
const AT: &str = "at";
/// The kind of entry; absent if limits were changed.
const WHAT: &str = "what";
const CLOSED: &str = "closed";

#[async_trait]
impl AccountChanges for DynamoStore {
    async fn change_limits(
        &self,
        before: &Account,
        after: &Account,
        audit: &LimitsChange,
        reached: Option<&ReachedAlready>,
    ) -> Result<(), TransactionError> {
        let limits = Change::default()
            .unless_there(attribute::CLOSED_AT)
            .if_figure(attribute::LIMITS_VERSION, before.limits_version)
            .set_all(account::limits(after))
            .into_update(Part::Account, &self.table, Key::account(after.user))?;
        let mut writes = vec![limits, audit_part(&self.table, audit)?];
        if let Some(reached) = reached {
            writes.extend(already_reached(&self.table, after.user, reached)?);
        }
        self.transact(writes).await
    }

    async fn put_profile(&self, before: &Account, after: &Account) -> Result<(), Refusal> {
        Ok(self.update(&profile_change(before, after), Key::account(after.user)).await?)
    }

    async fn put_profile_once(
        &self,
        before: &Account,
        after: &Account,
        key: &IdempotencyKey,
        now: Instant,
    ) -> Result<(), TransactionError> {
        let user = after.user;
        let change = profile_change(before, after).into_update(Part::Account, &self.table, Key::account(user))?;
        let record = idempotency::new_record(&self.table, user, key, user.uuid(), now)?;
        self.transact(vec![change, record]).await
    }

    async fn read_notices(&self, user: UserId, until: Instant) -> Result<(), Refusal> {
        let change = Change::default()
            .unless_there(attribute::CLOSED_AT)
            .if_below(account::NOTICES_READ, u64::try_from(until.timestamp_millis()).unwrap_or_default().max(1))
            .set(account::NOTICES_READ, instant(until));
        Ok(self.update(&change, Key::account(user)).await?)
    }

    async fn close_account(&self, closure: &Closure) -> Result<(), TransactionError> {
        let close = Change::default()
            .unless_there(attribute::CLOSED_AT)
            .set(attribute::CLOSED_AT, instant(closure.at))
            .set(account::TIME_ZONE, None)
            .set(account::NOTIFICATION_WEBHOOK, None)
            .set_all(account::NOTIFICATION_SECRETS.attributes(None))
            .set(account::MUTED, None)
            .set(account::NOTICES_READ, None)
            .set_all(account_email::attributes(&Account::free(closure.user)))
            .set(attribute::HEALTH, None)
            .set_all(account::own_model(None))
            .set_all(account::due(closure.user, Some(closure.at)))
            .add_number(attribute::LIMITS_VERSION, 1)
            .into_update(Part::Account, &self.table, Key::account(closure.user))?;
        let audit = vec![(BY, text(closure.by.to_string())), (AT, instant(closure.at)), (WHAT, text(CLOSED))];
        let audit = item(Key::audit(closure.user, closure.id), audit);
        let audit = Change::if_absent().into_put(Part::Audit, &self.table, audit)?;
        self.transact(vec![close, audit]).await
    }
}

fn profile_change(before: &Account, after: &Account) -> Change {
    let mut change = Change::default()
        .unless_there(attribute::CLOSED_AT)
        .if_figure(account::PROFILE_VERSION, before.profile_version)
        .set_all(account::profile(after));
    if before.notification_webhook != after.notification_webhook {
        // The health of an unchanged address may have moved since it was read.
        change = change.set(attribute::HEALTH, health::value(after.notification_health));
    }
    // The confirmation of an unchanged address may have moved since it was read.
    let address = |account: &Account| account.notification_email.as_ref().map(|email| email.address.clone());
    if address(before) == address(after) {
        return change;
    }
    change.set_all(account_email::address(after.notification_email.as_ref()))
}

fn audit_part(table: &str, audit: &LimitsChange) -> Result<Write, StoreError> {
    let mut attributes = vec![(BY, text(audit.by.to_string())), (AT, instant(audit.at))];
    attributes.extend(side(
        ["before_plan", "before_runs", "before_repositories", "before_configurations", "before_interval"],
        audit.before,
    ));
    attributes.extend(side(
        ["after_plan", "after_runs", "after_repositories", "after_configurations", "after_interval"],
        audit.after,
    ));
    Change::if_absent().into_put(Part::Audit, table, item(Key::audit(audit.user, audit.id), attributes))
}

/// The plan and overrides before or after a change.
fn side(names: [&'static str; 5], (plan, overrides): (Plan, Overrides)) -> Attributes {
    let values = [
        text(plan.as_str()),
        number_of(overrides.monthly_runs),
        number_of(overrides.repositories),
        number_of(overrides.configurations),
        number_of(overrides.shortest_interval_minutes),
    ];
    names.into_iter().zip(values).collect()
}

/// Thresholds that use has already reached under the new limit: they are marked on the counter and stored as an event,
/// with a notice if there is one.
fn already_reached(table: &str, user: UserId, reached: &ReachedAlready) -> Result<Vec<Write>, StoreError> {
    let change =
        Change::default().add_number(attribute::REVISION, 1).if_figure(attribute::COUNTED_RUNS, reached.counted_is);
    let counter = alert(change, &reached.marks).into_update(Part::Counter, table, Key::usage(user, reached.month));
    let notice = reached.notice.as_ref().map(|notice| new_notice(table, notice));
    iter::once(counter).chain(notice).chain([new_event(table, &reached.event)]).collect()
}
