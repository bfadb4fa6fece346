//! Messages about variables of the process that can't be used: which one, its value, and what to write.

use adapters::boot::{Environment, SettingsError};

/// The longest value that a message repeats, in characters.
const VALUE_CHARS_MAX: usize = 80;

/// The variable whose value is a secret, of those that a user sets.
const SECRET: &str = "OPENAI_API_KEY";

/// A message about every variable that is missing or invalid, one in a line.
pub(super) fn refused(error: &SettingsError, process: &Environment) -> String {
    let lines = error.faults.iter().map(|fault| {
        let (name, expected) = (fault.variable.name, fault.variable.expected);
        let part = fault.part.as_ref().map(|part| format!(" ({part})")).unwrap_or_default();
        match process.get(name) {
            _ if fault.missing => format!("the variable {name} is missing: it must be {expected}"),
            Some(value) => invalid(name, value, &format!("{part}: it must be {expected}. Correct it, or unset it.")),
            None => format!("the variable {name} is invalid{part}: it must be {expected}"),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A message about one invalid variable, which ends with what to do.
pub(super) fn invalid(name: &str, value: &str, remedy: &str) -> String {
    format!("the variable {name}{} is invalid{remedy}", shown(name, value))
}

/// The value in quotes; nothing if it is a secret or an address that can contain one.
fn shown(name: &str, value: &str) -> String {
    let is_secret = name == SECRET || value.contains(['@', '?', '#']);
    let value: String = value.chars().filter(|letter| !letter.is_control()).take(VALUE_CHARS_MAX).collect();
    if is_secret { String::new() } else { format!(" ('{value}')") }
}

#[cfg(test)]
mod tests {
    use super::invalid;

    #[test]
    fn secrets_are_not_repeated() {
        let of = |name: &str, value: &str| invalid(name, value, ": unset it");
        assert_eq!(of("LOG_LEVEL", "loud"), "the variable LOG_LEVEL ('loud') is invalid: unset it");
        assert_eq!(of("OPENAI_API_KEY", "sk a"), "the variable OPENAI_API_KEY is invalid: unset it");
        for value in ["ftp://a:b@c", "ftp://c/?key=b", "ftp://c/#b"] {
            assert_eq!(of("OPENAI_BASE_URL", value), "the variable OPENAI_BASE_URL is invalid: unset it");
        }
    }
}
