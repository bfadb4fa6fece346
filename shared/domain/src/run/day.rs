//! The days of a month: from its rollups, or from its runs.

use super::{DayFigures, Rollup, Run, Status};
use crate::money::{Cost, TokenUsage};
use crate::month::Month;
use crate::usage::UsageCounter;
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

    /// The days of a month's rollups. Runs that are still running are in the counter only; all of them are counted on
    /// the day on which the last run of the month began.
    pub fn of_rollups<'a>(counter: &UsageCounter, rollups: impl IntoIterator<Item = &'a Rollup>) -> Self {
        let mut daily = Self::empty(counter.month);
        let mut ended = 0_u64;
        for (day, figures) in rollups.into_iter().flat_map(|rollup| &rollup.days) {
            let place = usize::try_from(*day).ok().and_then(|day| day.checked_sub(1));
            if let Some(day) = place.and_then(|place| daily.days.get_mut(place)) {
                day.add_figures(figures);
                ended = ended.saturating_add(figures.runs());
            }
        }
        let running = counter.total_runs.saturating_sub(ended);
        let last = counter.last_run_at.map(|at| at.date_naive());
        let began = daily.days.iter().rposition(|day| last.is_some_and(|last| day.date <= last)).unwrap_or(0);
        if let Some(day) = daily.days.get_mut(began) {
            day.total_runs = day.total_runs.saturating_add(running);
        }
        daily
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

    fn add_figures(&mut self, figures: &DayFigures) {
        self.total_runs = self.total_runs.saturating_add(figures.runs());
        self.counted_runs = self.counted_runs.saturating_add(figures.counted_runs);
        self.successful_runs = self.successful_runs.saturating_add(figures.successful_runs);
        self.failed_runs = self.failed_runs.saturating_add(figures.failed_runs);
        self.cancelled_runs = self.cancelled_runs.saturating_add(figures.cancelled_runs);
        self.unpriced_runs = self.unpriced_runs.saturating_add(figures.unpriced_runs);
        self.tokens += figures.tokens;
        self.cost += figures.cost;
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
