//! Reading the due index in pages, shard by shard, within a deadline.

use crate::limits::{DUE_PAGE_ITEMS, SHARDS_AT_ONCE, TICK_RESERVE_SECONDS};
use crate::ports::{Clock, DueIndex, DueItem, DueKind, StoreError};
use domain::id::{SHARDS, UserId};
use domain::instant::{Duration, Instant};
use futures::stream::{self, StreamExt, TryStreamExt};
use std::collections::{BTreeMap, HashSet, VecDeque};

/// Pages of the due items of one kind. The index may repeat an item while it lags; the pages contain it once.
pub(crate) struct DuePages<'a> {
    clock: &'a dyn Clock,
    due: &'a dyn DueIndex,
    kind: DueKind,
    now: Instant,
    deadline: Instant,
    shards: VecDeque<u8>,
    seen: HashSet<(UserId, crate::ports::DueRef)>,
    stopped_early: bool,
}

impl<'a> DuePages<'a> {
    pub(crate) fn new(clock: &'a dyn Clock, due: &'a dyn DueIndex, kind: DueKind, deadline: Instant) -> Self {
        Self {
            clock,
            due,
            kind,
            now: clock.now(),
            deadline: deadline - Duration::seconds(TICK_RESERVE_SECONDS),
            shards: (0..SHARDS).collect(),
            seen: HashSet::new(),
            stopped_early: false,
        }
    }

    /// The next page; `None` at the end or near the deadline.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<DueItem>>, StoreError> {
        while !self.shards.is_empty() {
            if self.clock.now() >= self.deadline {
                self.stopped_early = true;
                return Ok(None);
            }
            let asked: Vec<u8> = self.shards.drain(..SHARDS_AT_ONCE.min(self.shards.len())).collect();
            let (due, kind, now) = (self.due, self.kind, self.now);
            let answers: Vec<(u8, Vec<DueItem>)> = stream::iter(asked)
                .map(|shard| async move { Ok((shard, due.due(kind, shard, now, DUE_PAGE_ITEMS).await?)) })
                .buffer_unordered(SHARDS_AT_ONCE)
                .try_collect()
                .await?;
            let mut page = Vec::new();
            for (shard, items) in answers {
                let full = items.len() >= DUE_PAGE_ITEMS;
                let before = page.len();
                page.extend(items.into_iter().filter(|item| self.seen.insert((item.user, item.item))));
                if full && page.len() > before {
                    self.shards.push_back(shard);
                }
            }
            if !page.is_empty() {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    /// Whether pages are left because of the deadline.
    pub(crate) fn stopped_early(&self) -> bool {
        self.stopped_early
    }
}

/// The items of each user, in their order.
pub(crate) fn of_users<T>(items: impl IntoIterator<Item = T>, user: impl Fn(&T) -> UserId) -> Vec<Vec<T>> {
    let mut of_users: BTreeMap<UserId, Vec<T>> = BTreeMap::new();
    for item in items {
        of_users.entry(user(&item)).or_default().push(item);
    }
    of_users.into_values().collect()
}
