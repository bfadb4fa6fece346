//! Each threshold is reported once, also if many runs end at once.

use app::holdings::Expected;
use domain::account::{Overrides, Plan};
use domain::event::Fact;
use domain::instant::Duration;
use domain::run::Window;
use futures::future::join_all;
use testkit::builders::{at, epoch};
use testkit::world::{Scene, Verbs, World};

async fn world(limit: u64) -> (World, Scene) {
    let (world, scene) = World::with_scene(11, |scene| {
        scene.limit_runs(limit);
        scene.fire_at(None);
    })
    .await;
    world.git.push(at("2026-01-01T00:10:00Z"), "feat: something");
    world.clock.set(at("2026-01-01T00:30:00Z"));
    (world, scene)
}

/// Starts this many runs and executes them all at once.
async fn run_at_once(world: &World, scene: &Scene, count: usize) {
    let window = Window::new(epoch(), epoch() + Duration::hours(1)).unwrap();
    for _ in 0..count {
        world.deployment.start_manual_run().start(scene.user(), scene.configuration.id, window, None).await.unwrap();
    }
    let verb = world.deployment.execute_run();
    let requests = world.queue.take_runs();
    let outcomes = join_all(requests.iter().map(|request| verb.execute(request, world.soon()))).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
}

/// The reported events, by threshold; events of one instant have no order.
fn reported(world: &World) -> Vec<(u64, u64)> {
    let mark = |fact| match fact {
        Fact::UsageThresholdReached { mark, used, .. } => Some((mark.percent, used)),
        _ => None,
    };
    let mut reported: Vec<_> = world.bus.published().into_iter().filter_map(|event| mark(event.fact)).collect();
    reported.sort_unstable();
    reported
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_concurrent_ends_report_a_threshold_once() {
    let (world, scene) = world(40).await;
    run_at_once(&world, &scene, 20).await;
    world.pass(Duration::minutes(1)).await;
    assert!(reported(&world).is_empty());
    run_at_once(&world, &scene, 20).await;
    world.pass(Duration::minutes(1)).await;
    assert_eq!(reported(&world), [(80, 32), (100, 40)]);
    let notices = world.receiver.notices();
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert!(notices.iter().any(|text| text.contains("32 of 40")), "{notices:?}");
    assert!(notices.iter().any(|text| text.contains("All 40 report runs")), "{notices:?}");
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.counted_runs, counter.alerted.len()), (40, 2));
}

#[tokio::test]
async fn rejected_event_stays_until_it_is_published() {
    let (world, scene) = world(1).await;
    world.bus.refuse(true);
    run_at_once(&world, &scene, 1).await;
    world.pass(Duration::minutes(3)).await;
    assert!(reported(&world).is_empty());
    world.bus.refuse(false);
    world.pass(Duration::minutes(6)).await;
    assert_eq!(reported(&world), [(100, 1)], "of two thresholds reached at once the highest is reported");
    world.pass(Duration::minutes(20)).await;
    assert_eq!(reported(&world).len(), 1, "once");
}

/// If one run reaches both thresholds, only the higher one is reported. The other is marked, so that it is not reported
/// later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn higher_of_two_reached_thresholds_is_reported() {
    let (world, scene) = world(3).await;
    run_at_once(&world, &scene, 2).await;
    world.pass(Duration::minutes(1)).await;
    assert!(reported(&world).is_empty(), "two of three are below 80 %");
    run_at_once(&world, &scene, 1).await;
    world.pass(Duration::minutes(1)).await;
    assert_eq!(reported(&world), [(100, 3)]);
    let notices = world.receiver.notices();
    assert!(notices.len() == 1 && notices[0].contains("All 3 report runs"), "{notices:?}");
    let marked: Vec<u64> = world.counter(scene.user()).await.alerted.iter().map(|mark| mark.percent).collect();
    assert_eq!(marked, [80, 100]);
    world.pass(Duration::days(2)).await;
    assert_eq!((reported(&world).len(), world.receiver.notices().len()), (1, 1), "and nothing is reported later");
}

/// A threshold is one of a limit: another limit has its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn raised_limit_that_is_reached_again_is_reported_again() {
    let (world, scene) = world(20).await;
    run_at_once(&world, &scene, 20).await;
    world.pass(Duration::minutes(1)).await;
    let mut expected = vec![(80, 16), (100, 20)];
    assert_eq!(reported(&world), expected);
    let administrator = testkit::builders::user(99);
    let set_limits = world.deployment.set_limits();
    let raise = |to| {
        let overrides = Overrides { monthly_runs: Some(to), ..Overrides::default() };
        set_limits.set(administrator, scene.user(), (Plan::Free, overrides), &Expected::Any)
    };
    raise(40).await.unwrap();
    world.pass(Duration::minutes(1)).await;
    assert_eq!(reported(&world), expected, "20 of 40 reach no threshold");
    run_at_once(&world, &scene, 20).await;
    world.pass(Duration::minutes(1)).await;
    expected.extend([(80, 32), (100, 40)]);
    expected.sort_unstable();
    assert_eq!(reported(&world), expected);
    // Raised by a little, the new limit's 80 % are reached as it is set.
    raise(41).await.unwrap();
    world.pass(Duration::minutes(1)).await;
    expected.push((80, 40));
    expected.sort_unstable();
    assert_eq!(reported(&world), expected);
    run_at_once(&world, &scene, 1).await;
    world.pass(Duration::minutes(1)).await;
    expected.push((100, 41));
    assert_eq!(reported(&world), expected);
    // The previous limit has been reported.
    raise(40).await.unwrap();
    world.pass(Duration::minutes(1)).await;
    assert_eq!(reported(&world), expected);
    assert_eq!(world.receiver.notices().len(), expected.len(), "a notice for each event");
}
