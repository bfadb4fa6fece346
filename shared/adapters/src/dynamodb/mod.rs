//! The store, on one DynamoDB table.
//!
//! In reading order: what the table is ([`table_definition`]); `item`: names, keys, values and expressions; `write`: how
//! a write is made and how it fails; `read`: how pages are read; each noun with its `to_item` and `from_item`; the transactions of a run's life and of what
//! a user has (`ledger`, `holdings`); the index of due things; and how long what may go is kept ([`Retention`]).
//! Reads are consistent, but for the index. No write adds to a number without a condition or
//! a transaction: the SDK makes a request again whose answer was lost, and a bare addition would be made twice.

mod account;
mod attempt;
mod configuration;
mod content;
mod delivery;
mod due;
mod event;
mod holdings;
mod idempotency;
mod item;
mod ledger;
mod notice;
mod read;
mod repository;
mod retention;
mod run;
mod snapshot;
mod table;
mod usage_counter;
mod write;

pub use retention::{
    ATTEMPT_RETENTION_DAYS_DEFAULT, ATTEMPT_RETENTION_DAYS_MIN, Kept, RETENTION_DAYS_MAX, Retention,
    TEXT_RETENTION_DAYS_DEFAULT,
};
pub use table::{DUE_INDEX, expiry_definition, table_definition};

use app::ports::{Clock, Entropy, Readiness, StoreError};
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::UserId;
use item::key::{self, Key};
use item::{Item, attribute, expression, figures};
use read::Unreadable;
use std::fmt;
use std::sync::Arc;
use write::failure::{self, of_call};

/// The key that is read to learn whether the table answers.
const READY: &str = "READY";

/// The store on one table. It implements every store port.
#[derive(Clone)]
pub struct DynamoStore {
    client: Client,
    table: String,
    entropy: Arc<dyn Entropy>,
    retention: Retention,
    clock: Option<Arc<dyn Clock>>,
    unreadable: Unreadable,
}

impl fmt::Debug for DynamoStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DynamoStore({})", self.table)
    }
}

impl DynamoStore {
    /// A store on the table of this name. The client must have time-outs for connections, attempts and operations;
    /// `entropy` makes the tokens of transactions and spreads their retries.
    #[must_use]
    pub fn new(client: Client, table: String, entropy: Arc<dyn Entropy>) -> Self {
        let (retention, clock, unreadable) = (Retention::default(), None, Unreadable::default());
        Self { client, table, entropy, retention, clock, unreadable }
    }

    async fn get(&self, key: Key) -> Result<Option<Item>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key.into_item()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| of_call(&error))?;
        Ok(answer.item)
    }

    /// A consistent query over the items of one user whose sort keys lie in a range, both ends included.
    fn query_range(&self, user: UserId, from: String, to: String) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_names("#sk", attribute::SK)
            .expression_attribute_values(":pk", AttributeValue::S(key::partition(user)))
            .expression_attribute_values(":from", AttributeValue::S(from))
            .expression_attribute_values(":to", AttributeValue::S(to))
    }

    /// A consistent query over the items of one user whose sort keys begin with a prefix.
    fn query_prefix(&self, user: UserId, prefix: impl Into<String>) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#pk = :pk AND begins_with(#sk, :prefix)")
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_names("#sk", attribute::SK)
            .expression_attribute_values(":pk", AttributeValue::S(key::partition(user)))
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.into()))
    }
}

#[async_trait]
impl Readiness for DynamoStore {
    async fn answer(&self) -> Result<(), StoreError> {
        // No key of a record: nothing is found, for half a read unit.
        let key = Item::from([
            (attribute::PK.to_owned(), AttributeValue::S(READY.to_owned())),
            (attribute::SK.to_owned(), AttributeValue::S(READY.to_owned())),
        ]);
        let read = self.client.get_item().table_name(&self.table).set_key(Some(key));
        read.send().await.map(|_| ()).map_err(|error| of_call(&error))
    }
}

/// The answers of a query, page by page, at most so many, going on after `from`.
async fn read_pages(request: QueryFluentBuilder, from: Option<Item>, max: usize) -> Result<Vec<Item>, StoreError> {
    let mut items = Vec::new();
    let mut from = from;
    while items.len() < max {
        let page = request.clone().set_exclusive_start_key(from).send().await.map_err(|error| of_call(&error))?;
        items.extend(page.items.unwrap_or_default());
        from = page.last_evaluated_key;
        if from.is_none() {
            break;
        }
    }
    items.truncate(max);
    Ok(items)
}
