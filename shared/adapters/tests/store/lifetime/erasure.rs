//! The erasure of an account's records, its conditions, and writes that come after it.

use crate::world::{World, refused};
use app::ports::{
    AccountChanges, Accounts, Attempt, Contents, Deliveries, DeliveryMove, DueIndex, DueKind, DueRef, Erasable,
    Erasure, Leaving, Part, Refusal, RunLedger, UsageCounters,
};
use domain::account::{Closure, Standing};
use domain::delivery::AttemptResult;
use domain::event::DeliverySubject;
use domain::id::{EventId, shard};
use domain::instant::{Duration, Instant};
use domain::run::{Outcome, Run};
use testkit::builders::randomness;
use testkit::partition::partition;

fn leaving(run: &Run, attempts: u32, marked: bool) -> Leaving {
    Leaving { subject: DeliverySubject::Run(run.id), attempts, marked }
}

fn closure(world: &World, at: Instant) -> Closure {
    Closure { id: EventId::at(at, randomness(5)), user: world.user(), by: world.user(), at }
}

async fn keys(world: &World, prefix: &str) -> Vec<String> {
    let records = partition(&world.engine, world.user()).await;
    records.into_keys().filter(|key| key.starts_with(prefix)).collect()
}

#[tokio::test]
async fn run_is_erased_only_after_its_end_and_delivery() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let (user, now) = (world.user(), run.started_at);
    let erase = || async { world.store.erase_subjects(user, &[leaving(&run, 0, false)], now).await.expect("answered") };
    assert_eq!(erase().await, 0, "it is running");
    let finish = world.success(run.clone(), Vec::new());
    world.store.finish(&finish).await.expect("finished");
    assert_eq!(erase().await, 0, "its delivery is pending");
    let (before, after) = (finish.run.delivery.clone(), finish.run.delivery.dropped());
    let subject = DeliverySubject::Run(run.id);
    let step =
        DeliveryMove { user, subject, before, after, now, event: None, notice: None, sent_to: None, idempotency: None };
    world.store.move_delivery(&step).await.expect("dropped");
    assert_eq!(erase().await, 1);
    assert_eq!(world.stored(&run).await, None);
    assert_eq!(erase().await, 1, "an erased run counts as erased");
    let again = world.success(run.clone(), Vec::new());
    refused(world.store.finish(&again).await, &[Part::Run]);
}

#[tokio::test]
async fn markers_block_late_texts_and_attempts_until_they_are_erased() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let (user, now) = (world.user(), run.started_at);
    let end = world.end(run.clone(), Outcome::Cancelled, Vec::new(), domain::delivery::Delivery::none());
    world.store.finish(&end).await.expect("finished");
    assert!(!world.store.has_markers(user).await.expect("answered"));
    assert_eq!(world.store.erase_subjects(user, &[leaving(&run, 2, true)], now).await.expect("erased"), 1);
    let attempt = |number| Attempt {
        user,
        subject: DeliverySubject::Run(run.id),
        number,
        at: now,
        duration_ms: None,
        result: AttemptResult::Status(200),
        response_excerpt: None,
        next_attempt_at: None,
    };
    let content = super::retention::content(&world);
    assert_eq!(world.store.put_content(&content).await.expect("the write is ignored"), content);
    for number in [1, 2] {
        world.store.put_attempt(&attempt(number)).await.expect("the write is ignored");
    }
    assert_eq!(world.store.content(user, run.id).await.expect("read"), None);
    assert_eq!(world.store.attempts(user, attempt(1).subject).await.expect("read"), []);
    assert_eq!(world.store.attempt(user, attempt(1).subject, 1).await.expect("read"), None);
    // An attempt that was never claimed has no marker; it is an ordinary record.
    world.store.put_attempt(&attempt(3)).await.expect("put");
    assert_eq!(world.store.erase(user, Erasable::Texts, 10).await.expect("erased"), 0);
    assert_eq!(world.store.erase(user, Erasable::Attempts, 10).await.expect("erased"), 1);
    assert_eq!((keys(&world, "CONTENT#").await.len(), keys(&world, "ATTEMPT#").await.len()), (1, 2));
    assert!(world.store.has_markers(user).await.expect("answered"));
    assert_eq!(world.store.erase(user, Erasable::Markers, 2).await.expect("erased"), 2, "no more than the limit");
    assert_eq!(world.store.erase(user, Erasable::Markers, 2).await.expect("erased"), 1);
    assert!(!world.store.has_markers(user).await.expect("answered"));
}

#[tokio::test]
async fn closed_account_is_due_until_its_tombstone_replaces_it() {
    let world = World::new().await;
    let (user, at) = (world.user(), world.fire());
    let before = world.store.account(user).await.expect("read");
    assert_eq!(world.store.bury(&before, at).await, Err(Refusal::MovedOn), "it is open");
    world.store.close_account(&closure(&world, at)).await.expect("closed");
    let later = Closure { id: EventId::at(at, randomness(6)), ..closure(&world, at + Duration::hours(1)) };
    refused(world.store.close_account(&later).await, &[Part::Account]);
    let closed = world.store.account(user).await.expect("read");
    assert_eq!(closed.standing, Standing::Closing { since: at });
    assert_eq!(closed.limits_version, before.limits_version + 1);
    let due = || async { world.store.due(DueKind::Deletion, shard(user.uuid()), at, 10).await.expect("read") };
    let entry = due().await[0];
    assert_eq!((entry.user, entry.item, entry.due_at), (user, DueRef::Deletion, at));
    world.store.postpone(&entry, at + Duration::minutes(1)).await.expect("moved");
    assert_eq!(world.store.postpone(&entry, at).await, Err(Refusal::MovedOn));
    assert_eq!(due().await, []);
    let deleted_at = at + Duration::hours(1);
    world.store.bury(&closed, deleted_at).await.expect("buried");
    assert_eq!(world.store.bury(&closed, deleted_at).await, Err(Refusal::MovedOn), "once");
    let buried = world.store.account(user).await.expect("read");
    assert_eq!(buried.standing, Standing::Deleted { since: at, at: deleted_at });
    refused(world.store.close_account(&later).await, &[Part::Account]);
    let raw = world.raw("ACCOUNT").await.expect("it is there");
    assert!(!raw.contains_key("due_pk") && !raw.contains_key("due_sk") && !raw.contains_key("plan"), "{raw:?}");
    assert_eq!(keys(&world, "AUDIT#").await.len(), 1);
}

#[tokio::test]
async fn kept_counter_refuses_corrections_and_takes_moves_of_its_runs() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let before = world.usage().await;
    world.store.keep_usage(world.user()).await.expect("kept");
    let kept = world.usage().await;
    assert_eq!((kept.outlives_runs, kept.revision), (true, before.revision + 1));
    world.store.keep_usage(world.user()).await.expect("kept");
    assert_eq!(world.usage().await, kept, "once");
    for seen in [&before, &kept] {
        assert_eq!(world.store.correct(seen, seen).await, Err(Refusal::MovedOn));
    }
    world.store.finish(&world.success(run, Vec::new())).await.expect("finished");
    assert_eq!(world.usage().await.counted_runs, 1);
}
