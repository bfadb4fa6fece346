//! A slow endpoint has a lane of its own, and an attempt that must wait is given back to the queue.

use app::ports::DeliveryRequest;
use domain::account::{EmailAddress, NotificationEmail};
use domain::configuration::Webhook;
use domain::delivery::{Answer, DeliveryState, Lane, NoAnswer, WebhookFormat};
use domain::event::DeliverySubject;
use domain::instant::{Duration, Instant};
use domain::run::Run;
use testkit::builders::{at, webhook};
use testkit::crash::Calls;
use testkit::queue::Queued;
use testkit::world::{Scene, Verbs, World};

/// An hourly report whose first fire is due.
async fn world(url: &str) -> (World, Scene) {
    let url = url.to_owned();
    let (world, scene) = World::with_scene(23, |scene| {
        scene.configuration.settings.webhook = Some(Webhook { format: WebhookFormat::Auto, ..webhook(&url) });
    })
    .await;
    world.clock.set(at("2026-01-01T01:00:10Z"));
    (world, scene)
}

const GENERIC: &str = "https://receiver.example.com/hook";
const SLACK: &str = "https://hooks.slack.com/services/T/B/x";

/// Writes the report of the fire that is due, and returns its run and its delivery's request.
async fn reported(world: &World, scene: &Scene) -> (Run, DeliveryRequest) {
    world.git.push(world.clock_at() - Duration::minutes(5), "feat: apples");
    world.tick().await;
    for request in world.queue.take_runs() {
        world.handle(Queued::Run(request)).await;
    }
    let run = world.runs(scene.user()).await.pop().expect("a run");
    let requests = world.queue.take_deliveries();
    let request = requests.iter().find(|request| request.subject == DeliverySubject::Run(run.id));
    (run, *request.expect("a request"))
}

async fn next_hour(world: &World, scene: &Scene) -> (Run, DeliveryRequest) {
    world.clock.advance(Duration::hours(1));
    reported(world, scene).await
}

async fn deliver(world: &World, request: DeliveryRequest) {
    world.handle(Queued::Delivery(request)).await;
}

fn waiting(world: &World) -> Vec<(i64, DeliveryRequest)> {
    let now = world.clock_at();
    let delivery = |(due, message): (Instant, Queued)| match message {
        Queued::Delivery(request) => Some(((due - now).num_seconds(), request)),
        Queued::Run(_) => None,
    };
    world.queue.waiting().into_iter().filter_map(delivery).collect()
}

#[tokio::test]
async fn endpoint_that_times_out_is_slow_until_it_answers_in_time() {
    let (world, scene) = world(GENERIC).await;
    world.receiver.answer(Answer::NoAnswer(NoAnswer::Timeout));
    let (_, first) = reported(&world, &scene).await;
    assert_eq!(first.lane, Lane::Standard);
    deliver(&world, first).await;
    assert_eq!(world.configuration(&scene).await.progress.slow_since, Some(world.clock_at()));
    let retry = waiting(&world).pop().expect("a second attempt").1;
    assert_eq!((retry.lane, retry.attempt), (Lane::Slow, 2));

    world.queue.drop_all();
    let (_, next) = next_hour(&world, &scene).await;
    assert_eq!((next.lane, next.attempt), (Lane::Slow, 1), "a first attempt takes no worker of the standard lane");
    deliver(&world, next).await;
    assert_eq!(world.configuration(&scene).await.progress.slow_since, None);
    let (_, next) = next_hour(&world, &scene).await;
    assert_eq!(next.lane, Lane::Standard);
}

#[tokio::test]
async fn request_of_the_standard_lane_moves_without_an_attempt() {
    let (world, scene) = world(GENERIC).await;
    let (run, request) = reported(&world, &scene).await;
    let configuration = world.configuration(&scene).await;
    world.deployment.store.mark_slow(&configuration, Some(world.clock_at())).await.unwrap();
    deliver(&world, request).await;
    assert_eq!(waiting(&world), [(0, request.in_lane(Lane::Slow))]);
    assert_eq!(world.run(scene.user(), run.id).await.delivery.attempts, 0);
    assert!(world.receiver.reports().is_empty());
    world.drain().await;
    assert_eq!(world.run(scene.user(), run.id).await.delivery.state(), DeliveryState::Delivered);
}

#[tokio::test]
async fn refusal_is_an_answer_in_time_and_a_secret_that_cannot_be_opened_is_none() {
    for (answer, slow_since) in [
        (Answer::Status { status: 500, retry_after: None }, None),
        (Answer::NoAnswer(NoAnswer::Connect), None),
        (Answer::NoAnswer(NoAnswer::SecretUnavailable), Some(at("2026-01-01T00:50:00Z"))),
    ] {
        let (world, scene) = world(GENERIC).await;
        let configuration = world.configuration(&scene).await;
        world.deployment.store.mark_slow(&configuration, Some(at("2026-01-01T00:50:00Z"))).await.unwrap();
        world.receiver.answer(answer.clone());
        let (_, request) = reported(&world, &scene).await;
        deliver(&world, request).await;
        assert_eq!(world.configuration(&scene).await.progress.slow_since, slow_since, "{answer:?}");
    }
}

#[tokio::test]
async fn only_a_change_of_the_state_is_written() {
    let (mut world, scene) = world(GENERIC).await;
    let calls = Calls::default();
    world.deployment = calls.around(&world.deployment);
    let marks = || calls.made().iter().filter(|call| call.name == "mark_slow").count();
    let reserved = || calls.made().iter().filter(|call| call.name == "reserve_place").count();
    let (_, request) = reported(&world, &scene).await;
    deliver(&world, request).await;
    assert_eq!((marks(), reserved()), (0, 0), "a healthy delivery writes nothing more");
    world.receiver.always(Some(Answer::NoAnswer(NoAnswer::Timeout)));
    for _ in 0..2 {
        let (_, request) = next_hour(&world, &scene).await;
        deliver(&world, request).await;
        world.queue.drop_all();
    }
    assert_eq!(marks(), 1, "the second time-out changes nothing");
}

#[tokio::test]
async fn nothing_is_known_of_another_webhook() {
    let (world, scene) = world(GENERIC).await;
    let configuration = world.configuration(&scene).await;
    world.deployment.store.mark_slow(&configuration, Some(world.clock_at())).await.unwrap();
    let slow = world.configuration(&scene).await;
    let mut settings = slow.settings.clone();
    settings.name = Some("another".to_owned());
    assert!(slow.edited(settings.clone(), world.clock_at()).progress.slow_since.is_some());
    settings.webhook = Some(webhook("https://other.example.com/hook"));
    let edited = slow.edited(settings, world.clock_at());
    assert_eq!(edited.progress.slow_since, None);
    // A late result of the old address does not mark the new one.
    world.deployment.store.replace_configuration(&slow, &edited).await.unwrap();
    let late = world.deployment.store.mark_slow(&slow, None).await;
    assert!(late.is_err() && world.configuration(&scene).await.progress.slow_since.is_none());
}

#[tokio::test]
async fn messages_to_a_chat_endpoint_keep_its_rate_and_waiting_is_no_attempt() {
    let (world, scene) = world(SLACK).await;
    let (first, one) = reported(&world, &scene).await;
    let (second, two) = next_hour(&world, &scene).await;
    let (third, three) = next_hour(&world, &scene).await;
    for request in [one, two, three] {
        deliver(&world, request).await;
    }
    let paced = |request: DeliveryRequest| DeliveryRequest { paced: true, ..request };
    assert_eq!(waiting(&world), [(1, paced(two)), (2, paced(three))]);
    let attempts = async |run: &Run| world.run(scene.user(), run.id).await.delivery.attempts;
    assert_eq!((attempts(&first).await, attempts(&second).await, attempts(&third).await), (1, 0, 0));
    for _ in 0..2 {
        world.clock.advance(Duration::seconds(1));
        world.drain().await;
    }
    assert_eq!(world.receiver.reports().len(), 3);
    assert_eq!((attempts(&first).await, attempts(&second).await, attempts(&third).await), (1, 1, 1));
}

#[tokio::test]
async fn sweep_requests_no_second_place_for_a_message_that_waits() {
    let (world, scene) = world(SLACK).await;
    let mut requests = Vec::new();
    for _ in 0..6 {
        requests.push(next_hour(&world, &scene).await.1);
    }
    for request in requests {
        deliver(&world, request).await;
    }
    assert_eq!(waiting(&world).len(), 5);
    let (_, sweep) = world.tick().await;
    assert_eq!(sweep.deliveries_requested, 0);
    world.clock.advance(Duration::seconds(5));
    world.drain().await;
    assert_eq!(world.receiver.reports().len(), 6, "each in its own place");
}

#[tokio::test]
async fn attempt_that_cannot_be_given_back_keeps_its_message() {
    let (world, scene) = world(GENERIC).await;
    let (run, request) = reported(&world, &scene).await;
    let configuration = world.configuration(&scene).await;
    world.deployment.store.mark_slow(&configuration, Some(world.clock_at())).await.unwrap();
    world.queue.refuse(true);
    assert!(world.deployment.deliver().attempt_in_turn(&request).await.is_err());
    assert_eq!(world.run(scene.user(), run.id).await.delivery.attempts, 0);
}

#[tokio::test]
async fn test_report_is_sent_at_once_whatever_the_rate() {
    let (world, scene) = world(SLACK).await;
    let (_, request) = reported(&world, &scene).await;
    deliver(&world, request).await;
    let (user, id) = (scene.user(), scene.configuration.id);
    let tested = world.deployment.test_report().run(user, id, true, world.soon(), None).await.unwrap();
    assert_eq!(tested.delivery.expect("a delivery").state(), DeliveryState::Delivered);
}

#[tokio::test]
async fn duplicate_of_a_message_that_waits_makes_no_second_attempt() {
    let (world, scene) = world(SLACK).await;
    let (run, request) = reported(&world, &scene).await;
    let subject = DeliverySubject::Run(run.id);
    let again = DeliveryRequest::of(scene.user(), subject, 1);
    world.deployment.delivery_queue.request_deliveries(&[again, request], 0).await.unwrap();
    world.drain().await;
    world.clock.advance(Duration::seconds(2));
    world.drain().await;
    assert_eq!(world.receiver.reports().len(), 1);
}

#[tokio::test]
async fn email_has_the_standard_lane_and_no_rate() {
    let (mut world, scene) = world(SLACK).await;
    let user = scene.user();
    let mut account = world.deployment.store.account(user).await.unwrap();
    let address = NotificationEmail::new(EmailAddress::parse("ann@example.com").unwrap());
    account.notification_email = Some(NotificationEmail { confirmed: true, ..address });
    world.deployment.store.put_account(&account).await.unwrap();
    let (_, request) = reported(&world, &scene).await;
    world.receiver.answer(Answer::Status { status: 410, retry_after: None });
    deliver(&world, request).await;
    world.queue.drop_all();
    let configuration = world.configuration(&scene).await;
    world.deployment.store.mark_slow(&configuration, Some(world.clock_at())).await.unwrap();
    let notice = world.deployment.store.notices_page(user, 1, None).await.unwrap().items.pop().expect("a notice");

    let calls = Calls::default();
    world.deployment = calls.around(&world.deployment);
    deliver(&world, DeliveryRequest::of(user, DeliverySubject::Notice(notice.id), 1)).await;
    assert_eq!(world.mailer.sent().len(), 1);
    assert!(waiting(&world).is_empty());
    let of_webhooks = |name: &str| ["mark_slow", "reserve_place"].contains(&name);
    assert!(!calls.made().iter().any(|call| of_webhooks(call.name)));
}
