//! Changes of accounts' limits and profiles, their closure, and the audit entries of both.

use super::super::expression::Change;
use super::super::item::{Attributes, instant, item, number_of, text};
use super::super::key::Key;
use super::super::ledger::{new_event, new_notice};
use super::super::{DynamoStore, account, attribute};
use super::{Write, idempotency_part};
use app::ports::{AccountChanges, IdempotencyKey, Part, ReachedAlready, Refusal, StoreError, TransactionError};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::account::{Account, Closure, LimitsChange, Overrides, Plan};
use domain::id::UserId;
use domain::instant::Instant;

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
            .into_update(&self.table, Key::account(after.user))?;
        let mut writes = vec![(Part::Account, limits), audit_part(&self.table, audit)?];
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
        let change = profile_change(before, after).into_update(&self.table, Key::account(after.user))?;
        let mut writes = vec![(Part::Account, change)];
        writes.extend(idempotency_part(&self.table, after.user, Some(key), after.user.uuid(), now)?);
        self.transact(writes).await
    }

    async fn close_account(&self, closure: &Closure) -> Result<(), TransactionError> {
        let close = Change::default()
            .unless_there(attribute::CLOSED_AT)
            .set(attribute::CLOSED_AT, instant(closure.at))
            .set(account::TIME_ZONE, None)
            .set(account::NOTIFICATION_WEBHOOK, None)
            .set_all(account::NOTIFICATION_SECRETS.attributes(None))
            .set_all(account::own_model(None))
            .set_all(account::due(closure.user, Some(closure.at)))
            .add_number(attribute::LIMITS_VERSION, 1)
            .into_update(&self.table, Key::account(closure.user))?;
        let audit = vec![(BY, text(closure.by.to_string())), (AT, instant(closure.at)), (WHAT, text(CLOSED))];
        let audit = item(Key::audit(closure.user, closure.id), audit);
        let audit = Change::if_absent().into_put(&self.table, audit)?;
        self.transact(vec![(Part::Account, close), (Part::Audit, audit)]).await
    }
}

fn profile_change(before: &Account, after: &Account) -> Change {
    Change::default()
        .unless_there(attribute::CLOSED_AT)
        .if_figure(account::PROFILE_VERSION, before.profile_version)
        .set_all(account::profile(after))
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
    let put = Change::if_absent().into_put(table, item(Key::audit(audit.user, audit.id), attributes))?;
    Ok((Part::Audit, put))
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
    let marks: Vec<String> = reached.marks.iter().map(ToString::to_string).collect();
    let change =
        Change::default().add_number(attribute::REVISION, 1).if_figure(attribute::COUNTED_RUNS, reached.counted_is);
    let change = marks
        .iter()
        .fold(change, |change, mark| change.unless_contains(attribute::ALERTED, AttributeValue::S(mark.clone())))
        .add(attribute::ALERTED, AttributeValue::Ss(marks.clone()));
    let mut writes = vec![(Part::Counter, change.into_update(table, Key::usage(user, reached.month))?)];
    if let Some(notice) = &reached.notice {
        writes.push(new_notice(table, notice)?);
    }
    writes.push(new_event(table, &reached.event)?);
    Ok(writes)
}
