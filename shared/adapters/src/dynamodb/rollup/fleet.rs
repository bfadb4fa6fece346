//! Sums over all accounts, in parts: each part has an item of its totals and one of the list of its accounts. They are
//! put whole. What is read may be a moment old.

use super::super::call;
use super::super::item::{item, text};
use super::super::retention::{Kept, expires_at};
use super::super::{Attributes, DynamoStore, FLEET_INDEX, Item, Key, Record, attribute, key};
use super::{ERROR, from_item, letters, of_letter, read_name};
use app::ports::{Fleet, FleetPage, FleetPlace, StoreError};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::UserId;
use domain::instant::Instant;
use domain::money::Cost;
use domain::month::Month;
use domain::run::{DayFigures, ErrorCode, FleetShard, FleetTotals, ModelUse, RankedAccount};
use std::collections::HashMap;
use std::fmt::Write as _;

/// How long after its month a list of accounts is kept.
const LIST_KEPT_DAYS: i64 = 62;

const TOTALS: &str = "TOTALS";
const ACCOUNTS: &str = "ACCOUNTS";

const AS_OF: &str = "as_of";
const COUNT: &str = "accounts";
/// The list: a line an account, of its id, its counted runs and its limit.
const LIST: &str = "list";
const MODELS: &str = "models";
const MODEL: &str = "model";
const RUNS: &str = "runs";
const TOKENS: &str = "tokens";
const COST: &str = "cost";

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn totals_to_item(shard: &FleetShard) -> Item {
    let totals = &shard.totals;
    let models = totals.models.iter().map(|(model, used)| {
        let mut map = HashMap::from([
            (RUNS.to_owned(), number(used.runs)),
            (TOKENS.to_owned(), number(used.total_tokens)),
            (COST.to_owned(), number(used.cost.micros())),
        ]);
        if let Some(model) = model {
            map.insert(MODEL.to_owned(), AttributeValue::S(model.clone()));
        }
        AttributeValue::M(map)
    });
    let attributes: Attributes = vec![
        (AS_OF, super::instant(shard.as_of)),
        (COUNT, Some(number(totals.accounts))),
        (MODELS, Some(AttributeValue::L(models.collect()))),
    ];
    let mut item = item(Key::fleet(shard.month, TOTALS, shard.shard), attributes);
    for (day, figures) in &totals.days {
        for (letter, value) in letters(figures).into_iter().filter(|(_, value)| *value != 0) {
            item.insert(format!("{letter}{day:02}"), number(value));
        }
    }
    for (code, runs) in &totals.errors {
        item.insert(format!("{ERROR}{code}"), number(*runs));
    }
    item
}

fn totals_from_item(item: &Item) -> Result<(Instant, FleetTotals), StoreError> {
    let record = Record(item);
    let mut totals = FleetTotals { accounts: record.amount(COUNT)?, ..FleetTotals::default() };
    for name in item.keys() {
        if let Some(code) = name.strip_prefix(ERROR).and_then(ErrorCode::parse) {
            totals.errors.insert(code.as_str(), record.amount(name)?);
        } else if let Some((letter, day)) = read_name(name)
            && let Some(figures) = of_letter(letter, record.amount(name)?)
        {
            let sum: &mut DayFigures = totals.days.entry(day).or_default();
            *sum += figures;
        }
    }
    totals.models = record.maps(MODELS)?.into_iter().map(|map| read_model(Record(map))).collect::<Result<_, _>>()?;
    Ok((record.instant(AS_OF)?, totals))
}

fn read_model(record: Record<'_>) -> Result<(Option<String>, ModelUse), StoreError> {
    let used = ModelUse {
        runs: record.amount(RUNS)?,
        total_tokens: record.amount(TOKENS)?,
        cost: Cost::from_micros(record.amount(COST)?),
    };
    Ok((record.text_or_none(MODEL)?.map(str::to_owned), used))
}

fn accounts_to_item(shard: &FleetShard) -> Item {
    let list = shard.accounts.iter().fold(String::new(), |mut list, account| {
        // Writing to a `String` can't fail.
        let _ = writeln!(list, "{} {} {}", account.user, account.counted_runs, account.limit);
        list
    });
    // Only the current month's list is read; the others would keep the ids of deleted accounts.
    let expiry = expires_at(shard.month.resets_at(), Kept::Days(LIST_KEPT_DAYS));
    let attributes = vec![(AS_OF, super::instant(shard.as_of)), (LIST, text(list)), (attribute::EXPIRES_AT, expiry)];
    item(Key::fleet(shard.month, ACCOUNTS, shard.shard), attributes)
}

fn accounts_from_item(item: &Item) -> Result<(Instant, Vec<RankedAccount>), StoreError> {
    let record = Record(item);
    let list: Option<Vec<RankedAccount>> = record.text(LIST)?.lines().map(read_account).collect();
    Ok((record.instant(AS_OF)?, list.ok_or_else(|| record.broken(LIST, "a list of accounts"))?))
}

fn read_account(line: &str) -> Option<RankedAccount> {
    let mut parts = line.split(' ');
    Some(RankedAccount {
        user: UserId::from_record(parts.next()?).ok()?,
        counted_runs: parts.next()?.parse().ok()?,
        limit: parts.next()?.parse().ok()?,
    })
}

/// Where a page of the index ended.
fn place(key: &Item) -> Option<FleetPlace> {
    let record = Record(key);
    Some(FleetPlace { user: record.user().ok()?, record: record.text(attribute::SK).ok()?.to_owned() })
}

impl DynamoStore {
    /// An item of sums, which may be a moment old.
    async fn fleet_item(&self, key: Key) -> Result<Option<Item>, StoreError> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key.into_item()));
        Ok(call::read(self.entropy.as_ref(), || request.clone().send()).await?.item)
    }
}

#[async_trait]
impl Fleet for DynamoStore {
    async fn fleet_rollups(
        &self,
        month: Month,
        shard: u8,
        after: Option<&FleetPlace>,
    ) -> Result<FleetPage, StoreError> {
        let partition = || AttributeValue::S(key::fleet_partition(month, shard));
        let from = after.map(|place| {
            let mut key = Key::at(place.user, place.record.clone()).into_item();
            key.insert(attribute::FLEET.to_owned(), partition());
            key
        });
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(FLEET_INDEX)
            .key_condition_expression("#fleet = :fleet")
            .expression_attribute_names("#fleet", attribute::FLEET)
            .expression_attribute_values(":fleet", partition())
            .set_exclusive_start_key(from);
        let page = call::read(self.entropy.as_ref(), || request.clone().send()).await?;
        let items = page.items.unwrap_or_default();
        let rollups = items.iter().filter_map(|item| self.readable(from_item(item))).collect();
        Ok(FleetPage { rollups, next: page.last_evaluated_key.as_ref().and_then(place) })
    }

    async fn put_fleet_shard(&self, shard: &FleetShard) -> Result<(), StoreError> {
        self.put_any(accounts_to_item(shard)).await?;
        self.put_any(totals_to_item(shard)).await
    }

    async fn fleet_totals(&self, month: Month, shard: u8) -> Result<Option<(Instant, FleetTotals)>, StoreError> {
        let found = self.fleet_item(Key::fleet(month, TOTALS, shard)).await?;
        Ok(found.as_ref().and_then(|item| self.readable(totals_from_item(item))))
    }

    async fn fleet_accounts(
        &self,
        month: Month,
        shard: u8,
    ) -> Result<Option<(Instant, Vec<RankedAccount>)>, StoreError> {
        let found = self.fleet_item(Key::fleet(month, ACCOUNTS, shard)).await?;
        Ok(found.as_ref().and_then(|item| self.readable(accounts_from_item(item))))
    }
}
