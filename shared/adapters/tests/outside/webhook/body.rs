//! The body of a generic message, and its signature.

use super::{HEADLINE, PATIENCE, answering, began, message, report, secret, sender, target};
use crate::server::{at, loopback, requests};
use adapters::webhook::{BODY_BYTES_MAX, SignedWebhooks};
use app::ports::{Message, MessageBody, WebhookSender};
use domain::delivery::{Answer, Delivery};
use domain::id::{ConfigurationId, NoticeId, UserId};
use domain::instant::parse;
use domain::month::Month;
use domain::notice::{Matter, Notice};
use domain::usage::Mark;
use serde_json::{Value, json};
use testkit::builders;
use uuid::Uuid;
use wiremock::{Request, ResponseTemplate};

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
            "repositories": [{"repository": "acme/shop", "branch": "main"}],
            "failed_repositories": [],
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
            "headline": HEADLINE,
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
            configuration: builders::named(ConfigurationId::from_uuid(Uuid::from_u128(3))),
            matter,
            month: Month::of(began()),
            created_at: began(),
            delivery: Delivery::none(),
            sent_to: None,
        })))
    };
    let reached = body(&notice(Matter::ThresholdReached { mark: Mark { percent: 80, limit: 50 }, used: 40 })).await;
    assert_eq!(reached["type"], "usage.threshold_reached");
    let data = &reached["data"];
    assert_eq!((&data["percent"], &data["used"], &data["limit"]), (&json!(80), &json!(40), &json!(50)));
    assert_eq!(data["month"], "2026-03");
    assert!(data["text"].as_str().unwrap().starts_with("40 of 50 report runs"));

    let until = parse("2026-04-01T00:00:00Z").unwrap();
    let paused = body(&notice(builders::paused(until))).await;
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
        let (kept, note) = body["data"]["report"].as_str().unwrap().rsplit_once("\n\n").unwrap();
        assert!(text.starts_with(kept) && kept.len() < text.len() && kept.len() > 1_000);
        assert!(note.contains(" missing here. The whole report: `https://"), "{note}");
        assert_eq!(body["data"]["truncated"], true);
        assert!(body["data"]["url"].as_str().unwrap().contains("/report-runs/"));
    }
    // A text without escapes fills the limit, and one that fits is whole.
    let asked = sent(&report(&"x".repeat(30_000))).await;
    assert!(asked.body.len() > BODY_BYTES_MAX - 64, "{}", asked.body.len());
    let overhead = sent(&report("")).await.body.len();
    let asked = sent(&report(&"x".repeat(BODY_BYTES_MAX - overhead))).await;
    assert_eq!(asked.body.len(), BODY_BYTES_MAX);
    assert_eq!(asked.body_json::<Value>().unwrap()["data"]["truncated"], false);
}

#[tokio::test]
async fn message_without_a_public_address_has_the_path_of_the_run() {
    let server = answering(ResponseTemplate::new(200)).await;
    let sender = SignedWebhooks::new(loopback(), None, PATIENCE);
    sender.send(&target(at(&server, "/hook")), &report("text")).await;
    let body: Value = requests(&server).await[0].body_json().unwrap();
    assert_eq!(body["data"]["url"], "/report-runs/019caddc-ae80-7000-8000-000000000001");
}
