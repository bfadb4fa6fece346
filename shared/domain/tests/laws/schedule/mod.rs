//! When schedules fire.

mod counts;
mod cronie;
mod messages;
mod refusals;
mod words;
mod zones;

use domain::instant::{Duration, Instant, parse as instant, text};
use domain::schedule::Schedule;
use proptest::prelude::*;

pub(super) fn at(text: &str) -> Instant {
    instant(text).unwrap()
}

pub(super) fn schedule(cron: &str, zone: &str) -> Schedule {
    Schedule::parse(cron, zone).unwrap_or_else(|error| panic!("{cron}: {error}"))
}

pub(super) fn fires(cron: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    schedule(cron, zone).upcoming(at(after), count).into_iter().map(text).collect()
}

pub(super) fn refusal(cron: &str) -> String {
    Schedule::parse(cron, "UTC").unwrap_err().to_string()
}

#[test]
fn skipped_time_fires_at_the_end_of_the_gap() {
    assert_eq!(
        fires("30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", 2),
        ["2026-03-08T07:00:00.000Z", "2026-03-09T06:30:00.000Z"]
    );
}

#[test]
fn repeated_time_fires_once() {
    assert_eq!(
        fires("30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", 2),
        ["2026-11-01T05:30:00.000Z", "2026-11-02T06:30:00.000Z"]
    );
}

#[test]
fn interval_skips_the_missing_hour() {
    assert_eq!(
        fires("*/15 * * * *", "America/New_York", "2026-03-08T06:29:00Z", 4),
        [
            "2026-03-08T06:30:00.000Z",
            "2026-03-08T06:45:00.000Z",
            "2026-03-08T07:00:00.000Z",
            "2026-03-08T07:15:00.000Z"
        ]
    );
}

#[test]
fn interval_fires_in_both_passes_of_the_repeated_hour() {
    let local = fires("*/15 * * * *", "America/New_York", "2026-11-01T04:59:00Z", 9);
    let expected: Vec<String> =
        (0..9).map(|quarter| text(at("2026-11-01T05:00:00Z") + Duration::minutes(15 * quarter))).collect();
    assert_eq!(local, expected);
}

#[test]
fn every_form_fires_as_documented() {
    let after = "2026-05-01T00:00:00Z"; // a Friday
    for (cron, first) in [
        ("0 9 * * *", "2026-05-01T09:00:00.000Z"),
        ("0 9 * * MON-FRI", "2026-05-01T09:00:00.000Z"),
        ("0 9 * * 7", "2026-05-03T09:00:00.000Z"),
        ("0 9 * * sun", "2026-05-03T09:00:00.000Z"),
        ("0 9 * * MON#2", "2026-05-11T09:00:00.000Z"),
        ("0 9 * * FRIL", "2026-05-29T09:00:00.000Z"),
        ("0 9 L * *", "2026-05-31T09:00:00.000Z"),
        ("0 9 LW * *", "2026-05-29T09:00:00.000Z"),
        ("0 9 16W * *", "2026-05-15T09:00:00.000Z"),
        ("0 9 1,15 * *", "2026-05-01T09:00:00.000Z"),
        ("0 9 13 * MON", "2026-05-04T09:00:00.000Z"),
        ("0 8-18/4 * * *", "2026-05-01T08:00:00.000Z"),
        ("0 0 29 2 *", "2028-02-29T00:00:00.000Z"),
        ("0 0 1 JAN-MAR *", "2027-01-01T00:00:00.000Z"),
        ("0 9-9 * * *", "2026-05-01T09:00:00.000Z"),
        ("0 0 31 2-12/10 *", "2026-12-31T00:00:00.000Z"),
        ("@hourly", "2026-05-01T01:00:00.000Z"),
        ("@Daily", "2026-05-02T00:00:00.000Z"),
        ("@weekly", "2026-05-03T00:00:00.000Z"),
        ("@monthly", "2026-06-01T00:00:00.000Z"),
        ("@yearly", "2027-01-01T00:00:00.000Z"),
        ("@midnight", "2026-05-02T00:00:00.000Z"),
        ("@annually", "2027-01-01T00:00:00.000Z"),
    ] {
        assert_eq!(fires(cron, "UTC", after, 1), [first], "{cron}");
    }
}

#[test]
fn equality_is_by_text_and_zone() {
    assert_eq!(schedule("0  9 * * *", "UTC"), schedule(" 0 9 * * * ", "UTC"));
    assert_ne!(schedule("0 9 * * *", "UTC"), schedule("0 9 * * *", "Europe/Berlin"));
    assert_eq!(schedule("@Daily", "Europe/Berlin").cron(), "@Daily");
    assert_eq!(schedule("@daily", "Europe/Berlin").zone(), "Europe/Berlin");
}

#[test]
fn period_before_a_fire_begins_at_the_previous_one() {
    let friday = at("2026-05-01T09:00:00Z");
    assert_eq!(schedule("0 9 * * MON,FRI", "UTC").period_before(friday), Duration::days(4));
    assert_eq!(schedule("* * * * *", "UTC").period_before(friday), Duration::minutes(1));
    assert_eq!(schedule("0 0 29 2 *", "UTC").period_before(at("2028-02-29T00:00:00Z")), Duration::days(366));
}

#[test]
fn shortest_interval_is_found_at_any_position() {
    let from = at("2026-01-01T00:00:00Z");
    for (cron, zone, minutes) in [
        ("* * * * *", "UTC", 1),
        ("0,5 9 * * *", "UTC", 5),
        ("0 * * * *", "America/New_York", 60),
        ("0 9 * * *", "UTC", 24 * 60),
        ("0 9 * * *", "America/New_York", 23 * 60),
        ("0 9 1,2 12 *", "UTC", 24 * 60),
        ("0 0 1 1 *", "UTC", 366 * 24 * 60),
    ] {
        assert_eq!(schedule(cron, zone).shortest_interval(from), Duration::minutes(minutes), "{cron}");
    }
}

#[test]
fn shortest_interval_looks_ahead_to_its_last_day() {
    let yearly = schedule("0 0 1 1 *", "UTC");
    assert_eq!(yearly.shortest_interval(at("2025-12-31T00:00:00Z")), Duration::days(365));
    assert_eq!(yearly.shortest_interval(at("2025-12-30T23:59:00Z")), Duration::days(366), "only one fire is seen");
}

#[test]
fn fire_is_shown_on_the_clock_of_its_zone() {
    let local = |text| schedule("@daily", "Europe/Berlin").local_text(at(text));
    assert_eq!(local("2026-01-31T23:30:00Z"), "2026-02-01T00:30:00.000+01:00");
    assert_eq!(local("2026-07-01T12:00:00.250Z"), "2026-07-01T14:00:00.250+02:00");
}

#[test]
fn outside_the_known_years_nothing_fires() {
    let daily = schedule("@daily", "America/New_York");
    for instant in [Instant::MIN_UTC, Instant::MAX_UTC] {
        assert_eq!(daily.next_after(instant), None);
        assert_eq!(daily.period_before(instant), Duration::days(366));
        assert_eq!(daily.shortest_interval(instant), Duration::days(366));
    }
}

/// One valid field: a few values, a range, a step or everything.
fn field(low: u8, high: u8) -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("*".to_owned()),
        2 => (low..=high).prop_map(|value| value.to_string()),
        1 => (low..=high, low..=high).prop_map(|(a, b)| format!("{a},{b}")),
        1 => (low..=high, low..=high).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        1 => (1..=high - low).prop_map(|step| format!("*/{step}")),
    ]
}

fn crons() -> impl Strategy<Value = String> {
    (field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
        .prop_map(|(minute, hour, day, month, weekday)| format!("{minute} {hour} {day} {month} {weekday}"))
}

fn zones() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("UTC"),
        Just("America/New_York"),
        Just("Europe/Berlin"),
        Just("Australia/Lord_Howe"),
        Just("America/Santiago"),
        Just("Asia/Kolkata"),
        Just("Africa/Cairo"),
    ]
}

/// Instants of 2026, half of them within two days of a change of the clock.
fn instants() -> impl Strategy<Value = Instant> {
    let year = at("2026-01-01T00:00:00Z");
    prop_oneof![
        (0..365 * 86_400_000_i64).prop_map(move |ms| year + Duration::milliseconds(ms)),
        (
            proptest::sample::select(vec![
                "2026-03-08T07:00:00Z",
                "2026-11-01T06:00:00Z",
                "2026-03-29T01:00:00Z",
                "2026-10-25T01:00:00Z",
                "2026-04-04T15:00:00Z",
                "2026-10-03T15:30:00Z",
                "2026-04-05T03:00:00Z",
                "2026-09-06T04:00:00Z",
            ]),
            -2 * 86_400_000..86_400_000_i64
        )
            .prop_map(|(change, ms)| at(change) + Duration::milliseconds(ms)),
    ]
}

/// The matching values of a field, read independently of the code under test.
fn holds(field: &str, low: u32, value: u32) -> bool {
    field.split(',').any(|item| {
        if item == "*" {
            true
        } else if let Some(step) = item.strip_prefix("*/") {
            (value - low).is_multiple_of(step.parse::<u32>().unwrap())
        } else if let Some((first, last)) = item.split_once('-') {
            (first.parse().unwrap()..=last.parse().unwrap()).contains(&value)
        } else {
            item.parse::<u32>().unwrap() == value
        }
    })
}

fn matches(cron: &str, instant: Instant) -> bool {
    use chrono::{Datelike, Timelike};
    let [minute, hour, day, month, weekday] = cron.split(' ').collect::<Vec<_>>()[..] else { panic!("{cron}") };
    let day_holds = holds(day, 1, instant.day());
    let weekday_holds = holds(weekday, 0, instant.weekday().num_days_from_sunday());
    let date = match () {
        () if day.starts_with('*') || weekday.starts_with('*') => day_holds && weekday_holds,
        () => day_holds || weekday_holds,
    };
    date && holds(minute, 0, instant.minute()) && holds(hour, 0, instant.hour()) && holds(month, 1, instant.month())
}

proptest! {
    #[test]
    fn fires_are_in_order_and_complete(cron in crons(), zone in zones(), from in instants(), part in 0..1_000) {
        let schedule = schedule(&cron, zone);
        let fires = schedule.upcoming(from, 6);
        prop_assert_eq!(fires.len(), 6);
        prop_assert!(fires[0] > from);
        for pair in fires.windows(2) {
            prop_assert!(pair[0] < pair[1]);
            // From wherever one looks between two fires, the same one is next.
            let between = pair[0] + (pair[1] - pair[0]) / 1_000 * part;
            prop_assert_eq!(schedule.next_after(between), Some(pair[1]));
            let period = (pair[1] - pair[0]).clamp(Duration::minutes(1), Duration::days(366));
            prop_assert_eq!(schedule.period_before(pair[1]), period);
        }
    }

    #[test]
    fn next_fire_is_the_first_matching_minute(cron in crons(), from in instants()) {
        let next = schedule(&cron, "UTC").next_after(from).unwrap();
        prop_assert!(matches(&cron, next), "{next}");
        let mut minute = at(&from.format("%Y-%m-%dT%H:%M:00Z").to_string()) + Duration::minutes(1);
        // A month of minutes is enough to find a missed one.
        let last = next.min(from + Duration::days(31));
        while minute < last {
            prop_assert!(!matches(&cron, minute), "{minute} was missed");
            minute += Duration::minutes(1);
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused(cron in ".{0,120}", zone in ".{0,20}") {
        let _ = Schedule::parse(&cron, &zone);
    }

    #[test]
    fn text_of_cron_letters_is_refused_or_fires(cron in "[0-9*,/LW#@ A-Z-]{1,3}( [0-9*,/LW#-]{1,4}){2,5}") {
        if let Ok(schedule) = Schedule::parse(&cron, "Europe/Berlin") {
            prop_assert!(schedule.next_after(at("2026-01-01T00:00:00Z")).is_some(), "{cron}");
        }
    }
}
