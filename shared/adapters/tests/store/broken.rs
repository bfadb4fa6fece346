//! Records that do not read: an error that names record and attribute and never a value, and no panic.

use crate::world::{Raw, World};
use app::ports::{Accounts, Configurations, DueIndex, DueKind, Repositories, Runs, StoreError, UsageCounters};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::shard;
use domain::instant::Duration;

/// What no attribute of any record reads as.
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
        "USAGE" => world.store.usage(run.user, run.id.month()).await.map(|_| ()),
        other => panic!("no such noun: {other}"),
    }
}

#[tokio::test]
async fn a_wrong_attribute_is_named() {
    let world = World::new().await;
    let run = world.begin(world.scheduled(world.fire())).await;
    let keys = [
        "ACCOUNT".to_owned(),
        format!("REPO#{}", world.repository.id),
        format!("CONFIG#{}", world.configuration.id),
        format!("RUN#{}", run.id),
        format!("USAGE#{}", run.id.month()),
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
            let StoreError::Broken { detail } = &error else { panic!("{error}") };
            assert!(detail.contains(&sk) && detail.contains(&format!("'{name}'")), "{detail}");
            assert!(!detail.contains("314159265"), "{detail}");
        }
        world.put_raw(item).await;
    }
}

#[tokio::test]
async fn a_missing_attribute_is_named() {
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
async fn a_broken_entry_does_not_hold_up_the_index() {
    let world = World::new().await;
    let id = world.configuration.id;
    let mut broken = world.raw(&format!("CONFIG#{id}")).await.expect("an item");
    broken.insert("sk".to_owned(), AttributeValue::S("CONFIG#none".to_owned()));
    broken.insert("text".to_owned(), AttributeValue::B(Blob::new([1])));
    world.put_raw(broken).await;
    let due = world.store.due(DueKind::Fire, shard(id.uuid()), world.fire() + Duration::hours(1), 10).await;
    assert_eq!(due.expect("due").len(), 1);
}
