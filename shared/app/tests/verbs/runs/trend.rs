//! What a report says of the periods before, from the runs of these periods.

use app::holdings::Expected;
use app::ports::GitFailure;
use domain::configuration::{BranchName, Settings};
use domain::digest::Trend;
use domain::report::IfNoUpdates;
use domain::run::{Content, Window};
use testkit::builders::at;
use testkit::world::{Scene, Verbs, World};

/// An hourly report that is skipped if nothing is new.
async fn world() -> (World, Scene) {
    World::with_scene(6, |_| {}).await
}

/// Pushes some commits half an hour before the given hour, and lets that hour's fire happen.
async fn hour(world: &World, hour: u32, commits: usize) {
    for number in 0..commits {
        world.git.push(at(&format!("2026-01-01T{:02}:30:{number:02}Z", hour - 1)), &format!("feat: {hour} {number}"));
    }
    world.jump_to(at(&format!("2026-01-01T{hour:02}:00:10Z"))).await;
}

fn last_report(world: &World) -> String {
    world.receiver.reports().pop().expect("a report").1
}

async fn last_trend(world: &World, scene: &Scene) -> Option<Trend> {
    let run = world.runs(scene.user()).await.pop().expect("a run");
    let content = world.deployment.store.content(run.user, run.id).await.expect("the store");
    content.and_then(|content| content.facts).and_then(|facts| facts.trend)
}

fn commits_before(trend: &Trend) -> Vec<u64> {
    trend.comparable().iter().map(|period| period.commits).collect()
}

#[tokio::test]
async fn report_is_compared_with_up_to_five_before() {
    let (world, scene) = world().await;
    hour(&world, 1, 1).await;
    assert!(!last_report(&world).contains("eriod"), "the first report is compared with nothing");
    hour(&world, 2, 2).await;
    assert!(last_report(&world).contains("The period before had 1 commit by 1 person."), "{}", last_report(&world));
    for number in 3..=7 {
        hour(&world, number, usize::try_from(number).expect("a small number")).await;
    }
    let trend = last_trend(&world, &scene).await.expect("a trend");
    assert_eq!((trend.period.commits, commits_before(&trend)), (7, vec![6, 5, 4, 3, 2]));
    let mean = "The period before had 6 commits by 1 person. The mean of the 5 periods before is 4 commits.";
    assert!(last_report(&world).contains(mean), "{}", last_report(&world));
    let ends: Vec<_> = trend.before.iter().map(|period| period.to).collect();
    let begins: Vec<_> = std::iter::once(&trend.period).chain(&trend.before).map(|period| period.from).collect();
    assert_eq!(begins[..5], ends[..], "each period begins where the one before ends");
}

#[tokio::test]
async fn quiet_periods_without_a_report_are_counted() {
    let (world, scene) = world().await;
    hour(&world, 1, 1).await;
    for number in 2..=4 {
        hour(&world, number, 0).await;
    }
    hour(&world, 5, 2).await;
    let sentence = "These are the first commits after 3 quiet periods.";
    assert!(last_report(&world).contains(sentence), "{}", last_report(&world));
    hour(&world, 6, 4).await;
    let trend = last_trend(&world, &scene).await.expect("a trend");
    assert_eq!(commits_before(&trend), [2, 0, 0, 0, 1]);
}

#[tokio::test]
async fn streak_beyond_what_is_read_is_a_minimum() {
    let (world, _) = world().await;
    hour(&world, 1, 1).await;
    for number in 2..=8 {
        hour(&world, number, 0).await;
    }
    hour(&world, 9, 1).await;
    let sentence = "These are the first commits after at least 5 quiet periods.";
    assert!(last_report(&world).contains(sentence), "{}", last_report(&world));
}

#[tokio::test]
async fn report_about_a_quiet_period_names_the_streak() {
    let (world, _) = World::with_scene(6, |scene| {
        scene.configuration.settings.writing.if_no_updates = IfNoUpdates::Notify;
    })
    .await;
    hour(&world, 1, 1).await;
    hour(&world, 2, 0).await;
    assert!(!last_report(&world).contains("in a row"), "{}", last_report(&world));
    for number in 3..=9 {
        hour(&world, number, 0).await;
    }
    assert!(last_report(&world).contains("This is the 8th quiet period in a row."), "{}", last_report(&world));
}

#[tokio::test]
async fn period_after_a_failed_run_is_not_compared() {
    let (world, scene) = world().await;
    hour(&world, 1, 1).await;
    hour(&world, 2, 2).await;
    world.git.fail(Some(GitFailure::NotFound));
    hour(&world, 3, 3).await;
    world.git.fail(None);
    hour(&world, 4, 1).await;
    let trend = last_trend(&world, &scene).await.expect("a trend");
    assert_eq!((trend.period.commits, trend.before.len()), (4, 0));
    hour(&world, 5, 1).await;
    let trend = last_trend(&world, &scene).await.expect("a trend");
    assert_eq!((trend.before.len(), commits_before(&trend)), (1, vec![]), "two hours are not compared with one");
    assert!(!last_report(&world).contains("eriod before"), "{}", last_report(&world));
}

#[tokio::test]
async fn text_whose_run_was_cancelled_is_not_compared() {
    let (world, scene) = world().await;
    hour(&world, 1, 1).await;
    let store = &world.deployment.store;
    let run = world.runs(scene.user()).await.pop().expect("a run");
    let text = store.content(run.user, run.id).await.expect("the store").expect("a text");
    world.git.fail(Some(GitFailure::NotFound));
    hour(&world, 2, 2).await;
    world.git.fail(None);
    // What a worker leaves that stores its text after the run has ended without it.
    let lost = world.runs(scene.user()).await.pop().expect("a run");
    let left = Content { run: lost.id, observed_at: at("2026-01-01T02:00:11Z"), ..text };
    store.put_content(&left).await.expect("the store");
    hour(&world, 3, 1).await;
    let trend = last_trend(&world, &scene).await.expect("a trend");
    assert_eq!((trend.period.commits, trend.before.len()), (3, 0), "{trend:?}");
}

#[tokio::test]
async fn manual_run_is_neither_compared_nor_between_two_periods() {
    let (world, scene) = world().await;
    hour(&world, 1, 1).await;
    hour(&world, 2, 2).await;
    let window = Window::new(at("2026-01-01T00:00:00Z"), at("2026-01-01T02:00:00Z")).expect("a range");
    let start = world.deployment.start_manual_run();
    start.start(scene.user(), scene.configuration.id, window, None).await.expect("a run");
    world.drain().await;
    assert_eq!(last_trend(&world, &scene).await, None);
    assert!(!last_report(&world).contains("eriod"), "{}", last_report(&world));
    hour(&world, 3, 3).await;
    assert_eq!(commits_before(&last_trend(&world, &scene).await.expect("a trend")), [2, 1]);
}

#[tokio::test]
async fn another_branch_is_compared_with_nothing() {
    let (world, scene) = world().await;
    hour(&world, 1, 1).await;
    hour(&world, 2, 2).await;
    let settings = world.configuration(&scene).await.settings;
    let branch = BranchName::parse("next").expect("a branch");
    let edited = Settings { branch, ..settings };
    let keep = world.deployment.keep_configurations();
    keep.edit(scene.user(), scene.configuration.id, &Expected::Any, edited).await.expect("edited");
    hour(&world, 3, 3).await;
    let trend = last_trend(&world, &scene).await.expect("a trend");
    assert_eq!(trend.before.len(), 0, "{trend:?}");
}
