//! One report about several repositories, of which some fail: each commit once.

use super::hosts::Hosts;
use app::holdings::Expected;
use app::ports::GitFailure;
use domain::configuration::{BranchName, WatchedBranch};
use domain::instant::Duration;
use domain::repository::{Location, PathFilter, Repository};
use domain::run::{CountReason, ErrorCode, FailedBranch, Findings, Outcome, Run, Status, Window};
use std::collections::BTreeMap;
use std::sync::Arc;
use testkit::builders::{self, at};
use testkit::git::ScriptedGit;
use testkit::world::{Scene, Verbs, World};

const NAMES: [&str; 3] = ["acme/api", "acme/shop", "acme/web"];

/// One user with an hourly report about three repositories.
struct Three {
    world: World,
    scene: Scene,
    repositories: [Repository; 3],
    hosts: [ScriptedGit; 3],
}

impl Three {
    async fn new() -> Self {
        let mut world = World::new(5).await.expect("the engine");
        let mut scene = world.scene(1).await;
        let repositories = [1, 2, 3].map(|number| {
            let name = NAMES[number - 1];
            let location = Location::host(&format!("https://github.com/{name}"), None).expect("an address");
            let number = u64::try_from(number).expect("a number");
            Repository { name: name.to_owned(), location, ..builders::repository(scene.user(), number) }
        });
        let hosts: [ScriptedGit; 3] = Default::default();
        let by_address =
            repositories.iter().map(|one| one.location.text().to_owned()).zip(hosts.iter().cloned()).collect();
        world.deployment.commits = Arc::new(Hosts(Arc::new(by_address)));
        scene.repository = repositories[0].clone();
        for repository in &repositories[1..] {
            world.deployment.store.put_repository(repository).await.expect("the repository");
        }
        let first = &mut scene.configuration;
        let settings = first.settings.clone().watching(watched(&repositories, &[0, 1, 2]));
        *first = first.edited(settings, builders::epoch());
        world.store(&scene).await;
        Self { world, scene, repositories, hosts }
    }

    /// Pushes a commit to each repository half an hour before the hour, and lets that hour's fire happen.
    async fn hour(&self, hour: u32, subjects: [&str; 3]) {
        for (host, subject) in self.hosts.iter().zip(subjects).filter(|(_, subject)| !subject.is_empty()) {
            host.push(at(&format!("2026-01-01T{:02}:30:00Z", hour - 1)), &format!("feat: {subject}"));
        }
        self.world.jump_to(at(&format!("2026-01-01T{hour:02}:00:10Z"))).await;
    }

    fn fail_all(&self, failure: Option<GitFailure>) {
        for host in &self.hosts {
            host.fail(failure);
        }
    }

    /// How many reports contain a subject.
    fn times(&self, subject: &str) -> usize {
        let reports = self.world.receiver.reports();
        reports.iter().filter(|(_, text)| text.to_lowercase().contains(subject)).count()
    }

    async fn last_run(&self) -> Run {
        self.world.runs(self.scene.user()).await.pop().expect("a run")
    }

    async fn watch(&self, order: &[usize]) {
        let settings = self.world.configuration(&self.scene).await.settings;
        let settings = settings.watching(watched(&self.repositories, order));
        let keep = self.world.deployment.keep_configurations();
        keep.edit(self.scene.user(), self.scene.configuration.id, &Expected::Any, settings).await.expect("edited");
    }

    async fn notices(&self) -> Vec<&'static str> {
        let page = self.world.deployment.store.notices_page(self.scene.user(), 100, None).await.expect("the notices");
        page.items.iter().map(|notice| notice.matter.kind().as_str()).collect()
    }
}

fn watched(repositories: &[Repository; 3], order: &[usize]) -> Vec<WatchedBranch> {
    let branch = BranchName::parse("main").expect("a branch");
    order
        .iter()
        .map(|at| WatchedBranch {
            repository: repositories[*at].id,
            branch: branch.clone(),
            paths: PathFilter::default(),
        })
        .collect()
}

fn findings(run: &Run) -> &Findings {
    match run.end().map(|end| &end.outcome) {
        Some(Outcome::Success(findings)) => findings,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn repository_that_fails_for_two_periods_is_in_the_third_report() {
    let three = Three::new().await;
    three.hour(1, ["apples", "beans", "carrots"]).await;
    let covered = three.world.configuration(&three.scene).await.progress;
    three.hosts[1].fail(Some(GitFailure::NotFound));
    three.hour(2, ["pears", "peas", "leeks"]).await;
    three.hour(3, ["plums", "lentils", "chard"]).await;
    let failed = three.last_run().await;
    let [FailedBranch { repository, failure, .. }] = findings(&failed).failed.as_slice() else { panic!("{failed:?}") };
    assert_eq!((*repository, failure.code), (three.repositories[1].id, ErrorCode::RepositoryNotFound));
    assert_eq!((failed.status(), failed.count_reason()), (Status::Success, CountReason::Report));
    let between = three.world.configuration(&three.scene).await.progress;
    assert_eq!(between.further[0], covered.further[0], "coverage of the failed one stays");
    assert!(between.coverage.covered_until > covered.coverage.covered_until);
    assert!(between.further[1].covered_until > covered.further[1].covered_until);
    let report = three.world.receiver.reports().pop().expect("a report").1;
    assert!(report.contains("## Not read") && report.contains("acme/shop"), "{report}");
    three.hosts[1].fail(None);
    three.hour(4, ["", "figs", ""]).await;
    three.hour(5, ["", "", ""]).await;
    for subject in ["apples", "pears", "plums", "beans", "peas", "lentils", "figs", "carrots", "leeks", "chard"] {
        assert_eq!(three.times(subject), 1, "{subject}");
    }
    let counter = three.world.counter(three.scene.user()).await;
    assert_eq!((counter.total_runs, counter.counted_runs, counter.slots_used), (5, 4, 4), "one unit for each report");
    assert!(three.notices().await.is_empty(), "the reports named it");
}

#[tokio::test]
async fn periods_are_compared_over_all_repositories_unless_one_was_not_read() {
    let three = Three::new().await;
    let last = || three.world.receiver.reports().pop().expect("a report").1;
    three.hour(1, ["apples", "beans", "carrots"]).await;
    three.hour(2, ["pears", "", ""]).await;
    let compared = "1 commit by 1 person in all. The period before had 3 commits by 1 person.";
    assert!(last().contains(compared), "{}", last());
    three.hour(3, ["", "", ""]).await;
    three.hour(4, ["", "figs", ""]).await;
    assert!(last().contains("These are the first commits after a quiet period."), "{}", last());
    three.hosts[1].fail(Some(GitFailure::NotFound));
    three.hour(5, ["limes", "lentils", ""]).await;
    assert!(last().contains("Limes") && !last().contains("eriod before"), "{}", last());
    three.hosts[1].fail(None);
    three.hour(6, ["dates", "", ""]).await;
    assert!(last().contains("Lentils") && !last().contains("eriod before"), "{}", last());
    three.watch(&[0, 1]).await;
    three.hour(7, ["cherries", "", ""]).await;
    assert!(last().contains("Cherries") && !last().contains("eriod before"), "{}", last());
    three.hour(8, ["melons", "", ""]).await;
    assert!(last().contains("The period before had 1 commit by 1 person."), "{}", last());
}

#[tokio::test]
async fn first_repository_that_fails_keeps_no_other_from_its_report() {
    let three = Three::new().await;
    three.hour(1, ["apples", "beans", "carrots"]).await;
    three.hosts[0].fail(Some(GitFailure::TokenInvalid));
    three.hour(2, ["pears", "peas", ""]).await;
    assert_eq!((three.times("pears"), three.times("peas")), (0, 1));
    three.hosts[0].fail(None);
    three.hour(3, ["", "", ""]).await;
    assert_eq!((three.times("pears"), three.times("peas")), (1, 1));
}

#[tokio::test]
async fn run_fails_when_all_repositories_fail_and_waits_if_one_of_them_may_recover() {
    let three = Three::new().await;
    three.fail_all(Some(GitFailure::NotFound));
    three.hour(1, ["apples", "beans", "carrots"]).await;
    let failed = three.last_run().await;
    assert!(matches!(&failed.end().expect("an end").outcome, Outcome::Failed(failure)
        if failure.code == ErrorCode::RepositoryNotFound && failure.message.starts_with("acme/api: ")));
    three.hosts[2].fail(Some(GitFailure::Unavailable));
    three.hour(2, ["", "", ""]).await;
    assert!(three.last_run().await.waiting_until().is_some());
    three.fail_all(None);
    three.world.jump_to(three.world.clock_at() + Duration::minutes(3)).await;
    for subject in ["apples", "beans", "carrots"] {
        assert_eq!(three.times(subject), 1, "{subject}");
    }
}

#[tokio::test]
async fn quiet_repositories_wait_for_one_that_may_recover() {
    let three = Three::new().await;
    three.hosts[2].fail(Some(GitFailure::Unavailable));
    three.hour(1, ["", "", "carrots"]).await;
    assert!(three.last_run().await.waiting_until().is_some());
    three.hosts[2].fail(None);
    three.world.jump_to(three.world.clock_at() + Duration::minutes(3)).await;
    assert_eq!(three.times("carrots"), 1);
}

#[tokio::test]
async fn quiet_repositories_beside_one_that_fails_are_an_uncounted_success_with_one_notice() {
    let three = Three::new().await;
    three.hosts[2].fail(Some(GitFailure::NotFound));
    for hour in 1..=3 {
        three.hour(hour, ["", "", if hour == 1 { "carrots" } else { "" }]).await;
    }
    let run = three.last_run().await;
    assert_eq!((findings(&run).commits, findings(&run).failed.len()), (0, 1));
    assert_eq!(run.count_reason(), CountReason::NoCommits);
    assert_eq!(three.notices().await, ["report.failed"]);
    three.hour(4, ["apples", "", ""]).await;
    assert_eq!(three.notices().await, ["report.failed"], "a report that names it does not end the failure");
    three.hosts[2].fail(None);
    three.hour(5, ["", "", ""]).await;
    assert_eq!(three.times("carrots"), 1);
    assert_eq!(three.notices().await.len(), 2, "recovered");
}

#[tokio::test]
async fn order_of_the_list_does_not_matter_and_a_new_entry_begins_by_itself() {
    let three = Three::new().await;
    three.hour(1, ["apples", "beans", "carrots"]).await;
    three.watch(&[2, 0, 1]).await;
    three.hour(2, ["pears", "peas", "leeks"]).await;
    three.watch(&[0, 2]).await;
    three.hour(3, ["plums", "lentils", "chard"]).await;
    let generations = |progress: &domain::configuration::Progress| -> Vec<u64> {
        progress.coverages().map(|coverage| coverage.generation).collect()
    };
    three.watch(&[1, 2]).await;
    let progress = three.world.configuration(&three.scene).await.progress;
    assert_eq!(generations(&progress), [3, 2], "what was removed and is added again is another branch");
    three.hour(4, ["", "figs", ""]).await;
    for subject in ["apples", "pears", "plums", "carrots", "leeks", "chard", "beans", "peas", "figs"] {
        assert_eq!(three.times(subject), 1, "{subject}");
    }
    assert_eq!(three.times("lentils"), 0, "it is older than the period before the entry's first fire");
}

/// The list is changed between the text and the end of the run.
#[tokio::test]
async fn edit_during_a_run_moves_coverage_of_what_stays_only() {
    for (order, expected) in [(&[1, 0, 2][..], [1, 1, 1]), (&[2, 0], [1, 0, 1]), (&[1], [0, 1, 0])] {
        let three = Three::new().await;
        let subjects = ["apples", "beans", "carrots"];
        for (host, subject) in three.hosts.iter().zip(subjects) {
            host.push(at("2026-01-01T00:30:00Z"), &format!("feat: {subject}"));
        }
        three.world.clock.set(at("2026-01-01T01:00:10Z"));
        three.world.tick().await;
        let request = three.world.queue.take_runs()[0];
        let verb = three.world.deployment.execute_run();
        let mut execution = Box::pin(verb.execute(&request, three.world.soon()));
        let store = three.world.deployment.store.clone();
        while store.content(request.user, request.run).await.expect("the store").is_none() {
            let _ = futures::poll!(&mut execution);
        }
        three.watch(order).await;
        execution.await.expect("executed");
        three.world.drain().await;
        let progress = three.world.configuration(&three.scene).await.progress;
        let moved = progress.coverages().map(|coverage| (coverage.generation, coverage.covered_until.is_some()));
        let moved: BTreeMap<u64, bool> = moved.collect();
        for (generation, expected) in (0..).zip(expected) {
            assert_eq!(moved.get(&generation).copied().unwrap_or_default(), expected == 1, "{order:?} {generation}");
        }
        three.hour(2, ["", "", ""]).await;
        for subject in subjects {
            assert_eq!(three.times(subject), 1, "{subject} {order:?}");
        }
    }
}

#[tokio::test]
async fn deleted_repository_leaves_the_list_and_the_others_are_reported() {
    let three = Three::new().await;
    three.hour(1, ["apples", "beans", "carrots"]).await;
    let (keep, user) = (three.world.deployment.keep_repositories(), three.scene.user());
    keep.delete(user, three.repositories[0].id, &Expected::Any).await.expect("deleted");
    three.hour(2, ["pears", "peas", "leeks"]).await;
    assert_eq!((three.times("pears"), three.times("peas"), three.times("leeks")), (0, 1, 1));
    let settings = three.world.configuration(&three.scene).await.settings;
    assert_eq!(settings.watched(), watched(&three.repositories, &[1, 2]));
    for last in &three.repositories[1..] {
        keep.delete(user, last.id, &Expected::Any).await.expect("deleted");
    }
    let configuration = three.world.configuration(&three.scene).await;
    assert!(!configuration.settings.enabled && configuration.progress.next_run_at.is_none());
}

#[tokio::test]
async fn manual_run_and_estimate_are_about_the_repositories_that_can_be_read() {
    let three = Three::new().await;
    three.hour(1, ["apples", "beans", "carrots"]).await;
    three.hosts[1].fail(Some(GitFailure::NotFound));
    let window = Window::new(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00Z")).expect("a window");
    let (user, id) = (three.scene.user(), three.scene.configuration.id);
    let estimate = three.world.deployment.estimate_run().estimate(user, id, window, three.world.soon()).await;
    let estimate = estimate.expect("an estimate");
    assert_eq!((estimate.commits, estimate.failed.len()), (2, 1));
    let before = three.world.configuration(&three.scene).await.progress;
    let started = three.world.deployment.start_manual_run().start(user, id, window, None).await.expect("started");
    three.world.drain().await;
    let run = three.world.run(user, started.id).await;
    assert_eq!((findings(&run).commits, findings(&run).failed.len()), (2, 1));
    let after = three.world.configuration(&three.scene).await.progress;
    assert_eq!((after.coverage, after.further), (before.coverage, before.further), "coverage stays");
}
