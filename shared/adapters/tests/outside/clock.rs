//! The machine's clock and randomness.

use adapters::clock::SystemClock;
use adapters::entropy::SystemEntropy;
use app::ports::{Clock, Entropy};
use domain::instant::{Duration, parse, to_millis};

#[test]
fn clock_has_whole_milliseconds() {
    let (one, two) = (SystemClock.now(), SystemClock.now());
    assert_eq!(one, to_millis(one));
    assert!(one <= two && two - one < Duration::minutes(1));
    assert!(one > parse("2025-01-01T00:00:00Z").unwrap());
}

#[test]
fn randomness_fills_every_byte_and_does_not_repeat() {
    let mut ever = [0_u8; 32];
    // The chance that a byte is 0 in all of 20 fills is 2^-160.
    for _ in 0..20 {
        let mut bytes = [0_u8; 32];
        SystemEntropy.fill(&mut bytes);
        ever.iter_mut().zip(bytes).for_each(|(all, byte)| *all |= byte);
    }
    assert!(ever.iter().all(|byte| *byte != 0));
    assert_ne!(SystemEntropy.randomness(), SystemEntropy.randomness());
}
