//! Conflicts, throttles and lost answers.
//!
//! A test fails if a counter does not equal its runs, a limit is exceeded, or an effect leaves no trace. An error such
//! as "busy" or "no answer" is allowed, as long as it is true.

mod budget;

use crate::world::{World, payment, refused};
use app::ports::{Accounts, Part, RunLedger, Runs, StoreError, TransactionError};
use domain::run::Run;
use futures::future::join_all;
use testkit::faults::{FaultPlan, Faults};

const CONFLICTS: FaultPlan = FaultPlan {
    transaction_conflict_percent: 30,
    lost_answer_percent: 0,
    lost_write_answer_percent: 0,
    throttle_percent: 0,
};

/// Begins a run as a caller does: a busy store is asked again, and after a lost answer the run is looked up.
async fn admit(world: &World, store: &impl RunLedger, run: Run) -> bool {
    loop {
        match store.reserve(&world.reservation(run.clone())).await {
            Ok(()) => return true,
            Err(TransactionError::Refused(parts)) => {
                return parts.contains(&Part::Run) && world.stored(&run).await.is_some();
            }
            Err(TransactionError::Store(StoreError::Busy { .. } | StoreError::Unavailable { .. })) => {}
            Err(TransactionError::Store(error)) => panic!("{error}"),
        }
    }
}

async fn admitted_of_64(plan: FaultPlan, seed: u64) -> Faults {
    let world = World::new().await;
    let faults = Faults::new(seed, plan);
    let store = world.engine.store_with(&faults);
    let runs: Vec<Run> = (1..=64).map(|number| world.manual(number)).collect();
    let admitted = join_all(runs.into_iter().map(|run| admit(&world, &store, run))).await;
    assert_eq!(admitted.into_iter().filter(|admitted| *admitted).count(), 50);
    let usage = world.usage().await;
    assert_eq!((usage.slots_used, usage.total_runs, usage.uncounted_runs, usage.revision), (50, 50, 50, 50));
    let page = world.store.runs(world.user(), 100, None).await.expect("runs");
    assert_eq!(page.items.len(), 50);
    faults
}

#[tokio::test]
async fn sixty_four_concurrent_runs_are_admitted_up_to_the_limit_under_conflicts() {
    for seed in 1..=3 {
        let faults = admitted_of_64(CONFLICTS, seed).await;
        assert!(faults.counts().transaction_conflicts >= 5, "{faults:?}");
    }
}

#[tokio::test]
async fn sixty_four_concurrent_runs_are_admitted_up_to_the_limit_under_every_fault() {
    let plan = FaultPlan { lost_answer_percent: 15, throttle_percent: 10, ..CONFLICTS };
    let counts = admitted_of_64(plan, 4).await.counts();
    assert!(counts.lost_answers > 0 && counts.throttles > 0, "{counts:?}");
}

#[tokio::test]
async fn lost_answer_is_an_error_and_its_write_is_stored() {
    let world = World::new().await;
    let faults = Faults::new(1, FaultPlan { lost_answer_percent: 100, ..FaultPlan::default() });
    let store = world.engine.store_with(&faults);
    let run = world.scheduled(world.fire());
    let result = store.reserve(&world.reservation(run.clone())).await;
    assert!(matches!(result, Err(TransactionError::Store(StoreError::Unavailable { .. }))), "{result:?}");
    assert_eq!(faults.counts().lost_answers, 1);
    assert_eq!(world.stored(&run).await, Some(run.clone()));
    assert_eq!(world.usage().await.revision, 1);

    let result = store.finish(&world.success(run.clone(), vec![payment(1)])).await;
    assert!(matches!(result, Err(TransactionError::Store(StoreError::Unavailable { .. }))), "{result:?}");
    assert_eq!(world.stored(&run).await.expect("a run").paid_attempts, [1].into());
    faults.set_plan(FaultPlan::default());
    refused(store.finish(&world.success(run, vec![payment(1)])).await, &[Part::Run, Part::Configuration]);
    let usage = world.usage().await;
    assert_eq!((usage.revision, usage.counted_runs, usage.cost), (2, 1, payment(1).priced.cost));
}

#[tokio::test]
async fn permanent_conflict_is_busy_and_stores_nothing() {
    let world = World::new().await;
    let faults = Faults::new(1, FaultPlan { transaction_conflict_percent: 100, ..FaultPlan::default() });
    let store = world.engine.store_with(&faults);
    let run = world.manual(1);
    let result = store.reserve(&world.reservation(run.clone())).await;
    assert!(matches!(result, Err(TransactionError::Store(StoreError::Busy { .. }))), "{result:?}");
    assert_eq!(faults.counts().transaction_conflicts, 8);
    assert_eq!(world.stored(&run).await, None);
}

#[tokio::test]
async fn permanent_throttling_is_busy() {
    let world = World::new().await;
    let faults = Faults::new(1, FaultPlan { throttle_percent: 100, ..FaultPlan::default() });
    let store = world.engine.store_with(&faults);
    let read = store.account(world.user()).await;
    assert!(matches!(read, Err(StoreError::Busy { .. })), "{read:?}");
    let written = store.reserve(&world.reservation(world.manual(1))).await;
    assert!(matches!(written, Err(TransactionError::Store(StoreError::Busy { .. }))), "{written:?}");
}

#[tokio::test]
async fn stopped_store_is_unavailable() {
    let mut world = World::new().await;
    let faults = Faults::new(1, FaultPlan::default());
    let store = world.engine.store_with(&faults);
    let run = world.manual(1);
    let reservation = world.reservation(run);
    // Another engine replaces this world's; the one that the store uses stops.
    world.engine = testkit::engine::Engine::memory().await.expect("the engine starts");
    let read = store.account(world.user()).await;
    assert!(matches!(read, Err(StoreError::Unavailable { .. })), "{read:?}");
    let written = store.reserve(&reservation).await;
    assert!(matches!(written, Err(TransactionError::Store(StoreError::Unavailable { .. }))), "{written:?}");
}

#[tokio::test]
async fn missing_table_is_broken_and_not_retried() {
    let world = World::new().await;
    let entropy = std::sync::Arc::new(testkit::entropy::SeededEntropy::new(1));
    let store = adapters::dynamodb::DynamoStore::new(world.engine.client(), "nowhere".to_owned(), entropy);
    let read = store.account(world.user()).await;
    assert!(matches!(read, Err(StoreError::Broken { .. })), "{read:?}");
}
