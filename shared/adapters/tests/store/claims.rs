//! A worker takes a run over.

use crate::world::World;
use app::ports::{DueIndex, DueKind, Refusal, RunLedger};
use domain::id::shard;
use domain::instant::Duration;
use domain::run::{Lease, Phase};
use testkit::builders;
use testkit::faults::{FaultPlan, Faults};

#[tokio::test]
async fn expired_lease_is_taken_over_once() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let now = run.lease().expect("a lease").until;
    let lease = Duration::minutes(4);
    let mine = run.clone().claim(builders::owner(2), now, lease).expect("claimed");
    let yours = run.clone().claim(builders::owner(3), now, lease).expect("claimed");
    world.store.claim(&run, &mine).await.expect("claimed");
    assert_eq!(world.store.claim(&run, &yours).await, Err(Refusal::MovedOn));
    assert_eq!(world.stored(&run).await, Some(mine.clone()));
    let due = world.store.due(DueKind::Lease, shard(run.id.uuid()), now + lease, 10).await.expect("due");
    assert_eq!(due.first().expect("a lease").due_at, now + lease);
    // Its own claim is accepted again.
    assert_eq!(world.store.claim(&run, &mine).await, Ok(()));
}

#[tokio::test]
async fn manual_run_without_an_owner_is_claimed() {
    let world = World::new().await;
    let mut run = world.manual(1);
    run.attempt = 0;
    run.phase = Phase::Running(Lease { owner: None, until: run.started_at });
    let run = world.begin(run).await;
    let mine = run.clone().claim(world.owner, run.started_at, Duration::minutes(4)).expect("claimed");
    world.store.claim(&run, &mine).await.expect("claimed");
    assert_eq!(world.stored(&run).await, Some(mine));
}

#[tokio::test]
async fn other_attempt_other_lease_and_end_refuse_a_claim() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let now = run.lease().expect("a lease").until;
    let after = run.clone().claim(builders::owner(2), now, Duration::minutes(4)).expect("claimed");
    let mut other = run.clone();
    other.attempt = 2;
    assert_eq!(world.store.claim(&other, &after).await, Err(Refusal::MovedOn));
    let mut other = run.clone();
    other.phase = Phase::Running(Lease { owner: Some(world.owner), until: now + Duration::seconds(1) });
    assert_eq!(world.store.claim(&other, &after).await, Err(Refusal::MovedOn));
    world.store.finish(&world.success(run.clone(), Vec::new())).await.expect("finished");
    assert_eq!(world.store.claim(&run, &after).await, Err(Refusal::MovedOn));
}

#[tokio::test]
async fn claim_with_a_lost_answer_is_recognised() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let faults = Faults::new(1, FaultPlan { lost_write_answer_percent: 60, ..FaultPlan::default() });
    let store = world.engine.store_with(&faults);
    let mut run = run;
    let mut claimed = 0;
    for number in 2..40 {
        let now = run.lease().expect("a lease").until;
        let next = run.clone().claim(builders::owner(number), now, Duration::minutes(4));
        // The domain bounds the attempts; this test needs more of them.
        let mut next = next.unwrap_or_else(|_| run.clone());
        next.attempt = run.attempt + 1;
        next.phase = Phase::Running(Lease { owner: Some(builders::owner(number)), until: now + Duration::minutes(4) });
        match store.claim(&run, &next).await {
            Ok(()) => claimed += 1,
            Err(Refusal::Store(error)) => assert!(error.is_transient(), "{error}"),
            Err(Refusal::MovedOn) => panic!("no other worker claims"),
        }
        run = world.stored(&run).await.expect("a run");
        assert_eq!(run.attempt, next.attempt);
    }
    assert!(claimed > 0 && faults.counts().lost_write_answers > 0);
}
