//! Workers that are active while their account is deleted, and others that resume long after: no record reappears.

use super::{assert_erased, close, counters, later, lived, rest};
use app::deliveries::RedeliverError;
use app::ports::{Clock, DeliveryMove, DeliveryRequest};
use app::runs::Executed;
use domain::event::DeliverySubject;
use domain::instant::Duration;
use domain::run::Status;
use testkit::builders::at;
use testkit::crash::Calls;
use testkit::faults::FaultPlan;
use testkit::outside::ScriptedModel;
use testkit::partition::partition;
use testkit::queue::Queued;
use testkit::world::{Scene, Verbs, World};

/// The account is closed while a worker is suspended at `call`; the worker resumes `after` that. Returns the world when
/// all work is completed.
async fn while_a_worker_waits_at(call: &'static str, after: Duration) -> (World, Scene) {
    let (world, scene, _) = lived().await;
    world.git.push(at("2026-01-01T02:30:00Z"), "feat: cherries");
    world.clock.set(at("2026-01-01T03:00:10Z"));
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let calls = Calls::default();
    let watched = calls.around(&world.deployment);
    let gate = calls.gate_at(call);
    let verb = watched.execute_run();
    let deadline = world.soon();
    let work = verb.execute(&request, deadline);
    let meanwhile = async {
        gate.reached().await;
        close(&world, scene.user()).await;
        for _ in 0..4 {
            later(&world, after / 4).await;
        }
        let before = partition(&world.engine, scene.user()).await;
        gate.open();
        before
    };
    let (executed, before) = tokio::join!(work, meanwhile);
    assert!(matches!(executed.unwrap(), Executed::Nothing(_)), "its run was taken from it");
    let now = partition(&world.engine, scene.user()).await;
    let brought_back: Vec<_> = now.keys().filter(|key| !before.contains_key(*key)).collect();
    let marked = |key: &String| before.get(key).is_some_and(|record| record.contains_key("marker"));
    let filled: Vec<_> = now.iter().filter(|(key, record)| marked(key) && !record.contains_key("marker")).collect();
    if after > Duration::minutes(10) {
        assert!(brought_back.is_empty() && filled.is_empty(), "{call}: {brought_back:?} {filled:?}");
    }
    (world, scene)
}

async fn assert_comes_to_rest(world: &World, scene: &Scene) {
    let kept = counters(world, scene.user()).await;
    rest(world).await;
    assert_erased(world, scene.user(), &kept).await;
}

#[tokio::test]
async fn worker_of_a_cancelled_run_ends_nothing_and_its_tokens_are_counted() {
    for call in ["put_content", "finish"] {
        let (world, scene) = Box::pin(while_a_worker_waits_at(call, Duration::minutes(2))).await;
        let usage = world.counter(scene.user()).await;
        assert_eq!((usage.cancelled_runs, usage.in_flight()), (1, 0), "{call}: the slot went back");
        let paid = world.model.calls() * ScriptedModel::usage().total();
        // The other user's manual report is written without a model.
        assert_eq!(usage.tokens.total(), paid, "{call}: what the model was paid is in the counter");
        assert_comes_to_rest(&world, &scene).await;
    }
}

#[tokio::test]
async fn late_worker_of_an_erased_run_restores_nothing() {
    for call in ["head", "put_content", "finish"] {
        let (world, scene) = Box::pin(while_a_worker_waits_at(call, Duration::minutes(20))).await;
        assert!(world.runs(scene.user()).await.is_empty(), "{call}");
        assert_comes_to_rest(&world, &scene).await;
    }
}

#[tokio::test]
async fn late_reservation_is_refused() {
    let (world, scene, _) = lived().await;
    world.git.push(at("2026-01-01T02:30:00Z"), "feat: cherries");
    world.clock.set(at("2026-01-01T03:00:10Z"));
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let calls = Calls::default();
    let gate = calls.gate_at("reserve");
    let verb = calls.around(&world.deployment).execute_run();
    let begun = world.runs(scene.user()).await.len();
    let (executed, ()) = tokio::join!(verb.execute(&request, world.soon()), async {
        gate.reached().await;
        close(&world, scene.user()).await;
        gate.open();
    });
    assert!(matches!(executed.unwrap(), Executed::Nothing(_)));
    assert_eq!(world.runs(scene.user()).await.len(), begun);
    assert_comes_to_rest(&world, &scene).await;
}

#[tokio::test]
async fn attempt_that_is_recorded_late_restores_nothing() {
    for call in ["put_attempt", "move_delivery"] {
        let (world, scene, _) = lived().await;
        world.git.push(at("2026-01-01T02:30:00Z"), "feat: cherries");
        world.clock.set(at("2026-01-01T03:00:10Z"));
        world.tick().await;
        for request in world.queue.take_runs() {
            world.handle(Queued::Run(request)).await;
        }
        let run = world.runs(scene.user()).await.pop().unwrap();
        assert_eq!(run.status(), Status::Success);
        world.queue.drop_all();
        let calls = Calls::default();
        let watched = calls.around(&world.deployment);
        let request = DeliveryRequest::of(run.user, DeliverySubject::Run(run.id), 1);
        let gate = calls.gate_at(call);
        let verb = watched.deliver();
        let (_, before) = tokio::join!(verb.attempt(&request), async {
            gate.reached().await;
            close(&world, scene.user()).await;
            for _ in 0..4 {
                later(&world, Duration::minutes(5)).await;
            }
            let before = partition(&world.engine, scene.user()).await;
            gate.open();
            before
        });
        assert!(!before.keys().any(|key| key.starts_with("RUN#")), "{call}: the run is erased");
        assert_eq!(partition(&world.engine, scene.user()).await, before, "{call}");
        assert_comes_to_rest(&world, &scene).await;
    }
}

#[tokio::test]
async fn report_that_is_redelivered_meanwhile_is_erased_too() {
    let (world, scene, _) = lived().await;
    let run = world.runs(scene.user()).await.remove(0);
    close(&world, scene.user()).await;
    let refused = world.deployment.redeliver().send(scene.user(), run.id, None).await;
    assert_eq!(refused.unwrap_err(), RedeliverError::AccountClosed);
    // One that had read the account before.
    let now = world.clock.now();
    let (before, after) = (run.delivery.clone(), run.delivery.again(now).unwrap());
    let subject = DeliverySubject::Run(run.id);
    let step = DeliveryMove {
        user: scene.user(),
        subject,
        before,
        after,
        now,
        event: None,
        notice: None,
        sent_to: None,
        idempotency: None,
    };
    world.deployment.store.move_delivery(&step).await.unwrap();
    assert_comes_to_rest(&world, &scene).await;
}

#[tokio::test]
async fn concurrent_ticks_of_a_deletion_do_no_harm() {
    let (world, scene, _) = lived().await;
    let kept = counters(&world, scene.user()).await;
    close(&world, scene.user()).await;
    world.bus.refuse(false);
    for minutes in [1, 5, 5, 60, 1] {
        world.clock.advance(Duration::minutes(minutes));
        let (one, other) = tokio::join!(world.tick(), world.tick());
        assert_eq!((one.1.failed, other.1.failed), (0, 0));
    }
    assert_erased(&world, scene.user(), &kept).await;
}

#[tokio::test]
async fn recount_survives_conflicts_throttles_and_lost_answers() {
    let (world, scene, _) = lived().await;
    let kept = counters(&world, scene.user()).await;
    world.faults.set_plan(FaultPlan {
        transaction_conflict_percent: 20,
        lost_answer_percent: 20,
        lost_write_answer_percent: 20,
        throttle_percent: 20,
    });
    let verb = world.deployment.close_account();
    let closed = loop {
        if let Ok(standing) = verb.close(scene.user(), scene.user()).await {
            break standing;
        }
    };
    for _ in 0..30 {
        world.clock.advance(Duration::minutes(5));
        world.deployment.sweep().run(world.soon()).await;
    }
    let counts = world.faults.counts();
    assert!(counts.lost_answers + counts.transaction_conflicts > 0 && counts.throttles > 0, "{counts:?}");
    world.faults.set_plan(FaultPlan::default());
    rest(&world).await;
    assert_erased(&world, scene.user(), &kept).await;
    let standing = world.deployment.store.account(scene.user()).await.unwrap().standing;
    assert_eq!(standing.closed_at(), closed.closed_at(), "it was closed once");
}
