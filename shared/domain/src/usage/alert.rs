//! When the user is notified: once for each month, threshold and limit.

use super::{Mark, UsageCounter};

/// The parts of the limit at which the user is notified, in percent, ascending.
pub const THRESHOLDS_PERCENT: [u64; 2] = [80, 100];

fn unmarked(counter: &UsageCounter, limit: u64) -> impl Iterator<Item = Mark> {
    THRESHOLDS_PERCENT
        .into_iter()
        .map(move |percent| Mark { percent, limit })
        .filter(move |mark| limit > 0 && !counter.alerted.contains(mark))
}

/// The number of counted runs that reaches the next threshold that was not reported yet.
pub fn next_unmarked(counter: &UsageCounter, limit: u64) -> Option<u64> {
    unmarked(counter, limit).map(Mark::reached_at).min()
}

/// The thresholds that one more counted run reaches and that were not reported yet, ascending. All of them are marked;
/// only the last, the highest, is reported.
pub fn crossed_by_next(counter: &UsageCounter, limit: u64) -> Vec<Mark> {
    let runs = counter.counted_runs.saturating_add(1);
    unmarked(counter, limit).filter(|mark| mark.reached_at() <= runs).collect()
}

/// The thresholds that are reached now and were not reported yet, ascending: for a limit that was changed.
pub fn reached(counter: &UsageCounter, limit: u64) -> Vec<Mark> {
    unmarked(counter, limit).filter(|mark| mark.reached_at() <= counter.counted_runs).collect()
}
