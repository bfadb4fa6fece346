//! A report about some paths of a repository: it has what changes them, and everything is covered.

use app::holdings::Expected;
use app::limits::COMMITS_MAX;
use domain::configuration::{BranchName, Settings, WatchedBranch};
use domain::report::IfNoUpdates;
use domain::repository::{PathFilter, RepositoryPath};
use domain::run::{Content, Run};
use testkit::builders::at;
use testkit::world::{Scene, Verbs, World};

fn filter(include: &[&str], exclude: &[&str]) -> PathFilter {
    let parsed = |paths: &[&str]| paths.iter().map(|path| RepositoryPath::parse(path).expect("a path")).collect();
    PathFilter::new(parsed(include), parsed(exclude)).expect("a filter")
}

async fn world(paths: PathFilter) -> (World, Scene) {
    World::with_scene(6, |scene| {
        scene.configuration.settings.paths = paths;
        scene.configuration.settings.writing.if_no_updates = IfNoUpdates::Notify;
    })
    .await
}

/// Pushes commits that each change some files half an hour before the hour, and lets that hour's fire happen.
async fn hour(world: &World, hour: u32, commits: &[(&str, &[&str])]) {
    for (second, (subject, files)) in commits.iter().enumerate() {
        let pushed_at = at(&format!("2026-01-01T{:02}:30:{second:02}Z", hour - 1));
        world.git.push_files(pushed_at, &format!("feat: {subject}"), files);
    }
    world.jump_to(at(&format!("2026-01-01T{hour:02}:00:10Z"))).await;
}

fn last_report(world: &World) -> String {
    world.receiver.reports().pop().expect("a report").1.to_lowercase()
}

async fn last(world: &World, scene: &Scene) -> (Run, Content) {
    let run = world.runs(scene.user()).await.pop().expect("a run");
    let content = world.deployment.store.content(run.user, run.id).await.expect("the store");
    (run, content.expect("a text"))
}

async fn set(world: &World, scene: &Scene, paths: PathFilter) {
    let settings = world.configuration(scene).await.settings;
    let settings = Settings { paths, ..settings };
    let keep = world.deployment.keep_configurations();
    keep.edit(scene.user(), scene.configuration.id, &Expected::Any, settings).await.expect("edited");
}

#[tokio::test]
async fn report_has_the_commits_that_change_the_paths() {
    let (world, scene) = world(filter(&["api", "README.md"], &["api/tests"])).await;
    let commits: [(&str, &[&str]); 5] = [
        ("apples", &["api/lib.rs"]),
        ("beans", &["web/main.ts"]),
        ("carrots", &["api/tests/a.rs"]),
        ("dates", &["api/tests/a.rs", "README.md", "web/main.ts"]),
        ("eggs", &["api-client/lib.rs"]),
    ];
    hour(&world, 1, &commits).await;
    let report = last_report(&world);
    for (subject, is_reported) in
        [("apples", true), ("beans", false), ("carrots", false), ("dates", true), ("eggs", false)]
    {
        assert_eq!(report.contains(subject), is_reported, "{subject}: {report}");
    }
    assert!(report.contains("in `api` and `readme.md`, without `api/tests`: 2 commits"), "{report}");
    let (run, content) = last(&world, &scene).await;
    assert_eq!((content.commits, run.snapshot.paths.clone()), (2, filter(&["api", "README.md"], &["api/tests"])));
    let progress = world.configuration(&scene).await.progress;
    assert_eq!(progress.coverage.last_head, world.git.shas().pop(), "every commit is covered");
}

#[tokio::test]
async fn period_without_a_change_of_the_paths_is_quiet() {
    let (world, scene) = world(filter(&["api"], &[])).await;
    hour(&world, 1, &[("apples", &["api/lib.rs"])]).await;
    hour(&world, 2, &[("beans", &["web/main.ts"])]).await;
    let report = last_report(&world);
    let quiet = "no commits in this range in `api`. 1 commit changes only other paths. the last commit was made on ";
    assert!(report.contains(quiet), "{report}");
    assert!(report.contains("the last commit was made on 1 january 2026 by ada."), "{report}");
    assert!(!report.contains("beans"), "{report}");
    hour(&world, 3, &[("carrots", &["api/lib.rs"])]).await;
    assert!(last_report(&world).contains("carrots") && !last_report(&world).contains("beans"));
    assert_eq!(last(&world, &scene).await.1.commits, 1);
}

#[tokio::test]
async fn other_paths_are_reported_from_where_the_last_report_ended() {
    let (world, scene) = world(filter(&["api"], &[])).await;
    hour(&world, 1, &[("apples", &["api/lib.rs"]), ("beans", &["web/main.ts"])]).await;
    hour(&world, 2, &[("carrots", &["api/lib.rs"])]).await;
    assert!(last_report(&world).contains("the period before had 1 commit"), "{}", last_report(&world));
    set(&world, &scene, filter(&["web"], &[])).await;
    hour(&world, 3, &[("dates", &["web/main.ts"]), ("eggs", &["api/lib.rs"])]).await;
    let report = last_report(&world);
    assert!(report.contains("dates") && !report.contains("eggs") && !report.contains("beans"), "{report}");
    assert!(!report.contains("period before"), "other paths are not compared: {report}");
    hour(&world, 4, &[("figs", &["web/main.ts"]), ("grapes", &["web/b.ts"])]).await;
    assert!(last_report(&world).contains("the period before had 1 commit"), "{}", last_report(&world));
    set(&world, &scene, PathFilter::default()).await;
    hour(&world, 5, &[("honey", &["docs/a.md"])]).await;
    assert!(last_report(&world).contains("honey") && !last_report(&world).contains("period before"));
}

#[tokio::test]
async fn quiet_period_of_other_paths_is_not_compared() {
    let (world, scene) = World::with_scene(6, |scene| scene.configuration.settings.paths = filter(&["api"], &[])).await;
    hour(&world, 1, &[("apples", &["api/lib.rs"])]).await;
    hour(&world, 2, &[("beans", &["web/main.ts"])]).await;
    set(&world, &scene, filter(&["web"], &[])).await;
    hour(&world, 3, &[("carrots", &["web/main.ts"])]).await;
    let report = last_report(&world);
    assert!(report.contains("carrots") && !report.contains("quiet"), "{report}");
}

#[tokio::test]
async fn commits_after_a_force_push_are_reported_once() {
    let (world, scene) = world(filter(&["api"], &[])).await;
    hour(&world, 1, &[("apples", &["api/lib.rs"]), ("beans", &["web/main.ts"])]).await;
    let taken = world.git.drop_last(1);
    hour(&world, 2, &[("carrots", &["api/lib.rs"])]).await;
    world.git.put_back(taken);
    hour(&world, 3, &[]).await;
    let reports = world.receiver.reports();
    for (subject, times) in [("apples", 1), ("beans", 0), ("carrots", 1)] {
        let found = reports.iter().filter(|(_, text)| text.to_lowercase().contains(subject)).count();
        assert_eq!(found, times, "{subject}");
    }
    assert_eq!(world.configuration(&scene).await.progress.coverage.last_head, world.git.shas().pop());
}

#[tokio::test]
async fn range_with_more_commits_than_are_read_is_reported_although_none_is_found() {
    let (world, scene) = World::with_scene(6, |scene| scene.configuration.settings.paths = filter(&["api"], &[])).await;
    hour(&world, 1, &[("apples", &["api/lib.rs"])]).await;
    world.git.push_files(at("2026-01-01T01:30:00Z"), "feat: beans", &["api/lib.rs"]);
    for _ in 0..COMMITS_MAX {
        world.git.push_files(at("2026-01-01T01:40:00Z"), "feat: carrots", &["web/main.ts"]);
    }
    hour(&world, 2, &[]).await;
    let report = last_report(&world);
    assert!(report.contains("no commits in `api` among those of this range that were read."), "{report}");
    assert!(report.contains("further commits in this range are not covered."), "{report}");
    assert!(last(&world, &scene).await.1.commits_at_least);
}

#[tokio::test]
async fn other_order_of_the_same_branches_is_compared() {
    let (world, scene) = world(filter(&["api"], &[])).await;
    let add = |settings: Settings, swap: bool| {
        let first = settings.watched().remove(0);
        let name = if first.branch.as_str() == "main" { "next" } else { "main" };
        let second = WatchedBranch {
            branch: BranchName::parse(name).expect("a branch"),
            paths: PathFilter::default(),
            ..first.clone()
        };
        let all = if settings.further.is_empty() { vec![first, second] } else { settings.watched() };
        settings.watching(if swap { all.into_iter().rev().collect() } else { all })
    };
    for (at_hour, swap) in [(1, false), (2, false), (3, true)] {
        let settings = add(world.configuration(&scene).await.settings, swap);
        let keep = world.deployment.keep_configurations();
        keep.edit(scene.user(), scene.configuration.id, &Expected::Any, settings).await.expect("edited");
        hour(&world, at_hour, &[("apples", &["api/lib.rs"])]).await;
    }
    let report = last_report(&world);
    assert!(report.contains("the period before had 2 commits"), "{report}");
}
