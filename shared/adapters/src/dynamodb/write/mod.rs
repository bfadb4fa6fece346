//! How a write is made, and how it fails.

pub(crate) mod failure;
mod transact;

use super::DynamoStore;
use super::call::{Call, Kind};
use super::item::Item;
use super::item::expression::Change;
use super::item::key::Key;
use app::ports::StoreError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use failure::{Unwritten, of_call, trouble_of};

impl From<StoreError> for Unwritten {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl DynamoStore {
    /// Begins a write.
    fn writing(&self) -> Result<Call<'_>, StoreError> {
        Call::begin(self.entropy.as_ref(), Kind::Write)
    }

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
        let mut call = self.writing()?;
        loop {
            let Err(error) = call.attempt(request.clone().send()).await else {
                return Ok(());
            };
            if let Some(PutItemError::ConditionalCheckFailedException(refused)) = error.as_service_error() {
                return Err(Unwritten::Refused(refused.item().cloned()));
            }
            let failure = of_call(&error);
            match trouble_of(&error) {
                Some(trouble) if call.repeat(trouble, &failure.to_string()).await => {}
                _ => return Err(Unwritten::Store(failure)),
            }
        }
    }

    /// Changes one item on conditions.
    pub(crate) async fn update(&self, change: &Change, key: Key) -> Result<(), Unwritten> {
        let request = change
            .update(self.client.update_item().table_name(&self.table), key)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let mut call = self.writing()?;
        loop {
            let Err(error) = call.attempt(request.clone().send()).await else {
                return Ok(());
            };
            if let Some(UpdateItemError::ConditionalCheckFailedException(refused)) = error.as_service_error() {
                return Err(Unwritten::Refused(refused.item().cloned()));
            }
            let failure = of_call(&error);
            match trouble_of(&error) {
                Some(trouble) if call.repeat(trouble, &failure.to_string()).await => {}
                _ => return Err(Unwritten::Store(failure)),
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
        let mut call = self.writing()?;
        loop {
            let Err(error) = call.attempt(request.clone().send()).await else {
                return Ok(());
            };
            if let Some(DeleteItemError::ConditionalCheckFailedException(_)) = error.as_service_error() {
                return Err(Unwritten::Refused(None));
            }
            let failure = of_call(&error);
            match trouble_of(&error) {
                Some(trouble) if call.repeat(trouble, &failure.to_string()).await => {}
                _ => return Err(Unwritten::Store(failure)),
            }
        }
    }
}
