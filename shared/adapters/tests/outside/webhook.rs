//! The requests to webhooks, and how their answers are read.

use crate::server::{at, loopback, requests};
use adapters::clock::SystemClock;
use adapters::guard::{AddressPolicy, Guard};
use adapters::webhook::{BODY_BYTES_MAX, SignedWebhooks};
use app::ports::{Clock, Message, MessageBody, WebhookSender, WebhookTarget};
use domain::account::Plan;
use domain::commit::Sha;
use domain::configuration::{BranchName, Writer};
use domain::delivery::{Answer, Delivery, Forbidden, NoAnswer, Shape, SigningSecret};
use domain::id::{ConfigurationId, NoticeId, RepositoryId, RunId, UserId};
use domain::instant::{Instant, parse};
use domain::money::{Cost, TokenUsage, UsageSource};
use domain::month::Month;
use domain::notice::{Matter, Notice};
use domain::report::Writing;
use domain::run::{End, Figures, Findings, Outcome, Phase, Receipt, Run, Snapshot, Trigger};
use domain::usage::Mark;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use url::Url;
use uuid::Uuid;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn began() -> Instant {
    parse("2026-03-02T09:00:00Z").unwrap()
}

pub(crate) fn run() -> Run {
    let sha = |digit: &str| Sha::parse(&digit.repeat(40)).unwrap();
    Run {
        id: RunId::parse("019caddc-ae80-7000-8000-000000000001").unwrap(),
        user: UserId::from_record(&Uuid::from_u128(1).to_string()).unwrap(),
        repository: RepositoryId::from_uuid(Uuid::from_u128(2)),
        configuration: ConfigurationId::from_uuid(Uuid::from_u128(3)),
        trigger: Trigger::Schedule { fire: began() },
        snapshot: Snapshot {
            version: 1,
            name: Some("Weekly".to_owned()),
            repository_name: "acme/shop".to_owned(),
            repository_url: "https://github.com/acme/shop".to_owned(),
            branch: BranchName::parse("main").unwrap(),
            schedule: "0 9 * * 1".to_owned(),
            timezone: "UTC".to_owned(),
            writing: Writing { language: "en".to_owned(), ..Writing::default() },
            writer: Writer::Model("gpt-4o-mini".to_owned()),
            own_model: false,
            webhook_format: None,
            webhook_host: None,
        },
        receipt: Receipt { plan: Plan::Free, limit: 50, holds_slot: true },
        generation: 0,
        started_at: began(),
        attempt: 1,
        waits: domain::run::Waits::default(),
        paid_attempts: BTreeSet::from([1]),
        figures: Figures {
            tokens: TokenUsage::new(1_000, 0, 234, 0),
            cost: Cost::from_micros(23_400),
            unpriced: false,
            source: UsageSource::Api,
            model: Some("gpt-4o-mini".to_owned()),
            rates: None,
        },
        phase: Phase::Ended(End {
            at: parse("2026-03-02T09:00:12.500Z").unwrap(),
            outcome: Outcome::Success(Findings {
                commits: 3,
                commits_at_least: false,
                window: None,
                range_from: Some(sha("a")),
                range_to: Some(sha("b")),
                degraded: false,
                degraded_reason: None,
                content_attempt: Some(1),
            }),
            counted: true,
        }),
        delivery: Delivery::none(),
        updated_at: began(),
    }
}

pub(crate) fn message(body: MessageBody) -> Message {
    Message { id: "msg_019caddc".to_owned(), at: SystemClock.now(), body }
}

pub(crate) fn report(text: &str) -> Message {
    message(MessageBody::Report { run: Box::new(run()), text: text.to_owned() })
}

pub(crate) fn secret(fill: u8) -> SigningSecret {
    SigningSecret::from_bytes(vec![fill; 32]).unwrap()
}

fn target(url: Url) -> WebhookTarget {
    WebhookTarget { url, shape: Shape::Generic, secrets: vec![secret(1), secret(2)] }
}

fn sender() -> SignedWebhooks {
    SignedWebhooks::new(loopback(), Some("https://reports.example/app".parse().unwrap()), PATIENCE)
}

pub(crate) async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// The one request of a message.
async fn sent(message: &Message) -> Request {
    let server = answering(ResponseTemplate::new(204)).await;
    let answer = sender().send(&target(at(&server, "/hook")), message).await.answer;
    let status = Answer::Status { status: 204, retry_after: None };
    assert_eq!(answer, status);
    let mut asked = requests(&server).await;
    assert_eq!(asked.len(), 1);
    asked.remove(0)
}

async fn body(message: &Message) -> Value {
    sent(message).await.body_json().unwrap()
}

#[tokio::test]
async fn receiver_with_either_secret_accepts_the_signature() {
    let asked = sent(&report("text")).await;
    for fill in [1, 2] {
        let receiver = standardwebhooks::Webhook::new(&secret(fill).expose()).unwrap();
        receiver.verify(&asked.body, &asked.headers).unwrap();
    }
    let stranger = standardwebhooks::Webhook::new(&secret(3).expose()).unwrap();
    assert!(stranger.verify(&asked.body, &asked.headers).is_err());
    assert_eq!(asked.method.as_str(), "POST");
    assert_eq!(asked.headers["webhook-id"], "msg_019caddc");
    assert_eq!(asked.headers["content-type"], "application/json");
    assert!(asked.headers["user-agent"].to_str().unwrap().starts_with("git-report/"));
}

#[tokio::test]
async fn report_has_the_fields_of_its_run() {
    let message = report("# Report");
    let wanted = json!({
        "type": "report.created",
        "timestamp": domain::instant::text(message.at),
        "data": {
            "run_id": "019caddc-ae80-7000-8000-000000000001",
            "configuration_id": "00000000-0000-0000-0000-000000000003",
            "configuration_name": "Weekly",
            "repository": "acme/shop",
            "branch": "main",
            "status": "success",
            "trigger": "schedule",
            "commits_processed": 3,
            "commits_at_least": false,
            "commit_range": {"from": "a".repeat(40), "to": "b".repeat(40)},
            "started_at": "2026-03-02T09:00:00.000Z",
            "completed_at": "2026-03-02T09:00:12.500Z",
            "tokens_used": 1234,
            "cost_usd": 0.0234,
            "model_used": "gpt-4o-mini",
            "degraded": false,
            "degraded_reason": null,
            "report_format": "markdown",
            "report": "# Report",
            "truncated": false,
            "url": "https://reports.example/app/report-runs/019caddc-ae80-7000-8000-000000000001",
        },
    });
    let asked = sent(&message).await;
    assert_eq!(asked.body_json::<Value>().unwrap(), wanted);
    let text = String::from_utf8(asked.body).unwrap();
    assert!(text.contains("\"cost_usd\":0.0234,"), "an exact number: {text}");
}

#[tokio::test]
async fn each_kind_of_notice_has_its_fields() {
    let notice = |matter| {
        message(MessageBody::Notice(Box::new(Notice {
            id: NoticeId::from_uuid(Uuid::from_u128(4)),
            user: UserId::from_record(&Uuid::from_u128(1).to_string()).unwrap(),
            configuration: ConfigurationId::from_uuid(Uuid::from_u128(3)),
            matter,
            month: Month::of(began()),
            created_at: began(),
            delivery: Delivery::none(),
        })))
    };
    let reached = body(&notice(Matter::ThresholdReached { mark: Mark { percent: 80, limit: 50 }, used: 40 })).await;
    assert_eq!(reached["type"], "usage.threshold_reached");
    let data = &reached["data"];
    assert_eq!((&data["percent"], &data["used"], &data["limit"]), (&json!(80), &json!(40), &json!(50)));
    assert_eq!(data["month"], "2026-03");
    assert!(data["text"].as_str().unwrap().starts_with("40 of 50 report runs"));

    let until = parse("2026-04-01T00:00:00Z").unwrap();
    let paused = body(&notice(Matter::Paused { limit: 50, uncounted: false, until })).await;
    assert_eq!(paused["type"], "configuration.paused");
    assert_eq!(paused["data"]["until"], "2026-04-01T00:00:00.000Z");
    assert!(paused["data"].get("used").is_none());

    let on = "2026-04-01".parse().unwrap();
    let retires = body(&notice(Matter::ModelRetires { model: "gpt-4o-mini".to_owned(), on })).await;
    let data = &retires["data"];
    assert_eq!((&retires["type"], &data["model"]), (&json!("model.retires"), &json!("gpt-4o-mini")));
    assert_eq!((&data["retired_on"], data.get("limit")), (&json!("2026-04-01"), None));
}

#[tokio::test]
async fn long_report_is_cut_to_twenty_thousand_bytes() {
    for text in ["x".repeat(300_000), "ü\n\"\u{1}🎉".repeat(20_000), "\u{2}".repeat(60_000), "\\".repeat(19_900)] {
        let asked = sent(&report(&text)).await;
        assert!(asked.body.len() <= BODY_BYTES_MAX, "{}", asked.body.len());
        let body: Value = asked.body_json().unwrap();
        let kept = body["data"]["report"].as_str().unwrap();
        assert!(text.starts_with(kept) && kept.len() < text.len());
        assert_eq!(body["data"]["truncated"], true);
        assert!(body["data"]["url"].as_str().unwrap().contains("/report-runs/"));
    }
    // A text without escapes fills the limit, and one that fits is whole.
    let asked = sent(&report(&"x".repeat(30_000))).await;
    assert_eq!(asked.body.len(), BODY_BYTES_MAX);
    let overhead = sent(&report("")).await.body.len();
    let asked = sent(&report(&"x".repeat(BODY_BYTES_MAX - overhead))).await;
    assert_eq!(asked.body.len(), BODY_BYTES_MAX);
    assert_eq!(asked.body_json::<Value>().unwrap()["data"]["truncated"], false);
}

#[tokio::test]
async fn message_without_a_public_address_has_no_link() {
    let server = answering(ResponseTemplate::new(200)).await;
    let sender = SignedWebhooks::new(loopback(), None, PATIENCE);
    sender.send(&target(at(&server, "/hook")), &report("text")).await;
    let body: Value = requests(&server).await[0].body_json().unwrap();
    assert_eq!(body["data"]["url"], Value::Null);
}

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
