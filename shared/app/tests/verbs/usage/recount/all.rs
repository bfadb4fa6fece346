//! The recount of all accounts, part by part.

use super::{january, spoil};
use app::limits::TICK_RESERVE_SECONDS;
use app::ports::Clock;
use app::usage::RecountReport;
use async_trait::async_trait;
use domain::instant::{Duration, Instant};
use std::collections::BTreeSet;
use std::sync::Arc;
use testkit::builders::at;
use testkit::clock::ManualClock;
use testkit::invariants::{assert_none, check_at_rest};
use testkit::logs::Logs;
use testkit::world::{Scene, Verbs, World};

const ACCOUNTS: u64 = 20;

async fn lived() -> (World, Vec<Scene>) {
    let world = World::new(24).await.unwrap();
    let mut scenes = Vec::new();
    for number in 1..=ACCOUNTS {
        let scene = world.scene(number).await;
        world.store(&scene).await;
        scenes.push(scene);
    }
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    (world, scenes)
}

/// Runs the job at each of these hours, without anything else.
async fn recounted(world: &World, hours: i64) -> Vec<RecountReport> {
    let mut reports = Vec::new();
    for _ in 0..hours {
        reports.push(world.deployment.recount_all().run(world.soon()).await.unwrap());
        world.clock.advance(Duration::hours(1));
    }
    reports
}

#[tokio::test]
async fn every_counter_of_the_month_is_compared_within_sixteen_hours_and_drift_is_corrected() {
    let (world, scenes) = lived().await;
    let logs = Logs::of_metrics();
    for scene in [&scenes[3], &scenes[11]] {
        spoil(&world, scene, |counter| counter.slots_used += 2).await;
    }
    let reports = recounted(&world, 16).await;
    let corrected: usize = reports.iter().map(|report| report.corrected).sum();
    let compared: usize = reports.iter().map(|report| report.compared).sum();
    let month = usize::try_from(ACCOUNTS).unwrap();
    // The sixteen hours contain each part of this month at least once.
    assert_eq!((corrected, compared >= month), (2, true), "{reports:?}");
    assert!(reports.iter().all(|report| report.failed == 0 && !report.stopped_early), "{reports:?}");
    for scene in &scenes {
        let found = world.deployment.recount().compare(scene.user(), january()).await.unwrap();
        assert_eq!(found.drift, []);
        assert_none(scene.user(), &check_at_rest(&world, scene.user()).await);
    }
    let sum = |name: &str| logs.metrics().iter().filter(|metric| metric.0 == name).map(|metric| metric.2).sum::<f64>();
    assert_eq!((sum("RecountDrift"), sum("RecountedCounters")), (2.0, f64::from(u32::try_from(compared).unwrap())));
}

#[tokio::test]
async fn each_counter_of_the_month_is_compared_twice_a_day() {
    let (world, _) = lived().await;
    let compared: usize = recounted(&world, 24).await.iter().map(|report| report.compared).sum();
    assert_eq!(compared, 2 * usize::try_from(ACCOUNTS).unwrap());
}

/// With time for a few accounts at each visit, every account has its turn.
#[tokio::test]
async fn no_account_is_always_left_for_the_next_time() {
    let (world, scenes) = lived().await;
    for scene in &scenes {
        spoil(&world, scene, |counter| counter.slots_used += 2).await;
    }
    let mut recount = world.deployment.recount_all();
    recount.clock = Arc::new(Passing(world.clock.clone()));
    let (mut corrected, mut stopped_early) = (0, false);
    for hour in 1..24 * 20 {
        let report = recount.run(world.clock_at() + Duration::seconds(TICK_RESERVE_SECONDS + 4)).await.unwrap();
        corrected += report.corrected;
        stopped_early |= report.stopped_early;
        world.clock.set(at("2026-01-01T02:00:00Z") + Duration::hours(hour));
    }
    assert_eq!((corrected, stopped_early), (scenes.len(), true));
}

/// A clock that moves a second each time it is read.
struct Passing(ManualClock);

#[async_trait]
impl Clock for Passing {
    fn now(&self) -> Instant {
        self.0.advance(Duration::seconds(1));
        self.0.now()
    }
}

#[tokio::test]
async fn a_day_has_both_months() {
    let (world, _) = lived().await;
    world.clock.set(at("2026-02-03T00:00:30Z"));
    let compared: Vec<usize> = recounted(&world, 24).await.iter().map(|report| report.compared).collect();
    let rounds: BTreeSet<usize> = compared.chunks(8).map(|round| round.iter().sum()).collect();
    // The runs are all of the month before, which one of the three rounds compares.
    assert_eq!((rounds, compared.iter().sum()), (BTreeSet::from([0, 20]), 20));
}

#[tokio::test]
async fn job_stops_at_its_deadline() {
    let (world, _) = lived().await;
    let mut reports = Vec::new();
    for _ in 0..8 {
        reports.push(world.deployment.recount_all().run(world.clock_at()).await.unwrap());
        world.clock.advance(Duration::hours(1));
    }
    let left = reports.iter().filter(|report| report.stopped_early).count();
    assert!(left > 0 && reports.iter().all(|report| report.compared == 0), "{reports:?}");
}
