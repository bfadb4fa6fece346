//! Numbers of things in memory, as they are counted, stored and shown.

/// The number of some things; one that no `u64` holds is the greatest.
pub(crate) fn total(things: usize) -> u64 {
    u64::try_from(things).unwrap_or(u64::MAX)
}
