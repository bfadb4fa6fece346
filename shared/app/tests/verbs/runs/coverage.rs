//! A commit is reported once by scheduled runs: across failures, quiet hours, force-pushes and changes of branch.

use app::ports::{Contents, GitFailure};
use domain::instant::Duration;
use domain::run::{Outcome, Run, Window};
use testkit::builders::at;
use testkit::world::{Scene, Verbs, World};

async fn world() -> (World, Scene) {
    World::with_scene(5, |_| {}).await
}

/// Pushes a commit half an hour before the given hour, and lets that hour's fire happen.
async fn hour(world: &World, hour: u32, subjects: &[&str]) {
    for subject in subjects {
        world.git.push(at(&format!("2026-01-01T{:02}:30:00Z", hour - 1)), subject);
    }
    world.jump_to(at(&format!("2026-01-01T{hour:02}:00:10Z"))).await;
}

/// How many reports contain a subject.
fn times(world: &World, subject: &str) -> usize {
    world.receiver.reports().iter().filter(|(_, text)| text.to_lowercase().contains(subject)).count()
}

#[tokio::test]
async fn each_report_has_the_new_commits() {
    let (world, scene) = world().await;
    hour(&world, 1, &["feat: apples"]).await;
    hour(&world, 2, &["feat: pears", "feat: plums"]).await;
    hour(&world, 3, &[]).await;
    hour(&world, 4, &["feat: cherries"]).await;
    for subject in ["apples", "pears", "plums", "cherries"] {
        assert_eq!(times(&world, subject), 1, "{subject}");
    }
    assert_eq!(world.receiver.reports().len(), 3, "nothing is sent of a quiet hour");
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.successful_runs, counter.counted_runs, counter.slots_used), (4, 3, 3));
}

#[tokio::test]
async fn commits_of_a_failed_run_come_with_the_next() {
    let (world, _) = world().await;
    hour(&world, 1, &["feat: apples"]).await;
    world.git.fail(Some(GitFailure::NotFound));
    hour(&world, 2, &["feat: pears"]).await;
    world.git.fail(None);
    hour(&world, 3, &["feat: plums"]).await;
    for subject in ["apples", "pears", "plums"] {
        assert_eq!(times(&world, subject), 1, "{subject}");
    }
}

#[tokio::test]
async fn force_push_repeats_only_commits_with_new_ids() {
    let (world, _) = world().await;
    hour(&world, 1, &["feat: apples", "feat: pears"]).await;
    hour(&world, 2, &["feat: plums"]).await;
    // The last commit is rewritten: it has a new id, so it is another commit.
    world.git.rewrite(1);
    hour(&world, 3, &["feat: cherries"]).await;
    assert_eq!((times(&world, "apples"), times(&world, "pears")), (1, 1));
    assert_eq!((times(&world, "plums"), times(&world, "cherries")), (2, 1));
    hour(&world, 4, &["feat: figs"]).await;
    assert_eq!((times(&world, "cherries"), times(&world, "figs")), (1, 1));
}

#[tokio::test]
async fn head_that_was_reset_and_restored_repeats_nothing() {
    let (world, _) = world().await;
    hour(&world, 1, &["feat: apples"]).await;
    hour(&world, 2, &["feat: pears"]).await;
    world.git.drop_last(1);
    hour(&world, 3, &[]).await;
    hour(&world, 4, &["feat: plums"]).await;
    for subject in ["apples", "pears", "plums"] {
        assert_eq!(times(&world, subject), 1, "{subject}");
    }
}

#[tokio::test]
async fn removed_and_restored_commits_are_not_repeated() {
    let (world, _) = world().await;
    hour(&world, 1, &["feat: apples", "feat: pears"]).await;
    let taken = world.git.drop_last(1);
    hour(&world, 2, &[]).await;
    hour(&world, 3, &[]).await;
    world.git.put_back(taken);
    hour(&world, 4, &[]).await;
    hour(&world, 5, &["feat: plums"]).await;
    for subject in ["apples", "pears", "plums"] {
        assert_eq!(times(&world, subject), 1, "{subject}");
    }
}

/// The branch is cut back to a commit that no report had, which moves the last head; then the removed commit returns.
#[tokio::test]
async fn commit_that_returns_after_an_older_one_was_reported_is_not_repeated() {
    let (world, _) = world().await;
    world.git.push(at("2025-12-31T22:00:00Z"), "feat: seeds");
    hour(&world, 1, &["feat: apples"]).await;
    let taken = world.git.drop_last(1);
    hour(&world, 2, &[]).await;
    assert_eq!(times(&world, "seeds"), 1, "it is as old as the overlap allows");
    world.git.put_back(taken);
    hour(&world, 3, &["feat: plums"]).await;
    hour(&world, 4, &["feat: cherries"]).await;
    for subject in ["seeds", "apples", "plums", "cherries"] {
        assert_eq!(times(&world, subject), 1, "{subject}");
    }
}

/// A commit was removed, others were reported in its place, and later it is put on top of them, as a merge does.
#[tokio::test]
async fn removed_commit_that_is_merged_later_is_not_repeated() {
    let (world, _) = world().await;
    hour(&world, 1, &["feat: apples", "feat: pears"]).await;
    let taken = world.git.drop_last(1);
    hour(&world, 2, &["feat: plums"]).await;
    hour(&world, 3, &["feat: figs"]).await;
    world.git.put_back(taken);
    hour(&world, 4, &["feat: cherries"]).await;
    for subject in ["apples", "pears", "plums", "figs", "cherries"] {
        assert_eq!(times(&world, subject), 1, "{subject}");
    }
    world.git.push(at("2026-01-01T00:40:00Z"), "feat: dates");
    hour(&world, 5, &[]).await;
    assert_eq!(times(&world, "dates"), 1, "a commit of an old branch, which was not reported, is new");
}

/// A mistake is pushed, reported and removed; then a branch is merged that is older than any search by time.
#[tokio::test]
async fn old_branch_that_is_merged_after_a_commit_was_removed_is_reported() {
    let (world, _) = world().await;
    hour(&world, 1, &["feat: apples"]).await;
    world.git.push(at("2026-01-14T09:00:00Z"), "feat: mistake");
    world.jump_to(at("2026-01-15T01:00:10Z")).await;
    world.git.drop_last(1);
    world.jump_to(at("2026-01-16T01:00:10Z")).await;
    for (date, subject) in [("04", "feat: figs"), ("08", "feat: dates"), ("15", "feat: limes"), ("16", "merge")] {
        world.git.push(at(&format!("2026-01-{date}T02:00:00Z")), subject);
    }
    world.jump_to(at("2026-01-17T01:00:10Z")).await;
    world.jump_to(at("2026-01-18T01:00:10Z")).await;
    for subject in ["apples", "mistake", "figs", "dates", "limes", "merge"] {
        assert_eq!(times(&world, subject), 1, "{subject}");
    }
}

/// What is pushed first to a repository that was empty for weeks, or is again, may be weeks old.
#[tokio::test]
async fn old_commits_that_are_pushed_to_an_empty_repository_are_reported() {
    for before in [&[][..], &["feat: apples", "feat: pears"]] {
        let (world, _) = world().await;
        hour(&world, 1, before).await;
        world.git.drop_last(before.len());
        for day in ["05", "10", "15", "20"] {
            world.jump_to(at(&format!("2026-01-{day}T12:00:10Z"))).await;
        }
        world.git.push(at("2026-01-04T10:00:00Z"), "feat: figs");
        world.git.push(at("2026-01-20T12:30:00Z"), "feat: cherries");
        world.jump_to(at("2026-01-20T13:00:10Z")).await;
        world.jump_to(at("2026-01-20T14:00:10Z")).await;
        assert_eq!((times(&world, "figs"), times(&world, "cherries")), (1, 1), "{before:?}");
        assert_eq!(times(&world, "apples"), before.len().min(1));
    }
}

#[tokio::test]
async fn late_report_is_found_after_a_force_push() {
    let (world, _) = world().await;
    // There is no tick for a month: the fire of 1 January is executed in February, under the id of its instant.
    world.git.push(at("2026-02-02T08:30:00Z"), "feat: apples");
    world.git.push(at("2026-02-02T08:40:00Z"), "feat: pears");
    world.jump_to(at("2026-02-02T09:00:10Z")).await;
    world.git.rewrite(1);
    world.jump_to(at("2026-02-02T10:00:10Z")).await;
    assert_eq!(
        (times(&world, "apples"), times(&world, "pears")),
        (1, 2),
        "only a commit with a new id is reported again"
    );
}

#[tokio::test]
async fn text_of_the_old_branch_does_not_move_coverage_of_the_new_one() {
    let (world, scene) = world().await;
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.clock.set(at("2026-01-01T01:00:10Z"));
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let verb = world.deployment.execute_run();
    let mut execution = Box::pin(verb.execute(&request, world.soon()));
    while Contents::content(world.deployment.store.as_ref(), request.user, request.run).await.unwrap().is_none() {
        let _ = futures::poll!(&mut execution);
    }
    // The text is stored and the run not ended; then the branch is changed.
    let before = world.configuration(&scene).await;
    let mut after = before.clone();
    after.settings.branch = domain::configuration::BranchName::parse("develop").unwrap();
    after.version += 1;
    after.progress.coverage = before.progress.coverage.restarted(&before.settings.schedule, world.clock_at());
    world.deployment.store.replace_configuration(&before, &after).await.unwrap();
    execution.await.unwrap();
    let coverage = world.configuration(&scene).await.progress.coverage;
    assert_eq!((coverage.generation, coverage.covered_until, coverage.last_head), (1, None, None));
    assert_eq!(times(&world, "apples"), 0);
    world.drain().await;
    assert_eq!(times(&world, "apples"), 1, "what was written of the old branch is delivered");
}

#[tokio::test]
async fn empty_repository_is_an_uncounted_success() {
    let (world, scene) = world().await;
    hour(&world, 1, &[]).await;
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.successful_runs, counter.counted_runs), (1, 0));
    hour(&world, 2, &["feat: the very first"]).await;
    assert_eq!(times(&world, "the very first"), 1);
}

#[tokio::test]
async fn new_branch_restarts_coverage_and_an_active_run_does_not_move_it() {
    let (world, scene) = world().await;
    hour(&world, 1, &["feat: apples"]).await;
    world.git.push(at("2026-01-01T01:30:00Z"), "feat: pears");
    world.clock.set(at("2026-01-01T02:00:10Z"));
    world.tick().await;
    let request = world.queue.take_runs()[0];
    // The run is started and its worker died; then the branch is changed.
    let verb = world.deployment.execute_run();
    let mut execution = Box::pin(verb.execute(&request, world.soon()));
    while app::ports::Runs::run(world.deployment.store.as_ref(), request.user, request.run).await.unwrap().is_none() {
        let _ = futures::poll!(&mut execution);
    }
    drop(execution);
    let before = world.configuration(&scene).await;
    let mut after = before.clone();
    after.settings.branch = domain::configuration::BranchName::parse("develop").unwrap();
    after.version += 1;
    after.progress.coverage = before.progress.coverage.restarted(&before.settings.schedule, world.clock_at());
    world.deployment.store.replace_configuration(&before, &after).await.unwrap();
    world.clock.advance(Duration::minutes(5));
    world.tick().await;
    world.drain().await;
    let coverage = world.configuration(&scene).await.progress.coverage;
    assert_eq!((coverage.generation, coverage.covered_until, coverage.last_head), (1, None, None));
    assert_eq!(times(&world, "pears"), 0, "the old branch is not read any more");
    hour(&world, 3, &["feat: plums"]).await;
    assert_eq!(times(&world, "plums"), 1, "the first report of the new branch covers one period");
}

#[tokio::test]
async fn deleted_configuration_accepts_the_end_of_its_run_and_does_not_fire() {
    let (world, scene) = world().await;
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.clock.set(at("2026-01-01T01:00:10Z"));
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let verb = world.deployment.execute_run();
    let mut execution = Box::pin(verb.execute(&request, world.soon()));
    while app::ports::Runs::run(world.deployment.store.as_ref(), request.user, request.run).await.unwrap().is_none() {
        let _ = futures::poll!(&mut execution);
    }
    let before = world.configuration(&scene).await;
    let mut after = before.clone();
    after.deleted_at = Some(world.clock_at());
    after.progress.next_run_at = None;
    after.progress.due_at = None;
    world.deployment.store.replace_configuration(&before, &after).await.unwrap();
    execution.await.unwrap();
    world.pass(Duration::hours(3)).await;
    assert_eq!(world.runs(scene.user()).await.len(), 1);
    assert_eq!(times(&world, "apples"), 1, "the report was made, so it is delivered");
    assert_eq!(world.configuration(&scene).await.progress.active_run, None);
    let counter = world.counter(scene.user()).await;
    assert_eq!((counter.counted_runs, counter.slots_used), (1, 1));
}

#[tokio::test]
async fn run_records_its_range_and_commits_for_every_trigger() {
    let (world, scene) = World::with_scene(37, |_| {}).await;
    let earlier = world.git.push(at("2025-12-01T00:00:00Z"), "feat: seeds");
    let first = world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    let second = world.git.push(at("2026-01-01T01:30:00Z"), "feat: pears");
    world.jump_to(at("2026-01-01T02:00:10Z")).await;
    world.jump_to(at("2026-01-01T03:00:10Z")).await;
    let window = |from, to| Some(Window::of_any_length(at(from), at(to)));
    let range = |run: &Run| match &run.end().unwrap().outcome {
        Outcome::Success(findings) => (run.window(), findings.range_from.clone(), findings.range_to.clone()),
        other => panic!("{other:?}"),
    };
    let runs = world.runs(scene.user()).await;
    let expected = [
        // The first report covers one period of its schedule.
        (window("2026-01-01T00:00:10Z", "2026-01-01T01:00:10Z"), Some(earlier.clone()), Some(first.clone())),
        (window("2026-01-01T01:00:10Z", "2026-01-01T02:00:10Z"), Some(first.clone()), Some(second.clone())),
        // Nothing was new.
        (window("2026-01-01T02:00:10Z", "2026-01-01T03:00:10Z"), Some(second.clone()), Some(second.clone())),
    ];
    assert_eq!(runs.iter().map(range).collect::<Vec<_>>(), expected);

    let asked = Window::new(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00Z")).unwrap();
    let begun = world.deployment.start_manual_run().start(scene.user(), scene.configuration.id, asked, None).await;
    assert_eq!(begun.as_ref().unwrap().window(), Some(asked), "before it has ended, too");
    world.drain().await;
    let manual = world.run(scene.user(), begun.unwrap().id).await;
    let expected = (Some(asked), Some(earlier), Some(first));
    assert_eq!(range(&manual), expected, "not the head, which is later than the range");
}
