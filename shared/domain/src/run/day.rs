//! The days of a month, computed from its runs.

use super::{Run, Status};
use crate::money::{Cost, TokenUsage};
use crate::month::Month;
use chrono::{Datelike, NaiveDate};

/// The sums of a month's runs for each of its UTC days, including days without a run. A run belongs to the day of its
/// id's instant, so that the days add up to the month's counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyUsage {
    pub month: Month,
    pub days: Vec<DayUsage>,
}

/// The sums of the runs of one UTC day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayUsage {
    pub date: NaiveDate,
    pub total_runs: u64,
    pub counted_runs: u64,
    /// Counted or not.
    pub successful_runs: u64,
    pub failed_runs: u64,
    pub cancelled_runs: u64,
    /// Runs that used tokens whose price is unknown.
    pub unpriced_runs: u64,
    pub tokens: TokenUsage,
    /// Their cost, as far as prices are known.
    pub cost: Cost,
}

impl DailyUsage {
    /// A month in which nothing happened.
    pub fn empty(month: Month) -> Self {
        Self { month, days: month.days().map(DayUsage::empty).collect() }
    }

    /// Adds a run; one of another month changes nothing.
    pub fn add(&mut self, run: &Run) {
        let day = usize::try_from(run.id.instant().day0()).ok().filter(|_| run.month() == self.month);
        if let Some(day) = day.and_then(|day| self.days.get_mut(day)) {
            day.add(run);
        }
    }
}

impl DayUsage {
    fn empty(date: NaiveDate) -> Self {
        Self {
            date,
            total_runs: 0,
            counted_runs: 0,
            successful_runs: 0,
            failed_runs: 0,
            cancelled_runs: 0,
            unpriced_runs: 0,
            tokens: TokenUsage::ZERO,
            cost: Cost::ZERO,
        }
    }

    fn add(&mut self, run: &Run) {
        self.total_runs += 1;
        self.counted_runs += u64::from(run.end().is_some_and(|end| end.counted));
        match run.status() {
            Status::Running => {}
            Status::Success => self.successful_runs += 1,
            Status::Failed => self.failed_runs += 1,
            Status::Cancelled => self.cancelled_runs += 1,
        }
        self.unpriced_runs += u64::from(run.figures.unpriced);
        self.tokens += run.figures.tokens;
        self.cost += run.figures.cost;
    }
}
