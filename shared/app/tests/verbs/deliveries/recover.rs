//! After an outage every failed report is sent again once, whatever happens meanwhile.

use app::deliveries::{RECOVERED_RUNS_MAX, RecoverError, Recovered};
use app::ports::{DeliveryMove, IdempotencyKey};
use domain::delivery::{Delivery, DeliveryState};
use domain::id::RunId;
use domain::instant::{Duration, Instant};
use domain::run::{Run, Window};
use testkit::builders::{at, delivery_move, epoch, user};
use testkit::crash::{Calls, Moment};
use testkit::faults::FaultPlan;
use testkit::world::{Scene, Verbs, World};

async fn world() -> (World, Scene) {
    let (world, scene) = World::with_scene(37, |scene| scene.limit_runs(500)).await;
    world.git.push(at("2026-01-01T00:10:00Z"), "feat: apples");
    world.clock.set(at("2026-01-01T00:20:00Z"));
    (world, scene)
}

fn key(key: u8, request: u8) -> IdempotencyKey {
    IdempotencyKey { key_hash: [key; 32], request_hash: [request; 32] }
}

/// A report that its receiver refuses permanently, a second after the last one.
async fn refused(world: &World, scene: &Scene) -> Run {
    world.clock.advance(Duration::seconds(1));
    world.receiver.answer_status(422);
    let window = Window::new(epoch(), at("2026-01-01T00:15:00Z")).unwrap();
    let verb = world.deployment.start_manual_run();
    let started = verb.start(scene.user(), scene.configuration.id, window, None).await.unwrap();
    world.drain().await;
    let run = world.run(scene.user(), started.id).await;
    assert_eq!(run.delivery.state(), DeliveryState::Refused);
    run
}

async fn recovered(
    world: &World,
    scene: &Scene,
    from: (Instant, Option<RunId>),
    key: Option<&IdempotencyKey>,
) -> Result<Recovered, RecoverError> {
    world.deployment.recover().recover(scene.user(), scene.configuration.id, from, key).await
}

/// How often each run's report was received, oldest run first.
async fn received(world: &World, scene: &Scene) -> Vec<usize> {
    let reports = world.receiver.reports();
    let runs = world.runs(scene.user()).await;
    let count = |run: &Run| reports.iter().filter(|(id, _)| *id == format!("run_{}", run.id)).count();
    runs.iter().map(count).collect()
}

#[tokio::test]
async fn recovered_reports_keep_their_ids_and_delivered_ones_are_not_sent() {
    let (world, scene) = world().await;
    let early = refused(&world, &scene).await;
    let since = refused(&world, &scene).await.id.instant();
    refused(&world, &scene).await;
    world.receiver.always(None);
    let window = Window::new(epoch(), at("2026-01-01T00:15:00Z")).unwrap();
    let verb = world.deployment.start_manual_run();
    verb.start(scene.user(), scene.configuration.id, window, None).await.unwrap();
    world.drain().await;
    let answer = recovered(&world, &scene, (since, None), None).await.unwrap();
    assert_eq!(answer, Recovered { redeliveries: 2, next: None });
    world.drain().await;
    assert_eq!(received(&world, &scene).await, [1, 2, 2, 1]);
    assert_eq!(world.run(scene.user(), early.id).await.delivery.state(), DeliveryState::Refused);
    let again = recovered(&world, &scene, (since, None), None).await.unwrap();
    assert_eq!(again.redeliveries, 0, "they have arrived");
    let all = recovered(&world, &scene, (epoch(), None), None).await.unwrap();
    assert_eq!(all.redeliveries, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_recoveries_send_each_report_once() {
    for key in [None, Some(key(1, 1))] {
        let (world, scene) = world().await;
        for _ in 0..3 {
            refused(&world, &scene).await;
        }
        let asks = (0..8).map(|_| recovered(&world, &scene, (epoch(), None), key.as_ref()));
        let answers: Vec<Recovered> = futures::future::join_all(asks).await.into_iter().map(Result::unwrap).collect();
        let requested: usize = answers.iter().map(|answer| answer.redeliveries).sum();
        assert!(if key.is_some() { requested == 8 * 3 } else { requested >= 3 }, "{answers:?}");
        world.drain().await;
        assert_eq!(received(&world, &scene).await, [2, 2, 2], "and every message came once");
    }
}

#[tokio::test]
async fn repeated_key_does_not_resend_reports_that_failed_again() {
    let (world, scene) = world().await;
    refused(&world, &scene).await;
    refused(&world, &scene).await;
    let ask = |key| recovered(&world, &scene, (epoch(), None), Some(key));
    let (first, reused, second) = (key(1, 1), key(1, 2), key(2, 1));
    assert_eq!(ask(&first).await.unwrap().redeliveries, 2);
    world.receiver.answer_status(422);
    world.receiver.answer_status(422);
    world.drain().await;
    assert_eq!(received(&world, &scene).await, [2, 2]);
    assert_eq!(ask(&first).await.unwrap().redeliveries, 2, "those of before");
    world.drain().await;
    assert_eq!(received(&world, &scene).await, [2, 2]);
    assert_eq!(ask(&reused).await, Err(RecoverError::KeyReused));
    assert_eq!(ask(&second).await.unwrap().redeliveries, 2, "another key means another time");
    world.drain().await;
    assert_eq!(received(&world, &scene).await, [3, 3]);
    world.clock.advance(Duration::hours(25));
    let third = refused(&world, &scene).await;
    assert_eq!(ask(&first).await.unwrap().redeliveries, 1, "a day later the key is forgotten");
    assert_eq!(world.run(scene.user(), third.id).await.delivery.state(), DeliveryState::Pending);
}

#[tokio::test]
async fn repeated_recovery_completes_an_interrupted_one() {
    let clean = {
        let (world, scene) = world().await;
        let calls = broken_off(&world, &scene, None).await;
        calls.made().len()
    };
    assert!(clean >= 7, "{clean}");
    for number in 0..clean {
        for moment in Moment::ALL {
            let (world, scene) = world().await;
            let calls = broken_off(&world, &scene, Some((number, moment))).await;
            assert!(calls.crashed(), "{number} {moment:?}");
            let answer = recovered(&world, &scene, (epoch(), None), Some(&key(1, 1))).await.unwrap();
            assert_eq!(answer, Recovered { redeliveries: 3, next: None }, "{number} {moment:?}");
            world.pass(Duration::minutes(2)).await;
            assert_eq!(received(&world, &scene).await, [2, 2, 2], "{number} {moment:?}");
        }
    }
}

/// Three failed reports, and one recovery that dies at a call, or at none.
async fn broken_off(world: &World, scene: &Scene, point: Option<(usize, Moment)>) -> Calls {
    for _ in 0..3 {
        refused(world, scene).await;
    }
    let calls = Calls::default();
    let deployment = calls.around(&world.deployment);
    if let Some((number, moment)) = point {
        calls.crash_at(number, moment);
    }
    let (verb, key) = (deployment.recover(), key(1, 1));
    let ask = verb.recover(scene.user(), scene.configuration.id, (epoch(), None), Some(&key));
    let _ = calls.run_worker(ask).await;
    calls
}

#[tokio::test]
async fn lost_answers_neither_lose_nor_duplicate_anything() {
    for key in [None, Some(key(1, 1))] {
        let (world, scene) = world().await;
        for _ in 0..3 {
            refused(&world, &scene).await;
        }
        let plan = FaultPlan { lost_answer_percent: 100, lost_write_answer_percent: 100, ..FaultPlan::default() };
        world.faults.set_plan(plan);
        let answer = recovered(&world, &scene, (epoch(), None), key.as_ref()).await.unwrap();
        world.faults.set_plan(FaultPlan::default());
        assert_eq!(answer.redeliveries, 3);
        world.drain().await;
        assert_eq!(received(&world, &scene).await, [2, 2, 2]);
    }
}

#[tokio::test]
async fn large_recovery_continues_with_further_calls() {
    let (world, scene) = world().await;
    for _ in 0..=RECOVERED_RUNS_MAX {
        refused(&world, &scene).await;
    }
    let first = recovered(&world, &scene, (epoch(), None), None).await.unwrap();
    assert_eq!(first.redeliveries, RECOVERED_RUNS_MAX);
    assert!(first.next.is_some());
    let rest = recovered(&world, &scene, (epoch(), first.next), None).await.unwrap();
    assert_eq!(rest, Recovered { redeliveries: 1, next: None });
    world.drain().await;
    assert!(received(&world, &scene).await.iter().all(|times| *times == 2));
}

#[tokio::test]
async fn recovery_is_limited_to_the_users_own_configuration() {
    let (world, scene) = world().await;
    let run = refused(&world, &scene).await;
    let verb = world.deployment.recover();
    let other = verb.recover(user(2), scene.configuration.id, (epoch(), None), None).await;
    assert_eq!(other, Err(RecoverError::NoConfiguration));
    let mut second = scene.configuration.clone();
    second.id = domain::id::ConfigurationId::at(epoch(), [9; 10]);
    world.deployment.store.put_configuration(&second).await.unwrap();
    let none = verb.recover(scene.user(), second.id, (epoch(), None), None).await.unwrap();
    assert_eq!(none, Recovered { redeliveries: 0, next: None });
    assert_eq!(world.run(scene.user(), run.id).await.delivery.state(), DeliveryState::Refused);
}

#[tokio::test]
async fn report_that_was_redelivered_too_often_is_not_sent() {
    let (world, scene) = world().await;
    let run = refused(&world, &scene).await;
    let after = Delivery { attempts: domain::delivery::CYCLES_ATTEMPTS_MAX, ..run.delivery.clone() };
    let step = DeliveryMove { now: world.clock_at(), ..delivery_move(&run, after) };
    world.deployment.store.move_delivery(&step).await.unwrap();
    assert_eq!(recovered(&world, &scene, (epoch(), None), None).await.unwrap().redeliveries, 0);
}
