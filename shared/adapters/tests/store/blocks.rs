//! A fire is skipped because the limit is reached.

use crate::world::{UNCOUNTED_MAX, World, refused};
use app::ports::{
    Accounts, Block, Configurations, DueIndex, DueKind, LimitSeen, Notices, Outbox, Part, PauseMark, RunLedger,
};
use domain::configuration::LastRunStatus;
use domain::delivery::Delivery;
use domain::event::{Event, Fact};
use domain::id::{ConfigurationId, EventId, NoticeId, shard};
use domain::instant::Duration;
use domain::month::Month;
use domain::notice::{Matter, Named, Notice};
use domain::usage::PauseReported;
use testkit::builders;

fn unnamed(id: ConfigurationId) -> Named {
    Named { id, name: None, repository: None }
}

fn block(world: &World, limit: u64) -> Block {
    let (fire, month) = (world.fire(), Month::of(world.fire()));
    let now = fire + Duration::seconds(20);
    let id = NoticeId::at(now, builders::randomness(2));
    let configuration = world.configuration.id;
    let until = month.resets_at();
    Block {
        user: world.user(),
        configuration,
        repository: world.configuration.settings.repository,
        fire,
        month,
        next_fire: fire + Duration::hours(1),
        now,
        limit,
        uncounted_max: UNCOUNTED_MAX,
        limit_seen: LimitSeen { version: 0 },
        notice: Some((
            Notice {
                id,
                user: world.user(),
                configuration: builders::named(configuration),
                matter: Matter::Paused {
                    limit,
                    uncounted: true,
                    until,
                    paused: vec![builders::named(configuration), unnamed(configuration)],
                    count: 7,
                },
                month,
                created_at: now,
                delivery: Delivery::pending(now),
                sent_to: None,
            },
            PauseMark { seen: None, reported: PauseReported::Paused },
        )),
        event: Some(Event {
            id: EventId::at(now, builders::randomness(1)),
            user: world.user(),
            at: now,
            fact: Fact::ConfigurationPaused { configuration, fire, month, until },
        }),
    }
}

/// Ends one counted run, so that a limit of one is reached.
async fn use_one(world: &World) {
    let run = world.begin(world.manual(1)).await;
    world.store.finish(&world.success(run, Vec::new())).await.expect("finished");
}

#[tokio::test]
async fn block_is_counted_moves_the_fire_and_notifies_once() {
    let world = World::new().await;
    use_one(&world).await;
    let block = block(&world, 1);
    world.store.block(&block).await.expect("blocked");

    let usage = world.usage().await;
    assert_eq!((usage.blocked_runs, usage.total_runs), (1, 1));
    let progress = world.current().await.progress;
    assert_eq!((progress.next_run_at, progress.due_at), (Some(block.next_fire), Some(block.next_fire)));
    assert_eq!(progress.last_run_status, Some(LastRunStatus::LimitReached));
    assert_eq!((progress.last_run_at, progress.active_run), (Some(block.now), None));
    let (notice, _) = block.notice.clone().expect("a notice");
    let event = block.event.clone().expect("an event");
    assert_eq!(world.store.notice(notice.user, notice.id).await, Ok(Some(notice)));
    assert_eq!(world.store.event(event.user, event.id).await, Ok(Some(event)));

    assert_eq!(usage.pause, Some(PauseReported::Paused));
    // At the next fire the same notice is refused, and without it the block is stored.
    let mut next = block.clone();
    next.fire = block.next_fire;
    next.next_fire += Duration::hours(1);
    refused(world.store.block(&next).await, &[Part::Counter, Part::Notice, Part::Event]);
    (next.notice, next.event) = (None, None);
    world.store.block(&next).await.expect("blocked");
    assert_eq!(world.usage().await.blocked_runs, 2);
}

#[tokio::test]
async fn block_below_the_limit_is_refused() {
    let world = World::new().await;
    refused(world.store.block(&block(&world, 1)).await, &[Part::Counter]);
    use_one(&world).await;
    refused(world.store.block(&block(&world, 2)).await, &[Part::Counter]);
    let mut uncounted = block(&world, 2);
    world.begin(world.test(2)).await;
    uncounted.uncounted_max = 1;
    world.store.block(&uncounted).await.expect("blocked");
}

#[tokio::test]
async fn limit_of_zero_is_always_reached() {
    let world = World::new().await;
    world.store.block(&block(&world, 0)).await.expect("blocked");
    assert_eq!(world.usage().await.blocked_runs, 1);
}

#[tokio::test]
async fn block_with_changed_limits_is_refused() {
    let world = World::new().await;
    let mut account = world.account.clone();
    account.limits_version = 3;
    world.store.put_account(&account).await.expect("put");
    refused(world.store.block(&block(&world, 0)).await, &[Part::Account]);
}

#[tokio::test]
async fn block_of_another_fire_or_beside_a_run_is_refused() {
    let world = World::new().await;
    let mut other = block(&world, 0);
    other.fire += Duration::hours(1);
    refused(world.store.block(&other).await, &[Part::Configuration]);
    world.begin(world.scheduled(world.fire())).await;
    refused(world.store.block(&other).await, &[Part::Configuration]);
    let mut deleted = world.configuration.clone();
    deleted.deleted_at = Some(world.fire());
    world.store.put_configuration(&deleted).await.expect("put");
    refused(world.store.block(&block(&world, 0)).await, &[Part::Configuration]);
    let fires = world.store.due(DueKind::Fire, shard(deleted.id.uuid()), world.fire(), 10).await;
    assert_eq!(fires, Ok(vec![]));
}
