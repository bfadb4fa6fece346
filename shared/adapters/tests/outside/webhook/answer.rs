//! What is read of a receiver's answer, and what a missing one means.

use super::failures::raw;
use super::{PATIENCE, answering, report, secret, sender, target};
use crate::server::{at, requests};
use adapters::guard::{AddressPolicy, Guard};
use adapters::webhook::SignedWebhooks;
use app::ports::{WebhookSender, WebhookTarget};
use domain::delivery::{Answer, CustomHeaders, Forbidden, HeaderName, HeaderValue};
use std::sync::Arc;
use std::time::Duration;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

#[tokio::test]
async fn answer_of_the_receiver_is_returned() {
    let status =
        |status, seconds: Option<u64>| Answer::Status { status, retry_after: seconds.map(Duration::from_secs) };
    let dated_as = |date: &str, until: &str| {
        ResponseTemplate::new(503).insert_header("date", date).insert_header("retry-after", until)
    };
    let dated = dated_as("Tue, 03 Mar 2026 12:00:00 GMT", "Tue, 03 Mar 2026 12:02:30 GMT");
    let past = ResponseTemplate::new(503).insert_header("retry-after", "Tue, 03 Mar 2020 12:02:30 GMT");
    let table = [
        (ResponseTemplate::new(410), status(410, None)),
        (ResponseTemplate::new(429).insert_header("retry-after", "120"), status(429, Some(120))),
        (ResponseTemplate::new(429).insert_header("retry-after", "soon"), status(429, None)),
        (ResponseTemplate::new(429).insert_header("retry-after", "-1"), status(429, None)),
        (
            ResponseTemplate::new(429).insert_header("retry-after", "99999999999999999999999"),
            status(429, Some(u64::MAX)),
        ),
        (dated_as("Tuesday, 03-Mar-26 12:00:00 GMT", "Tuesday, 03-Mar-26 12:02:30 GMT"), status(503, Some(150))),
        (dated_as("Tue Mar  3 12:00:00 2026", "Tue Mar  3 12:02:30 2026"), status(503, Some(150))),
        (dated_as("Tue, 03 Mar 2026 12:00:00 GMT", "Tuesday, 03-Mar-26 12:02:30 GMT"), status(503, Some(150))),
        (dated, status(503, Some(150))),
        (past, status(503, Some(0))),
    ];
    for (answer, wanted) in table {
        let server = answering(answer).await;
        assert_eq!(sender().send(&target(at(&server, "/")), &report("text")).await.answer, wanted);
        assert_eq!(requests(&server).await.len(), 1);
    }
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let other = answering(ResponseTemplate::new(200)).await;
    for status in [301, 302, 303, 307, 308] {
        let away = ResponseTemplate::new(status).insert_header("location", at(&other, "/inside").as_str());
        let server = answering(away).await;
        let answer = sender().send(&target(at(&server, "/")), &report("text")).await.answer;
        assert!(matches!(answer, Answer::Status { status: returned, .. } if returned == status));
    }
    assert!(requests(&other).await.is_empty());
}

#[tokio::test]
async fn private_address_gets_no_request() {
    let server = answering(ResponseTemplate::new(200)).await;
    let guarded = SignedWebhooks::new(Arc::new(Guard::new(AddressPolicy::Public)), None, PATIENCE);
    let inside = format!("https://localhost:{}/", server.address().port());
    for url in [server.uri(), inside, "https://169.254.169.254/".to_owned()] {
        let answer = guarded.send(&target(url.parse().unwrap()), &report("text")).await.answer;
        let forbidden = Answer::Forbidden(Forbidden::Address);
        assert_eq!(answer, forbidden, "{url}");
    }
    assert!(requests(&server).await.is_empty());
}

/// The excerpt of an answer with this body.
async fn excerpt(path: &str, status: u16, body: &str) -> Option<String> {
    let server = answering(ResponseTemplate::new(status).set_body_string(body)).await;
    sender().send(&target(at(&server, path)), &report("text")).await.excerpt
}

#[tokio::test]
async fn excerpt_is_the_first_1000_bytes_of_any_answer_in_one_line() {
    assert_eq!(excerpt("/hook", 404, "no_team\r\n\t here\u{0}").await.as_deref(), Some("no_team here"));
    assert_eq!(excerpt("/hook", 400, "").await, None);
    assert_eq!(excerpt("/hook", 200, "thanks").await.as_deref(), Some("thanks"), "of a success too");
    assert_eq!(excerpt("/hook", 204, "").await, None);
    assert_eq!(excerpt("/hook", 500, "a\u{202E}b\u{200B}c\u{FEFF}\u{1b}[31m").await.as_deref(), Some("abc [31m"));
    let exact = "x".repeat(1_000);
    assert_eq!(excerpt("/hook", 200, &exact).await, Some(exact.clone()));
    for status in [200, 500] {
        let cut = excerpt("/hook", status, &"é ".repeat(4_000)).await.unwrap();
        assert!((995..=1_000).contains(&cut.len()) && cut.ends_with("é…"), "{} bytes: {cut}", cut.len());
        assert_eq!(excerpt("/hook", status, &format!("{exact}x")).await.unwrap().len(), 1_000);
    }
}

/// A success whose text never ends is a success: its text is not waited for.
#[tokio::test]
async fn success_whose_body_does_not_end_is_taken_with_what_has_arrived() {
    let hint = format!("stored {}", "x".repeat(900));
    let (url, _server) = raw(format!("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{hint}"), true).await;
    let began = std::time::Instant::now();
    let sent = sender().send(&target(url), &report("text")).await;
    assert_eq!(sent.answer, Answer::Status { status: 200, retry_after: None });
    assert!(sent.excerpt.as_deref().is_some_and(|excerpt| excerpt.starts_with("stored xxx")), "{:?}", sent.excerpt);
    assert!(began.elapsed() < PATIENCE / 2, "{:?}", began.elapsed());
}

#[tokio::test]
async fn excerpt_has_no_secret_of_the_request() {
    let path = "/services/T0001/hunter2hunter2?key=topsecret&v=abc%2Fdef123";
    for echo in [
        "hunter2hunter2",
        "HUNTER2HUNTER2",
        "topsecret",
        "abc/def123",
        "abc%2Fdef123",
        "/services/T0001/hunter2hunter2",
        "\\/services\\/T0001\\/hunter2hunter2",
        &secret(1).expose(),
        &secret(2).expose()["whsec_".len()..],
    ] {
        let shown = excerpt(path, 403, &format!("refused: {echo}!")).await.unwrap();
        assert!(shown.starts_with("refused: ") && shown.contains("[redacted]"), "{shown}");
        for part in ["hunter2", "topsecret", "def123", "AQEBAQ"] {
            assert!(!shown.to_lowercase().contains(&part.to_lowercase()), "{echo}: {shown}");
        }
    }
    assert_eq!(excerpt(path, 403, "h-u-n-t-e-r-2-h-u-n-t-e-r-2").await, None, "another spelling of it");
    let cut = format!("{}{}", " ".repeat(4_090), "hunter2hunter2");
    assert_eq!(excerpt(path, 403, &cut).await, None, "the beginning of one, where the answer was cut");
    let server = MockServer::start().await;
    let echo = |request: &Request| {
        let signature = request.headers.get("webhook-signature").unwrap().to_str().unwrap().to_owned();
        ResponseTemplate::new(400).set_body_string(format!("bad signature {signature}"))
    };
    Mock::given(any()).respond_with(echo).mount(&server).await;
    let shown = sender().send(&target(at(&server, "/hook")), &report("text")).await.excerpt.unwrap();
    assert_eq!(shown, "bad signature [redacted] [redacted]");
}

/// `[redacted]` contains `red`, `act` and `ted`: what replaces a secret is not searched for the others.
#[tokio::test]
async fn secrets_that_are_parts_of_the_redaction_mark_are_replaced_once() {
    let pairs: Vec<String> = (0..60).map(|place| format!("p{place}={}", ["red", "TED", "act"][place % 3])).collect();
    let path = format!("/hook?{}", pairs.join("&"));
    for (echo, shown) in [
        ("red", "[redacted]"),
        ("Red and ted.", "[redacted] and [redacted]."),
        ("redtedact, predated", "[redacted], p[redacted]a[redacted]"),
    ] {
        assert_eq!(excerpt(&path, 403, echo).await.as_deref(), Some(shown), "{echo}");
    }
}

#[tokio::test]
async fn overlapping_secrets_are_one_redaction() {
    let shown = excerpt("/hook?a=onetwo&b=twothree", 403, "<onetwothree> <twothree>").await;
    assert_eq!(shown.as_deref(), Some("<[redacted]> <[redacted]>"));
}

#[tokio::test]
async fn refusal_whose_body_is_cut_is_the_same_refusal() {
    let (url, _server) = raw("HTTP/1.1 410 Gone\r\ncontent-length: 100\r\n\r\nhalf".to_owned(), true).await;
    let sent = sender().send(&target(url), &report("text")).await;
    let closed = Answer::Status { status: 410, retry_after: None };
    assert_eq!((sent.answer, sent.excerpt), (closed, None));
}

#[tokio::test]
async fn headers_of_the_owner_are_sent_and_not_shown() {
    let header = |name: &str, value: &str| (HeaderName::parse(name).unwrap(), HeaderValue::parse(value).unwrap());
    let headers =
        vec![header("Authorization", "Bearer hunter2hunter2"), header("x-tenant", "topsecret"), header("x-e", "e")];
    let server = answering(ResponseTemplate::new(403).set_body_string("no hunter2hunter2, no topsecret, never")).await;
    let target = WebhookTarget { headers: CustomHeaders::new(headers), ..target(at(&server, "/hook")) };
    let sent = sender().send(&target, &report("text")).await;
    assert_eq!(sent.excerpt.as_deref(), Some("no [redacted], no [redacted], never"), "a letter is no secret");
    let asked = requests(&server).await.remove(0);
    assert_eq!(
        (&asked.headers["authorization"], &asked.headers["x-tenant"]),
        (&"Bearer hunter2hunter2".parse().unwrap(), &"topsecret".parse().unwrap(),)
    );
    assert!(asked.headers.contains_key("webhook-signature"));
    assert!(!format!("{target:?}").contains("hunter2") && !format!("{target:?}").contains("topsecret"));
}
