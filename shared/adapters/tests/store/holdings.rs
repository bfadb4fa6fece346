//! What a user has: each thing is stored in one transaction with its count.

use crate::world::{World, refused};
use app::ports::{
    AccountChanges, Accounts, Configurations, Holdings, IdempotencyKey, IdempotencyRecords, LimitSeen, Part, Place,
    Refusal, Repositories,
};
use domain::account::{BaseUrl, LimitsChange, ModelName, Overrides, OwnModel, Plan};
use domain::configuration::Configuration;
use domain::delivery::WhenFull;
use domain::id::EventId;
use domain::instant::Duration;
use domain::repository::{Location, Repository, Sealed};
use testkit::builders;

fn place(limit: u64) -> Place {
    Place { limit, seen: LimitSeen { version: 0 } }
}

fn repository(world: &World, number: u64) -> Repository {
    let url = format!("https://github.com/octocat/r{number}");
    let location = Location::host(&url, None).expect("an address");
    Repository { location, ..builders::repository(world.user(), number) }
}

fn configuration(world: &World, number: u64) -> Configuration {
    builders::configuration(&world.repository, number)
}

async fn counts(world: &World) -> (u64, u64) {
    let account = world.store.account(world.user()).await.expect("an account");
    (account.repositories, account.configurations)
}

#[tokio::test]
async fn repository_is_counted_and_needs_a_free_place() {
    let world = World::new().await;
    let (first, second) = (repository(&world, 5), repository(&world, 6));
    world.store.add_repository(&first, place(1), None).await.expect("added");
    refused(world.store.add_repository(&second, place(1), None).await, &[Part::Account]);
    refused(world.store.add_repository(&second, place(0), None).await, &[Part::Account]);
    let other_limits = Place { limit: 9, seen: LimitSeen { version: 1 } };
    refused(world.store.add_repository(&second, other_limits, None).await, &[Part::Account]);
    refused(world.store.add_repository(&first, place(9), None).await, &[Part::Repository, Part::Address]);
    assert_eq!(world.store.repository(world.user(), second.id).await, Ok(None));
    assert_eq!(counts(&world).await, (1, 0));
    let listed = world.store.repositories(world.user()).await.expect("listed");
    assert_eq!(listed, [world.repository.clone(), first]);
}

#[tokio::test]
async fn address_is_reserved_for_a_minute_and_until_its_repository_is_deleted() {
    let world = World::new().await;
    let first = repository(&world, 5);
    let again = |number, seconds| Repository {
        location: first.location.clone(),
        created_at: first.created_at + Duration::seconds(seconds),
        ..repository(&world, number)
    };
    world.store.add_repository(&first, place(9), None).await.expect("added");
    refused(world.store.add_repository(&again(6, 59), place(9), None).await, &[Part::Address]);
    world.store.add_repository(&again(7, 60), place(9), None).await.expect("the reservation has expired");
    let tombstone =
        Repository { deleted_at: Some(first.created_at + Duration::seconds(60)), version: 2, ..first.clone() };
    world.store.remove_repository(&first, &tombstone).await.expect("removed");
    world.store.add_repository(&again(8, 61), place(9), None).await.expect("the address is free");
}

#[tokio::test]
async fn unknown_user_gets_a_free_account() {
    let world = World::new().await;
    let stranger = builders::user(7);
    let theirs = builders::repository(stranger, 7);
    world.store.add_repository(&theirs, place(5), None).await.expect("added");
    let account = world.store.account(stranger).await.expect("an account");
    assert_eq!((account.plan, account.limits_version, account.repositories), (Plan::Free, 0, 1));
}

#[tokio::test]
async fn repository_is_removed_once_and_the_count_stays_above_zero() {
    let world = World::new().await;
    let counted = repository(&world, 5);
    world.store.add_repository(&counted, place(5), None).await.expect("added");
    let tombstone = |before: &Repository| Repository {
        deleted_at: Some(world.fire()),
        version: before.version + 1,
        ..before.clone()
    };
    world.store.remove_repository(&counted, &tombstone(&counted)).await.expect("removed");
    refused(world.store.remove_repository(&counted, &tombstone(&counted)).await, &[Part::Repository, Part::Account]);
    assert_eq!(counts(&world).await, (0, 0));
    // A repository that was put without being counted.
    world.store.remove_repository(&world.repository, &tombstone(&world.repository)).await.expect("removed");
    assert_eq!(counts(&world).await, (0, 0));
    assert_eq!(world.store.repositories(world.user()).await, Ok(vec![]));
    let refusal = world.store.replace_repository(&tombstone(&counted), &counted).await;
    assert_eq!(refusal, Err(Refusal::MovedOn), "a tombstone stays one");
}

#[tokio::test]
async fn repository_is_replaced_only_as_it_was_read() {
    let world = World::new().await;
    let before = world.repository.clone();
    let after = Repository { name: "Mine".to_owned(), version: 2, ..before.clone() };
    world.store.replace_repository(&before, &after).await.expect("replaced");
    assert_eq!(world.store.repository(before.user, before.id).await, Ok(Some(after.clone())));
    assert_eq!(world.store.replace_repository(&before, &after).await, Err(Refusal::MovedOn));
    let absent = repository(&world, 9);
    assert_eq!(world.store.replace_repository(&absent, &absent).await, Err(Refusal::MovedOn));
}

#[tokio::test]
async fn configuration_needs_its_repository_and_a_free_place() {
    let world = World::new().await;
    let first = configuration(&world, 5);
    world.store.add_configuration(&first, place(1), None).await.expect("added");
    refused(world.store.add_configuration(&configuration(&world, 6), place(1), None).await, &[Part::Account]);
    let mut stray = configuration(&world, 7);
    stray.settings.repository = repository(&world, 9).id;
    refused(world.store.add_configuration(&stray, place(9), None).await, &[Part::Repository]);
    let deleted = Repository { deleted_at: Some(world.fire()), ..world.repository.clone() };
    world.store.put_repository(&deleted).await.expect("put");
    let late = configuration(&world, 8);
    refused(world.store.add_configuration(&late, place(9), None).await, &[Part::Repository]);
    assert_eq!(counts(&world).await, (0, 1));
    assert_eq!(world.store.configuration(world.user(), late.id).await, Ok(None));
}

#[tokio::test]
async fn configuration_edit_needs_the_limits_that_were_read() {
    let world = World::new().await;
    let before = world.current().await;
    let mut settings = before.settings.clone();
    settings.enabled = false;
    let after = before.edited(settings, world.fire());
    let seen = LimitSeen { version: 0 };
    refused(world.store.edit_configuration(&before, &after, LimitSeen { version: 3 }).await, &[Part::Account]);
    world.store.edit_configuration(&before, &after, seen).await.expect("edited");
    assert_eq!(world.current().await, after);
    refused(world.store.edit_configuration(&before, &after, seen).await, &[Part::Configuration]);

    let tombstone = after.deleted(world.fire());
    world.store.remove_configuration(&after, &tombstone).await.expect("removed");
    assert_eq!(world.current().await, tombstone);
    refused(world.store.edit_configuration(&tombstone, &after, seen).await, &[Part::Configuration]);
    refused(world.store.remove_configuration(&tombstone, &tombstone).await, &[Part::Configuration, Part::Account]);
}

#[tokio::test]
async fn idempotency_key_creates_one_configuration() {
    let world = World::new().await;
    let key = IdempotencyKey { key_hash: [1; 32], request_hash: [2; 32] };
    let first = configuration(&world, 5);
    world.store.add_configuration(&first, place(9), Some(&key)).await.expect("added");
    let second = configuration(&world, 6);
    refused(world.store.add_configuration(&second, place(9), Some(&key)).await, &[Part::Idempotency]);
    let now = first.created_at + Duration::hours(1);
    let record = world.store.idempotency_record(world.user(), &key, now).await.expect("read").expect("a record");
    assert_eq!((record.made, record.request_hash), (first.id.uuid(), [2; 32]));
    assert_eq!(counts(&world).await, (0, 1));
}

#[tokio::test]
async fn idempotency_key_replaces_one_configuration_once() {
    let world = World::new().await;
    let key = IdempotencyKey { key_hash: [1; 32], request_hash: [2; 32] };
    let (before, now) = (world.current().await, world.fire());
    let sealed = |byte| Sealed::from_bytes(vec![byte; 8]);
    let after = before.rotated(sealed(1), WhenFull::Refuse, now).expect("room");
    world.store.replace_configuration_once(&before, &after, &key, now).await.expect("replaced");
    assert_eq!(world.current().await, after);
    let record = world.store.idempotency_record(world.user(), &key, now).await.expect("read").expect("a record");
    assert_eq!((record.made, record.created_at), (before.id.uuid(), now));
    let again = after.rotated(sealed(2), WhenFull::Refuse, now).expect("room");
    let stale = world.store.replace_configuration_once(&before, &again, &key, now).await;
    refused(stale, &[Part::Configuration, Part::Idempotency]);
    refused(world.store.replace_configuration_once(&after, &again, &key, now).await, &[Part::Idempotency]);
    assert_eq!(world.current().await, after);
    let later = now + Duration::hours(25);
    world.store.replace_configuration_once(&after, &again, &key, later).await.expect("the key is forgotten");
    let tombstone = again.deleted(later);
    world.store.remove_configuration(&again, &tombstone).await.expect("removed");
    let other = IdempotencyKey { key_hash: [3; 32], request_hash: [2; 32] };
    let late = tombstone.rotated(sealed(3), WhenFull::Refuse, later).expect("room");
    let late = world.store.replace_configuration_once(&tombstone, &late, &other, later).await;
    refused(late, &[Part::Configuration]);
    assert_eq!(world.store.idempotency_record(world.user(), &other, later).await, Ok(None));
}

#[tokio::test]
async fn limits_change_once_with_their_audit_and_keep_the_counts() {
    let world = World::new().await;
    world.store.add_repository(&repository(&world, 5), place(5), None).await.expect("added");
    let before = world.store.account(world.user()).await.expect("an account");
    let mut after = before.clone();
    after.plan = Plan::Pro;
    after.overrides = Overrides { monthly_runs: Some(9), ..Overrides::default() };
    after.limits_version = 1;
    let audit = LimitsChange {
        id: EventId::at(world.fire(), builders::randomness(1)),
        user: world.user(),
        by: builders::user(2),
        at: world.fire(),
        before: (before.plan, before.overrides),
        after: (after.plan, after.overrides),
    };
    // Meanwhile another repository was added.
    world.store.add_repository(&repository(&world, 6), place(5), None).await.expect("added");
    world.store.change_limits(&before, &after, &audit, None).await.expect("changed");
    after.repositories = 2;
    assert_eq!(world.store.account(world.user()).await, Ok(after.clone()));
    let entry = world.raw(&format!("AUDIT#{}", audit.id)).await.expect("an audit entry");
    assert_eq!(entry["by"].as_s().expect("text"), &builders::user(2).to_string());
    assert_eq!(entry["after_plan"].as_s().expect("text"), "pro");
    let again = world.store.change_limits(&before, &after, &audit, None).await;
    refused(again, &[Part::Account, Part::Audit]);

    let own_model = OwnModel {
        base_url: BaseUrl::parse("https://models.example.com/v1").expect("an address"),
        key: Some(Sealed::from_bytes(vec![1, 2])),
        model: ModelName::parse("m").expect("a name"),
        rates: None,
    };
    after.time_zone = Some("Europe/Berlin".to_owned());
    for own_model in [Some(own_model), None] {
        let before = after.clone();
        after.own_model = own_model;
        after.profile_version += 1;
        world.store.put_profile(&before, &after).await.expect("put");
        assert_eq!(world.store.account(world.user()).await, Ok(after.clone()));
        let stale = world.store.put_profile(&before, &after).await;
        assert_eq!(stale, Err(Refusal::MovedOn), "another edit came first");
    }
}
