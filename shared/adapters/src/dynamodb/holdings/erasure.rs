//! The erasure of an account's records: by their keys, several at once, repeated until nothing remains.

use super::super::item::{flag, item, number};
use super::super::{Change, DynamoStore, Item, Key, WriteError, account, attribute, delivery, key, notice};
use app::ports::{Erasable, Erasure, Leaving, Refusal, StoreError};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::account::{Account, Standing};
use domain::delivery::DeliveryState;
use domain::event::DeliverySubject;
use domain::id::UserId;
use domain::instant::{Duration, Instant};
use domain::notice::Notice;
use domain::run::Status;
use futures::stream::{self, StreamExt, TryStreamExt};

/// Deletions that run at once: well inside the 1,000 write units a second that one user's keys share.
const AT_ONCE: usize = 8;

/// How long a marker is kept, in days, if the erasure does not delete it first.
const MARKER_DAYS: i64 = 1;

/// Whether a query asks for markers only, or for everything else.
#[derive(Clone, Copy)]
enum Markers {
    Only,
    LeftOut,
}

#[async_trait]
impl Erasure for DynamoStore {
    async fn notices(&self, user: UserId, limit: usize) -> Result<Vec<Notice>, StoreError> {
        let request = self.query_prefix(user, key::NOTICE).set_limit(i32::try_from(limit).ok());
        Ok(self.decoded_pages(request, None, limit, notice::from_item).await?.records)
    }

    async fn keep_usage(&self, user: UserId) -> Result<(), StoreError> {
        let request = self
            .query_prefix(user, key::USAGE)
            .filter_expression("attribute_not_exists(#outlives)")
            .expression_attribute_names("#outlives", attribute::OUTLIVES_RUNS);
        let keep = Change::of_existing()
            .unless_there(attribute::OUTLIVES_RUNS)
            .set(attribute::OUTLIVES_RUNS, flag(true))
            .add_number(attribute::REVISION, 1);
        for counter in self.read_pages(request, None, usize::MAX).await? {
            match self.update(&keep, Key::of(&counter)?).await {
                // Refused: another tick has marked the counter.
                Ok(()) | Err(WriteError::Refused(_)) => {}
                Err(WriteError::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    async fn erase_subjects(&self, user: UserId, leaving: &[Leaving], now: Instant) -> Result<usize, StoreError> {
        let erased: Vec<bool> = stream::iter(leaving.to_vec())
            .map(|leaving| self.erase_subject(user, leaving, now))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(erased.into_iter().filter(|erased| *erased).count())
    }

    async fn erase(&self, user: UserId, what: Erasable, limit: usize) -> Result<usize, StoreError> {
        let mut keys = Vec::new();
        for prefix in prefixes(what) {
            let markers = if what == Erasable::Markers { Markers::Only } else { Markers::LeftOut };
            keys.extend(self.keys(user, prefix, markers, limit.saturating_sub(keys.len())).await?);
        }
        let erased = keys.len();
        stream::iter(keys).map(|key| self.delete(key)).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        Ok(erased)
    }

    async fn has_markers(&self, user: UserId) -> Result<bool, StoreError> {
        for prefix in prefixes(Erasable::Markers) {
            if !self.keys(user, prefix, Markers::Only, 1).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn bury(&self, buried: &Account, at: Instant) -> Result<(), Refusal> {
        let Standing::Closing { since } = buried.standing else {
            return Err(Refusal::MovedOn);
        };
        let as_read = Change::default()
            .if_equal(attribute::CLOSED_AT, number(since.timestamp_millis()))
            .unless_there(attribute::DELETED_AT);
        Ok(self.put(&as_read, account::tombstone(buried, since, at)).await?)
    }
}

impl DynamoStore {
    /// Erases the subject with its attempts; false if it has changed since it was read.
    async fn erase_subject(&self, user: UserId, leaving: Leaving, now: Instant) -> Result<bool, StoreError> {
        let Leaving { subject, attempts, marked } = leaving;
        if marked {
            if let DeliverySubject::Run(run) = subject {
                self.put_any(marker(Key::content(user, run), now)).await?;
            }
            for number in 1..=attempts {
                self.put_any(marker(Key::attempt(user, subject, number), now)).await?;
            }
        }
        let at_rest = Change::default()
            .unless_equal(attribute::STATUS, AttributeValue::S(Status::Running.as_str().to_owned()))
            .unless_equal(delivery::STATE, AttributeValue::S(DeliveryState::Pending.as_str().to_owned()));
        match self.delete_if(&at_rest, Key::subject(user, subject)).await {
            Ok(()) => Ok(true),
            Err(WriteError::Refused(_)) => Ok(false),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Keys of records whose sort keys begin with a prefix; no other attribute is read.
    async fn keys(&self, user: UserId, prefix: &str, markers: Markers, limit: usize) -> Result<Vec<Key>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let filter = match markers {
            Markers::Only => "attribute_exists(#marker)",
            Markers::LeftOut => "attribute_not_exists(#marker)",
        };
        let request = self
            .query_prefix(user, prefix)
            .filter_expression(filter)
            .expression_attribute_names("#marker", attribute::MARKER)
            .projection_expression("#pk, #sk");
        self.read_pages(request, None, limit).await?.iter().map(Key::of).collect()
    }
}

fn prefixes(what: Erasable) -> &'static [&'static str] {
    match what {
        Erasable::Runs => &[key::RUN],
        Erasable::Notices => &[key::NOTICE],
        Erasable::Texts => &[key::CONTENT],
        Erasable::Attempts => &[key::ATTEMPT],
        Erasable::IdempotencyRecords => &[key::IDEMPOTENCY],
        Erasable::Events => &[key::EVENT],
        Erasable::Configurations => &[key::CONFIGURATION],
        Erasable::Repositories => &[key::REPOSITORY],
        Erasable::Rollups => &[key::ROLLUP],
        Erasable::EarlierIds => &[key::EARLIER],
        Erasable::Markers => &[key::CONTENT, key::ATTEMPT],
    }
}

/// A marker: nothing but a key, and when the table may remove it.
fn marker(key: Key, now: Instant) -> Item {
    let expires_at = now + Duration::days(MARKER_DAYS);
    item(key, vec![(attribute::MARKER, flag(true)), (attribute::EXPIRES_AT, number(expires_at.timestamp()))])
}
