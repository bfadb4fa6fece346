//! Pull requests, issues and releases: each is in one report, whatever happens at the host while it is read.

mod server;

use app::ports::Clock;
use domain::activity::{Activity, Issue, Sources};
use domain::commit::{Author, Sha};
use domain::configuration::{BranchName, WatchedBranch};
use domain::instant::{Duration, Instant};
use domain::repository::{PathFilter, Provider};
use domain::run::{CountReason, Outcome, Window};
use server::{Entry, Failing, Host};
use std::sync::Arc;
use testkit::builders::{self, at};
use testkit::world::{Scene, Verbs, World};
use wiremock::MockServer;

/// One user with an hourly report about a repository at a host.
struct Watched {
    world: World,
    scene: Scene,
    host: Host,
    _server: MockServer,
}

impl Watched {
    async fn new(provider: Provider, sources: Sources) -> Self {
        let mut world = World::new(9).await.unwrap();
        let host = Host::new(provider, world.clock.clone());
        let (server, commits) = host.start().await;
        world.deployment.commits = Arc::new(commits);
        let mut scene = world.scene(1).await;
        scene.repository.location = host.location();
        scene.configuration.settings.writing.sources = sources;
        world.store(&scene).await;
        Self { world, scene, host, _server: server }
    }

    /// Lets an hour's fire happen; if its run waits for the host, the host recovers, and the wait ends.
    async fn hour(&self, hour: u32) {
        self.world.jump_to(on(hour, 0, 10)).await;
        for _ in 0..3 {
            let last = self.world.runs(self.scene.user()).await.pop().unwrap();
            let Some(until) = last.waiting_until() else { return };
            self.host.lock().failing = Failing::Never;
            self.world.jump_to(until + Duration::seconds(30)).await;
        }
    }

    /// The lines of all reports that contain a text, by the heading above them.
    fn lines(&self, text: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (_, report) in self.world.receiver.reports() {
            let mut heading = String::new();
            for line in report.lines() {
                if let Some(title) = line.strip_prefix("## ") {
                    heading = title.split(" (").next().unwrap().to_owned();
                } else if line.contains(text) {
                    found.push((heading.clone(), line.to_owned()));
                }
            }
        }
        found
    }

    /// How many lines there are with an item below a heading.
    fn times(&self, number: u64, heading: &str) -> usize {
        self.lines(&format!("tem{number}x")).iter().filter(|(above, _)| above.starts_with(heading)).count()
    }
}

/// An instant on the first of January.
fn on(hour: u32, minute: u32, second: u32) -> Instant {
    at(&format!("2026-01-01T{hour:02}:{minute:02}:{second:02}Z"))
}

/// Each item of the host is in the report of its instant, and in no other.
fn assert_each_once(watched: &Watched) {
    let merged = if watched.host.provider == Provider::GitLab { "Merged merge requests" } else { "Merged pull" };
    let state = watched.host.lock();
    assert!(state.entries.len() > 60, "{}", state.entries.len());
    for Entry { number, is_request, opened, closed, .. } in state.entries.clone() {
        let name = format!("{:?} {number}: {opened} to {closed:?}", watched.host.provider);
        let (times_merged, times_closed) = (watched.times(number, merged), watched.times(number, "Closed issues"));
        let times_opened = watched.times(number, "Opened issues");
        let ended = usize::from(closed.is_some());
        if is_request {
            assert_eq!((times_merged, times_closed, times_opened), (ended, 0, 0), "{name}");
        } else {
            assert_eq!((times_merged, times_closed), (0, ended), "{name}");
            // What was opened and closed between two reports is closed only.
            let is_brief = closed.is_some_and(|closed| closed - opened < Duration::hours(1));
            assert!(times_opened == 1 || (times_opened == 0 && is_brief), "{name}: opened {times_opened} times");
        }
    }
    for (tag, _) in &state.releases {
        let found = watched.lines(&format!("[{tag}]"));
        assert_eq!(found.len(), 1, "{tag}: {found:?}");
    }
}

#[tokio::test]
async fn manual_range_without_commits_has_its_items() {
    let (world, scene) =
        World::with_scene(9, |scene| scene.configuration.settings.writing.sources = Sources::EVERYTHING).await;
    world.git.push(on(0, 10, 0), "feat: before the range");
    let issue = |number: u64, closed_at: Instant| Issue {
        number,
        title: format!("Mooring {number} is loose"),
        author: Author { name: "Ann".to_owned(), email: None, login: None, is_bot: false },
        labels: Vec::new(),
        opened_at: on(0, 5, 0),
        closed_at: Some(closed_at),
    };
    let closed = vec![issue(1, on(1, 15, 0)), issue(2, on(2, 15, 0))];
    world.git.set_activity(Activity { closed, ..Activity::default() });
    world.clock.set(on(3, 0, 0));
    let window = Window::new(on(1, 0, 0), on(2, 0, 0)).unwrap();
    let verb = world.deployment.start_manual_run();
    let run = verb.start(scene.user(), scene.configuration.id, window, None).await.unwrap();
    world.drain().await;
    let text = world.deployment.store.content(scene.user(), run.id).await.unwrap().unwrap().text;
    assert!(text.contains("Mooring 1 is loose") && !text.contains("Mooring 2"), "{text}");
}

#[tokio::test]
async fn each_item_is_in_one_of_ten_reports_with_failures_late_closings_and_changes_between_pages() {
    for provider in Provider::ALL {
        let watched = Watched::new(provider, Sources::EVERYTHING).await;
        let failing = [Failing::Never, Failing::Sometimes, Failing::Limited, Failing::SecondPages, Failing::Sometimes];
        let mut open: Vec<u64> = Vec::new();
        for hour in 1..=10 {
            {
                let mut state = watched.host.lock();
                for step in 0..7 {
                    // The last ones are opened and closed in the minutes around the fire.
                    let minute = 5 + step * 9;
                    let opened = on(hour - 1, minute.min(59), 3 * step);
                    open.push(state.open(step % 2 == 0, opened));
                    // An issue is closed long after it was opened, a pull request soon.
                    if open.len() > 5 {
                        let number = open.remove(if step % 3 == 0 { 0 } else { 2 });
                        state.close(number, opened + Duration::seconds(20));
                    }
                }
                if hour % 2 == 0 {
                    state.releases.push((format!("v1.{hour}"), on(hour - 1, 58, 30)));
                }
                state.failing = failing[usize::try_from(hour).unwrap() % failing.len()];
                state.is_busy = true;
            }
            watched.hour(hour).await;
        }
        {
            let mut state = watched.host.lock();
            (state.failing, state.is_busy) = (Failing::Never, false);
        }
        watched.hour(12).await;
        watched.hour(13).await;
        let reports = watched.world.receiver.reports();
        assert!(reports.len() > 10, "{}", reports.len());
        for (_, report) in &reports {
            assert!(!report.contains("… and") && !report.contains("too many"), "every item is listed: {report}");
            assert!(!report.contains("](http://evil") && !report.contains("@everyone"), "{report}");
            assert!(!report.contains("<script") && !report.contains("\n# Report"), "{report}");
        }
        assert_each_once(&watched);
    }
}

#[tokio::test]
async fn range_without_commits_in_which_something_happened_is_reported_and_does_not_count() {
    let watched = Watched::new(Provider::GitHub, Sources::EVERYTHING).await;
    let number = {
        let mut state = watched.host.lock();
        let number = state.open(true, on(0, 10, 0));
        state.close(number, on(0, 30, 0));
        number
    };
    watched.hour(1).await;
    watched.hour(2).await;
    let runs = watched.world.runs(watched.scene.user()).await;
    let reports = watched.world.receiver.reports();
    assert_eq!(reports.len(), 1, "nothing happened in the second hour");
    assert!(reports[0].1.contains("1 pull request was merged."), "{}", reports[0].1);
    assert_eq!(watched.times(number, "Merged pull requests"), 1);
    assert_eq!(runs[0].count_reason(), CountReason::NoCommits);
    assert_eq!(watched.world.counter(watched.scene.user()).await.counted_runs, 0);
}

#[tokio::test]
async fn list_that_the_host_refuses_is_named_and_keeps_the_others() {
    let watched = Watched::new(Provider::GitLab, Sources::EVERYTHING).await;
    {
        let mut state = watched.host.lock();
        state.refused = Some(("/issues", 403));
        let (request, issue) = (state.open(true, on(0, 10, 0)), state.open(false, on(0, 10, 0)));
        state.close(request, on(0, 30, 0));
        state.close(issue, on(0, 30, 0));
    }
    watched.hour(1).await;
    let report = watched.world.receiver.reports().pop().unwrap().1;
    assert!(report.contains("## Merged merge requests (1)"), "{report}");
    assert!(report.contains("Issues could not all be read: the repository has none, or its access token"), "{report}");
}

#[tokio::test]
async fn refused_list_of_open_pull_requests_is_named_and_the_merged_ones_are_reported() {
    for (provider, status) in [(Provider::GitHub, 403), (Provider::GitHub, 404), (Provider::Gitea, 404)] {
        let watched = Watched::new(provider, Sources::EVERYTHING).await;
        {
            let mut state = watched.host.lock();
            state.refused = Some(("/pulls", status));
            let merged = state.open(true, on(0, 10, 0));
            state.close(merged, on(0, 30, 0));
            state.open(true, on(0, 20, 0));
        }
        watched.hour(1).await;
        let report = watched.world.receiver.reports().pop().unwrap().1;
        assert!(report.contains("## Merged pull requests (1)") && !report.contains("## Waiting"), "{report}");
        let gap = "Pull requests could not all be read: the repository has none, or its access token";
        assert!(report.contains(gap), "{provider:?} {status}: {report}");
    }
}

#[tokio::test]
async fn tag_of_a_commit_that_two_branches_have_is_reported_once() {
    for provider in Provider::ALL {
        let mut watched = Watched::new(provider, Sources::EVERYTHING).await;
        {
            let mut state = watched.host.lock();
            let sha = |number: usize| Sha::parse(&format!("{number:040x}")).unwrap();
            state.commits = vec![(sha(2), "feat: sell pears", on(0, 40, 0)), (sha(1), "feat: sell figs", on(0, 30, 0))];
            state.tags = vec![("nightly-7", sha(1)), ("v1.0", sha(2))];
            state.releases.push(("v1.0".to_owned(), on(0, 45, 0)));
        }
        let repository = watched.scene.repository.id;
        let branch =
            |name| WatchedBranch { repository, branch: BranchName::parse(name).unwrap(), paths: PathFilter::default() };
        let configuration = &mut watched.scene.configuration;
        let settings = configuration.settings.clone().watching(vec![branch("main"), branch("stable")]);
        *configuration = configuration.edited(settings, builders::epoch());
        watched.world.store(&watched.scene).await;
        watched.hour(1).await;
        let report = watched.world.receiver.reports().pop().unwrap().1;
        assert_eq!(watched.lines("Sell pears").len(), 2, "both branches have the commit: {report}");
        for tag in ["nightly-7", "v1.0"] {
            assert_eq!(watched.lines(&format!("[{tag}]")).len(), 1, "{provider:?} {tag}: {report}");
        }
        let run = watched.world.runs(watched.scene.user()).await.pop().unwrap();
        let content = watched.world.deployment.store.content(run.user, run.id).await.unwrap().unwrap();
        assert_eq!(content.facts.unwrap().activity.unwrap().releases, 2);
    }
}

#[tokio::test]
async fn report_on_commits_only_asks_for_nothing_else() {
    let watched = Watched::new(Provider::Gitea, Sources::default()).await;
    watched.host.lock().open(false, on(0, 10, 0));
    watched.hour(1).await;
    assert_eq!(watched.host.lock().listed, 0);
    assert!(watched.world.receiver.reports().is_empty());
    let run = watched.world.runs(watched.scene.user()).await.pop().unwrap();
    assert!(matches!(run.end().unwrap().outcome, Outcome::Success(_)));
}

#[tokio::test]
async fn host_that_stays_away_fails_the_run_and_the_items_are_in_the_next_report() {
    let watched = Watched::new(Provider::GitHub, Sources::EVERYTHING).await;
    watched.hour(1).await;
    let number = {
        let mut state = watched.host.lock();
        state.failing = Failing::Limited;
        let number = state.open(false, on(1, 10, 0));
        state.close(number, on(1, 30, 0));
        number
    };
    watched.world.jump_to(on(2, 0, 10)).await;
    let run = watched.world.runs(watched.scene.user()).await.pop().unwrap();
    while let Some(until) = watched.world.run(watched.scene.user(), run.id).await.waiting_until() {
        watched.world.jump_to(until + Duration::seconds(30)).await;
    }
    let failed = watched.world.run(watched.scene.user(), run.id).await;
    assert!(matches!(failed.end().unwrap().outcome, Outcome::Failed(_)));
    watched.host.lock().failing = Failing::Never;
    watched.world.jump_to(watched.world.clock.now() + Duration::hours(2)).await;
    assert_eq!(watched.times(number, "Closed issues"), 1);
    let facts = {
        let run = watched.world.runs(watched.scene.user()).await.pop().unwrap();
        let content = watched.world.deployment.store.content(run.user, run.id).await.unwrap().unwrap();
        content.facts.unwrap().activity.unwrap()
    };
    assert_eq!((facts.closed_issues, facts.opened_issues), (1, 0));
    assert_eq!(watched.world.receiver.reports().len(), 1);
}
