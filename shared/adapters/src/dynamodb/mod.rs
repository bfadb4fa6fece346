//! The store, on one DynamoDB table.
//!
//! In reading order: what the table is ([`table_definition`]); `item`: names, keys, values and expressions; `call`: how
//! often a request is made ([`Budget`]); `write`: how a write is made and how it fails; `read`: how pages are read;
//! each record type with its `to_item` and `from_item`, and `writing` and `signing`, which are parts of two each; the
//! transactions of a run's life and of what a user has (`ledger`, `holdings`), and those of an earlier system
//! (`import`); `rollup`, the sums of a month, and those of all accounts; the index of due things; and how long records
//! that expire are kept ([`Retention`]).
//!
//! Reads are consistent, except those of the index. Every write that adds to a number has a condition or is part of a
//! transaction: a request whose answer was lost is repeated, and an addition alone would be applied twice.

mod account;
mod account_email;
mod call;
mod configuration;
mod content;
mod delivery;
mod due;
mod event;
mod holdings;
mod idempotency;
mod import;
mod item;
mod ledger;
mod notice;
mod paths;
mod rate;
mod read;
mod repository;
mod retention;
mod rollup;
mod run;
mod signing;
mod table;
mod usage_counter;
mod write;
mod writing;

pub use call::{Allowance, Budget};
pub use retention::{
    ATTEMPT_RETENTION_DAYS_DEFAULT, ATTEMPT_RETENTION_DAYS_MIN, Kept, NOTICE_RETENTION_DAYS, RETENTION_DAYS_MAX,
    Retention, TEXT_RETENTION_DAYS_DEFAULT,
};
pub use table::{DUE_INDEX, FLEET_INDEX, expiry_definition, missing_index, table_definition};

use app::ports::{Clock, Entropy, Readiness, StoreError};
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::UserId;
use item::expression::{Change, Write};
use item::key::{self, Key};
use item::{Attributes, Item, Record, attribute, figures};
use read::Unreadable;
use std::fmt;
use std::sync::Arc;
use write::failure::WriteError;

/// The key that is read to check whether the table answers.
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
    /// A store on the table of this name. The client must have time-outs for connections and attempts; its own retries
    /// are turned off, because the store repeats calls itself, within their [`Budget`]. `entropy` makes the tokens of
    /// transactions and spreads their repetitions.
    #[expect(clippy::needless_pass_by_value, reason = "the store's client takes its place")]
    pub fn new(client: Client, table: String, entropy: Arc<dyn Entropy>) -> Self {
        let once = client.config().to_builder().retry_config(RetryConfig::disabled()).build();
        let client = Client::from_conf(once);
        let (retention, clock, unreadable) = (Retention::default(), None, Unreadable::default());
        Self { client, table, entropy, retention, clock, unreadable }
    }

    async fn get(&self, key: Key) -> Result<Option<Item>, StoreError> {
        let request =
            self.client.get_item().table_name(&self.table).set_key(Some(key.into_item())).consistent_read(true);
        Ok(call::read(self.entropy.as_ref(), || request.clone().send()).await?.item)
    }

    /// A consistent query over the items of one user whose sort keys are in a range, both ends included.
    fn query_range(&self, user: UserId, from: String, to: String) -> QueryFluentBuilder {
        self.query(user, "#sk BETWEEN :from AND :to")
            .expression_attribute_values(":from", AttributeValue::S(from))
            .expression_attribute_values(":to", AttributeValue::S(to))
    }

    /// A consistent query over the items of one user whose sort keys begin with a prefix.
    fn query_prefix(&self, user: UserId, prefix: impl Into<String>) -> QueryFluentBuilder {
        self.query(user, "begins_with(#sk, :prefix)")
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.into()))
    }

    fn query(&self, user: UserId, condition: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression(format!("#pk = :pk AND {condition}"))
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_names("#sk", attribute::SK)
            .expression_attribute_values(":pk", AttributeValue::S(key::partition(user)))
    }
}

#[async_trait]
impl Readiness for DynamoStore {
    async fn answer(&self) -> Result<(), StoreError> {
        // No record has this key: nothing is found, for half a read unit.
        let key = Item::from([
            (attribute::PK.to_owned(), AttributeValue::S(READY.to_owned())),
            (attribute::SK.to_owned(), AttributeValue::S(READY.to_owned())),
        ]);
        let read = self.client.get_item().table_name(&self.table).set_key(Some(key));
        call::read(self.entropy.as_ref(), || read.clone().send()).await.map(|_| ())
    }
}
