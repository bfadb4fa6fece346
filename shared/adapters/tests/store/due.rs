//! The index of due things.

use crate::world::World;
use app::ports::{Configurations, DueIndex, DueItem, DueKind, DueRef, Refusal, RunLedger};
use domain::configuration::Configuration;
use domain::id::{ConfigurationId, SHARDS, shard};
use domain::instant::{Duration, Instant};
use testkit::builders;

/// Configurations of one shard, due minute by minute from `from` on.
async fn waiting(world: &World, count: u64, from: Instant) -> Vec<Configuration> {
    let all = (100..).map(|number| builders::configuration(&world.repository, number));
    let one_shard = all.filter(|configuration| shard(configuration.id.uuid()) == 3);
    let mut made = Vec::new();
    for (minute, mut configuration) in (0..).zip(one_shard.take(usize::try_from(count).expect("few"))) {
        let due = Some(from + Duration::minutes(minute));
        (configuration.progress.next_run_at, configuration.progress.due_at) = (due, due);
        world.store.put_configuration(&configuration).await.expect("put");
        made.push(configuration);
    }
    made
}

fn fires(due: &[DueItem]) -> Vec<ConfigurationId> {
    due.iter()
        .map(|due| match due.item {
            DueRef::Fire { configuration, fire } if fire <= due.due_at => configuration,
            other => panic!("another thing is due: {other:?}"),
        })
        .collect()
}

#[tokio::test]
async fn oldest_entry_is_first_and_none_is_early() {
    let world = World::new().await;
    let from = world.fire();
    let made = waiting(&world, 5, from).await;
    let ids: Vec<ConfigurationId> = made.iter().map(|configuration| configuration.id).collect();
    let due = |now, limit| {
        let store = &world.store;
        async move { fires(&store.due(DueKind::Fire, 3, now, limit).await.expect("due")) }
    };
    assert_eq!(due(from - Duration::milliseconds(1), 10).await, []);
    assert_eq!(due(from, 10).await, ids[..1]);
    assert_eq!(due(from + Duration::minutes(2), 10).await, ids[..3]);
    assert_eq!(due(from + Duration::hours(1), 10).await, ids);
    assert_eq!(due(from + Duration::hours(1), 2).await, ids[..2]);
    assert_eq!(due(from + Duration::hours(1), 0).await, []);
    for other in (0..SHARDS).filter(|other| *other != 3 && *other != shard(world.configuration.id.uuid())) {
        assert_eq!(world.store.due(DueKind::Fire, other, from + Duration::hours(9), 10).await, Ok(vec![]));
    }
}

#[tokio::test]
async fn postponing_changes_only_the_index_and_only_once() {
    let world = World::new().await;
    let from = world.fire();
    let made = waiting(&world, 1, from).await;
    let entry = world.store.due(DueKind::Fire, 3, from, 1).await.expect("due")[0];
    let until = from + Duration::minutes(10);
    world.store.postpone(&entry, until).await.expect("postponed");
    assert_eq!(world.store.postpone(&entry, until).await, Err(Refusal::MovedOn));
    let mut expected = made[0].clone();
    expected.progress.due_at = Some(until);
    assert_eq!(world.store.configuration(expected.user, expected.id).await, Ok(Some(expected.clone())));
    let moved = world.store.due(DueKind::Fire, 3, until, 1).await.expect("due")[0];
    assert_eq!(moved.item, DueRef::Fire { configuration: expected.id, fire: from });
    assert_eq!(moved.due_at, until);
}

#[tokio::test]
async fn postponed_lease_is_not_extended() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let lease = run.lease().expect("a lease");
    let entry = world.store.due(DueKind::Lease, shard(run.id.uuid()), lease.until, 1).await.expect("due")[0];
    world.store.postpone(&entry, lease.until + Duration::hours(1)).await.expect("postponed");
    assert_eq!(world.stored(&run).await.expect("a run").lease(), Some(lease));
    let claimed = run.clone().claim(builders::owner(2), lease.until, Duration::minutes(4)).expect("claimed");
    world.store.claim(&run, &claimed).await.expect("claimed");
}

#[tokio::test]
async fn lease_of_an_ended_run_is_not_postponed() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let until = run.lease().expect("a lease").until;
    let entry = world.store.due(DueKind::Lease, shard(run.id.uuid()), until, 1).await.expect("due")[0];
    world.store.finish(&world.success(run.clone(), Vec::new())).await.expect("finished");
    assert_eq!(world.store.postpone(&entry, until + Duration::hours(1)).await, Err(Refusal::MovedOn));
}

#[tokio::test]
async fn postponing_an_unknown_run_creates_nothing() {
    let world = World::new().await;
    let run = world.manual(1);
    let entry = DueItem { user: run.user, item: DueRef::Lease(run.id), due_at: run.started_at };
    assert_eq!(world.store.postpone(&entry, run.started_at).await, Err(Refusal::MovedOn));
    assert_eq!(world.stored(&run).await, None);
}
