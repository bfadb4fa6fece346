//! Idempotency records. One that has expired counts as absent, whether the table has removed it yet or not.

use super::item::{bytes, instant, item, number, text};
use super::{Change, DynamoStore, Item, Key, Record, Write, attribute};
use app::ports::{IdempotencyKey, IdempotencyRecord, IdempotencyRecords, Part, StoreError};
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

/// A part of a transaction: the record of a client's request at `now`, unless one exists that has not expired.
pub(crate) fn new_record(
    table: &str,
    user: UserId,
    key: &IdempotencyKey,
    made: Uuid,
    now: Instant,
) -> Result<Write, StoreError> {
    let expires_at = now + Duration::hours(KEPT_HOURS);
    let record = item(
        Key::idempotency(user, key),
        vec![
            (REQUEST_HASH, bytes(key.request_hash)),
            (MADE, text(made.to_string())),
            (attribute::CREATED_AT, instant(now)),
            (attribute::EXPIRES_AT, number(expires_at.timestamp())),
        ],
    );
    Change::default().if_absent_or_at_most(attribute::CREATED_AT, expired_since(now).timestamp_millis()).into_put(
        Part::Idempotency,
        table,
        record,
    )
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
