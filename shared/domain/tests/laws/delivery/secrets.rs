//! Every replaced secret signs for its whole day, and never more than five sign.

use crate::sample::instant;
use domain::delivery::{
    EARLIER_SECRET_HOURS, EarlierSecret, SIGNING_SECRETS_MAX, SecretsInUse, SigningSecrets, WhenFull,
};
use domain::instant::{Duration, Instant};
use domain::repository::Sealed;
use proptest::prelude::*;

fn start() -> Instant {
    instant("2026-03-10T12:00:00Z")
}

fn sealed(number: u8) -> Sealed {
    Sealed::from_bytes(vec![number])
}

fn valid(secrets: &SigningSecrets, now: Instant) -> Vec<u8> {
    secrets.valid_at(now).map(|sealed| sealed.bytes()[0]).collect()
}

/// Secrets 0 to `rotations`, replaced an hour apart from `start`.
fn hourly(rotations: u8) -> SigningSecrets {
    (1..=rotations).fold(SigningSecrets::new(sealed(0)), |secrets, number| {
        let now = start() + Duration::hours(i64::from(number) - 1);
        secrets.rotated(sealed(number), WhenFull::Refuse, now).unwrap()
    })
}

#[test]
fn replaced_secret_signs_for_a_day_also_after_a_second_rotation() {
    let secrets = hourly(2);
    assert_eq!(secrets.previous_until(), Some(start() + Duration::hours(25)));
    let day = start() + Duration::hours(EARLIER_SECRET_HOURS);
    assert_eq!(valid(&secrets, day - Duration::milliseconds(1)), [2, 1, 0]);
    assert_eq!(valid(&secrets, day), [2, 1]);
    assert_eq!(valid(&secrets, day + Duration::hours(1)), [2]);
}

#[test]
fn sixth_secret_is_refused_until_the_oldest_has_expired() {
    let secrets = hourly(4);
    let now = start() + Duration::hours(4);
    assert_eq!(valid(&secrets, now), [4, 3, 2, 1, 0]);
    let free_at = start() + Duration::hours(EARLIER_SECRET_HOURS);
    let refused = secrets.rotated(sealed(5), WhenFull::Refuse, free_at - Duration::milliseconds(1));
    assert_eq!(refused, Err(SecretsInUse { free_at }));
    assert!(SecretsInUse { free_at }.to_string().contains("until 2026-03-11T12:00:00.000Z"));
    let rotated = secrets.rotated(sealed(5), WhenFull::Refuse, free_at).unwrap();
    assert_eq!(valid(&rotated, free_at), [5, 4, 3, 2, 1]);
}

#[test]
fn forced_rotation_drops_the_oldest_only() {
    let now = start() + Duration::hours(4);
    let forced = hourly(4).rotated(sealed(5), WhenFull::DropOldest, now).unwrap();
    assert_eq!(valid(&forced, now), [5, 4, 3, 2, 1]);
    let with_room = hourly(2).rotated(sealed(3), WhenFull::DropOldest, now).unwrap();
    assert_eq!(valid(&with_room, now), [3, 2, 1, 0], "nothing is dropped while there is room");
}

#[test]
fn expired_secrets_are_dropped_at_a_rotation() {
    let later = start() + Duration::days(2);
    let rotated = hourly(4).rotated(sealed(5), WhenFull::Refuse, later).unwrap();
    let previous = EarlierSecret { sealed: sealed(4), until: later + Duration::hours(EARLIER_SECRET_HOURS) };
    assert_eq!(rotated.earlier(), [previous]);
    assert!(rotated.contain(&sealed(5)) && rotated.contain(&sealed(4)) && !rotated.contain(&sealed(3)));
}

proptest! {
    #[test]
    fn secret_signs_exactly_until_a_day_after_it_was_replaced(
        gaps_minutes in prop::collection::vec(0_i64..900, 1..40),
        look_minutes in 0_i64..3_000,
    ) {
        let (mut secrets, mut now) = (SigningSecrets::new(sealed(0)), start());
        let mut replaced: Vec<(u8, Instant)> = Vec::new();
        let mut current = 0;
        for gap in gaps_minutes {
            now += Duration::minutes(gap);
            let valid_before = replaced.iter().filter(|(_, until)| *until > now).count();
            if let Ok(rotated) = secrets.rotated(sealed(current + 1), WhenFull::Refuse, now) {
                replaced.push((current, now + Duration::hours(EARLIER_SECRET_HOURS)));
                (secrets, current) = (rotated, current + 1);
            } else {
                prop_assert_eq!(valid_before, SIGNING_SECRETS_MAX - 1);
            }
        }
        let look = now + Duration::minutes(look_minutes);
        let promised = replaced.iter().rev().filter(|(_, until)| *until > look).map(|(number, _)| *number);
        prop_assert_eq!(valid(&secrets, look), std::iter::once(current).chain(promised).collect::<Vec<_>>());
    }
}
