//! How many times a schedule fires between two instants.

use super::{at, schedule};
use domain::instant::{Duration, Instant};
use domain::schedule::Schedule;
use proptest::prelude::*;

fn counted_one_by_one(schedule: &Schedule, after: Instant, until: Instant) -> u64 {
    let fires = std::iter::successors(schedule.next_after(after), |fire| schedule.next_after(*fire));
    fires.take_while(|fire| *fire < until).map(|_| 1).sum()
}

#[test]
fn fires_of_a_month_are_counted() {
    let month = (at("2026-02-01T00:00:00Z") - Duration::milliseconds(1), at("2026-03-01T00:00:00Z"));
    for (cron, fires) in [("0 9 * * *", 28), ("@monthly", 1), ("*/5 * * * *", 28 * 288), ("0 9 * * 1-5", 20)] {
        assert_eq!(schedule(cron, "UTC").fires_between(month.0, month.1), fires, "{cron}");
    }
    // Neither of the two days on which the clock jumps is like the other.
    let (hourly, year) =
        (schedule("@hourly", "America/New_York"), (at("2026-01-01T00:30:00Z"), at("2026-12-31T00:00:00Z")));
    assert_eq!(hourly.fires_between(year.0, year.1), counted_one_by_one(&hourly, year.0, year.1));
    assert_eq!(schedule("0 9 * * *", "UTC").fires_between(month.1, month.0), 0);
    let twice = schedule("0 0,12 * * *", "UTC");
    assert_eq!(
        twice.fires_between(at("2026-02-01T00:00:00Z"), at("2026-02-11T00:00:00Z")),
        19,
        "from the first noon on"
    );
    assert_eq!(schedule("@hourly", "UTC").fires_between(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00Z")), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn count_by_days_equals_count_by_fires(
        cron in prop_oneof![
            Just("0 9 * * *"), Just("*/15 * * * *"), Just("30 2 * * *"), Just("0 */3 * * 1-5"), Just("5,35 1-3 L * *"),
            Just("0 0 * * *"), Just("59 23 1,15 * FRI"), Just("0 12 * * MON#2"),
        ],
        zone in prop_oneof![
            Just("UTC"), Just("America/New_York"), Just("Europe/Berlin"), Just("Australia/Lord_Howe"),
            Just("America/Havana"),
        ],
        start in 0_i64..525_600,
        minutes in 0_i64..60_000,
    ) {
        let schedule = schedule(cron, zone);
        let after = at("2026-01-01T00:00:00Z") + Duration::minutes(start);
        let until = after + Duration::minutes(minutes);
        let counted = schedule.fires_between(after, until);
        prop_assert_eq!(counted, counted_one_by_one(&schedule, after, until));
        let named = domain::usage::fires_between(&schedule, after, until, usize::MAX).at.len();
        prop_assert_eq!(Ok(counted), u64::try_from(named), "the forecast walks the same fires");
    }
}
