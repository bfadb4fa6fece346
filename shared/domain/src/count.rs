//! Numbers of things in memory, as they are counted, stored and shown.

/// The count as a `u64`, or `u64::MAX` where it does not fit.
pub(crate) fn total(things: usize) -> u64 {
    u64::try_from(things).unwrap_or(u64::MAX)
}
