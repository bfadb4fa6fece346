//! Why a schedule was refused, for the person who typed it.

/// How much of a wrong text a message repeats.
const EXCERPT_CHARS_MAX: usize = 40;

/// The text is not a schedule. Every message names what was typed and says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("the cron expression has {chars} characters; at most {max} are allowed")]
    TooLong { chars: usize, max: usize },
    #[error(
        "the cron expression '{cron}' has {found} fields; write five: minute, hour, day of month, month, day of week \
         (no seconds, no year, no command)"
    )]
    FieldCount { cron: String, found: usize },
    #[error(
        "'{name}' is not known; write @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually or five \
         fields, such as '0 9 * * 1-5'"
    )]
    UnknownName { name: String },
    #[error("'{text}' is not a valid {field} of a cron expression: {reason}")]
    BadField { field: &'static str, text: String, reason: String },
    /// A step that is larger than its range, so that it has no effect.
    #[error("the step of '{text}' {reason}")]
    StepTooLarge { text: String, reason: String },
    #[error(
        "'{zone}' is not an IANA time zone; write {name} for a clock that is always {hours} UTC (the names in Etc \
         have the opposite sign), or {PLACE}, whose clock may change in summer"
    )]
    WholeHours { zone: String, name: String, hours: String },
    #[error("'{zone}' is not an IANA time zone; write UTC")]
    ZeroOffset { zone: String },
    #[error("'{zone}' is not an IANA time zone, and no zone is named by this offset; {PLACE}")]
    Offset { zone: String },
    #[error("'{zone}' is not an IANA time zone; {}", suggestion(similar))]
    UnknownZone { zone: String, similar: Vec<String> },
    #[error(
        "the cron expression '{cron}' never fires: no calendar has such a day; check the day of month, the month and \
         the day of week"
    )]
    NeverFires { cron: String },
}

/// The beginning of a text that may be anything, fit for a message.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(EXCERPT_CHARS_MAX).collect()
}

/// What to write in place of an unknown zone.
const PLACE: &str = "write a name such as Europe/Berlin or UTC";

fn suggestion(similar: &[String]) -> String {
    if similar.is_empty() { PLACE.to_owned() } else { format!("similar names: {}", similar.join(", ")) }
}
