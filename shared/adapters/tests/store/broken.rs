//! Records that can't be read: an error with record and attribute and without the value, no panic, and no other record
//! is affected.

use crate::world::{Raw, World};
use app::ports::{
    Accounts, Attempt, Configurations, Deliveries, DueIndex, DueKind, Erasure, Repositories, RunLedger, Runs,
    StoreError, UsageCounters,
};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::delivery::AttemptResult;
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, RunId, shard};
use domain::instant::Duration;
use domain::money::{AMOUNT_MAX, Cost};
use domain::usage::UsageCounter;
use testkit::builders;
use testkit::partition::damage;
use uuid::Uuid;

/// A value that no attribute of any record accepts.
fn wrong(value: &AttributeValue) -> AttributeValue {
    match value {
        AttributeValue::S(_) => AttributeValue::N("314159265".to_owned()),
        _ => AttributeValue::S("secret-314159265".to_owned()),
    }
}

async fn read(world: &World, sk: &str, run: &domain::run::Run) -> Result<(), StoreError> {
    match sk.split('#').next().expect("a word") {
        "ACCOUNT" => world.store.account(world.user()).await.map(|_| ()),
        "REPO" => world.store.repository(world.user(), world.repository.id).await.map(|_| ()),
        "CONFIG" => world.store.configuration(world.user(), world.configuration.id).await.map(|_| ()),
        "RUN" => world.store.run(run.user, run.id).await.map(|_| ()),
        other => panic!("unknown record type: {other}"),
    }
}

#[tokio::test]
async fn invalid_attribute_is_named() {
    let world = World::new().await;
    let run = world.begin(world.scheduled(world.fire())).await;
    let keys = [
        "ACCOUNT".to_owned(),
        format!("REPO#{}", world.repository.id),
        format!("CONFIG#{}", world.configuration.id),
        format!("RUN#{}", run.id),
    ];
    // Attributes that only the index and the service's own expiry read.
    let unread = ["pk", "sk", "due_pk", "due_sk"];
    for sk in keys {
        let item: Raw = world.raw(&sk).await.expect("an item");
        assert_eq!(read(&world, &sk, &run).await, Ok(()));
        for name in item.keys().filter(|name| !unread.contains(&name.as_str())) {
            let mut broken = item.clone();
            broken.insert(name.clone(), wrong(&item[name]));
            world.put_raw(broken).await;
            let error = read(&world, &sk, &run).await.expect_err(name);
            let StoreError::Unreadable { detail } = &error else { panic!("{error}") };
            assert!(detail.contains(&sk) && detail.contains(&format!("'{name}'")), "{detail}");
            assert!(!detail.contains("314159265"), "{detail}");
        }
        world.put_raw(item).await;
    }
}

#[tokio::test]
async fn missing_attribute_is_named() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let sk = format!("RUN#{}", run.id);
    let item = world.raw(&sk).await.expect("an item");
    for name in ["status", "lease", "s_url", "trigger", "plan", "limit", "from", "updated_at"] {
        let mut broken = item.clone();
        broken.remove(name).expect(name);
        world.put_raw(broken).await;
        let error = read(&world, &sk, &run).await.expect_err(name);
        assert!(error.to_string().contains(&format!("'{name}'")), "{error}");
        assert!(!error.is_transient());
    }
}

#[tokio::test]
async fn unreadable_index_entry_is_skipped_and_postponed_a_day() {
    let world = World::new().await;
    let id = world.configuration.id;
    let whole = world.raw(&format!("CONFIG#{id}")).await.expect("an item");
    // More of them than one page has, all before the good one.
    for number in 0..25 {
        let mut broken = whole.clone();
        broken.insert("sk".to_owned(), AttributeValue::S(format!("CONFIG#none-{number:02}")));
        broken.insert("due_sk".to_owned(), AttributeValue::S(format!("2020-01-01T00:00:00.000Z#{number:02}")));
        broken.insert("text".to_owned(), AttributeValue::B(Blob::new([1])));
        world.put_raw(broken).await;
    }
    let now = world.fire() + Duration::hours(1);
    let due = async |now| world.store.due(DueKind::Fire, shard(id.uuid()), now, 10).await.expect("due").len();
    assert_eq!((due(now).await, world.store.unreadable_records()), (1, 25));
    assert_eq!((due(now).await, world.store.unreadable_records()), (1, 25), "they were postponed");
    assert_eq!((due(now + Duration::days(1)).await, world.store.unreadable_records()), (1, 50));
}

#[tokio::test]
async fn unreadable_run_is_skipped_in_every_list() {
    let world = World::new().await;
    let (user, store) = (world.user(), &world.store);
    let mut runs = Vec::new();
    for number in 0..5 {
        let mut run = world.manual(number);
        run.id =
            RunId::at(run.started_at + Duration::seconds(i64::try_from(number).unwrap()), builders::randomness(number));
        runs.push(world.begin(run).await);
    }
    let ids: Vec<RunId> = runs.iter().map(|run| run.id).collect();
    for broken in [0, 2, 4] {
        let limit = Some(AttributeValue::N("-5".to_owned()));
        damage(&world.engine, user, &format!("RUN#{}", ids[broken]), "limit", limit).await;
    }
    let all = store.runs(user, 10, None).await.expect("a page");
    assert_eq!((all.items, all.next, all.unreadable), (vec![runs[3].clone(), runs[1].clone()], None, 3));
    let first = store.runs(user, 1, None).await.expect("a page");
    assert_eq!(first.items, [runs[3].clone()]);
    let second = store.runs(user, 1, first.next.as_ref()).await.expect("a page");
    assert_eq!((second.items, second.next), (vec![runs[1].clone()], None));
    let (from, to) = (world.fire(), world.fire() + Duration::days(1));
    assert_eq!(store.runs_between(user, from, to).await.expect("runs"), [runs[1].clone(), runs[3].clone()]);
    let ranged = store.runs_from(user, from, to, 1, None).await.expect("a page");
    assert_eq!(ranged.items, [runs[1].clone()]);
    let ranged = store.runs_from(user, from, to, 1, ranged.next.as_ref()).await.expect("a page");
    assert_eq!((ranged.items, ranged.next), (vec![runs[3].clone()], None));
    assert!(store.unreadable_records() > 0);
}

#[tokio::test]
async fn unreadable_configuration_and_repository_are_skipped_in_every_list() {
    let world = World::new().await;
    let (user, store) = (world.user(), &world.store);
    damage(&world.engine, user, &format!("CONFIG#{}", world.configuration.id), "style", None).await;
    damage(&world.engine, user, &format!("REPO#{}", world.repository.id), "name", None).await;
    let other = builders::repository(user, 2);
    store.put_repository(&other).await.expect("put");
    store.put_configuration(&builders::configuration(&other, 2)).await.expect("put");
    let configuration = ConfigurationId::from_uuid(builders::configuration(&other, 2).id.uuid());
    let listed: Vec<ConfigurationId> =
        store.configurations(user).await.expect("a list").iter().map(|found| found.id).collect();
    let paged = store.configurations_page(user, 10, None).await.expect("a page");
    assert_eq!((listed, paged.items.len(), paged.unreadable), (vec![configuration], 1, 1));
    assert_eq!(store.repositories(user).await.expect("a list"), vec![other.clone()]);
    assert_eq!(store.repositories_page(user, 10, None).await.expect("a page").items, [other]);
}

#[tokio::test]
async fn unreadable_attempt_is_skipped_in_the_list() {
    let world = World::new().await;
    let (user, store) = (world.user(), &world.store);
    let run = world.begin(world.manual(1)).await.id;
    let subject = DeliverySubject::Run(run);
    let attempt = |number| Attempt {
        user,
        subject,
        number,
        at: world.fire(),
        duration_ms: None,
        result: AttemptResult::Unknown,
        response_excerpt: None,
        next_attempt_at: None,
    };
    for number in [1, 2] {
        store.put_attempt(&attempt(number)).await.expect("put");
    }
    damage(&world.engine, user, &format!("ATTEMPT#{run}#001"), "at", None).await;
    assert_eq!(store.attempts(user, subject).await.expect("a list"), [attempt(2)]);
}

#[tokio::test]
async fn records_with_unreadable_keys_are_skipped() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let whole = world.raw(&format!("RUN#{}", run.id)).await.expect("an item");
    for name in ["RUN#zzz", "RUN#000", "NOTICE#zzz"] {
        let mut broken = whole.clone();
        broken.insert("sk".to_owned(), AttributeValue::S(name.to_owned()));
        world.put_raw(broken).await;
    }
    let page = world.store.runs(world.user(), 1, None).await.expect("a page");
    assert_eq!((page.items, page.next, page.unreadable), (vec![run], None, 2));
    assert!(world.store.notices(world.user(), 5).await.expect("a list").is_empty());
    let mut broken = world.raw(&format!("REPO#{}", world.repository.id)).await.expect("an item");
    broken.insert("sk".to_owned(), AttributeValue::S("REPO#zzz".to_owned()));
    world.put_raw(broken).await;
    let page = world.store.repositories_page(world.user(), 1, None).await.expect("a page");
    assert_eq!((page.items, page.next), (vec![world.repository.clone()], None));
    assert!(Uuid::try_parse("zzz").is_err());
}

/// A month's counter with every attribute that one can have.
async fn rich(world: &World) -> (String, UsageCounter) {
    let run = world.begin(world.test(1)).await;
    let finish = world.success(run, vec![crate::world::payment(1)]);
    world.store.finish(&finish).await.expect("finished");
    let sk = format!("USAGE#{}", finish.run.id.month());
    for (name, value) in [("blocked_runs", "2"), ("degraded_runs", "1"), ("t_reasoning", "3"), ("slots_used", "1")] {
        damage(&world.engine, world.user(), &sk, name, Some(AttributeValue::N(value.to_owned()))).await;
    }
    let marks = AttributeValue::Ss(vec!["80@50".to_owned()]);
    damage(&world.engine, world.user(), &sk, "alerted", Some(marks)).await;
    (sk, world.store.usage(world.user(), finish.run.id.month()).await.expect("a counter"))
}

#[tokio::test]
async fn damaged_counter_is_read_and_repaired() {
    let world = World::new().await;
    let (sk, right) = rich(&world).await;
    assert!(right.unreadable.is_empty(), "{right:?}");
    let whole: Raw = world.raw(&sk).await.expect("an item");
    let usage = async || world.store.usage(right.user, right.month).await.expect("a counter");
    let wrongs = [
        AttributeValue::S("secret".to_owned()),
        AttributeValue::N("-7".to_owned()),
        AttributeValue::N("1.5".to_owned()),
        AttributeValue::Null(true),
        AttributeValue::L(vec![]),
        AttributeValue::Ss(vec!["none".to_owned()]),
    ];
    for name in whole.keys().filter(|name| !["pk", "sk"].contains(&name.as_str())) {
        for value in &wrongs {
            // An instant before 1970 is valid.
            if (name.as_str(), value) == ("last_run_at", &wrongs[1]) {
                continue;
            }
            damage(&world.engine, right.user, &sk, name, Some(value.clone())).await;
            let read = usage().await;
            assert_eq!(read.unreadable.len(), 1, "{name} {value:?}: {read:?}");
            let history = world.store.usage_between(right.user, right.month, right.month).await.expect("counters");
            assert_eq!(history, std::slice::from_ref(&read));
            // The recount of the runs replaces whatever is stored.
            let after = UsageCounter { revision: read.revision, unreadable: read.unreadable.clone(), ..right.clone() };
            world.store.correct(&read, &after).await.expect("corrected");
            let repaired = usage().await;
            assert_eq!(repaired, UsageCounter { revision: read.revision + 1, ..right.clone() }, "{name} {value:?}");
            world.store.correct(&read, &after).await.expect_err("the counter has changed since it was read");
            world.put_raw(whole.clone()).await;
        }
    }
}

#[tokio::test]
async fn amount_above_the_maximum_is_read_as_the_maximum() {
    let world = World::new().await;
    let (sk, right) = rich(&world).await;
    let run = world.begin(world.manual(2)).await;
    for digits in ["18446744073709551616", "99999999999999999999999999999999999999", "9007199254740993"] {
        for name in ["t_prompt", "t_completion", "cost_micros", "total_runs"] {
            let value = || Some(AttributeValue::N(digits.to_owned()));
            damage(&world.engine, right.user, &sk, name, value()).await;
            if name != "total_runs" {
                damage(&world.engine, right.user, &format!("RUN#{}", run.id), name, value()).await;
            }
        }
        let counter = world.store.usage(right.user, right.month).await.expect("a counter");
        assert_eq!((counter.tokens.prompt(), counter.cost, counter.total_runs), (AMOUNT_MAX, Cost::MAX, AMOUNT_MAX));
        assert!(counter.unreadable.is_empty());
        let read = world.store.run(run.user, run.id).await.expect("a run").expect("a run");
        assert_eq!((read.figures.tokens.total(), read.figures.cost), (AMOUNT_MAX, Cost::MAX));
    }
}
