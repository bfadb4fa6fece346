//! The deletion of an account, with a worker that dies at every call it makes: the request that closes it, and each
//! tick that continues it.
//!
//! Before it there is a record of every kind: a report with a pending delivery, a pending notice and event, an
//! unclaimed run, a client's key, an audit entry. After it only the permanent records are left, and the month's figures
//! are as before, with the cancelled run.

use crate::harness::{Fate, Harness};
use crate::path::Path;
use app::holdings::Expected;
use app::ports::IdempotencyKey;
use domain::account::{Overrides, Plan, Standing};
use domain::run::Window;
use testkit::builders::{at, user};
use testkit::crash::{Call, Moment};
use testkit::invariants::next_due;
use testkit::partition::partition;
use testkit::world::Verbs;

async fn set_up() -> Harness {
    let harness = Path::Notified.set_up(Fate::Lost).await;
    let (world, scene) = (&harness.world, &harness.scene);
    world
        .deployment
        .set_limits()
        .set(user(9), scene.user(), (Plan::Pro, Overrides::default()), &Expected::Any)
        .await
        .unwrap();
    let window = Window::new(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00Z")).unwrap();
    let key = IdempotencyKey { key_hash: [1; 32], request_hash: [2; 32] };
    let start = world.deployment.start_manual_run();
    start.start(scene.user(), scene.configuration.id, window, Some(key)).await.unwrap();
    world.queue.drop_all();
    let records = partition(&world.engine, scene.user()).await;
    for kind in ["ACCOUNT", "AUDIT#", "CONFIG#", "CONTENT#", "EVENT#", "IDEM#", "NOTICE#", "REPO#", "RUN#", "USAGE#"] {
        assert!(records.keys().any(|key| key.starts_with(kind)), "the set-up has no {kind}");
    }
    harness
}

async fn walk(point: Option<(usize, Moment)>) -> Vec<Call> {
    let harness = set_up().await;
    let (world, owner) = (&harness.world, harness.scene.user());
    if let Some((number, moment)) = point {
        harness.calls.crash_at(number, moment);
    }
    // A client whose request was interrupted repeats it.
    let closed = loop {
        let verb = harness.watched.close_account();
        if let Some(standing) = harness.calls.run_worker(verb.close(owner, owner)).await {
            break standing.unwrap();
        }
    };
    harness.settle(at("2026-01-01T20:00:00Z")).await;
    let calls = harness.calls.made();
    assert_eq!(harness.calls.crashed(), point.is_some(), "{point:?}: the calls come in another order");
    let left = partition(&world.engine, owner).await;
    let audits = left.keys().filter(|key| key.starts_with("AUDIT#")).count();
    assert_eq!(audits, 2, "{point:?}: the change of plan and one closing");
    let others: Vec<&String> = left.keys().filter(|key| !key.starts_with("AUDIT#")).collect();
    assert_eq!(others, ["ACCOUNT", "USAGE#2026-01"], "{point:?}");
    let standing = world.deployment.store.account(owner).await.unwrap().standing;
    assert!(matches!(standing, Standing::Deleted { since, .. } if Some(since) == closed.closed_at()), "{standing:?}");
    assert_eq!(next_due(world).await, None, "{point:?}: nothing is due any more");
    let usage = world.counter(owner).await;
    // The running run is cancelled. If a tick died after it had requested this run again, a worker may end it before
    // the next tick: with success, or without its repository.
    let ends = (usage.successful_runs, usage.failed_runs, usage.cancelled_runs);
    let possible: &[_] = if point.is_some() { &[(1, 0, 1), (2, 0, 0), (1, 1, 0)] } else { &[(1, 0, 1)] };
    assert!(possible.contains(&ends), "{point:?}: {ends:?}");
    let slots = (usage.total_runs, usage.counted_runs, usage.slots_used, usage.uncounted_runs);
    assert_eq!(slots, (2, ends.0, ends.0, 2 - ends.0), "{point:?}");
    calls
}

/// Calls that change nothing, so that dying after one is the same as dying before the next.
const READS: [&str; 11] = [
    "account",
    "configuration",
    "configurations",
    "content",
    "due",
    "has_markers",
    "notices",
    "repositories",
    "run",
    "runs",
    "usage",
];

/// Every `of`-th call, beginning with `from`, so that the walks share the cores.
async fn die_at_every(of: usize, from: usize) {
    let began = std::time::Instant::now();
    let calls = walk(None).await;
    let numbers = calls.iter().enumerate().filter(|(_, call)| !call.idle).map(|(number, _)| number);
    let mut walks = 0;
    for number in numbers.skip(from).step_by(of) {
        let only_before = calls.get(number).is_some_and(|call| READS.contains(&call.name));
        for moment in Moment::ALL.into_iter().filter(|moment| *moment == Moment::Before || !only_before) {
            walk(Some((number, moment))).await;
            walks += 1;
        }
    }
    assert!(walks >= 10, "{calls:?}");
    println!("a deletion: {walks} walks in {:.1} s", began.elapsed().as_secs_f64());
}

#[tokio::test]
async fn interrupted_deletion_continues_at_even_calls() {
    die_at_every(2, 0).await;
}

#[tokio::test]
async fn interrupted_deletion_continues_at_odd_calls() {
    die_at_every(2, 1).await;
}
