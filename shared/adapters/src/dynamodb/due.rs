//! The index of due things: what the sweep and the scheduler read.

use super::item::text;
use super::{Change, DUE_INDEX, DynamoStore, Item, Key, Record, WriteError, attribute, event, key};
use app::ports::{DueIndex, DueItem, DueKind, DueRef, Refusal, StoreError};
use async_trait::async_trait;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, EventId, RunId};
use domain::instant::{self, Duration, Instant};
use uuid::Uuid;

/// How long an entry of the index that can't be read is postponed before it is looked at, logged and counted again.
const UNREADABLE_RETRY_HOURS: i64 = 24;

impl DynamoStore {
    /// The query of every read of the index: the entries of one kind and shard that are due at `now`.
    fn due_query(&self, kind: DueKind, shard: u8, now: Instant, limit: usize) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name(DUE_INDEX)
            .key_condition_expression("#pk = :pk AND #sk <= :bound")
            .expression_attribute_names("#pk", attribute::DUE_PK)
            .expression_attribute_names("#sk", attribute::DUE_SK)
            .expression_attribute_values(":pk", AttributeValue::S(key::due_partition(kind, shard)))
            .expression_attribute_values(":bound", AttributeValue::S(key::due_bound(now)))
            .set_limit(i32::try_from(limit).ok().filter(|limit| *limit > 0))
    }

    /// Moves an unreadable entry behind what is due after it. If that fails, the next tick skips the entry again.
    async fn put_off_unreadable(&self, entry: &Item, now: Instant) {
        let (Ok(key), Some(AttributeValue::S(place))) = (Key::of(entry), entry.get(attribute::DUE_SK)) else { return };
        let (_, rest) = place.split_once('#').unwrap_or_default();
        let until = instant::text(now + Duration::hours(UNREADABLE_RETRY_HOURS));
        let change = Change::of_existing()
            .if_equal(attribute::DUE_SK, text(place.as_str()))
            .set(attribute::DUE_SK, text(format!("{until}#{rest}")));
        if let Err(WriteError::Store(error)) = self.update(&change, key).await {
            tracing::warn!(%error, "an entry of the due index that can't be read was not moved");
        }
    }
}

fn from_item(item: &Item, kind: DueKind) -> Result<DueItem, StoreError> {
    let record = Record(item);
    let due = match kind {
        DueKind::Fire => DueRef::Fire {
            configuration: record.key_rest(key::CONFIGURATION, ConfigurationId::parse)?,
            fire: record.instant(attribute::NEXT_RUN_AT)?,
        },
        DueKind::Lease => DueRef::Lease(record.key_rest(key::RUN, RunId::parse)?),
        DueKind::Delivery => {
            let attempts = record.figure(attribute::DELIVERY_ATTEMPTS)?;
            match record.read(attribute::SK, event::read_subject)? {
                DeliverySubject::Run(run) => DueRef::RunDelivery { run, attempts },
                DeliverySubject::Notice(notice) => DueRef::NoticeDelivery { notice, attempts },
            }
        }
        DueKind::Event => DueRef::Event(record.key_rest(key::EVENT, EventId::parse)?),
        DueKind::Deletion => DueRef::Deletion,
    };
    Ok(DueItem {
        user: record.user()?,
        item: due,
        due_at: record.read(attribute::DUE_SK, |place| instant::parse(place.split_once('#')?.0))?,
    })
}

/// The key and id of the item that is due.
fn base(item: &DueItem) -> (Key, Uuid) {
    let user = item.user;
    match item.item {
        DueRef::Fire { configuration, .. } => (Key::configuration(user, configuration), configuration.uuid()),
        DueRef::Lease(run) | DueRef::RunDelivery { run, .. } => (Key::run(user, run), run.uuid()),
        DueRef::NoticeDelivery { notice, .. } => (Key::notice(user, notice), notice.uuid()),
        DueRef::Event(event) => (Key::event(user, event), event.uuid()),
        DueRef::Deletion => (Key::account(user), user.uuid()),
    }
}

fn kind(item: &DueItem) -> DueKind {
    match item.item {
        DueRef::Fire { .. } => DueKind::Fire,
        DueRef::Lease(_) => DueKind::Lease,
        DueRef::RunDelivery { .. } | DueRef::NoticeDelivery { .. } => DueKind::Delivery,
        DueRef::Event(_) => DueKind::Event,
        DueRef::Deletion => DueKind::Deletion,
    }
}

#[async_trait]
impl DueIndex for DynamoStore {
    async fn due(&self, kind: DueKind, shard: u8, now: Instant, limit: usize) -> Result<Vec<DueItem>, StoreError> {
        // Unreadable entries are skipped, however many there are, so that they don't hold up what is due behind them.
        let mut unreadable = Vec::new();
        let decode = |item: &Item| from_item(item, kind).inspect_err(|_| unreadable.push(item.clone()));
        let due = self.decoded_pages(self.due_query(kind, shard, now, limit), None, limit, decode).await?.records;
        for entry in unreadable {
            self.put_off_unreadable(&entry, now).await;
        }
        Ok(due)
    }

    async fn postpone(&self, item: &DueItem, until: Instant) -> Result<(), Refusal> {
        let (key, id) = base(item);
        let change = Change::of_existing()
            .if_equal(attribute::DUE_PK, text(key::due_partition(kind(item), domain::id::shard(id))))
            .if_equal(attribute::DUE_SK, text(key::due_place(item.due_at, id)))
            .set(attribute::DUE_SK, text(key::due_place(until, id)));
        Ok(self.update(&change, key).await?)
    }
}
