//! Attempts to deliver as items, which expire after the deployment's retention.

use super::super::DynamoStore;
use super::super::attribute;
use super::super::expression::Change;
use super::super::failure::WriteError;
use super::super::item::{Item, Record, instant, instant_of, item, number, number_of, shown};
use super::super::key::{self, Key};
use super::super::retention::{Kept, expires_at};
use app::ports::{Attempt, StoreError};
use domain::delivery::AttemptResult;
use domain::event::DeliverySubject;
use domain::id::UserId;

const NUMBER: &str = "number";
const AT: &str = "at";
const DURATION_MS: &str = "duration_ms";
const STATUS: &str = "response";
const ERROR_CLASS: &str = "error_class";
/// The beginning of the receiver's answer.
const EXCERPT: &str = "excerpt";
const NEXT_ATTEMPT_AT: &str = "next_attempt_at";

/// Attempts at one delivery that are read at most: more than any retry policy makes.
const READ_MAX: usize = 1_000;

fn to_item(attempt: &Attempt, kept: Kept) -> Item {
    item(
        Key::attempt(attempt.user, attempt.subject, attempt.number),
        vec![
            (NUMBER, number(attempt.number)),
            (AT, instant(attempt.at)),
            (DURATION_MS, number_of(attempt.duration_ms)),
            (STATUS, number_of(attempt.result.status())),
            (ERROR_CLASS, shown(attempt.result.error_class())),
            (EXCERPT, shown(attempt.response_excerpt.as_ref())),
            (NEXT_ATTEMPT_AT, instant_of(attempt.next_attempt_at)),
            (attribute::EXPIRES_AT, expires_at(attempt.at, kept)),
        ],
    )
}

/// The subject is the one that was asked for, because the key contains only its id.
fn from_item(item: &Item, subject: DeliverySubject) -> Result<Attempt, StoreError> {
    let record = Record(item);
    Ok(Attempt {
        user: record.user()?,
        subject,
        number: record.number(NUMBER)?,
        at: record.instant(AT)?,
        duration_ms: record.number_or_none(DURATION_MS)?,
        result: AttemptResult::of_record(record.number_or_none(STATUS)?, record.text_or_none(ERROR_CLASS)?),
        response_excerpt: record.text_or_none(EXCERPT)?.map(str::to_owned),
        next_attempt_at: record.instant_or_none(NEXT_ATTEMPT_AT)?,
    })
}

impl DynamoStore {
    pub(crate) async fn record_attempt(&self, attempt: &Attempt) -> Result<(), StoreError> {
        match self.put(&Change::if_absent(), to_item(attempt, self.retention.attempts)).await {
            Ok(()) | Err(WriteError::Refused(_)) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    pub(crate) async fn read_attempt(
        &self,
        user: UserId,
        subject: DeliverySubject,
        number: u32,
    ) -> Result<Option<Attempt>, StoreError> {
        let found = self.get(Key::attempt(user, subject, number)).await?.and_then(|item| self.live(item));
        self.decoded(found.as_ref(), |item| from_item(item, subject))
    }

    pub(crate) async fn read_attempts(
        &self,
        user: UserId,
        subject: DeliverySubject,
    ) -> Result<Vec<Attempt>, StoreError> {
        let request = self.query_prefix(user, key::attempts(subject));
        let items = self.read_pages(request, None, READ_MAX).await?;
        let live = items.into_iter().filter_map(|item| self.live(item));
        Ok(live.filter_map(|item| self.readable(from_item(&item, subject))).collect())
    }
}
