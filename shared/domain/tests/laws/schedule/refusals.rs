//! Texts that are not schedules are refused, with what was typed and what to write.

use super::refusal;
use domain::schedule::{Schedule, ScheduleError};

#[test]
fn refusal_repeats_the_text() {
    assert!(matches!(Schedule::parse("0 9 * *", "UTC"), Err(ScheduleError::FieldCount { found: 4, .. })));
    assert!(matches!(Schedule::parse("", "UTC"), Err(ScheduleError::FieldCount { found: 0, .. })));
    assert!(matches!(Schedule::parse(&"1".repeat(101), "UTC"), Err(ScheduleError::TooLong { chars: 101, max: 100 })));
    let longest = format!("{} * * * *", (10..41).map(|minute| minute.to_string()).collect::<Vec<_>>().join(","));
    assert_eq!((longest.len(), Schedule::parse(&longest, "UTC").err()), (100, None));
    assert!(refusal("*,5 * * * *").contains("'*' can't be an item of a list; write '*' alone"));
    for step in ["", "x", "1x", "-1"] {
        assert!(refusal(&format!("*/{step} * * * *")).contains("a step is a number"), "{step:?}");
    }
    assert!(refusal("@reboot").contains("'@reboot' is not known"));
    assert!(refusal("61 * * * *").contains("'61'") && refusal("61 * * * *").contains("minute"));
    assert!(refusal("61 * * * *").ends_with("numbers from 0 to 59 are expected"), "{}", refusal("61 * * * *"));
    let months = refusal("0 0 1 13 *");
    assert!(months.ends_with("numbers from 1 to 12 or names from JAN to DEC are expected"), "{months}");
    let zone = Schedule::parse("@daily", "Berlin").unwrap_err().to_string();
    assert!(zone.contains("'Berlin'") && zone.contains("Europe/Berlin"), "{zone}");
}

#[test]
fn step_larger_than_its_range_is_refused() {
    for cron in [
        "*/90 * * * *",
        "*/60 * * * *",
        "0 */24 * * *",
        "0 0 * */12 *",
        "0 0 * * */7",
        "0-10/20 * * * *",
        "*/999 * * * *",
    ] {
        assert!(matches!(Schedule::parse(cron, "UTC"), Err(ScheduleError::StepTooLarge { .. })), "{cron}");
    }
    assert_eq!(refusal("*/90 * * * *"), "the step of '*/90' is larger than its range of the minute, 0 to 59");
}

#[test]
fn lenient_spellings_are_refused() {
    for cron in [
        "5,, * * * *",
        ", * * * *",
        "L * * * *",
        "* * * L *",
        "0 0 * * L",
        "5/10 * * * *",
        "/10 * * * *",
        "*/0 * * * *",
        "*,5 * * * *",
        "+5 * * * *",
        "0 0 * * MON#6",
        "0 0 L,LW * *",
        "0 0 32 * *",
        "* * * * * *x",
        "０ * * * *",
    ] {
        assert!(Schedule::parse(cron, "UTC").is_err(), "{cron}");
    }
}

#[test]
fn impossible_day_is_refused() {
    for cron in
        ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30W 2 *", "0 0 30-31 FEB *", "0 0 31 2-4/2 *", "0 0 31 2-11/9 *"]
    {
        assert!(matches!(Schedule::parse(cron, "UTC"), Err(ScheduleError::NeverFires { .. })), "{cron}");
    }
    assert!(Schedule::parse("0 0 30 2 MON", "UTC").is_ok());
}
