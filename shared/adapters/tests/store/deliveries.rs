//! Changes of a delivery's state, and the records of its attempts.

use crate::world::World;
use app::ports::{
    Accounts, Attempt, Deliveries, DeliveryMove, DueIndex, DueKind, DueRef, EndpointMove, HealthMove, IdempotencyKey,
    IdempotencyRecords, Notices, Outbox, Refusal, RunLedger,
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::account::Account;
use domain::delivery::{Answer, AttemptResult, Delivery, DisabledReason, Health, Jitter, Pending, RetryPolicy, Stage};
use domain::event::{DeliverySubject, Event, Fact};
use domain::id::{EventId, NoticeId, shard};
use domain::instant::Duration;
use domain::month::Month;
use domain::notice::Notice;
use domain::run::Run;
use testkit::builders::{self, delivery_move};

/// A run whose report is to be delivered.
async fn pending(world: &World) -> Run {
    let run = world.begin(world.manual(1)).await;
    let finish = world.success(run, Vec::new());
    world.store.finish(&finish).await.expect("finished");
    finish.run
}

fn step(run: &Run, after: Delivery) -> DeliveryMove {
    DeliveryMove { now: run.updated_at + Duration::seconds(1), ..delivery_move(run, after) }
}

#[tokio::test]
async fn attempt_is_claimed_once_and_moves_in_the_index() {
    let world = World::new().await;
    let run = pending(&world).await;
    let due = run.delivery.due_at().expect("due");
    let claimed = run.delivery.claim(1, due, Duration::seconds(60)).expect("claimed").after;
    world.store.move_delivery(&step(&run, claimed.clone())).await.expect("moved");
    assert_eq!(world.store.move_delivery(&step(&run, claimed.clone())).await, Err(Refusal::MovedOn));

    let stored = world.stored(&run).await.expect("a run");
    assert_eq!(stored.delivery, claimed);
    assert_eq!(stored.updated_at, run.updated_at + Duration::seconds(1));
    let index = world.store.due(DueKind::Delivery, shard(run.id.uuid()), due + Duration::hours(1), 10).await;
    let entry = index.expect("due")[0];
    assert_eq!(entry.item, DueRef::RunDelivery { run: run.id, attempts: 1 });
    assert_eq!(Some(entry.due_at), claimed.due_at());
}

#[tokio::test]
async fn each_condition_of_a_move_refuses() {
    let world = World::new().await;
    let run = pending(&world).await;
    let after = Delivery { stage: Stage::Delivered, ..run.delivery.clone() };
    let mut others = vec![run.delivery.clone(); 4];
    let due = run.delivery.due_at().expect("due");
    others[0].stage = Stage::Exhausted;
    others[1].attempts = 1;
    others[2].stage = Stage::Pending(Pending::InFlight(due));
    others[3].stage = Stage::Pending(Pending::Due(due + Duration::seconds(1)));
    for before in others {
        let step = DeliveryMove { before, ..step(&run, after.clone()) };
        assert_eq!(world.store.move_delivery(&step).await, Err(Refusal::MovedOn), "{step:?}");
    }
    world.store.move_delivery(&step(&run, after)).await.expect("moved");
}

#[tokio::test]
async fn postponed_delivery_is_claimed_by_its_own_due_instant() {
    let world = World::new().await;
    let run = pending(&world).await;
    let due = run.delivery.due_at().expect("due");
    let shard = shard(run.id.uuid());
    let entry = world.store.due(DueKind::Delivery, shard, due, 10).await.expect("due")[0];
    world.store.postpone(&entry, due + Duration::minutes(10)).await.expect("postponed");
    assert_eq!(world.stored(&run).await.expect("a run").delivery, run.delivery);
    let claimed = run.delivery.claim(1, due, Duration::seconds(60)).expect("claimed").after;
    world.store.move_delivery(&step(&run, claimed)).await.expect("moved");
}

#[tokio::test]
async fn failed_delivery_leaves_the_index_with_its_event() {
    let world = World::new().await;
    let run = pending(&world).await;
    let due = run.delivery.due_at().expect("due");
    let claimed = run.delivery.claim(1, due, Duration::seconds(60)).expect("claimed").after;
    world.store.move_delivery(&step(&run, claimed.clone())).await.expect("moved");
    let answer = Answer::Status { status: 410, retry_after: None };
    let settled = claimed.settle(1, &answer, &RetryPolicy::default(), due, Jitter::new(u8::MIN)).expect("settled");
    let event = Event {
        id: EventId::at(due, builders::randomness(1)),
        user: run.user,
        at: due,
        fact: Fact::DeliveryFailed { subject: DeliverySubject::Run(run.id), attempts: 1, status: Some(410) },
    };
    let mut refusal = step(&run, settled.after.clone());
    refusal.before = claimed;
    refusal.event = Some(event.clone());
    world.store.move_delivery(&refusal).await.expect("moved");
    assert_eq!(world.store.move_delivery(&refusal).await, Err(Refusal::MovedOn));
    assert_eq!(world.stored(&run).await.expect("a run").delivery, settled.after);
    assert_eq!(world.store.event(run.user, event.id).await, Ok(Some(event.clone())));
    let far = due + Duration::days(1);
    assert_eq!(world.store.due(DueKind::Delivery, shard(run.id.uuid()), far, 10).await, Ok(vec![]));

    world.store.remove_event(run.user, event.id).await.expect("removed");
    world.store.remove_event(run.user, event.id).await.expect("removed twice");
    assert_eq!(world.store.event(run.user, event.id).await, Ok(None));
}

#[tokio::test]
async fn notice_is_delivered_like_a_run() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let mut finish = world.success(run, Vec::new());
    let now = finish.run.updated_at;
    let notice = Notice {
        id: NoticeId::at(now, builders::randomness(3)),
        user: world.user(),
        configuration: builders::named(world.configuration.id),
        matter: builders::paused(now),
        month: finish.run.id.month(),
        created_at: now,
        delivery: Delivery::pending(now),
        sent_to: None,
    };
    finish.notices = vec![notice.clone()];
    world.store.finish(&finish).await.expect("finished");
    let due = world.store.due(DueKind::Delivery, shard(notice.id.uuid()), now, 10).await.expect("due");
    assert!(due.iter().any(|due| due.item == DueRef::NoticeDelivery { notice: notice.id, attempts: 0 }));
    let after = Delivery { stage: Stage::Delivered, ..notice.delivery.clone() };
    let step = DeliveryMove {
        user: notice.user,
        subject: DeliverySubject::Notice(notice.id),
        before: notice.delivery.clone(),
        after: after.clone(),
        now,
        event: None,
        notice: None,
        sent_to: None,
        idempotency: None,
    };
    world.store.move_delivery(&step).await.expect("moved");
    assert_eq!(world.store.notice(notice.user, notice.id).await.expect("read").expect("a notice").delivery, after);
}

#[tokio::test]
async fn delivery_of_an_unknown_run_is_not_moved() {
    let world = World::new().await;
    let mut run = world.manual(1);
    run.delivery = Delivery::none();
    assert_eq!(world.store.move_delivery(&step(&run, Delivery::none())).await, Err(Refusal::MovedOn));
    assert_eq!(world.stored(&run).await, None);
}

#[tokio::test]
async fn attempts_are_ordered_and_keep_their_first_version() {
    let world = World::new().await;
    let run = world.manual(1);
    let subject = DeliverySubject::Run(run.id);
    let attempt = |number| Attempt {
        user: run.user,
        subject,
        number,
        at: run.started_at + Duration::minutes(number.into()),
        duration_ms: Some(120),
        result: AttemptResult::Status(503),
        response_excerpt: None,
        next_attempt_at: Some(run.started_at + Duration::hours(1)),
    };
    for number in [11, 2, 1] {
        world.store.put_attempt(&attempt(number)).await.expect("put");
    }
    let unknown = Attempt {
        duration_ms: None,
        result: AttemptResult::Unknown,
        response_excerpt: None,
        next_attempt_at: None,
        ..attempt(2)
    };
    world.store.put_attempt(&unknown).await.expect("put");
    assert_eq!(world.store.attempts(run.user, subject).await, Ok(vec![attempt(1), attempt(2), attempt(11)]));
    assert_eq!(world.store.attempt(run.user, subject, 2).await, Ok(Some(attempt(2))));
    assert_eq!(world.store.attempt(run.user, subject, 3).await, Ok(None));
    world.store.put_attempt(&Attempt { number: 4, ..unknown.clone() }).await.expect("put");
    let read = world.store.attempt(run.user, subject, 4).await;
    assert_eq!(read, Ok(Some(Attempt { number: 4, ..unknown })));

    let raw = world.raw(&format!("ATTEMPT#{}#001", run.id)).await.expect("an item");
    let expires = (attempt(1).at + Duration::days(90)).timestamp().to_string();
    assert_eq!(raw.get("expires_at"), Some(&AttributeValue::N(expires)));
}

#[tokio::test]
async fn redelivery_is_indexed_and_remembered_by_its_key() {
    let world = World::new().await;
    let run = pending(&world).await;
    let due = run.delivery.due_at().expect("due");
    let delivered = Delivery { stage: Stage::Delivered, attempts: 2, ..run.delivery.clone() };
    world.store.move_delivery(&step(&run, delivered.clone())).await.expect("moved");
    let after = delivered.again(due + Duration::days(1)).expect("again");
    let key = IdempotencyKey { key_hash: [1; 32], request_hash: [2; 32] };
    let again = DeliveryMove { before: delivered, idempotency: Some(key.clone()), ..step(&run, after.clone()) };
    world.store.move_delivery(&again).await.expect("moved");
    assert_eq!(world.stored(&run).await.expect("a run").delivery, after);
    let entries =
        world.store.due(DueKind::Delivery, shard(run.id.uuid()), due + Duration::days(1), 10).await.expect("due");
    assert_eq!(entries[0].item, DueRef::RunDelivery { run: run.id, attempts: 2 });
    let record = world.store.idempotency_record(run.user, &key, again.now).await.expect("read").expect("a record");
    assert_eq!((record.made, record.request_hash), (run.id.uuid(), [2; 32]));

    // The delivery ends again; its key is still taken, so another redelivery with it is refused.
    let ended = Delivery { stage: Stage::Refused, attempts: 3, ..after.clone() };
    let end = DeliveryMove { before: after, ..step(&run, ended.clone()) };
    world.store.move_delivery(&end).await.expect("moved");
    let third =
        DeliveryMove { before: ended.clone(), idempotency: Some(key), ..step(&run, ended.again(due).expect("again")) };
    assert_eq!(world.store.move_delivery(&third).await, Err(Refusal::MovedOn));
    assert_eq!(world.stored(&run).await.expect("a run").delivery, ended);
}

#[tokio::test]
async fn health_of_a_webhook_is_stored_with_its_schedule_and_notice() {
    let world = World::new().await;
    let before = world.current().await;
    let now = world.fire();
    let states = [
        Health::Failing { since: now, reported: false },
        Health::Failing { since: now, reported: true },
        Health::Disabled { since: now, reason: DisabledReason::NoSuccess, status: None },
        Health::Disabled { since: now, reason: DisabledReason::Gone, status: Some(410) },
        Health::Healthy,
    ];
    let mut current = before.clone();
    for (number, health) in (1..).zip(states) {
        let after = current.with_delivery_health(health, now);
        let endpoint =
            EndpointMove::Configuration { before: Box::new(current.clone()), after: Box::new(after.clone()) };
        let notice = Notice {
            id: NoticeId::at(now, builders::randomness(number)),
            user: world.user(),
            configuration: builders::named(before.id),
            matter: builders::paused(now),
            month: Month::of(now),
            created_at: now,
            delivery: Delivery::none(),
            sent_to: None,
        };
        let step = HealthMove { endpoint, notice: Some(notice.clone()), event: None };
        world.store.move_health(&step).await.expect("moved");
        current = world.current().await;
        assert_eq!(current, after, "{health:?}");
        assert_eq!(world.store.notice(notice.user, notice.id).await, Ok(Some(notice)));
    }
    let stale = EndpointMove::Configuration {
        before: Box::new(before.with_delivery_health(Health::Failing { since: now, reported: false }, now)),
        after: Box::new(before.clone()),
    };
    let step = HealthMove { endpoint: stale, notice: None, event: None };
    assert_eq!(world.store.move_health(&step).await, Err(Refusal::MovedOn));
    assert_eq!(world.store.notices_page(world.user(), 2, None).await.expect("a page").items.len(), 2);
}

#[tokio::test]
async fn health_of_the_webhook_for_notices_is_stored_for_its_address() {
    let world = World::new().await;
    let webhook = Some("https://example.com/notices".parse().expect("an address"));
    let before = Account { notification_webhook: webhook, ..world.account.clone() };
    world.store.put_account(&before).await.expect("put");
    let disabled = Health::Disabled { since: world.fire(), reason: DisabledReason::Gone, status: Some(410) };
    let step = |before: &Account, after| HealthMove {
        endpoint: EndpointMove::Account { before: Box::new(before.clone()), after },
        notice: None,
        event: None,
    };
    world.store.move_health(&step(&before, disabled)).await.expect("moved");
    let found = world.store.account(world.user()).await.expect("the account");
    assert_eq!(found, Account { notification_health: disabled, ..before.clone() });
    assert_eq!(world.store.move_health(&step(&before, Health::Healthy)).await, Err(Refusal::MovedOn));
    let other = Account { notification_webhook: None, ..found };
    assert_eq!(world.store.move_health(&step(&other, Health::Healthy)).await, Err(Refusal::MovedOn));
}
