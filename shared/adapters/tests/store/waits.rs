//! A run begins to wait for its git host: one write of one item, by the worker that holds it.

use crate::world::World;
use app::ports::{DueIndex, DueKind, Fence, Refusal, RunLedger, TransactionError, UsageCounters};
use domain::delivery::Delivery;
use domain::id::shard;
use domain::instant::Duration;
use domain::run::{ErrorCode, Failure, Outcome, Run, Waits};
use testkit::builders;
use testkit::faults::{FaultPlan, Faults};

/// The run, waiting for an hour from a minute after it began.
fn waiting(world: &World, run: &Run) -> Run {
    let now = run.started_at + Duration::minutes(1);
    run.clone().wait(world.owner, Some(Duration::hours(1)), now).expect("a wait")
}

#[tokio::test]
async fn waiting_run_keeps_its_slot_and_is_due_at_the_end_of_its_wait() {
    let world = World::new().await;
    let run = world.begin(world.scheduled(world.fire())).await;
    let before = world.store.usage(run.user, run.month()).await.expect("a counter");
    let after = waiting(&world, &run);
    world.store.wait(world.owner, &after).await.expect("it waits");
    assert_eq!(world.stored(&run).await, Some(after.clone()));
    assert_eq!(world.store.usage(run.user, run.month()).await.expect("a counter"), before);
    let until = after.waiting_until().expect("an instant");
    let due = |now| world.store.due(DueKind::Lease, shard(run.id.uuid()), now, 10);
    assert!(due(until - Duration::milliseconds(1)).await.expect("due").is_empty());
    assert_eq!(due(until).await.expect("due").first().expect("a lease").due_at, until);
    // Its own wait is accepted again.
    assert_eq!(world.store.wait(world.owner, &after).await, Ok(()));
}

#[tokio::test]
async fn run_is_claimed_after_its_wait_and_counts_it() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let after = waiting(&world, &run);
    world.store.wait(world.owner, &after).await.expect("it waits");
    let until = after.waiting_until().expect("an instant");
    let claimed = after.clone().claim(builders::owner(2), until, Duration::minutes(4)).expect("claimed");
    world.store.claim(&after, &claimed).await.expect("claimed");
    assert_eq!(world.stored(&run).await, Some(claimed.clone()));
    assert_eq!(claimed.waits.count, 1);
    // The worker that let it wait can't do so again, and a claim that read the run before the wait is refused.
    assert_eq!(world.store.wait(world.owner, &after).await, Err(Refusal::MovedOn));
    assert_eq!(world.store.claim(&run, &claimed).await, Ok(()), "it is the claim that was made");
    let other = run.clone().claim(builders::owner(3), until, Duration::minutes(4)).expect("claimed");
    assert_eq!(world.store.claim(&run, &other).await, Err(Refusal::MovedOn));
}

#[tokio::test]
async fn claim_that_read_the_lease_before_the_wait_is_refused() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let lapsed = run.lease().expect("a lease").until;
    let claimed = run.clone().claim(builders::owner(2), lapsed, Duration::minutes(4)).expect("claimed");
    let late = run.clone().wait(world.owner, Some(Duration::hours(1)), lapsed).expect("a wait");
    world.store.wait(world.owner, &late).await.expect("it waits");
    assert_eq!(world.store.claim(&run, &claimed).await, Err(Refusal::MovedOn));
    assert_eq!(world.stored(&run).await, Some(late));
}

#[tokio::test]
async fn other_owner_other_attempt_and_end_refuse_a_wait() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let after = waiting(&world, &run);
    assert_eq!(world.store.wait(builders::owner(2), &after).await, Err(Refusal::MovedOn));
    let mut other = after.clone();
    other.attempt = 2;
    assert_eq!(world.store.wait(world.owner, &other).await, Err(Refusal::MovedOn));
    world.store.finish(&world.success(run.clone(), Vec::new())).await.expect("finished");
    assert_eq!(world.store.wait(world.owner, &after).await, Err(Refusal::MovedOn));
}

#[tokio::test]
async fn cancelled_run_has_no_wait() {
    let world = World::new().await;
    let run = world.begin(world.scheduled(world.fire())).await;
    let after = waiting(&world, &run);
    world.store.wait(world.owner, &after).await.expect("it waits");
    // The cancellation read the run before the wait; it ends the same attempt.
    let mut finish = world.end(run.clone(), Outcome::Cancelled, Vec::new(), Delivery::none());
    finish.fence = Fence::Attempt(1);
    world.store.finish(&finish).await.expect("cancelled");
    let stored = world.stored(&run).await.expect("a run");
    assert_eq!((stored.waiting_until(), stored.waits), (None, Waits { count: 1, since: None }));
    let usage = world.store.usage(run.user, run.month()).await.expect("a counter");
    assert_eq!((usage.slots_used, usage.cancelled_runs), (0, 1));
    let far = run.started_at + Duration::days(2);
    assert!(world.store.due(DueKind::Lease, shard(run.id.uuid()), far, 10).await.expect("due").is_empty());
}

#[tokio::test]
async fn waiting_run_is_not_failed_by_a_sweep_that_read_it_before() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let lapsed = run.lease().expect("a lease").until;
    let after = run.clone().wait(world.owner, None, lapsed + Duration::seconds(1)).expect("a wait");
    world.store.wait(world.owner, &after).await.expect("it waits");
    let lost = Outcome::Failed(Failure::new(ErrorCode::RunAbandoned, "lost"));
    let mut finish = world.end(run.clone(), lost, Vec::new(), Delivery::none());
    finish.fence = Fence::Lapsed { attempt: 1, until: lapsed };
    let refused = world.store.finish(&finish).await;
    assert!(matches!(refused, Err(TransactionError::Refused(_))), "{refused:?}");
    assert_eq!(world.stored(&run).await, Some(after.clone()));
    finish.fence = Fence::Lapsed { attempt: 1, until: after.waiting_until().expect("an instant") };
    world.store.finish(&finish).await.expect("the end of the run as it is now");
}

#[tokio::test]
async fn wait_with_a_lost_answer_is_recognised() {
    let world = World::new().await;
    let faults = Faults::new(1, FaultPlan { lost_write_answer_percent: 60, ..FaultPlan::default() });
    let store = world.engine.store_with(&faults);
    let mut begun = 0;
    for number in 1..30 {
        let run = world.begin(world.manual(number)).await;
        let after = waiting(&world, &run);
        match store.wait(world.owner, &after).await {
            Ok(()) => begun += 1,
            Err(Refusal::Store(error)) => assert!(error.is_transient(), "{error}"),
            Err(Refusal::MovedOn) => panic!("no other worker moves it"),
        }
        assert!(world.stored(&run).await.expect("a run").waits_as(&after));
    }
    assert!(begun > 0 && faults.counts().lost_write_answers > 0);
}
