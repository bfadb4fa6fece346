//! A deleted account leaves its usage, its audit and a tombstone, and other accounts are not changed.

mod races;

use app::accounts::LimitsError;
use app::holdings::{Expected, KeepError, RepositoryDraft, TokenChange};
use app::limits::DELETION_ITEMS_MAX;
use app::ports::{IdempotencyKey, LimitSeen, Part, Place, Refusal};
use app::runs::{StartError, TestError};
use domain::account::{Account, Overrides, Plan, Standing};
use domain::configuration::Configuration;
use domain::delivery::Answer;
use domain::id::{ConfigurationId, RepositoryId, RunId, UserId};
use domain::instant::Duration;
use domain::month::Month;
use domain::run::Window;
use std::collections::{BTreeMap, BTreeSet};
use testkit::builders::{at, epoch, randomness, user};
use testkit::partition::{Record, count, partition, put_all, under};
use testkit::world::{Scene, Verbs, World};

/// A user with a record of every kind, and another user whose report is not deleted.
async fn lived() -> (World, Scene, Scene) {
    let (world, scene) = World::with_scene(41, |scene| {
        scene.write_with("gpt-4o-mini");
        scene.limit_runs(2);
        scene.account.time_zone = Some("Europe/Berlin".to_owned());
    })
    .await;
    let mut other = world.scene(2).await;
    let later = Some(at("2026-12-01T00:00:00Z"));
    other.configuration.progress.next_run_at = later;
    other.configuration.progress.due_at = later;
    world.store(&other).await;
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.clock.set(at("2026-01-01T00:50:00Z"));
    let start = world.deployment.start_manual_run();
    let window = Window::new(epoch(), at("2026-01-01T01:00:00Z")).unwrap();
    let key = IdempotencyKey { key_hash: [1; 32], request_hash: [2; 32] };
    for scene in [&scene, &other] {
        start.start(scene.user(), scene.configuration.id, window, Some(key.clone())).await.unwrap();
    }
    world.drain().await;
    // The second report reaches the limit; its event and the next fire's stay in the outbox.
    world.bus.refuse(true);
    world.git.push(at("2026-01-01T00:55:00Z"), "feat: pears");
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    world.git.push(at("2026-01-01T01:30:00Z"), "feat: plums");
    world.jump_to(at("2026-01-01T02:00:10Z")).await;
    world
        .deployment
        .set_limits()
        .set(user(9), scene.user(), (Plan::Pro, Overrides::default()), &Expected::Any)
        .await
        .unwrap();
    (world, scene, other)
}

fn kinds(records: &BTreeMap<String, Record>) -> BTreeSet<&str> {
    records.keys().map(|key| key.split('#').next().unwrap()).collect()
}

/// A minute's work after a while.
async fn later(world: &World, after: Duration) {
    world.clock.advance(after);
    world.tick().await;
    world.drain().await;
}

/// More than an hour, with a tick at every instant that a deletion waits for.
async fn rest(world: &World) {
    for minutes in [1, 5, 5, 60, 1] {
        later(world, Duration::minutes(minutes)).await;
    }
}

async fn close(world: &World, user: UserId) -> Standing {
    world.deployment.close_account().close(user, user).await.unwrap()
}

/// What must be left, and nothing else: the counters as they were (but for the mark and the revision), the audit
/// entries, and the tombstone.
async fn assert_erased(world: &World, user: UserId, counters: &BTreeMap<String, Record>) {
    let mut left = partition(&world.engine, user).await;
    let account = left.remove("ACCOUNT").expect("the tombstone");
    let names: BTreeSet<&str> = account.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["pk", "sk", "closed_at", "deleted_at", "limits_version"]));
    let audits = left.keys().filter(|key| key.starts_with("AUDIT#")).count();
    left.retain(|key, _| !key.starts_with("AUDIT#"));
    assert!(audits >= 1, "who closed it is kept");
    for record in left.values_mut() {
        assert!(record.remove("outlives_runs").is_some(), "every counter is marked: {record:?}");
        record.remove("revision");
    }
    assert_eq!(&left, counters);
}

/// The counters without the attributes that the erasure may change.
async fn counters(world: &World, user: UserId) -> BTreeMap<String, Record> {
    let mut records = partition(&world.engine, user).await;
    records.retain(|key, _| key.starts_with("USAGE#"));
    for name in ["revision", "outlives_runs"] {
        for record in records.values_mut() {
            record.remove(name);
        }
    }
    records
}

#[tokio::test]
async fn deletion_keeps_only_usage_audit_and_a_tombstone() {
    let (world, scene, other) = lived().await;
    let before = partition(&world.engine, scene.user()).await;
    let every = [
        "ACCOUNT", "ATTEMPT", "AUDIT", "CONFIG", "CONTENT", "EVENT", "IDEM", "NOTICE", "REPO", "ROLLUP", "RUN", "USAGE",
    ];
    assert_eq!(kinds(&before), BTreeSet::from(every), "the story has a record of every kind");
    let others = partition(&world.engine, other.user()).await;
    let kept = counters(&world, scene.user()).await;
    let closed_at = world.clock_at();
    assert_eq!(close(&world, scene.user()).await, Standing::Closing { since: closed_at });
    later(&world, Duration::minutes(1)).await;
    later(&world, Duration::minutes(5)).await;
    later(&world, Duration::minutes(2)).await;
    let minutes_later = partition(&world.engine, scene.user()).await;
    let mut left = kinds(&minutes_later);
    assert!(
        minutes_later
            .iter()
            .filter(|(key, _)| key.starts_with("CONTENT") || key.starts_with("ATTEMPT"))
            .all(|(_, record)| record.len() == 4 && record.contains_key("marker"))
    );
    left.retain(|kind| !["CONTENT", "ATTEMPT"].contains(kind));
    assert_eq!(left, BTreeSet::from(["ACCOUNT", "AUDIT", "USAGE"]));
    rest(&world).await;
    assert_erased(&world, scene.user(), &kept).await;
    let standing = world.deployment.store.account(scene.user()).await.unwrap().standing;
    assert_eq!(standing.closed_at(), Some(closed_at));
    assert!(standing.deleted_at().is_some_and(|at| at >= closed_at + Duration::hours(1)));
    assert_eq!(partition(&world.engine, other.user()).await, others, "the other's records stand as they stood");
    assert!(testkit::invariants::next_due(&world).await.is_some_and(|due| due == at("2026-12-01T00:00:00Z")));
}

#[tokio::test]
async fn old_records_are_erased_within_two_ticks_and_a_second_deletion_changes_nothing() {
    let (world, scene, _) = lived().await;
    // Nothing is running, so that nothing is waited for.
    let stop = world.deployment.keep_configurations();
    stop.delete(scene.user(), scene.configuration.id, &Expected::Any).await.unwrap();
    later(&world, Duration::days(2)).await;
    let kept = counters(&world, scene.user()).await;
    let first = close(&world, scene.user()).await;
    world.clock.advance(Duration::minutes(1));
    assert_eq!(close(&world, scene.user()).await, first);
    world.tick().await;
    world.clock.advance(Duration::minutes(1));
    world.tick().await;
    assert_erased(&world, scene.user(), &kept).await;
    let done = world.deployment.store.account(scene.user()).await.unwrap().standing;
    assert_eq!(done, Standing::Deleted { since: first.closed_at().unwrap(), at: done.deleted_at().unwrap() });
    let left = partition(&world.engine, scene.user()).await;
    assert_eq!(close(&world, scene.user()).await, done);
    rest(&world).await;
    assert_eq!(partition(&world.engine, scene.user()).await, left);
    let audits = left.keys().filter(|key| key.starts_with("AUDIT#")).count();
    assert_eq!(audits, 2, "a change of plan and one closing");
}

#[tokio::test]
async fn unknown_user_can_be_deleted() {
    let world = World::new(42).await.unwrap();
    close(&world, user(7)).await;
    assert_eq!(world.tick().await.1.accounts_deleted, 1);
    assert_erased(&world, user(7), &BTreeMap::new()).await;
}

#[tokio::test]
async fn closed_account_creates_and_starts_nothing() {
    let (world, scene, _) = lived().await;
    let id = scene.configuration.id;
    world
        .deployment
        .set_limits()
        .set(user(9), scene.user(), (Plan::Free, Overrides::default()), &Expected::Any)
        .await
        .unwrap();
    let live = world.configuration(&scene).await;
    close(&world, scene.user()).await;
    let before = partition(&world.engine, scene.user()).await;
    let verbs = &world.deployment;
    let location = scene.repository.location.clone();
    let draft = RepositoryDraft { name: None, location, token: TokenChange::Keep };
    let made = verbs.keep_repositories().create(scene.user(), draft, None).await;
    assert_eq!(made, Err(KeepError::AccountClosed));
    let made = verbs.keep_configurations().create(scene.user(), scene.configuration.settings.clone(), None).await;
    assert_eq!(made.map(|_| ()), Err(KeepError::AccountClosed));
    let set = verbs.set_limits().set(user(9), scene.user(), (Plan::Pro, Overrides::default()), &Expected::Any).await;
    assert_eq!(set, Err(LimitsError::AccountClosed));
    let window = Window::new(epoch(), at("2026-01-01T01:00:00Z")).unwrap();
    let started = verbs.start_manual_run().start(scene.user(), id, window, None).await;
    assert_eq!(started, Err(StartError::AccountClosed));
    let tested = verbs.test_report().run(scene.user(), id, false, world.soon(), None).await;
    assert_eq!(tested.map(|_| ()), Err(TestError::AccountClosed));
    let account = Account { time_zone: Some("UTC".to_owned()), ..Account::free(scene.user()) };
    assert_eq!(verbs.store.put_profile(&account, &account).await, Err(Refusal::MovedOn));
    assert_eq!(partition(&world.engine, scene.user()).await, before, "nothing of it was written");
    refused_by_conditions_alone(&world, &scene, &live).await;
    assert_eq!(partition(&world.engine, scene.user()).await, before, "nothing of it was written");
}

/// The same with records that were read before the closing: the transactions themselves refuse it.
async fn refused_by_conditions_alone(world: &World, scene: &Scene, live: &Configuration) {
    let store = &world.deployment.store;
    let version = store.account(scene.user()).await.unwrap().limits_version;
    for version in [version - 1, version] {
        let place = Place { limit: 100, seen: LimitSeen { version } };
        let mut repository = scene.repository.clone();
        repository.id = RepositoryId::at(epoch(), randomness(77));
        let refused = store.add_repository(&repository, place, None).await.unwrap_err();
        assert!(refused.refused_by(Part::Account), "{refused:?}");
        let mut configuration = scene.configuration.clone();
        configuration.id = ConfigurationId::at(epoch(), randomness(77));
        let refused = store.add_configuration(&configuration, place, None).await.unwrap_err();
        assert!(refused.refused_by(Part::Account), "{refused:?}");
        let refused = store.edit_configuration(live, live, place.seen).await.unwrap_err();
        assert!(refused.refused_by(Part::Account) && refused.refused_by(Part::Configuration), "{refused:?}");
        let account = store.account(scene.user()).await.unwrap();
        let before = Account { limits_version: version, ..account };
        let audit = domain::account::LimitsChange {
            id: domain::id::EventId::at(epoch(), randomness(77)),
            user: scene.user(),
            by: scene.user(),
            at: epoch(),
            before: (Plan::Free, Overrides::default()),
            after: (Plan::Pro, Overrides::default()),
        };
        assert!(store.change_limits(&before, &before, &audit, None).await.unwrap_err().refused_by(Part::Account));
    }
    let fire = live.progress.next_run_at.unwrap();
    let parts = (&scene.account, &scene.repository, live);
    let run = testkit::builders::scheduled_run(parts, fire, testkit::builders::owner(1), world.clock_at());
    let next_fire = live.fire_after(fire, world.clock_at());
    let reservation = app::ports::Reservation { run, uncounted_max: 1_000, next_fire, idempotency: None };
    assert!(store.reserve(&reservation).await.unwrap_err().refused_by(Part::Configuration));
}

#[tokio::test]
async fn recount_keeps_counters_that_outlive_their_runs() {
    let (world, scene, _) = lived().await;
    let month = Month::of(world.clock_at());
    // It read a counter before the account was closed, and would now write the sums of no runs.
    let before = world.counter(scene.user()).await;
    close(&world, scene.user()).await;
    rest(&world).await;
    let empty = domain::usage::UsageCounter {
        revision: before.revision,
        ..domain::usage::UsageCounter::empty(scene.user(), month)
    };
    let store = &world.deployment.store;
    assert_eq!(store.correct(&before, &empty).await, Err(Refusal::MovedOn));
    let now = world.counter(scene.user()).await;
    assert_eq!(store.correct(&now, &empty).await, Err(Refusal::MovedOn), "nor with what it reads now");
    let found = world.deployment.recount().correct(scene.user(), month).await.unwrap();
    assert_eq!((found.drift, found.corrected), (vec![], false));
    assert_eq!(world.runs(scene.user()).await, vec![]);
    assert_eq!((now.counted_runs, now.tokens, now.cost), (before.counted_runs, before.tokens, before.cost));
    assert!(now.counted_runs > 0 && now.tokens.total() > 0);
}

#[tokio::test]
async fn long_history_is_erased_in_steps_within_a_tick() {
    const RUNS: usize = 2_500;
    let (world, scene, _) = lived().await;
    world.deployment.keep_configurations().delete(scene.user(), scene.configuration.id, &Expected::Any).await.unwrap();
    later(&world, Duration::days(2)).await;
    let records = partition(&world.engine, scene.user()).await;
    let example = |prefix: &str| records.iter().find(|(key, _)| key.starts_with(prefix)).unwrap().1.clone();
    let (run, text) = (example("RUN#"), example("CONTENT#"));
    let history = (0..RUNS).flat_map(|number| {
        let number_of = u64::try_from(number).unwrap();
        let id = RunId::at(epoch() + Duration::seconds(number.try_into().unwrap()), randomness(number_of));
        [under(&run, format!("RUN#{id}")), under(&text, format!("CONTENT#{id}"))]
    });
    put_all(&world.engine, history.collect()).await;
    let kept = counters(&world, scene.user()).await;
    close(&world, scene.user()).await;
    world.bus.refuse(false);
    let mut ticks = 0;
    let mut standing = records.len() + 2 * RUNS;
    loop {
        let sweep = world.tick().await.1;
        ticks += 1;
        let left = count(&world.engine, scene.user()).await;
        assert!(standing - left <= DELETION_ITEMS_MAX + 100, "one tick took {} records", standing - left);
        standing = left;
        assert_eq!(sweep.failed, 0);
        if sweep.accounts_deleted == 1 {
            break;
        }
        assert!(ticks < 20, "{left} records are left");
        world.clock.advance(Duration::minutes(1));
    }
    assert!(ticks >= 5, "{ticks}");
    assert_erased(&world, scene.user(), &kept).await;
}

#[tokio::test]
async fn dropped_delivery_is_not_attempted_again() {
    let (world, scene, _) = lived().await;
    world.receiver.always(Some(Answer::Status { status: 503, retry_after: None }));
    world.git.push(at("2026-01-01T02:30:00Z"), "feat: cherries");
    world.jump_to(at("2026-01-01T03:00:10Z")).await;
    assert!(world.runs(scene.user()).await.iter().any(|run| run.delivery.due_at().is_some()), "one is pending");
    let kept = counters(&world, scene.user()).await;
    close(&world, scene.user()).await;
    world.tick().await;
    let sent = world.receiver.received().len();
    rest(&world).await;
    assert_eq!(world.receiver.received().len(), sent);
    assert_erased(&world, scene.user(), &kept).await;
}
