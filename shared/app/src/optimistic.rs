//! Optimistic concurrency: read, decide, write under a condition, and start again when another writer was first.
//!
//! This is the only loop of its kind. A verb supplies three steps: `read`; `was_mine`, which recognises its own write
//! in what was read; and `write`, which decides on what was read and makes one conditional write. The loop does the
//! rest:
//!
//! - A refused condition, or a store that is in trouble for a moment, starts again with `read`.
//! - If the effect of a write is unknown, because its answer was lost, the next read is shown to `was_mine` first.
//! - After [`TRIES_MAX`] writes the result is [`StoreError::Busy`], which says when to try again, and never a success.
//! - A failure that a repetition can't change is returned at once.
//!
//! It does not wait between tries and has no budget of its own: the store repeats single calls and ends all of them
//! when the budget of the request is used up (`docs/decisions/0012-one-budget-for-the-table.md`).

use crate::limits::{BUSY_RETRY_SECONDS, TRIES_MAX};
use crate::ports::{Refusal, StoreError, TransactionError};
use std::fmt::Display;
use std::time::Duration;

/// The result of one try.
#[derive(Debug)]
pub enum Step<T, W> {
    Done(T),
    /// A condition was refused; nothing was written.
    Refused,
    /// This write may have taken effect. With the failure of the store, if there was one.
    Unknown(W, Option<StoreError>),
}

/// Why a conditional write is not known to have been made.
#[derive(Debug)]
pub enum NotWritten {
    /// A condition was refused; nothing was written.
    Refused,
    Unknown(Option<StoreError>),
    /// The store failed, and a repetition can't change that.
    Failed(StoreError),
}

impl NotWritten {
    /// For a write that looks the same if another caller makes it: a refusal always means the other caller's.
    #[must_use]
    pub fn by_another(error: Refusal) -> Self {
        match error {
            Refusal::MovedOn => Self::Refused,
            Refusal::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for NotWritten {
    fn from(error: StoreError) -> Self {
        if error.is_transient() { Self::Unknown(Some(error)) } else { Self::Failed(error) }
    }
}

impl From<TransactionError> for NotWritten {
    /// The store recognises a transaction that it repeats, so a refusal always means another writer.
    fn from(error: TransactionError) -> Self {
        match error {
            TransactionError::Refused(_) => Self::Refused,
            TransactionError::Store(error) => error.into(),
        }
    }
}

impl From<Refusal> for NotWritten {
    /// The store does not recognise a write of one item that it repeats: after a lost answer, the repetition is refused
    /// because the first try took effect.
    fn from(error: Refusal) -> Self {
        match error {
            Refusal::MovedOn => Self::Unknown(None),
            Refusal::Store(error) => error.into(),
        }
    }
}

impl<Sent> Step<Sent, Sent> {
    /// The step after a conditional write of `after`; an error if a repetition can't help.
    pub fn of(written: Result<(), impl Into<NotWritten>>, after: Sent) -> Result<Self, StoreError> {
        match written {
            Ok(()) => Ok(Self::Done(after)),
            Err(error) => Self::not_written(error, after),
        }
    }

    /// The same for a write that can happen once only, such as an insert under an id of its own: if it is refused, an
    /// earlier try may have made it.
    pub fn of_once(written: Result<(), impl Into<NotWritten>>, after: Sent) -> Result<Self, StoreError> {
        match written.map_err(Into::into) {
            Err(NotWritten::Refused) => Ok(Self::Unknown(after, None)),
            written => Self::of(written, after),
        }
    }
}

impl<T, W> Step<T, W> {
    /// The step after a conditional write that failed or was refused.
    pub fn not_written(error: impl Into<NotWritten>, sent: W) -> Result<Self, StoreError> {
        match error.into() {
            NotWritten::Refused => Ok(Self::Refused),
            NotWritten::Unknown(failure) => Ok(Self::Unknown(sent, failure)),
            NotWritten::Failed(error) => Err(error),
        }
    }

    /// The same step with another result.
    pub fn map<U>(self, result: impl FnOnce(T) -> U) -> Step<U, W> {
        match self {
            Self::Done(done) => Step::Done(result(done)),
            Self::Refused => Step::Refused,
            Self::Unknown(sent, failure) => Step::Unknown(sent, failure),
        }
    }
}

/// Changes stored records. `what` names the change and its record in the error after the last try: `("the edit of
/// repository", id)`.
///
/// `read` is called with `false` for the first try and with `true` for every later one, so that a caller that has just
/// read the records need not read them again. `was_mine` is asked about the last write whose effect is unknown, and
/// returns the verb's result if what was read shows that write.
pub async fn update<S, W, T, E, Read, Write>(
    what: (&str, impl Display),
    mut read: impl FnMut(bool) -> Read,
    was_mine: impl Fn(&S, &W) -> Option<T>,
    mut write: impl FnMut(S) -> Write,
) -> Result<T, E>
where
    E: From<StoreError>,
    Read: Future<Output = Result<S, E>>,
    Write: Future<Output = Result<Step<T, W>, E>>,
{
    let mut unknown: Option<W> = None;
    let mut last_failure = None;
    // Boxed, because a verb's steps call other verbs: their futures would add up to megabytes of stack.
    for tried in 0..TRIES_MAX {
        let seen = Box::pin(read(tried > 0)).await?;
        if let Some(done) = unknown.as_ref().and_then(|sent| was_mine(&seen, sent)) {
            return Ok(done);
        }
        match Box::pin(write(seen)).await? {
            Step::Done(done) => return Ok(done),
            Step::Refused => {}
            Step::Unknown(sent, failure) => {
                unknown = Some(sent);
                last_failure = failure.or(last_failure);
            }
        }
    }
    if let Some(sent) = &unknown
        && let Some(done) = was_mine(&Box::pin(read(true)).await?, sent)
    {
        return Ok(done);
    }
    Err(used_up(what, last_failure).into())
}

/// [`update`] for a change that needs no `was_mine`: what is read after a lost answer shows by itself that nothing is
/// left to do.
pub async fn ensure<S, T, E, Read, Write>(
    what: (&str, impl Display),
    read: impl FnMut(bool) -> Read,
    write: impl FnMut(S) -> Write,
) -> Result<T, E>
where
    E: From<StoreError>,
    Read: Future<Output = Result<S, E>>,
    Write: Future<Output = Result<Step<T, ()>, E>>,
{
    update(what, read, |_, ()| None, write).await
}

/// The only result of a change whose tries are used up.
fn used_up((what, id): (&str, impl Display), last_failure: Option<StoreError>) -> StoreError {
    let retry_after = match &last_failure {
        Some(StoreError::Busy { retry_after, .. }) => *retry_after,
        _ => Duration::from_secs(BUSY_RETRY_SECONDS),
    };
    let cause = last_failure.map_or_else(|| "other writers were first".to_owned(), |failure| failure.to_string());
    StoreError::Busy { detail: format!("{what} {id} was not made in {TRIES_MAX} tries: {cause}"), retry_after }
}
