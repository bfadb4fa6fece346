//! Signatures are those of Standard Webhooks, and secrets stay secret.

use domain::delivery::{SecretError, SignatureError, SigningSecret, TOLERANCE_SECONDS, sign, signature_header, verify};
use proptest::prelude::*;
use standardwebhooks::Webhook;

const ID: &str = "01993e4f-5b1c-7000-8000-000000000001";
const AT: i64 = 1_790_000_000;

fn secret(fill: u8, bytes: usize) -> SigningSecret {
    SigningSecret::from_bytes(vec![fill; bytes]).unwrap()
}

fn check(secret: &SigningSecret, body: &[u8], header: &str, now: i64) -> Result<(), SignatureError> {
    verify(secret, ID, AT, body, header, now, TOLERANCE_SECONDS)
}

#[test]
fn reference_example_has_the_published_signature() {
    // The example of the Standard Webhooks reference libraries' tests.
    let secret = SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let signature = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
    assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[test]
fn secrets_have_24_to_64_bytes() {
    for bytes in [24, 32, 64] {
        assert!(SigningSecret::from_bytes(vec![7; bytes]).is_ok());
    }
    for bytes in [0, 23, 65] {
        assert_eq!(SigningSecret::from_bytes(vec![7; bytes]).unwrap_err(), SecretError::Length { bytes });
    }
}

#[test]
fn invalid_secret_is_refused_and_not_repeated() {
    let good = secret(7, 32).expose();
    let cases = [
        (good.trim_start_matches("whsec_").to_owned(), SecretError::Prefix),
        (good.to_uppercase(), SecretError::Prefix),
        (good.trim_end_matches('=').to_owned(), SecretError::Encoding),
        (format!("{good} "), SecretError::Encoding),
        ("whsec_".to_owned(), SecretError::Length { bytes: 0 }),
    ];
    for (text, error) in cases {
        assert_eq!(SigningSecret::parse(&text).unwrap_err(), error);
        assert!(!error.to_string().contains("BwcH"));
    }
}

#[test]
fn debug_output_hides_the_secret() {
    let secret = secret(7, 32);
    assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "SigningSecret(…) Some(SigningSecret(…))");
}

#[test]
fn both_secrets_are_accepted_during_a_rotation() {
    let (old, new, other) = (secret(1, 32), secret(2, 24), secret(3, 64));
    let header = signature_header(&[new.clone(), old.clone()], ID, AT, b"body");
    assert_eq!(header.split(' ').count(), 2);
    assert_eq!(check(&old, b"body", &header, AT), Ok(()));
    assert_eq!(check(&new, b"body", &header, AT), Ok(()));
    assert_eq!(check(&other, b"body", &header, AT), Err(SignatureError::Mismatch));
    assert_eq!(signature_header(&[], ID, AT, b"body"), "");
}

#[test]
fn message_is_accepted_only_near_its_timestamp() {
    let secret = secret(1, 32);
    let header = sign(&secret, ID, AT, b"body");
    for now in [AT - 300, AT, AT + 300] {
        assert_eq!(check(&secret, b"body", &header, now), Ok(()));
    }
    for now in [AT - 301, AT + 301, i64::MIN, i64::MAX] {
        let error = check(&secret, b"body", &header, now).unwrap_err();
        assert!(matches!(error, SignatureError::Timestamp { now_seconds, .. } if now_seconds == now));
    }
}

#[test]
fn change_of_any_signed_part_is_refused() {
    let secret = secret(1, 32);
    let header = sign(&secret, ID, AT, b"body");
    let verify = |id, at, body: &[u8]| verify(&secret, id, at, body, &header, AT, TOLERANCE_SECONDS);
    assert_eq!(verify(ID, AT, b"body"), Ok(()));
    assert_eq!(verify("other", AT, b"body"), Err(SignatureError::Mismatch));
    assert_eq!(verify(ID, AT + 1, b"body"), Err(SignatureError::Mismatch));
    assert_eq!(verify(ID, AT, b"body "), Err(SignatureError::Mismatch));
}

#[test]
fn only_v1_signatures_of_a_header_are_used() {
    let secret = secret(1, 32);
    let good = sign(&secret, ID, AT, b"body");
    let tag = good.trim_start_matches("v1,");
    for header in [format!("v1a,AAAA {good}"), format!("v1,AAAA {good} v2,x"), format!("  {good}  ")] {
        assert_eq!(check(&secret, b"body", &header, AT), Ok(()), "{header}");
    }
    for header in ["", " ", "v1", "v1,*", tag, &format!("v2,{tag}")] {
        assert_eq!(check(&secret, b"body", header, AT), Err(SignatureError::Unsigned), "{header}");
    }
    for header in ["v1,", "v1,AAAA", &sign(&secret, ID, AT, b"other")] {
        assert_eq!(check(&secret, b"body", header, AT), Err(SignatureError::Mismatch), "{header}");
    }
}

proptest! {
    #[test]
    fn secret_is_parsed_from_its_text(bytes in prop::collection::vec(any::<u8>(), 24..=64)) {
        let text = SigningSecret::from_bytes(bytes).unwrap().expose();
        prop_assert_eq!(SigningSecret::parse(&text).unwrap().expose(), text);
    }

    /// Both make the same signature, and so each accepts what the other made.
    #[test]
    fn independent_library_agrees_on_signatures(
        key in prop::collection::vec(any::<u8>(), 24..=64),
        id in "[a-zA-Z0-9_-]{1,40}",
        at in any::<i64>(),
        body in any::<String>(),
    ) {
        let ours = SigningSecret::from_bytes(key).unwrap();
        let theirs = Webhook::new(&ours.expose()).unwrap();
        let signature = theirs.sign(&id, at, body.as_bytes()).unwrap();
        prop_assert_eq!(&sign(&ours, &id, at, body.as_bytes()), &signature);
        prop_assert_eq!(verify(&ours, &id, at, body.as_bytes(), &signature, at, 0), Ok(()));
    }

    #[test]
    fn changed_byte_of_any_body_is_refused(
        body in prop::collection::vec(any::<u8>(), 1..2_000),
        place in any::<prop::sample::Index>(),
        change in 1..=u8::MAX,
    ) {
        let secret = secret(9, 32);
        let header = sign(&secret, ID, AT, &body);
        prop_assert_eq!(check(&secret, &body, &header, AT), Ok(()));
        let mut changed = body;
        let place = place.index(changed.len());
        changed[place] ^= change;
        prop_assert_eq!(check(&secret, &changed, &header, AT), Err(SignatureError::Mismatch));
    }

    #[test]
    fn any_header_is_parsed_without_a_panic(header in any::<String>()) {
        prop_assert!(check(&secret(9, 32), b"body", &header, AT).is_err());
    }
}
