//! Idempotency records. One that has expired counts as absent, whether the table has removed it yet or not.

use super::expression::Change;
use super::item::{Item, Record, bytes, instant, item, number, text};
use super::key::Key;
use super::{DynamoStore, attribute};
use app::ports::{IdempotencyKey, IdempotencyRecord, IdempotencyRecords, StoreError};
use async_trait::async_trait;
use domain::id::UserId;
use domain::instant::{Duration, Instant};
use uuid::Uuid;

const REQUEST_HASH: &str = "request_hash";
const MADE: &str = "made";

/// How long a key is remembered, in hours.
const KEPT_HOURS: i64 = 24;

/// The latest instant at which a record that has expired at `now` was made.
fn expired_since(now: Instant) -> Instant {
    now - Duration::hours(KEPT_HOURS)
}

/// The record of what a client requested at `now`.
pub(crate) fn to_item(user: UserId, key: &IdempotencyKey, made: Uuid, now: Instant) -> Item {
    let expires_at = now + Duration::hours(KEPT_HOURS);
    item(
        Key::idempotency(user, key),
        vec![
            (REQUEST_HASH, bytes(key.request_hash)),
            (MADE, text(made.to_string())),
            (attribute::CREATED_AT, instant(now)),
            (attribute::EXPIRES_AT, number(expires_at.timestamp())),
        ],
    )
}

/// Condition: no record, or one that has expired.
pub(crate) fn if_absent_or_expired(now: Instant) -> Change {
    Change::default().if_absent_or_at_most(attribute::CREATED_AT, expired_since(now).timestamp_millis())
}

fn from_item(item: &Item) -> Result<IdempotencyRecord, StoreError> {
    let record = Record(item);
    Ok(IdempotencyRecord {
        request_hash: record.bytes(REQUEST_HASH)?.try_into().map_err(|_| record.broken(REQUEST_HASH, "32 bytes"))?,
        made: record.read(MADE, |text| Uuid::try_parse(text).ok())?,
        created_at: record.instant(attribute::CREATED_AT)?,
    })
}

#[async_trait]
impl IdempotencyRecords for DynamoStore {
    async fn idempotency_record(
        &self,
        user: UserId,
        key: &IdempotencyKey,
        now: Instant,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        let found = self.get(Key::idempotency(user, key)).await?;
        let record = self.decoded(found.as_ref(), from_item)?;
        Ok(record.filter(|record| record.created_at > expired_since(now)))
    }
}
