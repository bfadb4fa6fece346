//! Transactions: writes of several items, all or none.

use super::super::DynamoStore;
use super::super::call::{Call, Kind, Trouble};
use super::failure::{busy, of_call, trouble_of};
use app::ports::{Part, StoreError, TransactionError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};
use std::collections::BTreeSet;

/// The code of a part that met another request: the same transaction can be repeated.
const CONFLICT: &str = "TransactionConflict";

/// Codes of a part that lacked throughput: the same transaction can be repeated.
const THROTTLES: [&str; 3] = ["ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"];

/// Why a transaction was cancelled.
enum Cancelled {
    /// The conditions of these parts failed.
    Refused(BTreeSet<Part>),
    Passing(Trouble, String),
    /// A permanent cause.
    Broken(String),
}

impl DynamoStore {
    /// Writes all parts or none. A failure that can pass is repeated with the same token, so that a transaction that
    /// took effect although its answer was lost is not applied twice. If the answer stays lost, that is the error: the
    /// caller reads to find out what happened.
    pub(crate) async fn transact(&self, parts: Vec<(Part, TransactWriteItem)>) -> Result<(), TransactionError> {
        let (names, items): (Vec<Part>, Vec<TransactWriteItem>) = parts.into_iter().unzip();
        let token = uuid::Builder::from_random_bytes(self.random()).into_uuid();
        let request = self
            .client
            .transact_write_items()
            .set_transact_items(Some(items))
            .client_request_token(token.simple().to_string());
        let mut call = Call::begin(self.entropy.as_ref(), Kind::Write)?;
        loop {
            let Err(error) = call.attempt(request.clone().send()).await else {
                return Ok(());
            };
            let (trouble, failure) = match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    match cancellation(&names, cancelled.cancellation_reasons()) {
                        Cancelled::Refused(parts) => return Err(TransactionError::Refused(parts)),
                        Cancelled::Broken(detail) => return Err(StoreError::Broken { detail }.into()),
                        Cancelled::Passing(trouble, detail) => (Some(trouble), busy(detail)),
                    }
                }
                _ => (trouble_of(&error), of_call(&error)),
            };
            match trouble {
                Some(trouble) if call.repeat(trouble, &failure.to_string()).await => {}
                _ => return Err(failure.into()),
            }
        }
    }

    /// Random bytes for a token.
    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        bytes
    }
}

/// The service answers one reason for each part, in the parts' order. A failed condition comes first: it fails again
/// however often the transaction is tried.
fn cancellation(names: &[Part], reasons: &[CancellationReason]) -> Cancelled {
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
    let throttled = codes.iter().any(|code| THROTTLES.contains(&code.as_str()));
    let passes = |code: &String| code == CONFLICT || THROTTLES.contains(&code.as_str());
    match (codes.is_empty() || !codes.iter().all(passes), throttled) {
        (true, _) => Cancelled::Broken(detail),
        (false, true) => Cancelled::Passing(Trouble::Failure, detail),
        (false, false) => Cancelled::Passing(Trouble::Conflict, detail),
    }
}
