//! The service's errors as errors of the ports.

use super::super::Item;
use super::super::call::Trouble;
use app::ports::{Refusal, StoreError};
use aws_sdk_dynamodb::error::{BuildError, DisplayErrorContext, ProvideErrorMetadata, SdkError};
use std::time::Duration;

/// The suggested wait before a busy store is asked again.
const BUSY_RETRY_AFTER: Duration = Duration::from_secs(1);

/// Codes of a request that was rejected before it changed anything.
const THROTTLES: [&str; 5] = [
    "ThrottlingException",
    "Throttling",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "LimitExceededException",
];

/// The code of a request that met a transaction at the same item.
const CONFLICT: &str = "TransactionConflictException";

/// The code of a transaction whose earlier try is still under way: its result is unknown, and the table is slow.
const IN_PROGRESS: &str = "TransactionInProgressException";

/// Codes of a request that the service did not read in time; their HTTP status does not show that.
const TIMED_OUT: [&str; 2] = ["RequestTimeout", "RequestTimeoutException"];

/// A conditional write of one item that did not happen, or may not have happened.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// Its condition failed; contains the stored item, if there is one.
    Refused(Option<Item>),
    Store(StoreError),
}

impl From<WriteError> for Refusal {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Refused(_) => Self::MovedOn,
            WriteError::Store(error) => Self::Store(error),
        }
    }
}

/// The error of a request that can't be built.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` passes the error by value")]
pub(crate) fn broken_request(error: BuildError) -> StoreError {
    StoreError::Broken { detail: format!("a request to the table can't be made: {error}") }
}

/// The error of an item that too many writers wanted, after every try.
pub(crate) fn busy(detail: String) -> StoreError {
    StoreError::Busy { detail, retry_after: BUSY_RETRY_AFTER }
}

/// The kind of trouble if the same request can be repeated; `None` if that does not help.
pub(crate) fn trouble_of<E: ProvideErrorMetadata>(error: &SdkError<E>) -> Option<Trouble> {
    match error {
        SdkError::ServiceError(service) => match service.err().code() {
            Some(CONFLICT) => Some(Trouble::Conflict),
            Some(IN_PROGRESS) => Some(Trouble::Failure),
            Some(code) if THROTTLES.contains(&code) || TIMED_OUT.contains(&code) => Some(Trouble::Failure),
            _ => service.raw().status().is_server_error().then_some(Trouble::Failure),
        },
        SdkError::ConstructionFailure(_) => None,
        _ => Some(Trouble::Failure),
    }
}

/// The port's error of a failed call. A call without an answer may have taken effect.
pub(crate) fn of_call<E>(error: &SdkError<E>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match error {
        SdkError::ServiceError(service) => {
            let code = service.err().code().unwrap_or("unknown");
            let message = service.err().message().unwrap_or_default();
            let detail = format!("{code}: {message}");
            if THROTTLES.contains(&code) || [CONFLICT, IN_PROGRESS].contains(&code) {
                busy(detail)
            } else if TIMED_OUT.contains(&code) || service.raw().status().is_server_error() {
                StoreError::Unavailable { detail }
            } else {
                StoreError::Broken { detail }
            }
        }
        SdkError::ConstructionFailure(_) => StoreError::Broken { detail: DisplayErrorContext(error).to_string() },
        _ => StoreError::Unavailable { detail: DisplayErrorContext(error).to_string() },
    }
}
