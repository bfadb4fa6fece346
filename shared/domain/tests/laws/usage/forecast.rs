//! The forecast equals a walk over all fires in the order of time.

use crate::sample::instant;
use domain::id::ConfigurationId;
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::schedule::Schedule;
use domain::usage::{DueReport, WALKED_FIRES_MAX, fires_between, forecast};
use proptest::prelude::*;
use uuid::Uuid;

fn id(number: usize) -> ConfigurationId {
    ConfigurationId::from_uuid(Uuid::from_u128(u128::try_from(number).unwrap()))
}

fn daily() -> Schedule {
    Schedule::parse("0 9 * * *", "UTC").unwrap()
}

fn due(number: usize, schedule: &Schedule, next_run_at: Option<Instant>) -> DueReport<'_> {
    DueReport { configuration: id(number), schedule, next_run_at }
}

#[test]
fn daily_report_is_due_each_remaining_day() {
    let (schedule, now) = (daily(), instant("2026-03-10T12:00:00Z"));
    let reports = [due(1, &schedule, schedule.next_after(now))];
    let all = forecast(&reports, 50, now);
    assert_eq!((all.due, all.fitting, all.limit_reached_at, all.is_complete), (21, 21, None, true));
    let some = forecast(&reports, 5, now);
    assert_eq!((some.due, some.fitting), (21, 5));
    assert_eq!(some.limit_reached_at, Some(instant("2026-03-15T09:00:00Z")));
    let exact = forecast(&reports, 21, now);
    assert_eq!((exact.fitting, exact.limit_reached_at), (21, Some(instant("2026-03-31T09:00:00Z"))));
    let none = forecast(&reports, 0, now);
    assert_eq!((none.due, none.fitting, none.limit_reached_at), (21, 0, Some(now)));
}

#[test]
fn disabled_report_is_not_due() {
    let (schedule, now) = (daily(), instant("2026-03-10T12:00:00Z"));
    let reports = [due(1, &schedule, None), due(2, &schedule, Some(instant("2026-04-01T00:10:00Z")))];
    let forecast = forecast(&reports, 50, now);
    assert_eq!((forecast.due, forecast.reports.len()), (0, 2));
}

#[test]
fn missed_fires_are_one_run() {
    let (schedule, now) = (daily(), instant("2026-03-30T12:00:00Z"));
    let overdue = [due(1, &schedule, Some(instant("2026-03-27T09:00:00Z")))];
    assert_eq!(forecast(&overdue, 50, now).due, 2, "one at once, one tomorrow");
    assert_eq!(forecast(&overdue, 1, now).limit_reached_at, Some(now));
    let old = [due(1, &schedule, Some(instant("2026-02-28T09:00:00Z")))];
    assert_eq!(forecast(&old, 50, now).due, 1);
}

#[test]
fn reports_due_at_once_get_the_last_slots_in_order() {
    let (schedule, now) = (daily(), instant("2026-03-29T12:00:00Z"));
    let next = schedule.next_after(now);
    let reports = [due(1, &schedule, next), due(2, &schedule, next), due(3, &schedule, next)];
    let forecast = forecast(&reports, 5, now);
    let fitting: Vec<u64> = forecast.reports.iter().map(|report| report.fitting).collect();
    assert_eq!((forecast.due, forecast.fitting, fitting), (6, 5, vec![2, 2, 1]));
    assert_eq!(forecast.limit_reached_at, Some(instant("2026-03-31T09:00:00Z")));
}

#[test]
fn last_slots_can_be_taken_at_the_first_fire() {
    let (schedule, now) = (daily(), instant("2026-03-29T12:00:00Z"));
    let next = schedule.next_after(now);
    let reports = [due(1, &schedule, next), due(2, &schedule, next), due(3, &schedule, next)];
    let forecast = forecast(&reports, 2, now);
    let fitting: Vec<u64> = forecast.reports.iter().map(|report| report.fitting).collect();
    assert_eq!((forecast.fitting, fitting, forecast.limit_reached_at), (2, vec![1, 1, 0], next));
}

#[test]
fn fire_at_the_end_of_a_range_is_excluded() {
    let minutely = Schedule::parse("* * * * *", "UTC").unwrap();
    let after = instant("2026-03-01T00:00:30Z");
    for (seconds, fires) in [(29, 0), (30, 0), (31, 1), (90, 1), (91, 2)] {
        assert_eq!(fires_between(&minutely, after, after + Duration::seconds(seconds), 9).at.len(), fires, "{seconds}");
    }
}

#[test]
fn forecast_beyond_its_limit_is_marked_incomplete() {
    let now = instant("2026-03-01T00:00:30Z");
    let schedules = [Schedule::parse("* * * * *", "UTC").unwrap(), Schedule::parse("*/2 * * * *", "UTC").unwrap()];
    let reports: Vec<_> = schedules
        .iter()
        .enumerate()
        .map(|(number, schedule)| due(number, schedule, schedule.next_after(now)))
        .collect();
    let forecast = forecast(&reports, u64::MAX, now);
    assert!(!forecast.is_complete);
    assert!(forecast.due <= u64::try_from(WALKED_FIRES_MAX).unwrap() + 2);
    let fires = fires_between(&schedules[0], now, now + Duration::minutes(10), 3);
    assert_eq!((fires.at.len(), fires.is_complete), (3, false));
    let fires = fires_between(&schedules[0], now, now + Duration::minutes(3), 3);
    assert_eq!((fires.at.len(), fires.is_complete), (3, true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn forecast_equals_a_walk_in_the_order_of_time(
        choices in prop::collection::vec((0_usize..4, -40_i64..200), 0..6),
        free in 0_u64..120,
        hour in 0_i64..700,
    ) {
        let texts = ["0 9 * * *", "30 */6 * * *", "0 8 * * MON-FRI", "15 */12 1,20-25 * *"];
        let schedules = texts.map(|text| Schedule::parse(text, "Europe/Berlin").unwrap());
        let now = instant("2026-03-01T00:20:00Z") + Duration::hours(hour);
        let until = Month::of(now).resets_at();
        let reports: Vec<DueReport<'_>> = choices
            .iter()
            .enumerate()
            .map(|(number, (which, ahead))| {
                let schedule = &schedules[*which];
                due(number, schedule, schedule.next_after(now + Duration::hours(*ahead)))
            })
            .collect();
        let mut runs: Vec<(Instant, usize)> = Vec::new();
        for (number, report) in reports.iter().enumerate() {
            let first = report.next_run_at.unwrap();
            if first >= Month::of(now).first_instant() && first < until {
                runs.push((first.max(now), number));
            }
            let mut fire = report.schedule.next_after(first.max(now));
            while let Some(next) = fire.filter(|next| *next < until) {
                runs.push((next, number));
                fire = report.schedule.next_after(next);
            }
        }
        runs.sort_unstable();
        let fit = usize::try_from(free).unwrap().min(runs.len());
        let found = forecast(&reports, free, now);
        prop_assert_eq!(found.due, u64::try_from(runs.len()).unwrap());
        prop_assert_eq!(found.fitting, u64::try_from(fit).unwrap());
        for (number, report) in found.reports.iter().enumerate() {
            let count = |runs: &[(Instant, usize)]| runs.iter().filter(|(_, whose)| *whose == number).count();
            prop_assert_eq!(report.due, u64::try_from(count(&runs)).unwrap());
            prop_assert_eq!(report.fitting, u64::try_from(count(&runs[..fit])).unwrap());
        }
        let reached = if free == 0 { Some(now) } else { runs.get(usize::try_from(free).unwrap() - 1).map(|run| run.0) };
        prop_assert_eq!(found.limit_reached_at, reached);
    }
}
