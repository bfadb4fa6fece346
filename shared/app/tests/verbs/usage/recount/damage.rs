//! Stored values that this system never writes: they make only their own record unreadable, and a recount repairs the
//! counter.

use super::{january, lived};
use domain::instant::Duration;
use domain::run::{Drift, Status, Window};
use domain::usage::{Admission, UsageCounter};
use testkit::builders::{at, user};
use testkit::partition::{AttributeValue, damage, partition};
use testkit::world::{Scene, Verbs, World};

fn text() -> AttributeValue {
    AttributeValue::S("a text".to_owned())
}

async fn spoil_counter(world: &World, scene: &Scene, name: &str, value: Option<AttributeValue>) {
    damage(&world.engine, scene.user(), "USAGE#2026-01", name, value).await;
}

#[tokio::test]
async fn damaged_figures_are_read_from_the_runs_until_a_recount_replaces_them() {
    let (world, scene) = lived().await;
    let right = world.counter(scene.user()).await;
    for name in ["slots_used", "counted_runs", "uncounted_runs", "t_prompt", "last_run_at", "revision"] {
        spoil_counter(&world, &scene, name, Some(text())).await;
    }
    spoil_counter(&world, &scene, "failed_runs", Some(AttributeValue::N("-2".to_owned()))).await;
    let shown = UsageCounter { revision: 0, ..right.clone() };
    let current = world.deployment.read_usage().current(scene.user()).await.unwrap();
    assert_eq!((current.counter, current.admission), (shown.clone(), Admission::Admitted));
    let history = world.deployment.read_history().months(scene.user(), 2).await.unwrap();
    assert_eq!(history.last(), Some(&shown));
    assert_eq!(world.deployment.forecast_usage().month(scene.user()).await.unwrap().counter, shown);

    let found = world.deployment.recount().compare(scene.user(), january()).await.unwrap();
    let unreadable: Vec<&str> =
        found.drift.iter().filter(|drift| drift.counted.is_none()).map(|drift| drift.figure).collect();
    let expected =
        ["slots_used", "counted_runs", "uncounted_runs", "failed_runs", "prompt_tokens", "last_run_at", "revision"];
    assert_eq!(unreadable, expected);
    let repaired = world.deployment.recount().correct(scene.user(), january()).await.unwrap();
    assert!(repaired.corrected);
    assert_eq!(world.counter(scene.user()).await, UsageCounter { revision: 1, ..right });
    let again = world.deployment.recount().correct(scene.user(), january()).await.unwrap();
    assert_eq!((again.drift, again.corrected), (vec![], false));
    // The month continues.
    world.git.push(at("2026-01-01T02:30:00Z"), "feat: pears");
    world.jump_to(at("2026-01-01T03:00:10Z")).await;
    assert_eq!(world.runs(scene.user()).await.last().unwrap().status(), Status::Success);
}

#[tokio::test]
async fn runs_start_and_end_with_a_damaged_counter() {
    let (world, scene) = lived().await;
    let right = world.counter(scene.user()).await;
    let (user, configuration) = (scene.user(), scene.configuration.id);
    spoil_counter(&world, &scene, "total_runs", Some(text())).await;
    let window = Window::new(at("2026-01-01T00:00:00Z"), at("2026-01-01T02:00:00Z")).unwrap();
    world.deployment.start_manual_run().start(user, configuration, window, None).await.unwrap();
    spoil_counter(&world, &scene, "t_completion", Some(AttributeValue::Null(true))).await;
    world.drain().await;
    spoil_counter(&world, &scene, "successful_runs", Some(text())).await;
    world.git.push(at("2026-01-01T02:30:00Z"), "feat: pears");
    world.jump_to(at("2026-01-01T03:00:10Z")).await;
    let counter = world.counter(user).await;
    assert_eq!((counter.total_runs, counter.counted_runs), (right.total_runs + 2, right.counted_runs + 2));
    assert_eq!(world.deployment.recount().compare(user, january()).await.unwrap().drift, []);
}

#[tokio::test]
async fn unreadable_run_is_counted_by_a_recount_and_in_no_sum() {
    let (world, scene) = lived().await;
    let runs = world.runs(scene.user()).await;
    let failed = runs.iter().find(|run| run.status() == Status::Failed).unwrap();
    damage(&world.engine, scene.user(), &format!("RUN#{}", failed.id), "limit", Some(text())).await;
    let recount = world.deployment.recount();
    let found = recount.compare(scene.user(), january()).await.unwrap();
    assert_eq!(found.unreadable_runs, 1);
    let drift = |figure, counted, runs| Drift { figure, counted: Some(counted), runs };
    assert_eq!(found.drift, [drift("total_runs", 3, 2), drift("uncounted_runs", 2, 1), drift("failed_runs", 1, 0)]);
    recount.correct(scene.user(), january()).await.unwrap();
    let days = world.deployment.read_history().days(scene.user(), Some(january())).await.unwrap();
    let sum: u64 = days.days.iter().map(|day| day.total_runs).sum();
    assert_eq!(sum, world.counter(scene.user()).await.total_runs, "the days add up to the counter again");
}

#[tokio::test]
async fn damaged_records_of_one_user_do_not_stop_the_reports_of_others() {
    let world = World::new(29).await.unwrap();
    let mut scenes = Vec::new();
    for number in 1..=4 {
        let mut scene = world.scene(number).await;
        scene.account.time_zone = Some("UTC".to_owned());
        world.store(&scene).await;
        scenes.push(scene);
    }
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    damage(&world.engine, scenes[0].user(), "ACCOUNT", "plan", Some(AttributeValue::N("1".to_owned()))).await;
    let key = format!("CONFIG#{}", scenes[1].configuration.id);
    damage(&world.engine, scenes[1].user(), &key, "style", None).await;
    world.clock.set(at("2026-01-01T01:00:10Z"));
    let (tick, sweep) = world.tick().await;
    assert_eq!((tick.failed, tick.requested, sweep.failed), (1, 3, 0), "{tick:?}");
    world.drain().await;
    for scene in scenes.iter().skip(2) {
        assert_eq!(world.runs(scene.user()).await.len(), 1);
    }
    assert_eq!(world.tick().await.0.failed, 0, "it is retried ten minutes later");
    world.clock.advance(Duration::minutes(11));
    assert_eq!(world.tick().await.0.failed, 1);
}

#[tokio::test]
async fn lost_run_with_unreadable_text_ends_and_releases_its_slot() {
    let (world, scene) = World::with_scene(31, |_| {}).await;
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    let whole = world.runs(scene.user()).await[0].clone();
    let content = format!("CONTENT#{}", whole.id);
    damage(&world.engine, scene.user(), &content, "text", Some(text())).await;
    let window = Window::new(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00Z")).unwrap();
    let begun = world.deployment.start_manual_run().start(scene.user(), scene.configuration.id, window, None).await;
    let begun = begun.unwrap();
    let mut copy = partition(&world.engine, scene.user()).await.remove(&content).unwrap();
    copy.insert("sk".to_owned(), AttributeValue::S(format!("CONTENT#{}", begun.id)));
    testkit::partition::put_all(&world.engine, vec![copy]).await;
    world.drain().await;
    let ended = world.run(scene.user(), begun.id).await;
    assert_eq!(ended.status(), Status::Failed, "the model is not asked a second time");
    assert_eq!(world.counter(scene.user()).await.in_flight(), 0);
}

#[tokio::test]
async fn account_is_erased_with_its_unreadable_records() {
    let (world, scene) = lived().await;
    for (sk, name) in partition(&world.engine, scene.user()).await.keys().filter_map(|sk| {
        let name = match sk.split('#').next().unwrap() {
            "RUN" => "limit",
            "CONFIG" => "style",
            "REPO" => "name",
            _ => return None,
        };
        Some((sk.clone(), name))
    }) {
        damage(&world.engine, scene.user(), &sk, name, Some(AttributeValue::Null(true))).await;
    }
    world.deployment.close_account().close(user(9), scene.user()).await.unwrap();
    world.pass(Duration::hours(3)).await;
    let left: Vec<String> = partition(&world.engine, scene.user()).await.into_keys().collect();
    let kinds: Vec<&str> = left.iter().map(|key| key.split('#').next().unwrap()).collect();
    assert_eq!(kinds, ["ACCOUNT", "AUDIT", "USAGE"]);
}
