//! What is read of a receiver's answer, and what a missing one means.

use super::{PATIENCE, answering, report, secret, sender, target};
use crate::server::{at, loopback, requests};
use adapters::guard::{AddressPolicy, Guard};
use adapters::webhook::SignedWebhooks;
use app::ports::WebhookSender;
use domain::delivery::{Answer, Forbidden, NoAnswer};
use std::sync::Arc;
use std::time::Duration;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

#[tokio::test]
async fn answer_of_the_receiver_is_returned() {
    let status =
        |status, seconds: Option<u64>| Answer::Status { status, retry_after: seconds.map(Duration::from_secs) };
    let dated = ResponseTemplate::new(503)
        .insert_header("date", "Tue, 03 Mar 2026 12:00:00 GMT")
        .insert_header("retry-after", "Tue, 03 Mar 2026 12:02:30 GMT");
    let past = ResponseTemplate::new(503).insert_header("retry-after", "Tue, 03 Mar 2020 12:02:30 GMT");
    let table = [
        (ResponseTemplate::new(410), status(410, None)),
        (ResponseTemplate::new(429).insert_header("retry-after", "120"), status(429, Some(120))),
        (ResponseTemplate::new(429).insert_header("retry-after", "soon"), status(429, None)),
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

async fn unanswered(url: &str, timeout: Duration) -> Answer {
    let sender = SignedWebhooks::new(loopback(), None, timeout);
    sender.send(&target(url.parse().unwrap()), &report("text")).await.answer
}

#[tokio::test]
async fn missing_answer_has_its_class() {
    // The kernel accepts its connections, but no one reads them.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let late = unanswered(&format!("http://{address}/"), Duration::from_millis(50)).await;
    assert_eq!(late, Answer::NoAnswer(NoAnswer::Timeout));

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = unanswered(&format!("http://{closed}/"), PATIENCE).await;
    assert_eq!(refused, Answer::NoAnswer(NoAnswer::Connect));

    let unknown = unanswered("https://no-such-name.invalid/", PATIENCE).await;
    assert_eq!(unknown, Answer::NoAnswer(NoAnswer::Dns));

    let plain = answering(ResponseTemplate::new(200)).await;
    let address = format!("https://{}/", plain.address());
    assert_eq!(unanswered(&address, PATIENCE).await, Answer::NoAnswer(NoAnswer::Tls));
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
async fn excerpt_is_the_beginning_of_a_refusal_in_one_line() {
    assert_eq!(excerpt("/hook", 404, "no_team\r\n\t here\u{0}").await.as_deref(), Some("no_team here"));
    assert_eq!(excerpt("/hook", 500, &"é ".repeat(4_000)).await.unwrap().chars().count(), 200);
    assert_eq!(excerpt("/hook", 400, "").await, None);
    assert_eq!(excerpt("/hook", 200, "thanks").await, None, "a success has no excerpt");
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

#[tokio::test]
async fn refusal_whose_body_is_cut_is_the_same_refusal() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4_096];
        let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut request).await;
        let head = b"HTTP/1.1 410 Gone\r\ncontent-length: 100\r\n\r\nhalf";
        tokio::io::AsyncWriteExt::write_all(&mut stream, head).await.unwrap();
        std::future::pending::<()>().await;
    });
    let sent = sender().send(&target(url.parse().unwrap()), &report("text")).await;
    let closed = Answer::Status { status: 410, retry_after: None };
    assert_eq!((sent.answer, sent.excerpt), (closed, None));
}
