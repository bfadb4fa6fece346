//! Tokens that are in no run's end.

use crate::world::{World, payment, refused};
use app::ports::{Part, RunLedger};
use domain::instant::Duration;
use domain::run::Payment;

#[tokio::test]
async fn an_attempt_is_paid_once_and_an_ended_run_takes_it_too() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let finish = world.success(run.clone(), vec![payment(1)]);
    world.store.finish(&finish).await.expect("finished");
    let now = run.started_at + Duration::minutes(5);
    world.store.pay(&run, &payment(2), now).await.expect("paid");
    refused(world.store.pay(&run, &payment(2), now).await, &[Part::Run]);
    refused(world.store.pay(&run, &payment(1), now).await, &[Part::Run]);

    let (expected, _) = finish.run.with_payments(&[payment(2)], now);
    let stored = world.stored(&run).await.expect("a run");
    assert_eq!(stored, expected);
    let usage = world.usage().await;
    assert_eq!((usage.tokens, usage.cost), (stored.figures.tokens, stored.figures.cost));
    assert_eq!((usage.counted_runs, usage.revision), (1, 3));
}

#[tokio::test]
async fn a_payment_of_nothing_is_noted() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let nothing = Payment { attempt: 1, priced: domain::run::Priced::default() };
    world.store.pay(&run, &nothing, run.started_at).await.expect("paid");
    assert_eq!(world.stored(&run).await.expect("a run").paid_attempts, [1].into());
}

#[tokio::test]
async fn a_run_that_is_not_there_is_not_made() {
    let world = World::new().await;
    let run = world.manual(1);
    refused(world.store.pay(&run, &payment(1), run.started_at).await, &[Part::Run]);
    assert_eq!(world.stored(&run).await, None);
    assert_eq!(world.usage().await.revision, 0);
}
