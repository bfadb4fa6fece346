//! The limits of what one request or message may spend on a table that fails.

use crate::world::World;
use adapters::dynamodb::{Allowance, Budget, DynamoStore};
use app::ports::{Accounts, RunLedger, Runs, StoreError, TransactionError};
use domain::instant::Duration;
use std::time::{Duration as Span, Instant};
use testkit::builders::at;
use testkit::faults::{Asked, Failing, Outage, Requests};

async fn failing(failing: Failing, requests: Requests) -> (World, DynamoStore, Outage) {
    let (world, outage) = (World::new().await, Outage::default());
    let store = world.engine.store_behind(&outage);
    outage.begin(failing, requests);
    (world, store, outage)
}

async fn reserve(world: &World, store: &DynamoStore) -> Result<(), StoreError> {
    match store.reserve(&world.reservation(world.manual(1))).await {
        Ok(()) => Ok(()),
        Err(TransactionError::Store(error)) => Err(error),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn budget_is_shared_by_all_calls_and_ends_further_requests() {
    let (world, store, outage) = failing(Failing::ServerError, Requests::Writes).await;
    let budget = Budget::new(Allowance::REQUEST, None);
    let work = async {
        for writes in [3, 3, 0, 0] {
            let error = reserve(&world, &store).await.unwrap_err();
            assert_eq!(outage.take_asked(), Asked { reads: 0, writes });
            let used_up = matches!(error, StoreError::Busy { retry_after, .. } if retry_after >= Span::from_secs(1));
            assert_eq!(used_up, writes == 0, "{error}");
        }
        // The verb's loop ends at its next read.
        store.account(world.user()).await.unwrap_err();
        assert_eq!(outage.take_asked(), Asked::default());
    };
    budget.within(work).await;
    store.account(world.user()).await.expect("outside of the budget the table is read");
}

#[tokio::test]
async fn write_with_a_lost_answer_can_be_read_after_the_last_try() {
    let (world, store, outage) = failing(Failing::AnswerLost, Requests::Writes).await;
    let work = async {
        for _ in 0..2 {
            reserve(&world, &store).await.unwrap_err();
        }
        assert_eq!(outage.take_asked().writes, 6);
        let run = world.manual(1);
        assert!(store.run(run.user, run.id).await.unwrap().is_some());
    };
    Budget::new(Allowance::REQUEST, None).within(work).await;
}

#[tokio::test]
async fn successful_try_gives_one_failure_back() {
    let (world, store, outage) = failing(Failing::ServerError, Requests::All).await;
    let work = async {
        for _ in 0..5 {
            outage.begin(Failing::ServerError, Requests::All);
            store.account(world.user()).await.unwrap_err();
            outage.end();
            for _ in 0..3 {
                store.account(world.user()).await.expect("the table works again");
            }
        }
    };
    Budget::new(Allowance::REQUEST, None).within(work).await;
}

#[tokio::test]
async fn message_may_fail_more_often_and_ends_with_its_invocation() {
    let (world, store, outage) = failing(Failing::Throttled, Requests::Writes).await;
    let now = at("2026-01-01T00:00:00Z");
    let patient = Budget::of_message(now, now + Duration::minutes(3));
    patient.within(reserve(&world, &store)).await.unwrap_err();
    assert_eq!(outage.take_asked().writes, 8);

    let began = Instant::now();
    let hurried = Budget::of_message(now, now + Duration::seconds(2));
    hurried.within(async { while reserve(&world, &store).await.is_err_and(|error| !is_used_up(&error)) {} }).await;
    assert!(began.elapsed() < Span::from_secs(2), "{:?}", began.elapsed());
}

fn is_used_up(error: &StoreError) -> bool {
    error.to_string().contains("budget")
}

#[tokio::test]
async fn hanging_call_ends_with_its_share_of_the_time() {
    let (world, store, outage) = failing(Failing::Hanging, Requests::All).await;
    let began = Instant::now();
    let budget = Budget::new(Allowance::REQUEST, Some(Span::from_secs(4)));
    let error = budget.within(store.account(world.user())).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    assert_eq!(outage.take_asked().reads, 1);
    let took = began.elapsed();
    assert!(took >= Span::from_millis(1_900) && took < Span::from_secs(4), "{took:?}");
}
