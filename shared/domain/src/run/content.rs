//! The text of a report, with the observed commits and its cost.

use super::{FailedBranch, Findings};
use crate::commit::Sha;
use crate::digest::Facts;
use crate::id::{RunId, UserId};
use crate::instant::Instant;
use crate::money::{Cost, Rates, TokenUsage, UsageSource};
use crate::report::DegradedReason;
use crate::repository::PathFilter;
use std::collections::BTreeSet;

/// The most reported commits that a content stores.
pub const REPORTED_MAX: usize = 10_000;

/// The first eight bytes of a commit id: enough to identify it among the commits of one branch.
pub type ShaPrefix = [u8; 8];

/// The text of a report. It is stored once for each run, by the first worker; any other worker uses the stored text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub run: RunId,
    pub user: UserId,
    /// The attempt that wrote the text and paid for it.
    pub attempt: u32,
    /// Markdown, at most [`REPORT_BYTES_MAX`](crate::report::plain::REPORT_BYTES_MAX) bytes.
    pub text: String,
    /// The sentence of the report that can be read alone, as plain text; `None` for texts of earlier versions.
    pub headline: Option<String>,
    /// What the report is about; `None` for texts of earlier versions.
    pub facts: Option<Box<Facts>>,
    /// The number of commits in the range, including those that were not read.
    pub commits: u64,
    /// Whether `commits` is a minimum: the git host's list was not read to its end.
    pub commits_at_least: bool,
    /// The commit before the range, if known.
    pub range_from: Option<Sha>,
    pub head: Option<Sha>,
    /// Whether the branch no longer contained the last reported head.
    pub was_reset: bool,
    pub observed_at: Instant,
    /// `covered_until` from which the fetch began.
    pub covered_from: Option<Instant>,
    /// The generation of coverage in which the fetch began.
    pub generation: u64,
    /// Whether the chosen model failed and the text was written without it.
    pub degraded: bool,
    /// `None` for texts that were stored before reasons were recorded.
    pub degraded_reason: Option<DegradedReason>,
    pub priced: Priced,
    /// The commits of the range, at most [`REPORTED_MAX`] with those of further branches: after a force-push they are
    /// not reported again.
    pub reported: BTreeSet<ShaPrefix>,
    /// The further branches that were read. What is above of range and coverage is that of the first branch.
    pub further: Vec<BranchContent>,
    /// The paths of all branches, in their order; empty if the report is about all files.
    pub paths: Vec<PathFilter>,
    /// The branches that could not be read; if the first one is among them, `head` is `None`.
    pub failed: Vec<FailedBranch>,
}

/// The part of a [`Content`] that is about a further branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchContent {
    /// The generation of the branch's coverage in which the fetch began: it identifies the branch.
    pub generation: u64,
    pub head: Option<Sha>,
    pub was_reset: bool,
    pub observed_at: Instant,
    pub covered_from: Option<Instant>,
    pub reported: BTreeSet<ShaPrefix>,
}

impl BranchContent {
    /// A branch that was not read at `observed_at`, when others were.
    pub fn unread(generation: u64, observed_at: Instant) -> Self {
        let (covered_from, reported) = (None, BTreeSet::new());
        Self { generation, head: None, was_reset: false, observed_at, covered_from, reported }
    }
}

/// The tokens of an attempt and their cost.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Priced {
    pub tokens: TokenUsage,
    /// 0 if the price is unknown.
    pub cost: Cost,
    pub source: UsageSource,
    /// `None` for a text without a model.
    pub model: Option<String>,
    /// `None` if the price is unknown.
    pub rates: Option<Rates>,
}

/// The payment of one attempt of a run. It is added once, under the number of the attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub attempt: u32,
    pub priced: Priced,
}

impl Priced {
    /// Whether a model with an unknown price was used: then the cost is unknown too, and not 0.
    pub fn is_unpriced(&self) -> bool {
        self.source != UsageSource::None && self.rates.is_none()
    }
}

impl Content {
    /// The payment for the text.
    pub fn payment(&self) -> Payment {
        Payment { attempt: self.attempt, priced: self.priced.clone() }
    }

    /// The findings of a run that ends with this text, without the range of time, which only the run knows.
    pub fn findings(&self) -> Findings {
        Findings {
            commits: self.commits,
            commits_at_least: self.commits_at_least,
            headline: self.headline.clone(),
            window: None,
            range_from: self.range_from.clone(),
            range_to: self.head.clone(),
            degraded: self.degraded,
            degraded_reason: self.degraded_reason,
            content_attempt: Some(self.attempt),
            failed: self.failed.clone(),
        }
    }

    /// Every branch; the first one also if it was not read.
    pub fn branches(&self) -> impl Iterator<Item = BranchContent> {
        let first = BranchContent {
            generation: self.generation,
            head: self.head.clone(),
            was_reset: self.was_reset,
            observed_at: self.observed_at,
            covered_from: self.covered_from,
            reported: BTreeSet::new(),
        };
        std::iter::once(first).chain(self.further.iter().cloned())
    }

    /// The commits of the branch that had this generation of coverage.
    pub fn reported_in(&self, generation: u64) -> impl Iterator<Item = &ShaPrefix> {
        let first = (self.generation == generation).then_some(&self.reported);
        let further = self.further.iter().filter(move |further| further.generation == generation);
        first.into_iter().chain(further.map(|further| &further.reported)).flatten()
    }
}

/// The part of a commit id that a content stores.
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
