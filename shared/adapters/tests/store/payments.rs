//! Payments for tokens outside of a run's end.

use crate::world::{World, payment, refused};
use app::ports::{Part, RunLedger};
use domain::instant::Duration;
use domain::money::Cost;
use domain::run::Payment;

#[tokio::test]
async fn attempt_is_paid_once_even_after_the_end() {
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
async fn payment_of_zero_is_recorded() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let nothing = Payment { attempt: 1, priced: domain::run::Priced::default() };
    world.store.pay(&run, &nothing, run.started_at).await.expect("paid");
    assert_eq!(world.stored(&run).await.expect("a run").paid_attempts, [1].into());
}

/// A payment without a price.
fn unpriced(attempt: u32) -> Payment {
    let mut payment = payment(attempt);
    payment.priced.rates = None;
    payment.priced.cost = Cost::ZERO;
    payment.priced.tokens = payment.priced.tokens.with_cache_write(300);
    payment
}

#[tokio::test]
async fn run_with_two_payments_of_unknown_price_is_counted_as_unpriced_once() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let now = run.started_at + Duration::minutes(5);
    world.store.pay(&run, &unpriced(1), now).await.expect("paid");
    // Another worker read the run before the first payment: it must read again, so that the run is not counted twice.
    refused(world.store.pay(&run, &unpriced(2), now).await, &[Part::Run]);
    refused(world.store.finish(&world.success(run.clone(), vec![unpriced(2)])).await, &[Part::Run]);
    world.store.pay(&run, &payment(3), now).await.expect("a known price needs no such condition");
    let stored = world.stored(&run).await.expect("a run");
    world.store.finish(&world.success(stored, vec![unpriced(2)])).await.expect("finished");

    let stored = world.stored(&run).await.expect("a run");
    let usage = world.usage().await;
    assert_eq!((usage.unpriced_runs, stored.figures.total_cost()), (1, None));
    assert_eq!((usage.tokens, usage.cost), (stored.figures.tokens, payment(3).priced.cost));
    assert_eq!(stored.figures.tokens.cache_write(), 600);
    assert_eq!(usage.of_runs(&[stored]), usage, "a recount has the same result");
}

#[tokio::test]
async fn payment_for_an_unknown_run_creates_nothing() {
    let world = World::new().await;
    let run = world.manual(1);
    refused(world.store.pay(&run, &payment(1), run.started_at).await, &[Part::Run]);
    assert_eq!(world.stored(&run).await, None);
    assert_eq!(world.usage().await.revision, 0);
}
