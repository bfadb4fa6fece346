//! All-or-nothing writes.

use super::super::DynamoStore;
use super::backoff::{Backoff, TRIES_MAX};
use super::failure::{busy, is_contention, of_call};
use app::ports::{Part, StoreError, TransactionError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};
use std::collections::BTreeSet;

/// Codes of a part that met another request, or had no throughput: the transaction can be made again as it is.
const PASSING: [&str; 4] =
    ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"];

/// Why a transaction was cancelled.
enum Cancelled {
    /// By these parts' conditions.
    Refused(BTreeSet<Part>),
    /// By something that passes.
    Passing(String),
    /// By something that stays.
    Broken(String),
}

impl DynamoStore {
    /// Writes all parts or none. A conflict or a throttle is tried again, with the same token, so that a transaction
    /// which took effect unseen is not made twice. A lost answer comes out: the caller reads to learn what happened.
    pub(crate) async fn transact(&self, parts: Vec<(Part, TransactWriteItem)>) -> Result<(), TransactionError> {
        let (names, items): (Vec<Part>, Vec<TransactWriteItem>) = parts.into_iter().unzip();
        let token = uuid::Builder::from_random_bytes(self.random()).into_uuid();
        let request = self
            .client
            .transact_write_items()
            .set_transact_items(Some(items))
            .client_request_token(token.simple().to_string());
        let mut backoff = Backoff::new(self.entropy.as_ref());
        loop {
            let Err(error) = request.clone().send().await else {
                return Ok(());
            };
            let passing = match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    match judge(&names, cancelled.cancellation_reasons()) {
                        Cancelled::Refused(parts) => return Err(TransactionError::Refused(parts)),
                        Cancelled::Broken(detail) => return Err(StoreError::Broken { detail }.into()),
                        Cancelled::Passing(detail) => detail,
                    }
                }
                _ if is_contention(&error) => "the transaction is in progress".to_owned(),
                _ => return Err(of_call(&error).into()),
            };
            if !backoff.wait().await {
                return Err(busy(format!("{passing}, {TRIES_MAX} times")).into());
            }
        }
    }

    /// Bytes for a token.
    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        bytes
    }
}

/// The service answers one reason a part, in the parts' order. A failed condition weighs most: it stays failed however
/// often the transaction is tried.
fn judge(names: &[Part], reasons: &[CancellationReason]) -> Cancelled {
    let code = |reason: &CancellationReason| reason.code().unwrap_or("None").to_owned();
    let refused: BTreeSet<Part> = names
        .iter()
        .zip(reasons)
        .filter(|(_, reason)| reason.code() == Some("ConditionalCheckFailed"))
        .map(|(part, _)| *part)
        .collect();
    if !refused.is_empty() {
        return Cancelled::Refused(refused);
    }
    let codes: Vec<String> = reasons.iter().map(code).filter(|code| code != "None").collect();
    let detail = format!("the transaction was cancelled: {}", codes.join(", "));
    if !codes.is_empty() && codes.iter().all(|code| PASSING.contains(&code.as_str())) {
        Cancelled::Passing(detail)
    } else {
        Cancelled::Broken(detail)
    }
}
