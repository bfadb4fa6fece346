//! Attempts to deliver as items, which expire after the deployment's retention.

use super::super::item::{instant, instant_of, item, number, number_of, shown};
use super::super::retention::{Kept, expires_at};
use super::super::{Item, Key, Record, attribute};
use app::ports::{Attempt, StoreError};
use domain::delivery::AttemptResult;
use domain::event::DeliverySubject;

const NUMBER: &str = "number";
const AT: &str = "at";
const DURATION_MS: &str = "duration_ms";
const STATUS: &str = "response";
const ERROR_CLASS: &str = "error_class";
/// The beginning of the receiver's answer.
const EXCERPT: &str = "excerpt";
const NEXT_ATTEMPT_AT: &str = "next_attempt_at";

pub(crate) fn to_item(attempt: &Attempt, kept: Kept) -> Item {
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
pub(super) fn from_item(item: &Item, subject: DeliverySubject) -> Result<Attempt, StoreError> {
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
