//! How long records that expire are kept.
//!
//! The table removes an expired record within a few days; until then reads treat it as absent. The instant is written
//! with the record, so a changed retention applies to records that are written from then on.

use super::item::number;
use super::{DynamoStore, Item, Record, attribute};
use app::limits::TEXT_RETENTION_DAYS_MIN;
use app::ports::Clock;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::instant::{Duration, Instant};
use std::sync::Arc;

/// How long a report's text is kept unless the deployment sets another value, in days: a year and a month, so that a
/// year's reports can be read to its end.
pub const TEXT_RETENTION_DAYS_DEFAULT: i64 = 400;

/// How long attempts to deliver are kept unless the deployment sets another value, in days.
pub const ATTEMPT_RETENTION_DAYS_DEFAULT: i64 = 90;

/// How long notices are kept, in days from when they were made: a year and a month, so that a notice which is made once
/// (the end of a model) is not made again for as long as anyone uses what it is about.
pub const NOTICE_RETENTION_DAYS: i64 = 400;

/// The fewest days for attempts: a delivery is tried over a few days, and looks at its own attempts.
pub const ATTEMPT_RETENTION_DAYS_MIN: i64 = 7;

/// The most days for either: a century.
pub const RETENTION_DAYS_MAX: i64 = 36_500;

/// How long records of a kind are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    ForEver,
    Days(i64),
}

/// How long records are kept, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Texts of reports, from when their commits were observed.
    pub texts: Kept,
    /// Attempts to deliver, from when they were made.
    pub attempts: Kept,
}

impl Default for Retention {
    fn default() -> Self {
        Self { texts: Kept::Days(TEXT_RETENTION_DAYS_DEFAULT), attempts: Kept::Days(ATTEMPT_RETENTION_DAYS_DEFAULT) }
    }
}

impl Kept {
    /// Parses a number of days for texts; 0 means no limit. Fewer than [`TEXT_RETENTION_DAYS_MIN`] would lose what a
    /// report after a force-push needs.
    pub fn texts(days: &str) -> Option<Self> {
        Self::parse(days, TEXT_RETENTION_DAYS_MIN)
    }

    /// Parses a number of days for attempts; 0 means no limit.
    pub fn attempts(days: &str) -> Option<Self> {
        Self::parse(days, ATTEMPT_RETENTION_DAYS_MIN)
    }

    fn parse(days: &str, min: i64) -> Option<Self> {
        match days.parse::<u32>().map(i64::from).ok()? {
            0 => Some(Self::ForEver),
            days if (min..=RETENTION_DAYS_MAX).contains(&days) => Some(Self::Days(days)),
            _ => None,
        }
    }
}

/// When a record of `at` expires, as the attribute's value.
pub(crate) fn expires_at(at: Instant, kept: Kept) -> Option<AttributeValue> {
    match kept {
        Kept::ForEver => None,
        Kept::Days(days) => number((at + Duration::days(days)).timestamp()),
    }
}

impl DynamoStore {
    /// The same store with another retention, and a clock by which expired records count as absent. Without a clock a
    /// record exists until the table removes it.
    #[must_use]
    pub fn keeping(self, retention: Retention, clock: Arc<dyn Clock>) -> Self {
        Self { retention, clock: Some(clock), ..self }
    }

    /// The item, unless it has expired or is a marker.
    pub(crate) fn live(&self, item: Item) -> Option<Item> {
        self.is_live(&item).then_some(item)
    }

    /// Whether the item has not expired and is no marker.
    pub(crate) fn is_live(&self, item: &Item) -> bool {
        let record = Record(item);
        let marker = record.flag(attribute::MARKER).unwrap_or_default();
        let expires_at: Option<i64> = record.number_or_none(attribute::EXPIRES_AT).unwrap_or_default();
        let now = self.clock.as_ref().map(|clock| clock.now().timestamp());
        let expired = expires_at.zip(now).is_some_and(|(expires_at, now)| expires_at <= now);
        !marker && !expired
    }
}
