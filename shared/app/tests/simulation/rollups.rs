//! The rollups of a month add up to its counter, and are those of its runs.

use domain::id::ConfigurationId;
use domain::run::{DayFigures, Rollup, RollupsOfRuns, Run, total};
use domain::usage::UsageCounter;
use std::collections::BTreeMap;

/// Compares rollups with the counter, and with the runs of their configurations and days.
pub(crate) fn check(counter: &UsageCounter, rollups: &[Rollup], runs: &[&Run]) -> Result<(), String> {
    let totals: Vec<DayFigures> = rollups.iter().map(Rollup::total).collect();
    if !total(&totals).agree_with(counter) {
        return Err(format!("the rollups say {:?}, the counter {counter:?}", total(&totals)));
    }
    let mut of_runs = RollupsOfRuns::default();
    for run in runs {
        of_runs.add(run);
    }
    let (found, expected) = (by_day(rollups), by_day(&of_runs.into_rollups()));
    if found != expected {
        return Err(format!("the rollups say {found:?}, the runs {expected:?}"));
    }
    let failed: u64 = rollups.iter().flat_map(|rollup| rollup.errors.values()).sum();
    if failed != counter.failed_runs {
        return Err(format!("{failed} failures have a code, {} runs failed", counter.failed_runs));
    }
    Ok(())
}

type ByDay = BTreeMap<(ConfigurationId, u32), DayFigures>;

/// Blocks are not runs.
fn by_day(rollups: &[Rollup]) -> ByDay {
    let mut sums = ByDay::new();
    for rollup in rollups {
        for (day, figures) in &rollup.days {
            let figures = DayFigures { blocked_runs: 0, ..*figures };
            if figures != DayFigures::default() {
                *sums.entry((rollup.of.configuration, *day)).or_default() += figures;
            }
        }
    }
    sums
}
