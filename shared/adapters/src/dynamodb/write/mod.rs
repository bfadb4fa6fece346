//! How a write is made, and how it fails.

pub(crate) mod failure;
mod transact;

use super::call::{Call, Kind};
use super::{Change, DynamoStore, Item, Key};
use app::ports::StoreError;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use failure::{WriteError, of_call, trouble_of};

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl DynamoStore {
    /// Puts an item whatever is stored under its key.
    pub(crate) async fn put_any(&self, item: Item) -> Result<(), StoreError> {
        unconditional(self.put(&Change::default(), item).await)
    }

    /// Puts an item on conditions.
    pub(crate) async fn put(&self, conditions: &Change, item: Item) -> Result<(), WriteError> {
        self.put_as(Kind::Write, conditions, item).await
    }

    /// Puts an item with a report's text; its failed tries leave some of the budget to the writes that follow.
    pub(crate) async fn put_text(&self, conditions: &Change, item: Item) -> Result<(), WriteError> {
        self.put_as(Kind::Text, conditions, item).await
    }

    async fn put_as(&self, kind: Kind, conditions: &Change, item: Item) -> Result<(), WriteError> {
        let request = conditions
            .put(self.client.put_item().table_name(&self.table), item)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let refused = |error: &PutItemError| match error {
            PutItemError::ConditionalCheckFailedException(refused) => Some(refused.item().cloned()),
            _ => None,
        };
        self.write(kind, || request.clone().send(), refused).await
    }

    /// Changes one item on conditions.
    pub(crate) async fn update(&self, change: &Change, key: Key) -> Result<(), WriteError> {
        let request = change
            .update(self.client.update_item().table_name(&self.table), key)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let refused = |error: &UpdateItemError| match error {
            UpdateItemError::ConditionalCheckFailedException(refused) => Some(refused.item().cloned()),
            _ => None,
        };
        self.write(Kind::Write, || request.clone().send(), refused).await
    }

    /// Deletes an item whatever is stored; an absent item is no error.
    pub(crate) async fn delete(&self, key: Key) -> Result<(), StoreError> {
        unconditional(self.delete_if(&Change::default(), key).await)
    }

    /// Deletes an item on conditions.
    pub(crate) async fn delete_if(&self, conditions: &Change, key: Key) -> Result<(), WriteError> {
        let request = conditions.delete(self.client.delete_item().table_name(&self.table), key);
        let refused = |error: &DeleteItemError| match error {
            DeleteItemError::ConditionalCheckFailedException(_) => Some(None),
            _ => None,
        };
        self.write(Kind::Write, || request.clone().send(), refused).await
    }

    /// Makes a write of one item, repeated while the table fails and the budget lasts. `refused` gives the stored item
    /// where an error is a failed condition.
    async fn write<T, E, F>(
        &self,
        kind: Kind,
        request: impl Fn() -> F + Send,
        refused: impl Fn(&E) -> Option<Option<Item>> + Send,
    ) -> Result<(), WriteError>
    where
        T: Send,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        F: Future<Output = Result<T, SdkError<E>>> + Send,
    {
        let mut call = Call::begin(self.entropy.as_ref(), kind)?;
        loop {
            let Err(error) = call.attempt(request()).await else {
                return Ok(());
            };
            if let Some(stored) = error.as_service_error().and_then(&refused) {
                return Err(WriteError::Refused(stored));
            }
            let failure = of_call(&error);
            match trouble_of(&error) {
                Some(trouble) if call.repeat(trouble, &failure.to_string()).await => {}
                _ => return Err(WriteError::Store(failure)),
            }
        }
    }
}

fn unconditional(written: Result<(), WriteError>) -> Result<(), StoreError> {
    match written {
        Ok(()) => Ok(()),
        Err(WriteError::Store(error)) => Err(error),
        Err(WriteError::Refused(_)) => {
            Err(StoreError::Broken { detail: "a write without a condition was refused".to_owned() })
        }
    }
}
