//! A report arrives, or is known not to have arrived; no attempt is made twice.

use crate::vault::FailingVault;
use app::deliveries::{DeliverOutcome, RedeliverError};
use app::ports::{Attempt, DeliveryMove, DeliveryRequest, VaultError};
use domain::delivery::{AgainError, Answer, AttemptResult, DeliveryState, Forbidden, Health, NoAnswer};
use domain::event::{DeliverySubject, Fact};
use domain::instant::Duration;
use domain::run::Run;
use std::sync::Arc;
use testkit::builders::at;
use testkit::world::{Scene, Verbs, World};

async fn world() -> (World, Scene) {
    let (world, scene) = World::with_scene(17, |scene| {
        scene.configuration.settings.schedule = domain::schedule::Schedule::parse("0 1 1 * *", "UTC").unwrap();
    })
    .await;
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.clock.set(at("2026-01-01T01:00:10Z"));
    (world, scene)
}

async fn run(world: &World, scene: &Scene) -> Run {
    world.runs(scene.user()).await.pop().expect("a run")
}

#[tokio::test]
async fn recovered_receiver_gets_the_report_once() {
    let (world, scene) = world().await;
    world.receiver.answer_status(500);
    world.receiver.answer(Answer::NoAnswer(NoAnswer::Timeout));
    world.tick().await;
    world.drain().await;
    assert_eq!(run(&world, &scene).await.delivery.state(), DeliveryState::Pending);
    world.pass(Duration::minutes(3)).await;
    let run = run(&world, &scene).await;
    assert_eq!((run.delivery.state(), run.delivery.attempts), (DeliveryState::Delivered, 3));
    let subject = DeliverySubject::Run(run.id);
    let attempts = world.deployment.store.attempts(scene.user(), subject).await.unwrap();
    let classes: Vec<_> = attempts
        .iter()
        .map(|attempt| (attempt.number, attempt.result.status(), attempt.result.error_class()))
        .collect();
    assert_eq!(
        classes,
        [(1, Some(500), Some("http_500".to_owned())), (2, None, Some("timeout".to_owned())), (3, Some(200), None)]
    );
    let ids: Vec<String> = world.receiver.reports().into_iter().map(|(id, _)| id).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "the same webhook-id for all attempts");
    assert_eq!(world.counter(scene.user()).await.counted_runs, 1);
}

#[tokio::test]
async fn failing_receiver_exhausts_the_attempts_and_an_event_reports_it() {
    let (world, scene) = world().await;
    world.receiver.always(Some(Answer::Status { status: 503, retry_after: None }));
    world.tick().await;
    world.drain().await;
    world.pass(Duration::hours(60)).await;
    let run = run(&world, &scene).await;
    assert_eq!((run.delivery.state(), run.delivery.attempts), (DeliveryState::Exhausted, 11));
    assert_eq!(world.receiver.reports().len(), 11);
    let failed = world
        .bus
        .published()
        .into_iter()
        .filter(|event| matches!(event.fact, Fact::DeliveryFailed { attempts: 11, .. }));
    assert_eq!(failed.count(), 1);
    assert!(run.end().unwrap().counted, "an undelivered report still counts: it was made and can be read");
}

#[tokio::test]
async fn permanent_refusal_ends_the_delivery() {
    let (world, scene) = world().await;
    world.receiver.answer_status(410);
    world.tick().await;
    world.drain().await;
    world.pass(Duration::hours(1)).await;
    assert_eq!(run(&world, &scene).await.delivery.state(), DeliveryState::Refused);
    assert_eq!(world.receiver.reports().len(), 1);
}

#[tokio::test]
async fn duplicate_delivery_messages_are_one_request() {
    let (world, scene) = world().await;
    world.tick().await;
    for request in world.queue.take_runs() {
        world.handle(testkit::queue::Queued::Run(request)).await;
    }
    let request = world.queue.take_deliveries()[0];
    let verb = world.deployment.deliver();
    let outcomes = futures::future::join_all((0..16).map(|_| verb.attempt(&request))).await;
    let made = outcomes.iter().filter(|outcome| matches!(outcome, Ok(DeliverOutcome::Attempted(_)))).count();
    assert_eq!((made, world.receiver.reports().len()), (1, 1), "{outcomes:?}");
    assert_eq!(run(&world, &scene).await.delivery.state(), DeliveryState::Delivered);
}

#[tokio::test]
async fn lost_message_is_found_by_the_sweep() {
    let (world, scene) = world().await;
    world.tick().await;
    for request in world.queue.take_runs() {
        world.handle(testkit::queue::Queued::Run(request)).await;
    }
    assert_eq!(world.queue.drop_all(), 1);
    world.pass(Duration::minutes(1)).await;
    assert_eq!(run(&world, &scene).await.delivery.state(), DeliveryState::Delivered);
}

#[tokio::test]
async fn claim_without_result_is_recorded_as_unknown_and_the_next_attempt_follows() {
    let (world, scene) = world().await;
    world.tick().await;
    for request in world.queue.take_runs() {
        world.handle(testkit::queue::Queued::Run(request)).await;
    }
    let request: DeliveryRequest = world.queue.take_deliveries()[0];
    let verb = world.deployment.deliver();
    let mut attempt = Box::pin(verb.attempt(&request));
    // The worker dies once its attempt is claimed.
    while run(&world, &scene).await.delivery.attempts == 0 {
        let _ = futures::poll!(&mut attempt);
    }
    drop(attempt);
    world.pass(Duration::minutes(3)).await;
    let run = run(&world, &scene).await;
    assert_eq!((run.delivery.state(), run.delivery.attempts), (DeliveryState::Delivered, 2));
    let subject = DeliverySubject::Run(run.id);
    let first = world.deployment.store.attempt(scene.user(), subject, 1).await.unwrap().unwrap();
    assert_eq!(first.result, AttemptResult::Unknown);
}

#[tokio::test]
async fn run_without_webhook_has_no_delivery() {
    let (world, mut scene) = world().await;
    scene.configuration.settings.webhook = None;
    world.store(&scene).await;
    world.tick().await;
    world.drain().await;
    let run = run(&world, &scene).await;
    assert_eq!(run.delivery.state(), DeliveryState::None);
    assert!(run.end().unwrap().counted);
}

/// The due report, whose worker died after its first attempt was recorded with this result and the instant of the next
/// attempt, and before the delivery was settled. Returns the delivery after the next message.
async fn recorded_and_died(
    policy: domain::delivery::RetryPolicy,
    result: AttemptResult,
    next_attempt_at: Option<domain::instant::Instant>,
) -> (World, Scene, domain::delivery::Delivery) {
    let (world, scene) = world().await;
    world.tick().await;
    for request in world.queue.take_runs() {
        world.handle(testkit::queue::Queued::Run(request)).await;
    }
    let run = run(&world, &scene).await;
    let (user, subject, now) = (run.user, DeliverySubject::Run(run.id), world.clock_at());
    let after = run.delivery.claim(1, now, app::limits::delivery_claim()).unwrap().after;
    let claim = DeliveryMove {
        user,
        subject,
        before: run.delivery.clone(),
        after,
        now,
        event: None,
        notice: None,
        sent_to: None,
        idempotency: None,
    };
    let store = &world.deployment.store;
    store.move_delivery(&claim).await.unwrap();
    let attempt = Attempt {
        user,
        subject,
        number: 1,
        at: now,
        duration_ms: Some(1),
        result,
        response_excerpt: None,
        next_attempt_at,
    };
    store.put_attempt(&attempt).await.unwrap();
    world.clock.advance(Duration::minutes(2));
    let verb = app::deliveries::Deliver { policy, ..world.deployment.deliver() };
    verb.attempt(&DeliveryRequest::of(user, subject, 2)).await.unwrap();
    let delivery = self::run(&world, &scene).await.delivery;
    (world, scene, delivery)
}

#[tokio::test]
async fn last_attempt_without_answer_is_exhausted_even_if_its_worker_died() {
    let once = domain::delivery::RetryPolicy::once();
    let (_, _, delivery) = recorded_and_died(once, AttemptResult::NoAnswer(NoAnswer::Timeout), None).await;
    assert_eq!(delivery.state(), DeliveryState::Exhausted, "not known to be refused");
}

#[tokio::test]
async fn failure_of_a_worker_that_died_disables_no_webhook() {
    let policy = domain::delivery::RetryPolicy::default();
    let (world, scene, delivery) = recorded_and_died(policy, AttemptResult::Status(410), None).await;
    assert_eq!(delivery.state(), DeliveryState::Refused);
    let health = world.configuration(&scene).await.delivery_health;
    assert_eq!(health, Health::Healthy, "its address may have been changed since");
}

#[tokio::test]
async fn requested_wait_of_a_receiver_holds_even_if_the_worker_died() {
    let hour = at("2026-01-01T02:00:00Z");
    let policy = domain::delivery::RetryPolicy::default();
    let (world, _, delivery) = recorded_and_died(policy, AttemptResult::Status(429), Some(hour)).await;
    assert_eq!((delivery.state(), delivery.due_at()), (DeliveryState::Pending, Some(hour)));
    assert!(world.receiver.reports().is_empty());
}

#[tokio::test]
async fn rejected_200_stays_rejected_even_if_the_worker_died() {
    let hour = at("2026-01-01T02:00:00Z");
    let policy = domain::delivery::RetryPolicy::default();
    let (_, _, delivery) = recorded_and_died(policy, AttemptResult::NotTaken(200), Some(hour)).await;
    assert_eq!((delivery.state(), delivery.due_at()), (DeliveryState::Pending, Some(hour)));
    assert_eq!(delivery.response_status, Some(200));
}

#[tokio::test]
async fn exhausted_report_is_redelivered_under_its_id() {
    let (world, scene) = world().await;
    world.receiver.always(Some(Answer::Status { status: 503, retry_after: None }));
    world.tick().await;
    world.drain().await;
    world.pass(Duration::hours(60)).await;
    let exhausted = run(&world, &scene).await;
    assert_eq!((exhausted.delivery.state(), exhausted.delivery.attempts), (DeliveryState::Exhausted, 11));
    world.receiver.always(None);
    world.receiver.answer_status(500);
    let redeliver = world.deployment.redeliver();
    redeliver.send(scene.user(), exhausted.id, None).await.unwrap();
    let refused = redeliver.send(scene.user(), exhausted.id, None).await;
    assert_eq!(refused, Err(RedeliverError::NotNow(AgainError::Pending)));
    world.drain().await;
    world.pass(Duration::minutes(2)).await;
    let delivered = run(&world, &scene).await;
    assert_eq!((delivered.delivery.state(), delivered.delivery.attempts), (DeliveryState::Delivered, 13));
    let attempts = world.deployment.store.attempts(scene.user(), DeliverySubject::Run(delivered.id)).await.unwrap();
    assert_eq!(attempts.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), (1..=13).collect::<Vec<u32>>());
    let ids: Vec<String> = world.receiver.reports().into_iter().map(|(id, _)| id).collect();
    assert!(ids.len() == 13 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[tokio::test]
async fn refusal_of_a_redelivery_stays_even_if_the_worker_died() {
    let (world, scene) = world().await;
    world.tick().await;
    world.drain().await;
    let id = run(&world, &scene).await.id;
    let again = world.deployment.redeliver().send(scene.user(), id, None).await.unwrap();
    let (user, subject, now) = (scene.user(), DeliverySubject::Run(id), world.clock_at());
    let after = again.delivery.claim(2, now, app::limits::delivery_claim()).unwrap().after;
    let claim = DeliveryMove {
        user,
        subject,
        before: again.delivery,
        after,
        now,
        event: None,
        notice: None,
        sent_to: None,
        idempotency: None,
    };
    world.deployment.store.move_delivery(&claim).await.unwrap();
    let result = AttemptResult::Forbidden(Forbidden::Address);
    let (duration_ms, next_attempt_at) = (Some(1), None);
    let attempt =
        Attempt { user, subject, number: 2, at: now, duration_ms, result, response_excerpt: None, next_attempt_at };
    world.deployment.store.put_attempt(&attempt).await.unwrap();
    world.clock.advance(Duration::minutes(2));
    let policy = domain::delivery::RetryPolicy::new(vec![std::time::Duration::from_secs(1)]).unwrap();
    let verb = app::deliveries::Deliver { policy, ..world.deployment.deliver() };
    verb.attempt(&DeliveryRequest::of(user, subject, 3)).await.unwrap();
    assert_eq!(
        run(&world, &scene).await.delivery.state(),
        DeliveryState::Refused,
        "the first of its cycle's two attempts"
    );
}

#[tokio::test]
async fn unavailable_key_service_delays_a_delivery() {
    let (mut world, scene) = world().await;
    let vault = world.deployment.vault.clone();
    world.deployment.vault = Arc::new(FailingVault(VaultError::Unavailable("ThrottlingException".to_owned())));
    world.tick().await;
    world.drain().await;
    let delivery = run(&world, &scene).await.delivery;
    assert_eq!((delivery.state(), delivery.attempts), (DeliveryState::Pending, 1));
    world.deployment.vault = vault;
    world.pass(Duration::minutes(3)).await;
    assert_eq!(run(&world, &scene).await.delivery.state(), DeliveryState::Delivered);
    assert_eq!(world.receiver.reports().len(), 1, "nothing was sent without a signature");
}

#[tokio::test]
async fn undecryptable_secret_ends_the_delivery_and_an_event_reports_it() {
    for error in [VaultError::DoesNotOpen, VaultError::Refused("AccessDeniedException".to_owned())] {
        let (mut world, scene) = world().await;
        world.deployment.vault = Arc::new(FailingVault(error));
        world.tick().await;
        world.drain().await;
        let run = run(&world, &scene).await;
        assert_eq!((run.delivery.state(), run.delivery.attempts), (DeliveryState::Refused, 1));
        let attempts = world.deployment.store.attempts(scene.user(), DeliverySubject::Run(run.id)).await.unwrap();
        assert_eq!(attempts[0].result, AttemptResult::Forbidden(Forbidden::SecretUnreadable));
        assert!(world.receiver.reports().is_empty());
        world.pass(Duration::minutes(2)).await;
        let is_failure = |fact: &Fact| matches!(fact, Fact::DeliveryFailed { .. });
        assert_eq!(world.bus.published().iter().filter(|event| is_failure(&event.fact)).count(), 1);
    }
}
