//! What is stored before runs are imported.

use super::super::call;
use super::super::write::failure::{broken_request, busy};
use super::super::{DynamoStore, Item, Key, Record, attribute, configuration, rollup, run};
use super::run_of;
use app::ports::{FoundRun, ImportedRun, StoreError};
use aws_sdk_dynamodb::types::KeysAndAttributes;
use domain::configuration::Configuration;
use domain::id::{ConfigurationId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::run::RollupMove;
use std::collections::HashMap;

/// The most reads one after the other that leave keys over. Each returns what the table has time for, up to 16 MB.
const READS_MAX: usize = 100;

/// Items of one user, by their sort keys.
pub(super) struct Stored(HashMap<String, Item>);

impl DynamoStore {
    /// The items that the import of these runs depends on.
    pub(super) async fn stored(&self, user: UserId, runs: &[ImportedRun]) -> Result<Stored, StoreError> {
        let mut keys = vec![Key::account(user)];
        for ImportedRun { run, earlier_id, .. } in runs {
            keys.push(Key::run(user, run.id));
            keys.extend(earlier_id.map(|id| Key::earlier(user, id)));
            keys.push(Key::usage(user, run.month()));
            keys.push(Key::configuration(user, run.configuration));
            keys.push(rollup::piece_key(&RollupMove::of_ended(run)));
        }
        keys.sort_by(|one, other| one.sk().cmp(other.sk()));
        keys.dedup_by(|one, other| one.sk() == other.sk());
        let mut items = HashMap::new();
        for item in self.get_all(keys).await? {
            items.insert(Record(&item).text(attribute::SK)?.to_owned(), item);
        }
        Ok(Stored(items))
    }

    /// The items of at most 100 keys, consistent; those that are absent are not among them.
    async fn get_all(&self, keys: Vec<Key>) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut left: Vec<Item> = keys.into_iter().map(Key::into_item).collect();
        for _ in 0..READS_MAX {
            if left.is_empty() {
                return Ok(items);
            }
            let keys = KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true).build();
            let request = self.client.batch_get_item().request_items(&self.table, keys.map_err(broken_request)?);
            let answer = call::read(self.entropy.as_ref(), || request.clone().send()).await?;
            items.extend(answer.responses.into_iter().filter_map(|mut found| found.remove(&self.table)).flatten());
            let unread = answer.unprocessed_keys.and_then(|mut unread| unread.remove(&self.table));
            left = unread.map(|unread| unread.keys).unwrap_or_default();
        }
        Err(busy("the table did not read all keys".to_owned()))
    }
}

impl Stored {
    pub(super) fn item(&self, sk: &str) -> Option<&Item> {
        self.0.get(sk)
    }

    fn at(&self, key: &Key) -> Option<&Item> {
        self.item(key.sk())
    }

    pub(super) fn account_is_closed(&self, user: UserId) -> bool {
        self.at(&Key::account(user)).is_some_and(|account| account.contains_key(attribute::CLOSED_AT))
    }

    /// The run that has the id of this one, or its earlier id.
    pub(super) fn found(&self, imported: &ImportedRun) -> Result<Option<FoundRun>, StoreError> {
        let (user, id) = (imported.run.user, imported.run.id);
        if let Some(item) = self.at(&Key::run(user, id)) {
            return Ok(Some(FoundRun { id, stored: Some(run::from_item(item)?) }));
        }
        let earlier = imported.earlier_id.and_then(|earlier| self.at(&Key::earlier(user, earlier)));
        let is_other = |item| Ok::<_, StoreError>(run_of(item)? != id);
        let is_other = earlier.map(is_other).transpose()?.unwrap_or(false);
        Ok(is_other.then_some(FoundRun { id, stored: None }))
    }

    /// When the last run of a month began.
    pub(super) fn last_run_at(&self, user: UserId, month: Month) -> Result<Option<Instant>, StoreError> {
        match self.at(&Key::usage(user, month)) {
            Some(counter) => Record(counter).instant_or_none(attribute::LAST_RUN_AT),
            None => Ok(None),
        }
    }

    /// A configuration that is not deleted. One that can't be read stays as it is.
    pub(super) fn configuration(&self, user: UserId, id: ConfigurationId) -> Option<Configuration> {
        let found = configuration::from_item(self.at(&Key::configuration(user, id))?).ok()?;
        found.deleted_at.is_none().then_some(found)
    }
}
