//! What is wrong with an expression, in words that repeat what was written.

use domain::schedule::Schedule;

fn refusal(cron: &str) -> String {
    Schedule::parse(cron, "UTC").unwrap_err().to_string()
}

#[test]
fn refusal_repeats_what_was_written() {
    for (cron, wrong) in [
        ("0 9 L-3 * *", "'L-3'"),
        ("0 9 -1 * *", "'-1'"),
        ("0 9 1- * *", "'1-'"),
        ("0 9 * * MON-", "'MON-'"),
        ("- * * * *", "'-'"),
        ("-/5 * * * *", "'-/5'"),
        ("/5 * * * *", "'/5'"),
        ("5,, * * * *", "'5,,'"),
        (", * * * *", "','"),
        ("0 0 W * *", "'W'"),
        ("0 0 * * #2", "'#2'"),
        ("0 0 * * L", "'L'"),
    ] {
        let message = refusal(cron);
        assert!(message.starts_with(wrong) && !message.contains("''"), "{cron}: {message}");
    }
}

#[test]
fn day_before_the_last_one_is_not_supported() {
    let message = refusal("0 9 L-3 * *");
    assert!(message.contains("is not supported; write L for the last day, LW"), "{message}");
    assert!(refusal("0 9 -1 * *").contains("numbers from 1 to 31 are expected; L is the last day"));
    assert!(refusal("0 9 * * MON-").contains("a range has a first and a last value"));
}

#[test]
fn step_is_at_most_the_distance_of_its_range() {
    for (cron, words) in [
        ("0 9 */31 * *", "the step of '*/31' may be at most 30: its range of the day of month is 1 to 31"),
        ("0 9 1 */12 *", "the step of '*/12' may be at most 11: its range of the month is 1 to 12"),
        ("0 5-20/18 * * *", "the step of '5-20/18' may be at most 15: its range of the hour is 5 to 20"),
        ("0 22-2/6 * * *", "the step of '22-2/6' may be at most 4: its range of the hour is 22 to 2"),
        ("0 9-9/2 * * *", "the step of '9-9/2' has no effect: the range of the hour is only 9; write 9"),
        ("*/60 * * * *", "the step of '*/60' is larger than its range of the minute, 0 to 59"),
    ] {
        assert_eq!(refusal(cron), words);
    }
    assert!(Schedule::parse("0 9 */30 * *", "UTC").is_ok());
}
