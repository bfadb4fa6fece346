//! The sample events, handled as Lambda hands them over, against a real store and a real receiver.

use adapters::sqs::{QueueFunction, parse_delivery_request};
use app::ports::{DeliveryRequest, RunRequest};
use domain::configuration::Webhook;
use domain::delivery::{Delivery, DeliveryState, Lane, WebhookFormat};
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, RunId};
use domain::instant::{Duration, Instant};
use domain::notice::Notice;
use serde_json::{Value, json};
use std::error::Error;
use testkit::builders::{account, at, webhook};
use testkit::logs::Logs;
use testkit::surroundings::{Surroundings, Verbs};
use tracing::Level;
use webhook_delivery::Courier;
use wiremock::matchers::{header_exists, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) const REPORT: &str = include_str!("../../../../events/webhook-delivery/report.json");
pub(crate) const SLOW_REPORT: &str = include_str!("../../../../events/webhook-delivery/slow-report.json");
pub(crate) const NOTICE: &str = include_str!("../../../../events/webhook-delivery/notice.json");
/// The configuration of the samples, and the fire of their run.
const CONFIGURATION: &str = "019c1852-b740-7e7d-ac03-a9507ae265ec";
const FIRE: &str = "2026-03-02T09:00:00Z";

pub(crate) fn event(text: &str) -> Value {
    serde_json::from_str(text).expect("a sample is JSON")
}

pub(crate) fn request(text: &str) -> DeliveryRequest {
    let event = event(text);
    let body = event["Records"][0]["body"].as_str().expect("a message has a body");
    parse_delivery_request(body).expect("the sample is a delivery request")
}

fn fire() -> Instant {
    at(FIRE)
}

pub(crate) fn configuration() -> ConfigurationId {
    ConfigurationId::parse(CONFIGURATION).expect("an id")
}

pub(crate) async fn handled(surroundings: &Surroundings, event: Value, seconds: i64) -> Result<Value, Box<dyn Error>> {
    let courier = Courier { verb: surroundings.deployment.deliver(), queues: None };
    let deadline = surroundings.deployment.clock.now() + Duration::seconds(seconds);
    Ok(serde_json::to_value(courier.handle(serde_json::from_value(event)?, deadline).await)?)
}

pub(crate) fn none() -> Value {
    json!({ "batchItemFailures": [] })
}

fn failed(text: &str) -> Value {
    json!({ "batchItemFailures": [{ "itemIdentifier": event(text)["Records"][0]["messageId"] }] })
}

/// A receiver of signed messages that answers with these statuses, then with the last of them.
async fn receiver(first: u16, then: u16) -> MockServer {
    let server = MockServer::start().await;
    let signed = || Mock::given(method("POST")).and(header_exists("webhook-signature"));
    signed().respond_with(ResponseTemplate::new(first)).up_to_n_times(1).mount(&server).await;
    signed().respond_with(ResponseTemplate::new(then)).mount(&server).await;
    server
}

/// The records that the samples name: a scheduled run of their configuration, which has ended, or was blocked if the
/// limit is 0.
pub(crate) async fn run_once(
    server: &MockServer,
    limit: Option<u64>,
    format: WebhookFormat,
) -> Result<Surroundings, Box<dyn Error>> {
    let surroundings = Surroundings::at(fire()).await?;
    let user = request(REPORT).user;
    let uri = server.uri();
    surroundings
        .configuration_that_waits(user, configuration(), fire(), move |configuration| {
            configuration.settings.webhook = Some(Webhook { format, ..webhook(&uri) });
        })
        .await?;
    let mut account = account(user);
    account.overrides.monthly_runs = limit;
    surroundings.deployment.store.put_account(&account).await?;
    surroundings.branch.push(fire() - Duration::minutes(5), "fix: deliver what was written");
    let run = RunId::scheduled(configuration(), fire());
    let request = RunRequest { user, run, configuration: configuration(), fire: Some(fire()) };
    surroundings.deployment.execute_run().execute(&request, fire() + Duration::minutes(3)).await?;
    Ok(surroundings)
}

pub(crate) async fn delivery_of_run(surroundings: &Surroundings) -> Result<Delivery, Box<dyn Error>> {
    let DeliveryRequest { user, subject: DeliverySubject::Run(run), .. } = request(REPORT) else {
        return Err("the sample delivers no run".into());
    };
    Ok(surroundings.deployment.store.run(user, run).await?.ok_or("there is no run")?.delivery)
}

/// The only notice of the sample's user.
pub(crate) async fn notice(surroundings: &Surroundings) -> Result<Notice, Box<dyn Error>> {
    let page = surroundings.deployment.store.notices_page(request(NOTICE).user, 2, None).await?;
    let [notice] = <[Notice; 1]>::try_from(page.items).map_err(|found| format!("{} notices", found.len()))?;
    Ok(notice)
}

/// The request for the first attempt of the notice.
pub(crate) async fn first_attempt(surroundings: &Surroundings) -> Result<DeliveryRequest, Box<dyn Error>> {
    let subject = DeliverySubject::Notice(notice(surroundings).await?.id);
    Ok(DeliveryRequest { attempt: 1, subject, ..request(NOTICE) })
}

/// The sample of a notice, with the id of the notice that there is.
pub(crate) async fn notice_event(surroundings: &Surroundings) -> Result<Value, Box<dyn Error>> {
    let DeliverySubject::Notice(sample) = request(NOTICE).subject else {
        return Err("the sample delivers no notice".into());
    };
    let id = notice(surroundings).await?.id;
    Ok(event(&NOTICE.replace(&sample.to_string(), &id.to_string())))
}

#[test]
fn sample_has_the_id_of_the_configurations_run() {
    let run = RunId::scheduled(configuration(), fire());
    assert_eq!(request(REPORT).subject, DeliverySubject::Run(run));
}

#[tokio::test]
async fn report_whose_message_is_repeated_is_delivered_once() -> Result<(), Box<dyn Error>> {
    let server = receiver(200, 200).await;
    let surroundings = run_once(&server, None, WebhookFormat::Auto).await?;

    for _ in 0..3 {
        assert_eq!(handled(&surroundings, event(REPORT), 30).await?, none());
    }

    let delivery = delivery_of_run(&surroundings).await?;
    assert_eq!((delivery.state(), delivery.attempts), (DeliveryState::Delivered, 1));
    let received = server.received_requests().await.ok_or("the server records")?;
    assert_eq!(received.len(), 1);
    let body = String::from_utf8(received[0].body.clone())?;
    assert!(body.contains("Deliver what was written"), "{body}");
    Ok(())
}

#[tokio::test]
async fn message_of_the_slow_lane_is_the_same_attempt() -> Result<(), Box<dyn Error>> {
    let server = receiver(200, 200).await;
    let surroundings = run_once(&server, None, WebhookFormat::Auto).await?;
    assert_eq!(request(SLOW_REPORT), request(REPORT).in_lane(Lane::Slow));
    assert_eq!(handled(&surroundings, event(SLOW_REPORT), 30).await?, none());
    assert_eq!(handled(&surroundings, event(REPORT), 30).await?, none());
    let delivery = delivery_of_run(&surroundings).await?;
    assert_eq!((delivery.state(), delivery.attempts), (DeliveryState::Delivered, 1));
    Ok(())
}

#[tokio::test]
async fn message_is_acknowledged_if_its_receiver_refuses() -> Result<(), Box<dyn Error>> {
    let server = receiver(503, 200).await;
    let surroundings = run_once(&server, None, WebhookFormat::Auto).await?;
    // The run's own request for a first attempt; the sample replaces it.
    surroundings.queue.drop_all();

    let logs = Logs::of(Level::INFO);
    assert_eq!(handled(&surroundings, event(REPORT), 30).await?, none());

    let delivery = delivery_of_run(&surroundings).await?;
    assert_eq!((delivery.state(), delivery.response_status), (DeliveryState::Pending, Some(503)));
    let lines = logs.lines("the attempt was made");
    let [line] = &lines[..] else { panic!("{}", logs.text()) };
    let logged = ["state", "status", "cause"].map(|field| line[field].clone());
    assert_eq!(logged, [json!("pending"), json!(503), json!("http_503")]);
    assert_eq!((&line["spans"][0]["name"], &line["spans"][0]["attempt"]), (&json!("delivery"), &json!(1)));
    let again = surroundings.queue.waiting();
    assert_eq!(again.len(), 1, "the next attempt is on its way: {again:?}");
    Ok(())
}

#[tokio::test]
async fn a_notices_second_attempt_follows_its_first() -> Result<(), Box<dyn Error>> {
    let server = receiver(500, 204).await;
    let surroundings = run_once(&server, Some(0), WebhookFormat::Auto).await?;
    assert_eq!(notice(&surroundings).await?.delivery.state(), DeliveryState::Pending);
    assert_eq!(handled(&surroundings, notice_event(&surroundings).await?, 30).await?, none());
    assert_eq!(notice(&surroundings).await?.delivery.attempts, 0, "the first attempt is not made yet");

    surroundings.deployment.deliver().attempt(&first_attempt(&surroundings).await?).await?;
    surroundings.clock.advance(Duration::hours(1));
    assert_eq!(handled(&surroundings, notice_event(&surroundings).await?, 30).await?, none());

    let delivery = notice(&surroundings).await?.delivery;
    assert_eq!((delivery.state(), delivery.attempts), (DeliveryState::Delivered, 2));
    Ok(())
}

#[tokio::test]
async fn attempt_without_enough_time_left_is_not_started_and_is_retried() -> Result<(), Box<dyn Error>> {
    let server = receiver(200, 200).await;
    let surroundings = run_once(&server, None, WebhookFormat::Auto).await?;
    assert_eq!(handled(&surroundings, event(REPORT), 15).await?, failed(REPORT));
    assert_eq!(delivery_of_run(&surroundings).await?.attempts, 0);
    Ok(())
}

#[tokio::test]
async fn invalid_messages_and_store_failures_are_returned_to_the_queue() -> Result<(), Box<dyn Error>> {
    let mut surroundings = Surroundings::at(fire()).await?;
    let mut bad = event(REPORT);
    bad["Records"][0]["body"] = json!("not JSON");
    assert_eq!(handled(&surroundings, bad, 30).await?, failed(REPORT));

    assert_eq!(handled(&surroundings, event(REPORT), 30).await?, none(), "there is nothing to deliver");
    let other = Surroundings::at(fire()).await?;
    surroundings.deployment.store = other.deployment.store.clone();
    drop(other);
    assert_eq!(handled(&surroundings, event(REPORT), 30).await?, failed(REPORT));
    Ok(())
}
