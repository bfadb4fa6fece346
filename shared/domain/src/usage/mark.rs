//! A threshold of a limit.

use std::fmt;

/// A threshold of a limit, stored on the counter once it was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// One of [`THRESHOLDS_PERCENT`](super::THRESHOLDS_PERCENT).
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
