//! All records of one user, read from the table directly: also those that no port returns.
#![expect(clippy::expect_used, reason = "a test can do nothing about an engine that fails")]

use crate::engine::{Engine, TABLE};
pub use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::{PutRequest, Select, WriteRequest};
use domain::id::UserId;
use std::collections::{BTreeMap, HashMap};

/// A record: its attributes by name.
pub type Record = HashMap<String, AttributeValue>;

/// The most requests of one batch.
const BATCH_MAX: usize = 25;

/// Every record of a user, by its sort key.
///
/// # Panics
/// If the engine fails.
pub async fn partition(engine: &Engine, user: UserId) -> BTreeMap<String, Record> {
    let mut records = BTreeMap::new();
    let mut from = None;
    loop {
        let page = engine
            .client()
            .query()
            .table_name(TABLE)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(format!("USER#{user}")))
            .set_exclusive_start_key(from)
            .send()
            .await
            .expect("the partition");
        for record in page.items.unwrap_or_default() {
            let key = record.get("sk").and_then(|key| key.as_s().ok()).cloned().unwrap_or_default();
            records.insert(key, record);
        }
        from = page.last_evaluated_key;
        if from.is_none() {
            return records;
        }
    }
}

/// Sets one attribute of a record to a value that the system never writes, or removes it.
///
/// # Panics
/// If the engine fails or the record is missing.
pub async fn damage(engine: &Engine, user: UserId, sk: &str, attribute: &str, value: Option<AttributeValue>) {
    let mut record = partition(engine, user).await.remove(sk).expect("the record");
    match value {
        Some(value) => record.insert(attribute.to_owned(), value),
        None => record.remove(attribute),
    };
    engine.client().put_item().table_name(TABLE).set_item(Some(record)).send().await.expect("put");
}

/// How many records a user has.
///
/// # Panics
/// If the engine fails.
pub async fn count(engine: &Engine, user: UserId) -> usize {
    let mut records = 0;
    let mut from = None;
    loop {
        let page = engine
            .client()
            .query()
            .table_name(TABLE)
            .select(Select::Count)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(format!("USER#{user}")))
            .set_exclusive_start_key(from)
            .send()
            .await
            .expect("the partition");
        records += usize::try_from(page.count).unwrap_or_default();
        from = page.last_evaluated_key;
        if from.is_none() {
            return records;
        }
    }
}

/// The same record under another sort key.
#[must_use]
pub fn under(record: &Record, key: String) -> Record {
    let mut record = record.clone();
    record.insert("sk".to_owned(), AttributeValue::S(key));
    record
}

/// Puts records as they are: to create a long history at once.
///
/// # Panics
/// If the engine fails.
pub async fn put_all(engine: &Engine, records: Vec<Record>) {
    for batch in records.chunks(BATCH_MAX) {
        let put = |record: &Record| {
            let put = PutRequest::builder().set_item(Some(record.clone())).build().expect("a record");
            WriteRequest::builder().put_request(put).build()
        };
        let writes = batch.iter().map(put).collect();
        let answer = engine.client().batch_write_item().request_items(TABLE, writes).send().await;
        let left = answer.expect("a batch").unprocessed_items.unwrap_or_default();
        assert!(left.is_empty(), "the engine leaves nothing of a batch");
    }
}
