//! Places in a rate, and token buckets made of them.

use crate::world::World;
use app::ports::{Rate, RateOf, Rates, Reserved};
use domain::instant::{Duration, Instant};
use futures::future::join_all;
use testkit::builders;

fn rate(tokens: i32) -> Rate {
    Rate { of: RateOf::Requests, interval: Duration::seconds(6), ahead_max: Duration::seconds(6) * (tokens - 1) }
}

async fn taken(world: &World, rate: &Rate, now: Instant, callers: usize) -> Vec<Reserved> {
    let user = builders::user(1);
    let all = join_all((0..callers).map(|_| world.store.reserve_place(user, rate, now))).await;
    all.into_iter().map(|reserved| reserved.expect("the store")).collect()
}

fn admitted(reserved: &[Reserved]) -> usize {
    reserved.iter().filter(|reserved| matches!(reserved, Reserved::At(_))).count()
}

#[tokio::test]
async fn fifty_callers_at_once_get_exactly_the_bucket_and_its_refill() {
    let world = World::new().await;
    let (rate, now) = (rate(20), builders::epoch());
    let first = taken(&world, &rate, now, 50).await;
    assert_eq!(admitted(&first), 20);
    let again_at = now + Duration::seconds(6);
    assert_eq!(first.iter().filter(|reserved| **reserved == Reserved::Full { again_at }).count(), 30);
    assert_eq!(admitted(&taken(&world, &rate, again_at - Duration::milliseconds(1), 1).await), 0);
    assert_eq!(admitted(&taken(&world, &rate, now + Duration::seconds(18), 10).await), 3);
    assert_eq!(admitted(&taken(&world, &rate, now + Duration::hours(1), 50).await), 20, "no more than a full bucket");
}

#[tokio::test]
async fn concurrent_callers_get_different_places_and_each_user_and_endpoint_its_own() {
    let world = World::new().await;
    let now = builders::epoch();
    let of = |byte| Rate { of: RateOf::Endpoint([byte; 32]), ..rate(100) };
    let mut places: Vec<i64> = taken(&world, &of(1), now, 8)
        .await
        .into_iter()
        .map(|reserved| match reserved {
            Reserved::At(place) => (place - now).num_seconds(),
            Reserved::Full { .. } => panic!("full"),
        })
        .collect();
    places.sort_unstable();
    assert_eq!(places, [0, 6, 12, 18, 24, 30, 36, 42]);
    assert_eq!(taken(&world, &of(2), now, 1).await, [Reserved::At(now)]);
    let other = world.store.reserve_place(builders::user(2), &of(1), now).await;
    assert_eq!(other.expect("the store"), Reserved::At(now));
}

#[tokio::test]
async fn record_of_a_rate_expires_with_its_last_place() {
    let world = World::new().await;
    let now = builders::epoch();
    taken(&world, &rate(2), now, 2).await;
    let records = testkit::partition::partition(&world.engine, builders::user(1)).await;
    // The key begins as that of a record that is erased with its account.
    let record = records.get("IDEM#RATE#REQUESTS").expect("the record of the rate");
    let expires_at: i64 = record["expires_at"].as_n().expect("a number").parse().expect("seconds");
    assert_eq!(expires_at, (now + Duration::seconds(13)).timestamp());
}
