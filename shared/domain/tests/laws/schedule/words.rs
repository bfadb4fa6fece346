//! Expressions as sentences.

use super::schedule;

#[test]
fn expression_is_explained_in_words() {
    for (cron, words) in [
        ("0 9 * * *", "At 09:00, every day"),
        ("@daily", "At 00:00, every day"),
        ("@hourly", "Every hour, on the hour, every day"),
        ("30 * * * *", "At minute 30 of every hour, every day"),
        ("* * * * *", "Every minute, every day"),
        ("*/15 * * * *", "Every 15 minutes, every day"),
        ("0 0,12 * * *", "At 00:00 and 12:00, every day"),
        ("0 9 * * 1-5", "At 09:00, from Monday to Friday"),
        ("0 9 * * SAT-SUN", "At 09:00, on Sunday or Saturday"),
        ("0 9 * * MON,WED,FRI", "At 09:00, on Monday, Wednesday or Friday"),
        ("*/15 9-17 * * 1-5", "Every 15 minutes of hours 9 to 17, from Monday to Friday"),
        ("5,35 8-18/2 * * *", "At minutes 5 and 35 of hours 8, 10, 12, 14, 16 and 18, every day"),
        ("0 8-17 * * *", "At minute 0 of hours 8 to 17, every day"),
        ("5,35 * * * *", "At minutes 5 and 35 of every hour, every day"),
        ("* 22-2 * * *", "Every minute of hours 0 to 2, 22 and 23, every day"),
        ("0 9 1,15 * *", "At 09:00, on days 1 and 15 of the month"),
        ("0 9 L * *", "At 09:00, on the last day of the month"),
        ("0 9 LW * *", "At 09:00, on the last weekday (Monday to Friday) of the month"),
        ("0 9 15W * *", "At 09:00, on the weekday (Monday to Friday) nearest to day 15 of the month"),
        ("0 9 * * MON#2", "At 09:00, on the second Monday of the month"),
        ("0 9 * * FRIL", "At 09:00, on the last Friday of the month"),
        ("0 9 13 * FRI", "At 09:00, on day 13 of the month, and also on Friday"),
        ("0 9 13 * MON-FRI", "At 09:00, on day 13 of the month, and also from Monday to Friday"),
        ("0 9 1-7 * */6", "At 09:00, on days 1 to 7 of the month, and only if that is Sunday or Saturday"),
        ("0 9 1-31 * MON", "At 09:00, every day"),
        ("0 0 1 1 *", "At 00:00, on day 1 of the month, in January"),
        ("0 0 1 MAR-OCT *", "At 00:00, on day 1 of the month, from March to October"),
        ("0 0 1 */3 *", "At 00:00, on day 1 of the month, in January, April, July and October"),
    ] {
        assert_eq!(
            schedule(cron, "Europe/Berlin").in_words(),
            format!("{words}, on the clock of Europe/Berlin."),
            "{cron}"
        );
    }
}
