//! How random a text is.

/// The fewest different characters of a random value. Of a thousand random values of twenty hexadecimal digits about
/// one has fewer.
pub(super) const DISTINCT_MIN: usize = 8;

/// How many different characters a text has, of ASCII.
pub(super) fn distinct(text: &str) -> usize {
    let seen = text.bytes().filter(u8::is_ascii).fold(0_u128, |seen, byte| seen | 1_u128 << byte);
    usize::try_from(seen.count_ones()).unwrap_or(usize::MAX)
}
