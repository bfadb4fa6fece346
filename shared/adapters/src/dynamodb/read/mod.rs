//! Reads of many records: page by page, skipping those that can't be read.
//!
//! A record that can't be read is logged, counted and skipped, so that the rest of its page is still returned.

use super::{DynamoStore, Item, Key, Record, attribute, call, key};
use app::ports::{Page, PageCursor, StoreError};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use domain::id::UserId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// The most items that one page reads, tombstones among them, if fewer are wanted; and the most records that it skips.
const PAGE_READS_MAX: usize = 1_000;
/// Items that are read at a time once tombstones have left a page unfilled.
const PAGE_REFILL: usize = 200;

/// Configurations or repositories of one user that a list returns at most.
const LISTED_MAX: usize = 10_000;

/// The number of records that could not be read since the process started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unreadable(Arc<AtomicU64>);

/// Records of a query that could be read.
pub(crate) struct Decoded<T> {
    pub(crate) records: Vec<T>,
    pub(crate) unreadable: usize,
    /// Where to continue, if reading stopped because too many could not be read.
    pub(crate) stopped_at: Option<Item>,
}

impl DynamoStore {
    /// The number of records that could not be read since the process started. Each of them is logged too, with the
    /// metric `UnreadableRecords`.
    pub fn unreadable_records(&self) -> u64 {
        self.unreadable.0.load(Ordering::Relaxed)
    }

    /// The record; `None` if it can't be read, which is logged and counted.
    pub(crate) fn readable<T>(&self, decoded: Result<T, StoreError>) -> Option<T> {
        decoded.map_err(|error| self.note_unreadable(&error)).ok()
    }

    /// A single record that was asked for.
    pub(crate) fn decoded<T>(
        &self,
        item: Option<&Item>,
        decode: impl FnOnce(&Item) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        item.map(decode).transpose().inspect_err(|error| self.note_unreadable(error))
    }

    pub(crate) fn note_unreadable(&self, error: &StoreError) {
        self.unreadable.0.fetch_add(1, Ordering::Relaxed);
        app::metrics::record_unreadable();
        tracing::error!(%error, "a stored record can't be read");
    }

    /// The items of a query, page by page, at most `max`, continuing after `from`.
    pub(crate) async fn read_pages(
        &self,
        request: QueryFluentBuilder,
        from: Option<Item>,
        max: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut from = from;
        while items.len() < max {
            let request = request.clone().set_exclusive_start_key(from);
            let page = call::read(self.entropy.as_ref(), || request.clone().send()).await?;
            items.extend(page.items.unwrap_or_default());
            from = page.last_evaluated_key;
            if from.is_none() {
                break;
            }
        }
        items.truncate(max);
        Ok(items)
    }

    /// The records of a query, page by page, until `max` of them are read or none is left, continuing after `from`.
    pub(crate) async fn decoded_pages<T>(
        &self,
        request: QueryFluentBuilder,
        from: Option<Item>,
        max: usize,
        mut decode: impl FnMut(&Item) -> Result<T, StoreError>,
    ) -> Result<Decoded<T>, StoreError> {
        let mut found = Decoded { records: Vec::new(), unreadable: 0, stopped_at: None };
        let mut from = from;
        while found.records.len() < max {
            let request = request.clone().set_exclusive_start_key(from);
            let page = call::read(self.entropy.as_ref(), || request.clone().send()).await?;
            for item in page.items.unwrap_or_default() {
                if found.records.len() == max {
                    break;
                }
                match self.readable(decode(&item)) {
                    Some(record) => found.records.push(record),
                    None => found.unreadable = found.unreadable.saturating_add(1),
                }
            }
            from = page.last_evaluated_key;
            if from.is_none() {
                break;
            }
            if found.unreadable >= PAGE_READS_MAX && max < usize::MAX {
                found.stopped_at = from;
                break;
            }
        }
        Ok(found)
    }

    /// The records of one user that are not deleted, at most [`LISTED_MAX`].
    pub(crate) async fn living<T>(
        &self,
        user: UserId,
        prefix: &str,
        from_item: impl Fn(&Item) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let request = self
            .query_prefix(user, prefix)
            .filter_expression("attribute_not_exists(#deleted)")
            .expression_attribute_names("#deleted", attribute::DELETED_AT);
        let items = self.read_pages(request, None, LISTED_MAX).await?;
        Ok(items.iter().filter_map(|item| self.readable(from_item(item))).collect())
    }

    fn is_listed(&self, item: &Item) -> bool {
        !item.contains_key(attribute::DELETED_AT) && self.is_live(item)
    }

    /// A page of the user's records under a prefix that are neither deleted nor expired, newest first.
    pub(crate) async fn living_page<T>(
        &self,
        user: UserId,
        prefix: &str,
        limit: usize,
        after: Option<&PageCursor>,
        from_item: impl Fn(&Item) -> Result<T, StoreError>,
    ) -> Result<Page<T>, StoreError> {
        // One more than requested shows whether there is a next page.
        let wanted = limit.saturating_add(1);
        let mut left = wanted.max(PAGE_READS_MAX);
        let mut batch = wanted;
        let mut living: Vec<(Uuid, T)> = Vec::new();
        let mut unreadable = 0_usize;
        let mut from = after.map(|cursor| Key::listed(user, prefix, cursor.after).into_item());
        let request = self.query_prefix(user, prefix).scan_index_forward(false);
        while living.len() < wanted && left > 0 {
            let asked = batch.min(left);
            let read = request.clone().set_limit(i32::try_from(asked).ok()).set_exclusive_start_key(from);
            let page = call::read(self.entropy.as_ref(), || read.clone().send()).await?;
            let items = page.items.unwrap_or_default();
            left = left.saturating_sub(items.len().max(1));
            for item in items.iter().filter(|item| self.is_listed(item)) {
                match self.readable(id_under(item, prefix).and_then(|id| Ok((id, from_item(item)?)))) {
                    Some(record) => living.push(record),
                    None => unreadable = unreadable.saturating_add(1),
                }
            }
            from = page.last_evaluated_key;
            batch = PAGE_REFILL;
            if from.is_none() {
                break;
            }
        }
        let last_answered = || living.get(limit.checked_sub(1)?).or(living.last()).map(|(id, _)| *id);
        let next = match &from {
            _ if living.len() > limit => last_answered(),
            Some(key) => id_under(key, prefix).ok().or_else(last_answered),
            None => None,
        };
        let items = living.into_iter().take(limit).map(|(_, record)| record).collect();
        Ok(Page { items, next: next.map(|after| PageCursor { after }), unreadable })
    }
}

/// The id in a sort key, after its prefix.
pub(crate) fn id_under(item: &Item, prefix: &str) -> Result<Uuid, StoreError> {
    Record(item).key_rest(prefix, Uuid::try_parse)
}

/// A cursor at the run at which reading stopped.
pub(crate) fn run_stopped_at(key: &Item) -> Option<PageCursor> {
    id_under(key, key::RUN).ok().map(|after| PageCursor { after })
}
