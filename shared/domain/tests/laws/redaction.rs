//! Secrets are replaced in texts for a model, and what only looks like one stays.
//!
//! The examples are put together when the test runs, so that no scanner of this repository takes them for secrets.

use domain::commit::redaction::{REDACTED, redacted};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Letters and digits in an order without a pattern.
fn random(length: usize) -> String {
    let letters = b"kX7qT2mWz9LbR4vNc8YpJ5sHd3GfQ6";
    (0..length).map(|place| char::from(letters[(place * 7 + place / 30) % letters.len()])).collect()
}

fn hexadecimal(length: usize) -> String {
    (0..length).map(|place| char::from(b"0a9f3c7e1b5d8264"[(place * 5 + place / 16) % 16])).collect()
}

fn key(beginning: &[&str], length: usize) -> String {
    beginning.concat() + &random(length)
}

#[test]
fn keys_of_each_form_are_replaced_wherever_they_are() {
    let upper = random(16).to_uppercase();
    let keys = [
        format!("{}{}{upper}", "AK", "IA"),
        key(&["gh", "p_"], 36),
        key(&["gh", "s_"], 36),
        key(&["github", "_pat_"], 82),
        key(&["gl", "pat-"], 20),
        key(&["xo", "xb-"], 40),
        key(&["xa", "pp-1-"], 40),
        format!("{}{}/services/{}", "hooks.", "slack.com", random(44)),
        key(&["sk", "-proj-"], 120),
        key(&["sk", "-ant-api03-"], 95),
        key(&["sk", "-"], 48),
        key(&["AI", "za"], 35),
        key(&["GOC", "SPX-"], 28),
        key(&["sk", "_live_"], 24),
        key(&["rk", "_test_"], 24),
        key(&["npm", "_"], 36),
        key(&["py", "pi-AgEIcHlwaS5vcmc"], 100),
        key(&["S", "G."], 66),
        key(&["hf", "_"], 34),
        key(&["hv", "s."], 95),
        format!("{}{}.{}{}.{}", "ey", random(34), "eyJ", random(60), random(43)).replacen("ey", "eyJ", 1),
    ];
    for key in keys {
        for (before, after) in [("", ""), ("+const KEY = \"", "\";\n"), ("see ", ", please"), ("(", ")"), ("k=", "\n")]
        {
            assert_eq!(redacted(&format!("{before}{key}{after}")), format!("{before}{REDACTED}{after}"), "{key}");
        }
    }
}

#[test]
fn private_key_is_replaced_to_its_end() {
    let line = random(64);
    for name in ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "EC PRIVATE KEY", "PGP PRIVATE KEY BLOCK"] {
        let (begin, end) = (format!("-----BEGIN {name}-----"), format!("-----END {name}-----"));
        let whole = format!("a\n{begin}\n{line}\n{line}==\n{end}\nb");
        assert_eq!(redacted(&whole), format!("a\n{REDACTED}\nb"));
        let added = format!("+{begin}\n+{line}\n+{line}\n+{end}\n+more text\n");
        assert_eq!(redacted(&added), format!("+{REDACTED}\n+more text\n"));
        let one_line = format!("key = \"{begin}\\n{line}\\n{end}\\n\"");
        assert_eq!(redacted(&one_line), format!("key = \"{REDACTED}\\n\""));
        let cut = format!("+{begin}\n+{line}\n+{line}\n");
        assert_eq!(redacted(&cut), format!("+{REDACTED}\n"));
    }
    let public = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n";
    assert_eq!(redacted(public), public);
}

#[test]
fn passwords_in_addresses_and_assigned_ones_are_replaced() {
    let value = random(20);
    let cases = [
        ("postgres://app:", "@db.example.com/main"),
        ("clone https://", "@git.example.com/a/b"),
        ("password = \"", "\""),
        ("  \"api_key\": \"", "\","),
        ("DB_PASSWORD=", ""),
        ("client-secret: '", "'"),
        ("aws_secret_access_key = ", "\n"),
        ("Authorization: Bearer ", "\r\n"),
        ("Authorization: Basic ", ""),
        ("let token := `", "`;"),
        ("secret => '", "',"),
    ];
    for (before, after) in cases {
        assert_eq!(redacted(&format!("{before}{value}{after}")), format!("{before}{REDACTED}{after}"));
    }
    assert_eq!(redacted("pwd: \"p4ss!word\""), format!("pwd: \"{REDACTED}\""));
}

#[test]
fn what_is_no_secret_stays() {
    let (sha1, sha256) = (hexadecimal(40), hexadecimal(64));
    let texts = [
        format!("commit {sha1}"),
        format!("https://github.com/owner/name/commit/{sha1}"),
        format!("checksum = \"{sha256}\""),
        format!("integrity sha512-{}==", random(86)),
        format!("\"resolved\": \"https://registry.npmjs.org/x/-/x-1.0.0.tgz#{sha1}\""),
        "id = \"123e4567-e89b-42d3-a456-426614174000\"".to_owned(),
        "password = get_password(user1234567)".to_owned(),
        "let token: AccessToken = parse(text)?;".to_owned(),
        "password: \"${DB_PASSWORD_1}\"".to_owned(),
        "token = \"{{ secrets.TOKEN_1 }}\"".to_owned(),
        "API_KEY=<your key 1>".to_owned(),
        "if password == \"x1\" {".to_owned(),
        "the token: it has expired".to_owned(),
        "secret::Vault1234567890ab".to_owned(),
        "sk-skeleton and xoxb-".to_owned(),
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".to_owned(),
        "http://localhost:8080/@scope/name".to_owned(),
        "postgres://$USER:$PASSWORD@host/db".to_owned(),
        "mail a@example.com: see https://example.com/a:b".to_owned(),
        "-----BEGIN CERTIFICATE-----".to_owned(),
        "Größe 修复 🎉 password".to_owned(),
    ];
    for text in texts {
        assert_eq!(redacted(&text), text);
    }
}

#[test]
fn hostile_text_is_read_in_linear_time() {
    for part in [
        "sk-proj-",
        "eyJ.",
        "eyJ",
        "://a:",
        "-----BEGIN PRIVATE KEY",
        "password=",
        "token",
        "a.b-c_",
        "Bearer ",
        "\"",
        "修",
    ] {
        let started = Instant::now();
        let text = part.repeat(100_000 / part.len());
        assert!(redacted(&text).len() <= text.len() + REDACTED.len() * 25_000);
        assert!(started.elapsed() < Duration::from_secs(10), "{part}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_and_read_again_unchanged(
        text in "(?s).{0,300}",
        before in "[a-z ]{0,9}",
        length in 36_usize..80,
    ) {
        let once = redacted(&text).into_owned();
        prop_assert_eq!(redacted(&once).matches(REDACTED).count(), once.matches(REDACTED).count());
        let key = key(&["gh", "p_"], length);
        let with_key = format!("{text} {before} {key} {text}");
        prop_assert!(!redacted(&with_key).contains(&key));
    }
}
