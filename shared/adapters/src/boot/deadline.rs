//! When an invocation must have ended.

use domain::instant::{Duration, Instant};

/// The deadline in an invocation's context (milliseconds since 1970), if it is in the future; else `now` plus the
/// function's own time-out. Local runners put a duration into the context, such as 600000, or nothing.
pub fn deadline(context_deadline_ms: u64, now: Instant, function_timeout: std::time::Duration) -> Instant {
    i64::try_from(context_deadline_ms)
        .ok()
        .and_then(Instant::from_timestamp_millis)
        .filter(|instant| *instant > now)
        .unwrap_or_else(|| {
            let timeout = Duration::from_std(function_timeout).unwrap_or_default();
            now.checked_add_signed(timeout).unwrap_or(now)
        })
}
