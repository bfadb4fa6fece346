//! The figures of a report beside those of the periods before it, and streaks of periods without commits.

use super::Digest;
use crate::instant::{Duration, Instant};

/// The most earlier periods that are kept.
pub const TREND_PERIODS_MAX: usize = 5;

/// Two periods are about as long if they differ by at most one part of this many of the longer one: months do, a day
/// and a weekend don't.
const LENGTH_PARTS: i32 = 4;

/// What was counted in one period. All of it was read, so that it can be compared with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Instant,
    /// Excluded.
    pub to: Instant,
    /// Without merges.
    pub commits: u64,
    pub people: u64,
    pub bots: u64,
    /// Added and deleted lines; `None` unless the size of every commit is known.
    pub lines: Option<(u64, u64)>,
}

/// A period of a schedule, with what is known of the periods before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trend {
    /// The period itself.
    pub period: Period,
    /// The periods before it without a gap, newest first, at most [`TREND_PERIODS_MAX`].
    pub before: Vec<Period>,
    /// The number of periods without commits directly before it.
    pub quiet_before: u64,
    /// Whether `quiet_before` is a minimum: nothing is known of the periods before these.
    pub quiet_at_least: bool,
}

impl Period {
    /// What a digest counts in a period.
    pub fn of(digest: &Digest<'_>, from: Instant, to: Instant) -> Self {
        let (people, bots) = digest.people.humans_and_bots();
        let size = digest.size.filter(|size| size.commits == digest.commits);
        let lines = size.map(|size| (size.additions, size.deletions));
        Self { from, to, commits: digest.commits, people, bots, lines }
    }

    /// A period without commits.
    pub fn quiet(from: Instant, to: Instant) -> Self {
        Self { from, to, commits: 0, people: 0, bots: 0, lines: None }
    }

    fn is_about_as_long_as(&self, other: &Self) -> bool {
        let (one, other) = (self.length(), other.length());
        (one - other).abs() * LENGTH_PARTS <= one.max(other)
    }

    fn length(&self) -> Duration {
        self.to - self.from
    }
}

impl Trend {
    /// A period of which no earlier one is known.
    pub fn beginning(period: Period) -> Self {
        Self { period, before: Vec::new(), quiet_before: 0, quiet_at_least: false }
    }

    /// A period without commits, if it is unknown what was before it.
    pub fn quiet_after_unknown(period: Period) -> Self {
        Self { quiet_at_least: true, ..Self::beginning(period) }
    }

    /// The trend of the period that follows this one.
    #[must_use]
    pub fn followed_by(self, period: Period) -> Self {
        let is_quiet = self.period.commits == 0;
        let (quiet_before, quiet_at_least) =
            if is_quiet { (self.quiet_before.saturating_add(1), self.quiet_at_least) } else { (0, false) };
        let before = std::iter::once(self.period).chain(self.before).take(TREND_PERIODS_MAX).collect();
        Self { period, before, quiet_before, quiet_at_least }
    }

    /// The earlier periods with which this one can be compared: those directly before it, as far as they are about as
    /// long.
    pub fn comparable(&self) -> &[Period] {
        let longer_or_shorter = |earlier: &Period| !earlier.is_about_as_long_as(&self.period);
        let end = self.before.iter().position(longer_or_shorter).unwrap_or(self.before.len());
        self.before.get(..end).unwrap_or_default()
    }

    /// The mean number of commits of the comparable periods, to the nearest whole number; `None` for less than two.
    pub fn mean_commits(&self) -> Option<u64> {
        let periods = self.comparable();
        let number = u64::try_from(periods.len()).ok().filter(|number| *number > 1)?;
        let sum = periods.iter().map(|period| period.commits).fold(0, u64::saturating_add);
        sum.saturating_add(number / 2).checked_div(number)
    }
}
