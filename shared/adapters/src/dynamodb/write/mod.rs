//! How a write is made, and how it fails.

mod backoff;
pub(crate) mod failure;
mod transact;

use super::DynamoStore;
use super::item::Item;
use super::item::expression::Change;
use super::item::key::Key;
use app::ports::StoreError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use backoff::Backoff;
use failure::{Unwritten, is_contention, of_call};

impl DynamoStore {
    /// Puts an item whatever stands there.
    pub(crate) async fn put_any(&self, item: Item) -> Result<(), StoreError> {
        match self.put(&Change::default(), item).await {
            Ok(()) => Ok(()),
            Err(Unwritten::Store(error)) => Err(error),
            Err(Unwritten::Refused(_)) => {
                Err(StoreError::Broken { detail: "a put without a condition was refused".to_owned() })
            }
        }
    }

    /// Puts an item on conditions.
    pub(crate) async fn put(&self, conditions: &Change, item: Item) -> Result<(), Unwritten> {
        let request = conditions
            .put(self.client.put_item().table_name(&self.table), item)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let mut backoff = Backoff::new(self.entropy.as_ref());
        loop {
            let Err(error) = request.clone().send().await else {
                return Ok(());
            };
            if let Some(PutItemError::ConditionalCheckFailedException(refused)) = error.as_service_error() {
                return Err(Unwritten::Refused(refused.item().cloned()));
            }
            if !(is_contention(&error) && backoff.wait().await) {
                return Err(Unwritten::Store(of_call(&error)));
            }
        }
    }

    /// Changes one item on conditions.
    pub(crate) async fn update(&self, change: &Change, key: Key) -> Result<(), Unwritten> {
        let request = change
            .update(self.client.update_item().table_name(&self.table), key)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let mut backoff = Backoff::new(self.entropy.as_ref());
        loop {
            let Err(error) = request.clone().send().await else {
                return Ok(());
            };
            if let Some(UpdateItemError::ConditionalCheckFailedException(refused)) = error.as_service_error() {
                return Err(Unwritten::Refused(refused.item().cloned()));
            }
            if !(is_contention(&error) && backoff.wait().await) {
                return Err(Unwritten::Store(of_call(&error)));
            }
        }
    }

    /// Deletes an item whatever stands there; one that is gone is no error.
    pub(crate) async fn delete(&self, key: Key) -> Result<(), StoreError> {
        match self.delete_if(&Change::default(), key).await {
            Ok(()) => Ok(()),
            Err(Unwritten::Store(error)) => Err(error),
            Err(Unwritten::Refused(_)) => {
                Err(StoreError::Broken { detail: "a deletion without a condition was refused".to_owned() })
            }
        }
    }

    /// Deletes an item on conditions.
    pub(crate) async fn delete_if(&self, conditions: &Change, key: Key) -> Result<(), Unwritten> {
        let request = conditions.delete(self.client.delete_item().table_name(&self.table), key);
        let mut backoff = Backoff::new(self.entropy.as_ref());
        loop {
            let Err(error) = request.clone().send().await else {
                return Ok(());
            };
            if let Some(DeleteItemError::ConditionalCheckFailedException(_)) = error.as_service_error() {
                return Err(Unwritten::Refused(None));
            }
            if !(is_contention(&error) && backoff.wait().await) {
                return Err(Unwritten::Store(of_call(&error)));
            }
        }
    }
}
