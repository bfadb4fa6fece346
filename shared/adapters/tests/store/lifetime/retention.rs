//! Expired texts and attempts are absent, whether the table has removed them yet or not.

use crate::world::World;
use adapters::dynamodb::{Kept, Retention};
use app::ports::{Attempt, Contents, Deliveries};
use domain::delivery::AttemptResult;
use domain::event::DeliverySubject;
use domain::instant::Duration;
use domain::money::{Cost, TokenUsage, UsageSource};
use domain::run::{Content, Priced};
use std::collections::BTreeSet;
use std::sync::Arc;
use testkit::clock::ManualClock;
use testkit::partition::partition;

/// The text of the first manual run.
pub(crate) fn content(world: &World) -> Content {
    let run = world.manual(1);
    Content {
        headline: None,
        facts: None,
        run: run.id,
        user: run.user,
        attempt: 1,
        text: "All is well.".to_owned(),
        commits: 1,
        commits_at_least: false,
        range_from: None,
        head: None,
        was_reset: false,
        observed_at: run.started_at,
        covered_from: None,
        generation: 0,
        degraded: false,
        degraded_reason: None,
        priced: Priced {
            tokens: TokenUsage::ZERO,
            cost: Cost::ZERO,
            source: UsageSource::None,
            model: None,
            rates: None,
        },
        reported: BTreeSet::new(),
        further: Vec::new(),
        paths: Vec::new(),
        failed: Vec::new(),
    }
}

fn attempt(world: &World) -> Attempt {
    let run = world.manual(1);
    Attempt {
        user: run.user,
        subject: DeliverySubject::Run(run.id),
        number: 1,
        at: run.started_at,
        duration_ms: Some(3),
        result: AttemptResult::Status(200),
        response_excerpt: None,
        next_attempt_at: None,
    }
}

#[tokio::test]
async fn expired_record_is_absent_to_the_second() {
    let world = World::new().await;
    let (content, attempt) = (content(&world), attempt(&world));
    let clock = ManualClock::at(content.observed_at);
    let retention = Retention { texts: Kept::Days(100), attempts: Kept::Days(10) };
    let store = world.store.clone().keeping(retention, Arc::new(clock.clone()));
    assert_eq!(store.put_content(&content).await.expect("put"), content);
    store.put_attempt(&attempt).await.expect("put");
    let user = world.user();
    clock.set(attempt.at + Duration::days(10) - Duration::seconds(1));
    assert_eq!(store.attempt(user, attempt.subject, 1).await.expect("read"), Some(attempt.clone()));
    assert_eq!(store.attempts(user, attempt.subject).await.expect("read"), std::slice::from_ref(&attempt));
    clock.advance(Duration::seconds(1));
    assert_eq!(store.attempt(user, attempt.subject, 1).await.expect("read"), None);
    assert_eq!(store.attempts(user, attempt.subject).await.expect("read"), []);
    clock.set(content.observed_at + Duration::days(100) - Duration::seconds(1));
    assert_eq!(store.content(user, content.run).await.expect("read"), Some(content.clone()));
    clock.advance(Duration::seconds(1));
    assert_eq!(store.content(user, content.run).await.expect("read"), None);
    let records = partition(&world.engine, user).await;
    let expiries = ["CONTENT#", "ATTEMPT#"].map(|kind| {
        let (_, record) = records.iter().find(|(key, _)| key.starts_with(kind)).expect("it is there still");
        record["expires_at"].as_n().expect("seconds").clone()
    });
    let expected = [content.observed_at + Duration::days(100), attempt.at + Duration::days(10)];
    assert_eq!(expiries, expected.map(|at| at.timestamp().to_string()), "the table removes them by this");
}

#[tokio::test]
async fn unlimited_retention_has_no_expiry_and_a_new_one_keeps_older_records() {
    let world = World::new().await;
    let (content, attempt) = (content(&world), attempt(&world));
    let clock = ManualClock::at(content.observed_at);
    let ever = Retention { texts: Kept::ForEver, attempts: Kept::ForEver };
    let store = world.store.clone().keeping(ever, Arc::new(clock.clone()));
    store.put_content(&content).await.expect("put");
    store.put_attempt(&attempt).await.expect("put");
    let records = partition(&world.engine, world.user()).await;
    for kind in ["CONTENT#", "ATTEMPT#"] {
        let (_, record) = records.iter().find(|(key, _)| key.starts_with(kind)).expect("it is there");
        assert!(!record.contains_key("expires_at"), "{record:?}");
    }
    clock.advance(Duration::days(36_500));
    let shorter = world.store.clone().keeping(Retention::default(), Arc::new(clock.clone()));
    assert_eq!(shorter.content(world.user(), content.run).await.expect("read"), Some(content));
    assert_eq!(shorter.attempts(world.user(), attempt.subject).await.expect("read"), [attempt]);
}
