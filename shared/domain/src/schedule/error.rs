//! Why a schedule was refused, for the person who typed it.

/// How much of a wrong text a message repeats.
const EXCERPT_CHARS_MAX: usize = 40;

/// The text is not a schedule. Every message names what was typed and says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// More characters than an expression may have.
    #[error("the cron expression has {chars} characters; at most {max} are allowed")]
    TooLong { chars: usize, max: usize },
    /// Not five fields.
    #[error(
        "the cron expression '{cron}' has {found} fields; write five: minute, hour, day of month, month, day of week \
         (no seconds, no year, no command)"
    )]
    FieldCount {
        /// The expression, shortened.
        cron: String,
        /// How many fields it has.
        found: usize,
    },
    /// An `@` name that is not known.
    #[error(
        "'{name}' is not known; write @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually or five \
         fields, such as '0 9 * * 1-5'"
    )]
    UnknownName {
        /// The name, shortened.
        name: String,
    },
    /// A field that can't be parsed.
    #[error("'{text}' is not a valid {field} of a cron expression: {reason}")]
    BadField {
        field: &'static str,
        /// The part that is wrong.
        text: String,
        /// What is wrong, and what to write.
        reason: String,
    },
    /// A step that is larger than its range, so that it has no effect.
    #[error("the step of '{text}' is larger than its range of the {field}, {low} to {high}")]
    StepTooLarge {
        field: &'static str,
        /// The part that is wrong.
        text: String,
        /// The range's first value.
        low: u8,
        /// The range's last value.
        high: u8,
    },
    /// No such time zone.
    #[error("'{zone}' is not an IANA time zone; {}", suggestion(similar))]
    UnknownZone {
        /// The name, shortened.
        zone: String,
        /// Zones with similar names.
        similar: Vec<String>,
    },
    /// No calendar has such a day.
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

fn suggestion(similar: &[String]) -> String {
    if similar.is_empty() {
        "write a name such as Europe/Berlin or UTC".to_owned()
    } else {
        format!("similar names: {}", similar.join(", "))
    }
}
