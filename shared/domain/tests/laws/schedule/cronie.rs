//! Expressions fire as in a crontab of cronie.

use super::{at, fires, refusal, schedule};
use domain::instant::{Duration, text};
use domain::schedule::{Schedule, ScheduleError};

#[test]
fn day_field_that_begins_with_an_asterisk_joins_the_other_by_and() {
    let after = "2026-05-01T00:00:00Z"; // a Friday
    for (cron, expected) in [
        // Odd days that are a Monday.
        ("0 9 */2 * MON", ["2026-05-11T09:00:00.000Z", "2026-05-25T09:00:00.000Z", "2026-06-01T09:00:00.000Z"]),
        // The 1st and the 15th, if they are a Sunday, Tuesday, Thursday or Saturday.
        ("0 9 1,15 * */2", ["2026-08-01T09:00:00.000Z", "2026-08-15T09:00:00.000Z", "2026-09-01T09:00:00.000Z"]),
        ("0 9 */1 * MON#1", ["2026-05-04T09:00:00.000Z", "2026-06-01T09:00:00.000Z", "2026-07-06T09:00:00.000Z"]),
        ("0 9 L * */6", ["2026-05-31T09:00:00.000Z", "2026-10-31T09:00:00.000Z", "2027-01-31T09:00:00.000Z"]),
    ] {
        assert_eq!(fires(cron, "UTC", after, 3), expected, "{cron}");
    }
}

#[test]
fn day_fields_without_an_asterisk_are_alternatives() {
    let after = "2026-05-01T00:00:00Z";
    for (cron, expected) in [
        ("0 9 13 * MON", ["2026-05-04T09:00:00.000Z", "2026-05-11T09:00:00.000Z", "2026-05-13T09:00:00.000Z"]),
        // A range of every day is no asterisk.
        ("0 9 1-31 * MON", ["2026-05-01T09:00:00.000Z", "2026-05-02T09:00:00.000Z", "2026-05-03T09:00:00.000Z"]),
        ("0 9 1-31/14 * MON", ["2026-05-01T09:00:00.000Z", "2026-05-04T09:00:00.000Z", "2026-05-11T09:00:00.000Z"]),
    ] {
        assert_eq!(fires(cron, "UTC", after, 3), expected, "{cron}");
    }
}

#[test]
fn question_mark_is_an_asterisk_in_a_day_field_alone() {
    let after = "2026-05-01T00:00:00Z";
    for (mark, star) in [("0 9 ? * MON", "0 9 * * MON"), ("0 9 1,15 * ?", "0 9 1,15 * *"), ("0 9 ? * ?", "0 9 * * *")] {
        assert_eq!(fires(mark, "UTC", after, 3), fires(star, "UTC", after, 3), "{mark}");
        assert_eq!(schedule(mark, "UTC").cron(), mark);
    }
    for cron in ["? 9 * * *", "0 ? * * *", "0 9 * ? *", "0 9 ?,1 * *", "0 9 ?/2 * *"] {
        assert!(matches!(Schedule::parse(cron, "UTC"), Err(ScheduleError::BadField { .. })), "{cron}");
    }
    assert!(refusal("0 ? * * *").contains("write '*'"), "{}", refusal("0 ? * * *"));
}

#[test]
fn range_that_ends_before_it_begins_wraps() {
    let after = "2026-05-01T00:00:00Z";
    for (wrapped, plain) in [
        ("0 9 * * SAT-SUN", "0 9 * * 6,0"),
        ("0 9 * * FRI-MON", "0 9 * * 5,6,0,1"),
        ("0 9 * * 5-7", "0 9 * * FRI,SAT,SUN"),
        ("0 9 * * 7-2", "0 9 * * SUN,MON,TUE"),
        ("0 9 * * 0-7", "0 9 * * *"),
        ("0 22-2 * * *", "0 22,23,0,1,2 * * *"),
        ("0 22-2/2 * * *", "0 22,0,2 * * *"),
        ("50-10/10 9 * * *", "50,0,10 9 * * *"),
        ("0 9 30-2 * *", "0 9 30,31,1,2 * *"),
        ("0 9 1 NOV-FEB *", "0 9 1 11,12,1,2 *"),
    ] {
        assert_eq!(fires(wrapped, "UTC", after, 12), fires(plain, "UTC", after, 12), "{wrapped}");
    }
}

#[test]
fn refusal_names_the_spelling_that_works() {
    for (cron, written) in [
        ("5/10 * * * *", "write 5-59/10"),
        ("0 9/2 * * *", "write 9-23/2"),
        ("0 0 * * MON/2", "write 1-6/2"),
        ("0,* * * * *", "write '*' alone"),
        ("0 0 9 * * *", "write five: minute, hour, day of month, month, day of week (no seconds"),
        ("0 9 * * * 2026", "no year"),
        ("0 9 * * * /usr/bin/report", "no command"),
        ("@reboot", "@midnight, @weekly, @monthly, @yearly, @annually or five fields, such as '0 9 * * 1-5'"),
        ("@every 5m", "five fields"),
        ("0 24 * * *", "numbers from 0 to 23"),
        ("0 9 * * MONDAY", "names from SUN to SAT"),
        ("0 9 * * 8", "numbers from 0 to 7"),
    ] {
        assert!(refusal(cron).contains(written), "{cron}: {}", refusal(cron));
    }
}

#[test]
fn list_of_plain_values_is_made_up_for_after_the_gap() {
    // 02:00 to 03:00 is skipped on 8 March 2026.
    let after = "2026-03-08T06:00:00Z";
    for (cron, expected) in [
        ("30 2 * * *", vec!["2026-03-08T07:00:00.000Z", "2026-03-09T06:30:00.000Z"]),
        // Two skipped times are made up for once.
        ("0,30 2 * * *", vec!["2026-03-08T07:00:00.000Z", "2026-03-09T06:00:00.000Z"]),
        // 02:00 falls on the fire of 03:00, which is one fire.
        ("0 1,2,3 * * *", vec!["2026-03-08T07:00:00.000Z", "2026-03-09T05:00:00.000Z"]),
        ("30 1-3 * * *", vec!["2026-03-08T06:30:00.000Z", "2026-03-08T07:00:00.000Z", "2026-03-08T07:30:00.000Z"]),
        ("30 0-23/2 * * *", vec!["2026-03-08T07:00:00.000Z", "2026-03-08T08:30:00.000Z"]),
    ] {
        assert_eq!(fires(cron, "America/New_York", after, expected.len()), expected, "{cron}");
    }
}

#[test]
fn list_of_plain_values_fires_on_the_first_pass_alone() {
    // 01:00 to 02:00 comes twice on 1 November 2026.
    let after = "2026-11-01T04:30:00Z";
    for (cron, expected) in [
        ("0,30 1 * * *", vec!["2026-11-01T05:00:00.000Z", "2026-11-01T05:30:00.000Z", "2026-11-02T06:00:00.000Z"]),
        ("0 1,2 * * *", vec!["2026-11-01T05:00:00.000Z", "2026-11-01T07:00:00.000Z", "2026-11-02T06:00:00.000Z"]),
        ("30 0-23 * * *", vec!["2026-11-01T05:30:00.000Z", "2026-11-01T07:30:00.000Z"]),
    ] {
        assert_eq!(fires(cron, "America/New_York", after, expected.len()), expected, "{cron}");
    }
    // Seen from the second pass, the first one is over.
    assert_eq!(fires("30 1 * * *", "America/New_York", "2026-11-01T06:10:00Z", 1), ["2026-11-02T06:30:00.000Z"]);
}

#[test]
fn asterisk_in_the_time_is_an_interval() {
    for cron in ["*/30 2 * * *", "* 2 * * *"] {
        assert_eq!(fires(cron, "America/New_York", "2026-03-08T06:00:00Z", 1), ["2026-03-09T06:00:00.000Z"], "{cron}");
    }
    for cron in ["30 * * * *", "30 */1 * * *", "30 */1,1 * * *"] {
        assert_eq!(
            fires(cron, "America/New_York", "2026-03-08T06:00:00Z", 3),
            ["2026-03-08T06:30:00.000Z", "2026-03-08T07:30:00.000Z", "2026-03-08T08:30:00.000Z"],
            "{cron}"
        );
        assert_eq!(
            fires(cron, "America/New_York", "2026-11-01T05:00:00Z", 3),
            ["2026-11-01T05:30:00.000Z", "2026-11-01T06:30:00.000Z", "2026-11-01T07:30:00.000Z"],
            "{cron}"
        );
    }
    let both_passes = fires("*/30 1 * * *", "America/New_York", "2026-11-01T04:00:00Z", 4);
    let expected: Vec<_> = (0..4).map(|half| text(at("2026-11-01T05:00:00Z") + Duration::minutes(30 * half))).collect();
    assert_eq!(both_passes, expected);
}

/// Greenland's clock is put forward from 23:00 on Saturday to 00:00 on Sunday.
#[test]
fn times_in_a_gap_over_midnight_are_made_up_for() {
    assert_eq!(
        fires("30 23 * * SAT", "America/Nuuk", "2026-03-28T12:00:00Z", 2),
        ["2026-03-29T01:00:00.000Z", "2026-04-05T00:30:00.000Z"]
    );
    assert_eq!(
        fires("0 0 * * SUN", "America/Nuuk", "2026-03-28T12:00:00Z", 2),
        ["2026-03-29T01:00:00.000Z", "2026-04-05T01:00:00.000Z"],
        "a gap that ends at a time skips no such time"
    );
}

/// Samoa went from 29 to 31 December 2011, a Thursday and a Saturday.
#[test]
fn clock_that_skips_a_day_does_not_end_a_schedule() {
    let noon_of_the_29th = "2011-12-29T22:00:00Z";
    for (cron, expected) in [
        ("0 9 * * *", ["2011-12-30T10:00:00.000Z", "2011-12-30T19:00:00.000Z"]),
        ("0 9 * * FRI", ["2011-12-30T10:00:00.000Z", "2012-01-05T19:00:00.000Z"]),
        ("0 9 30 12 *", ["2011-12-30T10:00:00.000Z", "2012-12-29T19:00:00.000Z"]),
        ("0 */12 * * *", ["2011-12-30T10:00:00.000Z", "2011-12-30T22:00:00.000Z"]),
        ("0 * * * FRI", ["2012-01-05T10:00:00.000Z", "2012-01-05T11:00:00.000Z"]),
    ] {
        assert_eq!(fires(cron, "Pacific/Apia", noon_of_the_29th, 2), expected, "{cron}");
        let before = schedule(cron, "Pacific/Apia");
        assert!(before.next_after(at("2011-12-29T00:00:00Z")).is_some(), "{cron}");
    }
    let daily = schedule("0 9 * * *", "Pacific/Apia");
    assert_eq!(daily.fires_between(at("2011-12-28T10:00:00Z"), at("2012-01-02T10:00:00Z")), 6);
    assert_eq!(daily.period_before(at("2011-12-30T19:00:00Z")), Duration::hours(9));
}

#[test]
fn rare_day_is_found_at_any_distance() {
    assert_eq!(fires("0 0 29 2 */6", "UTC", "2026-01-01T00:00:00Z", 1), ["2032-02-29T00:00:00.000Z"]);
    assert_eq!(fires("0 0 29 2 */5", "Europe/Berlin", "2032-03-01T00:00:00Z", 1), ["2036-02-28T23:00:00.000Z"]);
}

#[test]
fn fire_that_makes_up_for_a_skipped_time_makes_no_schedule_too_dense() {
    let from = at("2026-01-01T00:00:00Z");
    for cron in ["30 0-23 * * *", "30 * * * *", "30 2,3 * * *"] {
        assert_eq!(schedule(cron, "America/New_York").shortest_interval(from), Duration::minutes(60), "{cron}");
    }
}
