//! When somebody is told: once a month, threshold and limit.

use super::UsageCounter;
use std::fmt;

/// At which parts of the limit somebody is told, in percent, ascending.
pub const THRESHOLDS_PERCENT: [u64; 2] = [80, 100];

/// A threshold of a limit, kept on the counter once it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// One of [`THRESHOLDS_PERCENT`].
    pub percent: u64,
    /// The limit in force when it was reached.
    pub limit: u64,
}

/// The text is no mark.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a threshold mark such as 80@50")]
pub struct MarkError(String);

impl Mark {
    /// The number of counted runs that reaches it.
    #[must_use]
    pub fn reached_at(self) -> u64 {
        self.limit.saturating_mul(self.percent).div_ceil(100)
    }

    /// Reads what [`Display`](fmt::Display) wrote.
    pub fn parse(text: &str) -> Result<Self, MarkError> {
        text.split_once('@')
            .and_then(|(percent, limit)| Some(Self { percent: percent.parse().ok()?, limit: limit.parse().ok()? }))
            .ok_or_else(|| MarkError(text.chars().take(40).collect()))
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.percent, self.limit)
    }
}

fn unmarked(counter: &UsageCounter, limit: u64) -> impl Iterator<Item = Mark> {
    THRESHOLDS_PERCENT
        .into_iter()
        .map(move |percent| Mark { percent, limit })
        .filter(move |mark| limit > 0 && !counter.alerted.contains(mark))
}

/// The number of counted runs at which the next threshold is reached that was not told yet.
#[must_use]
pub fn next_unmarked(counter: &UsageCounter, limit: u64) -> Option<u64> {
    unmarked(counter, limit).map(Mark::reached_at).min()
}

/// The thresholds that one more counted run reaches and that were not told yet, ascending. All of them are marked;
/// only the last, the highest, is told.
#[must_use]
pub fn crossed_by_next(counter: &UsageCounter, limit: u64) -> Vec<Mark> {
    let runs = counter.counted_runs.saturating_add(1);
    unmarked(counter, limit).filter(|mark| mark.reached_at() <= runs).collect()
}

/// The thresholds that are reached now and were not told yet, ascending: where a limit was changed.
#[must_use]
pub fn reached(counter: &UsageCounter, limit: u64) -> Vec<Mark> {
    unmarked(counter, limit).filter(|mark| mark.reached_at() <= counter.counted_runs).collect()
}
