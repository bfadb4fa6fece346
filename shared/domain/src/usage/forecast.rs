//! How many runs the month will have, from the fires of the schedules.
//!
//! Every due run is assumed to count, and every running one too, so that the forecast is the earliest instant at which
//! the limit can be reached. A report without commits or a failed one releases its slot.

use crate::id::ConfigurationId;
use crate::instant::Instant;
use crate::month::Month;
use crate::schedule::Schedule;
use chrono::DateTime;
use std::collections::BTreeMap;

/// Fires that one forecast walks at most, over all schedules: a month of one that fires each minute, or of five that
/// fire each five minutes. Reports with the same schedule share its walk.
pub const WALKED_FIRES_MAX: usize = 45_000;

/// A report whose schedule may fire.
#[derive(Clone, Copy, Debug)]
pub struct DueReport<'a> {
    pub configuration: ConfigurationId,
    pub schedule: &'a Schedule,
    /// `None` while the configuration is disabled.
    pub next_run_at: Option<Instant>,
}

/// The forecast of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// Runs still due before the month ends.
    pub due: u64,
    /// How many of them fit within the limit.
    pub fitting: u64,
    /// When the last slot is taken; `None` if some are free at the end of the month.
    pub limit_reached_at: Option<Instant>,
    /// Report by report, in the order in which they were given.
    pub reports: Vec<ReportForecast>,
    /// Whether every fire was walked. If not, there are more than [`WALKED_FIRES_MAX`], and the numbers are too small.
    pub is_complete: bool,
}

/// Forecast of one report configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportForecast {
    pub configuration: ConfigurationId,
    /// Its runs still due before the month ends.
    pub due: u64,
    pub fitting: u64,
}

/// Fires of one schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fires {
    pub at: Vec<Instant>,
    /// Whether there are no others.
    pub is_complete: bool,
}

/// The fires of a schedule strictly after one instant and before another, at most `max` of them, by their instants.
/// Where only their number matters, [`Schedule::fires_between`] counts them without naming each.
pub fn fires_between(schedule: &Schedule, after: Instant, until: Instant, max: usize) -> Fires {
    let mut at = Vec::new();
    let mut fire = schedule.next_after(after).filter(|fire| *fire < until);
    while let Some(next) = fire {
        if at.len() >= max {
            return Fires { at, is_complete: false };
        }
        at.push(next);
        fire = schedule.next_after(next).filter(|fire| *fire < until);
    }
    Fires { at, is_complete: true }
}

/// Walks the schedules from `now` to the end of its month. `free` are the slots that are neither used nor held.
///
/// Overdue fires are one run at `now`: missed fires coalesce. A fire of an earlier month takes no slot of this one.
/// Where several reports are due at the instant at which the last slot is taken, the first in the list gets it.
pub fn forecast(reports: &[DueReport<'_>], free: u64, now: Instant) -> Forecast {
    let until = Month::of(now).resets_at();
    let (walks, is_complete) = walk(reports, now, until);
    let lines: Vec<Line<'_>> = reports.iter().map(|report| Line::of(report, &walks, now, until)).collect();
    let due = sum(&lines, until);
    let limit_reached_at = reached_at(&lines, free, now, until);
    let mut left = match limit_reached_at {
        Some(instant) => free.saturating_sub(sum(&lines, instant)),
        None => 0,
    };
    let reports: Vec<ReportForecast> = lines
        .iter()
        .map(|line| {
            let sooner = line.before(limit_reached_at.unwrap_or(until));
            let is_last = limit_reached_at.is_some_and(|instant| left > 0 && line.has(instant));
            left = left.saturating_sub(u64::from(is_last));
            let fitting = sooner + u64::from(is_last);
            ReportForecast { configuration: line.configuration, due: line.before(until), fitting }
        })
        .collect();
    let fitting = reports.iter().map(|report| report.fitting).sum();
    Forecast { due, fitting, limit_reached_at, reports, is_complete }
}

type Walks<'a> = BTreeMap<(&'a str, &'a str), Vec<Instant>>;

/// The fires of each distinct schedule, as far as the bound on all of them allows.
fn walk<'a>(reports: &[DueReport<'a>], now: Instant, until: Instant) -> (Walks<'a>, bool) {
    let mut walks = Walks::new();
    let mut left = WALKED_FIRES_MAX;
    let mut is_complete = true;
    for report in reports.iter().filter(|report| report.next_run_at.is_some_and(|fire| fire < until)) {
        walks.entry((report.schedule.cron(), report.schedule.zone())).or_insert_with(|| {
            let fires = fires_between(report.schedule, now, until, left);
            left = left.saturating_sub(fires.at.len());
            is_complete &= fires.is_complete;
            fires.at
        });
    }
    (walks, is_complete)
}

/// The runs of one report until the month ends.
struct Line<'a> {
    configuration: ConfigurationId,
    first: Option<Instant>,
    later: &'a [Instant],
}

impl<'a> Line<'a> {
    fn of(report: &DueReport<'a>, walks: &'a Walks<'a>, now: Instant, until: Instant) -> Self {
        let Some(next) = report.next_run_at.filter(|fire| *fire < until) else {
            return Self { configuration: report.configuration, first: None, later: &[] };
        };
        let is_of_this_month = next >= Month::of(now).first_instant();
        let fires = walks.get(&(report.schedule.cron(), report.schedule.zone())).map_or(&[][..], Vec::as_slice);
        let later = fires.get(fires.partition_point(|fire| *fire <= next)..).unwrap_or_default();
        Self { configuration: report.configuration, first: is_of_this_month.then_some(next.max(now)), later }
    }

    /// Runs that begin before an instant.
    fn before(&self, instant: Instant) -> u64 {
        let later = self.later.partition_point(|fire| *fire < instant);
        u64::from(self.first.is_some_and(|first| first < instant)) + u64::try_from(later).unwrap_or(u64::MAX)
    }

    /// Whether a run begins at an instant.
    fn has(&self, instant: Instant) -> bool {
        self.first == Some(instant) || self.later.binary_search(&instant).is_ok()
    }
}

fn sum(lines: &[Line<'_>], instant: Instant) -> u64 {
    lines.iter().map(|line| line.before(instant)).sum()
}

/// The instant at which the last free slot is taken, found by halving the time that is left, so that no list of all
/// fires of all reports is ever made.
fn reached_at(lines: &[Line<'_>], free: u64, now: Instant, until: Instant) -> Option<Instant> {
    if free == 0 {
        return Some(now);
    }
    if sum(lines, until) < free {
        return None;
    }
    let millis = |instant: i64| DateTime::from_timestamp_millis(instant).unwrap_or(until);
    // At `low` not all slots are taken, before `high` they are.
    let (mut low, mut high) = (now.timestamp_millis(), until.timestamp_millis());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if sum(lines, millis(middle)) >= free { high = middle } else { low = middle }
    }
    Some(millis(low))
}
