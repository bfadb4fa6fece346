//! Offsets from UTC, written where the name of a zone is expected.

use super::error::{ScheduleError, excerpt};

/// How far ahead of UTC the zones in `Etc` are at most, in hours.
const HOURS_AHEAD_MAX: u8 = 14;
/// How far behind UTC the zones in `Etc` are at most, in hours.
const HOURS_BEHIND_MAX: u8 = 12;

/// The refusal of an offset such as `GMT+5`, `UTC-03:00` or `+0530`; `None` for any other text. To people the sign `+`
/// means ahead of UTC. In the names of the zones in `Etc`, as in POSIX, it means behind UTC.
pub(super) fn refusal(text: &str) -> Option<ScheduleError> {
    let upper = text.to_ascii_uppercase();
    let offset = ["UTC", "GMT"].iter().find_map(|prefix| upper.strip_prefix(prefix)).unwrap_or(&upper).trim();
    let (is_ahead, digits) = match (offset.strip_prefix('+'), offset.strip_prefix(['-', '\u{2212}'])) {
        (Some(digits), _) => (true, digits),
        (_, Some(digits)) => (false, digits),
        (None, None) => return None,
    };
    let (hours, minutes) = parts(digits.trim())?;
    let zone = excerpt(text);
    let max = if is_ahead { HOURS_AHEAD_MAX } else { HOURS_BEHIND_MAX };
    if (hours, minutes) == (0, 0) {
        return Some(ScheduleError::ZeroOffset { zone });
    }
    if minutes != 0 || !(1..=max).contains(&hours) {
        return Some(ScheduleError::Offset { zone });
    }
    let (sign, side) = if is_ahead { ('-', "ahead of") } else { ('+', "behind") };
    let unit = if hours == 1 { "hour" } else { "hours" };
    let name = format!("Etc/GMT{sign}{hours}");
    Some(ScheduleError::WholeHours { zone, name, hours: format!("{hours} {unit} {side}") })
}

/// Hours and minutes of `5`, `05`, `5:30`, `05:30` or `0530`.
fn parts(text: &str) -> Option<(u8, u8)> {
    let (hours, minutes) = match text.split_once(':') {
        Some(parts) => parts,
        None if text.len() > 2 => text.split_at_checked(text.len() - 2)?,
        None => (text, "00"),
    };
    let number = |digits: &str| {
        let is_number = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u8>().ok().filter(|_| is_number)
    };
    Some((number(hours)?, number(minutes)?))
}
