//! Rollups on the real store: they change with the counter, and days and shares are read from them.

use domain::id::RunId;
use domain::instant::Duration;
use domain::month::Month;
use domain::run::{Breakdown, DailyUsage, DayFigures, Rollup, total};
use testkit::builders::at;
use testkit::partition::{AttributeValue, damage};
use testkit::surroundings::Verbs;
use testkit::world::{Scene, World};

fn january() -> Month {
    Month::parse("2026-01").unwrap()
}

/// Three counted runs on the 1st, the last of them late, one on the 12th, and a run without commits.
async fn lived() -> (World, Scene) {
    let (world, scene) = World::with_scene(41, |_| {}).await;
    for (commit, fire) in [
        ("2026-01-01T00:30:00Z", "2026-01-01T01:00:10Z"),
        ("2026-01-01T01:30:00Z", "2026-01-01T02:00:10Z"),
        ("2026-01-12T02:30:00Z", "2026-01-12T03:00:10Z"),
        ("2026-01-12T03:30:00Z", "2026-01-12T04:00:10Z"),
    ] {
        world.git.push(at(commit), "feat: apples");
        world.jump_to(at(fire)).await;
    }
    world.jump_to(at("2026-01-12T05:00:10Z")).await;
    (world, scene)
}

async fn rollups(world: &World, scene: &Scene) -> Vec<Rollup> {
    world.deployment.store.rollups(scene.user(), january()).await.unwrap()
}

fn sum(rollups: &[Rollup]) -> DayFigures {
    total(&rollups.iter().map(Rollup::total).collect::<Vec<_>>())
}

#[tokio::test]
async fn rollups_add_up_to_the_counter() {
    let (world, scene) = lived().await;
    let counter = world.counter(scene.user()).await;
    let found = rollups(&world, &scene).await;
    assert!(sum(&found).agree_with(&counter), "{found:?} {counter:?}");
    assert_eq!(counter.total_runs, sum(&found).runs());
    let facts = found[0].facts.as_ref().unwrap();
    assert_eq!(facts.configuration_name.as_deref(), Some("Hourly report"));
    assert_eq!((facts.repository_name.as_str(), facts.limit), ("octocat/hello-world", 50));
    let days: Vec<u32> = found[0].days.iter().filter(|(_, day)| day.counted_runs > 0).map(|(day, _)| *day).collect();
    assert_eq!(days, [1, 12], "the days of the fires, in two pieces");
    let failed: u64 = found.iter().flat_map(|rollup| rollup.errors.values()).sum();
    assert_eq!(failed, counter.failed_runs);
}

#[tokio::test]
async fn days_and_shares_need_no_run() {
    let (world, scene) = lived().await;
    let history = world.deployment.read_history();
    let days = history.days(scene.user(), Some(january())).await.unwrap();
    let mut of_runs = DailyUsage::empty(january());
    let runs = world.runs(scene.user()).await;
    for run in &runs {
        of_runs.add(run);
    }
    assert_eq!(days, of_runs);
    damage(&world.engine, scene.user(), &format!("RUN#{}", runs[0].id), "limit", Some(AttributeValue::Bool(true)))
        .await;
    assert_eq!(history.days(scene.user(), Some(january())).await.unwrap(), days);
    for by in Breakdown::ALL {
        let shares = history.shares(scene.user(), None, by).await.unwrap().shares;
        let runs: u64 = shares.iter().map(|share| share.figures.runs()).sum();
        assert_eq!(runs, world.counter(scene.user()).await.total_runs, "{by:?}");
    }
}

/// A month whose runs ended before there were rollups, or whose rollups are damaged, is computed from its runs.
#[tokio::test]
async fn month_without_rollups_is_computed_from_its_runs() {
    let (world, scene) = lived().await;
    let history = world.deployment.read_history();
    let days = history.days(scene.user(), Some(january())).await.unwrap();
    let shares = history.shares(scene.user(), None, Breakdown::Configuration).await.unwrap();
    let prefix = "ROLLUP#2026-01#";
    for sk in world.engine.items().await.unwrap().iter().filter_map(|item| sort_key(item, prefix)) {
        let key = |name: &str, value: String| (name.to_owned(), AttributeValue::S(value));
        let request = world
            .engine
            .client()
            .delete_item()
            .table_name(testkit::engine::TABLE)
            .set_key(Some([key("pk", format!("USER#{}", scene.user())), key("sk", sk)].into_iter().collect()));
        request.send().await.unwrap();
    }
    assert_eq!(rollups(&world, &scene).await, []);
    assert_eq!(history.days(scene.user(), Some(january())).await.unwrap(), days);
    assert_eq!(history.shares(scene.user(), None, Breakdown::Configuration).await.unwrap(), shares);
}

/// A figure that is no number would refuse the end of every run that adds to it.
#[tokio::test]
async fn damaged_rollup_is_emptied_and_runs_still_end() {
    let (world, scene) = lived().await;
    let every = world.engine.items().await.unwrap();
    for sk in every.iter().filter_map(|item| sort_key(item, "ROLLUP#2026-01#")) {
        damage(&world.engine, scene.user(), &sk, "s12", Some(AttributeValue::Bool(true))).await;
    }
    world.git.push(at("2026-01-12T05:30:00Z"), "feat: pears");
    world.jump_to(at("2026-01-12T06:00:10Z")).await;
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.counted_runs, counter.in_flight()), (5, 0));
    assert_eq!(sum(&rollups(&world, &scene).await).counted_runs, 1, "the sums begin again");
    let days = world.deployment.read_history().days(scene.user(), Some(january())).await.unwrap();
    let of_days: u64 = days.days.iter().map(|day| day.counted_runs).sum();
    assert_eq!(of_days, 5, "computed from the runs");
}

/// A block adds to a rollup too.
#[tokio::test]
async fn damaged_rollup_is_emptied_and_reports_are_still_blocked() {
    let (world, scene) = World::with_scene(41, |scene| scene.limit_runs(1)).await;
    for hour in 1..=4 {
        world.git.push(at(&format!("2026-01-01T0{}:30:00Z", hour - 1)), "feat: apples");
        if hour == 4 {
            let every = world.engine.items().await.unwrap();
            for sk in every.iter().filter_map(|item| sort_key(item, "ROLLUP#2026-01#")) {
                damage(&world.engine, scene.user(), &sk, "b01", Some(AttributeValue::Bool(true))).await;
            }
        }
        world.jump_to(at(&format!("2026-01-01T0{hour}:00:10Z"))).await;
    }
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.counted_runs, counter.blocked_runs), (1, 3));
    assert_eq!(sum(&rollups(&world, &scene).await).blocked_runs, 1, "the sums begin again");
}

/// The sort key in an item as text, if it begins with a prefix.
fn sort_key(item: &str, prefix: &str) -> Option<String> {
    let (_, rest) = item.split_once(prefix)?;
    let end = rest.find('"').unwrap_or(rest.len());
    Some(format!("{prefix}{}", &rest[..end]))
}

#[tokio::test]
async fn running_run_is_on_the_day_of_the_last_start() {
    let (world, scene) = lived().await;
    world.git.push(at("2026-01-13T00:30:00Z"), "feat: pears");
    world.clock.set(at("2026-01-13T01:00:10Z"));
    world.tick().await;
    world.git.hang(true);
    let before = rollups(&world, &scene).await;
    let started = tokio::select! {
        _ = world.drain() => panic!("the git host hangs"),
        started = until_running(&world, &scene) => started,
    };
    let days = world.deployment.read_history().days(scene.user(), None).await.unwrap();
    assert_eq!(days.days[12].total_runs, 1, "{started}");
    assert_eq!((days.days[12].successful_runs, rollups(&world, &scene).await), (0, before));
}

async fn until_running(world: &World, scene: &Scene) -> RunId {
    loop {
        if let Some(run) = world.runs(scene.user()).await.iter().find(|run| run.end().is_none()) {
            return run.id;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn blocked_reports_are_in_the_rollups() {
    let (world, scene) = World::with_scene(42, |scene| scene.limit_runs(1)).await;
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    world.git.push(at("2026-01-01T01:30:00Z"), "feat: pears");
    world.jump_to(at("2026-01-01T02:00:10Z")).await;
    let counter = world.counter(scene.user()).await;
    let found = rollups(&world, &scene).await;
    assert_eq!((counter.blocked_runs, sum(&found).blocked_runs), (1, 1));
    assert!(sum(&found).agree_with(&counter));
}

#[tokio::test]
async fn closed_account_keeps_no_rollup() {
    let (world, scene) = lived().await;
    world.deployment.close_account().close(scene.user(), scene.user()).await.unwrap();
    let days = world.deployment.read_history().days(scene.user(), Some(january())).await.unwrap();
    assert_eq!(days, DailyUsage::empty(january()), "at once");
    world.pass(Duration::hours(3)).await;
    assert_eq!(rollups(&world, &scene).await, []);
    assert!(world.counter(scene.user()).await.total_runs > 0);
}
