//! Ids contain their instant, and the same fire always has the same run id.

use crate::sample::instant;
use domain::id::{ConfigurationId, RunId, SHARDS, UserId, shard};
use domain::instant::{Duration, text, to_millis};
use domain::month::Month;
use proptest::prelude::*;
use uuid::Uuid;

fn configuration(number: u128) -> ConfigurationId {
    ConfigurationId::from_uuid(Uuid::from_u128(number))
}

proptest! {
    #[test]
    fn run_id_contains_its_instant(millis in 0_i64..4_102_444_800_000, rest in any::<[u8; 10]>()) {
        let at = chrono::DateTime::from_timestamp_millis(millis).expect("an instant");
        let id = RunId::at(at, rest);
        prop_assert_eq!(id.instant(), to_millis(at));
        prop_assert_eq!(id.month(), Month::of(at));
        prop_assert_eq!(id.uuid().get_version_num(), 7);
        prop_assert_eq!(RunId::parse(&id.to_string()), Ok(id));
    }

    #[test]
    fn runs_sort_by_time(
        first in 0_i64..4_000_000_000_000,
        later in 1_i64..1_000_000_000,
        (a, b) in any::<([u8; 10], [u8; 10])>(),
    ) {
        let at = chrono::DateTime::from_timestamp_millis(first).expect("an instant");
        prop_assert!(RunId::at(at, a) < RunId::at(at + Duration::milliseconds(later), b));
    }

    #[test]
    fn fire_always_has_the_same_run_id(
        (number, other) in any::<(u128, u128)>(),
        seconds in 0_i64..4_000_000_000,
    ) {
        let fire = chrono::DateTime::from_timestamp(seconds, 0).expect("an instant");
        let id = RunId::scheduled(configuration(number), fire);
        prop_assert_eq!(id, RunId::scheduled(configuration(number), fire));
        prop_assert_eq!(id.instant(), fire);
        prop_assert_ne!(id, RunId::scheduled(configuration(number), fire + Duration::minutes(1)));
        if number != other {
            prop_assert_ne!(id, RunId::scheduled(configuration(other), fire));
        }
    }

    #[test]
    fn every_id_has_a_shard(number in any::<u128>()) {
        prop_assert!(shard(Uuid::from_u128(number)) < SHARDS);
    }

    #[test]
    fn next_and_previous_month_are_adjacent(millis in 0_i64..4_102_444_800_000) {
        let at = chrono::DateTime::from_timestamp_millis(millis).expect("an instant");
        let month = Month::of(at);
        prop_assert!(month.first_instant() <= at && at < month.resets_at());
        prop_assert_eq!(month.next().previous(), month);
        prop_assert_eq!(Month::parse(&month.to_string()), Ok(month));
    }
}

#[test]
fn month_has_its_days() {
    for (month, days) in [("2026-02", 28), ("2028-02", 29), ("2026-12", 31), ("2026-04", 30)] {
        let month = Month::parse(month).unwrap();
        let all: Vec<_> = month.days().collect();
        let first = month.first_instant().date_naive();
        assert_eq!(all, first.iter_days().take(days).collect::<Vec<_>>());
        assert_eq!(all.last().and_then(chrono::NaiveDate::succ_opt), Some(month.next().first_instant().date_naive()));
    }
}

#[test]
fn month_is_parsed_in_one_spelling() {
    for bad in ["", "2026", "2026-13", "2026-00", "26-01", "2026-1", "2026-01-01", "2026/01", "abcd-ef", "２０２６-01"]
    {
        assert!(Month::parse(bad).is_err(), "{bad}");
    }
    let message = Month::parse("9999-12").unwrap_err().to_string();
    assert!(message.contains("'9999-12'") && message.contains("from 0000-01 to 9999-11"), "{message}");
    for (good, resets_at) in [("0000-01", "0000-02-01T00:00:00.000Z"), ("9999-11", "9999-12-01T00:00:00.000Z")] {
        assert_eq!(text(Month::parse(good).unwrap().resets_at()), resets_at);
    }
    assert_eq!(Month::of(instant("2026-12-31T23:59:59.999Z")).resets_at(), instant("2027-01-01T00:00:00Z"));
}

#[test]
fn invalid_id_is_shortened_in_the_message() {
    let message = UserId::from_record(&"x".repeat(500)).unwrap_err().to_string();
    assert!(message.contains("is not a user id") && message.len() < 150, "{message}");
}

#[test]
fn ids_are_spread_over_all_shards() {
    let of = |last: u8| {
        let mut bytes = [7; 16];
        bytes[15] = last;
        shard(Uuid::from_bytes(bytes))
    };
    assert_eq!((of(0), of(1), of(15), of(16), of(255)), (0, 1, 15, 0, 15));
}

#[test]
fn user_id_in_another_spelling_is_refused() {
    let canonical = "5b8c9a52-6d0e-4f6c-9c58-0a8b3f1d2e01";
    assert_eq!(UserId::from_verified_subject(canonical).unwrap().to_string(), canonical);
    for other in [
        canonical.to_uppercase(),
        canonical.replace('-', ""),
        format!("{{{canonical}}}"),
        format!("urn:uuid:{canonical}"),
        format!("{canonical} "),
        canonical.replacen('b', "B", 1),
    ] {
        assert!(UserId::from_verified_subject(&other).is_err(), "{other}");
        assert!(UserId::from_record(&other).is_err(), "{other}");
    }
}
