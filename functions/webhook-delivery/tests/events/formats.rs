//! Scheduled reports and notices, delivered in the shape that their configuration asks for, to a receiver that answers
//! as the service does.

use crate::samples::{
    NOTICE, REPORT, configuration, delivery_of_run, event, first_attempt, handled, none, notice, request, run_once,
};
use app::ports::DeliveryRequest;
use domain::configuration::Webhook;
use domain::delivery::{AttemptResult, DeliveryState, Shape, WebhookFormat};
use domain::instant::Duration;
use serde_json::Value;
use std::error::Error;
use testkit::surroundings::{Surroundings, Verbs};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A receiver that answers with these, one after the other, then with the last of them.
async fn receiver(answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let last = answers.len() - 1;
    for (place, answer) in answers.into_iter().enumerate() {
        let mock = Mock::given(method("POST")).respond_with(answer);
        if place == last { mock } else { mock.up_to_n_times(1) }.mount(&server).await;
    }
    server
}

fn said(status: u16, words: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_string(words)
}

async fn bodies(server: &MockServer) -> Result<Vec<Value>, Box<dyn Error>> {
    let received = server.received_requests().await.ok_or("the server records")?;
    Ok(received.iter().map(|asked| asked.body_json().expect("JSON")).collect())
}

/// A field that only a body of this shape has, and what the service answers when it accepts a message.
fn shapes() -> [(WebhookFormat, &'static str, ResponseTemplate); 4] {
    [
        (WebhookFormat::Fixed(Shape::Slack), "/blocks/0/text/text", said(200, "ok")),
        (WebhookFormat::Fixed(Shape::Discord), "/embeds/0/title", said(200, "{\"id\": \"1\"}")),
        (WebhookFormat::Fixed(Shape::Teams), "/attachments/0/content/body/0/text", said(202, "")),
        (WebhookFormat::Auto, "/data/configuration_id", said(204, "")),
    ]
}

#[tokio::test]
async fn a_scheduled_report_arrives_in_its_shape() -> Result<(), Box<dyn Error>> {
    for (format, title, answer) in shapes() {
        let server = receiver(vec![answer]).await;
        let surroundings = run_once(&server, None, format).await?;
        assert_eq!(handled(&surroundings, event(REPORT), 30).await?, none());
        assert_eq!(delivery_of_run(&surroundings).await?.state(), DeliveryState::Delivered, "{format:?}");
        let bodies = bodies(&server).await?;
        assert!(bodies.len() == 1 && bodies[0].pointer(title).is_some(), "{format:?}: {bodies:?}");
        assert!(bodies[0].to_string().contains("Deliver what was written"), "{format:?}: {bodies:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_notice_arrives_in_the_shape_of_its_configuration() -> Result<(), Box<dyn Error>> {
    for (format, title, answer) in shapes() {
        let server = receiver(vec![answer]).await;
        let surroundings = run_once(&server, Some(0), format).await?;
        surroundings.deployment.deliver().attempt(&first_attempt(&surroundings).await?).await?;
        assert_eq!(notice(&surroundings).await?.delivery.state(), DeliveryState::Delivered, "{format:?}");
        let bodies = bodies(&server).await?;
        assert!(bodies[0].pointer(title).is_some(), "{format:?}: {bodies:?}");
        assert!(bodies[0].to_string().contains("paused until 1 April 2026"), "{format:?}: {bodies:?}");
    }
    Ok(())
}

#[tokio::test]
async fn format_of_an_accounts_notice_webhook_follows_its_host() -> Result<(), Box<dyn Error>> {
    let server = receiver(vec![said(204, "")]).await;
    let surroundings = run_once(&server, Some(0), WebhookFormat::Fixed(Shape::Slack)).await?;
    let store = &surroundings.deployment.store;
    let mut account = store.account(request(NOTICE).user).await?;
    account.notification_webhook = Some(format!("{}/notices", server.uri()).parse()?);
    store.put_account(&account).await?;
    surroundings.deployment.deliver().attempt(&first_attempt(&surroundings).await?).await?;
    assert_eq!(bodies(&server).await?[0]["type"], "configuration.paused");
    Ok(())
}

#[tokio::test]
async fn pending_delivery_has_the_format_that_is_set_at_its_attempt() -> Result<(), Box<dyn Error>> {
    let server = receiver(vec![said(500, ""), said(200, "ok")]).await;
    let surroundings = run_once(&server, None, WebhookFormat::Fixed(Shape::Discord)).await?;
    handled(&surroundings, event(REPORT), 30).await?;
    set_format(&surroundings, WebhookFormat::Fixed(Shape::Slack)).await?;
    surroundings.clock.advance(Duration::minutes(1));
    surroundings.deployment.deliver().attempt(&DeliveryRequest { attempt: 2, ..request(REPORT) }).await?;
    let bodies = bodies(&server).await?;
    assert!(bodies[0].get("embeds").is_some() && bodies[1].get("blocks").is_some(), "{bodies:?}");
    Ok(())
}

async fn set_format(surroundings: &Surroundings, format: WebhookFormat) -> Result<(), Box<dyn Error>> {
    let store = &surroundings.deployment.store;
    let mut found = store.configuration(request(REPORT).user, configuration()).await?.ok_or("no configuration")?;
    let webhook = found.settings.webhook.take().ok_or("no webhook")?;
    found.settings.webhook = Some(Webhook { format, ..webhook });
    store.put_configuration(&found).await?;
    Ok(())
}

#[tokio::test]
async fn connector_that_answers_200_without_1_is_retried() -> Result<(), Box<dyn Error>> {
    let throttled = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429";
    let server = receiver(vec![
        said(200, "Bad payload received by generic incoming webhook."),
        said(200, throttled),
        said(200, "1"),
    ])
    .await;
    let surroundings = run_once(&server, None, WebhookFormat::Fixed(Shape::Teams)).await?;
    handled(&surroundings, event(REPORT), 30).await?;
    let first = delivery_of_run(&surroundings).await?;
    assert_eq!((first.state(), first.response_status), (DeliveryState::Pending, Some(200)));
    for number in [2, 3] {
        surroundings.clock.advance(Duration::hours(1));
        surroundings.deployment.deliver().attempt(&DeliveryRequest { attempt: number, ..request(REPORT) }).await?;
    }
    let last = delivery_of_run(&surroundings).await?;
    assert_eq!((last.state(), last.attempts), (DeliveryState::Delivered, 3));
    let DeliveryRequest { user, subject, .. } = request(REPORT);
    let attempts = surroundings.deployment.store.attempts(user, subject).await?;
    let results: Vec<_> = attempts.iter().map(|attempt| attempt.result).collect();
    assert_eq!(results, [AttemptResult::NotTaken(200), AttemptResult::Status(429), AttemptResult::Status(200)]);
    Ok(())
}

#[tokio::test]
async fn discord_refusal_is_permanent_and_its_wait_is_obeyed() -> Result<(), Box<dyn Error>> {
    for status in [401, 403, 404] {
        let server = receiver(vec![said(status, "{\"message\": \"Unknown Webhook\", \"code\": 10015}")]).await;
        let surroundings = run_once(&server, None, WebhookFormat::Fixed(Shape::Discord)).await?;
        handled(&surroundings, event(REPORT), 30).await?;
        assert_eq!(delivery_of_run(&surroundings).await?.state(), DeliveryState::Refused, "{status}");
    }
    let limited = said(429, "{\"retry_after\": 64.57}").insert_header("retry-after", "600");
    let server = receiver(vec![limited, said(200, "{}")]).await;
    let surroundings = run_once(&server, None, WebhookFormat::Fixed(Shape::Discord)).await?;
    handled(&surroundings, event(REPORT), 30).await?;
    let waits = delivery_of_run(&surroundings).await?;
    let due = waits.due_at().ok_or("nothing is due")?;
    assert!(due - surroundings.deployment.clock.now() >= Duration::minutes(10), "{due}");
    let received = server.received_requests().await.ok_or("the server records")?;
    assert_eq!(received[0].url.query(), Some("wait=true"));
    Ok(())
}
