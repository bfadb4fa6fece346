//! Instants as text.

use domain::instant::{parse, text, to_minute};
use proptest::prelude::*;

proptest! {
    /// Whatever is read can be written and read again: a record never holds an instant that it can't give back.
    #[test]
    fn instant_is_parsed_from_its_text(
        (year, month, day) in (prop_oneof![Just(0_i32), Just(1), Just(9_999), 0..=9_999_i32], 1..=12_u32, 1..=31_u32),
        (hour, minute, second) in (0..24_u32, 0..60_u32, 0..60_u32),
        (sign, offset_hour, offset_minute) in (prop_oneof!["\\+", "-"], 0..24_u32, 0..60_u32),
    ) {
        let written = format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{offset_hour:02}:{offset_minute:02}"
        );
        if let Some(instant) = parse(&written) {
            prop_assert_eq!(parse(&text(instant)), Some(instant), "{}", written);
            prop_assert_eq!(text(instant).len(), 24);
        }
    }
}

#[test]
fn offset_beyond_the_years_of_four_digits_is_refused() {
    for out in ["9999-12-31T23:59:59-00:01", "9999-12-31T00:02:00-23:59", "0000-01-01T00:00:00+00:01"] {
        assert_eq!(parse(out), None, "{out}");
    }
    for within in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:01", "0000-01-01T00:00:00Z"] {
        assert!(parse(within).is_some(), "{within}");
    }
}

#[test]
fn instant_is_cut_to_its_minute() {
    for (at, minute) in [
        ("2026-01-15T10:30:59.999Z", "2026-01-15T10:30:00.000Z"),
        ("2026-01-15T10:30:00.000Z", "2026-01-15T10:30:00.000Z"),
        ("1969-12-31T23:59:30.500Z", "1969-12-31T23:59:00.000Z"),
    ] {
        assert_eq!(text(to_minute(parse(at).unwrap())), minute);
    }
}
