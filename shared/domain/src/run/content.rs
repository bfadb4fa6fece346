//! The text of a report, with what was observed for it and what it cost.

use super::Findings;
use crate::commit::Sha;
use crate::id::{RunId, UserId};
use crate::instant::Instant;
use crate::money::{Cost, Rates, TokenUsage, UsageSource};
use crate::report::DegradedReason;
use std::collections::BTreeSet;

/// How many reported commits a content remembers.
pub const REPORTED_MAX: usize = 10_000;

/// The first eight bytes of a commit id: enough to know it again among the commits of one branch.
pub type ShaPrefix = [u8; 8];

/// A report's text. Written once a run, by whichever worker comes first; every worker that finds it uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The run.
    pub run: RunId,
    /// Whose.
    pub user: UserId,
    /// The attempt that wrote it, and paid for it.
    pub attempt: u32,
    /// Markdown, at most [`REPORT_BYTES_MAX`](crate::report::plain::REPORT_BYTES_MAX) bytes.
    pub text: String,
    /// The number of commits in the range, those that were not read included.
    pub commits: u64,
    /// The range has more commits than that: the git host's list was not read to its end.
    pub commits_at_least: bool,
    /// The commit before the range, where it is known.
    pub range_from: Option<Sha>,
    /// The observed head.
    pub head: Option<Sha>,
    /// When the head was observed.
    pub observed_at: Instant,
    /// `covered_until` from which the fetch began.
    pub covered_from: Option<Instant>,
    /// The generation of coverage in which the fetch began.
    pub generation: u64,
    /// A model was chosen and failed; the text was written without it.
    pub degraded: bool,
    /// Why; unknown for texts that were stored before reasons were recorded.
    pub degraded_reason: Option<DegradedReason>,
    /// What the text cost.
    pub priced: Priced,
    /// The commits of the range, at most [`REPORTED_MAX`]: after a force-push they are not reported again.
    pub reported: BTreeSet<ShaPrefix>,
}

/// What an attempt used, and what that cost.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Priced {
    /// Tokens.
    pub tokens: TokenUsage,
    /// Their cost; 0 where their price is unknown.
    pub cost: Cost,
    /// Where the tokens' numbers are from.
    pub source: UsageSource,
    /// The model; none for a text without one.
    pub model: Option<String>,
    /// The prices used; none where no price is known.
    pub rates: Option<Rates>,
}

/// What one attempt of a run paid. It is added once, under the attempt's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The attempt.
    pub attempt: u32,
    /// What it paid.
    pub priced: Priced,
}

impl Priced {
    /// Whether a model was called whose price is unknown: then the cost is unknown too, and not 0.
    #[must_use]
    pub fn is_unpriced(&self) -> bool {
        self.source != UsageSource::None && self.rates.is_none()
    }
}

impl Content {
    /// The payment that goes with the text.
    #[must_use]
    pub fn payment(&self) -> Payment {
        Payment { attempt: self.attempt, priced: self.priced.clone() }
    }

    /// What a run that ends with this text has found, but for the range of time, which is the run's.
    #[must_use]
    pub fn findings(&self) -> Findings {
        Findings {
            commits: self.commits,
            commits_at_least: self.commits_at_least,
            window: None,
            range_from: self.range_from.clone(),
            range_to: self.head.clone(),
            degraded: self.degraded,
            degraded_reason: self.degraded_reason,
            content_attempt: Some(self.attempt),
        }
    }
}

/// The part of a commit id that a content remembers.
#[must_use]
pub fn sha_prefix(sha: &Sha) -> ShaPrefix {
    let mut prefix = ShaPrefix::default();
    let digits = sha.as_str().as_bytes();
    for (byte, pair) in prefix.iter_mut().zip(digits.chunks(2)) {
        *byte = pair.iter().fold(0, |value, digit| value * 16 + hex(*digit));
    }
    prefix
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => 0,
    }
}
