//! A run begins.

use crate::world::{World, refused};
use app::ports::{Configurations, DueIndex, DueKind, DueRef, IdempotencyKey, IdempotencyRecords, Part, RunLedger};
use domain::id::shard;
use domain::instant::Duration;
use domain::run::Trigger;
use domain::usage::UsageCounter;

#[tokio::test]
async fn scheduled_run_changes_run_counter_and_configuration_together() {
    let world = World::new().await;
    let run = world.begin(world.scheduled(world.fire())).await;

    assert_eq!(world.stored(&run).await.as_ref(), Some(&run));
    let usage = world.usage().await;
    let expected = UsageCounter {
        slots_used: 1,
        total_runs: 1,
        uncounted_runs: 1,
        last_run_at: Some(run.started_at),
        revision: 1,
        ..UsageCounter::empty(run.user, run.id.month())
    };
    assert_eq!(usage, expected);
    let progress = world.current().await.progress;
    let next = Some(world.fire() + Duration::hours(1));
    assert_eq!(progress.active_run, Some(run.id));
    assert_eq!((progress.next_run_at, progress.due_at, progress.total_runs), (next, next, 1));

    let until = run.lease().expect("a lease").until;
    let due = world.store.due(DueKind::Lease, shard(run.id.uuid()), until, 10).await.expect("due");
    assert_eq!(due.iter().map(|due| (due.item, due.due_at)).collect::<Vec<_>>(), [(DueRef::Lease(run.id), until)]);
}

#[tokio::test]
async fn manual_run_does_not_change_the_schedule() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    assert_eq!(world.stored(&run).await, Some(run));
    let mut expected = world.configuration.clone();
    expected.progress.total_runs = 1;
    assert_eq!(world.current().await, expected);
}

#[tokio::test]
async fn same_run_begins_once() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    refused(world.store.reserve(&world.reservation(run)).await, &[Part::Run]);
    assert_eq!(world.usage().await.total_runs, 1);
}

#[tokio::test]
async fn run_at_the_limit_is_refused() {
    let world = World::new().await;
    let mut run = world.manual(1);
    run.receipt.limit = 1;
    world.begin(run.clone()).await;
    run.id = world.manual(2).id;
    refused(world.store.reserve(&world.reservation(run.clone())).await, &[Part::Counter]);
    assert_eq!(world.stored(&run).await, None);
    // A test holds no slot, and needs none.
    world.begin(world.test(3)).await;
    let usage = world.usage().await;
    assert_eq!((usage.slots_used, usage.total_runs, usage.test_runs), (1, 2, 1));
}

#[tokio::test]
async fn limit_of_zero_admits_no_run() {
    let world = World::new().await;
    let mut run = world.manual(1);
    run.receipt.limit = 0;
    refused(world.store.reserve(&world.reservation(run)).await, &[Part::Counter]);
    let mut reservation = world.reservation(world.test(2));
    reservation.uncounted_max = 0;
    refused(world.store.reserve(&reservation).await, &[Part::Counter]);
    assert_eq!(world.usage().await.revision, 0);
}

#[tokio::test]
async fn uncounted_runs_are_limited() {
    let world = World::new().await;
    world.begin(world.test(1)).await;
    let mut reservation = world.reservation(world.test(2));
    reservation.uncounted_max = 1;
    refused(world.store.reserve(&reservation).await, &[Part::Counter]);
    reservation.uncounted_max = 2;
    world.store.reserve(&reservation).await.expect("reserved");
}

#[tokio::test]
async fn only_the_due_fire_begins_and_only_one_run_at_a_time() {
    let world = World::new().await;
    let later = world.scheduled(world.fire() + Duration::hours(1));
    refused(world.store.reserve(&world.reservation(later.clone())).await, &[Part::Configuration]);
    world.begin(world.scheduled(world.fire())).await;
    // It is due now, but the first run is under way.
    assert_eq!(world.current().await.progress.next_run_at, Some(world.fire() + Duration::hours(1)));
    refused(world.store.reserve(&world.reservation(later)).await, &[Part::Configuration]);
}

#[tokio::test]
async fn run_of_a_deleted_or_unknown_configuration_is_refused() {
    let world = World::new().await;
    let mut deleted = world.configuration.clone();
    deleted.deleted_at = Some(world.fire());
    world.store.put_configuration(&deleted).await.expect("put");
    refused(world.store.reserve(&world.reservation(world.manual(1))).await, &[Part::Configuration]);
    refused(world.store.reserve(&world.reservation(world.scheduled(world.fire()))).await, &[Part::Configuration]);
    let mut stray = world.manual(2);
    stray.configuration = testkit::builders::configuration(&world.repository, 2).id;
    refused(world.store.reserve(&world.reservation(stray.clone())).await, &[Part::Configuration]);
    assert_eq!(world.store.configuration(stray.user, stray.configuration).await, Ok(None));
}

#[tokio::test]
async fn every_refusing_part_is_named() {
    let world = World::new().await;
    let mut run = world.begin(world.scheduled(world.fire())).await;
    run.receipt.limit = 1;
    refused(world.store.reserve(&world.reservation(run)).await, &[Part::Run, Part::Counter, Part::Configuration]);
}

#[tokio::test]
async fn schedule_without_a_next_fire_leaves_the_index() {
    let world = World::new().await;
    let mut reservation = world.reservation(world.scheduled(world.fire()));
    reservation.next_fire = None;
    world.store.reserve(&reservation).await.expect("reserved");
    let progress = world.current().await.progress;
    assert_eq!((progress.next_run_at, progress.due_at), (None, None));
}

#[tokio::test]
async fn idempotency_key_begins_one_run_a_day() {
    let world = World::new().await;
    let key = IdempotencyKey { key_hash: [7; 32], request_hash: [9; 32] };
    let with_key = |run| {
        let mut reservation = world.reservation(run);
        reservation.idempotency = Some(key.clone());
        reservation
    };
    let first = world.manual(1);
    world.store.reserve(&with_key(first.clone())).await.expect("reserved");
    let read = |now| world.store.idempotency_record(first.user, &key, now);
    let record = read(first.started_at).await.expect("read").expect("a record");
    assert_eq!((record.request_hash, record.made, record.created_at), ([9; 32], first.id.uuid(), first.started_at));

    let mut second = world.manual(2);
    second.started_at = first.started_at + Duration::hours(24) - Duration::milliseconds(1);
    refused(world.store.reserve(&with_key(second.clone())).await, &[Part::Idempotency]);
    assert!(read(second.started_at).await.expect("read").is_some());

    // A day later the record counts as absent, though it still exists.
    second.started_at += Duration::milliseconds(1);
    assert_eq!(read(second.started_at).await, Ok(None));
    world.store.reserve(&with_key(second.clone())).await.expect("reserved");
    assert_eq!(read(second.started_at).await.expect("read").expect("a record").made, second.id.uuid());
}

#[tokio::test]
async fn users_are_separate() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    assert!(matches!(run.trigger, Trigger::Manual(_)));
    let other = testkit::builders::user(2);
    assert_eq!(app::ports::Runs::run(&world.store, other, run.id).await, Ok(None));
    let usage = app::ports::UsageCounters::usage(&world.store, other, run.id.month()).await;
    assert_eq!(usage, Ok(UsageCounter::empty(other, run.id.month())));
}
