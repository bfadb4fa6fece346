//! Why a schedule was refused, for the person who typed it.

/// How much of a wrong text a message repeats.
const EXCERPT_CHARS_MAX: usize = 40;

/// The text is no schedule. Every message names what was typed and says what would do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// More than 100 characters.
    #[error("the cron expression has {chars} characters; at most {max} are allowed", max = super::expression::CHARS_MAX)]
    TooLong {
        /// How many there are.
        chars: usize,
    },
    /// Not five fields.
    #[error(
        "the cron expression '{cron}' has {found} fields; five are expected: minute, hour, day of month, month, day of week"
    )]
    FieldCount {
        /// The expression, shortened.
        cron: String,
        /// How many fields it has.
        found: usize,
    },
    /// An `@` name that is not known.
    #[error("'{name}' is not known; use @hourly, @daily, @weekly, @monthly, @yearly or five cron fields")]
    UnknownName {
        /// The name, shortened.
        name: String,
    },
    /// A field that can't be read.
    #[error("'{text}' cannot be read as the {field} of a cron expression: {reason}")]
    BadField {
        /// Which field.
        field: &'static str,
        /// The part that is wrong.
        text: String,
        /// What is wrong, and what would do.
        reason: String,
    },
    /// A step that never comes round within its range, so that the schedule would not mean what it seems to.
    #[error("the step of '{text}' is larger than its range of the {field}, {low} to {high}")]
    StepTooLarge {
        /// Which field.
        field: &'static str,
        /// The part that is wrong.
        text: String,
        /// The range's first value.
        low: u8,
        /// The range's last value.
        high: u8,
    },
    /// No such time zone.
    #[error("'{zone}' is not an IANA time zone; use a name such as 'Europe/Berlin' or 'UTC'")]
    UnknownZone {
        /// The name, shortened.
        zone: String,
    },
    /// No calendar has such a day.
    #[error("the cron expression '{cron}' never fires: no month that it names has such a day")]
    NeverFires {
        /// The expression.
        cron: String,
    },
}

/// The beginning of a text that may be anything, fit for a message.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(EXCERPT_CHARS_MAX).collect()
}
