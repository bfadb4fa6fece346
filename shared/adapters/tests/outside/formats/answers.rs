//! The requests to each service's receiver, and the meaning of its answers.

use super::{PAGE, public_url};
use crate::server::{at, loopback, requests};
use crate::webhook::{PATIENCE, answering, report, secret};
use adapters::webhook::SignedWebhooks;
use app::ports::{WebhookSender, WebhookTarget};
use domain::delivery::{Answer, CustomHeaders, Shape, Verdict};
use serde_json::Value;
use std::time::Duration;
use wiremock::{MockServer, ResponseTemplate};

const CHATS: [Shape; 5] = [Shape::Slack, Shape::Discord, Shape::Teams, Shape::GoogleChat, Shape::Mattermost];

async fn send(server: &MockServer, shape: Shape, path: &str) -> Answer {
    let sender = SignedWebhooks::new(loopback(), Some(public_url()), PATIENCE);
    let target =
        WebhookTarget { url: at(server, path), shape, secrets: vec![secret(1)], headers: CustomHeaders::default() };
    sender.send(&target, &report("# Title\n\nThe report.")).await.answer
}

async fn answered(shape: Shape, answer: ResponseTemplate) -> Answer {
    send(&answering(answer).await, shape, "/hook").await
}

fn status(status: u16, seconds: Option<u64>) -> Answer {
    Answer::Status { status, retry_after: seconds.map(Duration::from_secs) }
}

fn with_body(status: u16, words: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_string(words)
}

#[tokio::test]
async fn every_shape_is_signed_json() {
    for shape in Shape::ALL {
        let server = answering(with_body(200, "1")).await;
        assert_eq!(send(&server, shape, "/hook").await, status(200, None), "{shape:?}");
        let asked = requests(&server).await.remove(0);
        assert_eq!(
            (asked.method.as_str(), &asked.headers["content-type"]),
            ("POST", &"application/json".parse().unwrap())
        );
        let receiver = standardwebhooks::Webhook::new(&secret(1).expose()).unwrap();
        receiver.verify(&asked.body, &asked.headers).unwrap();
        let body: Value = asked.body_json().unwrap();
        let key = match shape {
            Shape::Generic => "data",
            Shape::Slack => "blocks",
            Shape::Discord => "embeds",
            Shape::Teams | Shape::Mattermost => "attachments",
            Shape::GoogleChat => "text",
        };
        assert!(body.get(key).is_some() && body.to_string().contains(PAGE), "{shape:?}: {body}");
    }
}

#[tokio::test]
async fn only_discord_gets_the_wait_parameter() {
    for (path, wanted) in
        [("/api/webhooks/1/x", "wait=true"), ("/api/webhooks/1/x?thread_id=7&wait=false", "thread_id=7&wait=true")]
    {
        let server = answering(ResponseTemplate::new(200)).await;
        send(&server, Shape::Discord, path).await;
        assert_eq!(requests(&server).await[0].url.query(), Some(wanted));
    }
    for shape in Shape::ALL.into_iter().filter(|shape| *shape != Shape::Discord) {
        let server = answering(with_body(200, "1")).await;
        send(&server, shape, "/hook?a=b").await;
        assert_eq!(requests(&server).await[0].url.query(), Some("a=b"));
    }
}

#[tokio::test]
async fn retry_after_of_a_service_is_returned() {
    for shape in CHATS {
        let answer = ResponseTemplate::new(429).insert_header("retry-after", "64");
        assert_eq!(answered(shape, answer).await, status(429, Some(64)), "{shape:?}");
        let fraction = ResponseTemplate::new(429).insert_header("retry-after", "64.57");
        assert_eq!(answered(shape, fraction).await, status(429, Some(65)), "{shape:?}: never sooner");
    }
}

#[tokio::test]
async fn wait_in_the_body_of_discord_is_obeyed_like_the_header() {
    let limited = |words: &str| with_body(429, words);
    for (answer, seconds) in [
        (limited("{\"message\": \"x\", \"retry_after\": 64.57, \"global\": false}"), Some(65)),
        (limited("{\"retry_after\": 3}"), Some(3)),
        (limited("{\"retry_after\": 0.01}").insert_header("retry-after", "7"), Some(7)),
        (limited("{\"retry_after\": 8.2}").insert_header("retry-after", "7"), Some(9)),
        (limited("{\"retry_after\": 1e300}"), Some(24 * 3_600)),
        (limited("{\"retry_after\": -1}"), None),
        (limited("{\"retry_after\": \"64\"}"), None),
        (limited("{\"retry_after\": 64.5"), None),
        (limited("slow down"), None),
        (with_body(503, "{\"retry_after\": 64.57}"), None),
    ] {
        let answer = answered(Shape::Discord, answer).await;
        assert_eq!(answer.retry_after(), seconds.map(Duration::from_secs), "{answer:?}");
    }
    let other = answered(Shape::Slack, limited("{\"retry_after\": 64.57}")).await;
    assert_eq!(other.retry_after(), None, "only Discord's body has a wait");
}

#[tokio::test]
async fn answers_of_google_chat_and_mattermost_have_their_meaning() {
    let quota = "{\"error\": {\"code\": 429, \"status\": \"RESOURCE_EXHAUSTED\"}}";
    assert_eq!(answered(Shape::GoogleChat, with_body(429, quota)).await.verdict(), Verdict::Retry);
    let denied = "{\"error\": {\"code\": 403, \"status\": \"PERMISSION_DENIED\"}}";
    assert_eq!(answered(Shape::GoogleChat, with_body(403, denied)).await.verdict(), Verdict::Refused);
    assert_eq!(
        answered(Shape::GoogleChat, with_body(200, "{\"name\": \"spaces/x\"}")).await.verdict(),
        Verdict::Delivered
    );
    assert_eq!(answered(Shape::Mattermost, with_body(200, "ok")).await.verdict(), Verdict::Delivered);
    assert_eq!(answered(Shape::Mattermost, with_body(200, "{\"success\":true}")).await.verdict(), Verdict::Delivered);
    assert_eq!(answered(Shape::Mattermost, with_body(404, "{\"id\": \"x\"}")).await.verdict(), Verdict::Refused);
}

#[tokio::test]
async fn refusals_keep_their_status() {
    for shape in CHATS {
        for refused in [400, 401, 403, 404, 410] {
            assert_eq!(answered(shape, with_body(refused, "no")).await, status(refused, None), "{shape:?}");
        }
    }
    assert_eq!(answered(Shape::Discord, ResponseTemplate::new(204)).await, status(204, None));
}

#[tokio::test]
async fn connector_has_the_message_only_if_it_answers_1() {
    let not_taken = Answer::NotTaken { status: 200, retry_after: None };
    assert_eq!(answered(Shape::Teams, with_body(200, "1")).await, status(200, None));
    assert_eq!(answered(Shape::Teams, with_body(200, "Summary or Text is required.")).await, not_taken);
    assert_eq!(answered(Shape::Teams, with_body(200, "")).await, not_taken);
    assert_eq!(answered(Shape::Teams, with_body(200, &"1".repeat(100_000))).await, not_taken, "not read to its end");
    let throttled =
        "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with x";
    assert_eq!(answered(Shape::Teams, with_body(200, throttled)).await, status(429, None));
    assert_eq!(
        answered(Shape::Teams, ResponseTemplate::new(202)).await,
        status(202, None),
        "a workflow has accepted it"
    );
    for shape in Shape::ALL.into_iter().filter(|shape| *shape != Shape::Teams) {
        assert_eq!(answered(shape, with_body(200, "not read")).await, status(200, None));
    }
}
